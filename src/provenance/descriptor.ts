// What was used or made -> in-toto's ResourceDescriptor and DigestSet of it. Source: in-toto Attestation Framework, spec v1.

export interface Descriptor {
  readonly name?: string
  readonly uri?: string
  /** By algorithm, lower-case hex. */
  readonly digest?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, unknown>>
}

/** Git knows hashes of SHA-1 and SHA-256. */
const GIT_HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/** A commit by the URL of its repository and what names it there. Source: SPDX 2.3, package download location. */
export function commitAt(repositoryUrl: string, ref: string, commit: string): Descriptor {
  return {
    uri: `git+${repositoryUrl}@${ref}`,
    ...(GIT_HASH.test(commit) && { digest: { gitCommit: commit } }),
  }
}

/** `h1:` and base64, as in go.sum, to hex; undefined for any other form. Source: golang.org/x/mod/sumdb/dirhash. */
export function hexOfSum(sum: string): string | undefined {
  const [, base64] = /^h1:([A-Za-z0-9+/]{43}=)$/.exec(sum) ?? []
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('hex')
}
