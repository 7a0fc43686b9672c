// Restores Go's build cache before the first compile and saves it after the last; trouble here never fails a build.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Environment, Host } from '../host/host.js'
import { cacheKey, type CacheKey, type KeyFacts } from './key.js'

export type { KeyFacts } from './key.js'

export interface CachePolicy {
  readonly restore: boolean
  readonly save: boolean
  /** Why something is not done, where that is not what the input says by itself. */
  readonly reason: string | undefined
}

/** Name, below the host's work folder, of the GOCACHE that this action makes on a runner. */
const FOLDER = 'go-build'

/**
 * A file changed in a restored cache would be linked into a release without a word, so that `auto` restores nothing
 * where files are released. No run but another of the same tag can see what a tag run saves.
 */
export function decideCaching(
  cache: 'auto' | 'on' | 'restore' | 'off',
  facts: {
    readonly onRunner: boolean
    readonly available: boolean
    readonly onTag: boolean
    readonly signing: boolean
  },
): CachePolicy {
  const nothing = { restore: false, save: false }
  // On a laptop the cache is Go's own, and needs neither.
  if (!facts.onRunner) return { ...nothing, reason: undefined }
  if (cache === 'off') return { ...nothing, reason: 'cache: off' }
  if (!facts.available) return { ...nothing, reason: 'this job has no cache service' }
  const save = cache !== 'restore' && !facts.onTag
  if (cache !== 'auto')
    return {
      restore: true,
      save,
      reason: facts.onTag && cache === 'on' ? 'nothing is saved on a tag' : undefined,
    }
  if (facts.onTag) return { ...nothing, reason: 'nothing is restored or saved on a tag; cache: on restores' }
  if (facts.signing)
    return { restore: false, save, reason: 'nothing is restored when signing; cache: on restores' }
  return { restore: true, save, reason: undefined }
}

/** Absolute paths; go.work is empty without a workspace. */
export interface ModulePlace {
  readonly gomod: string
  readonly gowork: string
}

export interface Cache {
  /** To lay over the environment of the go command: GOCACHE, where it is this action's own. */
  readonly environment: Environment
  readonly report: { readonly key: string; readonly matchedKey: string; readonly hit: boolean }
  /** Saves under the primary key, unless exactly that entry was restored. */
  save(): Promise<void>
}

/** Restores what the policy allows. On a laptop Go's own cache is used and never touched. */
export async function openCache(
  host: Host,
  policy: CachePolicy,
  facts: Omit<KeyFacts, 'moduleFiles'>,
  module: ModulePlace,
): Promise<Cache> {
  const key = cacheKey({ ...facts, moduleFiles: await readModuleFiles(module) })
  const { cache: service, log } = host
  const report = (matchedKey = '') => ({ key: key.primary, matchedKey, hit: matchedKey === key.primary })
  if (host.kind === 'local') return { environment: {}, report: report(), save: () => Promise.resolve() }

  await log.group(`Cache key ${key.primary}`, () => {
    for (const [name, text] of Object.entries(key.ingredients)) log.info(`${name}: ${text}`)
    return Promise.resolve()
  })
  const gocache = path.join(host.folders.work, FOLDER)
  await mkdir(gocache, { recursive: true })
  const matched = policy.restore ? await restore(host, gocache, key) : undefined
  return {
    environment: { GOCACHE: gocache },
    report: report(matched),
    async save() {
      if (!policy.save || service === undefined || matched === key.primary) return
      try {
        const saved = await service.save(FOLDER, key.primary)
        log.info(saved ? `cache: saved ${key.primary}` : 'cache: nothing was saved')
      } catch (error) {
        log.warning(`cache: nothing was saved: ${describe(error)}`)
      }
    },
  }
}

/** @returns the key whose entry was restored */
async function restore(
  { cache: service, log }: Host,
  gocache: string,
  key: CacheKey,
): Promise<string | undefined> {
  try {
    const matched = await service?.restore(FOLDER, key.primary, key.prefixes)
    log.info(matched === undefined ? 'cache: nothing was restored' : `cache: restored ${matched}`)
    if (matched !== undefined) await postponeTrim(gocache)
    return matched
  } catch (error) {
    log.warning(`cache: nothing was restored: ${describe(error)}`)
    return undefined
  }
}

/** The files that a module's dependencies are pinned by: go.mod, go.sum, and those of a workspace. */
async function readModuleFiles({ gomod, gowork }: ModulePlace): Promise<Record<string, string>> {
  const files = [gomod, gomod.replace(/mod$/, 'sum')]
  if (gowork !== '') files.push(gowork, `${gowork}.sum`)
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))
  return Object.fromEntries(files.map((file, index) => [path.basename(file), texts[index] ?? '']))
}

/**
 * Go deletes entries that were not used for five days when `trim.txt` is a day old, which a restored one mostly is: the
 * first target would throw out what the others need. Source: cmd/go/internal/cache, Trim.
 */
async function postponeTrim(gocache: string): Promise<void> {
  await writeFile(path.join(gocache, 'trim.txt'), String(Math.floor(Date.now() / 1000)))
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
