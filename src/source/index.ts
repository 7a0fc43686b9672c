// Finds out what is released: the module, the Go that builds it, the commit it is at, its version and its main packages.
import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { ActionError, InputError } from '../errors.js'
import type { Environment, Host } from '../host/host.js'
import {
  describeTags,
  findRepositoryRoot,
  readChanges,
  readRepository,
  safeDirectoryEnvironment,
  type Repository,
} from './git.js'
import { readModulePath, readToolchain, type Toolchain } from './go.js'
import { chooseVersion, highestTag, tagPrefix, versionOfCommit } from './version.js'

export { findMainPackages, listMainPackages, readPlatforms } from './go.js'
export {
  chooseMod,
  downloadModules,
  findVendorFolder,
  generate,
  GENERATE,
  moduleCommands,
  verifyModules,
} from './modules.js'
export { findUnbuiltCommands } from './unbuilt.js'

export interface Source {
  /** Absolute path of the module's folder. */
  readonly folder: string
  readonly modulePath: string
  readonly toolchain: Toolchain
  /** Absent where the module is in no repository, or in one that does not track it. */
  readonly repository: Repository | undefined
  /** The tag that started this run, else the one at HEAD that the version is taken from, else any that HEAD carries. */
  readonly tag: string | undefined
  readonly name: string
  readonly version: string
  /** Whether the version would be another one if the checkout had the repository's tags, as far as anybody can tell here. */
  readonly lacksTags: boolean
  /** Of the commit, in seconds since the epoch; without one SOURCE_DATE_EPOCH, else the first moment a zip can hold. */
  readonly time: number
  /** RFC 3339, UTC: `time` as text. */
  readonly date: string
  /** To lay over the environment of go and git. */
  readonly environment: Environment
}

/** 1980-01-01T00:00:00Z and 2099-12-31T23:59:59Z: what the MS-DOS time of a zip can hold. */
const EARLIEST_TIME = 315_532_800
const LATEST_TIME = 4_102_444_799

export interface SourceQuestion {
  readonly workingDirectory: string
  readonly name: string | undefined
  readonly version: string | undefined
  readonly buildvcs: 'auto' | 'true' | 'false'
  /** Names of variables that go and git get though children get none such. */
  readonly passEnv: readonly string[]
}

/** @throws InputError or ActionError where the module, its repository or Go cannot be used */
export async function inspectSource(host: Host, question: SourceQuestion): Promise<Source> {
  const { processes, environment, event } = host
  const asked = path.resolve(host.folders.workspace, question.workingDirectory)
  // Git and Go name a folder by its real path.
  const folder = await realpath(asked).catch(() => asked)
  const toolchain = await readToolchain(host, folder)
  const modulePath = await readModulePath(host, folder)

  const root = await findRepositoryRoot(folder)
  const passed = passEnvironment(host, question.passEnv)
  const gitEnvironment = {
    ...passed,
    ...(root === undefined ? {} : safeDirectoryEnvironment(root, environment)),
  }
  const reading = root === undefined ? undefined : readRepository(processes, root, folder, gitEnvironment)
  // Without stamping a repository that cannot be read does no harm: there is a version to find, and that is all.
  const repository = await (question.buildvcs === 'false' ? reading?.catch(() => undefined) : reading)

  const prefix =
    repository === undefined
      ? ''
      : tagPrefix(path.relative(repository.root, folder).replaceAll(path.sep, '/'))
  const version = chooseVersion({
    given: question.version,
    runTag: event.tag,
    tags: repository?.tags ?? [],
    described:
      repository === undefined ? undefined : await describeTags(processes, folder, prefix, gitEnvironment),
    commit: repository?.commit,
    prefix,
  })
  if (repository?.modified === true) tellChanges(host, repository)
  const time = clampTime(repository?.commitTime ?? sourceDateEpoch(environment) ?? EARLIEST_TIME)
  return {
    folder,
    modulePath,
    toolchain,
    repository,
    tag: event.tag ?? releasedTag(repository?.tags ?? [], prefix),
    name: question.name ?? defaultName(modulePath),
    version,
    lacksTags:
      repository?.shallow === true &&
      question.version === undefined &&
      version === versionOfCommit(repository.commit),
    time,
    date: new Date(time * 1000).toISOString().replace('.000Z', 'Z'),
    environment: gitEnvironment,
  }
}

/** After go has had the chance to write into the work tree: what was not as it was committed then stamps the programs. */
export async function readChangesAgain(host: Host, source: Source): Promise<Source> {
  const { folder, environment } = source
  if (source.repository === undefined) return source
  const changes = await readChanges(host.processes, folder, environment)
  const repository = { ...source.repository, ...changes }
  if (repository.modified && !source.repository.modified) tellChanges(host, repository)
  return { ...source, repository }
}

function tellChanges(host: Host, repository: Repository): void {
  const { files, mend } = describeChanges(repository)
  host.log.notice(
    `the work tree is not as it was committed (${files}), and the programs will say so: vcs.modified=true; ${mend}`,
  )
}

/** Of a repository that is modified. */
export function describeChanges({ changed, onlyLineEnds }: Repository): { files: string; mend: string } {
  return {
    files: `${changed.slice(0, 3).join(', ')}${changed.length > 3 ? ', …' : ''}`,
    mend: onlyLineEnds
      ? 'only ends of lines differ: write `* text=auto eol=lf` into .gitattributes, run `git add --renormalize .` and commit'
      : changed.some((file) => path.basename(file) === 'go.work.sum')
        ? 'go writes go.work.sum where it is needed: commit it with what else is listed'
        : 'commit, ignore or remove these files',
  }
}

function releasedTag(tags: readonly string[], prefix: string): string | undefined {
  const highest = highestTag(tags, prefix)
  return highest === undefined ? tags[0] : prefix + highest
}

/** Private modules need a token; what is named for that is a secret. */
function passEnvironment(host: Host, names: readonly string[]): Environment {
  const passed = names.map((name) => {
    const value = host.environment[name]
    if (value === undefined)
      throw new InputError(
        'pass-env',
        `the environment variable ${name} is not set; set it under env, or leave it out`,
      )
    if (value !== '') host.mask(value)
    return [name, value] as const
  })
  return Object.fromEntries(passed)
}

function clampTime(seconds: number): number {
  return Math.min(Math.max(seconds, EARLIEST_TIME), LATEST_TIME)
}

/** Last element of the module path, without a major version: `/v2`, or `.v2` as gopkg.in writes it. */
export function defaultName(modulePath: string): string {
  const withoutMajor = modulePath.replace(/\/v([2-9]|[1-9]\d+)$/, '').replace(/^(gopkg\.in\/.*)\.v\d+$/, '$1')
  return withoutMajor.slice(withoutMajor.lastIndexOf('/') + 1)
}

function sourceDateEpoch(environment: Environment): number | undefined {
  const text = environment['SOURCE_DATE_EPOCH']
  if (text === undefined || text === '') return undefined
  if (!/^\d{1,11}$/.test(text)) {
    throw new ActionError(
      `the environment variable SOURCE_DATE_EPOCH is ${JSON.stringify(text)}, not a number of seconds since 1970; unset or mend it`,
    )
  }
  return Number(text)
}
