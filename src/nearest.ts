// A wrong name -> the legal one that was likely meant.
import { distance } from 'fastest-levenshtein'

/**
 * The name that `text` was likely meant to be: the one with the fewest edits, whatever the case, if those are at most
 * two or a third of the text, and never more than half of it; undefined where there is none.
 */
export function nearest(text: string, names: readonly string[]): string | undefined {
  const [best] = byDistance(text, names)
  if (best === undefined) return undefined
  const edits = distance(text.toLowerCase(), best.toLowerCase())
  return edits <= text.length / 2 && edits <= Math.max(2, text.length / 3) ? best : undefined
}

/** What to add to the complaint about `text`: `; did you mean NAME?`, or nothing where no name is near. */
export function didYouMean(text: string, names: readonly string[]): string {
  const meant = nearest(text, names)
  return meant === undefined ? '' : `; did you mean ${meant}?`
}

/** The names in order of their edits from `text`, whatever the case; equals stay in the order given. */
export function byDistance(text: string, names: readonly string[]): string[] {
  const wanted = text.toLowerCase()
  return names
    .map((name) => ({ name, edits: distance(wanted, name.toLowerCase()) }))
    .toSorted((a, b) => a.edits - b.edits)
    .map(({ name }) => name)
}
