// fitParts: parts of a summary into a text that is never larger than what GitHub shows, and says what it lacks.
import { fitParts, SUMMARY_LIMIT, type Part } from '../../../src/report/fit.js'
import { formatInspectionMarkdown } from '../../../src/report/inspection.js'
import { formatPlanMarkdown } from '../../../src/report/plan.js'
import { formatMarkdown } from '../../../src/report/summary.js'
import { createReport, fileOf, fileReport, targetReport } from './example-report.js'
import { runOf } from './example-spans.js'

const rowsOf = (count: number, row = 'x'.repeat(99)) => Array.from({ length: count }, () => row)
const fit = (parts: readonly Part[], limit: number) => fitParts(parts, 'the log', limit)

test('parts that fit stand one below the other; those without rows are not shown', () => {
  const parts = [
    { name: 'title', rows: ['# a'] },
    { name: 'charts', head: ['<details>'], rows: [], foot: ['</details>'], spare: 0 },
    { name: 'table', head: ['head'], rows: ['one', 'two'], foot: ['foot'] },
  ]
  expect(fit(parts, 2000)).toBe('# a\n\nhead\none\ntwo\nfoot\n')
})

describe('what does not fit', () => {
  const title = { name: 'title', rows: ['# a'] }
  const charts = { name: 'charts', rows: rowsOf(10), spare: 0 }
  const files = { name: 'files', rows: rowsOf(10), spare: 1 }
  const programs = { name: 'programs', rows: rowsOf(10), spare: 2 }
  const table = { name: 'targets', head: ['head'], rows: rowsOf(100), foot: ['foot'] }
  const small = { name: 'skipped', rows: rowsOf(3) }

  test.each<[bytes: number, left: string]>([
    [14_000, 'charts'],
    [13_000, 'charts, files'],
    [12_000, 'charts, files, programs'],
    [11_000, 'charts, files, programs, 4 of 100 targets'],
    [6000, 'charts, files, programs, 54 of 100 targets'],
    [1800, 'charts, files, programs, 96 of 100 targets'],
  ])('in %d bytes, these are left out, as it says: %s', (limit, left) => {
    const text = fit([title, programs, table, files, charts, small], limit)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit)
    expect(text.split('\n').at(-2)).toBe(`Left out, since GitHub shows nothing larger: ${left}; see the log.`)
    expect(text).toContain('# a\n\n')
    // A part that is cut is ended all the same.
    expect(text).toContain(`head\n${'x'.repeat(99)}\n`)
    expect(text).toContain('\nfoot\n\n')
    expect(text.split(small.rows.join('\n')).length).toBeGreaterThan(1)
  })

  test('a row alone that is too long goes as a whole, and with it the part', () => {
    const long = { name: 'failures', head: ['<ul>'], rows: rowsOf(1, '€'.repeat(2000)), foot: ['</ul>'] }
    const text = fit([title, long, small], 3000)
    expect(text).toContain('# a\n\nx')
    expect(text).not.toMatch(/<ul>|€/)
    expect(text).toContain('Left out, since GitHub shows nothing larger: 1 of 1 failures;')
  })

  test('bytes are counted, not characters', () => {
    const text = fit([{ name: 'targets', rows: rowsOf(100, '€'.repeat(33)) }], 6000)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(6000)
    expect(text).toContain('Left out, since GitHub shows nothing larger: 51 of 100 targets;')
  })
})

describe('a whole summary', () => {
  const many = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, i) => make(i))
  const { spans } = runOf(42)
  const huge = '🔥 <error> & `more` '.repeat(5000)

  test.each<[name: string, summary: () => string, left: RegExp]>([
    [
      'of thousands of targets',
      () =>
        formatMarkdown(
          createReport({
            targets: many(5000, (index) => targetReport(`linux/a${index}`)),
            files: many(20_000, (index) => fileOf(`file${index}`, { target: `linux/a${index}` })),
            spans: many(5000, (index) => ({
              what: 'compile',
              target: `linux/a${index}`,
              start: index,
              end: index + 1,
            })),
          }),
        ),
      /Left out, since GitHub shows nothing larger: chart of what ran when, chart of sizes, files; see manifest\.json and the log\./,
    ],
    [
      'of targets that all fail at great length',
      () =>
        formatMarkdown(
          createReport({
            status: 'failed',
            error: huge,
            spans,
            targets: many(400, (index) =>
              targetReport(`linux/a${index}`, { status: 'failed', error: `${index}${huge}` }),
            ),
          }),
        ),
      /Left out, since GitHub shows nothing larger: chart of what ran when, files, programs, \d+ of 401 failures; see/,
    ],
    [
      'of programs that need a great many libraries',
      () =>
        formatMarkdown(
          createReport({
            targets: many(42, (index) =>
              targetReport(`linux/a${index}`, {
                programs: many(20, () => ({
                  ...{
                    importPath: 'a',
                    ...fileReport('a', { verdict: 'dynamic', linkage: `${index} ${huge}` }),
                  },
                })),
              }),
            ),
          }),
        ),
      /Left out, since GitHub shows nothing larger: .*programs, .*\d+ of 42 targets; see/,
    ],
    [
      'of files to inspect',
      () => formatInspectionMarkdown(many(20_000, (index) => fileReport(`file${index}${'x'.repeat(99)}`))),
      /Left out, since GitHub shows nothing larger: \d+ of 20000 files; see the output linkage and the log\./,
    ],
    [
      'of a plan',
      () =>
        formatPlanMarkdown({
          ...{ name: 'age', version: 'v1' },
          shards: many(20_000, (index) => ({
            runner: 'ubuntu-latest',
            targets: many(9, () => `linux/a${index}`),
          })),
        }),
      /Left out, since GitHub shows nothing larger: \d+ of 20000 jobs; see the log\./,
    ],
  ])('%s is one that GitHub shows', (_, summarize, left) => {
    const text = summarize()
    expect(Buffer.byteLength(text)).toBeLessThan(SUMMARY_LIMIT)
    expect(Buffer.byteLength(text)).toBeGreaterThan(1000)
    expect(text.slice(0, 3)).toBe('## ')
    expect(text.trimEnd().split('\n').at(-1)).toMatch(left)
    expect(text.match(/<details/g)?.length ?? 0).toBe(text.match(/<\/details>/g)?.length ?? 0)
  })
})
