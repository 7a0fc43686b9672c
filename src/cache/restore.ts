// Fetches the nearest pack and lays it out as a GOCACHE, file by file, each checked against its name.
import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import type { CacheReport } from '../cache-report.js'
import { messageOf } from '../failures.js'
import type { CacheService, Host } from '../host/host.js'
import { tellProgress } from '../progress.js'
import type { CompileCosts } from './balance.js'
import { CACHE_FILE } from './gocache.js'
import type { Ingredients } from './key.js'
import { readPack } from './pack.js'
import { fetchPack } from './transfer.js'

/** The file that a GOCACHE travels in, in the host's work folder. */
export const PACK = 'go-build.pack'

/** What a pack says of itself. */
export interface PackRecord {
  readonly ingredients: Ingredients
  readonly costs: CompileCosts
}

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
  using _progress = tellProgress(log, (seconds) => `cache: still restoring after ${seconds} s`)
  const entry: { key?: string } = {}
  let record = parseRecord(undefined)
  try {
    const fetched = await fetchPack(service, folders, PACK, prefixes, (pack, key) => {
      entry.key = key
      return readPack(pack, gocache, isCacheFile, (text) => {
        record = parseRecord(text)
      })
    })
    if (fetched === undefined) {
      log.info('cache: there is nothing to restore')
      return 'nothing'
    }
    const { key, transfer, unpacked } = fetched
    const { files, bytes, refused } = unpacked
    if (refused > 0) log.warning(`cache: ${refused} files of ${key} are not what their names say: left out`)
    return { key, record, transfer: { ...transfer, files, unpackedBytes: bytes, refused } }
  } catch (error) {
    // Half of it helps nobody who has no room to build.
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      await rm(gocache, { force: true, recursive: true })
    await mkdir(gocache, { recursive: true })
    // Entries never change: this one stays as it is for as long as it is asked for.
    const advice = entry.key === undefined ? '' : `; delete the entry ${entry.key}`
    log.warning(`cache: what was restored cannot be used, and Go compiles anew: ${messageOf(error)}${advice}`)
    return 'trouble'
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
