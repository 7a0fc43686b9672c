// Says now and then which targets are being worked on.
import type { Host } from '../host/host.js'
import { tellProgress } from '../progress.js'

/** Disposing of it ends what it says. */
export interface Progress extends Disposable {
  /** A target may be started more than once. */
  started(target: string): void
  ended(target: string): void
}

/** Silent where a display shows it all anyway. */
export function startProgress({ log, display }: Pick<Host, 'log' | 'display'>, total: number): Progress {
  const working = new Set<string>()
  let done = 0
  const describe = (seconds: number) =>
    `${done} of ${total} targets done after ${seconds} s; working on ${[...working].join(', ')}`
  const telling = display === undefined ? tellProgress(log, describe) : undefined
  return {
    started(target) {
      working.add(target)
    },
    ended(target) {
      working.delete(target)
      done++
    },
    [Symbol.dispose]() {
      telling?.[Symbol.dispose]()
    },
  }
}
