// Builds of which a compiler is killed, as by a system without memory: once, and again and again.
import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import { buildTarget, NOTHING_KEPT, openBudget, openKeptOutputs } from '../../src/build/index.js'
import { BuildError } from '../../src/errors.js'
import type { Environment, Processes } from '../../src/host/host.js'
import { startLane, type TargetResult } from '../../src/lane.js'
import { parseChecks } from '../../src/linkage/index.js'
import { packHere } from '../../src/package/pack.js'
import { inspectSource } from '../../src/source/index.js'
import { openTimeline, type Span } from '../../src/timeline.js'
import { killCompilers } from '../support/kill-compilers.js'
import { startHost } from '../support/local-host.js'
import { temporaryModule } from '../support/modules.js'
import { run } from '../support/processes.js'
import { sha256 } from '../support/release-files.js'
import { temporaryFolder } from '../support/temporary.js'
import { optionsOf, planOf } from '../unit/plan/example-plan.js'
import { describeOn } from './linkage/describe-on.js'
import { createInputs } from '../unit/example-inputs.js'

const MODULE = {
  'go.mod': 'module example.test/app\n\ngo 1.22\n',
  'main.go': 'package main\n\nfunc main() { println("built") }\n',
}
const TARGETS = ['linux/amd64', 'linux/arm64']

let folder: string
beforeAll(async () => {
  folder = await temporaryModule(MODULE)
})

const emptyCache = () => ({ GOCACHE: temporaryFolder('go-build') })

interface Release {
  readonly results: readonly TargetResult[]
  /** By target: whether its lane said that it was built. */
  readonly built: readonly boolean[]
  readonly lines: readonly string[]
  readonly kills: number
  readonly spans: readonly Span[]
}

/** @param environment of the go command */
async function release(kills: number, output: string, environment: Environment): Promise<Release> {
  await using host = await startHost(temporaryFolder('cache'))
  const { targets } = planOf(
    TARGETS.map((target) => optionsOf(target, { packages: ['example.test/app'] })),
    { archive: 'none', sbom: [] },
  )
  const timeline = openTimeline(new Date())
  const question = createInputs({ 'working-directory': folder })
  const settings = {
    source: await inspectSource(host, question),
    flags: { trimpath: true, buildvcs: 'auto', mod: undefined },
    place: {
      source: folder,
      output: join(host.folders.scratch, 'build'),
      environment,
      budget: openBudget(host, targets.length, 2),
      kept: await openKeptOutputs(host, folder, ''),
    },
    checks: parseChecks(''),
    extraFiles: [],
    pack: packHere,
    timeline,
    output,
  } as const
  using killer = killCompilers('runtime', kills)
  const lanes = targets.map((target) => startLane(host, target, settings))
  const results = await Promise.all(lanes.map(({ done }) => done))
  const built = await Promise.all(lanes.map(async (lane) => (await lane.built) !== undefined))
  return { results, built, lines: host.lines, kills: killer.kills(), spans: timeline.spans() }
}

describeOn('linux/x64', ['go'])('a compiler is killed', () => {
  test('once: the build is tried again alone, and the release is as it would have been', async () => {
    const [output, undisturbed] = [temporaryFolder('output'), temporaryFolder('output')]
    const { results, built, lines, kills, spans } = await release(1, output, emptyCache())
    expect(kills).toBe(1)
    expect(results.map(({ error }) => error)).toEqual([undefined, undefined])
    expect(built).toEqual([true, true])
    const retried = results.filter(({ report }) => report.retried !== undefined)
    expect(retried.map(({ report }) => [report.status, report.retried])).toEqual([
      ['done', 'killed for memory'],
    ])
    const [id = ''] = retried.map(({ report }) => report.target)
    expect(lines).toContain(`notice: ${id}: the build was killed for memory; it is tried once more, alone`)
    expect(lines).toContainEqual(
      expect.stringMatching(
        new RegExp(`^info: ${id}: done; built in .*, 1 linked, retried: killed for memory$`),
      ),
    )

    for (const target of TARGETS) {
      const own = spans.filter((span) => span.target === target)
      expect(own.map(({ what, failed }) => [what, failed])).toEqual([
        ['compile', undefined],
        ['link', undefined],
        ['check', undefined],
        ['package', undefined],
      ])
      const [compile, link, , packed] = own
      expect(link?.start).toBe(compile?.end)
      expect(packed?.start).toBeGreaterThanOrEqual(link?.end ?? Infinity)
    }

    const expected = await release(0, undisturbed, {})
    const files = ({ results: of }: Pick<Release, 'results'>) =>
      of.flatMap((result) => result.files.map(({ name, sha256 }) => ({ name, sha256 })))
    expect(files({ results })).toEqual(files(expected))
    expect(files({ results })).toHaveLength(2)
    const program = results[0]?.files[0]?.path ?? ''
    expect((await run([program])).stderr).toBe('built\n')
  })

  test('again and again: the target fails with what to do, after two attempts', async () => {
    const { results, built, lines, kills, spans } = await release(
      Infinity,
      temporaryFolder('output'),
      emptyCache(),
    )
    expect(kills).toBe(4)
    expect(built).toEqual([false, false])
    for (const { report, files, error } of results) {
      expect(files).toEqual([])
      expect(report.status).toBe('failed')
      expect(error).toBeInstanceOf(BuildError)
      expect(report.error).toMatch(
        /^go build: exit code 1\n[^]*: signal: killed[^]*\nkilled for memory, and again when tried alone; .*parallel: 1/,
      )
    }
    expect(lines.filter((line) => line.endsWith('it is tried once more, alone'))).toHaveLength(2)
    expect(spans.map(({ what, failed }) => [what, failed])).toEqual([
      ['compile', true],
      ['compile', true],
    ])
  })

  test('go itself: what it has half written is not taken for up to date', async () => {
    await using host = await startHost(temporaryFolder('cache'))
    const [target] = planOf([optionsOf('linux/amd64', { packages: ['example.test/app'] })]).targets
    if (target === undefined) throw new Error('a plan of one target has none')
    const flags = { trimpath: true, buildvcs: 'auto', mod: undefined } as const
    const build = async (processes: Processes) => {
      const place = {
        source: folder,
        output: temporaryFolder('build'),
        environment: {},
        budget: openBudget(host, 1, undefined),
        kept: NOTHING_KEPT,
      }
      const built = await buildTarget({ ...host, processes }, target, flags, place, () => undefined)
      return { retried: built.retried, digest: sha256(join(built.folder, 'app')) }
    }
    const whole = await build(host.processes)

    let dying = true
    const dyingOnce: Processes = {
      ...host.processes,
      async runChecked(command, options) {
        const finished = await host.processes.runChecked(command, options)
        if (!dying) return finished
        dying = false
        // Behind the build ID.
        truncateSync(command[command.indexOf('-o') + 1] ?? '', 500_000)
        return host.processes.runChecked([process.execPath, '-e', 'process.kill(process.pid, "SIGKILL")'])
      },
    }
    expect(await build(dyingOnce)).toEqual({ ...whole, retried: 'killed for memory' })
  })
})
