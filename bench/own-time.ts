// A hello module for few and for many targets, with a warm build cache -> what the action takes by itself, its children left out.

import { join } from 'node:path'
import { judge } from './bars.js'
import { pairsWithoutCgo, withFolder } from './go-programs.js'
import { defaultTargets, emptyFolder } from './peers.js'
import { alternate } from './rounds.js'
import { count } from './settings.js'
import { goEnvironment, temporaryModule } from './test-support.js'
import { isGoBuild, isSyft, runCommand, secondsAlone, type TracedRun } from './traced-run.js'

const ROUNDS = count('rounds', 5)
const COUNTS = [1, 7, 21, 42]
const MEGABYTE = 1024 * 1024

const files = {
  'go.mod': 'module example.test/hello\n\ngo 1.24\n',
  'main.go': 'package main\n\nfunc main() { println("hello") }\n',
}

/** The files of the run are gone afterwards. */
function runHello(module: string, args: readonly string[]): Promise<TracedRun> {
  return withFolder(async (folder) => {
    const { GOCACHE, GOMODCACHE } = await goEnvironment()
    const env = { GOCACHE, GOMODCACHE, XDG_CACHE_HOME: emptyFolder(join(folder, 'cache')) }
    return runCommand([...args, '--sign', 'off', '--output-directory', join(folder, 'release')], {
      cwd: module,
      env,
    })
  })
}

/** Seconds of the run in which no child ran: before the first compile, and after what is done for each target. */
function ownSeconds({ trace, start, end }: TracedRun): { readonly before: number; readonly after: number } {
  const builds = trace.children.filter(isGoBuild)
  const ends = trace.children.filter((child) => isGoBuild(child) || isSyft(child)).map((child) => child.end)
  const firstBuild = Math.min(...builds.map((child) => child.start))
  return {
    before: secondsAlone(trace, start, firstBuild),
    after: secondsAlone(trace, Math.max(...ends), end),
  }
}

async function measureOverhead(module: string): Promise<void> {
  const args = ['--matrix', defaultTargets.join(',')]
  await runHello(module, args)
  const run = await alternate(ROUNDS, [['ours', () => runHello(module, args)]])
  const before = run('ours', (each) => ownSeconds(each).before)
  const after = run('ours', (each) => ownSeconds(each).after)
  const together = run('ours', (each) => ownSeconds(each).before + ownSeconds(each).after)
  judge({
    what: `own time before the first go build and after the last stage, ${defaultTargets.length} targets`,
    figure: together,
    atMost: 0.5,
    unit: ' s',
    from: `${before.toFixed(3)} s before, ${after.toFixed(3)} s after, of ${run('ours', ({ seconds }) => seconds).toFixed(2)} s in all`,
  })
}

async function measureGrowth(module: string): Promise<void> {
  const pairs = await pairsWithoutCgo()
  const argsFor = (targets: number): string[] => [
    ...['--matrix', pairs.slice(0, targets).join(',')],
    // Syft finds no modules in programs for some of these, and is a child anyway.
    ...['--sbom', 'off'],
  ]
  await runHello(module, argsFor(Math.max(...COUNTS)))
  const run = await alternate(
    ROUNDS,
    COUNTS.map((targets) => [String(targets), () => runHello(module, argsFor(targets))]),
  )
  judgeGrowth(
    'own CPU time',
    COUNTS.map((targets) => run(String(targets), ({ trace }) => trace.cpuSeconds * 1000)),
    'ms',
  )
  judgeGrowth(
    'own memory at its peak',
    COUNTS.map((targets) => run(String(targets), ({ trace }) => trace.maxRssBytes / MEGABYTE)),
    'MB',
  )
}

/** What each further target takes may not be more among many than among few. */
function judgeGrowth(what: string, figures: readonly number[], unit: string): void {
  const each = COUNTS.slice(1).map((targets, index) => ({
    from: COUNTS[index] ?? NaN,
    to: targets,
    cost: ((figures[index + 1] ?? NaN) - (figures[index] ?? NaN)) / (targets - (COUNTS[index] ?? NaN)),
  }))
  const [first = NaN, ...later] = each.map(({ cost }) => cost)
  const costs = each.map(({ from, to, cost }) => `${cost.toFixed(1)} ${unit} each from ${from} to ${to}`)
  const totals = COUNTS.map((targets, index) => `${figures[index]?.toFixed(0)} ${unit} for ${targets}`)
  judge({
    what: `${what} of a further target among up to ${COUNTS.at(-1)} to that among up to ${COUNTS[1]}`,
    // Where the first ones cost nothing, the later ones may not either.
    figure: first > 0 ? Math.max(...later) / first : Math.max(...later) > 0 ? Infinity : 0,
    atMost: 1.1,
    from: `${costs.join(', ')}; ${totals.join(', ')}`,
  })
}

const module = await temporaryModule(files, { git: {} })
await measureOverhead(module)
await measureGrowth(module)
