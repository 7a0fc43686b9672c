// A git repository -> the files that make up its work tree, and a second one at the same commit that borrows its objects.
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { ActionError } from '../errors.js'
import type { Environment, Finished, Processes } from '../host/host.js'

export interface Head {
  /** Absolute path of the work tree. */
  readonly root: string
  /** Full hash of HEAD. */
  readonly commit: string
}

/** Of a repository's own settings only those that say how its files are stored: others may hold credentials and programs. */
const KEPT_SETTINGS =
  /^(core\.(autocrlf|eol|safecrlf|filemode|symlinks|ignorecase|precomposeunicode)|filter\..+)$/i

const SHA256_DIGITS = 64

/** The work tree that `folder` lies in; undefined where it lies in none. */
export async function findRoot(
  processes: Processes,
  folder: string,
  env: Environment,
): Promise<string | undefined> {
  if ((await processes.find('git')) === undefined) return undefined
  const asked = ['git', 'rev-parse', '--show-toplevel']
  const found = await processes.run(asked, { cwd: folder, env: { ...env, LC_ALL: 'C' } })
  if (found.exitCode === 0) return path.resolve(found.stdout.replace(/\r?\n$/, ''))
  if (found.stderr.includes('not a git repository')) return undefined
  throw new ActionError(`reproduce: git cannot read the repository of ${folder}: ${found.stderr.trim()}`)
}

/**
 * Tracked files, those of submodules too, and untracked ones that git does not ignore; a repository in it that it does not
 * track counts as such files.
 *
 * @returns relative to the root, with the system's separator; some may not be there
 */
export async function listFiles(processes: Processes, root: string, env: Environment): Promise<string[]> {
  const list = async (...args: string[]) => {
    const { stdout } = await processes.runChecked(['git', 'ls-files', '-z', ...args], { cwd: root, env })
    return stdout.split('\0').filter((name) => name !== '')
  }
  const tracked = await list('--cached', '--recurse-submodules')
  const untracked = await list('--others', '--exclude-standard')
  const names = new Set<string>()
  for (const name of [...tracked, ...untracked]) {
    // Only a repository in the repository ends so.
    const inner = name.endsWith('/') ? await listFiles(processes, path.join(root, name), env) : undefined
    if (inner === undefined) names.add(path.normalize(name))
    else for (const file of inner) names.add(path.join(name, file))
  }
  return [...names]
}

/**
 * Makes `to`, which holds the files, a repository at the same commit, with the same branches, tags and index. It is made by hand, not
 * cloned: a clone asks git whether it may read a repository that another user owns, and knows neither the index nor the filters.
 */
export async function copyRepository(
  processes: Processes,
  { root, commit }: Head,
  to: string,
  env: Environment,
): Promise<void> {
  const git = (cwd: string, ...args: string[]): Promise<Finished> =>
    processes.runChecked(['git', ...args], { cwd, env })
  const format = commit.length === SHA256_DIGITS ? ['--object-format=sha256'] : []
  await git(to, 'init', '--quiet', '--template=', ...format, '.')
  const ownFolder = path.join(to, '.git')

  const [branch, refs, settings, places] = await Promise.all([
    processes.run(['git', 'symbolic-ref', '--quiet', 'HEAD'], { cwd: root, env }),
    git(root, 'for-each-ref', '--format=%(objectname) %(refname)'),
    processes.run(['git', 'config', '--local', '--null', '--list'], { cwd: root, env }),
    git(root, 'rev-parse', '--path-format=absolute', '--git-path', 'objects', '--git-path', 'index'),
  ])
  const [objects = '', index = ''] = places.stdout.split(/\r?\n/)
  await mkdir(path.join(ownFolder, 'objects', 'info'), { recursive: true })
  await mkdir(path.join(ownFolder, 'info'), { recursive: true })
  await writeFile(path.join(ownFolder, 'objects', 'info', 'alternates'), `${objects}\n`)
  await writeFile(path.join(ownFolder, 'packed-refs'), refs.stdout.replaceAll('\r\n', '\n'))
  const head = branch.exitCode === 0 ? `ref: ${branch.stdout.trim()}` : commit
  await writeFile(path.join(ownFolder, 'HEAD'), `${head}\n`)
  for (const [key, value] of parseSettings(settings.stdout)) {
    if (KEPT_SETTINGS.test(key)) await git(to, 'config', '--local', '--add', '--', key, value)
  }
  const from = path.dirname(objects)
  // Files that were marked or staged count as they do there; what it knows of times does not hold here, and git looks again.
  await copyIfThere(index, path.join(ownFolder, 'index'))
  for (const name of await readdir(path.dirname(index))) {
    if (name.startsWith('sharedindex.'))
      await copyIfThere(path.join(path.dirname(index), name), path.join(ownFolder, name))
  }
  for (const name of ['shallow', path.join('info', 'attributes'), path.join('info', 'exclude')]) {
    await copyIfThere(path.join(from, name), path.join(ownFolder, name))
  }
  const copied = await git(to, 'rev-parse', 'HEAD')
  if (copied.stdout.trim() !== commit) {
    throw new ActionError(
      `reproduce: ${root} is not at commit ${commit} any more; nothing may change it meanwhile`,
    )
  }
}

/** `git config --null --list`: a key, a line end and a value, or a key alone, which means true. */
function parseSettings(text: string): [key: string, value: string][] {
  return text
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const at = entry.indexOf('\n')
      return at < 0 ? [entry, 'true'] : [entry.slice(0, at), entry.slice(at + 1)]
    })
}

async function copyIfThere(from: string, to: string): Promise<void> {
  await copyFile(from, to).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  })
}
