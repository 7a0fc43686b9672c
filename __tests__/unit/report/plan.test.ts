// formatPlanMarkdown and formatPlanText: the jobs of a plan, for people.
import { formatPlanMarkdown, formatPlanText } from '../../../src/report/plan.js'

const PLAN = {
  name: 'age',
  version: 'v1.3.1',
  shards: [
    { runner: 'ubuntu-latest', targets: ['linux/amd64', 'linux/arm64'] },
    { runner: 'macos|latest', targets: ['darwin/arm64'] },
  ],
}

test('as Markdown: a row for each job', () => {
  expect(formatPlanMarkdown(PLAN).split('\n')).toEqual([
    '## 📋 age v1.3.1 planned: 3 targets in 2 jobs',
    '',
    '| Job | Runner | Targets |  |',
    '| --- | --- | --- | --- |',
    '| 1 | ubuntu-latest | 2 | linux/amd64, linux/arm64 |',
    '| 2 | macos&#124;latest | 1 | darwin/arm64 |',
    '',
  ])
})

test('as text', () => {
  expect(formatPlanText({ ...PLAN, shards: PLAN.shards.slice(1) }).split('\n')).toEqual([
    '',
    'age v1.3.1 planned: 1 target in 1 job',
    '',
    'Job  Runner        Targets',
    '1    macos|latest  1        darwin/arm64',
  ])
})
