// formatInspectionMarkdown, formatInspectionText and formatSarif: what people and code scanning see of inspected files.
import { formatInspectionMarkdown, formatInspectionText } from '../../../src/report/inspection.js'
import type { FileReport } from '../../../src/report/report.js'
import { formatSarif } from '../../../src/report/sarif.js'
import { fileReport } from './example-report.js'

const REFUSED: FileReport = fileReport('dist/my server', {
  verdict: 'dynamic',
  linkage: 'dynamic: needs libc.so.6',
  hardening: {
    pie: 'yes',
    relro: 'full',
    nx: 'no',
    stripped: 'no',
    floor: ['glibc 2.34', 'Linux 3.2.0'],
  },
  checks: [
    { check: 'linkage', outcome: 'refused', messages: ['it needs libc.so.6.', 'it has | in it.'] },
    { check: 'stack', outcome: 'warned', messages: ['the stack is executable.'] },
    { check: 'commit', outcome: 'not checked', messages: ['nobody said which'] },
    { check: 'rpath', outcome: 'off', messages: [] },
  ],
})
const FILES = [fileReport('dist/tool'), REFUSED]
const RULES = { linkage: 'What linkage does not allow.', stack: 'An executable stack.' }

test('as text: a line for each file, and one for each complaint', () => {
  expect(formatInspectionText(FILES).split('\n')).toEqual([
    '',
    '2 files inspected, 1 refused',
    '',
    'File            Linkage                   PIE  RELRO  NX   Stripped  Floor                    Checks',
    'dist/tool       static                    no   none   yes  yes                                passed',
    'dist/my server  dynamic: needs libc.so.6  yes  full   no   no        glibc 2.34, Linux 3.2.0  refused: linkage; warned: stack; not checked: commit; off: rpath',
    '',
    'refused: dist/my server: linkage: it needs libc.so.6.',
    'refused: dist/my server: linkage: it has | in it.',
    'warned: dist/my server: stack: the stack is executable.',
  ])
  expect(formatInspectionText([fileReport('a')])).toContain('\n1 file inspected, none refused\n')
})

test('as Markdown: nothing of a file breaks the table', () => {
  const hostile = fileReport('a|b\n<script>', { verdict: 'dynamic', linkage: 'needs `x` | y' })
  const lines = formatInspectionMarkdown([hostile]).split('\n')
  const [row = ''] = lines.filter((line) => line.includes('script'))
  expect(row).not.toMatch(/[<>`]/)
  expect(row.split('|')).toHaveLength(10)
  expect(formatInspectionMarkdown(FILES)).toContain(
    '- refused: dist/my server: linkage: it has &#124; in it.',
  )
})

test('as SARIF: a rule for each check, a result for each complaint, on the file as a URI', () => {
  const { runs } = JSON.parse(formatSarif(FILES, RULES)) as { runs: { tool: object; results: object[] }[] }
  expect(runs).toHaveLength(1)
  expect(runs[0]?.tool).toMatchObject({
    driver: {
      name: 'go-cross-release',
      rules: [
        { id: 'linkage', shortDescription: { text: RULES.linkage } },
        { id: 'stack', shortDescription: { text: RULES.stack } },
      ],
    },
  })
  const result = (ruleId: string, level: string, text: string) => ({
    ruleId,
    partialFingerprints: { primaryLocationLineHash: expect.stringMatching(/^[0-9a-f]{32}$/) as string },
    level,
    message: { text },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'dist/my%20server' },
          region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
        },
      },
    ],
  })
  expect(runs[0]?.results).toEqual([
    result('linkage', 'error', 'it needs libc.so.6.'),
    result('linkage', 'error', 'it has | in it.'),
    result('stack', 'warning', 'the stack is executable.'),
  ])
})
