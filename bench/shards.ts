// age, built for one target at a time -> how evenly its targets are shared out among the jobs of a matrix: the time of the job that
// ends last, beside the least that any sharing could take.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packShards, weighTargets, type Durations } from '../src/shards/index.js'
import { judge, tell } from './bars.js'
import { pairsWithoutCgo, withFolder } from './go-programs.js'
import { prepareAge } from './peers.js'
import { count } from './settings.js'
import { goEnvironment } from './test-support.js'
import { runCommand } from './traced-run.js'

const SHARDS = [1, 2, 4, 8]

/** What is read of a target in manifest.json. */
interface BuiltTarget {
  readonly target: string
  readonly programs: readonly unknown[]
  readonly buildSeconds: number
}

/** Each job of a matrix has a machine of its own, so that no target here shares one with another. */
function buildAlone(pairs: readonly string[]): Promise<readonly BuiltTarget[]> {
  return withFolder(async (folder) => {
    const module = await prepareAge()
    const { GOMODCACHE } = await goEnvironment()
    const env = { GOMODCACHE, GOCACHE: join(folder, 'go-build'), XDG_CACHE_HOME: join(folder, 'cache') }
    const release = join(folder, 'release')
    const args = [
      ...['--matrix', pairs.join(','), '--parallel', '1', '--cache', 'off'],
      ...['--sbom', 'off', '--sign', 'off', '--verify-modules', 'false', '--output-directory', release],
    ]
    await runCommand(args, { cwd: module, env })
    const manifest = JSON.parse(readFileSync(join(release, 'manifest.json'), 'utf8')) as {
      targets: readonly BuiltTarget[]
    }
    return manifest.targets
  })
}

/** Seconds until the last shard has built all its targets, where they were packed by what is `known` of them. */
function makespan(targets: readonly BuiltTarget[], known: Durations, shards: number): number {
  const seconds = new Map(targets.map(({ target, buildSeconds }) => [target, buildSeconds]))
  const weights = weighTargets(
    targets.map(({ target, programs }) => ({ id: target, programs })),
    known,
  )
  const packed = packShards(
    [...weights].map(([id, weight]) => ({ id, weight, runner: 'ubuntu-latest' })),
    shards,
  )
  return Math.max(...packed.map(({ targets: ids }) => sum(ids.map((id) => seconds.get(id) ?? NaN))))
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

const pairs = await pairsWithoutCgo()
const targets = await buildAlone(pairs.slice(0, count('targets', pairs.length)))
const durations = Object.fromEntries(targets.map(({ target, buildSeconds }) => [target, buildSeconds]))
const all = Object.values(durations)
const longest = Math.max(...all)
tell(
  `    age for ${targets.length} targets, one at a time: ${sum(all).toFixed(1)} s, from ${Math.min(...all).toFixed(1)} s to ${longest.toFixed(1)} s each:`,
)
for (const shards of SHARDS) {
  const least = Math.max(longest, sum(all) / shards)
  const measured = makespan(targets, durations, shards)
  const unknown = makespan(targets, {}, shards)
  judge({
    what: `the last of ${shards} shards, packed by measured durations, to the lower bound`,
    figure: measured / least,
    atMost: 1.15,
    from: `${measured.toFixed(1)} s, bound ${least.toFixed(1)} s; ${(unknown / least).toFixed(3)} × where nothing is measured yet, ${unknown.toFixed(1)} s`,
  })
}
