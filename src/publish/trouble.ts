// What a call of GitHub's API has thrown into words for it, and how long to wait before the call is made again.

/** An answer that is not what the call should have brought; the next one may be. */
export class BrokenOff extends Error {}

export interface Trouble {
  readonly text: string
  /** Of HTTP; undefined where there was no answer. */
  readonly status: number | undefined
  /** Milliseconds; undefined where waiting changes nothing. */
  readonly wait: number | undefined
}

/** As octokit throws it; without a response where the connection was the trouble. */
interface HttpError extends Error {
  readonly status: number
  readonly response?: { readonly headers: Readonly<Record<string, string | number | undefined>> }
}

const FIRST_WAIT_MS = 1000
/** What GitHub asks for where it limits how much is written without saying for how long. */
const LIMITED_WAIT_MS = 60_000
/** A gateway may answer with a whole page. */
const LONGEST_TEXT = 300

/** @param attempt from 1 */
export const backoff = (attempt: number): number => FIRST_WAIT_MS * 2 ** (attempt - 1)

/**
 * @param attempt how often the call was made, this one included
 * @returns undefined for what neither GitHub nor the way there has caused
 */
export function understand(error: unknown, attempt: number): Trouble | undefined {
  const wait = backoff(attempt)
  if (error instanceof BrokenOff) return { text: error.message, status: undefined, wait }
  if (!isHttpError(error)) return undefined
  const { message, status, response } = error
  if (response === undefined) return { text: message, status: undefined, wait }
  const { headers } = response
  const asked = askedWait(headers)
  const limited = status === 429 || (status === 403 && (asked !== undefined || /rate limit/i.test(message)))
  // A name may be taken by an earlier attempt, which a look then shows.
  const taken = status === 422 && message.includes('already_exists')
  const passing = status === 408 || status >= 500 || taken
  const [line = ''] = message.trim().split('\n', 1)
  return {
    text: `HTTP ${status}: ${line.slice(0, LONGEST_TEXT)}`,
    status,
    wait: limited ? (asked ?? LIMITED_WAIT_MS) : passing ? (asked ?? wait) : undefined,
  }
}

/** Undefined where there was no answer, and for what is not of the API. */
export const statusOf = (error: unknown): number | undefined =>
  isHttpError(error) && error.response !== undefined ? error.status : undefined

function isHttpError(error: unknown): error is HttpError {
  return error instanceof Error && error.name === 'HttpError'
}

/** Milliseconds. GitHub writes seconds, and the time of a new hour's quota as seconds since 1970. */
function askedWait(headers: NonNullable<HttpError['response']>['headers']): number | undefined {
  const number = (name: string) => {
    const value = headers[name]
    return value !== undefined && /^\d+$/.test(String(value)) ? Number(value) : undefined
  }
  const after = number('retry-after')
  if (after !== undefined) return after * 1000
  const reset = number('x-ratelimit-reset')
  if (number('x-ratelimit-remaining') !== 0 || reset === undefined) return undefined
  // By the server's own clock.
  const now = Date.parse(String(headers['date'])) || Date.now()
  return Math.max(FIRST_WAIT_MS, reset * 1000 - now)
}
