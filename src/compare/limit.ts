// The text of max-size-increase -> a limit, and a comparison -> the programs that have grown by more.
import { InputError } from '../errors.js'
import type { Comparison } from './compare.js'
import { formatGrowth } from './wording.js'

/** By how much a program may grow: a share of what it was, or bytes; as it was written for messages. */
export interface SizeLimit {
  readonly text: string
  readonly allowed: (before: number) => number
}

export interface Grown {
  readonly target: string
  readonly program: string
  /** Bytes. */
  readonly before: number
  readonly after: number
}

/** Decimal, as sizes are printed. */
const UNITS = new Map([
  ['b', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
])

/** @param text empty for no limit; `5%`, or `500 kB` */
export function parseSizeIncrease(text: string): SizeLimit | undefined {
  if (text === '') return undefined
  const [, number = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,9})?) ?(%|[kmg]?b)$/i.exec(text) ?? []
  const amount = Number(number)
  if (unit === '%') return { text, allowed: (before) => (before * amount) / 100 }
  const bytes = UNITS.get(unit.toLowerCase())
  if (bytes !== undefined) return { text, allowed: () => amount * bytes }
  throw new InputError(
    'max-size-increase',
    `${JSON.stringify(text)} is neither a percentage, as 5%, nor a size, as 500 kB (B, kB, MB or GB), nor none`,
  )
}

/** Those that have grown most first. */
export function exceeding({ targets }: Comparison, { allowed }: SizeLimit): Grown[] {
  return targets
    .flatMap(({ target, programs }) =>
      programs.map(({ name, ...sizes }) => ({ target, program: name, ...sizes })),
    )
    .filter(({ before, after }) => after - before > allowed(before))
    .sort((a, b) => b.after - b.before - (a.after - a.before))
}

/** More than these are counted, not told. */
const MAX_TOLD = 5

/** One message, of what has grown and of what may be the reason. */
export function describeExceeding(
  grown: readonly Grown[],
  { text }: SizeLimit,
  { differences }: Comparison,
): string {
  const programs = grown.map(
    ({ target, program, before, after }) => `${program} on ${target}, ${formatGrowth(before, after)}`,
  )
  const modules = differences
    .filter(({ kind, change }) => kind === 'module' && change === 'new')
    .map(({ name, after = '' }) => `${name} ${after}`.trimEnd())
  const why = modules.length === 0 ? 'no module is new' : `new modules: ${some(modules, ', ')}`
  return `max-size-increase: ${text} is the limit, and has been exceeded: ${some(programs, '; ')}; ${why}; find out what has made it larger, or raise max-size-increase in the workflow`
}

const some = (texts: readonly string[], separator: string): string =>
  texts.slice(0, MAX_TOLD).join(separator) +
  (texts.length > MAX_TOLD ? `${separator}and ${texts.length - MAX_TOLD} more` : '')
