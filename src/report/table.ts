// Rows of cells, the head first -> a table in Markdown, or in text.
import { printable } from '../printable.js'
import type { Part } from './fit.js'

export function formatMarkdownTable([head = [], ...rows]: readonly (readonly string[])[]): string[] {
  return [
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...rows.map((cells) => `| ${cells.map(escapeMarkdown).join(' | ')} |`),
  ]
}

/** @param name of its rows, where some are left out */
export function markdownTablePart(name: string, rows: readonly (readonly string[])[]): Part {
  const [head = '', line = '', ...rest] = formatMarkdownTable(rows)
  return { name, head: [head, line], rows: rest }
}

export function formatTextTable(raw: readonly (readonly string[])[]): string[] {
  const rows = raw.map((cells) => cells.map(oneLine))
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? []
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** What Markdown of GitHub's kind takes for markup, for a mention, and for an address that it would make a link. */
const MARKUP = /[\\`*_{}[\]<>|#&~$@]|:(?=\/\/)|(?<=www)\./gi

/** Text from files and tools may hold anything; in a table cell it must stay one line of text. */
export function escapeMarkdown(text: string): string {
  return oneLine(text).replaceAll(MARKUP, toEntity)
}

/** The same for what stands between `<pre>` and `</pre>`, where lines stay lines; it is one line of Markdown. */
export function escapePreformatted(text: string): string {
  return printable(text).replaceAll(MARKUP, toEntity).replaceAll('\n', '&#10;')
}

const toEntity = (character: string): string => `&#${character.charCodeAt(0)};`

function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' '))
}
