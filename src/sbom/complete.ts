// What syft found in a target's programs, and what Go's build info says of them -> a document with exactly those modules.
import { createHash } from 'node:crypto'
import { ActionError } from '../errors.js'
import type { Listed } from './document.js'
import type { ListedModule, ListedProgram } from './modules.js'
import type { Artifact, Relationship, SyftDocument, SyftFile } from './split.js'

/** As syft writes a version that nobody knows. */
const UNKNOWN_VERSION = 'UNKNOWN'

/** What is known of a module wherever it is built into: its licences and its names in lists of weaknesses. */
type Knowledge = Pick<Artifact, 'licenses' | 'cpes'>

const NOTHING: Knowledge = { licenses: [], cpes: [] }

const knowledgeIn = ({ licenses, cpes }: Artifact): Knowledge => ({ licenses, cpes })

/** What each of `programs` is made of, wherever syft could read them and whatever it found. */
export function completeDocument(
  document: SyftDocument,
  programs: readonly ListedProgram[],
  lookups: SyftDocument,
): SyftDocument {
  const known = new Map(
    lookups.artifacts.map((artifact) => [keyOf(artifact), knowledgeIn(artifact)] as const),
  )
  const completed = programs.map((program) => completeProgram(document, program, known))
  const artifacts = completed.flatMap((program) => program.artifacts)
  return {
    ...document,
    artifacts,
    artifactRelationships: completed.flatMap((program) => program.relationships),
    // Programs only: neither their folder nor a C header beside them.
    files: completed.map(({ file }) => file),
  }
}

/** Of the main module syft guesses the version where Go tells none. */
const isOf = ({ role, name, version = UNKNOWN_VERSION }: ListedModule, artifact: Artifact): boolean =>
  artifact.name === name && (role === 'main' || artifact.version === version)

/** Syft's own identifiers depend on licences that were there by chance. */
function identified(artifact: Omit<Artifact, 'id'>): Artifact {
  const content = JSON.stringify({ ...artifact, id: '' })
  return { ...artifact, id: createHash('sha256').update(content).digest('hex').slice(0, 16) }
}

interface CompletedProgram {
  readonly file: SyftFile
  readonly artifacts: readonly Artifact[]
  readonly relationships: readonly Relationship[]
}

function completeProgram(
  document: SyftDocument,
  program: ListedProgram,
  known: ReadonlyMap<string, Knowledge>,
): CompletedProgram {
  const path = `/${program.file}`
  const file = document.files.find(({ location }) => location.path === path)
  if (file === undefined) {
    throw new ActionError(
      `syft does not list the file ${program.file}, and an SBOM without it would be wrong; set sbom: off`,
    )
  }
  const found = document.artifacts.filter(({ locations }) => locations.some((each) => each.path === path))
  const artifacts = program.modules.map((module): Artifact => {
    const own = found.find((each) => isOf(module, each))
    const { name, version = UNKNOWN_VERSION, purl } = module
    return identified({
      ...(own ?? describe(program, module, file)),
      ...{ name, version, purl },
      ...knowledgeOf(module, own, known),
    })
  })
  const [main] = artifacts
  const relationships = artifacts.flatMap(({ id }): Relationship[] => [
    { parent: id, child: file.id, type: 'evident-by', metadata: { kind: 'primary' } },
    ...(main === undefined || id === main.id ? [] : [{ parent: id, child: main.id, type: 'dependency-of' }]),
  ])
  return { file, artifacts, relationships }
}

/** Syft looks for the licence of what a module replaces, so only what was asked for it by its own name counts. */
function knowledgeOf(
  module: ListedModule,
  own: Artifact | undefined,
  known: ReadonlyMap<string, Knowledge>,
): Knowledge {
  switch (module.role) {
    case 'stdlib':
      return own === undefined ? standardLibrary(module) : knowledgeIn(own)
    case 'main':
      // The release is built from its folder: a copy of that version in the module cache is there only by chance.
      return { ...(known.get(keyOf(module)) ?? NOTHING), licenses: [] }
    case 'dependency':
      return known.get(keyOf(module)) ?? NOTHING
  }
}

/** As syft writes it. */
function standardLibrary({ version = '' }: ListedModule): Knowledge {
  const [, number] = /^go(\d+(?:\.\d+)+)$/.exec(version) ?? []
  const license = 'BSD-3-Clause'
  return {
    licenses: [{ value: license, spdxExpression: license, type: 'declared', urls: [], locations: [] }],
    cpes:
      number === undefined
        ? []
        : [{ cpe: `cpe:2.3:a:golang:go:${number}:-:*:*:*:*:*:*`, source: 'syft-generated' }],
  }
}

/** As syft writes what it finds itself, but for who found it. */
function describe({ goVersion, settings, main }: ListedProgram, module: ListedModule, file: SyftFile) {
  const { path } = file.location
  return {
    type: 'go-module',
    foundBy: 'go-build-info',
    locations: [{ path, accessPath: path, annotations: { evidence: 'primary' } }],
    language: 'go',
    metadataType: 'go-module-buildinfo-entry',
    metadata: {
      ...(module.role === 'main' && {
        goBuildSettings: Object.entries(settings).map(([key, value]) => ({ key, value })),
      }),
      goCompiledVersion: goVersion,
      architecture: module.role === 'stdlib' ? '' : (settings['GOARCH'] ?? ''),
      ...(module.sum !== undefined && { h1Digest: module.sum }),
      ...(module.role !== 'stdlib' && { mainModule: main.name }),
    },
  }
}

/** What the documents of any format have to say of it. */
export const listedIn = ({ modules }: ListedProgram): Listed[] =>
  modules.map(({ name, version = UNKNOWN_VERSION }) => ({ name, version }))

const keyOf = ({ name, version }: Pick<ListedModule, 'name' | 'version'>): string =>
  `${name}@${version ?? UNKNOWN_VERSION}`
