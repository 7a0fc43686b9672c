// What is being done at a moment -> the lines that a terminal shows of it.
import type { Span, Timeline } from '../timeline.js'
import { formatTextTable } from './table.js'

/** At which a number of seconds changes in time, and nobody sees it flicker. */
const INTERVAL_MS = 250

/** Draws until it is disposed of. */
export function startDisplay(
  timeline: Timeline,
  targets: number,
  display: (lines: readonly string[]) => void,
): Disposable {
  const draw = () => {
    const ended = describeEnded(timeline, targets)
    display(formatDisplay(timeline.running(), { ended, elapsed: timeline.elapsed() }))
  }
  const timer = setInterval(draw, INTERVAL_MS)
  return {
    [Symbol.dispose]() {
      clearInterval(timer)
      display([])
    },
  }
}

/** How many of all targets were packed, or failed in any stage. */
export function describeEnded(timeline: Pick<Timeline, 'spans'>, targets: number): string {
  const ofTargets = timeline.spans().filter(({ target }) => target !== undefined)
  const failed = countTargets(ofTargets.filter((span) => span.failed))
  const ended = countTargets(ofTargets.filter((span) => span.what === 'package' || span.failed))
  return failed === 0
    ? `${ended} of ${targets} targets done`
    : `${ended} of ${targets} targets ended, ${failed} failed`
}

const countTargets = (spans: readonly Pick<Span, 'target'>[]): number =>
  new Set(spans.map(({ target }) => target)).size

/** A line for each thing that is being done, and one for the whole; times are milliseconds. */
export function formatDisplay(
  running: readonly Pick<Span, 'what' | 'target' | 'start'>[],
  { ended, elapsed }: { readonly ended: string; readonly elapsed: number },
): string[] {
  const rows = running.map(({ what, target = 'all', start }) => [target, what, seconds(elapsed - start)])
  return [...formatTextTable(rows), `${ended}, ${seconds(elapsed)}`]
}

const seconds = (milliseconds: number): string => `${Math.floor(Math.max(0, milliseconds) / 1000)} s`
