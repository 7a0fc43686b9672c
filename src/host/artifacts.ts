// Files into artifacts of the run and back, through GitHub's own client, with more patience than it has.
import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import type { ClientRequest, IncomingMessage } from 'node:http'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { hashFile } from '../artifact.js'
import { ActionError } from '../errors.js'
import type { ArtifactService, ListedArtifact, Log } from './host.js'

const ATTEMPTS = 5
/** Bytes that were wrong so often are wrong in the store. */
const ATTEMPTS_AT_BYTES = 3
const FIRST_WAIT_MS = 2000
/** A service that asks for more patience is not asked again. */
const LONGEST_WAIT_MS = 120_000
const LONGEST_DELETION_MS = 30_000

export interface Terms {
  readonly sleep: (milliseconds: number) => Promise<unknown>
}

/** A request that the client made, and what came back. */
interface Call {
  /** Of the artifact service, as `CreateArtifact`; empty for a request to the blob storage. */
  readonly method: string
  /** Undefined where no answer came. */
  status?: number | undefined
  retryAfterMs?: number | undefined
}

/** The zip is not the one that was listed. */
class WrongBytes extends Error {}

/** @param attempt of the workflow run, from 1 */
export function createArtifactService(attempt: number, log: Log, terms: Terms = { sleep }): ArtifactService {
  return {
    async upload(name, files, rootDirectory, retentionDays) {
      const client = await createClient()
      const send = () =>
        client.uploadArtifact(name, [...files], rootDirectory, {
          // The files are compressed already.
          compressionLevel: 0,
          ...(retentionDays === undefined ? {} : { retentionDays }),
        })
      const attempts: (readonly Call[])[] = []
      await patiently(
        {
          what: `upload: ${name}`,
          advice: `the files are in ${rootDirectory}`,
          onGhes: 'set upload: false and upload the output directory with a step of your own',
        },
        log,
        terms,
        async (calls) => {
          attempts.push(calls)
          try {
            await send()
          } catch (error) {
            if (!isConflict(error)) throw error
            if (await isHeldByOwn(name, attempts.flat())) await deleteUnfinished(name)
            // In a run that is not attempted again only another job or step can have taken the name.
            else if (attempt === 1) throw takenByAnother(name, error)
            else await client.deleteArtifact(name)
            await send()
          }
        },
      )

      /** Whether the name was taken by an upload of this very process, one that was cut off. */
      async function isHeldByOwn(wanted: string, calls: readonly Call[]): Promise<boolean> {
        const creations = calls.filter(({ method }) => method === 'CreateArtifact')
        if (creations.some(({ status = 0 }) => status >= 200 && status < 300)) return true
        if (creations.every(({ status = 500 }) => status < 500)) return false
        // What this process may have begun it has not finished, and only what is finished is listed.
        const { artifacts } = await client.listArtifacts()
        return attempt > 1 || artifacts.every((artifact) => artifact.name !== wanted)
      }
    },

    list: () =>
      patiently(
        {
          what: 'download: the list of the artifacts of this run',
          advice: 'run the failed jobs again, and see https://www.githubstatus.com where it stays so',
          onGhes: 'build all targets in one job there',
        },
        log,
        terms,
        async () => {
          const client = await createClient()
          // The client's own choice of the latest goes by the ids, and those of a later attempt may be the lower ones.
          const { artifacts } = await client.listArtifacts()
          const byAge = artifacts.toSorted((a, b) => madeAt(a) - madeAt(b) || a.id - b.id)
          const latest = new Map(byAge.map((artifact) => [artifact.name, artifact]))
          return [...latest.values()].map(({ id, name, size, digest }) => ({
            id,
            name,
            size,
            sha256: /^sha256:([0-9a-f]{64})$/.exec(digest ?? '')?.[1],
          }))
        },
      ),

    async download(artifact, folder) {
      // An attempt that is given up leaves what it has made.
      const staging = await mkdtemp(path.join(folder, 'partial-'))
      try {
        const zip = path.join(folder, `${artifact.id}.zip`)
        await patiently(
          {
            what: `download: ${artifact.name}`,
            advice: 'run the failed jobs again, and see https://www.githubstatus.com where it stays so',
            onGhes: 'build all targets in one job there',
          },
          log,
          terms,
          async () => {
            await rename(await fetchZip(artifact, staging), zip)
          },
        )
        return zip
      } finally {
        await rm(staging, { recursive: true, force: true })
      }
    },
  }
}

