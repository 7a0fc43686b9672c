// When each part of a run began and ended -> a Gantt chart: a row for each target, and for each thing that is done for all of them.
import type { Span } from '../timeline.js'
import { BLUE, chartName, formatChart, GREEN, ORANGE, RED, WIDTH } from './mermaid.js'

const LABEL_SIZE = 12
/** Of a letter of that size. */
const LETTER_WIDTH = 7
/** Above the rows is the title, below them the axis: Mermaid draws it 50 pixels above the lower edge. */
const EDGE = 50
const ROW = { barHeight: 15, barGap: 3 }

const LEGEND = '🟦 compile 🟧 link 🟩 everything else'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Of a kind that Mermaid has; what is none of these has its third. */
const KINDS: Readonly<Record<string, string>> = { compile: '', link: 'active, ' }

interface Row {
  readonly name: string
  readonly spans: readonly Span[]
}

/**
 * @param targets in the order of their rows
 * @returns lines of Markdown; none where there is nothing to show
 */
export function formatGantt(spans: readonly Span[], targets: readonly string[]): string[] {
  const total = Math.max(0, ...spans.map(({ end }) => end))
  const rows = chartRows(spans, targets, total)
  if (rows.length === 0) return []
  const chart = formatChart(
    {
      gantt: {
        ...ROW,
        displayMode: 'compact',
        useWidth: WIDTH,
        topPadding: EDGE,
        leftPadding: 15 + LETTER_WIDTH * Math.max(...rows.map(({ name }) => name.length)),
        rightPadding: 20,
        gridLineStartPadding: EDGE - 15,
        // The names of the rows and the legend say it, and inside of most bars is no room.
        fontSize: 0,
        sectionFontSize: LABEL_SIZE,
        numberSectionStyles: 2,
      },
      themeVariables: {
        ...{ taskBkgColor: BLUE[0], taskBorderColor: BLUE[1] },
        ...{ activeTaskBkgColor: ORANGE[0], activeTaskBorderColor: ORANGE[1] },
        ...{ doneTaskBkgColor: GREEN[0], doneTaskBorderColor: GREEN[1] },
        ...{ critBkgColor: RED[0], critBorderColor: RED[1] },
      },
    },
    [
      'gantt',
      `  title ${total < HOUR ? 'Minutes and seconds' : 'Hours and minutes'} since the run began`,
      '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
      `  axisFormat ${total < HOUR ? '%M:%S' : '%H:%M'}`,
      ...(total < 10_000 ? ['  tickInterval 1second'] : []),
      '  todayMarker off',
      ...rows.flatMap(({ name, spans }) => [`  section ${name}`, ...spans.map(formatBar)]),
    ],
  )
  const legend = spans.some(({ failed }) => failed === true) ? `${LEGEND} 🟥 failed` : LEGEND
  return [legend, '', ...chart]
}

/** What is done for all targets stands above them, or below them where it begins after the first of them. */
function chartRows(spans: readonly Span[], targets: readonly string[], total: number): Row[] {
  const ofTargets = targets.flatMap((target, index): Row[] => {
    const own = inOrder(spans.filter((span) => span.target === target))
    return own.length === 0 ? [] : [{ name: chartName(target, index), spans: own }]
  })
  const first = Math.min(...ofTargets.flatMap((row) => row.spans.map(({ start }) => start)))
  const ofAll = inOrder(spans.filter((span) => span.target === undefined))
  // What would be thinner than a pixel is not worth a row.
  const seen = ofAll.filter(({ start, end, failed }) => failed === true || (end - start) * WIDTH > total)
  const rows = [...new Set(seen.map(({ what }) => what))].map((what) => ({
    name: what,
    spans: ofAll.filter((span) => span.what === what),
  }))
  const isBefore = ({ spans: [span] }: Row) => span !== undefined && span.start < first
  return [...rows.filter(isBefore), ...ofTargets, ...rows.filter((row) => !isBefore(row))]
}

const inOrder = (spans: readonly Span[]): Span[] => spans.toSorted((a, b) => a.start - b.start)

/** Mermaid's times are local ones: a day that begins at midnight everywhere has an axis from 00:00 everywhere. */
function formatBar({ what, start, end, failed }: Span): string {
  const kind = failed === true ? 'crit, ' : (KINDS[what] ?? 'done, ')
  const from = new Date(Date.UTC(2000, 0, 1) + start).toISOString().replace('T', ' ').replace('Z', '')
  return `  ${what} :${kind}${from}, ${Math.max(1, Math.round(end - start))}ms`
}
