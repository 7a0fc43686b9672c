// Turns the report into the text of manifest.json.
import type { Report } from './report.js'

/**
 * Files are named, not located: the manifest travels with them.
 *
 * @param generator marks the manifest as this action's own, for the next run in the same folder
 */
export function formatManifest(report: Report, generator: string): string {
  // What goes on after the manifest is written, and signed for, is not in it.
  const { name, version, planned, output, provenance, seconds, spans, comparison, ...rest } = report
  const files = [
    ...report.files
      .filter((file) => !provenance.includes(file.name))
      .map(({ name, kind, target, size, sha256 }) => ({ name, kind, target, size, sha256 })),
    ...provenance.map((name) => ({ name })),
  ]
  // The next run in the same folder removes what this one left half done.
  const unfinished = report.status === 'done' ? {} : { planned }
  return `${JSON.stringify({ generator, name, version, ...rest, files, ...unfinished }, undefined, 2)}\n`
}
