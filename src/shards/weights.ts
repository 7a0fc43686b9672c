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
