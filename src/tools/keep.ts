// Files of former runs into bytes that are still what they were, and bytes of this run into files for the next one.
import { randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Log } from '../host/host.js'
import { digest } from './download.js'

/** No download and no compilation takes that long. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000
const UNFINISHED = '.part'

/**
 * What other jobs of this machine, or their users, can write to is not believed: the file is read once and hashed as read.
 *
 * @returns undefined where there is no such file, or where it was changed, which is told; then it is gone
 */
export async function readKept(log: Log, place: string, sha256: string): Promise<Uint8Array | undefined> {
  // A pipe would keep a reader waiting, and a link may lead anywhere.
  if ((await lstat(place).catch(() => undefined))?.isFile() !== true) return undefined
  const bytes = await readFile(place).catch(() => undefined)
  if (bytes === undefined) return undefined
  const actual = digest(bytes)
  if (actual === sha256) return bytes
  log.warning(
    `${place} was changed since it was kept (SHA-256 ${actual} instead of ${sha256}); it is not used, and fetched anew`,
  )
  await rm(place, { force: true }).catch(() => undefined)
  return undefined
}

/** As `readKept`, for a folder of files that are named by their own digests. */
export async function readAnyKept(log: Log, folder: string): Promise<Uint8Array | undefined> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!/^[0-9a-f]{64}$/.test(name)) continue
    const bytes = await readKept(log, path.join(folder, name), name)
    if (bytes !== undefined) return bytes
  }
  return undefined
}

/** Whoever finds the file finds all of it, and runs at once put the same one there. To keep nothing is no failure. */
export async function keep(log: Log, place: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${place}.${randomBytes(4).toString('hex')}${UNFINISHED}`
  try {
    await mkdir(path.dirname(place), { recursive: true })
    await removeAbandoned(path.dirname(place))
    await writeFile(unfinished, bytes)
    await rename(unfinished, place)
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined)
    log.info(`${place} cannot be kept for the next run: ${String(error)}`)
  }
}

/** Of runs that were killed while they wrote. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(UNFINISHED)) continue
    const file = path.join(folder, name)
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > ABANDONED_AFTER_MS) await rm(file, { force: true })
  }
}
