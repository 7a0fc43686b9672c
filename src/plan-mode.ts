// mode: plan: a module into its whole plan, and that into the matrix of the jobs that build it; nothing is compiled.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { restoreDurations } from './cache/index.js'
import { InputError } from './errors.js'
import { describePlan, planService } from './handover.js'
import type { Host } from './host/host.js'
import type { Inputs } from './inputs.js'
import { planWholeRelease } from './prepare.js'
import type { GivenInputs } from './provenance/index.js'
import { summarize } from './release.js'
import { formatPlanMarkdown, formatPlanText } from './report/index.js'
import {
  formatPlan,
  formatShards,
  packShards,
  parseDurations,
  PLAN_FILE,
  planArtifact,
  weighTargets,
} from './shards/index.js'

export async function planShards(host: Host, inputs: Inputs, given: GivenInputs): Promise<void> {
  const service = planService(host)
  const release = await planWholeRelease(host, inputs, given)
  const { plan, source } = release

  const durations = parseDurations(
    inputs.cache === 'off' ? '' : await restoreDurations(host, source.modulePath),
  )
  const weights = weighTargets(plan.targets, durations)
  const shards = packShards(
    plan.targets.map(({ id, target }) => ({
      id,
      runner: checkRunner(target.overrides.runner, inputs.runner),
      weight: weights.get(id) ?? 1,
    })),
    inputs.shards,
  )
  for (const [index, { runner, targets }] of shards.entries())
    host.log.info(`shard ${index + 1} on ${runner}: ${targets.join(' ')}`)
  if (shards.length > inputs.shards)
    host.log.notice(`there are ${shards.length} shards, since every runner needs one of its own`)

  const { text, digest } = formatPlan(await describePlan(release))
  const file = path.join(host.folders.scratch, PLAN_FILE)
  await writeFile(file, text)
  await service.upload(planArtifact(digest), [file], host.folders.scratch, inputs.retentionDays)
  host.setOutput('matrix', formatShards(shards))
  host.setOutput('plan-digest', digest)
  const report = { name: source.name, version: source.version, shards }
  await summarize(host, { markdown: formatPlanMarkdown(report), text: formatPlanText(report) })
}

/** A label by itself: what is written otherwise would be one odd label, for which a job waits for ever. */
function checkRunner(ofRow: string | undefined, input: string): string {
  const runner = ofRow ?? input
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(runner)) return runner
  throw new InputError(
    ofRow === undefined ? 'runner' : 'matrix',
    `${JSON.stringify(runner)} is no label of a runner; write one, such as ubuntu-latest`,
  )
}
