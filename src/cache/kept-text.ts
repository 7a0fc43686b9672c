// One text of an earlier run <-> an entry of the cache service, for what a run is told of others and no byte is built from.
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { messageOf } from '../failures.js'
import type { Host } from '../host/host.js'
import { removePack } from './transfer.js'

/** What is kept. */
export interface KeptText {
  /** As warnings name it. */
  readonly what: string
  /** In the work folder; an entry is bound to the name. */
  readonly file: string
}

/**
 * @param prefixes of keys, the best first
 * @returns the text that was saved last, empty where there is none, undefined where it cannot be had
 */
export async function restoreText(
  { cache: service, folders, log }: Host,
  { what, file: name }: KeptText,
  prefixes: readonly string[],
): Promise<string | undefined> {
  if (service === undefined) return ''
  const file = path.join(folders.work, name)
  try {
    const key = await service.restore(name, prefixes)
    return key === undefined ? '' : await readFile(file, 'utf8')
  } catch (error) {
    log.warning(`cache: ${what} in an earlier run cannot be had: ${messageOf(error)}`)
    return undefined
  } finally {
    await removePack(file)
  }
}

/** @param prefix of its key, which the run completes */
export async function saveText(
  { cache: service, folders, log, event }: Host,
  { what, file: name }: KeptText,
  prefix: string,
  text: string,
): Promise<void> {
  if (service === undefined) return
  const file = path.join(folders.work, name)
  try {
    await writeFile(file, text)
    await service.save(name, `${prefix}${event.run}`)
  } catch (error) {
    log.warning(`cache: ${what} cannot be saved: ${messageOf(error)}`)
  } finally {
    await removePack(file)
  }
}

/** A part of a key, of what a key cannot hold as it is. */
export const shortHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16)
