// Says now and then how far a long piece of work has come, so that minutes of work are never silent.
import type { Log } from './host/host.js'

const INTERVAL_MS = 15_000

/** @param describe what to say, asked anew each time; nothing is said before the first 15 seconds are over */
export function tellProgress(log: Log, describe: (seconds: number) => string): Disposable {
  const started = Date.now()
  const timer = setInterval(() => {
    log.info(describe(Math.round((Date.now() - started) / 1000)))
  }, INTERVAL_MS)
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer)
    },
  }
}
