// What a chart shows -> a block of Mermaid, which GitHub draws; its 11 and the current 12 take all that is written here.

/** GitHub draws nothing that is longer. Source: `maxTextSize` of Mermaid. */
const MAX_LENGTH = 50_000

/** Pixels that a summary is about wide. */
export const WIDTH = 900

/** With their borders; all stand out on GitHub's white and on its black. */
export const BLUE = ['#55acee', '#2b7bb9'] as const
export const ORANGE = ['#f4900c', '#b86a00'] as const
export const GREEN = ['#78b159', '#4d7d34'] as const
export const RED = ['#dd2e44', '#a01c2f'] as const

/** @returns lines of Markdown */
export function formatChart(config: object, lines: readonly string[]): string[] {
  // JSON is YAML too.
  const text = ['---', `config: ${JSON.stringify(config)}`, '---', ...lines]
  return text.join('\n').length > MAX_LENGTH
    ? ['This is more than GitHub draws.']
    : ['```mermaid', ...text, '```']
}

/** `linux/arm/7`, `mips64le` with `/softfloat` and so on. */
const ID = /^[a-z0-9]{1,20}(?:\/[A-Za-z0-9_.+]{1,60}){1,2}$/

/** A name that Mermaid takes for nothing but a name, whatever the target is called. */
export const chartName = (target: string, index: number): string =>
  ID.test(target) ? target : `target/${index + 1}`
