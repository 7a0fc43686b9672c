// The job's id-token -> the claims that decide whether keyless signing is allowed, and that the certificate will name.
import { ActionError } from '../errors.js'

/** Source: GitHub's reference of the OIDC token of a job. */
export interface TokenClaims {
  readonly issuer: string
  /** The workflow file that holds the job, which is the called one where a workflow is reused: `owner/repo/.github/…@ref`. */
  readonly jobWorkflowRef: string
  /** Of the workflow that the event started: `owner/repo`. */
  readonly repository: string
  readonly ref: string
  /** `public`, `private` or `internal`. */
  readonly visibility: string
}

/** The signature is for Sigstore's certificate authority to check. @throws ActionError naming the claim that is not there */
export function parseToken(token: string): TokenClaims {
  const claims = readPayload(token)
  const claim = (name: string): string => {
    const value = claims[name]
    if (typeof value !== 'string' || value === '')
      throw new ActionError(`sign: the job's id-token has no claim ${name}, so that it is not GitHub's`)
    return value
  }
  return {
    issuer: claim('iss'),
    jobWorkflowRef: claim('job_workflow_ref'),
    repository: claim('repository'),
    ref: claim('ref'),
    visibility: claim('repository_visibility'),
  }
}

function readPayload(token: string): Readonly<Record<string, unknown>> {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    if (typeof payload === 'object' && payload !== null) return payload as Record<string, unknown>
  } catch {
    // The text is a secret, and so would be a part of it in the error.
  }
  throw new ActionError("sign: the job's id-token is no JSON Web Token")
}
