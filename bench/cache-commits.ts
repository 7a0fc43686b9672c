// Commits of age, each built on a fresh runner -> size, time and traffic of the build cache beside actions/setup-go's policy, a cache
// that nothing is pruned from, and none.

import { appendFileSync, existsSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runChecked } from '../__tests__/support/processes.js'
import { judge, tell } from './bars.js'
import { folderBytes, runCachingAction } from './caching-run.js'
import { withFolder } from './go-programs.js'
import { chooseRawLoop, defaultTargets, emptyFolder, prepareAge, runRawLoop, type Place } from './peers.js'
import { count } from './settings.js'
import { commitAll, startResultsService } from './test-support.js'
import { timeCommand } from './timed-run.js'

const COMMITS = count('commits', 20)
const targets = defaultTargets.slice(0, count('targets', 2))

/** Commits that import one more package of the standard library, so that other packages are compiled. */
const NEW_IMPORTS: Readonly<Record<number, string>> = { 7: 'container/ring', 14: 'index/suffixarray' }

/** What one commit took. */
interface Took {
  readonly building: number
  /** Seconds to restore, prune and save. */
  readonly caching: number
  readonly down: number
  readonly up: number
  /** Bytes of the newest entry afterwards. */
  readonly stored: number
  /** Bytes of GOCACHE at the end. */
  readonly gocache: number
}

type Policy = readonly [name: string, run: () => Promise<Took>]

const OURS = 'this action'
const NEVER_PRUNED = 'saved every time, never pruned'

/** Changes one file of one package, another one than the commit before. */
async function commitChange(module: string, sources: readonly string[], commit: number): Promise<void> {
  const source = sources[commit % sources.length] ?? ''
  appendFileSync(
    join(module, source),
    `\n// Commit${commit} is new.\nfunc Commit${commit}() int { return ${commit} }\n`,
  )
  const added = NEW_IMPORTS[commit]
  if (added !== undefined) {
    const main = join(module, 'cmd', 'age', `commit${commit}.go`)
    writeFileSync(main, `package main\n\nimport _ "${added}"\n`)
  }
  await commitAll(module)
}

/** A file of each package of the module that its programs are made of, relative to `module`. */
async function listSources(module: string): Promise<string[]> {
  const template = '{{with .Module}}{{if .Main}}{{$.Dir}}/{{index $.GoFiles 0}}{{end}}{{end}}'
  const command = ['go', 'list', '-deps', '-f', template, './cmd/...']
  const files = (await runChecked(command, { cwd: module })).trim().split('\n')
  return files.filter((file) => file !== '').map((file) => relative(module, file))
}

/** A raw loop with GOCACHE from an archive, as @actions/cache packs it, which is written anew where `saves` says so. */
async function buildFromArchive(place: Place, atOnce: 1 | 2, archive: string, saves: boolean): Promise<Took> {
  emptyFolder(place.gocache)
  emptyFolder(place.output)
  const options = { cwd: place.gocache }
  const tar = ['tar', '--posix', '--use-compress-program']
  let [caching, down, up] = [0, 0, 0]
  if (existsSync(archive)) {
    down = statSync(archive).size
    caching += (await timeCommand([...tar, 'unzstd', '-xf', archive], options)).seconds
  }
  const { seconds } = await runRawLoop(place, targets, atOnce)
  const gocache = await folderBytes(place.gocache)
  if (saves) {
    caching += (await timeCommand([...tar, 'zstdmt', '-cf', archive, '.'], options)).seconds
    up = statSync(archive).size
  }
  const stored = existsSync(archive) ? statSync(archive).size : 0
  return { building: seconds, caching, down, up, stored, gocache }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)}%`

/** How much larger the largest entry is than the smallest. */
function spread(commits: readonly Took[]): number {
  const sizes = commits.map(({ stored }) => stored)
  return Math.max(...sizes) / Math.min(...sizes) - 1
}

function describe(name: string, commits: readonly Took[]): string {
  const total = (figure: (took: Took) => number): number => sum(commits.map(figure))
  const stored = commits.map((took) => took.stored)
  const ratio = commits.map(({ stored, gocache }) => stored / gocache)
  return [
    `    ${name}: ${total((took) => took.building).toFixed(1)} s building, ${total((took) => took.caching).toFixed(1)} s caching`,
    `${mb(total((took) => took.down))} down, ${mb(total((took) => took.up))} up`,
    ...(Math.max(...stored) > 0
      ? [
          `entry ${mb(stored[0] ?? NaN)} at first, ${mb(stored.at(-1) ?? NaN)} at last, at most ${percent(Math.max(...ratio))} of GOCACHE`,
        ]
      : []),
  ].join('; ')
}

function report(took: ReadonlyMap<string, readonly Took[]>): void {
  const of = `${COMMITS} commits, ${targets.length} targets`
  tell(`    the build cache over ${of}:`)
  for (const [name, commits] of took) tell(describe(name, commits))
  const ours = took.get(OURS) ?? []
  judge({
    what: `largest pack over the smallest, less one, ${of}`,
    figure: spread(ours),
    atMost: 0.05,
    unit: '',
    from: `never pruned it is ${percent(spread(took.get(NEVER_PRUNED) ?? []))}`,
  })
}

await withFolder(async (folder) => {
  const module = await prepareAge()
  const place = { module, gocache: join(folder, 'go-build'), output: join(folder, 'out') }
  const atOnce = await chooseRawLoop(place, targets)
  const sources = await listSources(module)
  const service = await startResultsService()
  const archives = { setupGo: join(folder, 'setup-go.tzst'), unpruned: join(folder, 'unpruned.tzst') }
  const policies: readonly Policy[] = [
    [
      OURS,
      async () => {
        const run = await runCachingAction(module, targets, service)
        return { ...run, caching: run.restore + run.prune + run.save }
      },
    ],
    [
      'actions/setup-go (key of go.sum, never saved again)',
      () => buildFromArchive(place, atOnce, archives.setupGo, !existsSync(archives.setupGo)),
    ],
    [NEVER_PRUNED, () => buildFromArchive(place, atOnce, archives.unpruned, true)],
    ['no cache', () => buildFromArchive(place, atOnce, join(folder, 'none'), false)],
  ]
  const took = new Map(policies.map(([name]) => [name, [] as Took[]]))
  try {
    for (let commit = 1; commit <= COMMITS; commit++) {
      await commitChange(module, sources, commit)
      for (const [name, run] of commit % 2 === 0 ? [...policies].reverse() : policies) {
        const each = await run()
        took.get(name)?.push(each)
        console.log(
          `commit ${commit}, ${name}: ${each.building.toFixed(1)} s building, ${each.caching.toFixed(1)} s caching, ${mb(each.down)} down, ${mb(each.up)} up, GOCACHE ${mb(each.gocache)}`,
        )
      }
    }
  } finally {
    await service.stop()
  }
  report(took)
})
