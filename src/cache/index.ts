// Restores Go's build cache before the first compile, and saves what of it this run used after the last; trouble here fails no build.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { CacheReport } from '../cache-report.js'
import type { Environment, Host } from '../host/host.js'
import { messageOf } from '../failures.js'
import type { PackageAction } from '../package-action.js'
import { compileCosts, isWorthSaving, netSeconds, sumCompiling } from './balance.js'
import { completeFacts, type CachedBuild } from './facts.js'
import { mendTimes } from './gocache.js'
import { cacheKey, describeDifference, entryKey } from './key.js'
import type { CachePolicy } from './policy.js'
import { restoreGocache, type Restored } from './restore.js'
import { saveGocache } from './save.js'

export type { CachedBuild } from './facts.js'
export { restoreBaseline, saveBaseline, type BaselinePlace } from './baseline.js'
export { restoreDurations, saveDurations } from './durations.js'
export { openModuleCache, type ModuleCache } from './modules.js'
export { decideCaching, keepsTexts, type CachePolicy } from './policy.js'

/** Names, below the host's work folder, of the GOCACHE that this action makes on a runner. */
const FOLDER = 'go-build'
const CLEAN_FOLDER = 'go-build-clean'

export interface Cache {
  /** To lay over the environment of the go command: GOCACHE, where it is this action's own. */
  readonly environment: Environment
  readonly report: () => CacheReport
  /**
   * After a build without any failure: weighs what was compiled, and saves where that is worth it.
   *
   * @param actions undefined where Go does not tell what it compiled
   */
  readonly close: (actions: readonly PackageAction[] | undefined) => Promise<void>
}

/** Restores what the policy allows. */
export async function openCache(host: Host, policy: CachePolicy, build: CachedBuild): Promise<Cache> {
  const { cache: service, log } = host
  const key = cacheKey(await completeFacts(host.processes, build))
  const [prefix] = key.prefixes
  let report: CacheReport = {
    key: prefix.slice(0, -1),
    matchedKey: '',
    hit: false,
    notes: policy.reasons,
    differs: [],
  }
  const untouched: Cache = { environment: {}, report: () => report, close: () => Promise.resolve() }
  if (!policy.own) return untouched

  await log.group(`Cache key ${report.key}`, () => {
    for (const [name, words] of Object.entries(key.ingredients)) log.info(`${name}: ${words.join('; ')}`)
    return Promise.resolve()
  })
  const gocache = path.join(host.folders.work, policy.clean ? CLEAN_FOLDER : FOLDER)
  let restored: Restored | 'nothing' | 'trouble' = 'nothing'
  let since: number
  try {
    await mkdir(gocache, { recursive: true })
    if (policy.restore && service !== undefined) {
      restored = await restoreGocache(host, service, gocache, key.prefixes)
    }
    // An earlier step of this job may have left a cache there too.
    since = await mendTimes(gocache)
  } catch (error) {
    log.warning(`cache: ${gocache} cannot be used, and Go compiles anew: ${messageOf(error)}`)
    return { ...untouched, environment: { GOCACHE: path.join(host.folders.scratch, FOLDER) } }
  }
  const known = typeof restored === 'string' ? undefined : restored
  if (known !== undefined) {
    report = {
      ...report,
      matchedKey: known.key,
      hit: known.key.startsWith(prefix),
      differs: describeDifference(key.ingredients, known.record.ingredients),
      restore: known.transfer,
    }
  }

  async function close(actions: readonly PackageAction[] | undefined): Promise<void> {
    if (actions === undefined) {
      report = { ...report, notSaved: 'this Go does not tell what it compiled' }
      return
    }
    const costs = known?.record.costs ?? {}
    // Those of main packages change with every commit, whose hash is stamped into them.
    const libraries = actions.filter(({ importPath, cgo }) => !cgo && !(importPath in build.mainPackages))
    const compiling = sumCompiling(libraries, costs)
    const content = entryKey(
      key,
      libraries.map(({ actionId }) => actionId),
    )
    // An entry that is broken never changes: its place is taken by a newer one of the same beginning.
    const broken = restored === 'trouble' || (known?.transfer.refused ?? 0) > 0
    const full = broken ? `${content}-${host.event.run}` : content
    report = { ...report, key: full, compiled: compiling.compiled, spared: compiling.spared }
    if (policy.save && service !== undefined) {
      const record = { ingredients: key.ingredients, costs: compileCosts(libraries, costs) }
      const outcome = isWorthSaving(compiling)
        ? await saveGocache(host, service, { key: full, gocache, since, actions, record })
        : { notSaved: whyNotWorth(report) }
      report = { ...report, ...outcome }
    }
    if (known !== undefined) {
      const { restore, prune, save } = report
      const spent = [restore, prune, save].reduce((sum, part) => sum + (part?.seconds ?? 0), 0)
      report = { ...report, netSeconds: netSeconds(compiling, host.machine.cores, spent) }
    }
  }
  return {
    // Nor does a program hand anything in.
    environment: { GOCACHE: gocache, ...(policy.clean ? { GOCACHEPROG: '' } : {}) },
    report: () => report,
    close,
  }
}

function whyNotWorth({ compiled }: CacheReport): string {
  return compiled === 0
    ? 'what was restored is all that is needed'
    : 'what it would add takes less than a tenth of the time to compile'
}
