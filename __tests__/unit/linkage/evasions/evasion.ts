// What a hostile file is, for the tables of them.

export interface Evasion {
  /** What was done to the file. */
  readonly name: string
  /** Who is fooled by it, or what the system would load. */
  readonly why: string
  /** What the file is called: `linux/amd64`. */
  readonly pair: string
  readonly file: Uint8Array
  /** Why it is refused, under the policy `static`. */
  readonly refused: RegExp
}

/** A copy of `file` with `text` in UTF-8 where it has `placeholder`, which is as long in bytes. */
export function overwritten(file: Buffer, placeholder: string, text: string): Buffer {
  const copy = Buffer.from(file)
  copy.write(text, copy.indexOf(placeholder))
  return copy
}

/** A file that passes, to which the hostile ones are close: it shows that they are refused for what was done to them. */
export type Sound = readonly [pair: string, file: Uint8Array]

type Row = readonly [name: string, why: string, file: Uint8Array, refused: RegExp]

export const calledAs = (pair: string, rows: readonly Row[]): Evasion[] =>
  rows.map(([name, why, file, refused]) => ({ name, why, pair, file, refused }))
