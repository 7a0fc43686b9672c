// Says now and then what is being worked on, so that minutes of work are never silent.
import type { Log } from '../host/host.js'

const INTERVAL_MS = 15_000

export interface Progress {
  /** Counts `target` as worked on until `work` ends. */
  during<T>(target: string, work: () => Promise<T>): Promise<T>
  readonly stop: () => void
}

export function startProgress(log: Log, total: number): Progress {
  const started = Date.now()
  const working = new Set<string>()
  let done = 0
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000)
    log.info(`${done} of ${total} targets done after ${seconds} s; working on ${[...working].join(', ')}`)
  }, INTERVAL_MS)
  return {
    async during(target, work) {
      working.add(target)
      try {
        return await work()
      } finally {
        working.delete(target)
        done++
      }
    },
    stop() {
      clearInterval(timer)
    },
  }
}
