// Turns the programs of a target into the files of a release: an archive, or the bare binaries.
import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { escapePath, glob } from 'tinyglobby'
import { writeArtifact, type Artifact, type Digest } from '../artifact.js'
import { InputError } from '../errors.js'
import { exists } from '../files.js'
import { pathInside } from '../inside.js'
import { CHECKSUMS_FILE, type PlannedTarget } from '../plan/index.js'
import type { Entry } from './archive.js'
import type { Pack } from './pack.js'

export type { Entry } from './archive.js'
export { openPackThreads, type Pack } from './pack.js'

export interface PackageRequest {
  readonly target: PlannedTarget
  /** Absolute path of the folder that holds what was built. */
  readonly folder: string
  /** From `findExtraFiles`. */
  readonly extraFiles: readonly Entry[]
  /** Absolute path of the output directory. */
  readonly output: string
  /** Seconds since the epoch. */
  readonly time: number
  readonly pack: Pack
}

export interface Packaged {
  readonly files: readonly Artifact[]
  /** Of each file that was packed, by the name it was built under or has in the archive. */
  readonly digests: ReadonlyMap<string, Digest>
}

/** One archive for the target, or one file for each program where the plan has no archive. */
export async function packageTarget(request: PackageRequest): Promise<Packaged> {
  const { target, output } = request
  const draft = { target: target.id, output }
  // Go writes no header for a library that exports nothing.
  const isBuilt = (file: string) => exists(path.join(request.folder, file))
  if (target.archive === undefined) {
    const bare = await keepThose(target.bare, ({ built }) => isBuilt(built))
    const written = await Promise.all(
      bare.map(async ({ built, file, executable }) => {
        const artifact = await writeArtifact(
          { ...draft, name: file, kind: 'binary', executable },
          createReadStream(path.join(request.folder, built)),
        )
        return { built, artifact }
      }),
    )
    return {
      files: written.map(({ artifact }) => artifact),
      digests: new Map(written.map(({ built, artifact: { size, sha256 } }) => [built, { size, sha256 }])),
    }
  }
  const headers = target.programs.flatMap(({ header }) => header ?? [])
  const programs: Entry[] = [
    ...target.programs.map(({ file }) => ({ file, executable: true })),
    ...(await keepThose(headers, isBuilt)).map((file) => ({ file, executable: false })),
  ].map(({ file, executable }) => ({ name: file, path: path.join(request.folder, file), executable }))
  const { format, file } = target.archive
  const entries = [...programs, ...request.extraFiles]
  const { archive, digests } = await request.pack({
    draft: { ...draft, name: file, kind: 'archive' },
    format,
    entries,
    time: request.time,
  })
  return { files: [archive], digests }
}

/**
 * Files of the module's folder that go into every archive.
 *
 * @param patterns globs relative to `folder`
 * @param mustMatch whether a pattern that matches nothing is an error, as one that the user wrote is
 * @param taken names that programs have in the archives
 * @param output absolute path of the output directory, whose files are a release and no part of one
 */
export async function findExtraFiles(
  folder: string,
  patterns: readonly string[],
  mustMatch: boolean,
  taken: ReadonlySet<string>,
  output: string,
): Promise<Entry[]> {
  const inside = path.relative(folder, output).replaceAll(path.sep, '/')
  const ignore = ['**/.git', '**/.git/**', escapePath(inside), `${escapePath(inside)}/**`]
  const names = new Set<string>()
  for (const pattern of patterns) {
    const found = await glob(pattern, { cwd: folder, dot: true, ignore })
    if (found.length === 0 && mustMatch) {
      throw new InputError('archive-files', `${JSON.stringify(pattern)} matches no file in ${folder}`)
    }
    found.forEach((name) => names.add(name))
  }
  const root = await realpath(folder)
  const entries = await Promise.all([...names].sort().map((name) => extraFile(folder, root, name)))
  refuseSameName(entries, taken)
  return entries
}

/** Names are compared without case, as the file systems on which an archive is unpacked compare them. */
function refuseSameName(entries: readonly Entry[], taken: ReadonlySet<string>): void {
  const seen = new Map([...taken].map((name) => [name.toLowerCase(), `the program ${name}`]))
  for (const { name } of entries) {
    const other = seen.get(name.toLowerCase())
    if (other !== undefined) {
      throw new InputError(
        'archive-files',
        `${name} would be in an archive beside ${other}, and unpacked only one of them is left on Windows and macOS; leave one out`,
      )
    }
    seen.set(name.toLowerCase(), name)
  }
}

/** A link is followed, but never to a file that the module does not have. */
async function extraFile(folder: string, root: string, name: string): Promise<Entry> {
  const file = await realpath(path.join(folder, name))
  const inside = pathInside(root, file)
  if (inside === undefined) {
    throw new InputError('archive-files', `${name} lies outside the module's folder ${folder}`)
  }
  // The configuration of a checkout may hold the job's token.
  if (inside.split('/').some((part) => part.toLowerCase() === '.git')) {
    throw new InputError('archive-files', `${name} is a link into .git, which no release holds`)
  }
  const { mode } = await stat(file)
  return { name, path: file, executable: (mode & 0o111) !== 0 }
}

/**
 * `SHA256SUMS` in the form that `sha256sum --check` reads, sorted by name.
 *
 * @param artifacts those to list
 * @param output absolute path of the output directory
 */
export async function writeChecksums(artifacts: readonly Artifact[], output: string): Promise<Artifact> {
  const lines = artifacts
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((artifact) => `${artifact.sha256}  ${artifact.name}\n`)
  return writeArtifact({ name: CHECKSUMS_FILE, kind: 'checksums', output }, lines)
}

async function keepThose<T>(items: readonly T[], test: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(test))
  return items.filter((_, index) => kept[index])
}
