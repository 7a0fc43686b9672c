// A fake of GitHub's results service on loopback: real @actions/artifact and @actions/cache clients in, blobs in a temporary
// folder or in Azurite out. It refuses what GitHub would refuse; nothing leaves this machine.

import { createHmac, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { unzipSync } from 'fflate'
import { artifactService, digestOf } from './results/artifacts.js'
import { BlobStore, blobOperation, type Blobs } from './results/blobs.js'
import { cacheService } from './results/caches.js'
import {
  cutDownload,
  cutUpload,
  EXPIRED,
  isCut,
  loseAnswer,
  plannedAnswer,
  sendAnswer,
  type Fault,
} from './results/faults.js'
import { Refusal, type Caller, type Method } from './results/twirp.js'

/** An artifact whose upload is finalized. */
export interface UploadedArtifact {
  readonly id: number
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

export type { Fault } from './results/faults.js'

export interface Options {
  /** `files`: a store of our own, which is fast. `azurite`: Microsoft's, which needs the tool of that name. */
  readonly blobs?: 'files' | 'azurite'
  /** Whether an upload that was begun and never finished can be deleted, so that its name is free again. */
  readonly unfinishedCanGo?: boolean
}

export interface ResultsService {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  /** What a runner tells the first job of the run. */
  readonly environment: Readonly<Record<string, string>>
  /** What a runner tells another job of the same run. */
  readonly jobEnvironment: (job: string) => Record<string, string>
  /** What a runner tells a job of a further attempt of the run, from 2, in which failed jobs are run again. */
  readonly attemptEnvironment: (attempt: number) => Record<string, string>
  /** What a runner tells a job of another run. */
  readonly otherRunEnvironment: () => Record<string, string>
  /** Of all attempts of the run, oldest first. */
  readonly artifacts: () => UploadedArtifact[]
  /**
   * Changes the bytes of the newest artifact of that name, behind the service's back, or, where `redigest`, with size and digest
   * to match; where `untold`, lists leave its digest out.
   */
  readonly alterArtifact: (
    name: string,
    change: (zip: Buffer) => Buffer,
    options?: { readonly redigest?: boolean; readonly untold?: boolean },
  ) => Promise<void>
  /** Oldest first. */
  readonly cacheEntries: () => SavedCacheEntry[]
  /** Makes an entry as if a client had saved it. */
  readonly addCacheEntry: (key: string, version: string, bytes: Buffer) => Promise<void>
  readonly requests: readonly LoggedRequest[]
  /** The next `times` requests for `operation` fail. */
  readonly failNext: (operation: string, fault: Fault, times?: number) => void
  readonly stop: () => Promise<void>
}

/** The service knows each attempt of a run by a name of its own; the last digit is the attempt here. */
const RUN = 'a4d5bfb0-5f0c-4d2c-9d8e-6f1e3b1d7c1'
const OTHER_RUN = '0c9e1d52-70d4-4f62-8a43-5b0a6f6f2ee1'
const JOB = 'b1f0c7de-0e51-5a57-8f0e-1c1f2a3b4c5d'
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

/** Whether `other` is the same attempt of the same run as `run`, or an earlier one. */
function mayRead(run: string, other: string): boolean {
  return run.slice(0, -1) === other.slice(0, -1) && other <= run
}

/** Starts the service on a free port of 127.0.0.1, with nothing in it. */
export async function startResultsService({
  blobs: store = 'files',
  unfinishedCanGo = true,
}: Options = {}): Promise<ResultsService> {
  const key = randomBytes(32)
  let url = ''
  const openStore = async (): Promise<Blobs> => {
    if (store === 'files') return new BlobStore(() => url)
    // It brings Azure's library, which takes its time to load.
    const { startAzurite } = await import('./results/azurite.js')
    return startAzurite(() => url)
  }
  const blobs = await openStore()
  const { artifacts, methods: artifactMethods } = artifactService(blobs, { mayRead, unfinishedCanGo })
  const { entries, methods: cacheMethods } = cacheService(blobs)
  const services: Readonly<Record<string, Readonly<Record<string, Method>>>> = {
    [`${PACKAGE}.ArtifactService`]: artifactMethods,
    [`${PACKAGE}.CacheService`]: cacheMethods,
  }
  const requests: LoggedRequest[] = []
  const faults: { operation: string; fault: Fault }[] = []
  const expired = new Set<string>()

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
    const found = faults.findIndex((planned) => planned.operation === operation)
    const [{ fault } = {}] = found === -1 ? [] : faults.splice(found, 1)
    response.on('close', () => {
      const whole = response.writableFinished && !isCut(fault)
      requests.push({ operation, status: whole ? response.statusCode : 0 })
    })
    if (fault !== undefined) {
      if (fault === 'reset') return void request.socket.destroy()
      if (fault === 'cut-upload') return cutUpload(request)
      if (fault === 'expired') expired.add(target.search)
      const planned = plannedAnswer(fault)
      if (planned !== undefined) {
        sendAnswer(request, response, planned)
        return
      }
      if (fault === 'lost-answer') loseAnswer(request, response)
      else if (fault === 'cut-download') cutDownload(request, response)
      else if (typeof fault === 'object' && 'delayMs' in fault) await sleep(fault.delayMs)
    }
    if (expired.has(target.search) && isBlob) sendAnswer(request, response, EXPIRED)
    else if (isBlob) await blobs.answer(request, response, target)
    else await answerTwirp(request, response, target.pathname)
  }

  const server = createServer((request, response) => {
    const { socket } = request
    answer(request, response).catch(() => {
      socket.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const environmentOf = (caller: Caller): Record<string, string> => ({
    ACTIONS_RESULTS_URL: `${url}/`,
    ACTIONS_RUNTIME_TOKEN: formatToken(caller, key),
    ACTIONS_CACHE_SERVICE_V2: 'true',
  })
  return {
    url,
    environment: environmentOf({ run: `${RUN}1`, job: JOB }),
    jobEnvironment: (job) => environmentOf({ run: `${RUN}1`, job }),
    attemptEnvironment: (attempt) => environmentOf({ run: `${RUN}${attempt}`, job: JOB }),
    otherRunEnvironment: () => environmentOf({ run: OTHER_RUN, job: JOB }),
    artifacts: () =>
      artifacts.flatMap(({ id, run, name, size, digest, createdAt, expiresAt, blob }) =>
        digest === undefined || !run.startsWith(RUN)
          ? []
          : {
              id,
              name,
              size,
              digest,
              createdAt,
              ...(expiresAt && { expiresAt }),
              files: async () => unzip(await blobs.read(blob)),
            },
      ),
    alterArtifact: async (name, change, { redigest = false, untold = false } = {}) => {
      const artifact = artifacts.findLast((one) => one.name === name && one.digest !== undefined)
      if (artifact === undefined) throw new Error(`there is no artifact ${name}`)
      const altered = change(await blobs.read(artifact.blob))
      await blobs.write(artifact.blob, altered)
      artifact.untold = untold
      if (!redigest) return
      artifact.size = altered.length
      artifact.digest = digestOf(altered)
    },
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
      await blobs.stop()
    },
  }
}
