// What several stages ask of the file system.
import { access, mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'

export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

/**
 * A new folder below `parent`, which must exist and is itself removed at the run's end; disposing of it removes it with all
 * that is in it. A program that outlives the failure of another may still write there: what is left then goes with `parent`,
 * and hides no first error.
 */
export async function scratchFolder(
  parent: string,
  purpose: string,
): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtemp(path.join(parent, `${purpose}-`))
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
  return { path: folder, [Symbol.asyncDispose]: remove }
}
