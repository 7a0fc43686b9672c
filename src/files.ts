// What several stages ask of the file system.
import { access, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
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

/** No run takes that long. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000

/**
 * Removes the scratch folders below `parent` that killed runs left; those of a run that is at work are younger.
 *
 * @param now milliseconds since the epoch
 */
export async function sweepScratchFolders(parent: string, now: number): Promise<void> {
  for (const name of await readdir(parent)) {
    const folder = path.join(parent, name)
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: now }))
    if (/^[a-z]+-[A-Za-z0-9]{6}$/.test(name) && now - mtimeMs > ABANDONED_AFTER_MS) {
      await rm(folder, { recursive: true, force: true })
    }
  }
}
