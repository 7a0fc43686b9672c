// mode: build: one shard of a plan into the release files of its targets, after a look whether this job would build the same plan.
import { buildTargets } from './build-targets.js'
import { ActionError, InputError } from './errors.js'
import { finishShard } from './finish.js'
import { describePlan, fetchPlan, planService, requireDigest } from './handover.js'
import type { Host } from './host/host.js'
import type { Inputs } from './inputs.js'
import { openOutput } from './output/index.js'
import { planWholeRelease, prepareBuild } from './prepare.js'
import type { GivenInputs } from './provenance/index.js'
import type { Release } from './release.js'
import { copyToReproduce, reproduce } from './reproduce.js'
import { differenceFromPlan, parseShard } from './shards/index.js'

export async function buildShard(host: Host, inputs: Inputs, given: GivenInputs): Promise<void> {
  const service = planService(host)
  const planDigest = requireDigest(inputs)
  const { targets } = parseShard(inputs.shard ?? '')
  const whole = await planWholeRelease(host, inputs, given)
  const difference = differenceFromPlan(await fetchPlan(host, service, planDigest), await describePlan(whole))
  if (difference !== undefined)
    throw new ActionError(
      `build: this job would not build what was planned: ${difference}; give both jobs the same inputs, commit and Go`,
    )
  const release = takeShard(whole, targets)
  await using copy = await copyToReproduce(release)
  const prepared = await prepareBuild(release)
  await using folder = await openOutput(release.output, host.folders)
  const results = await buildTargets(release, prepared)
  const judged = await reproduce(release, prepared, copy, results, buildTargets)
  await finishShard(release, prepared, folder, judged, { planDigest, service })
}

function takeShard(whole: Release, shard: readonly string[]): Release {
  const targets = whole.plan.targets.filter(({ id }) => shard.includes(id))
  const unknown = shard.find((id) => !targets.some((target) => target.id === id))
  if (unknown !== undefined)
    throw new InputError(
      'shard',
      `${JSON.stringify(unknown)} is not in the plan, which has ${whole.plan.targets.map(({ id }) => id).join(', ')}`,
    )
  return { ...whole, plan: { ...whole.plan, targets } }
}
