// age, built and released for the default targets by this action and by its peers -> who is faster, cold and warm.

import { join } from 'node:path'
import { judge, tell } from './bars.js'
import { withFolder } from './go-programs.js'
import {
  chooseRawLoop,
  defaultTargets,
  emptyFolder,
  prepareAge,
  prepareGoreleaser,
  runColdRawLoop,
  runRawLoop,
  type AtOnce,
  type Goreleaser,
  type Place,
} from './peers.js'
import { alternate, type Medians } from './rounds.js'
import { count } from './settings.js'
import type { Timed } from './timed-run.js'
import { buildSeconds, runCommand } from './traced-run.js'

const COLD_ROUNDS = count('rounds', 3)
const WARM_ROUNDS = count('rounds', 5)
const targets = defaultTargets.slice(0, count('targets', defaultTargets.length))
/** As no peer does. */
const UNVERIFIED = ['--verify-modules', 'false']
const BUILD_ONLY = [
  ...['--sbom', 'off', '--sign', 'off', '--archive', 'none', '--linkage', 'any'],
  ...UNVERIFIED,
]

/** `building` is the part of `seconds` that a raw loop does too. */
interface Took extends Timed {
  readonly building: number
}

const whole = (timed: Timed): Took => ({ ...timed, building: timed.seconds })

type Figure = (took: Took) => number
const wall: Figure = ({ seconds }) => seconds
const cpu: Figure = ({ cpuSeconds }) => cpuSeconds
const building: Figure = (took) => took.building

const s = (seconds: number): string => `${seconds.toFixed(2)} s`

/** What all comparisons build, and where. */
interface Setting {
  /** A folder that goes with the bench. */
  readonly folder: string
  readonly module: string
  readonly goreleaser: Goreleaser
  readonly raw: Place
  readonly atOnce: AtOnce
}

/** What a run of ours reads and writes, but for the modules. */
interface Places {
  readonly gocache: string
  readonly caches: string
  readonly output: string
}

const placesIn = (folder: string): Places => ({
  gocache: join(folder, 'go-build'),
  caches: join(folder, 'cache'),
  output: join(folder, 'release'),
})

async function runOurs(module: string, places: Places, args: readonly string[]): Promise<Took> {
  const run = await runCommand(
    [...args, '--matrix', targets.join(','), '--output-directory', places.output],
    {
      cwd: module,
      env: { GOCACHE: places.gocache, XDG_CACHE_HOME: places.caches },
    },
  )
  return { ...run, building: buildSeconds(run) }
}

function describe(medians: Medians<Took>, names: readonly string[]): string {
  return names
    .map((name) => {
      const [all, part] = [medians(name, wall), medians(name, building)]
      const parts = all === part ? s(all) : `${s(part)} building, ${s(all)} in all`
      return `${name} ${parts}, ${s(medians(name, cpu))} CPU`
    })
    .join('; ')
}

async function compareCold({ folder, module, goreleaser, raw, atOnce }: Setting): Promise<void> {
  const names = ['ours', `raw loop (${atOnce} at once)`, 'goreleaser'] as const
  const [ours, loop, other] = names
  const medians = await alternate<Took>(COLD_ROUNDS, [
    [ours, () => runOurs(module, placesIn(emptyFolder(join(folder, 'ours'))), BUILD_ONLY)],
    [loop, async () => whole(await runColdRawLoop(raw, targets, atOnce))],
    [other, async () => whole(await goreleaser.build(emptyFolder(join(folder, 'goreleaser'))))],
  ])
  const ratio = (mine: Figure, peer: string, theirs: Figure): number =>
    medians(ours, mine) / medians(peer, theirs)
  const from = describe(medians, names)
  judge({
    what: 'cold build, CPU of the whole command to the raw loop',
    figure: ratio(cpu, loop, cpu),
    atMost: 0.88,
    from,
  })
  judge({ what: 'cold build, wall to the raw loop', figure: ratio(building, loop, wall), atMost: 0.92, from })
  judge({ what: 'cold build, wall to goreleaser', figure: ratio(building, other, wall), atMost: 0.9, from })
  tell(
    `    cold build, wall of the whole command: ${ratio(wall, loop, wall).toFixed(3)} × the raw loop, ${ratio(wall, other, wall).toFixed(3)} × goreleaser`,
  )
}

/** Where the cold builds were. */
async function compareAgain({ folder, module, raw, atOnce }: Setting): Promise<void> {
  const names = ['ours', `raw loop (${atOnce} at once)`] as const
  const [ours, loop] = names
  const medians = await alternate<Took>(WARM_ROUNDS, [
    [ours, () => runOurs(module, placesIn(join(folder, 'ours')), BUILD_ONLY)],
    [loop, async () => whole(await runRawLoop(raw, targets, atOnce))],
  ])
  judge({
    what: 'warm build with outputs present, wall to the raw loop',
    figure: medians(ours, building) / medians(loop, wall),
    atMost: 1.3,
    from: describe(medians, names),
  })
  tell(
    `    warm build with outputs present, wall of the whole command: ${(medians(ours, wall) / medians(loop, wall)).toFixed(3)} × the raw loop`,
  )
}

/** With the build caches that the cold builds left, and nothing else of theirs. */
async function compareRelease({ folder, module, goreleaser }: Setting): Promise<void> {
  const names = ['ours', 'ours with modules verified and provenance', 'goreleaser'] as const
  const [ours, all, other] = names
  const { gocache } = placesIn(join(folder, 'ours'))
  const release = (args: readonly string[]) => () => {
    const places = { ...placesIn(emptyFolder(join(folder, 'release'))), gocache }
    return runOurs(module, places, ['--cosign-key', 'throwaway', ...args])
  }
  const medians = await alternate<Took>(WARM_ROUNDS, [
    [ours, release([...UNVERIFIED, '--provenance', 'false'])],
    [all, release([])],
    [other, async () => whole(await goreleaser.release(join(folder, 'goreleaser')))],
  ])
  judge({
    what: 'warm release without outputs, wall to goreleaser',
    figure: medians(ours, wall) / medians(other, wall),
    atMost: 0.5,
    from: describe(medians, names),
  })
  tell(
    `    warm release without outputs, modules verified and provenance signed: ${(medians(all, wall) / medians(other, wall)).toFixed(3)} × goreleaser`,
  )
}

await withFolder(async (folder) => {
  const module = await prepareAge()
  const goreleaser = await prepareGoreleaser(folder, targets)
  const raw = { module, gocache: join(folder, 'raw', 'go-build'), output: join(folder, 'raw', 'out') }
  const setting = { folder, module, goreleaser, raw, atOnce: await chooseRawLoop(raw, targets) }
  tell(
    `    age for ${targets.length} targets, medians of ${COLD_ROUNDS} cold and ${WARM_ROUNDS} warm rounds:`,
  )
  await compareCold(setting)
  await compareAgain(setting)
  await compareRelease(setting)
})
