// Weighs what a cache costs against what it saves: compile seconds that were spared, and that the next run would spare.

import type { PackageAction } from '../package-action.js'

/** CPU seconds that compiling took, by action ID: measured by this run, or by the one that made the restored entry. */
export type CompileCosts = Readonly<Record<string, number>>

/** Of the packages of this run. */
export function compileCosts(actions: readonly PackageAction[], known: CompileCosts): CompileCosts {
  const costs = actions.map(({ actionId, compiled, cpuSeconds }): [string, number] => [
    actionId,
    compiled ? cpuSeconds : (known[actionId] ?? 0),
  ])
  return Object.fromEntries(costs)
}

export interface Compiling {
  /** CPU seconds: what this run compiled, what it took from the restored entry, and both. */
  readonly compiled: number
  readonly spared: number
  readonly cold: number
}

export function sumCompiling(actions: readonly PackageAction[], known: CompileCosts): Compiling {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  const compiled = sum(actions.map(({ cpuSeconds }) => cpuSeconds))
  const spared = sum(actions.map(({ actionId, compiled }) => (compiled ? 0 : (known[actionId] ?? 0))))
  return { compiled, spared, cold: compiled + spared }
}

/** An upload costs the storage of the repository, and those it crowds out. */
const WORTH_SAVING = 0.1

/** Whether what an entry lacks takes at least a tenth of the time that all of it takes. */
export const isWorthSaving = ({ compiled, cold }: Compiling): boolean =>
  compiled > 0 && compiled >= WORTH_SAVING * cold

/**
 * Seconds of wall-clock time that the cache gained; negative where it lost.
 *
 * @param cores that would have compiled at once
 * @param spent seconds to restore, prune and save
 */
export const netSeconds = ({ spared }: Compiling, cores: number, spent: number): number =>
  spared / cores - spent
