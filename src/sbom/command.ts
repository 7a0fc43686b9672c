// Turns a request for an SBOM into syft's command line.
import type { PlannedSbom } from '../plan/index.js'

/** Versions of the formats are named, since syft's own defaults move. */
const SYFT_FORMATS = { 'spdx-json': 'spdx-json@2.3', 'cyclonedx-json': 'cyclonedx-json@1.6' } as const

export interface SyftRequest {
  readonly syft: string
  readonly name: string
  readonly version: string
  readonly outputs: readonly { readonly format: PlannedSbom['format']; readonly path: string }[]
}

/** Scans the working directory, named by a relative path, so that no folder of this machine gets into the document. */
export function syftCommand(request: SyftRequest): string[] {
  return [
    request.syft,
    'scan',
    'dir:.',
    '--quiet',
    '--override-default-catalogers',
    'go-module-binary-cataloger',
    '--source-name',
    request.name,
    '--source-version',
    request.version,
    ...request.outputs.flatMap(({ format, path }) => ['--output', `${SYFT_FORMATS[format]}=${path}`]),
  ]
}

export const SYFT_ENVIRONMENT = {
  SYFT_CHECK_FOR_APP_UPDATE: 'false',
  SYFT_GOLANG_SEARCH_LOCAL_MOD_CACHE_LICENSES: 'true',
} as const
