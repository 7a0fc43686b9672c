// Makes the output directory ready: an empty one, or one that a former run of this action left.
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { PARTIAL_SUFFIX, writeArtifact } from '../artifact.js'
import { InputError } from '../errors.js'
import { exists } from '../files.js'
import { MANIFEST_FILE } from '../plan/index.js'

/** Marks a manifest as this action's own. */
export const GENERATOR = 'go-cross-release'

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
  if (former === undefined && present.length > 0) {
    throw new InputError(
      'output-directory',
      `${folder} holds files of something else (${present.slice(0, 3).join(', ')}); name an empty or new folder`,
    )
  }
  return former ?? []
}

/**
 * Removes what a former run wrote, by its manifest, and writes a first manifest that names what this run will write,
 * so that the next run can remove it even if this one is killed.
 *
 * @param folder absolute path
 * @param files names that this run may write
 * @throws InputError where the folder cannot be made or is not ours
 */
export async function openOutput(folder: string, files: readonly string[]): Promise<void> {
  const former = await checkOutput(folder)
  try {
    // In two steps: made recursively at once, a folder that its parent refuses as not found is tried again for ever.
    await mkdir(path.dirname(folder), { recursive: true })
    if (!(await exists(folder))) await mkdir(folder)
  } catch (error) {
    throw new InputError('output-directory', `${folder} cannot be made: ${String(error)}`, { cause: error })
  }
  // First of all, so that this run can be told from something else's however early it is killed.
  const planned = [...new Set([...files, ...former])]
  const first = { generator: GENERATOR, status: 'running', files: [], planned }
  await writeArtifact({ name: MANIFEST_FILE, kind: 'manifest', output: folder }, [JSON.stringify(first)])
  const left = former.filter((name) => name !== MANIFEST_FILE && path.basename(name) === name)
  for (const name of left.flatMap((file) => [file, file + PARTIAL_SUFFIX])) {
    await rm(path.join(folder, name), { force: true })
  }
  // Files made here must not make the tree look changed to Go's VCS stamping.
  await writeFile(path.join(folder, '.gitignore'), '*\n')
}

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
