// Asks git what commit the module's folder is at.
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { ActionError, InputError } from '../errors.js'
import { exists } from '../files.js'
import type { Environment, Processes } from '../host/host.js'

export interface Repository {
  /** Absolute path of the work tree. */
  readonly root: string
  /** Full hash of HEAD. */
  readonly commit: string
  /** Commit time, in seconds since the epoch. */
  readonly commitTime: number
  /** Tags that point at HEAD. */
  readonly tags: readonly string[]
  readonly shallow: boolean
  /** Whether files differ from HEAD or are untracked. */
  readonly modified: boolean
  /** The first ten of them, as `git status --porcelain` writes their paths: relative to the root, quoted where need be. */
  readonly changed: readonly string[]
  /** Whether there are such, and they differ in ends of lines alone, as where git turns them at a checkout. */
  readonly onlyLineEnds: boolean
}

const MAX_CHANGED = 10

/** The nearest folder from `folder` upwards that holds a `.git`, as Go and git look for it. */
export async function findRepositoryRoot(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = path.dirname(at)) {
    if (await exists(path.join(at, '.git'))) return at
    if (path.dirname(at) === at) return undefined
  }
}

/**
 * Git refuses a repository that another user owns, as the checkout of a container job is. The user asked for this
 * folder by name, so it is declared safe for the children of this run, and only for them.
 */
export function safeDirectoryEnvironment(root: string, environment: Environment): Environment {
  const count = Number(environment['GIT_CONFIG_COUNT'] ?? '0') || 0
  return {
    GIT_CONFIG_COUNT: String(count + 1),
    [`GIT_CONFIG_KEY_${count}`]: 'safe.directory',
    [`GIT_CONFIG_VALUE_${count}`]: root.replaceAll(path.sep, '/'),
  }
}

/**
 * @param root from `findRepositoryRoot`
 * @param moduleFolder must be tracked by that repository: the commit of another project would be a false statement
 * @throws InputError naming `buildvcs` where the repository cannot be read or does not track the module
 */
export async function readRepository(
  processes: Processes,
  root: string,
  moduleFolder: string,
  env: Environment,
): Promise<Repository> {
  if ((await processes.find('git')) === undefined) {
    throw new ActionError(
      'git is not on PATH, but the module is in a repository; install git, or set buildvcs: false',
    )
  }
  if (!(await stat(path.join(root, '.git'))).isDirectory()) {
    throw new InputError(
      'buildvcs',
      `${root} is a submodule or a linked work tree, whose commit Go does not stamp; build a clone of its own, or set buildvcs: false`,
    )
  }
  const git = (...args: string[]) => processes.run(['git', ...args], { cwd: moduleFolder, env })
  const head = await git('log', '-1', '--no-show-signature', '--format=%H %ct')
  if (head.exitCode !== 0) {
    throw new InputError(
      'buildvcs',
      `git cannot read the repository at ${root} (${firstLine(head.stderr)}), so Go cannot stamp the commit; mend what git complains of, or set buildvcs: false`,
    )
  }
  if ((await git('ls-files', '--error-unmatch', '--', 'go.mod')).exitCode !== 0) {
    throw new InputError(
      'buildvcs',
      `${path.join(moduleFolder, 'go.mod')} lies in the repository at ${root}, which does not track it, so the commit stamped would be another project's; commit the module, or set buildvcs: false`,
    )
  }
  const [, commit = '', time = ''] = /^([0-9a-f]{40,64}) (\d+)$/.exec(head.stdout.trim()) ?? []
  if (commit === '') {
    throw new InputError(
      'buildvcs',
      `git log says ${JSON.stringify(firstLine(head.stdout))} of the repository at ${root}, and not its commit and time; mend its configuration, or set buildvcs: false`,
    )
  }
  const tags = await processes.runChecked(['git', 'tag', '--points-at', 'HEAD'], { cwd: moduleFolder, env })
  const shallow = await git('rev-parse', '--is-shallow-repository')
  return {
    root,
    commit,
    commitTime: Number(time),
    tags: tags.stdout.split('\n').filter((tag) => tag !== ''),
    shallow: shallow.stdout.trim() === 'true',
    ...(await readChanges(processes, moduleFolder, env)),
  }
}

export async function readChanges(
  processes: Processes,
  moduleFolder: string,
  env: Environment,
): Promise<Pick<Repository, 'modified' | 'changed' | 'onlyLineEnds'>> {
  const status = await processes.runChecked(['git', 'status', '--porcelain'], { cwd: moduleFolder, env })
  const lines = status.stdout.split('\n').filter((line) => line !== '')
  const compare = ['git', 'diff', '--quiet', '--ignore-cr-at-eol', 'HEAD']
  return {
    modified: lines.length > 0,
    // Two letters and a space stand before each path.
    changed: lines.slice(0, MAX_CHANGED).map((line) => line.slice(3)),
    onlyLineEnds:
      lines.length > 0 &&
      lines.every((line) => line.startsWith(' M ')) &&
      (await processes.run(compare, { cwd: moduleFolder, env })).exitCode === 0,
  }
}

/**
 * `git describe --tags`, of the module's own tags only: those that begin with its folder's prefix.
 *
 * @param prefix `sub/` for a module in `sub`, empty for the repository's root
 * @returns undefined where no tag can be reached
 */
export async function describeTags(
  processes: Processes,
  moduleFolder: string,
  prefix: string,
  env: Environment,
): Promise<string | undefined> {
  // A folder's name may hold what is a pattern for git.
  const folder = prefix.replaceAll(/[\\*?[\]]/g, '\\$&')
  const own = prefix === '' ? ['--exclude', '*/v[0-9]*'] : ['--match', `${folder}v[0-9]*`]
  const found = await processes.run(['git', 'describe', '--tags', ...own], { cwd: moduleFolder, env })
  return found.exitCode === 0 ? found.stdout.trim() : undefined
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? ''
}
