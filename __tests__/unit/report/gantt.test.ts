// formatGantt and formatSizesChart: what is drawn, row by row; that it can be drawn is tested with Mermaid itself.
import { formatGantt } from '../../../src/report/gantt.js'
import { formatSizesChart } from '../../../src/report/sizes-chart.js'
import type { Span } from '../../../src/timeline.js'

const span = (what: string, start: number, end: number, rest: Partial<Span> = {}): Span => ({
  ...{ what, start, end },
  ...rest,
})
const compile = (target: string, start: number, end: number) => span('compile', start, end, { target })
/** Below the head of the chart. */
const rowsOf = (chart: readonly string[]) => chart.slice(chart.indexOf('  todayMarker off') + 1, -1)
const sectionsOf = (chart: readonly string[]) =>
  chart.flatMap((line) => (line.startsWith('  section ') ? line.slice(10) : []))

test('targets in their order, what is done for all of them above or below, by when it begins', () => {
  const spans = [
    span('sign', 50_000, 60_000),
    compile('linux/arm64', 9000, 20_000),
    compile('linux/amd64', 8000, 30_000),
    span('tools', 1000, 2000),
    span('plan', 0, 5000),
    span('verify modules', 6000, 31_000),
    span('tools', 5000, 7000),
    span('SBOM', 30_000, 40_000),
  ]
  expect(sectionsOf(formatGantt(spans, ['linux/amd64', 'linux/arm64', 'js/wasm']))).toEqual([
    ...['plan', 'tools', 'verify modules'],
    ...['linux/amd64', 'linux/arm64'],
    ...['SBOM', 'sign'],
  ])
})

test('a bar for each span, of its kind, from where to how long', () => {
  const target = 'linux/amd64'
  const spans = [
    compile(target, 1000, 2500.4),
    span('link', 2500.4, 3_723_004, { target }),
    span('package', 3_723_004, 3_723_004, { target }),
    span('upload', 4_000_000, 5_000_000, { failed: true }),
  ]
  expect(rowsOf(formatGantt(spans, [target]))).toEqual([
    '  section linux/amd64',
    '  compile :2000-01-01 00:00:01.000, 1500ms',
    '  link :active, 2000-01-01 00:00:02.500, 3720504ms',
    '  package :done, 2000-01-01 01:02:03.004, 1ms',
    '  section upload',
    '  upload :crit, 2000-01-01 01:06:40.000, 1000000ms',
  ])
})

test.each<[end: number, lines: string[]]>([
  [9999, ['  title Minutes and seconds since the run began', '  axisFormat %M:%S', '  tickInterval 1second']],
  [3_599_999, ['  title Minutes and seconds since the run began', '  axisFormat %M:%S']],
  [3_600_000, ['  title Hours and minutes since the run began', '  axisFormat %H:%M']],
])('the axis of %d ms', (end, lines) => {
  const told = formatGantt([span('plan', 0, end)], []).filter((line) => /title|axis|tick/.test(line))
  expect(told).toEqual(lines)
})

test.each<[name: string, spans: Span[], sections: string[]]>([
  ['nothing', [], []],
  ['what took no time', [span('plan', 0, 0)], []],
  ['what is too short to be seen', [span('plan', 0, 99_000), span('tools', 0, 100)], ['plan']],
  [
    'what failed at once',
    [span('plan', 0, 99_000), span('tools', 0, 0, { failed: true })],
    ['plan', 'tools'],
  ],
  ['a target that took no time', [span('plan', 0, 99_000), compile('a/b', 1, 1)], ['plan', 'a/b']],
])('rows of %s', (_, spans, sections) => {
  expect(sectionsOf(formatGantt(spans, ['a/b']))).toEqual(sections)
})

test.each([
  [false, '🟦 compile 🟧 link 🟩 everything else'],
  [true, '🟦 compile 🟧 link 🟩 everything else 🟥 failed'],
])('what the colours mean; red only where something failed: %j', (failed, legend) => {
  const spans = [span('plan', 0, 1000, failed ? { failed } : {})]
  expect(formatGantt(spans, [])[0]).toBe(legend)
})

test('what is more than GitHub draws is not drawn, and that is said', () => {
  const targets = (count: number) => Array.from({ length: count }, (_, index) => `linux/a${index}`)
  const gantt = (count: number) =>
    formatGantt(
      targets(count).map((target) => compile(target, 0, 1000)),
      targets(count),
    )
  const sizes = (count: number) => formatSizesChart(targets(count).map((target) => ({ target, size: 1e6 })))
  for (const chart of [gantt, sizes]) {
    expect(chart(42)).toContain('```mermaid')
    expect(chart(42)).not.toContain('This is more than GitHub draws.')
    expect(chart(5000)).not.toContain('```mermaid')
    expect(chart(5000).at(-1)).toBe('This is more than GitHub draws.')
  }
})

test('sizes in megabytes, three digits of them', () => {
  const sizes = [12_345_678, 1_234_567, 123_456, 1].map((size, index) => ({ target: `a/b${index}`, size }))
  expect(formatSizesChart(sizes).slice(-5, -1)).toEqual([
    'xychart-beta horizontal',
    '  x-axis ["a/b0", "a/b1", "a/b2", "a/b3"]',
    '  y-axis "MB" 0 --> 12.3',
    '  bar [12.3, 1.23, 0.123, 0.000001]',
  ])
  expect(formatSizesChart([])).toEqual([])
})
