// Measured figures and the most that each may be -> a line for each, and exit code 1 where one is more.

const lines: string[] = []

/** Prints one line, now and with all the others at the end. */
export function judge(bar: {
  /** What is measured, in words. */
  readonly what: string
  readonly figure: number
  readonly atMost: number
  /** Behind figure and bar, such as ` s`; none for a ratio. */
  readonly unit?: string
  /** The medians that the figure comes from. */
  readonly from: string
}): void {
  const { what, figure, atMost, unit = ' ×', from } = bar
  // What could not be measured is not below the bar.
  const met = figure <= atMost
  if (!met) process.exitCode = 1
  tell(
    `${met ? 'ok' : 'MISSED'}  ${what}: ${figure.toFixed(3)}${unit}, bar ${atMost.toFixed(2)}${unit} (${from})`,
  )
}

/** Prints a figure that no bar is set for, now and at the end. */
export function tell(line: string): void {
  lines.push(line)
  console.log(line)
}

export function printBars(): void {
  if (lines.length > 0) console.log(['', 'All of it once more:', ...lines].join('\n'))
}
