// Bears what goes wrong in calls of GitHub's API: waits while that may help, and explains when it does not.
import { setTimeout as sleep } from 'node:timers/promises'
import { ActionError } from '../errors.js'
import type { Log } from '../host/host.js'
import { understand, type Trouble } from './trouble.js'

export interface Terms {
  readonly sleep: (milliseconds: number) => Promise<unknown>
}

export const TERMS: Terms = { sleep }

const ATTEMPTS = 5
const LONGEST_WAIT_MS = 300_000

/** What calls are made for. */
export interface Purpose {
  /** Begins every message. */
  readonly name: string
  /** That a job needs: `contents: write`. */
  readonly permission: string
  /** Who never has it. */
  readonly never?: string
}

/** With what is there already nothing is done again. */
const AGAIN = 'run this again later, and it goes on where it stopped'

/** The patience of one undertaking. */
export class Patience {
  readonly #what: string
  readonly #purpose: Purpose
  readonly #log: Log
  readonly #terms: Terms
  #attempt = 0

  /** @param what the undertaking, as messages name it */
  constructor(purpose: Purpose, what: string, log: Log, terms: Terms) {
    this.#what = `${purpose.name}: ${what}`
    this.#purpose = purpose
    this.#log = log
    this.#terms = terms
  }

  /**
   * Resolves when it is time for another attempt. The error of octokit is not handed on: it holds the whole request.
   *
   * @throws ActionError where there is no hope; what is not of the API or the way there, as it is
   */
  async bear(error: unknown): Promise<void> {
    this.#attempt += 1
    const trouble = understand(error, this.#attempt)
    if (trouble === undefined) throw error
    const { text, wait } = trouble
    if (wait === undefined || this.#attempt === ATTEMPTS)
      throw new ActionError(`${this.#what}: ${text}; ${advise(trouble, this.#purpose)}`)
    const seconds = Math.ceil(wait / 1000)
    if (wait > LONGEST_WAIT_MS)
      throw new ActionError(`${this.#what}: ${text}; GitHub asks to be left alone for ${seconds} s; ${AGAIN}`)
    this.#log.info(`${this.#what}: ${text}; trying again in ${seconds} s`)
    await this.#terms.sleep(wait)
  }
}

function advise({ status, wait }: Trouble, { permission, never }: Purpose): string {
  const grant = `give the job \`${permission}\` under \`permissions:\``
  if (wait !== undefined) return AGAIN
  switch (status) {
    case 401:
      return "the token is not valid here; give the job's own, ${{ github.token }}"
    case 403:
      return never === undefined ? grant : `${grant}; ${never} never has that right`
    case 404:
      return `it is gone, or the token has no right to it; ${grant}`
    default:
      return 'mend what GitHub complains of, and run this again'
  }
}
