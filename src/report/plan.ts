// The jobs that a plan is built in -> what a person reads, in Markdown or as text.
import { fitParts } from './fit.js'
import { escapeMarkdown, formatTextTable, markdownTablePart } from './table.js'

export interface PlanReport {
  readonly name: string
  readonly version: string
  readonly shards: readonly {
    /** Label of the runner. */
    readonly runner: string
    readonly targets: readonly string[]
  }[]
}

export function formatPlanMarkdown(plan: PlanReport): string {
  return fitParts(
    [
      { name: 'headlines', rows: [`## 📋 ${escapeMarkdown(headline(plan))}`] },
      markdownTablePart('jobs', rows(plan)),
    ],
    'the log',
  )
}

export const formatPlanText = (plan: PlanReport): string =>
  ['', headline(plan), '', ...formatTextTable(rows(plan))].join('\n')

function headline({ name, version, shards }: PlanReport): string {
  const targets = shards.reduce((sum, shard) => sum + shard.targets.length, 0)
  return `${name} ${version} planned: ${count(targets, 'target')} in ${count(shards.length, 'job')}`
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`

const rows = ({ shards }: PlanReport): string[][] => [
  ['Job', 'Runner', 'Targets', ''],
  ...shards.map(({ runner, targets }, index) => [
    `${index + 1}`,
    runner,
    `${targets.length}`,
    targets.join(', '),
  ]),
]
