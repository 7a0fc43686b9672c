// Makes an SBOM that syft wrote say the same for the same programs, and checks that it lists the modules it should.
import { createHash } from 'node:crypto'
import { ActionError } from '../errors.js'
import type { PlannedSbom } from '../plan/index.js'

interface Spdx {
  documentNamespace: string
  creationInfo: { created: string }
  packages?: { name?: string; versionInfo?: string; externalRefs?: { referenceLocator?: string }[] }[]
}

interface CycloneDx {
  serialNumber: string
  metadata: { timestamp: string }
  components?: { type?: string; name?: string; version?: string; purl?: string }[]
}

export interface SbomFacts {
  readonly name: string
  /** RFC 3339, UTC. */
  readonly date: string
}

/** A module by what tells it apart. */
export interface Listed {
  readonly name: string
  readonly version: string
}

/**
 * Syft draws a random identity and the time of day for every document. Both are replaced by what the document says:
 * the identity by a digest of its content, the time by the commit's.
 *
 * @param text the document as syft wrote it
 * @param modules all that have to be in it, and nothing else; a module of several programs once or more often
 * @throws ActionError where it lists others
 */
export function finishDocument(
  format: PlannedSbom['format'],
  text: string,
  facts: SbomFacts,
  modules: readonly Listed[],
): string {
  switch (format) {
    case 'spdx-json': {
      const document = JSON.parse(text) as Spdx
      requireModules(
        modules,
        document.packages?.map(({ name, versionInfo, externalRefs }) => ({
          name,
          version: versionInfo,
          purls: externalRefs?.map(({ referenceLocator }) => referenceLocator),
        })),
      )
      document.creationInfo.created = facts.date
      document.documentNamespace = ''
      document.documentNamespace = `https://spdx.org/spdxdocs/${encodeURIComponent(facts.name)}-${digestUuid(document)}`
      return `${JSON.stringify(document)}\n`
    }
    case 'cyclonedx-json': {
      const document = JSON.parse(text) as CycloneDx
      requireModules(
        modules,
        document.components?.map(({ name, version, purl }) => ({ name, version, purls: [purl] })),
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

interface Package {
  readonly name: string | undefined
  readonly version: string | undefined
  readonly purls: readonly (string | undefined)[] | undefined
}

/** The document's own subject may have the name of a module; only a package found in the programs has a package URL of Go. */
function requireModules(modules: readonly Listed[], packages: readonly Package[] = []): void {
  const listed = namesOf(
    packages.filter(({ purls }) => purls?.some((purl) => purl?.startsWith('pkg:golang/'))),
  )
  const asked = namesOf(modules)
  const missing = [...asked].filter((name) => !listed.has(name))
  const added = [...listed].filter((name) => !asked.has(name))
  if (asked.size > 0 && missing.length === 0 && added.length === 0) return
  const problems = [
    ...(missing.length > 0 ? [`leaves out ${missing.join(', ')}`] : []),
    ...(added.length > 0 ? [`adds ${added.join(', ')}`] : []),
    ...(asked.size === 0 ? ['is of no module'] : []),
  ]
  throw new ActionError(
    `the SBOM that syft wrote is not what Go says of these programs: it ${problems.join(', and ')}; take this syft off PATH, so that the action gets its own, or set sbom: off`,
  )
}

const namesOf = (modules: readonly Pick<Package, 'name' | 'version'>[]): ReadonlySet<string> =>
  new Set(modules.map(({ name = '', version = '' }) => `${name} ${version}`))

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
