// Words for what is wrong with a matrix: a text shown safely, the kind of a value, the legal name nearest to a wrong one.
import { distance } from 'fastest-levenshtein'
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

/**
 * The name that `text` was likely meant to be: the one with the fewest edits, whatever the case, if those are at most
 * two or a third of the text; undefined where there is none.
 */
export function nearest(text: string, names: readonly string[]): string | undefined {
  const [best] = byDistance(text, names)
  if (best === undefined) return undefined
  const edits = distance(text.toLowerCase(), best.toLowerCase())
  return edits < text.length && edits <= Math.max(2, text.length / 3) ? best : undefined
}

/** The names in order of their edits from `text`, whatever the case; equals stay in the order given. */
export function byDistance(text: string, names: readonly string[]): string[] {
  const wanted = text.toLowerCase()
  return names
    .map((name) => ({ name, edits: distance(wanted, name.toLowerCase()) }))
    .toSorted((a, b) => a.edits - b.edits)
    .map(({ name }) => name)
}
