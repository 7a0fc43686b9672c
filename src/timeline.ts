// What a run does, as it does it -> when each part began and ended.

export interface Span {
  /** `compile`, `link`, `check` and `package` of a target, `build` while it is compiled and linked; of all targets `plan`, `SBOM`, `sign` and so on. */
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
  /** What is being done now, in the order in which it began. */
  readonly running: () => readonly Pick<Span, 'what' | 'target' | 'start'>[]
  readonly add: (what: Pick<Span, 'what' | 'target' | 'failed'>, start: Moment, end: Moment) => void
  /** Tells that something is being done, until what is returned is called; it adds nothing. */
  readonly begin: (what: Pick<Span, 'what' | 'target'>) => () => void
  /** Adds what `work` takes, whether it succeeds or not. */
  readonly during: <T>(what: string, work: () => Promise<T>, target?: string) => Promise<T>
}

export function openTimeline(started: Date): Timeline {
  const spans: Span[] = []
  const running = new Set<Pick<Span, 'what' | 'target' | 'start'>>()
  // A clock may be set back meanwhile.
  const since = (moment: Moment) => Math.max(0, moment - started.getTime())
  const add: Timeline['add'] = (what, start, end) => {
    spans.push({ ...what, start: since(start), end: Math.max(since(start), since(end)) })
  }
  const begin: Timeline['begin'] = (what) => {
    const begun = { ...what, start: since(Date.now()) }
    running.add(begun)
    return () => {
      running.delete(begun)
    }
  }
  return {
    spans: () => spans,
    running: () => [...running],
    elapsed: () => since(Date.now()),
    add,
    begin,
    async during(what, work, target) {
      const of = target === undefined ? { what } : { what, target }
      const start = Date.now()
      const end = begin(of)
      try {
        const result = await work()
        add(of, start, Date.now())
        return result
      } catch (error) {
        add({ ...of, failed: true }, start, Date.now())
        throw error
      } finally {
        end()
      }
    },
  }
}
