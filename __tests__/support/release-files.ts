// Reads back the files of a release by other programs than those that wrote them.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { hashFile, type Digest } from '../../src/artifact.js'
import { runChecked } from './processes.js'

export function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

/** As packing tells them: by file name. */
export async function digestsOf(files: readonly { readonly path: string }[]): Promise<Map<string, Digest>> {
  return new Map(
    await Promise.all(files.map(async ({ path }) => [basename(path), await hashFile(path)] as const)),
  )
}

/** Digest by file name. */
export function readChecksums(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return Object.fromEntries(lines.map((line) => line.split('  ').reverse() as [string, string]))
}

/** Lets `unzip` or `tar` do something with an archive, from its folder: to tar, `C:` would be the name of a host. */
function read(file: string, unzip: readonly string[], tar: readonly string[]): Promise<string> {
  const program = file.endsWith('.zip') ? ['unzip', ...unzip] : ['tar', ...tar, '--gzip', '--file']
  return runChecked([...program, basename(file)], { cwd: dirname(file) })
}

/** What `tar` or `unzip` lists of an archive: entry name to its permissions. */
export async function listArchive(file: string): Promise<Record<string, string>> {
  const lines = (await read(file, ['-Z'], ['--list', '--verbose'])).split(/\r?\n/)
  const entries = lines.filter((line) => /^[a-z-][rwx-]{9}/.test(line))
  return Object.fromEntries(entries.map((line) => [line.split(/\s+/).at(-1) ?? '', line.slice(0, 10)]))
}

/** Unpacks all of an archive into `folder`, which is there. */
export async function unpackArchive(file: string, folder: string): Promise<void> {
  await read(file, ['-q', '-d', folder], ['--extract', '--directory', folder])
}
