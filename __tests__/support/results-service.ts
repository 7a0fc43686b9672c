// A fake of GitHub's results service on loopback: real @actions/artifact and @actions/cache clients in, files of a temporary
// folder out. It refuses what GitHub would refuse; nothing leaves this machine.

import { createHmac, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { artifactService } from './results/artifacts.js'
import { BlobStore, blobOperation } from './results/blobs.js'
import { cacheService } from './results/caches.js'
import { Refusal, type Caller, type Method } from './results/twirp.js'

/** An artifact whose upload is finalized. */
export interface UploadedArtifact {
  readonly name: string
  /** Bytes of the zip. */
  readonly size: number
  /** `sha256:` and lower-case hex, of the zip. */
  readonly digest: string
  readonly createdAt: Date
  readonly expiresAt?: Date
  /** Unpacks the zip: path to content. */
  readonly files: () => Promise<Record<string, Buffer>>
}

/** A cache entry whose upload is finalized. */
export interface SavedCacheEntry {
  readonly key: string
  /** The client's hash of the cached paths and the compression. */
  readonly version: string
  readonly size: number
  /** What the client uploaded: a tar, compressed. */
  readonly read: () => Promise<Buffer>
}

/** One request as it was answered; `status` is 0 where the connection was cut. */
export interface LoggedRequest {
  /** A Twirp method (`CreateArtifact`, …) or Azure's name of the operation (`Put Block`, …). */
  readonly operation: string
  readonly status: number
}

/** An HTTP status to answer with, or a connection to cut. */
export type Fault = number | 'reset'

export interface ResultsService {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  /** What a runner tells the first job of the run. */
  readonly environment: Readonly<Record<string, string>>
  /** What a runner tells another job of the same run. */
  readonly jobEnvironment: (job: string) => Record<string, string>
  /** Oldest first. */
  readonly artifacts: () => UploadedArtifact[]
  /** Oldest first. */
  readonly cacheEntries: () => SavedCacheEntry[]
  /** Makes an entry as if a client had saved it. */
  readonly addCacheEntry: (key: string, version: string, bytes: Buffer) => Promise<void>
  readonly requests: readonly LoggedRequest[]
  /** The next `times` requests for `operation` fail. */
  readonly failNext: (operation: string, fault: Fault, times?: number) => void
  readonly stop: () => Promise<void>
}

const RUN = 'a4d5bfb0-5f0c-4d2c-9d8e-6f1e3b1d7c10'
const PACKAGE = 'github.actions.results.api.v1'
const SECONDS_PER_HOUR = 3600

/** A JSON web token with the scope that the artifact client takes its run and job from. */
function formatToken({ run, job }: Caller, key: Buffer): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  const claims = {
    scp: `Actions.GenericRead:00000000-0000-0000-0000-000000000000 Actions.Results:${run}:${job}`,
    exp: Math.floor(Date.now() / 1000) + 6 * SECONDS_PER_HOUR,
  }
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

/** The caller behind `Authorization: Bearer …`; throws a Refusal (401) for any token that `key` did not sign. */
function parseCaller(request: IncomingMessage, key: Buffer): Caller {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const [header = '', claims = '', signature = ''] = token.split('.')
  const expected = createHmac('sha256', key).update(`${header}.${claims}`).digest('base64url')
  if (signature !== expected)
    throw new Refusal(401, 'unauthenticated', 'the token is not one of this service')
  const { scp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { scp: string }
  const [, run = '', job = ''] = /Actions\.Results:([^: ]+):([^: ]+)/.exec(scp) ?? []
  return { run, job }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  if (request.headers['content-type'] !== 'application/json')
    throw new Refusal(415, 'malformed', 'not application/json')
  try {
    return JSON.parse(Buffer.concat(await request.toArray()).toString()) as unknown
  } catch (error) {
    throw new Refusal(400, 'malformed', `the body is not JSON: ${String(error)}`)
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function unzip(zip: Buffer): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(unzipSync(zip)).map(([path, bytes]) => [path, Buffer.from(bytes)]))
}

/** Starts the service on a free port of 127.0.0.1, with nothing in it. */
export async function startResultsService(): Promise<ResultsService> {
  const folder = mkdtempSync(join(tmpdir(), 'results-service-'))
  const key = randomBytes(32)
  let url = ''
  const blobs = new BlobStore(folder, () => url)
  const { artifacts, methods: artifactMethods } = artifactService(blobs)
  const { entries, methods: cacheMethods } = cacheService(blobs)
  const services: Readonly<Record<string, Readonly<Record<string, Method>>>> = {
    [`${PACKAGE}.ArtifactService`]: artifactMethods,
    [`${PACKAGE}.CacheService`]: cacheMethods,
  }
  const requests: LoggedRequest[] = []
  const faults: { operation: string; fault: Fault }[] = []

  async function answerTwirp(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> {
    try {
      const [, prefix, service = '', name = ''] = path.split('/')
      const method = prefix === 'twirp' && request.method === 'POST' ? services[service]?.[name] : undefined
      if (method === undefined)
        throw new Refusal(404, 'bad_route', `no handler for ${request.method ?? ''} ${path}`)
      const caller = parseCaller(request, key)
      sendJson(response, 200, await method(await readJson(request), caller))
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'internal', String(error))
      request.resume()
      sendJson(response, refusal.status, { code: refusal.code, msg: refusal.message })
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = new URL(request.url ?? '/', url)
    const isBlob = target.pathname.startsWith('/blobs/')
    const operation = isBlob
      ? blobOperation(request.method, target)
      : (target.pathname.split('/').pop() ?? '')
    response.on('close', () => {
      requests.push({ operation, status: response.writableFinished ? response.statusCode : 0 })
    })
    const fault = faults.find((planned) => planned.operation === operation)
    if (fault !== undefined) {
      faults.splice(faults.indexOf(fault), 1)
      if (fault.fault === 'reset') return void request.socket.destroy()
      request.resume()
      sendJson(response, fault.fault, { code: 'unknown', msg: 'a planned fault' })
    } else if (isBlob) await blobs.answer(request, response, target)
    else await answerTwirp(request, response, target.pathname)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      request.socket.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const jobEnvironment = (job: string): Record<string, string> => ({
    ACTIONS_RESULTS_URL: `${url}/`,
    ACTIONS_RUNTIME_TOKEN: formatToken({ run: RUN, job }, key),
    ACTIONS_CACHE_SERVICE_V2: 'true',
  })
  return {
    url,
    environment: jobEnvironment('b1f0c7de-0e51-5a57-8f0e-1c1f2a3b4c5d'),
    jobEnvironment,
    artifacts: () =>
      artifacts.flatMap(({ name, size, digest, createdAt, expiresAt, blob }) =>
        digest === undefined
          ? []
          : {
              name,
              size,
              digest,
              createdAt,
              ...(expiresAt && { expiresAt }),
              files: async () => unzip(await blobs.read(blob)),
            },
      ),
    cacheEntries: () =>
      entries.flatMap(({ key: cacheKey, version, size, blob }) =>
        size === undefined ? [] : { key: cacheKey, version, size, read: () => blobs.read(blob) },
      ),
    addCacheEntry: async (cacheKey, version, bytes) => {
      const blob = blobs.create('cache.tar')
      await blobs.write(blob, bytes)
      entries.push({ id: entries.length + 1, key: cacheKey, version, blob, size: bytes.length })
    },
    requests,
    failNext: (operation, fault, times = 1) => {
      for (let count = 0; count < times; count += 1) faults.push({ operation, fault })
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      rmSync(folder, { recursive: true })
    },
  }
}
