// Puts the finished files into the output directory: an empty one, or one that a former run of this action filled.
import { createHash } from 'node:crypto'
import {
  access,
  constants,
  copyFile,
  mkdir,
  readFile,
  readdir,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises'
import path from 'node:path'
import { isFileName, PARTIAL_SUFFIX, writeArtifact, type Artifact } from '../artifact.js'
import { InputError } from '../errors.js'
import { exists } from '../files.js'
import type { Folders } from '../host/host.js'
import { MANIFEST_FILE } from '../plan/index.js'

/** Marks a manifest as this action's own. */
export const GENERATOR = 'go-cross-release'

/** Files made here must not make the tree look changed to Go's VCS stamping. */
const IGNORE_FILE = '.gitignore'
const IGNORE_ALL = '*\n'

/**
 * Names that a former run may have left in the folder; empty where there is nothing, or no folder.
 *
 * @param folder absolute path
 * @throws InputError where the folder holds files that no run of this action wrote
 */
export async function checkOutput(folder: string): Promise<string[]> {
  if (!(await exists(folder))) return []
  const present = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR')
      throw new InputError('output-directory', `${folder} is a file; name a folder`, { cause: error })
    throw new InputError('output-directory', `${folder} cannot be read: ${String(error)}`, { cause: error })
  })
  const former = await readFormerFiles(folder)
  const own = (await isOwnIgnoreFile(folder)) ? [IGNORE_FILE] : []
  const foreign = present.filter((name) => ![...own, MANIFEST_FILE + PARTIAL_SUFFIX].includes(name))
  if (former === undefined && foreign.length > 0) {
    throw new InputError(
      'output-directory',
      `${folder} holds files of something else (${foreign.slice(0, 3).join(', ')}); name an empty or new folder`,
    )
  }
  return former ?? []
}

/** The output directory of one run; disposing of it lets other runs in again. */
export interface Output extends AsyncDisposable {
  /**
   * Makes the folder and moves `files` into it, which lie elsewhere; resolves to them where they are then.
   *
   * @param planned names that this run may write here, now and later: the next run can remove them even if this one is killed
   */
  fill(planned: readonly string[], files: readonly Artifact[]): Promise<Artifact[]>
}

/**
 * Keeps other runs out of the folder until it is disposed of, sees that it can be made, and removes what a former run wrote,
 * by its manifest. The folder is not there after that, if nothing else is in it: a module that embeds its own folder would
 * take in what it holds while it is built.
 *
 * @param folder absolute path
 * @throws InputError where the folder cannot be made, is not ours, or is another run's at this moment
 */
export async function openOutput(folder: string, folders: Folders): Promise<Output> {
  const claimed = await claim(folder, folders)
  try {
    const former = await checkOutput(folder)
    const made = await makeFolder(folder)
    await access(folder, constants.W_OK).catch((error: unknown) => {
      throw new InputError('output-directory', `${folder} cannot be written to: ${String(error)}`, {
        cause: error,
      })
    })
    // Whoever wrote the manifest may have written paths into it.
    const left = [...former, MANIFEST_FILE].filter(isFileName)
    for (const name of left.flatMap((file) => [file, file + PARTIAL_SUFFIX])) {
      await rm(path.join(folder, name), { force: true })
    }
    if (made !== undefined) await rm(made, { recursive: true })
    else await removeIfEmpty(folder)
    return { ...claimed, fill: (planned, files) => fill(folder, planned, files) }
  } catch (error) {
    await claimed[Symbol.asyncDispose]()
    throw error
  }
}

async function fill(
  folder: string,
  planned: readonly string[],
  files: readonly Artifact[],
): Promise<Artifact[]> {
  await makeFolder(folder)
  const ignore = path.join(folder, IGNORE_FILE)
  // A link that lies there would be followed out of the folder.
  await rm(ignore, { force: true })
  await writeFile(ignore, IGNORE_ALL, { flag: 'wx' })
  const first = { generator: GENERATOR, status: 'running', files: [], planned }
  await writeArtifact({ name: MANIFEST_FILE, kind: 'manifest', output: folder }, [JSON.stringify(first)])
  const moved: Artifact[] = []
  for (const file of files) {
    const to = path.join(folder, file.name)
    await move(file.path, to)
    moved.push({ ...file, path: to })
  }
  return moved
}

