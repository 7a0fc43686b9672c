// Turns requests for SBOMs into syft's command lines.
import type { PlannedSbom } from '../plan/index.js'

/** Versions of the formats are named, since syft's own defaults move. */
const SYFT_FORMATS = { 'spdx-json': 'spdx-json@2.3', 'cyclonedx-json': 'cyclonedx-json@1.6' } as const

export interface ScanRequest {
  readonly syft: string
  readonly name: string
  readonly version: string
  /** Absolute path of the file that gets syft's own JSON. */
  readonly document: string
}

/** Scans the working directory, named by a relative path, so that no folder of this machine gets into the document. */
export function scanCommand({ syft, name, version, document }: ScanRequest): string[] {
  return [
    syft,
    'scan',
    'dir:.',
    '--quiet',
    '--override-default-catalogers',
    'go-module-binary-cataloger',
    '--source-name',
    name,
    '--source-version',
    version,
    '--output',
    `syft-json=${document}`,
  ]
}

export interface ConvertRequest {
  readonly syft: string
  /** Absolute path of a document in syft's own JSON. */
  readonly document: string
  readonly outputs: readonly { readonly format: PlannedSbom['format']; readonly path: string }[]
}

export function convertCommand({ syft, document, outputs }: ConvertRequest): string[] {
  const wanted = outputs.flatMap(({ format, path }) => ['--output', `${SYFT_FORMATS[format]}=${path}`])
  return [syft, 'convert', document, '--quiet', ...wanted]
}

export const SYFT_ENVIRONMENT = {
  SYFT_CHECK_FOR_APP_UPDATE: 'false',
  SYFT_GOLANG_SEARCH_LOCAL_MOD_CACHE_LICENSES: 'true',
} as const
