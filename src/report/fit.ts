// The parts of a summary -> its text, which never is larger than what GitHub shows.

/** What GitHub shows of a step's summary, in bytes. What is larger is not shown at all. */
export const SUMMARY_LIMIT = 1024 ** 2

export interface Part {
  /** What its rows are called where some or all of them are left out. */
  readonly name: string
  readonly head?: readonly string[]
  /** Lines, of which the last are left out where there is no room for all. */
  readonly rows: readonly string[]
  readonly foot?: readonly string[]
  /** What may be left out as a whole, before any other part loses a row: the lowest number goes first. */
  readonly spare?: number
}

/** Of the line that says what is left out, and of the line end that the runner's file ends with. */
const RESERVE = 1000

/**
 * Parts without rows are not shown.
 *
 * @param elsewhere where all of it is told
 * @param limit bytes of UTF-8
 */
export function fitParts(parts: readonly Part[], elsewhere: string, limit = SUMMARY_LIMIT): string {
  const room = limit - RESERVE
  const left: string[] = []
  let shown = parts.filter(({ rows }) => rows.length > 0)
  const spare = shown.filter((part) => part.spare !== undefined)
  for (const part of spare.toSorted((a, b) => (a.spare ?? 0) - (b.spare ?? 0))) {
    if (bytesOf(shown) <= room) break
    shown = shown.filter((each) => each !== part)
    left.push(part.name)
  }
  const cut = cutParts(shown, room)
  for (const [index, { name, rows }] of shown.entries()) {
    const lost = rows.length - (cut[index]?.rows.length ?? 0)
    if (lost > 0) left.push(`${lost} of ${rows.length} ${name}`)
  }
  const note = `Left out, since GitHub shows nothing larger: ${left.join(', ')}; see ${elsewhere}.`
  const whole = cut.filter(({ rows }) => rows.length > 0).map(textOf)
  return `${[...whole, ...(left.length === 0 ? [] : [note])].join('\n\n')}\n`
}

/** What a small part does not need of its share is shared out among the larger ones. */
function cutParts(parts: readonly Part[], room: number): Part[] {
  const cut = new Map<Part, Part>()
  let free = room
  for (const part of parts.toSorted((a, b) => bytesOf([a]) - bytesOf([b]))) {
    const kept = cutRows(part, free / (parts.length - cut.size))
    cut.set(part, kept)
    if (kept.rows.length > 0) free -= bytesOf([kept])
  }
  return parts.map((part) => cut.get(part) ?? part)
}

function cutRows(part: Part, share: number): Part {
  let free = share - bytesOf([{ ...part, rows: [] }])
  const rows: string[] = []
  for (const row of part.rows) {
    free -= Buffer.byteLength(row) + 1
    if (free < 0) break
    rows.push(row)
  }
  return { ...part, rows }
}

const textOf = ({ head = [], rows, foot = [] }: Part): string => [...head, ...rows, ...foot].join('\n')

/** With the empty line behind each. */
const bytesOf = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => sum + Buffer.byteLength(textOf(part)) + 2, 0)
