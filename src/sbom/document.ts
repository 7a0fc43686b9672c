// Makes an SBOM that syft wrote say the same for the same programs, and checks that it speaks of the module at all.
import { createHash } from 'node:crypto'
import { ActionError } from '../errors.js'
import type { PlannedSbom } from '../plan/index.js'

interface Spdx {
  documentNamespace: string
  creationInfo: { created: string }
  packages?: { name?: string; externalRefs?: { referenceLocator?: string }[] }[]
}

interface CycloneDx {
  serialNumber: string
  metadata: { timestamp: string }
  components?: { type?: string; name?: string; purl?: string }[]
}

export interface SbomFacts {
  readonly modulePath: string
  readonly name: string
  /** RFC 3339, UTC. */
  readonly date: string
}

/**
 * Syft draws a random identity and the time of day for every document. Both are replaced by what the document says:
 * the identity by a digest of its content, the time by the commit's.
 *
 * @param text the document as syft wrote it
 * @throws ActionError where it does not list the main module: syft could not read the programs
 */
export function finishDocument(format: PlannedSbom['format'], text: string, facts: SbomFacts): string {
  switch (format) {
    case 'spdx-json': {
      const document = JSON.parse(text) as Spdx
      requireMainModule(
        document.packages?.map(({ name, externalRefs }) => ({
          name,
          purls: externalRefs?.map(({ referenceLocator }) => referenceLocator),
        })),
        facts,
      )
      document.creationInfo.created = facts.date
      document.documentNamespace = ''
      document.documentNamespace = `https://spdx.org/spdxdocs/${encodeURIComponent(facts.name)}-${digestUuid(document)}`
      return `${JSON.stringify(document)}\n`
    }
    case 'cyclonedx-json': {
      const document = JSON.parse(text) as CycloneDx
      requireMainModule(
        document.components?.map(({ name, purl }) => ({ name, purls: [purl] })),
        facts,
      )
      document.metadata.timestamp = facts.date
      // Syft names the programs by their path in what it scanned, which may be an absolute one.
      for (const component of document.components ?? []) {
        if (component.type === 'file') component.name = component.name?.replace(/^.*[\\/]/, '') ?? ''
      }
      document.serialNumber = ''
      document.serialNumber = `urn:uuid:${digestUuid(document)}`
      return `${JSON.stringify(document)}\n`
    }
  }
}

/** The document's own subject may have the same name; only a package found in the programs has a package URL of Go. */
function requireMainModule(
  packages: readonly { name: string | undefined; purls: (string | undefined)[] | undefined }[] | undefined,
  { modulePath }: SbomFacts,
): void {
  const found = packages?.some(
    ({ name, purls }) => name === modulePath && purls?.some((purl) => purl?.startsWith('pkg:golang/')),
  )
  if (found !== true) {
    throw new ActionError(
      `syft listed no Go module ${modulePath} in these programs, and a document without it would be wrong; set sbom: off`,
    )
  }
}

/** The first 128 bits of a SHA-256, marked as a version 8 UUID: one whose bits mean what its maker says (RFC 9562). */
function digestUuid(document: object): string {
  const hex = createHash('sha256').update(JSON.stringify(document)).digest('hex')
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-')
}
