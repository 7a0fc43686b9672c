// Fetches a file over HTTP, with patience for a busy server and none for wrong bytes.
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ActionError } from '../errors.js'
import type { Log } from '../host/host.js'

const ATTEMPTS = 4
const FIRST_WAIT_MS = 1000
/** A server may ask for more patience than a job has. */
const LONGEST_WAIT_MS = 60_000
const LONGEST_FETCH_MS = 300_000

/** The file cannot be had from there: no such host, no such file, or a server that stays in trouble. */
export class Unavailable extends ActionError {
  override name = 'Unavailable'
}

/**
 * @param sha256 lower-case hex that the bytes must have
 * @throws Unavailable where nothing was received, ActionError where something else was
 */
export async function download(url: string, sha256: string, log: Log): Promise<Uint8Array> {
  const bytes = await fetchPatiently(url, log)
  const actual = createHash('sha256').update(bytes).digest('hex')
  if (actual !== sha256) {
    throw new ActionError(
      `${url} is not the file that is pinned: SHA-256 ${actual} instead of ${sha256}; it was thrown away. Try again, and if it stays so, something between here and there alters files`,
    )
  }
  return bytes
}

async function fetchPatiently(url: string, log: Log): Promise<Uint8Array> {
  for (let attempt = 1; ; attempt++) {
    const answer = await attemptFetch(url)
    if (answer.bytes !== undefined) return answer.bytes
    if (!answer.worthRetrying || attempt === ATTEMPTS) throw new Unavailable(`${url}: ${answer.trouble}`)
    const wait = Math.min(answer.retryAfterMs ?? FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS)
    log.info(`${url}: ${answer.trouble}; trying again in ${Math.round(wait / 1000)} s`)
    await sleep(wait)
  }
}

type Answer =
  | { readonly bytes: Uint8Array }
  | {
      readonly bytes?: undefined
      readonly trouble: string
      readonly worthRetrying: boolean
      readonly retryAfterMs?: number
    }

async function attemptFetch(url: string): Promise<Answer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(LONGEST_FETCH_MS) })
    if (response.ok) return { bytes: new Uint8Array(await response.arrayBuffer()) }
    await response.body?.cancel()
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
    return {
      trouble: `HTTP ${response.status}`,
      worthRetrying: response.status === 408 || response.status === 429 || response.status >= 500,
      ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {}),
    }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const trouble = cause instanceof Error ? cause.message : String(cause)
    // A name that does not resolve will not do so in a moment either: this machine has no way there.
    return { trouble, worthRetrying: !/ENOTFOUND|EAI_AGAIN/.test(trouble) }
  }
}
