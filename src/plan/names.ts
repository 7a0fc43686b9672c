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

/** No letter that another file system or a shell takes for something else; versions and module paths bring `+`, `~` and `/`. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9._+~/-]*$/

/** Whatever follows the dot. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/**
 * A file name of `[A-Za-z0-9._-]`; `+`, `~` and `/` become `_`.
 *
 * @throws InputError for any other character, for a path that leaves its folder, and for what Windows takes for a device
 */
export function fileName(input: string, text: string): string {
  if (text.length > MAX_NAME_LENGTH) {
    throw new InputError(
      input,
      `the name ${JSON.stringify(text.slice(0, 40))}… has ${text.length} characters; at most ${MAX_NAME_LENGTH} are allowed`,
    )
  }
  if (!NAME.test(text) || /\/\.\.?(\/|$)/.test(text)) {
    throw new InputError(
      input,
      `${JSON.stringify(text)} is not a name for a file in the output directory; a name begins with a letter, a digit or _ and holds letters, digits, and . _ - + ~ /, of which the last three become _`,
    )
  }
  const name = text.replaceAll(/[+~/]/g, '_')
  if (WINDOWS_DEVICE.test(name)) {
    throw new InputError(input, `${JSON.stringify(text)} is a device on Windows, and no name of a file there`)
  }
  return name
}
