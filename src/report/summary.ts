// Turns the report into what a person reads: a step summary in Markdown, or the same as text, without charts.
import { holdsPrograms } from '../artifact.js'
import { formatWork } from './build.js'
import { describeCache } from '../cache-report.js'
import { fitParts, type Part } from './fit.js'
import { formatGantt } from './gantt.js'
import { LINKAGE_HEAD, linkageCells } from './linkage-table.js'
import type { Report, TargetReport } from './report.js'
import { formatSizesChart } from './sizes-chart.js'
import { escapeMarkdown, escapePreformatted, formatTextTable, markdownTablePart } from './table.js'

/** Charts of more targets are folded away. */
const OPEN_CHARTS = 10

/** Characters of one failure; nobody reads more of it here. */
const MAX_FAILURE = 8000

/** Its parts stand here in the order in which they are read. */
export function formatMarkdown(report: Report): string {
  const { targets } = report
  const gantt = formatGantt(
    report.spans,
    targets.map(({ target }) => target),
  )
  const sizes = formatSizesChart([...sizesOf(report)].map(([target, size]) => ({ target, size })))
  const openCharts = targets.length <= OPEN_CHARTS
  const icon = report.status === 'done' ? '✅' : '❌'
  return fitParts(
    [
      { name: 'headlines', rows: [`## ${icon} ${escapeMarkdown(headline(report))}`] },
      { name: 'origins', rows: [escapeMarkdown(origin(report))] },
      { name: 'failures', rows: failures(report).map(failureBlock) },
      markdownTablePart('targets', targetRows(report, { done: '✅ done', failed: '❌ failed' })),
      { name: 'comparison', rows: report.comparison.length === 0 ? [] : [report.comparison.join('\n')] },
      fold('Programs', { ...markdownTablePart('programs', programRows(report)), spare: 3 }),
      fold('Files', { ...markdownTablePart('files', fileRows(report)), spare: 2 }),
      fold('What ran when', { name: 'chart of what ran when', rows: gantt, spare: 0 }, openCharts),
      fold('Sizes', { name: 'chart of sizes', rows: sizes, spare: 1 }, openCharts),
      {
        name: 'skipped stages',
        rows: skipped(report).map(({ what, why }) => `- ${escapeMarkdown(`${what} skipped: ${why}`)}`),
      },
      {
        name: 'cache lines',
        // Another bullet begins another list.
        rows: cacheLines(report).map((line) => `* ${escapeMarkdown(`Build cache: ${line}`)}`),
      },
      fold('Verify a downloaded file', {
        ...{ name: 'commands', head: ['```sh'], rows: report.verify, foot: ['```'] },
      }),
    ],
    'manifest.json and the log',
  )
}

export function formatText(report: Report): string {
  return [
    '',
    headline(report),
    '',
    ...formatTextTable(targetRows(report, { done: 'done', failed: 'failed' })),
    '',
    ...(report.targets.every(({ programs }) => programs.length === 0)
      ? []
      : [...formatTextTable(programRows(report)), '']),
    ...failures(report).map(({ of, error }) => `failed: ${of === '' ? '' : `${of}: `}${error}`),
    ...skipped(report).map(({ what, why }) => `skipped: ${what}: ${why}`),
    ...cacheLines(report).map((line) => `cache:   ${line}`),
    ...(report.files.length > 0 ? [`files:   ${report.output}`] : []),
    ...report.verify.map((command) => `verify:  ${command}`),
  ].join('\n')
}

const cacheLines = ({ cache }: Report): string[] => (cache === undefined ? [] : describeCache(cache))

function headline(report: Report): string {
  const done = report.targets.filter((target) => target.status === 'done').length
  const count = `${done} of ${report.targets.length} targets`
  const what = `${report.name} ${report.version}`
  const time = formatDuration(report.seconds)
  if (report.status === 'done') return `${what}: ${count}, ${report.files.length} files in ${time}`
  return `${what} failed: ${count} done after ${time}`
}

function origin({ module, commit, modified, go }: Report): string {
  const changed = modified === true ? ' with changes' : ''
  return [`${module}${commit === undefined ? '' : ` at ${commit.slice(0, 12)}${changed}`}`, go].join(', ')
}

interface Failure {
  /** Targets in words; empty for what is no target's. */
  readonly of: string
  readonly error: string
}

