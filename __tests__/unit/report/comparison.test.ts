// formatComparisonMarkdown and formatComparisonText: what is said of a comparison stays text, and has room in a comment.
import {
  formatComparisonMarkdown,
  formatComparisonText,
  type ComparisonReport,
} from '../../../src/report/comparison.js'
import { formatManifest } from '../../../src/report/manifest.js'
import { formatMarkdown } from '../../../src/report/summary.js'
import { createReport } from './example-report.js'

const TOLD: ComparisonReport = {
  headline: 'age compared with main at 0123456789ab',
  rows: [
    ['Target', 'Programs'],
    ['linux/amd64', '3.4 MB → 3.9 MB (+500.1 kB, +14.7%)'],
  ],
  lists: [{ title: 'Modules', items: ['example.com/a: new, v1.0.0'] }],
}

test('in Markdown', () => {
  expect(formatComparisonMarkdown(TOLD, 10_000)).toEqual([
    '### age compared with main at 0123456789ab',
    '',
    '| Target | Programs |',
    '| --- | --- |',
    '| linux/amd64 | 3.4 MB → 3.9 MB (+500.1 kB, +14.7%) |',
    '',
    '**Modules**',
    '',
    '- <code>example.com/a: new, v1.0.0</code>',
    '',
  ])
})

test('as text', () => {
  expect(formatComparisonText(TOLD)).toEqual([
    'age compared with main at 0123456789ab',
    'Target       Programs',
    'linux/amd64  3.4 MB → 3.9 MB (+500.1 kB, +14.7%)',
    'Modules: example.com/a: new, v1.0.0',
  ])
})

test('a headline alone is one line', () => {
  const told = { headline: 'nothing has changed', rows: [], lists: [] }
  expect(formatComparisonMarkdown(told, 10_000)).toEqual(['### nothing has changed', ''])
  expect(formatComparisonText(told)).toEqual(['nothing has changed'])
})

test.each([
  '</code><script>',
  '<!-- go-cross-release',
  'a\n- b\r\n\u2028c',
  '`a` **b** [c](https://evil.example)',
  'a | b',
  '\u202e\u200b\u001b[2J',
  '@everyone',
  '&#60;img&#62;',
])('%j is text in a line of its own', (text) => {
  const told = { headline: text, rows: [['Target'], [text]], lists: [{ title: 'Modules', items: [text] }] }
  const lines = formatComparisonMarkdown(told, 10_000)
  expect(lines).toHaveLength(10)
  for (const line of lines)
    expect(
      line.replace(/^(### |- <code>(?=.*<\/code>$)|\| |\*\*)/, '').replace(/(<\/code>| \||\*\*)$/, ''),
    ).toMatch(
      // eslint-disable-next-line no-control-regex
      /^(Target|---|Modules|(?:[^<>`*[\]|@\\\u0000-\u001f\u200b\u2028\u202e&]|&#\d+;)*)$/,
    )
})

describe('with many changes', () => {
  const many: ComparisonReport = {
    ...TOLD,
    rows: [['Target'], ...Array.from({ length: 300 }, (_, index) => [`linux/a${index}`])],
    lists: ['Linkage', 'Modules'].map((title) => ({
      title,
      items: Array.from({ length: 2000 }, (_, index) => `example.com/module-${index}: new, v1.0.0`),
    })),
  }
  const lengthOf = (room: number) => formatComparisonMarkdown(many, room).join('\n')

  test.each([1e6, 65_000, 30_000, 6000, 1000, 200])('it has room in %d characters', (room) => {
    const text = lengthOf(room)
    expect(text.length).toBeLessThanOrEqual(room)
    expect(text).toContain('### age compared with main')
  })

  test('what is left out is counted', () => {
    const text = lengthOf(65_000)
    expect(text.split('\n').filter((line) => line.startsWith('- <code>'))).toHaveLength(400)
    expect(text.split('\n').filter((line) => line.startsWith('and '))).toEqual([
      'and 100 more',
      'and 1800 more',
      'and 1800 more',
    ])
  })
})

test('it stands in the summary, and not in the manifest, which tells of this release alone', () => {
  const report = createReport({ comparison: formatComparisonMarkdown(TOLD, 10_000) })
  expect(formatMarkdown(report)).toContain('\n### age compared with main at 0123456789ab\n')
  expect(formatManifest(report, 'x')).toBe(formatManifest(createReport(), 'x'))
})
