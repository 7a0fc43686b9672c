// The claims of a job into a service on loopback that hands out the job's id-token, as GitHub's does, and vouches for it.

import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a token says; a claim that is set to undefined is left out. Source: GitHub's reference of the OIDC token of a job. */
export type Claims = Readonly<Record<string, string | number | undefined>>

/** The variables by which a job with `id-token: write` asks for its token. */
export interface JobEnvironment {
  readonly ACTIONS_ID_TOKEN_REQUEST_URL: string
  readonly ACTIONS_ID_TOKEN_REQUEST_TOKEN: string
}

export interface Issuer {
  /** The claim `iss` of its tokens, without a slash at the end. */
  readonly url: string
  /**
   * A job of its own. Its tokens have the claims of a tag of gopher/project, private, whose release is a reusable workflow of
   * gopher/workflows, but for what is given: one value for each token in turn, of which the last one stays.
   */
  readonly startJob: (...claims: readonly Claims[]) => JobEnvironment
  /** All tokens that were handed out, oldest first. */
  readonly tokens: readonly string[]
  readonly close: () => Promise<void>
}

const COMMIT = '0123456789abcdef0123456789abcdef01234567'
const JOB: Claims = {
  repository: 'gopher/project',
  repository_id: '1',
  repository_owner: 'gopher',
  repository_owner_id: '2',
  repository_visibility: 'private',
  ref: 'refs/tags/v1.0.0',
  ref_type: 'tag',
  sha: COMMIT,
  event_name: 'push',
  actor: 'gopher',
  workflow: 'Release',
  workflow_ref: 'gopher/project/.github/workflows/caller.yml@refs/tags/v1.0.0',
  workflow_sha: COMMIT,
  job_workflow_ref: 'gopher/workflows/.github/workflows/release.yml@refs/heads/main',
  job_workflow_sha: COMMIT,
  run_id: '1234567890',
  run_attempt: '1',
  run_number: '1',
  runner_environment: 'github-hosted',
}
const VALID_SECONDS = 300
const KEY_ID = 'loopback'

/** Starts it on a free port. */
export async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'RS256', use: 'sig' }] }
  const jobs = new Map<string, Claims[]>()
  const tokens: string[] = []
  let issuer = ''

  function answer(request: IncomingMessage): object | undefined {
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer)
    switch (pathname) {
      case '/.well-known/openid-configuration':
        return describe(issuer)
      case '/jwks':
        return jwks
      case '/token': {
        const job = jobs.get(request.headers.authorization?.replace(/^bearer /i, '') ?? '')
        const audience = searchParams.get('audience')
        if (job === undefined || audience === null) return undefined
        const claims = job.length > 1 ? job.shift() : job[0]
        const token = formatToken({ iss: issuer, aud: audience, ...claims }, privateKey)
        tokens.push(token)
        return { count: token.length, value: token }
      }
      default:
        return undefined
    }
  }

  const server = createServer((request, response) => {
    const body = answer(request)
    response
      .writeHead(body === undefined ? 401 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify(body ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: issuer,
    startJob: (...claims) => {
      const requestToken = randomUUID()
      jobs.set(requestToken, claims.length === 0 ? [{}] : [...claims])
      return {
        // As GitHub's: the audience is added with an ampersand.
        ACTIONS_ID_TOKEN_REQUEST_URL: `${issuer}/token?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
      }
    },
    tokens,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

/** What OpenID Connect Discovery asks for. */
const describe = (issuer: string): object => ({
  issuer,
  jwks_uri: `${issuer}/jwks`,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
})

/** A JSON Web Token, signed. */
function formatToken(given: Claims, key: KeyObject): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const job: Claims = {
    ...JOB,
    iat: now,
    nbf: now - 5,
    exp: now + VALID_SECONDS,
    jti: randomUUID(),
    ...given,
  }
  const claims = { sub: `repo:${String(job['repository'])}:ref:${String(job['ref'])}`, ...job }
  const signed = `${encode({ alg: 'RS256', kid: KEY_ID, typ: 'JWT' })}.${encode(claims)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`
}
