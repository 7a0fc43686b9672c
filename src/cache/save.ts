// Packs what a run used of its GOCACHE, leaves the rest out, and hands the pack to the cache service.
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import type { CacheReport } from '../cache-report.js'
import { messageOf } from '../failures.js'
import type { CacheService, Host } from '../host/host.js'
import type { PackageAction } from '../package-action.js'
import { tellProgress } from '../progress.js'
import { sortForPacking, splitByUse } from './gocache.js'
import { writePack } from './pack.js'
import { PACK, removePack, type PackRecord } from './restore.js'

export interface SaveRequest {
  readonly key: string
  /** Absolute path. */
  readonly gocache: string
  /** From `mendTimes`. */
  readonly since: number
  readonly actions: readonly PackageAction[]
  readonly record: PackRecord
}

/** Nothing is deleted: what this run did not use is not packed, and goes with the runner. */
export async function saveGocache(
  { log, folders }: Host,
  service: CacheService,
  { key, gocache, since, actions, record }: SaveRequest,
): Promise<Pick<CacheReport, 'prune' | 'save' | 'notSaved'>> {
  const pack = path.join(folders.work, PACK)
  using _progress = tellProgress(log, (seconds) => `cache: still saving after ${seconds} s`)
  let report: Pick<CacheReport, 'prune'> = {}
  try {
    if (await service.has(PACK, key)) return { notSaved: 'another run has saved the same already' }
    const started = performance.now()
    const { used, unused } = await splitByUse(gocache, since)
    const pruned = performance.now()
    const unusedBytes = unused.reduce((sum, { size }) => sum + size, 0)
    report = { prune: { seconds: (pruned - started) / 1000, files: unused.length, bytes: unusedBytes } }
    const sorted = await sortForPacking(gocache, used, actions)
    const bytes = await writePack(
      pack,
      gocache,
      sorted.map(({ name }) => name),
      record,
    )
    const packed = performance.now()
    if (!(await service.save(PACK, key))) {
      // The client says why not only where it was no refusal, as of a token that may only read.
      log.notice('cache: nothing was saved: the cache service did not take it')
      return { ...report, notSaved: 'the cache service did not take it' }
    }
    const ended = performance.now()
    return {
      ...report,
      save: { seconds: (ended - pruned) / 1000, transferSeconds: (ended - packed) / 1000, bytes },
    }
  } catch (error) {
    log.warning(`cache: nothing was saved: ${messageOf(error)}`)
    return { ...report, notSaved: 'there was trouble, which a warning tells' }
  } finally {
    await removePack(pack)
  }
}
