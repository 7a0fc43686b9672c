// Go modules in temporary folders, committed with Git by a fixed author at a fixed time.

import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runChecked } from './processes.js'
import { makeWritable, temporaryFolder } from './temporary.js'

/** Author and committer date of every commit made here, RFC 3339 UTC. */
export const COMMIT_DATE = '2026-01-02T03:04:05Z'

const gitEnvironment = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Gopher',
  GIT_AUTHOR_EMAIL: 'gopher@example.com',
  GIT_AUTHOR_DATE: COMMIT_DATE,
  GIT_COMMITTER_NAME: 'Gopher',
  GIT_COMMITTER_EMAIL: 'gopher@example.com',
  GIT_COMMITTER_DATE: COMMIT_DATE,
}

/** Runs Git in `folder` without the user's configuration; resolves to its output without surrounding white space. */
export async function git(folder: string, ...args: readonly string[]): Promise<string> {
  return (await runChecked(['git', ...args], { cwd: folder, env: gitEnvironment })).trim()
}

/** Commits all that is in `folder`, which becomes a repository if it is none, and tags the commit, replacing such tags. */
export async function commitAll(folder: string, tags: readonly string[] = []): Promise<void> {
  await git(folder, 'init', '--quiet', '--initial-branch=main')
  await git(folder, 'add', '--all', '--force')
  await git(folder, 'commit', '--quiet', '--message=Commit')
  for (const tag of tags) await git(folder, 'tag', '--force', tag)
}

/** Writes `files`, path to content, below `folder`. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
}

/** A folder with `files`; with `git` they are committed, and tagged as it says. Resolves to the folder. */
export async function temporaryModule(
  files: Readonly<Record<string, string>>,
  options: { readonly git?: { readonly tags?: readonly string[] } } = {},
): Promise<string> {
  const folder = temporaryFolder('module')
  writeFiles(folder, files)
  if (options.git) await commitAll(folder, options.git.tags)
  return folder
}

/** The source of filippo.io/age v1.3.1, committed and tagged v1.3.1. Resolves to its folder. */
export async function ageModule(): Promise<string> {
  const folder = temporaryFolder('age')
  await copyModule('filippo.io/age@v1.3.1', folder)
  await commitAll(folder, ['v1.3.1'])
  return folder
}

/** Puts the files of a module at a version, as the module proxy gives them, into `folder`. */
export async function copyModule(version: string, folder: string): Promise<void> {
  const command = ['go', 'mod', 'download', '-json', version]
  const { Dir } = JSON.parse(await runChecked(command, { cwd: temporaryFolder('download') })) as {
    Dir: string
  }
  cpSync(Dir, folder, { recursive: true })
  makeWritable(folder)
}
