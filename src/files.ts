// What several stages ask of the file system.
import { access, mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'

export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

/** A new folder below `parent`, which must exist; disposing of it removes it with all that is in it. */
export async function scratchFolder(
  parent: string,
  purpose: string,
): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtemp(path.join(parent, `${purpose}-`))
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}
