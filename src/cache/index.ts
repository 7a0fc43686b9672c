// Restores Go's build cache before the first compile, and saves what of it this run used after the last; trouble here fails no build.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { CacheReport } from '../cache-report.js'
import type { Environment, Host } from '../host/host.js'
import { compileCosts, isWorthSaving, netSeconds, sumCompiling, type PackageAction } from './balance.js'
import { completeFacts, type CachedBuild } from './facts.js'
import { mendTimes } from './gocache.js'
import { cacheKey, describeDifference, entryKey } from './key.js'
import type { CachePolicy } from './policy.js'
import { restoreGocache } from './restore.js'
import { saveGocache } from './save.js'

export type { CachedBuild } from './facts.js'
export { openModuleCache, type ModuleCache } from './modules.js'
export { decideCaching, type CachePolicy } from './policy.js'

/** Name, below the host's work folder, of the GOCACHE that this action makes on a runner. */
const FOLDER = 'go-build'

export interface Cache {
  /** To lay over the environment of the go command: GOCACHE, where it is this action's own. */
  readonly environment: Environment
  readonly report: () => CacheReport
  /** After a build without any failure: weighs what was compiled, and saves where that is worth it. */
  readonly close: (actions: readonly PackageAction[]) => Promise<void>
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
  if (!policy.own) return { environment: {}, report: () => report, close: () => Promise.resolve() }

  const gocache = path.join(host.folders.work, FOLDER)
  await mkdir(gocache, { recursive: true })
  await log.group(`Cache key ${report.key}`, () => {
    for (const [name, words] of Object.entries(key.ingredients)) log.info(`${name}: ${words.join('; ')}`)
    return Promise.resolve()
  })
  const restored =
    policy.restore && service !== undefined
      ? await restoreGocache(host, service, gocache, key.prefixes)
      : undefined
  if (restored !== undefined) {
    report = {
      ...report,
      matchedKey: restored.key,
      hit: restored.key.startsWith(prefix),
      differs: describeDifference(key.ingredients, restored.record.ingredients),
      restore: restored.transfer,
    }
  }
  // An earlier step of this job may have left a cache there too.
  const since = await mendTimes(gocache)

  async function close(actions: readonly PackageAction[]): Promise<void> {
    const known = restored?.record.costs ?? {}
    // Those of main packages change with every commit, whose hash is stamped into them.
    const libraries = actions.filter(({ importPath }) => !(importPath in build.mainPackages))
    const ids = libraries.map(({ actionId }) => actionId)
    const compiling = sumCompiling(libraries, known)
    report = { ...report, compiled: compiling.compiled, spared: compiling.spared }
    if (ids.length > 0) report = { ...report, key: entryKey(key, ids) }
    if (policy.save && service !== undefined) {
      const record = { ingredients: key.ingredients, costs: compileCosts(libraries, known) }
      const outcome = isWorthSaving(compiling)
        ? await saveGocache(host, service, { key: report.key, gocache, since, actions, record })
        : { notSaved: whyNotWorth(report) }
      report = { ...report, ...outcome }
    }
    if (restored !== undefined) {
      const { restore, prune, save } = report
      const spent = [restore, prune, save].reduce((sum, part) => sum + (part?.seconds ?? 0), 0)
      report = { ...report, netSeconds: netSeconds(compiling, host.machine.cores, spent) }
    }
  }
  return { environment: { GOCACHE: gocache }, report: () => report, close }
}

function whyNotWorth({ key, matchedKey }: CacheReport): string {
  return key === matchedKey
    ? 'what was restored is all that is needed'
    : 'what it would add takes less than a tenth of the time to compile'
}
