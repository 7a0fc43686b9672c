// Fetches the nearest pack and lays it out as a GOCACHE, file by file, each checked against its name.
import { createHash } from 'node:crypto'
import { mkdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import type { CacheReport } from '../cache-report.js'
import { messageOf } from '../failures.js'
import type { CacheService, Host } from '../host/host.js'
import { tellProgress } from '../progress.js'
import type { CompileCosts } from './balance.js'
import { CACHE_FILE } from './gocache.js'
import type { Ingredients } from './key.js'
import { readPack } from './pack.js'

/** The file that a GOCACHE travels in, in the host's work folder. */
export const PACK = 'go-build.pack'

/** What a pack says of itself. */
export interface PackRecord {
  readonly ingredients: Ingredients
  readonly costs: CompileCosts
}

/** Removes the pack; what cannot be removed goes with the runner. */
export const removePack = (pack: string): Promise<void> =>
  rm(pack, { force: true, recursive: true, maxRetries: 3 }).catch(() => undefined)

export interface Restored {
  /** Of the entry that was found. */
  readonly key: string
  readonly record: PackRecord
  readonly transfer: NonNullable<CacheReport['restore']>
}

/** Trouble is told. */
export async function restoreGocache(
  { log, folders }: Host,
  service: CacheService,
  gocache: string,
  prefixes: readonly string[],
): Promise<Restored | 'nothing' | 'trouble'> {
  const pack = path.join(folders.work, PACK)
  using _progress = tellProgress(log, (seconds) => `cache: still restoring after ${seconds} s`)
  let key: string | undefined
  try {
    const started = performance.now()
    key = await service.restore(PACK, prefixes)
    if (key === undefined) {
      log.info('cache: there is nothing to restore')
      return 'nothing'
    }
    const fetched = performance.now()
    const { size } = await stat(pack)
    let record: PackRecord | undefined
    const { files, bytes, refused } = await readPack(pack, gocache, isCacheFile, (text) => {
      record = parseRecord(text)
    })
    const ended = performance.now()
    if (refused > 0) log.warning(`cache: ${refused} files of ${key} are not what their names say: left out`)
    return {
      key,
      record: record ?? parseRecord(undefined),
      transfer: {
        seconds: (ended - started) / 1000,
        transferSeconds: (fetched - started) / 1000,
        bytes: size,
        files,
        unpackedBytes: bytes,
        refused,
      },
    }
  } catch (error) {
    // Half of it helps nobody who has no room to build.
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      await rm(gocache, { force: true, recursive: true })
    await mkdir(gocache, { recursive: true })
    // Entries never change: this one stays as it is for as long as it is asked for.
    const advice = key === undefined ? '' : `; delete the entry ${key}`
    log.warning(`cache: what was restored cannot be used, and Go compiles anew: ${messageOf(error)}${advice}`)
    return 'trouble'
  } finally {
    await removePack(pack)
  }
}

/** Go takes an output for what its name says; that an entry names the right output cannot be seen. */
function isCacheFile(name: string, bytes: Buffer): boolean {
  const [, , id, kind] = CACHE_FILE.exec(name) ?? []
  if (id === undefined) return false
  return kind === 'a' || createHash('sha256').update(bytes).digest('hex') === id
}

/** An entry of this shape is of our own making, under a key of our own; nothing but words and numbers is taken from it. */
function parseRecord(value: unknown): PackRecord {
  const { ingredients, costs } = (value ?? {}) as Partial<Record<keyof PackRecord, unknown>>
  return {
    ingredients: filterRecord(
      ingredients,
      (words): words is string[] => Array.isArray(words) && words.every((word) => typeof word === 'string'),
    ),
    costs: filterRecord(costs, (cost): cost is number => typeof cost === 'number' && cost >= 0),
  }
}

function filterRecord<T>(value: unknown, isWanted: (item: unknown) => item is T): Record<string, T> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, T] => isWanted(entry[1])))
}
