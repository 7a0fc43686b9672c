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
    const done = countDone(timeline)
    display(formatDisplay(timeline.running(), { done, targets, elapsed: timeline.elapsed() }))
  }
  const timer = setInterval(draw, INTERVAL_MS)
  return {
    [Symbol.dispose]() {
      clearInterval(timer)
      display([])
    },
  }
}

/** Targets that were packed, or failed in any stage. */
export function countDone(timeline: Pick<Timeline, 'spans'>): number {
  const ended = timeline
    .spans()
    .filter(({ what, target, failed }) => target !== undefined && (what === 'package' || failed))
  return new Set(ended.map(({ target }) => target)).size
}

/** A line for each thing that is being done, and one for the whole; times are milliseconds. */
export function formatDisplay(
  running: readonly Pick<Span, 'what' | 'target' | 'start'>[],
  { done, targets, elapsed }: { readonly done: number; readonly targets: number; readonly elapsed: number },
): string[] {
  const rows = running.map(({ what, target = 'all', start }) => [target, what, seconds(elapsed - start)])
  return [...formatTextTable(rows), `${done} of ${targets} targets done, ${seconds(elapsed)}`]
}

const seconds = (milliseconds: number): string => `${Math.floor(Math.max(0, milliseconds) / 1000)} s`
