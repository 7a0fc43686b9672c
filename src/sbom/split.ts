// Cuts what syft found in a folder of targets' folders into one document per target, as if it had scanned each alone.
import { ActionError } from '../errors.js'

interface Location {
  /** From the scanned folder on: `/linux_amd64/age`. */
  readonly path: string
  /** Another way to the same file. */
  readonly accessPath?: string
}

export interface Artifact {
  readonly id: string
  readonly name: string
  readonly version: string
  readonly locations: readonly Location[]
  readonly licenses: readonly unknown[]
  readonly cpes: readonly unknown[]
}

export interface Relationship {
  readonly parent: string
  readonly child: string
  readonly type: string
  readonly metadata?: unknown
}

export interface SyftFile {
  readonly id: string
  readonly location: Location
}

/**
 * A document in syft's own JSON: of it all, what decides where the rest belongs, and what is known of a module. It holds
 * modules, their licences and versions before they become SPDX or CycloneDX: what is changed here is changed in both.
 */
export interface SyftDocument {
  readonly artifacts: readonly Artifact[]
  /** Between artifacts, files and the source. */
  readonly artifactRelationships: readonly Relationship[]
  readonly files: readonly SyftFile[]
  /** The scanned folder, by the name it was given. */
  readonly source: { readonly id: string }
}

/** @throws ActionError where one of them is not as it is declared above */
export function parseSyftDocument(text: string): SyftDocument {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    throw unknownFormat({}, `no JSON: ${String(error)}`, { cause: error })
  }
  if (!isObject(document)) throw unknownFormat({}, 'no object')
  const { artifacts, artifactRelationships, source } = document
  // Where nothing was found there is no list of files.
  const files = document['files'] ?? (isEmptyList(artifacts) ? [] : undefined)
  const parts = {
    artifacts: isListOf(artifacts, isArtifact),
    artifactRelationships: isListOf(artifactRelationships, isRelationship),
    files: isListOf(files, isFile),
    source: hasId(source),
  }
  const wrong = Object.entries(parts).find(([, right]) => !right)
  if (wrong) throw unknownFormat(document, `no usable "${wrong[0]}" in it`)
  return { ...document, files } as unknown as SyftDocument
}

/** What lies in `folder`, a direct child of the scanned one; relationships to anything else are left out. */
export function cutDocument(document: SyftDocument, folder: string): SyftDocument {
  const artifacts = document.artifacts.flatMap((artifact) => {
    const locations = artifact.locations.flatMap((location) => locateIn(folder, location))
    return locations.length === 0 ? [] : [{ ...artifact, locations }]
  })
  const files = document.files.flatMap((file) =>
    locateIn(folder, file.location).map((location) => ({ ...file, location })),
  )
  const known = new Set([document.source, ...artifacts, ...files].map(({ id }) => id))
  const artifactRelationships = document.artifactRelationships.filter(
    ({ parent, child }) => known.has(parent) && known.has(child),
  )
  return { ...document, artifacts, artifactRelationships, files }
}

/** None where it is not in `folder`. */
function locateIn(folder: string, location: Location): Location[] {
  const { path, accessPath = path } = location
  const root = `/${folder}`
  if (![path, accessPath].every((one) => one.startsWith(`${root}/`))) return []
  return [
    {
      ...location,
      path: path.slice(root.length),
      ...(location.accessPath !== undefined && { accessPath: accessPath.slice(root.length) }),
    },
  ]
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isListOf = (value: unknown, is: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(is)

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

const hasId = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isObject(value) && typeof value['id'] === 'string'

const isLocation = (value: unknown): boolean =>
  isObject(value) &&
  typeof value['path'] === 'string' &&
  ['string', 'undefined'].includes(typeof value['accessPath'])

const isText = (value: unknown): boolean => typeof value === 'string'

const isArtifact = (value: unknown): boolean =>
  hasId(value) &&
  isText(value['name']) &&
  isText(value['version']) &&
  isListOf(value['locations'], isLocation) &&
  Array.isArray(value['licenses']) &&
  Array.isArray(value['cpes'])

const isRelationship = (value: unknown): boolean =>
  isObject(value) && isText(value['parent']) && isText(value['child']) && isText(value['type'])

const isFile = (value: unknown): boolean => hasId(value) && isLocation(value['location'])

function unknownFormat(
  { descriptor, schema }: Readonly<Record<string, unknown>>,
  problem: string,
  options?: ErrorOptions,
): ActionError {
  const version = (value: unknown) =>
    isObject(value) && typeof value['version'] === 'string' ? value['version'] : 'unknown'
  return new ActionError(
    `syft ${version(descriptor)} describes the programs in a form that this action does not know (schema ${version(schema)}): ${problem}; take this syft off PATH, so that the action gets its own, or set sbom: off`,
    options,
  )
}
