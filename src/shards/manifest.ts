// What a job has built for one target <-> the file that goes with it to the job that merges them.
import { createHash } from 'node:crypto'
import type { Artifact } from '../artifact.js'
import { ActionError } from '../errors.js'
import type { GoModule } from '../go-module.js'
import { shardManifestFile, type PlannedTarget } from '../plan/index.js'

export interface ShardManifest<Report> {
  /** Of the plan that it was built by. */
  readonly planDigest: string
  /** As `formatTarget` writes it. */
  readonly target: string
  readonly files: readonly Pick<Artifact, 'name' | 'kind' | 'size' | 'sha256'>[]
  readonly report: Report
  readonly modules: readonly GoModule[]
  /** Whether the work tree was other than its commit. */
  readonly modified: boolean
  /** The Go that built it, as provenance describes it. */
  readonly go: object
}

/** One line of JSON, with its own digest before it, so that no byte of it changes unseen. */
export function formatShardManifest(manifest: ShardManifest<unknown>): string {
  const text = JSON.stringify(manifest)
  return `${digest(text)}  ${text}\n`
}

/**
 * @param target what is asked for
 * @param planDigest of the plan that it must be of
 * @throws ActionError where the text is of something else, or was changed
 */
export function parseShardManifest<Report>(
  text: string,
  target: PlannedTarget,
  planDigest: string,
): ShardManifest<Report> {
  const refuse = (problem: string): never => {
    throw new ActionError(`${target.id}: ${target.artifact}: ${problem}`)
  }
  const [, sha256 = '', body = ''] = /^([0-9a-f]{64}) {2}(.*)\n$/.exec(text) ?? []
  if (digest(body) !== sha256)
    return refuse(
      `${shardManifestFile(target)} was changed after it was written; run the job that builds it again`,
    )
  const manifest = JSON.parse(body) as ShardManifest<Report>
  if (manifest.target !== target.id)
    return refuse(`it holds ${manifest.target}; give each target an artifact-name of its own`)
  if (manifest.planDigest !== planDigest)
    return refuse('it was built by another plan; run the whole workflow again')
  return manifest
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