const madeAt = ({ createdAt }: { readonly createdAt?: Date }): number => createdAt?.getTime() ?? 0

/** It is large, and most runs of this action on a laptop have no use for it. */
async function createClient() {
  const { DefaultArtifactClient } = await import('@actions/artifact')
  return new DefaultArtifactClient()
}

/** @returns absolute path of the file in `staging`, under a name that the service gave it */
async function fetchZip(artifact: ListedArtifact, staging: string): Promise<string> {
  const client = await createClient()
  const folder = await mkdtemp(path.join(staging, 'attempt-'))
  await client.downloadArtifact(artifact.id, { path: folder, skipDecompress: true })
  const [file = ''] = await readdir(folder)
  const fetched = path.join(folder, file)
  const { size, sha256 } = await hashFile(fetched)
  if (sha256 !== (artifact.sha256 ?? sha256))
    throw new WrongBytes(
      `the bytes are not those that were uploaded: SHA-256 ${sha256} instead of ${artifact.sha256 ?? ''}, ${size} bytes of ${artifact.size}`,
    )
  if (size !== artifact.size)
    throw new WrongBytes(`${size} bytes instead of ${artifact.size} came, with SHA-256 ${sha256}`)
  return fetched
}

interface Wording {
  /** Begins every message. */
  readonly what: string
  /** Ends the message where nothing better is known. */
  readonly advice: string
  readonly onGhes: string
}

/** @throws ActionError where it does not help to try again, or did not */
async function patiently<T>(
  { what, advice, onGhes }: Wording,
  log: Log,
  terms: Terms,
  work: (calls: readonly Call[]) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const calls: Call[] = []
    try {
      return await observe(calls, () => work(calls))
    } catch (error) {
      if (error instanceof ActionError) throw error
      const fail = (problem: string) => new ActionError(`${what}: ${problem}`, { cause: error })
      if (!(error instanceof Error)) throw fail(`${String(error)}; ${advice}`)
      if (error.name === 'GHESNotSupportedError')
        throw fail(`GitHub Enterprise Server does not take artifacts from this client; ${onGhes}`)
      if (/storage quota has been hit/i.test(error.message))
        throw fail(
          'the artifact storage quota of the account has been hit; delete artifacts of former runs, set a shorter retention-days, or upload: false. GitHub counts anew every 6 to 12 hours',
        )
      const last = calls.at(-1)
      const trouble = describeTrouble(error, last)
      if (isHopeless(error, calls)) throw fail(`${trouble}; ${advice}`)
      if (attempt === (error instanceof WrongBytes ? ATTEMPTS_AT_BYTES : ATTEMPTS)) {
        throw fail(
          isConflict(error)
            ? 'an upload of this job was cut off, and GitHub keeps its name for it; run the failed jobs again, another attempt may take the name'
            : `${trouble}, at each of ${attempt} attempts; ${advice}`,
        )
      }
      const wait = Math.max(FIRST_WAIT_MS * 2 ** (attempt - 1), last?.retryAfterMs ?? 0)
      const seconds = Math.round(wait / 1000)
      if (wait > LONGEST_WAIT_MS)
        throw fail(`${trouble}, and the service asks to be left alone for ${seconds} s; ${advice}`)
      log.info(`${what}: ${trouble}; trying again in ${seconds} s`)
      await terms.sleep(wait)
    }
  }
}

