// mode: merge: what the jobs of a run have built of a plan into one release: fetched, checked, signed, uploaded.
import { readFile, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { writeArtifact, type Artifact, type ArtifactKind } from './artifact.js'
import { restoreDurations, saveDurations } from './cache/index.js'
import { compareWithBase } from './comparison.js'
import { mapConcurrently } from './concurrently.js'
import { ActionError } from './errors.js'
import { describeFailure } from './failures.js'
import { scratchFolder } from './files.js'
import { complete, conclude, takeFiles } from './finish.js'
import { findGithubRelease } from './github-release.js'
import { fetchPlan, planService, requireDigest } from './handover.js'
import type { ArtifactService, Host, ListedArtifact } from './host/host.js'
import type { Inputs } from './inputs.js'
import type { TargetResult } from './lane.js'
import { openOutput } from './output/index.js'
import { releaseFiles, shardManifestFile, type Plan, type PlannedTarget } from './plan/index.js'
import { MERGE_INPUTS, outputFolder, prepareSigning, settleCaching, settleSignatures } from './prepare.js'
import { describeHashedGo, type Descriptor, type GivenInputs } from './provenance/index.js'
import type { Released } from './release.js'
import type { TargetReport } from './report/index.js'
import {
  parseDurations,
  parseShardManifest,
  readZip,
  updateDurations,
  type PlanDocument,
  type ShardManifest,
} from './shards/index.js'
import { openTimeline } from './timeline.js'
import { uploadOfAll } from './upload/index.js'

/** Needs neither Go nor a checkout, and runs nothing of the user's. */
export async function mergeShards(host: Host, inputs: Inputs, given: GivenInputs): Promise<void> {
  const started = new Date()
  const timeline = openTimeline(started)
  const service = planService(host)
  const planDigest = requireDigest(inputs)
  const document = await fetchPlan(host, service, planDigest)
  const { source, plan } = document
  host.setOutput('version', source.version)
  const planned: Released = {
    ...{ host, started, timeline, inputs, plan, comparison: [], skipped: [] },
    given: withPlanned(given, document),
    source: {
      ...source,
      tag: source.tag ?? undefined,
      repository: source.commit === null ? undefined : { commit: source.commit, modified: false },
      toolchain: { version: source.go },
    },
    tools: {
      baseUrl: inputs.toolsBaseUrl,
      goos: host.machine.goos,
      goarch: host.machine.goarch,
      gosumdb: host.environment['GOSUMDB'] ?? '',
    },
    ...(await settleSignatures(host, inputs)),
    output: outputFolder(host, inputs),
  }
  await using signing = await prepareSigning(planned)
  // Before anything is fetched: a job that may not release fails at once.
  const githubRelease = await findGithubRelease(planned)
  await using folder = await openOutput(planned.output, host.folders)
  const staging = path.join(host.folders.scratch, 'release')
  await mkdir(staging)
  const listed = await service.list()
  const fetched = await timeline.during('fetch', () =>
    mapConcurrently(plan.targets, host.machine.cores, (target) =>
      fetchTarget(host, service, listed, target, planDigest, staging),
    ),
  )
  const release = { ...planned, source: { ...planned.source, repository: seenAs(planned, fetched) } }
  const results = fetched.map(({ result }) => result)
  await conclude(release, { signing, results }, async (files, report) => {
    await takeFiles(release, folder, results, files)
    await compareWithBase(release, files, results)
    await complete(
      { ...release, plan: withOptions(plan) },
      { signing, githubRelease, uploads: uploadOfAll },
      files,
      report,
      {
        modules: results.flatMap((result) => result.modules),
        goSettings: source.goSettings,
        toolchains: () =>
          Promise.resolve(
            distinct(
              fetched.flatMap(({ go }) => (go ? describeHashedGo({ version: source.go, ...go }) : [])),
            ),
          ),
      },
    )
  })
  if (settleCaching(host, inputs, planned.signing).save) await keepDurations(host, source.modulePath, results)
}

interface Fetched {
  readonly result: TargetResult
  readonly go?: ShardManifest<TargetReport>['go']
  readonly modified: boolean
}

/** A target that cannot be had, or is not what was built for it, is a failed target. */
async function fetchTarget(
  host: Host,
  service: ArtifactService,
  listed: readonly ListedArtifact[],
  target: PlannedTarget,
  planDigest: string,
  staging: string,
): Promise<Fetched> {
  try {
    const artifact = findArtifact(listed, target)
    await using scratch = await scratchFolder(host.folders.scratch, 'fetched')
    const zip = await readFile(await service.download(artifact, scratch.path))
    const { files, manifest } = readTarget(zip, target, planDigest)
    const written: Artifact[] = []
    for (const [name, bytes] of files) {
      written.push(
        await writeArtifact(
          { name, kind: kindOf(target, name), target: target.id, output: staging, ...modeOf(target, name) },
          [bytes],
        ),
      )
    }
    refuseAltered(target, manifest.files, written)
    host.log.info(`${target.id}: ${artifact.name} is what was built for it`)
    const { report, modules, modified } = manifest
    return { result: { report, files: written, modules }, go: manifest.go, modified }
  } catch (error) {
    const { goos, goarch } = target.target
    const report: TargetReport = {
      ...{ target: target.id, goos, goarch, status: 'failed', error: describeFailure(error) },
      ...{ programs: [], skippedPackages: [] },
    }
    return { result: { report, files: [], modules: [], error }, modified: false }
  }
}

function findArtifact(
  listed: readonly ListedArtifact[],
  { id, artifact: name }: PlannedTarget,
): ListedArtifact {
  const artifact = listed.find((each) => each.name === name)
  if (artifact === undefined)
    throw new ActionError(
      `${id}: this run has no artifact ${name}; run the job that builds it again, and this one after it`,
    )
  if (artifact.sha256 === undefined)
    throw new ActionError(
      `${id}: GitHub tells no digest of ${name}, by which it could be checked; use mode: release`,
    )
  return artifact
}

/** The files of a zip, which are those of the plan and no others, and what the job that built them says of them. */
function readTarget(zip: Uint8Array, target: PlannedTarget, planDigest: string) {
  const own = shardManifestFile(target)
  // Go writes no header for a library that exports nothing.
  const headers = target.bare.filter(({ executable }) => !executable).map(({ file }) => file)
  try {
    const files = readZip(zip, new Set([...releaseFiles(target), own]), new Set(headers))
    const text = Buffer.from(files.get(own) ?? []).toString()
    files.delete(own)
    return { files, manifest: parseShardManifest<TargetReport>(text, target, planDigest) }
  } catch (error) {
    throw new ActionError(`${target.id}: ${target.artifact}: ${describeFailure(error)}`, { cause: error })
  }
}

function refuseAltered(
  { id, artifact }: PlannedTarget,
  built: readonly Pick<Artifact, 'name' | 'size' | 'sha256'>[],
  fetched: readonly Artifact[],
): void {
  for (const { name, size, sha256 } of fetched) {
    const file = built.find((each) => each.name === name)
    if (file?.sha256 === sha256 && file.size === size) continue
    throw new ActionError(
      `${id}: ${artifact}: ${name} was changed after it was built: it has the SHA-256 ${sha256} instead of ${file?.sha256 ?? 'none'}; run the job that builds it again`,
    )
  }
  const lost = built.find(({ name }) => !fetched.some((each) => each.name === name))
  if (lost !== undefined) throw new ActionError(`${id}: ${artifact}: ${lost.name} was built and is not there`)
}

const kindOf = ({ archive, sboms }: PlannedTarget, name: string): ArtifactKind =>
  name === archive?.file ? 'archive' : sboms.some(({ file }) => file === name) ? 'sbom' : 'binary'

/** A zip of the artifact service keeps no mode. */
const modeOf = ({ bare }: PlannedTarget, name: string) => ({
  executable: bare.some(({ file, executable }) => executable && file === name),
})

/** A tree that one job has found changed was changed. */
const seenAs = ({ source: { repository } }: Released, fetched: readonly Fetched[]) =>
  repository && { ...repository, modified: fetched.some(({ modified }) => modified) }

const distinct = (descriptors: readonly Descriptor[]): Descriptor[] => [
  ...new Map(descriptors.map((each) => [JSON.stringify(each), each])).values(),
]

/** The inputs of the plan are those of the release, though this job need not repeat them; of defaults only those that it goes by are true. */
function withPlanned({ given, defaults }: GivenInputs, { source, checks }: PlanDocument): GivenInputs {
  const planned = Object.entries({ ...source.inputs, checks }).filter(
    ([name, text]) => text !== (defaults[name] ?? ''),
  )
  return {
    given: { ...Object.fromEntries(planned), ...given },
    defaults: Object.fromEntries(Object.entries(defaults).filter(([name]) => MERGE_INPUTS.includes(name))),
  }
}

/** What inputs of the plan have settled for a target stands in its row. */
const withOptions = (plan: Plan): Plan => ({
  ...plan,
  targets: plan.targets.map((planned) => {
    const { target, ldflags, tags, cgo, buildmode, linkage, programs } = planned
    const packages = programs.map(({ importPath }) => importPath).join(' ')
    const overrides = {
      ...target.overrides,
      ...{ ldflags, tags, cgo, linkage, packages },
      ...(buildmode === undefined ? {} : { buildmode }),
    }
    return { ...planned, target: { ...target, overrides } }
  }),
})

/** For the next plan. */
async function keepDurations(
  host: Host,
  modulePath: string,
  results: readonly TargetResult[],
): Promise<void> {
  const known = await restoreDurations(host, modulePath)
  const measured = results.map(({ report: { target, buildSeconds } }) => [target, buildSeconds])
  const now = parseDurations(JSON.stringify(Object.fromEntries(measured)))
  const text = JSON.stringify(updateDurations(parseDurations(known), now))
  if (text !== known) await saveDurations(host, modulePath, text)
}
