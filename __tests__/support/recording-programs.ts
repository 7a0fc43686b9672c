// Programs that stand before the real ones on PATH, write down their arguments and environment, and become the real ones. Linux only.

import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './temporary.js'

export interface Recorded {
  readonly program: string
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

export interface Recorder {
  /** To be put first on PATH. */
  readonly folder: string
  /** Of all that have been started. */
  readonly recorded: () => Recorded[]
}

/** @param programs absolute paths of the real ones, by name */
export function recordPrograms(programs: Readonly<Record<string, string>>): Recorder {
  const [folder, records] = [temporaryFolder('recording'), temporaryFolder('records')]
  for (const [name, real] of Object.entries(programs)) {
    const file = join(folder, name)
    // Bash hands on variables whose names are not of a shell's, as those of inputs; what it was given itself is in /proc.
    const script = `#!/bin/bash
record=$(mktemp -d '${join(records, name)}.XXXXXXXX')
cat /proc/$$/environ > "$record/environ"
cat /proc/$$/cmdline > "$record/cmdline"
exec '${real}' "$@"
`
    writeFileSync(file, script)
    chmodSync(file, 0o755)
  }
  const words = (record: string, file: string) =>
    readFileSync(join(records, record, file), 'utf8')
      .split('\0')
      .slice(0, -1)
  return {
    folder,
    recorded: () =>
      readdirSync(records).map((record) => ({
        program: record.replace(/\.[^.]+$/, ''),
        // Before them are bash and the script.
        argv: words(record, 'cmdline').slice(2),
        environment: Object.fromEntries(words(record, 'environ').map((word) => splitOnce(word))),
      })),
  }
}

function splitOnce(word: string): [string, string] {
  const at = word.indexOf('=')
  return [word.slice(0, at), word.slice(at + 1)]
}
