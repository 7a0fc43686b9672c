// A comparison -> what is said of it: a table and lists, in plain words that nothing has escaped yet.
import { isUnchanged, type Change, type Comparison, type Difference, type Kind } from './compare.js'

export interface ToldComparison {
  readonly headline: string
  /** Rows of cells, the head first; none where nothing has changed. */
  readonly rows: readonly (readonly string[])[]
  readonly lists: readonly { readonly title: string; readonly items: readonly string[] }[]
}

const TITLES: Readonly<Record<Kind, string>> = {
  program: 'Programs',
  linkage: 'Linkage',
  floor: 'Oldest system',
  module: 'Modules',
  cgo: 'Packages with cgo',
}

const SHORT_HASH = 12

/** @param about the name of what was built, and the branch that the base was built of */
export function describeComparison(
  comparison: Comparison,
  { name, branch }: { readonly name: string; readonly branch: string },
): ToldComparison {
  const { base, targets, newTargets, goneTargets, differences } = comparison
  const headline = `${name} compared with ${branch}${base === undefined ? '' : ` at ${base.slice(0, SHORT_HASH)}`}`
  if (isUnchanged(comparison)) return { headline: `${headline}: nothing has changed`, rows: [], lists: [] }
  const rows = targets.map(({ target, programs, released, buildSeconds }) => [
    target,
    describeSizes({
      before: programs.reduce((sum, { before }) => sum + before, 0),
      after: programs.reduce((sum, { after }) => sum + after, 0),
    }),
    describeSizes(released),
    describeTimes(buildSeconds),
  ])
  const ofTargets = [...newTargets.map((id) => `${id}: new`), ...goneTargets.map((id) => `${id}: gone`)]
  return {
    headline,
    rows: rows.length === 0 ? [] : [['Target', 'Programs', 'Release files', 'Build time'], ...rows],
    lists: [
      { title: 'Targets', items: ofTargets },
      ...Object.entries(TITLES).map(([kind, title]) => ({
        title,
        items: differences
          .filter((difference) => difference.kind === kind)
          .map((difference) => describeDifference(difference) + describeTargets(difference, targets.length)),
      })),
    ].filter(({ items }) => items.length > 0),
  }
}

/** `3.4 MB → 3.9 MB (+500.1 kB, +14.7%)` */
export function formatGrowth(before: number, after: number): string {
  const sign = after < before ? '-' : '+'
  const share = before === 0 ? '' : `, ${sign}${((Math.abs(after - before) / before) * 100).toFixed(1)}%`
  return `${formatSize(before)} → ${formatSize(after)} (${sign}${formatSize(Math.abs(after - before))}${share})`
}

const describeSizes = ({ before, after }: Change<number>): string =>
  before === after ? formatSize(after) : formatGrowth(before, after)

function formatSize(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}

const describeTimes = ({ before, after }: Change<number | undefined>): string =>
  [before, after].flatMap((seconds) => (seconds === undefined ? [] : `${seconds.toFixed(1)} s`)).join(' → ')

function describeDifference({ kind, name, change, before = '', after = '' }: Difference): string {
  if (kind === 'floor' && change === 'changed')
    return `${name}: ${directionOf(before, after)} from ${before} to ${after}`
  if (change === 'changed') return `${name}: ${before} → ${after}`
  const value = `${before}${after}`
  return `${name}: ${change}${value === '' ? '' : `, ${value}`}`
}

/** Of `glibc 2.31`, and what is as plain. */
const ONE_FLOOR = /^([^,]+) (\d+(?:\.\d+)*)$/

function directionOf(before: string, after: string): 'raised' | 'lowered' | 'changed' {
  const [, system, from] = ONE_FLOOR.exec(before) ?? []
  const [, other, to] = ONE_FLOOR.exec(after) ?? []
  if (from === undefined || to === undefined || system !== other) return 'changed'
  return to.localeCompare(from, 'en', { numeric: true }) > 0 ? 'raised' : 'lowered'
}

/** Nothing where it is so on all. */
function describeTargets({ targets: [first = '', ...others] }: Difference, all: number): string {
  const count = others.length + 1
  if (count === all) return ''
  return count === 1 ? ` (on ${first})` : ` (on ${count} of ${all} targets)`
}
