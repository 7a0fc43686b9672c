// What the linkage check says to files -> SARIF 2.1.0, which GitHub's code scanning shows on the files.
import { createHash } from 'node:crypto'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Log } from 'sarif'
import type { FileReport } from './report.js'

/** Binaries have no lines, but code scanning shows no result without one. */
const FIRST_CHARACTER = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 }

const HOME = 'https://github.com/go-cross-release/go-cross-release'
const HELP = `${HOME}/blob/main/docs/linkage.md`

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
            informationUri: HOME,
            rules: Object.entries(rules).map(([id, text]) => ({
              id,
              shortDescription: { text },
              fullDescription: { text },
              help: { text: `What each check asks for: ${HELP}` },
              helpUri: HELP,
            })),
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
              messages.map((text, index) => ({
                ruleId: check,
                partialFingerprints: { primaryLocationLineHash: fingerprint(name, check, index) },
                level: outcome === 'refused' ? ('error' as const) : ('warning' as const),
                message: { text },
                locations: [
                  { physicalLocation: { artifactLocation: { uri: uriOf(name) }, region: FIRST_CHARACTER } },
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

/** The same for every build of the file, so that an alert stays one alert. */
const fingerprint = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
