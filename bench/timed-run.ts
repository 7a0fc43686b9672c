// A command -> when it ran, and the CPU seconds of its whole tree of processes.

import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChecked } from '../__tests__/support/processes.js'
import { withFolder } from './go-programs.js'

export interface Timed {
  /** Milliseconds since 1970. */
  readonly start: number
  readonly end: number
  /** Wall time. */
  readonly seconds: number
  /** User and system time of the process, of its threads, and of all descendants that were waited for. */
  readonly cpuSeconds: number
}

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/**
 * Writes a script that runs `command` with the script's own arguments behind it and ends as it does.
 *
 * @returns its path, and what reads the times once it has run
 */
export function writeTimer(
  folder: string,
  command: readonly string[],
): { readonly script: string; readonly read: () => Timed } {
  const script = join(folder, 'timer')
  const times = join(folder, 'times')
  const lines = [
    '#!/bin/bash',
    "TIMEFORMAT='%U %S'",
    'start=$EPOCHREALTIME',
    'exec 3>&2',
    `{ time ${command.map(quote).join(' ')} "$@" 2>&3 3>&-; } 2>${quote(times)}`,
    'code=$?',
    `echo "$start $EPOCHREALTIME" >>${quote(times)}`,
    'exit $code',
  ]
  writeFileSync(script, `${lines.join('\n')}\n`)
  chmodSync(script, 0o755)
  return { script, read: () => parseTimes(readFileSync(times, 'utf8')) }
}

function parseTimes(text: string): Timed {
  const numbers = text.trim().split(/\s+/).map(Number)
  const [user = NaN, system = NaN, start = NaN, end = NaN] = numbers
  if (numbers.length !== 4 || numbers.some(Number.isNaN)) throw new Error(`no times: ${text}`)
  return { start: start * 1000, end: end * 1000, seconds: end - start, cpuSeconds: user + system }
}

/** Any exit code other than 0 is an error that shows what was printed. */
export function timeCommand(
  command: readonly string[],
  options: Parameters<typeof runChecked>[1],
): Promise<Timed> {
  return withFolder(async (folder) => {
    const { script, read } = writeTimer(folder, command)
    await runChecked([script], options)
    return read()
  })
}
