// A GOCACHE on disk: what lies in it, what of it a run has used, and in which order it packs best.
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { mapConcurrently } from '../concurrently.js'
import type { PackageAction } from '../package-action.js'

/**
 * The path below GOCACHE of an action's entry (`-a`) or of an output (`-d`), which is named by its own SHA-256.
 * Source: cmd/go/internal/cache.
 */
export const CACHE_FILE = /^([0-9a-f]{2})\/(\1[0-9a-f]{62})-([ad])$/

export interface CacheFile {
  /** As CACHE_FILE has it. */
  readonly name: string
  /** Bytes. */
  readonly size: number
}

/** Go renews the time of an entry that it uses only where that is an hour old. Source: cmd/go/internal/cache, markUsed. */
const AGE_MS = 2 * 60 * 60 * 1000
const DISK_WIDTH = 16

/**
 * Makes what is restored look two hours old, and the cache as if it had just been trimmed. Go would otherwise delete, at
 * its first target, all that the other targets need: what was not used for five days, once `trim.txt` is a day old.
 *
 * @returns the time that tells: what Go uses from now on is younger, in milliseconds since the epoch
 */
export async function mendTimes(gocache: string): Promise<number> {
  const aged = Date.now() - AGE_MS
  await writeFile(path.join(gocache, 'trim.txt'), String(Math.floor(Date.now() / 1000)))
  await mapConcurrently(await listNames(gocache), DISK_WIDTH, (name) =>
    utimes(path.join(gocache, name), new Date(aged), new Date(aged)),
  )
  return aged + AGE_MS / 2
}

/** @param since from `mendTimes` */
export async function splitByUse(
  gocache: string,
  since: number,
): Promise<{ readonly used: CacheFile[]; readonly unused: CacheFile[] }> {
  const files = await mapConcurrently(await listNames(gocache), DISK_WIDTH, async (name) => {
    const { size, mtimeMs } = await stat(path.join(gocache, name))
    return { name, size, used: mtimeMs >= since }
  })
  const plain = ({ name, size }: CacheFile) => ({ name, size })
  return {
    used: files.filter(({ used }) => used).map(plain),
    unused: files.filter(({ used }) => !used).map(plain),
  }
}

async function listNames(gocache: string): Promise<string[]> {
  const entries = await readdir(gocache, { recursive: true, withFileTypes: true })
  // What `go run` and `go tool` built lies in folders of such names.
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(gocache, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .filter((name) => CACHE_FILE.test(name))
}

/** Hex digits of an action ID that its short form in base64 holds: 15 bytes. */
const SHORT_ID_DIGITS = 30

/**
 * In the order that packs best: the outputs of one package for all targets beside each other, since they have most of their
 * bytes in common; what no action names comes after them, and the small entries last. Packages with C in them are left out:
 * another runner may have other headers and libraries, which Go would not see.
 */
export async function sortForPacking(
  gocache: string,
  files: readonly CacheFile[],
  actions: readonly Pick<PackageAction, 'importPath' | 'actionId' | 'cgo'>[],
): Promise<CacheFile[]> {
  const known = new Map(actions.map((action) => [shortHex(action.actionId), action]))
  const outputs = new Map<string, string>()
  const left = new Set<string>()
  await mapConcurrently(files, DISK_WIDTH, async ({ name }) => {
    const action = known.get(entryId(name))
    if (action === undefined) return
    const output = (await readFile(path.join(gocache, name), 'latin1')).split(' ')[2] ?? ''
    const outputName = `${output.slice(0, 2)}/${output}-d`
    outputs.set(outputName, action.importPath)
    if (action.cgo) left.add(name).add(outputName)
  })
  // ASCII has nothing after these, and import paths have no such character.
  const rank = (name: string) => outputs.get(name) ?? (name.endsWith('-d') ? '~' : '~~')
  return files
    .filter(({ name }) => !left.has(name))
    .sort((a, b) => compare(rank(a.name), rank(b.name)) || compare(a.name, b.name))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Empty for an output. */
const entryId = (name: string): string => {
  const [, , id = '', kind] = CACHE_FILE.exec(name) ?? []
  return kind === 'a' ? id.slice(0, SHORT_ID_DIGITS) : ''
}

const shortHex = (actionId: string): string => Buffer.from(actionId, 'base64url').toString('hex')