/** What else is in the folder keeps it, and needs the file that hides it from Git. */
async function removeIfEmpty(folder: string): Promise<void> {
  const left = await readdir(folder)
  if (left.some((name) => name !== IGNORE_FILE)) return
  if (await isOwnIgnoreFile(folder)) await rm(path.join(folder, IGNORE_FILE))
  // It may be one that cannot be removed, as where another file system begins.
  await rmdir(folder).catch(() => undefined)
}

/** Whole under its name or not there, also from one file system to another. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    const partial = to + PARTIAL_SUFFIX
    try {
      await rm(partial, { force: true })
      await copyFile(from, partial, constants.COPYFILE_EXCL)
      await rename(partial, to)
    } catch (failure) {
      await rm(partial, { force: true })
      throw failure
    }
    await rm(from)
  }
}

/** Resolves to the first folder that had to be made. */
async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    // In two steps: made recursively at once, a folder that its parent refuses as not found is tried again for ever.
    const made = await mkdir(path.dirname(folder), { recursive: true })
    if (await exists(folder)) return undefined
    await mkdir(folder)
    return made ?? folder
  } catch (error) {
    throw new InputError('output-directory', `${folder} cannot be made: ${String(error)}`, { cause: error })
  }
}

/** A file that names the claiming run's scratch folder, which is there as long as that run is. */
async function claim(folder: string, { work, scratch }: Folders): Promise<AsyncDisposable> {
  const digest = createHash('sha256').update(await realFolder(folder))
  const lock = path.join(work, `output-${digest.digest('hex').slice(0, 16)}.lock`)
  await removeStaleLocks(work, scratch)
  await writeFile(lock, scratch, { flag: 'wx' }).catch(async (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      await rm(lock, { force: true })
      throw error
    }
    throw new InputError(
      'output-directory',
      `another run writes to ${folder} at this moment; wait for its end, or name another folder (if there is no other run, remove ${lock})`,
    )
  })
  return { [Symbol.asyncDispose]: () => rm(lock, { force: true }) }
}

/** Locks of runs that have ended. Each is moved away first, so that of two runs that find it only one removes it. */
async function removeStaleLocks(work: string, scratch: string): Promise<void> {
  for (const name of await readdir(work)) {
    const lock = path.join(work, name)
    if (!/^output-[0-9a-f]{16}\.lock$/.test(name) || !(await isStale(lock))) continue
    const moved = path.join(scratch, name)
    await rename(lock, moved).catch(() => undefined)
    // It was another's in the meantime.
    if ((await exists(moved)) && !(await isStale(moved))) await rename(moved, lock)
  }
}

/** Longer than it takes to write a name into a file that is there. */
const NAMELESS_FOR_MS = 10_000

async function isStale(lock: string): Promise<boolean> {
  const holder = await readFile(lock, 'utf8').catch(() => '')
  if (holder !== '') return !(await exists(holder))
  // Of a run that was killed before it had written its name, or met a full disk.
  const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Date.now() }))
  return Date.now() - mtimeMs > NAMELESS_FOR_MS
}

/** Without links, also where the folder is still to be made. */
async function realFolder(folder: string): Promise<string> {
  const parent = path.dirname(folder)
  return realpath(folder).catch(async () =>
    parent === folder ? folder : path.join(await realFolder(parent), path.basename(folder)),
  )
}

const isOwnIgnoreFile = (folder: string): Promise<boolean> =>
  readFile(path.join(folder, IGNORE_FILE), 'utf8').then(
    (text) => text === IGNORE_ALL,
    () => false,
  )

/** Names in the manifest of a former run; undefined where there is none of this action's. */
async function readFormerFiles(folder: string): Promise<string[] | undefined> {
  try {
    const manifest = JSON.parse(await readFile(path.join(folder, MANIFEST_FILE), 'utf8')) as {
      generator?: unknown
      files: { name?: unknown }[]
      planned?: unknown[]
    }
    if (manifest.generator !== GENERATOR) return undefined
    const names = [...manifest.files.map(({ name }) => name), ...(manifest.planned ?? [])]
    return names.filter((name) => typeof name === 'string')
  } catch {
    return undefined
  }
}
