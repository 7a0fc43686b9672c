// What building each target took in an earlier run -> what it will take in this one.

/** By target, in seconds. */
export type Durations = Readonly<Record<string, number>>

/** Longer than a job may last; what says more is not a duration. */
const MAX_SECONDS = 6 * 3600

/**
 * One that was never built takes as long as the others do; where nothing is known, as long as it has programs.
 *
 * @returns above 0, in any unit
 */
export function weighTargets(
  targets: readonly { readonly id: string; readonly programs: readonly unknown[] }[],
  durations: Durations,
): Map<string, number> {
  const known = targets.flatMap(({ id }) => durations[id] ?? [])
  const mean = known.reduce((sum, seconds) => sum + seconds, 0) / known.length
  return new Map(
    targets.map(({ id, programs }) => [id, durations[id] ?? (known.length > 0 ? mean : programs.length)]),
  )
}

/** What anybody may have written: everything that is not a duration is left out. */
export function parseDurations(text: string): Durations {
  try {
    const entries = Object.entries((JSON.parse(text) ?? {}) as object) as [string, unknown][]
    return Object.fromEntries(
      entries.filter(
        (entry): entry is [string, number] =>
          typeof entry[1] === 'number' && entry[1] > 0 && entry[1] <= MAX_SECONDS,
      ),
    )
  } catch {
    return {}
  }
}

/** Machines are noisy: what differs by less says nothing. */
const NOISE = 1.5

/**
 * The durations to keep for the next plan. Only what a target takes beside the others counts, and a target keeps its duration until that has
 * really changed: with other shards every job would find another's build cache.
 */
export function updateDurations(known: Durations, now: Durations): Durations {
  const common = Object.keys(now).filter((id) => known[id] !== undefined)
  const sum = (durations: Durations) => common.reduce((total, id) => total + (durations[id] ?? 0), 0)
  // A run with a full build cache is faster all over.
  const scale = common.length === 0 ? 1 : sum(known) / sum(now)
  return Object.fromEntries(
    Object.entries(now).map(([id, seconds]) => {
      const former = known[id]
      const scaled = seconds * scale
      const ratio = former === undefined ? Infinity : Math.max(scaled / former, former / scaled)
      return [id, former !== undefined && ratio < NOISE ? former : scaled]
    }),
  )
}
