// What is said of a comparison -> Markdown, for the summary and for a comment, or text.
import { escapeMarkdown, formatMarkdownTable, formatTextTable } from './table.js'

/** As the comparison words it. */
export interface ComparisonReport {
  readonly headline: string
  /** Rows of cells, the head first; may be none. */
  readonly rows: readonly (readonly string[])[]
  readonly lists: readonly { readonly title: string; readonly items: readonly string[] }[]
}

/** How many rows and items are shown: as many as have room. */
const SHOWN = [1000, 200, 50, 10, 0]

/** @param room for so many characters, more than the headline takes */
export function formatComparisonMarkdown(comparison: ComparisonReport, room: number): string[] {
  const tries = SHOWN.map((shown) => formatShown(comparison, shown))
  return tries.find((lines) => lines.join('\n').length <= room) ?? tries.at(-1) ?? []
}

export function formatComparisonText({ headline, rows, lists }: ComparisonReport): string[] {
  return [
    headline,
    ...formatTextTable(rows),
    ...lists.flatMap(({ title, items }) => items.map((item) => `${title}: ${item}`)),
  ]
}

function formatShown({ headline, rows, lists }: ComparisonReport, shown: number): string[] {
  const [head, ...targets] = rows
  const more = (all: readonly unknown[], lines: string[]): string[] =>
    all.length > shown ? [...lines, '', `and ${all.length - shown} more`] : lines
  return [
    `### ${escapeMarkdown(headline)}`,
    '',
    ...(head === undefined
      ? []
      : [...more(targets, formatMarkdownTable([head, ...targets.slice(0, shown)])), '']),
    ...lists.flatMap(({ title, items }) => [
      `**${escapeMarkdown(title)}**`,
      '',
      // In code GitHub looks for no mentions and no numbers of issues.
      ...more(
        items,
        items.slice(0, shown).map((item) => `- <code>${escapeMarkdown(item)}</code>`),
      ),
      '',
    ]),
  ]
}