/**
 * Before any request the reason is in the files or the environment. A service that refuses stays with it, but for the last
 * step of an upload, which GitHub is known to refuse for a while, and for a name that an upload of our own holds.
 */
function isHopeless(error: Error, calls: readonly Call[]): boolean {
  return (
    calls.length === 0 ||
    error.name === 'ArtifactNotFoundError' ||
    'path' in error ||
    (/^Failed to (?!FinalizeArtifact)\w+: Received non-retryable error/.test(error.message) &&
      !isConflict(error))
  )
}

const isConflict = (error: unknown): boolean => error instanceof Error && error.message.includes('(409)')

/** The client's words go on to tell of self-hosted runners, or tell nothing. */
function describeTrouble(error: Error, last: Call | undefined): string {
  const [line = ''] = error.message.split('\n')
  const said = line.replace(/[.:]$/, '')
  if (last === undefined || error instanceof WrongBytes) return said
  const { status } = last
  if (status === undefined) return said
  return status >= 400 && !said.includes(`(${status})`) ? `${said} (HTTP ${status})` : said
}

function takenByAnother(name: string, cause: unknown): ActionError {
  return new ActionError(
    `upload: another job or step of this run has uploaded an artifact ${name} already; give each an artifact-name of its own`,
    { cause },
  )
}

/**
 * The client deletes only what it finds in the list, where an upload that was cut off is not. Whether the service lets go of
 * the name is seen when it is asked for it again.
 */
async function deleteUnfinished(name: string): Promise<void> {
  const { ACTIONS_RUNTIME_TOKEN: token = '', ACTIONS_RESULTS_URL: service = '' } = process.env
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
  const [, run, job] = /Actions\.Results:([^:\s"]+):([^:\s"]+)/.exec(claims) ?? []
  const method = '/twirp/github.actions.results.api.v1.ArtifactService/DeleteArtifact'
  const response = await fetch(new URL(method, service), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ workflow_run_backend_id: run, workflow_job_run_backend_id: job, name }),
    signal: AbortSignal.timeout(LONGEST_DELETION_MS),
  })
  await response.body?.cancel()
}

const observed = new AsyncLocalStorage<Call[]>()

/**
 * Adds to `calls` every request that `work` makes: the client's errors tell neither a Retry-After nor what it tried before. And
 * where the service's answer is cut off the client waits for its end for ever, so `work` is given up then.
 */
async function observe<T>(calls: Call[], work: () => Promise<T>): Promise<T> {
  const started = new WeakMap<ClientRequest, Call>()
  let giveUp: (reason: Error) => void = () => undefined
  const cut = new Promise<never>((_, reject) => {
    giveUp = reject
  })
  const onStart = (message: unknown) => {
    if (observed.getStore() !== calls) return
    const { request } = message as { readonly request: ClientRequest }
    const [, method = ''] = /^\/twirp\/[\w.]+\/(\w+)$/.exec(request.path) ?? []
    const call = { method }
    started.set(request, call)
    calls.push(call)
  }
  const onAnswer = (message: unknown) => {
    const { request, response } = message as {
      readonly request: ClientRequest
      readonly response: IncomingMessage
    }
    const call = started.get(request)
    if (call === undefined) return
    call.status = response.statusCode
    const seconds = Number(response.headers['retry-after'])
    call.retryAfterMs = Number.isNaN(seconds) ? undefined : seconds * 1000
    if (call.method === '') return
    response.once('close', () => {
      if (!response.complete) giveUp(new Error(`${call.method}: the answer was cut off`))
    })
  }
  subscribe('http.client.request.start', onStart)
  subscribe('http.client.response.finish', onAnswer)
  try {
    return await Promise.race([observed.run(calls, work), cut])
  } finally {
    unsubscribe('http.client.request.start', onStart)
    unsubscribe('http.client.response.finish', onAnswer)
  }
}
