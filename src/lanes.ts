// Runs work for many items, a bounded number at once, and hands back every outcome in the items' order.

/** What became of one item. */
export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }

/**
 * Never rejects: one failing item does not hide the others.
 *
 * @param width items at work at once, at least 1
 */
export async function runLanes<I, T>(
  items: readonly I[],
  width: number,
  work: (item: I) => Promise<T>,
): Promise<Outcome<T>[]> {
  const outcomes: Outcome<T>[] = []
  const queue = items.entries()
  const lane = async () => {
    for (const [index, item] of queue) {
      try {
        outcomes[index] = { ok: true, value: await work(item) }
      } catch (error) {
        outcomes[index] = { ok: false, error }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(width, items.length)) }, lane))
  return outcomes
}

/** As `runLanes`, but throws the first error, in the items' order, once all are done. */
export async function runLanesOrThrow<I, T>(
  items: readonly I[],
  width: number,
  work: (item: I) => Promise<T>,
): Promise<T[]> {
  const outcomes = await runLanes(items, width, work)
  return outcomes.map((outcome) => {
    if (!outcome.ok) throw outcome.error
    return outcome.value
  })
}
