// Turns requests for SBOMs into syft's command lines.
import type { Environment } from '../host/host.js'
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
    'go-module-binary-cataloger,go-module-file-cataloger',
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

export interface EnvironmentRequest {
  /** The action's own. */
  readonly environment: Environment
  /** Absolute path of a file that says nothing. */
  readonly config: string
  readonly licences: LicenceSource
}

/** Where the sources of the modules are, by an absolute path: a machine may have other versions of them elsewhere. */
export type LicenceSource = { readonly moduleCache: string } | { readonly vendor: string }

/** To lay over syft's environment: all that syft can be told otherwise is taken away, so that it says the same everywhere. */
export function syftEnvironment({ environment, config, licences }: EnvironmentRequest): Environment {
  const told = Object.keys(environment).filter((name) => /^SYFT_/i.test(name))
  return {
    ...Object.fromEntries(told.map((name) => [name, undefined])),
    SYFT_CONFIG: config,
    SYFT_CHECK_FOR_APP_UPDATE: 'false',
    // Programs that it cannot read, too.
    SYFT_FILE_METADATA_SELECTION: 'all',
    // It would start go, and ask the network.
    SYFT_GOLANG_USE_PACKAGES_LIB: 'false',
    ...('vendor' in licences
      ? { SYFT_GOLANG_SEARCH_LOCAL_VENDOR_LICENSES: 'true', SYFT_GOLANG_LOCAL_VENDOR_DIR: licences.vendor }
      : {
          SYFT_GOLANG_SEARCH_LOCAL_MOD_CACHE_LICENSES: 'true',
          SYFT_GOLANG_LOCAL_MOD_CACHE_DIR: licences.moduleCache,
        }),
  }
}
