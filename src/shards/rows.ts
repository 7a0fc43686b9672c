// Shards <-> the rows of the matrix whose jobs build them.
import { InputError } from '../errors.js'
import type { Shard } from './pack.js'

/** JSON for `strategy.matrix: ${{ fromJSON(…) }}`: `shard` to tell the jobs apart, `runner` for `runs-on`, `targets` to be built. */
export function formatShards(shards: readonly Shard[]): string {
  return JSON.stringify({
    include: shards.map(({ runner, targets }, index) => ({
      shard: `${index + 1}/${shards.length}`,
      runner,
      targets: targets.join(', '),
    })),
  })
}

/**
 * @param text the row of this job, as `toJSON(matrix)` writes it; what else the matrix has is not looked at
 * @returns ids of targets
 * @throws InputError where it is no row of a plan
 */
export function parseShard(text: string): string[] {
  const written = readTargets(text)
  const targets = (written ?? '').split(',').map((id) => id.trim())
  if (written === undefined || targets.includes(''))
    throw new InputError(
      'shard',
      `${JSON.stringify(text)} is no row of a plan's matrix; write shard: \${{ toJSON(matrix) }} in a job with strategy.matrix: \${{ fromJSON(needs.plan.outputs.matrix) }}`,
    )
  return targets
}

function readTargets(text: string): string | undefined {
  try {
    const row = JSON.parse(text) as { readonly targets?: unknown } | null
    return typeof row?.targets === 'string' ? row.targets : undefined
  } catch {
    return undefined
  }
}
