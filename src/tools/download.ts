// An address and a digest into the bytes behind them, with patience for a busy server and none for wrong bytes.
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ActionError } from '../errors.js'
import type { Log } from '../host/host.js'
import { parseRetryAfter } from './retry-after.js'

const ATTEMPTS = 5
const FIRST_WAIT_MS = 1000
/** A server that asks for more patience is not asked again, and the next source is tried. */
const LONGEST_WAIT_MS = 60_000
const LONGEST_FETCH_MS = 300_000

/** No such host, or one that nothing vouches for: that does not change in a moment. EAI_AGAIN is a machine without a network. */
const HOPELESS = /ENOTFOUND|EAI_AGAIN|CERT|SELF_SIGNED|UNABLE_TO_/

/** The file cannot be had from there: no such host, no such file, or a server that stays in trouble. */
export class Unavailable extends ActionError {
  override name = 'Unavailable'
}

export interface Terms {
  readonly sleep: (milliseconds: number) => Promise<unknown>
  /** More than any release has: a server that sends without end must not fill the memory. */
  readonly mostBytes: number
}

const TERMS: Terms = { sleep, mostBytes: 512 * 1024 * 1024 }

/**
 * @param sha256 lower-case hex that the bytes must have
 * @throws Unavailable where nothing was received, ActionError where something else was
 */
export async function download(
  url: string,
  sha256: string,
  log: Log,
  terms: Terms = TERMS,
): Promise<Uint8Array> {
  const bytes = await fetchPatiently(url, log, terms)
  const actual = digest(bytes)
  if (actual !== sha256) {
    throw new ActionError(
      `${url} is not the file that is pinned: SHA-256 ${actual} instead of ${sha256}; it was thrown away. Try again, and if it stays so, something between here and there alters files`,
    )
  }
  return bytes
}

/** @returns SHA-256 in lower-case hex */
export function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function fetchPatiently(url: string, log: Log, terms: Terms): Promise<Uint8Array> {
  for (let attempt = 1; ; attempt++) {
    const answer = await attemptFetch(url, terms.mostBytes)
    if (answer.bytes !== undefined) return answer.bytes
    if (!answer.worthRetrying || attempt === ATTEMPTS) throw new Unavailable(`${url}: ${answer.trouble}`)
    const wait = answer.retryAfterMs ?? FIRST_WAIT_MS * 2 ** (attempt - 1)
    if (wait > LONGEST_WAIT_MS)
      throw new Unavailable(
        `${url}: ${answer.trouble}; it asks to be left alone for ${Math.round(wait / 1000)} s`,
      )
    log.info(`${url}: ${answer.trouble}; trying again in ${Math.round(wait / 1000)} s`)
    await terms.sleep(wait)
  }
}

type Answer =
  | { readonly bytes: Uint8Array }
  | {
      readonly bytes?: undefined
      readonly trouble: string
      readonly worthRetrying: boolean
      readonly retryAfterMs?: number | undefined
    }

/** Nothing here says who asks: no token and no cookie, so there is none that a redirect or a mirror could take. */
async function attemptFetch(url: string, mostBytes: number): Promise<Answer> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(LONGEST_FETCH_MS),
      // The digest is of the file, not of what a server may unpack it to.
      headers: { 'accept-encoding': 'identity' },
    })
    if (response.ok) return { bytes: await readBody(response, mostBytes) }
    await response.body?.cancel()
    const { status, headers } = response
    const serverTime = Date.parse(headers.get('date') ?? '')
    return {
      trouble: `HTTP ${status}`,
      worthRetrying: status === 408 || status === 429 || status >= 500,
      retryAfterMs: parseRetryAfter(
        headers.get('retry-after'),
        Number.isNaN(serverTime) ? Date.now() : serverTime,
      ),
    }
  } catch (error) {
    if (error instanceof ActionError) throw error
    return describeTrouble(error)
  }
}

async function readBody(response: Response, mostBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    // Leaving the loop closes the connection.
    if (size > mostBytes) {
      throw new ActionError(`${response.url} has more than ${mostBytes} bytes, which no pinned file has`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** What breaks under `fetch` has a code; what it refuses itself, as too many redirects, has none and stays as it is. */
function describeTrouble(error: unknown): Answer {
  const { cause } = error as { readonly cause?: unknown }
  const { code, message = '', name = '' } = (cause ?? error) as Partial<NodeJS.ErrnoException>
  const broken = typeof code === 'string' && !HOPELESS.test(code)
  return {
    trouble: message || code || name || String(error),
    worthRetrying: broken || name === 'TimeoutError',
  }
}
