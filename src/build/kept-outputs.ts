// Keeps the programs of a run for the next one, in which go then finds them up to date and links nothing.
import { createHash } from 'node:crypto'
import { link, mkdir, readdir, rm, rmdir, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import { hashFile, type Digest } from '../artifact.js'
import type { Host } from '../host/host.js'
import type { PlannedTarget } from '../plan/index.js'

export interface KeptOutputs {
  /** Links into `folder` what is kept of the target's programs. Never rejects. */
  bring(target: PlannedTarget, folder: string): Promise<void>
  /**
   * Keeps the target's programs, which lie in `folder`. Never rejects.
   *
   * @param digests of the programs, by file name
   */
  keep(target: PlannedTarget, folder: string, digests: ReadonlyMap<string, Digest>): Promise<void>
}

/** For a build that is to link all of its programs. */
export const NOTHING_KEPT: KeptOutputs = {
  bring: () => Promise.resolve(),
  keep: () => Promise.resolve(),
}

/** As long as Go keeps what a build does not use. */
const UNUSED_FOR_MS = 5 * 24 * 60 * 60 * 1000

/** A kept file is named by what must be in it: `<sha256>-<name>`. */
const KEPT_NAME = /^([0-9a-f]{64})-(.+)$/s

/**
 * Runs share nothing but files that are whole as soon as they have their name, that nobody writes to (go puts a new program in
 * the place of an old one), and that are compared with their name before go sees them: there may be several runs at once, a
 * killed one, and a file that something else has changed.
 *
 * @param module absolute path of the folder that go runs in
 * @param gocache what they are linked from, empty for Go's own: what was linked from another one is not wanted, since that may
 * have been restored
 */
export async function openKeptOutputs(
  { folders, log }: Pick<Host, 'folders' | 'log'>,
  module: string,
  gocache: string,
): Promise<KeptOutputs> {
  const all = path.join(folders.work, 'outputs')
  const own = path.join(all, createHash('sha256').update(`${module}\0${gocache}`).digest('hex').slice(0, 16))
  let told = false
  const warn = (error: unknown) => {
    if (told) return
    told = true
    log.warning(`programs cannot be kept for the next run, which will link them again: ${String(error)}`)
  }
  const programsOf = (target: PlannedTarget) => (isKept(target) ? target.programs : [])
  await removeUnused(all).catch(warn)
  return {
    async bring(target, folder) {
      for (const { file } of programsOf(target)) {
        const to = path.join(folder, file)
        await bringFile(path.join(own, target.folder), file, to).catch(async (error: unknown) => {
          await rm(to, { force: true })
          warn(error)
        })
      }
    },
    async keep(target, folder, digests) {
      for (const { file } of programsOf(target)) {
        const digest = digests.get(file)
        if (digest) await keepFile(path.join(own, target.folder), path.join(folder, file), digest).catch(warn)
      }
    },
  }
}

/** Go's test of what is up to date sees no C library, no external linker and no header. */
function isKept({ cgo, buildmode, ldflags }: PlannedTarget): boolean {
  return !cgo && buildmode?.startsWith('c-') !== true && !/-(linkmode|extld)/.test(ldflags)
}

async function bringFile(store: string, file: string, to: string): Promise<void> {
  for (const kept of await findKept(store, file)) {
    const linked = await link(kept.path, to).then(
      () => true,
      // Another run has just put a newer one in its place.
      ignoreMissing,
    )
    if (linked !== true) continue
    if ((await hashFile(to)).sha256 === kept.sha256) {
      const now = new Date()
      await utimes(to, now, now)
      return
    }
    await rm(to)
    await rm(kept.path, { force: true })
  }
}

async function keepFile(store: string, from: string, { sha256 }: Digest): Promise<void> {
  const file = path.basename(from)
  const to = path.join(store, `${sha256}-${file}`)
  await mkdir(store, { recursive: true })
  // It is there where another run has made the same.
  await link(from, to).catch(ignoreThere)
  const former = (await findKept(store, file)).filter((kept) => kept.path !== to)
  for (const kept of former) await rm(kept.path, { force: true })
}

async function findKept(store: string, file: string): Promise<{ path: string; sha256: string }[]> {
  const names = await readdir(store).catch(ignoreMissing)
  return (names ?? []).flatMap((name) => {
    const [, sha256, of] = KEPT_NAME.exec(name) ?? []
    return sha256 === undefined || of !== file ? [] : [{ path: path.join(store, name), sha256 }]
  })
}

/** Of all modules: one that is not built any more has nobody else to remove its programs. */
async function removeUnused(folder: string): Promise<void> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true }).catch(ignoreMissing)) ?? []
  const oldest = Date.now() - UNUSED_FOR_MS
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name)
    const found = await stat(file).catch(ignoreMissing)
    if (found === undefined || found.mtimeMs > oldest) continue
    // A folder that something is left in stays.
    await (entry.isDirectory() ? rmdir(file).catch(() => undefined) : rm(file, { force: true }))
  }
}

/** Another run may remove what this one has found. */
function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}

function ignoreThere(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
}