/** The same error of several targets is told once. */
function failures({ targets, error }: Report): Failure[] {
  const failed = new Map<string, string[]>()
  for (const target of targets) {
    if (target.error !== undefined) append(failed, target.error, target.target)
  }
  const ofTargets = [...failed].map(([text, names]) => ({
    of: nameTargets(names, targets.length),
    error: text,
  }))
  return error === undefined ? ofTargets : [...ofTargets, { of: '', error }]
}

function failureBlock({ of, error }: Failure): string {
  const text =
    error.length > MAX_FAILURE ? `${error.slice(0, MAX_FAILURE)}…\nsee the log for the rest` : error
  const title = escapeMarkdown(of === '' ? 'the release' : of)
  return `❌ ${title}\n\n<pre>${escapePreformatted(text)}</pre>\n`
}

/** Main packages that several targets do not have for the same reason are told of once. */
function skipped({ skipped: stages, targets }: Report): Report['skipped'] {
  const packages = new Map<string, string[]>()
  for (const { target, skippedPackages } of targets) {
    for (const { importPath, why } of skippedPackages)
      append(packages, JSON.stringify([importPath, why]), target)
  }
  const told = [...packages].map(([key, names]) => {
    const [importPath = '', why = ''] = JSON.parse(key) as string[]
    return { what: `${importPath} for ${nameTargets(names, targets.length)}`, why }
  })
  return [...stages, ...told]
}

function append(lists: Map<string, string[]>, key: string, item: string): void {
  lists.set(key, [...(lists.get(key) ?? []), item])
}

const NAMED_TARGETS = 8

function nameTargets(names: readonly string[], total: number): string {
  if (names.length === total && total > 1) return `all ${total} targets`
  if (names.length <= NAMED_TARGETS) return names.join(', ')
  return `${names.length} of ${total} targets (${names.slice(0, NAMED_TARGETS).join(', ')}, …)`
}

function targetRows(report: Report, status: Record<TargetReport['status'], string>): string[][] {
  const sizes = sizesOf(report)
  return [
    ['Target', 'Status', 'Linkage', 'Size', 'Build', 'Compiled'],
    ...report.targets.map((target) => targetRow(target, status[target.status], sizes.get(target.target))),
  ]
}

function targetRow(target: TargetReport, status: string, size: number | undefined): string[] {
  return [
    target.target,
    status,
    // What a dynamic program needs is worth the room; that a static one needs nothing is not.
    [
      ...new Set(target.programs.map(({ verdict, linkage }) => (verdict === 'dynamic' ? linkage : verdict))),
    ].join('; '),
    size === undefined ? '' : formatSize(size),
    target.buildSeconds === undefined ? '' : formatDuration(target.buildSeconds),
    formatWork(target),
  ]
}

/** Of the release files of each target that has some, but for the SBOMs: bytes. */
function sizesOf({ targets, files }: Report): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const { target = '', size } of files.filter(holdsPrograms))
    sizes.set(target, (sizes.get(target) ?? 0) + size)
  return new Map(
    targets.flatMap(({ target }) => {
      const size = sizes.get(target)
      return size === undefined ? [] : [[target, size]]
    }),
  )
}

const programRows = (report: Report): string[][] => [
  ['Target', 'Program', ...LINKAGE_HEAD],
  ...report.targets.flatMap(({ target, programs }) =>
    programs.map((program) => [target, program.name, ...linkageCells(program)]),
  ),
]

const fileRows = ({ files }: Report): string[][] => [
  ['File', 'Size', 'SHA-256'],
  ...files.map(({ name, size, sha256 }) => [name, formatSize(size), sha256]),
]

/** Folded away until somebody wants to see it. */
const fold = (title: string, { head = [], foot = [], ...part }: Part, open = false): Part => ({
  ...part,
  head: [`<details${open ? ' open' : ''}><summary>${title}</summary>`, '', ...head],
  foot: [...foot, '', '</details>'],
})

const formatSize = (bytes: number): string =>
  bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`

/** As in `12.3 s`, `2 min 3 s`, `1 h 2 min`. */
function formatDuration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  const minutes = Math.floor(Math.round(seconds) / 60)
  if (minutes < 60) return `${minutes} min ${Math.round(seconds) % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
