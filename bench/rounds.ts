// Ways to do the same work -> what each took in every round, all of them in each, and the medians.

export type Way<T> = readonly [name: string, run: () => Promise<T>]

/** The median of a figure of all rounds of the way of that name. */
export type Medians<T> = (name: string, figure: (measured: T) => number) => number

/** All ways in every round, each other round in reverse, so that what else the machine does hits them alike. */
export async function alternate<T>(rounds: number, ways: readonly Way<T>[]): Promise<Medians<T>> {
  const measured = new Map(ways.map(([name]) => [name, [] as T[]]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of round % 2 === 0 ? ways : [...ways].reverse()) {
      measured.get(name)?.push(await run())
    }
  }
  return (name, figure) => median((measured.get(name) ?? []).map(figure))
}

/** NaN of none; the mean of the middle two of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2
}
