// Turns the report into what a person reads: a step summary in Markdown, or the same as text.
import { formatWork } from './build.js'
import { describeCache } from '../cache-report.js'
import { LINKAGE_HEAD, linkageCells } from './linkage-table.js'
import type { Report, TargetReport } from './report.js'
import { escapeMarkdown, formatMarkdownTable, formatTextTable } from './table.js'

const HEAD = ['Target', 'Status', 'Linkage', 'Size', 'Build', 'Compiled', 'SHA-256']

export function formatMarkdown(report: Report): string {
  return [
    `## ${escapeMarkdown(headline(report))}`,
    '',
    ...formatMarkdownTable(targetRows(report)),
    '',
    ...report.comparison,
    ...fold('Programs', formatMarkdownTable(programRows(report))),
    ...failures(report).map((line) => `- ❌ ${escapeMarkdown(line)}`),
    ...skipped(report).map(({ what, why }) => `- ${escapeMarkdown(`${what} skipped: ${why}`)}`),
    ...cacheLines(report).map((line) => `- ${escapeMarkdown(`Build cache: ${line}`)}`),
    ...(report.verify.length === 0
      ? []
      : ['', 'Verify a downloaded file:', '', '```sh', ...report.verify, '```']),
    '',
  ].join('\n')
}

export function formatText(report: Report): string {
  return [
    '',
    headline(report),
    '',
    ...formatTextTable(targetRows(report)),
    '',
    ...formatTextTable(programRows(report)),
    '',
    ...failures(report).map((line) => `failed: ${line}`),
    ...skipped(report).map(({ what, why }) => `skipped: ${what}: ${why}`),
    ...cacheLines(report).map((line) => `cache:   ${line}`),
    `files:   ${report.output}`,
    ...report.verify.map((command) => `verify:  ${command}`),
  ].join('\n')
}

const cacheLines = ({ cache }: Report): string[] => (cache === undefined ? [] : describeCache(cache))

function headline(report: Report): string {
  const done = report.targets.filter((target) => target.status === 'done').length
  const count = `${done} of ${report.targets.length} targets`
  const what = `${report.name} ${report.version}`
  if (report.status === 'done') return `${what}: ${count}, ${report.files.length} files`
  return `${what} failed: ${count} done`
}

function failures(report: Report): string[] {
  const targets = report.targets.flatMap(({ target, error }) =>
    error === undefined ? [] : [`${target}: ${error}`],
  )
  return report.error === undefined ? targets : [...targets, report.error]
}

function skipped(report: Report): Report['skipped'] {
  const packages = report.targets.flatMap(({ target, skippedPackages }) =>
    skippedPackages.map(({ importPath, why }) => ({ what: `${importPath} for ${target}`, why })),
  )
  return [...report.skipped, ...packages]
}

const targetRows = (report: Report): string[][] => [
  HEAD,
  ...report.targets.map((target) => row(report, target)),
]

const programRows = (report: Report): string[][] => [
  ['Target', 'Program', ...LINKAGE_HEAD],
  ...report.targets.flatMap(({ target, programs }) =>
    programs.map((program) => [target, program.name, ...linkageCells(program)]),
  ),
]

/** Folded away until somebody wants to see it. */
const fold = (title: string, lines: readonly string[]): string[] => [
  `<details><summary>${title}</summary>`,
  '',
  ...lines,
  '',
  '</details>',
  '',
]

function row(report: Report, target: TargetReport): string[] {
  const files = report.files.filter(
    (file) => file.target === target.target && (file.kind === 'archive' || file.kind === 'binary'),
  )
  const size = files.reduce((sum, file) => sum + file.size, 0)
  return [
    target.target,
    target.status,
    // What a dynamic program needs is worth the room; that a static one needs nothing is not.
    [
      ...new Set(target.programs.map(({ verdict, linkage }) => (verdict === 'dynamic' ? linkage : verdict))),
    ].join('; '),
    size === 0 ? '' : `${(size / 1e6).toFixed(1)} MB`,
    target.buildSeconds === undefined ? '' : `${target.buildSeconds.toFixed(1)} s`,
    formatWork(target),
    files.map((file) => file.sha256).join(' '),
  ]
}
