// The whole way of a release, top to bottom: inputs in, checked and signed files out.
import { buildTargets } from './build-targets.js'
import { tellCommands } from './dry-run.js'
import { finish } from './finish.js'
import type { Host } from './host/host.js'
import type { Inputs } from './inputs.js'
import { openOutput } from './output/index.js'
import { findGithubRelease } from './github-release.js'
import { planWholeRelease, prepareBuild, prepareSigning } from './prepare.js'
import type { GivenInputs } from './provenance/index.js'
import { startDisplay } from './report/index.js'
import { copyToReproduce, reproduce } from './reproduce.js'

/**
 * @param given the inputs as they were written, which the provenance tells
 * @throws the first failure; from the first compile on only after all that is known was reported and set as outputs
 */
export async function run(host: Host, inputs: Inputs, given: GivenInputs): Promise<void> {
  const release = await planWholeRelease(host, inputs, given)
  if (inputs.dryRun) return tellCommands(release)
  using _display = host.display && startDisplay(release.timeline, release.plan.targets.length, host.display)
  await using signing = await prepareSigning(release)
  const githubRelease = await findGithubRelease(release)
  await using copy = await copyToReproduce(release)
  const prepared = await prepareBuild(release)
  // Last before the build, so that nothing of a former run is lost to one that cannot start.
  await using folder = await openOutput(release.output, host.folders)
  const results = await buildTargets(release, prepared)
  const judged = await reproduce(release, prepared, copy, results, buildTargets)
  await finish(release, prepared, folder, signing, githubRelease, judged)
}
