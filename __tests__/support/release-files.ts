// Reads back the files of a release by other programs than those that wrote them.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { runChecked } from './processes.js'

export function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

/** Digest by file name. */
export function readChecksums(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return Object.fromEntries(lines.map((line) => line.split('  ').reverse() as [string, string]))
}

/** What `tar` or `unzip` lists of an archive: entry name to its permissions. */
export async function listArchive(file: string): Promise<Record<string, string>> {
  if (basename(file).endsWith('.zip')) {
    const lines = (await runChecked(['unzip', '-Z', file])).split('\n').filter((line) => line.startsWith('-'))
    return Object.fromEntries(lines.map((line) => [line.split(/\s+/).at(-1) ?? '', line.slice(0, 10)]))
  }
  const lines = (await runChecked(['tar', '--list', '--verbose', '--gzip', '--file', file]))
    .trim()
    .split('\n')
  return Object.fromEntries(lines.map((line) => [line.split(/\s+/).at(-1) ?? '', line.slice(0, 10)]))
}
