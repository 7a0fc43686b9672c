// What a run does, as it does it -> when each part began and ended.

export interface Span {
  /** `compile`, `link` and `package` of a target; of all targets `plan`, `SBOM`, `sign` and so on. */
  readonly what: string
  /** Absent of what is done for all targets. */
  readonly target?: string
  /** Milliseconds since the run began, as is `end`, which is never before it. */
  readonly start: number
  readonly end: number
  /** Whether it ended in an error. */
  readonly failed?: true
}

/** A moment, in milliseconds since 1970. */
type Moment = number

export interface Timeline {
  /** In the order in which they ended. */
  readonly spans: () => readonly Span[]
  /** Milliseconds since the run began. */
  readonly elapsed: () => number
  readonly add: (what: Pick<Span, 'what' | 'target' | 'failed'>, start: Moment, end: Moment) => void
  /** Adds what `work` takes, whether it succeeds or not. */
  readonly during: <T>(what: string, work: () => Promise<T>, target?: string) => Promise<T>
}

export function openTimeline(started: Date): Timeline {
  const spans: Span[] = []
  // A clock may be set back meanwhile.
  const since = (moment: Moment) => Math.max(0, moment - started.getTime())
  const add: Timeline['add'] = (what, start, end) => {
    spans.push({ ...what, start: since(start), end: Math.max(since(start), since(end)) })
  }
  return {
    spans: () => spans,
    elapsed: () => since(Date.now()),
    add,
    async during(what, work, target) {
      const of = target === undefined ? { what } : { what, target }
      const start = Date.now()
      try {
        const result = await work()
        add(of, start, Date.now())
        return result
      } catch (error) {
        add({ ...of, failed: true }, start, Date.now())
        throw error
      }
    },
  }
}
