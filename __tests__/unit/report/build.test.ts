// formatBuild and formatWork: what the go commands of a target did in, words out.
import { formatBuild, formatWork } from '../../../src/report/build.js'
import type { TargetReport } from '../../../src/report/report.js'
import { targetReport } from './example-report.js'

const COLD = { compiled: 185, cached: 0, linked: 4, upToDate: 0 }
const retried = 'killed for memory'

test.each<[name: string, changes: Partial<TargetReport>, expected: string]>([
  ['cold', { work: COLD }, '185 compiled, 0 cached, 4 linked'],
  [
    'a second run',
    { work: { compiled: 0, cached: 185, linked: 0, upToDate: 4 } },
    '0 compiled, 185 cached, 0 linked, 4 up to date',
  ],
  [
    'a second attempt',
    { work: COLD, retried },
    '185 compiled, 0 cached, 4 linked, retried: killed for memory',
  ],
])('%s', (_, changes, expected) => {
  const target = targetReport('linux/amd64', changes)
  expect(formatWork(target)).toBe(expected)
  expect(formatBuild(target)).toBe(`built in 12.3 s: ${expected}`)
})

test('where Go does not tell what it did, the time alone', () => {
  const { work: _, ...untold } = targetReport('linux/amd64')
  expect(formatWork(untold)).toBe('')
  expect(formatBuild(untold)).toBe('built in 12.3 s')
  expect(formatWork({ ...untold, retried })).toBe('retried: killed for memory')
})
