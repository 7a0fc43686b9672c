// Says now and then which targets are being worked on.
import type { Host } from '../host/host.js'
import { tellProgress } from '../progress.js'
import type { Timeline } from '../timeline.js'
import { describeEnded } from './display.js'

/** Silent where a display shows it all anyway. Disposing of it ends what it says. */
export function startProgress(
  { log, display }: Pick<Host, 'log' | 'display'>,
  timeline: Pick<Timeline, 'spans' | 'running'>,
  total: number,
): Disposable | undefined {
  if (display !== undefined) return undefined
  return tellProgress(log, (seconds) => {
    const working = timeline.running().flatMap(({ target }) => target ?? [])
    return `${describeEnded(timeline, total)} after ${seconds} s; working on ${[...new Set(working)].join(', ')}`
  })
}
