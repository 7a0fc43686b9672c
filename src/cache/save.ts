// Packs what a run used of its GOCACHE, leaves the rest out, and hands the pack to the cache service.
import { performance } from 'node:perf_hooks'
import type { CacheReport } from '../cache-report.js'
import { messageOf } from '../failures.js'
import type { CacheService, Host } from '../host/host.js'
import type { PackageAction } from '../package-action.js'
import { tellProgress } from '../progress.js'
import { sortForPacking, splitByUse } from './gocache.js'
import { writePack } from './pack.js'
import { PACK, type PackRecord } from './restore.js'
import { storePack } from './transfer.js'

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
  using _progress = tellProgress(log, (seconds) => `cache: still saving after ${seconds} s`)
  let report: Pick<CacheReport, 'prune'> = {}
  try {
    if (await service.has(PACK, key)) return { notSaved: 'another run has saved the same already' }
    const started = performance.now()
    const { used, unused } = await splitByUse(gocache, since)
    const pruned = performance.now()
    const unusedBytes = unused.reduce((sum, { size }) => sum + size, 0)
    report = { prune: { seconds: (pruned - started) / 1000, files: unused.length, bytes: unusedBytes } }
    const save = await storePack(service, folders, PACK, key, async (pack) => {
      const names = (await sortForPacking(gocache, used, actions)).map(({ name }) => name)
      return writePack(pack, gocache, names, record)
    })
    if (save) return { ...report, save }
    // The client says why not only where it was no refusal, as of a token that may only read.
    const notSaved = 'the cache service did not take it'
    log.notice(`cache: nothing was saved: ${notSaved}`)
    return { ...report, notSaved }
  } catch (error) {
    log.warning(`cache: nothing was saved: ${messageOf(error)}`)
    return { ...report, notSaved: 'there was trouble, which a warning tells' }
  }
}
