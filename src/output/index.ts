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
  writeFile,
} from 'node:fs/promises'
import path from 'node:path'
import { PARTIAL_SUFFIX, writeArtifact, type Artifact } from '../artifact.js'
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
    const left = [...former, MANIFEST_FILE].filter((name) => path.basename(name) === name)
    for (const name of left.flatMap((file) => [file, file + PARTIAL_SUFFIX])) {
      await rm(path.join(folder, name), { force: true })
    }
    if (await isOwnIgnoreFile(folder)) await rm(path.join(folder, IGNORE_FILE))
    if (made !== undefined) await rm(made, { recursive: true })
    else if (former.length > 0) await rmdir(folder).catch(() => undefined)
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
  await writeFile(path.join(folder, IGNORE_FILE), IGNORE_ALL)
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

/** Whole under its name or not there, also from one file system to another. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    const partial = to + PARTIAL_SUFFIX
    try {
      await copyFile(from, partial)
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
  const real = await realpath(folder).catch(() => folder)
  const lock = path.join(work, `output-${createHash('sha256').update(real).digest('hex').slice(0, 16)}.lock`)
  const take = () => writeFile(lock, scratch, { flag: 'wx' })
  await take().catch(async (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const other = await readFile(lock, 'utf8').catch(() => '')
    if (other === '' || (await exists(other))) {
      throw new InputError(
        'output-directory',
        `another run writes to ${folder} at this moment; wait for its end, or name another folder (if there is no other run, remove ${lock})`,
      )
    }
    await rm(lock, { force: true })
    await take()
  })
  return { [Symbol.asyncDispose]: () => rm(lock, { force: true }) }
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
