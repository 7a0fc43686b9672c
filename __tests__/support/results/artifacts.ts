// Turns calls of GitHub's ArtifactService into a list of artifacts, whose bytes are blobs.

import { createHash } from 'node:crypto'
import type { Blobs } from './blobs.js'
import { readMessage, Refusal, type Caller, type Method } from './twirp.js'

/** An artifact of one attempt of a workflow run; `digest` is absent until its upload is finalized. */
export interface StoredArtifact extends Caller {
  readonly id: number
  readonly name: string
  readonly blob: string
  readonly createdAt: Date
  readonly expiresAt?: Date
  size: number
  /** `sha256:` and lower-case hex. */
  digest?: string
  /** Whether lists leave the digest out. */
  untold?: boolean
}

const FIRST_ID = 100_000
const IDS_PER_ATTEMPT = 10_000

const ids = { workflow_run_backend_id: 'string', workflow_job_run_backend_id: 'string' } as const
const named = { ...ids, name: 'string' } as const

export interface ArtifactRules {
  /** Whether a job of the attempt `run` may read what `other`, the attempt itself or an earlier one, has uploaded. */
  readonly mayRead: (run: string, other: string) => boolean
  /** Whether an upload that was begun and not finished can be deleted. Nothing public tells whether GitHub's can. */
  readonly unfinishedCanGo: boolean
}

/** `sha256:` and lower-case hex, as GitHub writes it. */
export function digestOf(zip: Buffer): string {
  return `sha256:${createHash('sha256').update(zip).digest('hex')}`
}

/**
 * The service's methods, and the artifacts that they make and delete. A name is unique in an attempt of a run, also while its
 * upload is not finished; jobs of a later attempt see what the earlier ones uploaded, and may upload the same name again.
 */
export function artifactService(
  blobs: Blobs,
  { mayRead, unfinishedCanGo }: ArtifactRules,
): {
  artifacts: StoredArtifact[]
  methods: Readonly<Record<string, Method>>
} {
  const artifacts: StoredArtifact[] = []
  let made = 0

  function checkRun(request: { workflow_run_backend_id: string }, caller: Caller): void {
    if (request.workflow_run_backend_id !== caller.run) {
      throw new Refusal(403, 'permission_denied', 'the token is of another workflow run')
    }
  }

  function find(request: { workflow_run_backend_id: string; name: string }, caller: Caller): StoredArtifact {
    if (!mayRead(caller.run, request.workflow_run_backend_id)) checkRun(request, caller)
    const found = artifacts.find(
      ({ run, name }) => run === request.workflow_run_backend_id && name === request.name,
    )
    if (found === undefined)
      throw new Refusal(404, 'not_found', `no artifact "${request.name}" in this workflow run`)
    return found
  }

  const methods: Record<string, Method> = {
    CreateArtifact(body, caller) {
      const request = readMessage(
        body,
        { ...named, version: 'int32' },
        { expires_at: 'timestamp', mime_type: 'string' },
      )
      checkRun(request, caller)
      if (request.workflow_job_run_backend_id !== caller.job) {
        throw new Refusal(403, 'permission_denied', 'the token is of another job')
      }
      if (request.expires_at !== undefined && request.expires_at.getTime() <= Date.now()) {
        throw new Refusal(400, 'invalid_argument', 'expires_at is in the past')
      }
      if (artifacts.some(({ run, name }) => run === caller.run && name === request.name)) {
        throw new Refusal(
          409,
          'already_exists',
          'an artifact with this name already exists on the workflow run',
        )
      }
      const zipped = (request.mime_type ?? 'application/zip') === 'application/zip'
      const blob = blobs.create(zipped ? `${request.name}.zip` : request.name)
      made += 1
      artifacts.push({
        ...caller,
        // Those of a later attempt are not always the higher ones.
        id: FIRST_ID - IDS_PER_ATTEMPT * Number(caller.run.at(-1)) + made,
        name: request.name,
        blob,
        createdAt: new Date(),
        size: 0,
        ...(request.expires_at && { expiresAt: request.expires_at }),
      })
      return { ok: true, signed_upload_url: blobs.signedUrl(blob, 'cw') }
    },

    async FinalizeArtifact(body, caller) {
      const request = readMessage(body, named, { size: 'int64', hash: 'string' })
      checkRun(request, caller)
      const artifact = find(request, caller)
      const size = await blobs.size(artifact.blob)
      if (size === undefined || size !== (request.size ?? 0)) {
        throw new Refusal(
          400,
          'invalid_argument',
          `size is ${request.size ?? 0}, ${size ?? 0} bytes were uploaded`,
        )
      }
      const digest = digestOf(await blobs.read(artifact.blob))
      if (request.hash !== undefined && request.hash !== digest) {
        throw new Refusal(
          400,
          'invalid_argument',
          `hash is ${request.hash}, the uploaded bytes have ${digest}`,
        )
      }
      artifact.size = size
      artifact.digest = digest
      return { ok: true, artifact_id: String(artifact.id) }
    },

    ListArtifacts(body, caller) {
      const request = readMessage(body, ids, { name_filter: 'string', id_filter: 'int64' })
      checkRun(request, caller)
      const found = artifacts.filter(
        ({ run, name, id, digest }) =>
          mayRead(caller.run, run) &&
          digest !== undefined &&
          name === (request.name_filter ?? name) &&
          id === (request.id_filter ?? id),
      )
      return {
        artifacts: found.map((artifact) => ({
          workflow_run_backend_id: artifact.run,
          workflow_job_run_backend_id: artifact.job,
          database_id: String(artifact.id),
          name: artifact.name,
          size: String(artifact.size),
          created_at: artifact.createdAt.toISOString(),
          ...(artifact.untold !== true && { digest: artifact.digest }),
        })),
      }
    },

    GetSignedArtifactURL(body, caller) {
      const artifact = find(readMessage(body, named, {}), caller)
      if (artifact.digest === undefined)
        throw new Refusal(404, 'not_found', `artifact "${artifact.name}" is not finalized`)
      return { signed_url: blobs.signedUrl(artifact.blob, 'r') }
    },

    async DeleteArtifact(body, caller) {
      const request = readMessage(body, named, {})
      checkRun(request, caller)
      const artifact = find(request, caller)
      if (artifact.digest === undefined && !unfinishedCanGo)
        throw new Refusal(404, 'not_found', `artifact "${artifact.name}" is not finalized`)
      artifacts.splice(artifacts.indexOf(artifact), 1)
      await blobs.remove(artifact.blob)
      return { ok: true, artifact_id: String(artifact.id) }
    },
  }
  return { artifacts, methods }
}
