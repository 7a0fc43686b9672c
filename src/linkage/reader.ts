// A path -> Bytes: the one place of the linkage check that touches the disk.

import { readSync } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { ActionError, FormatError } from '../errors.js'
import { checkRange, type Bytes } from './bytes.js'

/**
 * Opens the file at `path` for as long as `use` runs. Reads are positional and take only what is asked for, so that a
 * 100 MB program costs a few kilobytes. An ActionError where the file cannot be read.
 */
export async function withFile<T>(path: string, use: (bytes: Bytes) => T): Promise<T> {
  const { file, size } = await openFile(path)
  try {
    return use({ size, read: (offset, length, what) => readFully(file, path, size, offset, length, what) })
  } finally {
    await file.close()
  }
}

async function openFile(path: string): Promise<{ readonly file: FileHandle; readonly size: number }> {
  try {
    // Asked before opening: to open a named pipe would wait for a writer.
    const { size, isFile } = await stat(path).then((stats) => ({ size: stats.size, isFile: stats.isFile() }))
    if (!isFile) throw new Error('it is not a regular file')
    return { file: await open(path, 'r'), size }
  } catch (error) {
    throw unreadable(path, error)
  }
}

function readFully(
  file: FileHandle,
  path: string,
  size: number,
  offset: number,
  length: number,
  what: string,
): Uint8Array {
  checkRange(size, offset, length, what)
  const raw = new Uint8Array(length)
  let done = 0
  while (done < length) {
    const got = readOnce(file, path, raw, done, offset + done)
    if (got === 0) throw new FormatError(offset + done, `the file shrank while ${what} was read`)
    done += got
  }
  return raw
}

function readOnce(file: FileHandle, path: string, raw: Uint8Array, done: number, position: number): number {
  try {
    return readSync(file.fd, raw, done, raw.length - done, position)
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** What node:fs throws is an Error. */
const unreadable = (path: string, error: unknown): ActionError =>
  new ActionError(`cannot read ${path}: ${(error as Error).message}`, { cause: error })
