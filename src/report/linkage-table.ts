// What the linkage check says to files -> the cells of a table.
import type { FileReport } from './report.js'

export const LINKAGE_HEAD = ['Linkage', 'PIE', 'RELRO', 'NX', 'Stripped', 'Floor', 'Checks']

export function linkageCells({ verdict, linkage, hardening, checks }: FileReport): string[] {
  const { pie = '', relro = '', nx = '', stripped = '', floor = [], highEntropyVa } = hardening ?? {}
  const entropy = highEntropyVa === undefined ? '' : highEntropyVa ? ', high entropy' : ', low entropy'
  const named = (outcome: string): string[] => {
    const names = checks.flatMap((check) => (check.outcome === outcome ? [check.check] : []))
    return names.length === 0 ? [] : [`${outcome}: ${names.join(', ')}`]
  }
  const told = ['refused', 'warned', 'not checked', 'off'].flatMap(named)
  return [
    // What a dynamic program needs is worth the room; that a static one needs nothing is not.
    verdict === 'dynamic' || verdict === 'unreadable' ? linkage : verdict,
    ...[`${pie}${entropy}`, relro, nx, stripped, floor.join(', ')],
    told.length === 0 ? 'passed' : told.join('; '),
  ]
}
