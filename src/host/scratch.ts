// The folder that one run works in: made new, gone with the run, and swept by the next one where a run was killed.
import { randomBytes } from 'node:crypto'
import { readlinkSync, rmSync } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { ActionError } from '../errors.js'

/** Of a run on another machine, or in another container, that shares the folder: no run takes that long. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000

const NAME = /^run-(.*)-(\d+)-[0-9a-f]{8}$/

/** Tells the next run, by machine and process, whether this one is still at work. */
export function scratchName(): string {
  return `run-${machineName()}-${process.pid}-${randomBytes(4).toString('hex')}`
}

/** Containers of one host name have process numbers of their own all the same. */
function machineName(): string {
  try {
    return `${os.hostname()}-${readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '')}`
  } catch {
    return os.hostname()
  }
}

/**
 * Makes `folder`, named by `scratchName`, and removes those of runs that have ended from beside it. Disposing of it removes
 * it with all that is in it.
 *
 * @param folder absolute path
 */
export async function openScratch(folder: string): Promise<AsyncDisposable> {
  const parent = path.dirname(folder)
  await makeFolder(parent).catch((error: unknown) => {
    throw new ActionError(
      `${parent}, where this action works, cannot be made: ${String(error)}; set XDG_CACHE_HOME, or on a runner RUNNER_TEMP, to a folder that can be written to`,
      { cause: error },
    )
  })
  for (const name of await readdir(parent)) {
    const other = path.join(parent, name)
    if (await isAbandoned(other)) remove(other)
  }
  // Keys of this run only are in it.
  await mkdir(folder, { mode: 0o700 })
  return {
    [Symbol.asyncDispose]() {
      // At once: a run that is stopped would go on meanwhile, and fail for want of what is removed.
      remove(folder)
      return Promise.resolve()
    },
  }
}

/** In two steps: made recursively at once, it would be not found where the disk is full or read-only. */
async function makeFolder(folder: string): Promise<void> {
  await mkdir(path.dirname(folder), { recursive: true })
  await mkdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  })
}

async function isAbandoned(folder: string): Promise<boolean> {
  const [, host, pid] = NAME.exec(path.basename(folder)) ?? []
  if (pid === undefined) return false
  if (host === machineName()) return !isRunning(Number(pid))
  const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }))
  return Date.now() - mtimeMs > ABANDONED_AFTER_MS
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // A process of somebody else's is there, but cannot be asked.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** What cannot be removed now, as a file that Windows holds open, the next run tries again. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  } catch {
    // It is still there, and named as what it is.
  }
}
