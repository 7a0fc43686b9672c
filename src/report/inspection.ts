// What the linkage check says to files that something else built -> what a person reads, in Markdown or as text.
import { fitParts } from './fit.js'
import { LINKAGE_HEAD, linkageCells } from './linkage-table.js'
import type { FileReport } from './report.js'
import { escapeMarkdown, formatTextTable, markdownTablePart } from './table.js'

export function formatInspectionMarkdown(files: readonly FileReport[]): string {
  return fitParts(
    [
      { name: 'headlines', rows: [`## ${headline(files)}`] },
      markdownTablePart('files', rows(files)),
      { name: 'complaints', rows: complaints(files).map((line) => `- ${escapeMarkdown(line)}`) },
    ],
    'the output linkage and the log',
  )
}

export function formatInspectionText(files: readonly FileReport[]): string {
  return ['', headline(files), '', ...formatTextTable(rows(files)), '', ...complaints(files)].join('\n')
}

function headline(files: readonly FileReport[]): string {
  const refused = files.filter(({ checks }) => checks.some(({ outcome }) => outcome === 'refused')).length
  const count = `${files.length} ${files.length === 1 ? 'file' : 'files'} inspected`
  return refused === 0 ? `${count}, none refused` : `${count}, ${refused} refused`
}

function rows(files: readonly FileReport[]): string[][] {
  return [['File', ...LINKAGE_HEAD], ...files.map((file) => [file.name, ...linkageCells(file)])]
}

function complaints(files: readonly FileReport[]): string[] {
  return files.flatMap(({ name, checks }) =>
    checks
      .filter(({ outcome }) => outcome === 'refused' || outcome === 'warned')
      .flatMap(({ check, outcome, messages }) =>
        messages.map((message) => `${outcome}: ${name}: ${check}: ${message}`),
      ),
  )
}
