// What the linkage check says to files -> SARIF 2.1.0, which GitHub's code scanning shows on the files.
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Log } from 'sarif'
import type { FileReport } from './report.js'

/** Binaries have no lines, but code scanning shows no result without one. */
const FIRST_LINE = { startLine: 1 }

/** @param rules name of each check, and what it refuses */
export function formatSarif(files: readonly FileReport[], rules: Readonly<Record<string, string>>): string {
  const log: Log = {
    version: '2.1.0',
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    runs: [
      {
        tool: {
          driver: {
            name: 'go-cross-release',
            rules: Object.entries(rules).map(([id, text]) => ({ id, shortDescription: { text } })),
          },
        },
        artifacts: files.map(({ name, size, sha256 }) => ({
          location: { uri: uriOf(name) },
          length: size,
          hashes: { 'sha-256': sha256 },
        })),
        results: files.flatMap(({ name, checks }) =>
          checks
            .filter(({ outcome }) => outcome === 'refused' || outcome === 'warned')
            .flatMap(({ check, outcome, messages }) =>
              messages.map((text) => ({
                ruleId: check,
                level: outcome === 'refused' ? ('error' as const) : ('warning' as const),
                message: { text },
                locations: [
                  { physicalLocation: { artifactLocation: { uri: uriOf(name) }, region: FIRST_LINE } },
                ],
              })),
            ),
        ),
      },
    ],
  }
  return `${JSON.stringify(log, undefined, 2)}\n`
}

/** A path inside the workspace is a relative reference, any other a file URL. */
const uriOf = (name: string): string =>
  path.isAbsolute(name) ? pathToFileURL(name).href : name.split('/').map(encodeURIComponent).join('/')
