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

export interface ShardRow {
  /** Ids of targets. */
  readonly targets: readonly string[]
  /** Of the jobs that could do the same, this one does it. */
  readonly first: boolean
}

/**
 * @param text the row of this job, as `toJSON(matrix)` writes it; what else the matrix has is not looked at
 * @throws InputError where it is no row of a plan
 */
export function parseShard(text: string): ShardRow {
  const { shard, targets: written } = readRow(text)
  const targets = (written ?? '').split(',').map((id) => id.trim())
  if (targets.includes(''))
    throw new InputError(
      'shard',
      `${JSON.stringify(text)} is no row of a plan's matrix; write shard: \${{ toJSON(matrix) }} in a job with strategy.matrix: \${{ fromJSON(needs.plan.outputs.matrix) }}`,
    )
  return { targets, first: shard === undefined || shard.startsWith('1/') }
}

function readRow(text: string): { readonly shard?: string; readonly targets?: string } {
  try {
    const { shard, targets } = (JSON.parse(text) ?? {}) as {
      readonly shard?: unknown
      readonly targets?: unknown
    }
    return {
      ...(typeof shard === 'string' && { shard }),
      ...(typeof targets === 'string' && { targets }),
    }
  } catch {
    return {}
  }
}
