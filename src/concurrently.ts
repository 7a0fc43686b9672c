// Runs work for many items, a bounded number at once.

/**
 * Every item is worked on, even where another one fails: one failure hides no other's effects.
 *
 * @param width items at work at once, at least 1
 * @returns the results in the items' order
 * @throws the first error, in the items' order, once all are done
 */
export async function mapConcurrently<I, T>(
  items: readonly I[],
  width: number,
  work: (item: I) => Promise<T>,
): Promise<T[]> {
  const results: T[] = []
  const failures = new Map<number, unknown>()
  const queue = items.entries()
  const worker = async () => {
    for (const [index, item] of queue) {
      try {
        results[index] = await work(item)
      } catch (error) {
        failures.set(index, error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(width, items.length)) }, worker))
  if (failures.size > 0) throw failures.get(Math.min(...failures.keys()))
  return results
}
