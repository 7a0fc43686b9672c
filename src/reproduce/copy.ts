// Copies what a module is built from into another folder: what git tracks or would track, and nothing that it ignores.
import { constants, type Stats } from 'node:fs'
import { copyFile, lstat, mkdir, mkdtemp, readdir, readlink, realpath, rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import { mapConcurrently } from '../concurrently.js'
import { ActionError } from '../errors.js'
import { exists } from '../files.js'
import type { Environment, Host } from '../host/host.js'
import { pathInside } from '../inside.js'
import { findModuleFolders } from './module-folders.js'
import { copyRepository, findRoot, listFiles, type Head } from './repository.js'

export interface CopyRequest {
  /** Absolute path of the module's folder. */
  readonly folder: string
  /** Absolute path of go.work, empty without one. */
  readonly gowork: string
  /** Undefined where the module is in no repository. */
  readonly repository: Head | undefined
  /** Laid over the environment of go and git. */
  readonly environment: Environment
  /** Absolute path of the output directory, which is no part of the source. */
  readonly output: string
}

export interface SourceCopy extends AsyncDisposable {
  /** Absolute path of the module's folder in the copy. */
  readonly folder: string
  /** Absolute path of go.work in the copy; `off` without one. */
  readonly gowork: string
  /** Where a file has its place in the copy, by its absolute path; undefined for one that is no part of it. */
  place(file: string): string | undefined
}

const FILES_AT_ONCE = 16

/**
 * The module's repository, and those that its go.work and its replace directives lead to, as they lie to one another. The
 * path of the copy is of another length, so that an absolute path in a program moves what comes after it.
 *
 * @throws ActionError where the copy would not hold the module
 */
export async function copySource(host: Host, request: CopyRequest): Promise<SourceCopy> {
  const { folder, repository, environment } = request
  // Git and Go name a folder by its real path.
  const gowork = request.gowork === '' ? '' : await realpath(request.gowork)
  const roots = await findRoots(host, folder, gowork, environment)
  const shared = commonFolder([...roots.keys()])
  const base = await otherFolder(host.folders.scratch, shared)
  const moved = (file: string) => path.join(base, path.relative(shared, file))
  const remove = () => rm(path.dirname(base), { recursive: true, force: true, maxRetries: 3 })
  try {
    for (const [root, kind] of roots) {
      const inner = [...roots.keys()].filter((other) => other !== root && isIn(root, other))
      const others = [...inner, request.output, host.folders.work]
      const isForeign = (name: string) => others.some((other) => isIn(other, path.join(root, name)))
      const names =
        kind === 'repository'
          ? await listFiles(host.processes, root, environment)
          : await walk(root, kind === 'workspace' ? WORKSPACE_FILES : undefined, isForeign)
      await copyFiles(
        root,
        moved(root),
        names.filter((name) => !isForeign(name)),
      )
    }
    if (repository !== undefined) {
      await copyRepository(host.processes, repository, moved(repository.root), environment)
    }
    for (const file of [path.join(folder, 'go.mod'), ...(gowork === '' ? [] : [gowork])]) {
      if (await exists(moved(file))) continue
      throw new ActionError(
        `reproduce: git ignores ${file}, without which nothing can be built again; commit it, or set reproduce: false`,
      )
    }
  } catch (error) {
    await remove()
    throw error
  }
  return {
    folder: moved(folder),
    gowork: gowork === '' ? 'off' : moved(gowork),
    place: (file) => ([...roots.keys()].some((root) => isIn(root, file)) ? moved(file) : undefined),
    [Symbol.asyncDispose]: remove,
  }
}

const isIn = (folder: string, file: string): boolean => pathInside(folder, file) !== undefined

/** What go reads of a workspace beside its modules. */
const WORKSPACE_FILES = ['go.work', 'go.work.sum', 'vendor']

/** `workspace`: a folder in no repository that holds go.work and the modules, and of which nothing else is wanted. */
type Kind = 'repository' | 'folder' | 'workspace'

/** Absolute paths of the folders to copy, which may lie in one another. */
async function findRoots(
  { processes }: Host,
  folder: string,
  gowork: string,
  env: Environment,
): Promise<ReadonlyMap<string, Kind>> {
  const roots = new Map<string, Kind>()
  const add = async (needed: string, otherwise: Kind) => {
    const root = await findRoot(processes, needed, env)
    if (root !== undefined) roots.set(root, 'repository')
    else if (!roots.has(needed)) roots.set(needed, otherwise)
  }
  for (const each of await findModuleFolders(processes, folder, gowork, env)) await add(each, 'folder')
  if (gowork !== '') await add(path.dirname(gowork), 'workspace')
  return roots
}

/** The nearest folder that all of `folders` lie in, or are. */
function commonFolder(folders: readonly string[]): string {
  let [common = path.sep] = folders
  while (folders.some((folder) => pathInside(common, folder) === undefined)) {
    if (path.dirname(common) === common) {
      throw new ActionError(
        `reproduce: ${folders.join(' and ')} lie on different disks and cannot be copied together; set reproduce: false`,
      )
    }
    common = path.dirname(common)
  }
  return common
}

/** A new folder in `scratch` whose path is never as long as that of `original`. */
async function otherFolder(scratch: string, original: string): Promise<string> {
  const folder = path.join(await mkdtemp(path.join(scratch, 'again-')), 'source')
  const other = folder.length === original.length ? `${folder}-copy` : folder
  await mkdir(other)
  return other
}

/** Regular files before links, so that none is written through a link of the copy. */
async function copyFiles(from: string, to: string, names: readonly string[]): Promise<void> {
  await mkdir(to, { recursive: true })
  const found = await mapConcurrently(names, FILES_AT_ONCE, async (name) => ({
    name,
    // One that was deleted, but not for git.
    stats: await lstat(path.join(from, name)).catch(() => undefined),
  }))
  const copyAll = (
    isWanted: (stats: Stats) => boolean,
    copy: (file: string, target: string) => Promise<void>,
  ) =>
    mapConcurrently(
      found.filter(({ stats }) => stats !== undefined && isWanted(stats)),
      FILES_AT_ONCE,
      async ({ name }) => {
        const target = path.join(to, name)
        await mkdir(path.dirname(target), { recursive: true })
        await copy(path.join(from, name), target)
      },
    )
  await copyAll(
    (stats) => stats.isFile(),
    (file, target) => copyFile(file, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE),
  )
  await copyAll(
    (stats) => stats.isSymbolicLink(),
    async (file, target) => {
      await symlink(await readlink(file), target)
    },
  )
}

/**
 * The files of a folder that is in no repository, relative to it.
 *
 * @param wanted names in it; undefined for all
 */
async function walk(
  root: string,
  wanted: readonly string[] | undefined,
  isForeign: (name: string) => boolean,
  below = '',
): Promise<string[]> {
  const entries = await readdir(path.join(root, below), { withFileTypes: true })
  const found: string[] = []
  for (const entry of entries) {
    const name = path.join(below, entry.name)
    if (isForeign(name) || wanted?.includes(entry.name) === false) continue
    if (entry.isDirectory()) found.push(...(await walk(root, undefined, isForeign, name)))
    else found.push(name)
  }
  return found
}
