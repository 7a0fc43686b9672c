// Packs the targets of a plan into shards, the matrix jobs that build them, so that all take about the same time.

export interface ShardTarget {
  /** As `formatTarget` writes it. */
  readonly id: string
  /** Label of the runner that it needs. */
  readonly runner: string
  /** What building it takes, in any unit, above 0. */
  readonly weight: number
}

export interface Shard {
  readonly runner: string
  /** Ids, in the order of the plan. */
  readonly targets: readonly string[]
  readonly weight: number
}

/**
 * Targets of different runners never share a shard. Each goes, the heaviest first, to the shard that has the least so far: never
 * more than a third above the best that there is, and for like targets far less. Source: Graham, "Bounds on multiprocessing timing
 * anomalies", 1969.
 *
 * @param count of shards; each runner has at least one, and no shard is empty
 */
export function packShards(targets: readonly ShardTarget[], count: number): Shard[] {
  const runners = [...new Set(targets.map(({ runner }) => runner))]
  const groups = runners.map((runner) => targets.filter((target) => target.runner === runner))
  const shares = shareOut(groups, count)
  const shards = groups.flatMap((group, index) => packGroup(group, shares[index] ?? 1))
  const place = new Map(targets.map(({ id }, index) => [id, index]))
  const first = (shard: Shard) => place.get(shard.targets[0] ?? '') ?? 0
  return shards.toSorted((a, b) => first(a) - first(b))
}

/** One shard for each group, and each further one to the group whose shards have the most to do. */
function shareOut(groups: readonly (readonly ShardTarget[])[], count: number): number[] {
  const shares = groups.map(() => 1)
  const load = (index: number) => total(groups[index] ?? []) / (shares[index] ?? 1)
  for (let left = count - groups.length; left > 0; left--) {
    const open = [...groups.keys()].filter((index) => (shares[index] ?? 0) < (groups[index]?.length ?? 0))
    const [heaviest] = open.toSorted((a, b) => load(b) - load(a))
    if (heaviest === undefined) break
    shares[heaviest] = (shares[heaviest] ?? 0) + 1
  }
  return shares
}

function packGroup(group: readonly ShardTarget[], count: number): Shard[] {
  const shards = Array.from({ length: count }, () => ({ weight: 0, ids: new Set<string>() }))
  for (const { id, weight } of group.toSorted((a, b) => b.weight - a.weight)) {
    const lightest = shards.reduce((least, shard) => (shard.weight < least.weight ? shard : least))
    lightest.weight += weight
    lightest.ids.add(id)
  }
  return shards.map(({ weight, ids }) => ({
    runner: group[0]?.runner ?? '',
    targets: group.map(({ id }) => id).filter((id) => ids.has(id)),
    weight,
  }))
}

const total = (targets: readonly ShardTarget[]): number =>
  targets.reduce((sum, { weight }) => sum + weight, 0)
