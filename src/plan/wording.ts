// Words for what is wrong with a matrix: a text shown safely, the kind of a value.
import { InputError } from '../errors.js'

const MAX_SHOWN_CHARACTERS = 120

export function matrixError(problem: string, options?: ErrorOptions): InputError {
  return new InputError('matrix', problem, options)
}

/** The text on one line, cut where it is long; quoted where it would not show as it is. */
export function shown(text: string): string {
  const cut = text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text
  return /^[!-~](?:[ -~]*[!-~])?…?$/.test(cut) ? cut : JSON.stringify(cut)
}

/** What kind of value it is, as a user of YAML would say. */
export function described(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return typeof value === 'string' ? shown(value) : `the ${typeof value} ${JSON.stringify(value)}`
}
