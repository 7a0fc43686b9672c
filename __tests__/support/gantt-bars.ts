// The chart of what ran when in a summary -> the bars of each row.

/** @returns by the name of the row: what its bars are */
export function barsOf(summary: string): Record<string, string[]> {
  const [, chart = ''] = /\n```mermaid\n[^]*?\ngantt\n([^]*?)\n```\n/.exec(summary) ?? []
  const rows = chart.split('\n  section ').slice(1)
  return Object.fromEntries(
    rows.map((row): [string, string[]] => {
      const [name = '', ...bars] = row.split('\n')
      return [name, bars.map((bar) => bar.trim().replace(/ :.*$/, ''))]
    }),
  )
}
