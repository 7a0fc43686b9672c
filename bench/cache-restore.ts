// age on a fresh runner that restores its build cache from a service on loopback -> how long it takes beside a cold raw
// loop, and how large the entry is.

import { join } from 'node:path'
import { judge, tell } from './bars.js'
import { runCachingAction, type CachingRun } from './caching-run.js'
import { withFolder } from './go-programs.js'
import { chooseRawLoop, defaultTargets, prepareAge, runColdRawLoop } from './peers.js'
import { alternate } from './rounds.js'
import { count } from './settings.js'
import { git, startResultsService } from './test-support.js'
import type { Timed } from './timed-run.js'

const ROUNDS = count('rounds', 3)
const targets = defaultTargets.slice(0, count('targets', defaultTargets.length))

type Took = Timed | CachingRun

/** A figure of a run of ours. */
const ours =
  (figure: (run: CachingRun) => number) =>
  (took: Took): number =>
    'restore' in took ? figure(took) : NaN

const inAll = ({ restore, building, prune, save }: CachingRun): number => restore + building + prune + save

const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

await withFolder(async (folder) => {
  const module = await prepareAge()
  const place = { module, gocache: join(folder, 'go-build'), output: join(folder, 'out') }
  const atOnce = await chooseRawLoop(place, targets)
  const service = await startResultsService()
  try {
    const first = await runCachingAction(module, targets, service)
    const took = await alternate<Took>(ROUNDS, [
      [
        'ours',
        async () => {
          // The stamp in each program is another one, as in every run on a push.
          await git(module, 'commit', '--quiet', '--allow-empty', '--message=Next')
          const run = await runCachingAction(module, targets, service)
          if (run.down === 0) throw new Error('nothing was restored')
          return run
        },
      ],
      ['raw', () => runColdRawLoop(place, targets, atOnce)],
    ])
    const raw = took('raw', ({ seconds }) => seconds)
    const s = (figure: (run: CachingRun) => number): string => `${took('ours', ours(figure)).toFixed(2)} s`
    tell(`    age for ${targets.length} targets, medians of ${ROUNDS} rounds:`)
    judge({
      what: 'restore, build, prune and save on a fresh runner, which has nothing to save, to a cold raw loop',
      figure: took('ours', ours(inAll)) / raw,
      atMost: 0.12,
      from: [
        `ours ${s(inAll)}: restore ${s((run) => run.restore)}, build ${s((run) => run.building)}, prune ${s((run) => run.prune)}, save ${s((run) => run.save)}; ${s(({ seconds }) => seconds)} the whole action`,
        `the run that filled the cache ${first.building.toFixed(2)} s building, ${first.save.toFixed(2)} s saving`,
        `raw loop (${atOnce} at once) ${raw.toFixed(2)} s`,
      ].join('; '),
    })
    judge({
      what: 'the pack to the raw GOCACHE',
      figure: first.stored / first.gocache,
      atMost: 0.15,
      from: `${mb(first.stored)} of ${mb(first.gocache)}`,
    })
  } finally {
    await service.stop()
  }
})
