// Turns name templates into file names that are safe on every system.
import { InputError } from '../errors.js'

/** File systems take 255; extensions and the suffixes of SBOMs and signatures are added to it. */
const MAX_NAME_LENGTH = 200

/** What a template's placeholders stand for. */
export type PlaceholderValues = Readonly<Record<string, string>>

/**
 * Replaces `{word}`; a brace that belongs to no known placeholder is an error, never kept.
 *
 * @throws InputError naming `input`, with the placeholders there are
 */
export function expandPlaceholders(input: string, template: string, values: PlaceholderValues): string {
  const expanded = template.replaceAll(/\{([^{}]*)\}/g, (placeholder, word: string) => {
    const value = Object.hasOwn(values, word) ? values[word] : undefined
    if (value === undefined) {
      const known = Object.keys(values).map((name) => `{${name}}`)
      throw new InputError(input, `${placeholder} is not a placeholder; there are ${known.join(' ')}`)
    }
    return value
  })
  const [brace] = /[{}]/.exec(template.replaceAll(/\{[^{}]*\}/g, '')) ?? []
  if (brace !== undefined) {
    throw new InputError(input, `${JSON.stringify(template)} has a "${brace}" that belongs to no placeholder`)
  }
  return expanded
}

/**
 * A file name of `[A-Za-z0-9._-]`; any other character becomes `_`.
 *
 * @throws InputError where the text is empty or is a path that leaves its folder
 */
export function fileName(input: string, text: string): string {
  if (text === '' || /^[\\/]|^[A-Za-z]:|(^|[\\/])\.\.?([\\/]|$)/.test(text)) {
    throw new InputError(input, `${JSON.stringify(text)} is not a name for a file in the output directory`)
  }
  if (text.length > MAX_NAME_LENGTH) {
    throw new InputError(
      input,
      `the name ${text.slice(0, 40)}… has ${text.length} characters; at most ${MAX_NAME_LENGTH} are allowed`,
    )
  }
  return text.replaceAll(/[^A-Za-z0-9._-]/g, '_')
}
