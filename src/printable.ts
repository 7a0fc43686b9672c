// Turns text from anywhere into text that shows as it is: nothing in it hides, reorders or moves what is printed around it.

/** Control characters, line ends of Unicode's own, and all that has no width: escape sequences, bidirectional marks, tags. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Lines stay lines; what cannot be seen is written as in `\u{1b}`. */
export function printable(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(UNSEEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}
