// The words after `npm run bench --` -> which programs of this folder run, and how much they measure.

import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    targets: { type: 'string' },
    commits: { type: 'string' },
  },
})

/** Programs of this folder, none where all are meant. */
export const named: readonly string[] = positionals

/** What was given under this name, else `otherwise`. */
export function count(name: keyof typeof values, otherwise: number): number {
  const given = Number(values[name] ?? otherwise)
  if (!Number.isInteger(given) || given < 1) throw new Error(`--${name} takes a whole number from 1`)
  return given
}
