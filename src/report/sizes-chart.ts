// The sizes of release files -> a bar chart, a bar for each target.
import { BLUE, chartName, formatChart, WIDTH } from './mermaid.js'

const BAR_ROW = 20
/** Of the axis and its title. */
const HEAD = 70

export interface TargetSize {
  readonly target: string
  /** Bytes. */
  readonly size: number
}

/** @returns lines of Markdown; none where there is nothing to show */
export function formatSizesChart(sizes: readonly TargetSize[]): string[] {
  if (sizes.length === 0) return []
  const megabytes = sizes.map(({ size }) => Number((size / 1e6).toPrecision(3)))
  const names = sizes.map(({ target }, index) => JSON.stringify(chartName(target, index)))
  return formatChart(
    {
      xyChart: {
        width: WIDTH,
        height: HEAD + BAR_ROW * sizes.length,
        xAxis: { labelFontSize: 12, showTick: false },
        yAxis: { labelFontSize: 12 },
      },
      themeVariables: { xyChart: { plotColorPalette: BLUE[0], backgroundColor: 'transparent' } },
    },
    [
      // Mermaid 12 knows it without `beta` too, 11.4 does not.
      'xychart-beta horizontal',
      `  x-axis [${names.join(', ')}]`,
      `  y-axis "MB" 0 --> ${Math.max(...megabytes)}`,
      `  bar [${megabytes.join(', ')}]`,
    ],
  )
}
