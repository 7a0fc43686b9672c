// A commit of a module, built by the action on a fresh runner with a cache service on loopback -> what building and caching took and moved.

import { readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runChecked } from '../__tests__/support/processes.js'
import type { ResultsService } from './test-support.js'
import type { Timed } from './timed-run.js'
import { buildSeconds, runTracedAction } from './traced-run.js'

export interface CachingRun extends Timed {
  readonly building: number
  /** Seconds of each, without the transfer to or from the cache service; 0 where it was not done. */
  readonly restore: number
  readonly prune: number
  readonly save: number
  /** Bytes of the entry that was restored and of those that were saved. */
  readonly down: number
  readonly up: number
  /** Bytes of the newest entry for builds like this one. */
  readonly stored: number
  /** Bytes of GOCACHE at the end of the run. */
  readonly gocache: number
}

/** What is read of manifest.json. */
interface Manifest {
  readonly cache?: Readonly<
    Record<
      'restore' | 'prune' | 'save',
      { readonly seconds?: number; readonly transferSeconds?: number } | undefined
    >
  >
}

/** Builds alone: no SBOM, archive, signature or upload. Nothing of the runner is left. */
export async function runCachingAction(
  module: string,
  targets: readonly string[],
  service: ResultsService,
): Promise<CachingRun> {
  const before = service.cacheEntries()
  const { run, action } = await runTracedAction({
    cwd: module,
    env: service.environment,
    inputs: {
      ...{ matrix: targets.join(','), cache: 'on', 'cache-save': 'always' },
      ...{ sbom: 'off', sign: 'off', archive: 'none', linkage: 'any', upload: 'false' },
    },
  })
  const { cache } = JSON.parse(readFileSync(action.outputs.manifest ?? '', 'utf8')) as Manifest
  const secondsOf = (stage: 'restore' | 'prune' | 'save'): number =>
    (cache?.[stage]?.seconds ?? 0) - (cache?.[stage]?.transferSeconds ?? 0)
  const { 'cache-key': key, 'cache-matched-key': matchedKey } = action.outputs
  const after = service.cacheEntries()
  const gocache = await folderBytes(join(action.temp, 'go-cross-release', 'go-build'))
  rmSync(dirname(action.temp), { recursive: true })
  return {
    ...run,
    building: buildSeconds(run),
    restore: secondsOf('restore'),
    prune: secondsOf('prune'),
    save: secondsOf('save'),
    down: before.findLast((entry) => entry.key === matchedKey)?.size ?? 0,
    up: after.slice(before.length).reduce((sum, { size }) => sum + size, 0),
    stored: after.findLast((entry) => entry.key === key || entry.key === matchedKey)?.size ?? 0,
    gocache,
  }
}

/** Of the files' content: no blocks, no folders. */
export async function folderBytes(folder: string): Promise<number> {
  const sizes = await runChecked(['find', folder, '-type', 'f', '-printf', '%s\\n'])
  return sizes.split('\n').reduce((sum, size) => sum + Number(size), 0)
}
