// What is known of a run -> its in-toto Statement v1 with SLSA provenance v1. docs/provenance.md describes every field.
import type { Artifact, ArtifactKind } from '../artifact.js'
import type { Descriptor } from './descriptor.js'

const HOME = 'https://github.com/go-cross-release/go-cross-release/blob/main/docs/provenance.md'

/** The page says how to read the parameters; a form that breaks this reading gets another number. */
export const BUILD_TYPE = `${HOME}#build-type-v1`

/** Who vouches for a run outside of a workflow: nobody but whoever holds the key. */
export const LOCAL_BUILDER = `${HOME}#outside-a-workflow`

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'
const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1'

export interface StatementFacts {
  /** All release files there are. */
  readonly files: readonly Artifact[]
  readonly externalParameters: object
  readonly internalParameters: object
  /** Source first. */
  readonly dependencies: readonly Descriptor[]
  readonly builder: string
  readonly invocation: string
  readonly started: Date
  readonly finished: Date
  readonly manifest: Artifact
}

const SUBJECTS: readonly ArtifactKind[] = ['archive', 'binary', 'sbom', 'checksums']

/** The release files whose origin is stated, by name: all but what tells of them, as signatures and the manifest do. */
export function subjectsOf(files: readonly Artifact[]): Artifact[] {
  return files.filter(({ kind }) => SUBJECTS.includes(kind)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** JSON, the same bytes for the same facts. */
export function formatStatement(facts: StatementFacts): string {
  const subject = subjectsOf(facts.files).map(({ name, sha256 }) => ({ name, digest: { sha256 } }))
  const predicate = {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: facts.externalParameters,
      internalParameters: facts.internalParameters,
      resolvedDependencies: facts.dependencies,
    },
    runDetails: {
      builder: { id: facts.builder },
      metadata: {
        invocationId: facts.invocation,
        startedOn: timestamp(facts.started),
        finishedOn: timestamp(facts.finished),
      },
      byproducts: [{ name: facts.manifest.name, digest: { sha256: facts.manifest.sha256 } }],
    },
  }
  return `${JSON.stringify({ _type: STATEMENT_TYPE, subject, predicateType: PREDICATE_TYPE, predicate }, undefined, 2)}\n`
}

/** RFC 3339 in whole seconds, UTC. */
const timestamp = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, 'Z')
