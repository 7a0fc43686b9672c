// Ends a release, or a shard of one, once all targets are through: output directory, caches, checksums, signatures, upload, report.
import { writeArtifact, type Artifact } from './artifact.js'
import { mergeActions } from './build/index.js'
import { describeCache } from './cache-report.js'
import type { Cache } from './cache/index.js'
import { compareWithBase } from './comparison.js'
import { BuildError, TargetsError } from './errors.js'
import {
  asError,
  collectFailures,
  describeFailure,
  mergeFailures,
  withTargets,
  type Failure,
} from './failures.js'
import { fillGithubRelease, type GithubRelease } from './github-release.js'
import type { GoModule } from './go-module.js'
import type { ArtifactService, Host } from './host/host.js'
import type { TargetResult } from './lane.js'
import { GENERATOR, type Output } from './output/index.js'
import { writeChecksums } from './package/index.js'
import { MANIFEST_FILE, plannedFiles, PROVENANCE_FILES, shardManifestFile } from './plan/index.js'
import type { Prepared } from './prepare.js'
import {
  describeHashedGo,
  hashGo,
  subjectsOf,
  writeProvenance,
  writeSubjectChecksums,
  type Descriptor,
} from './provenance/index.js'
import { skip, summarize, type Release, type Released } from './release.js'
import { formatManifest, formatMarkdown, formatText, type Report } from './report/index.js'
import { formatShardManifest } from './shards/index.js'
import {
  identityOf,
  provenanceHint,
  signArtifacts,
  signStatement,
  verifyHint,
  type Signing,
} from './sign/index.js'
import { uploadArtifacts, uploadsByTarget } from './upload/index.js'

/** A failure on the way is told last, with everything that is there all the same. */
export function finish(
  planned: Release,
  prepared: Prepared,
  folder: Output,
  signing: Signing | undefined,
  githubRelease: GithubRelease | undefined,
  results: readonly TargetResult[],
): Promise<void> {
  return afterBuild(planned, prepared, folder, signing, results, async (release, files, report) => {
    const { host, source } = release
    const { toolchain } = source
    await compareWithBase(release, files, results)
    return complete(release, { signing, githubRelease, uploads: uploadsByTarget }, files, report, {
      modules: results.flatMap((result) => result.modules),
      goSettings: { GOFLAGS: toolchain.goflags, ...toolchain.compileVariables },
      toolchains: async () => [describeHashedGo(await hashGo(host, source, toolchain))],
    })
  })
}

/** What a job has built of a plan goes, a workflow artifact for each target, to the one that merges. */
export function finishShard(
  planned: Release,
  prepared: Prepared,
  folder: Output,
  results: readonly TargetResult[],
  { planDigest, service }: { readonly planDigest: string; readonly service: ArtifactService },
): Promise<void> {
  return afterBuild(planned, prepared, folder, undefined, results, async (release, files) => {
    const { host, inputs, source, output, plan } = release
    const { hostOs, hostArch, dirHash } = await hashGo(host, source, source.toolchain)
    for (const [index, target] of plan.targets.entries()) {
      const { id } = target
      const made = files.filter((file) => file.target === id)
      const manifest = formatShardManifest({
        planDigest,
        target: id,
        files: made.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
        report: results[index]?.report,
        modules: results[index]?.modules ?? [],
        modified: source.repository?.modified === true,
        go: { hostOs, hostArch, dirHash },
      })
      const draft = { name: shardManifestFile(target), kind: 'shard-manifest', target: id, output } as const
      files.push(await writeArtifact(draft, [manifest]))
    }
    await release.timeline.during('upload', () =>
      uploadArtifacts(host, service, uploadsByTarget(plan, files), output, inputs.retentionDays),
    )
  })
}

/** @param work what is left to do with the files, once they and the caches are where they belong */
function afterBuild(
  planned: Release,
  { cache, verified, settings }: Prepared,
  folder: Output,
  signing: Signing | undefined,
  results: readonly TargetResult[],
  work: (release: Release, files: Artifact[], report: () => Report) => Promise<void>,
): Promise<void> {
  // What was generated may have changed the source.
  const release = { ...planned, source: settings.source }
  const reportCache = () => ({ ...cache.report(), modules: release.modules.report() })
  return conclude(release, { signing, results, cache: reportCache }, async (files, report) => {
    await verified
    await takeFiles(release, folder, results, files)
    await release.timeline.during('save caches', () => saveCaches(release, cache, results))
    await work(release, files, report)
  })
}

export interface Ending {
  readonly signing: Signing | undefined
  readonly results: readonly TargetResult[]
  /** Absent where nothing was compiled. */
  readonly cache?: () => Report['cache']
}

/**
 * Reports and sets outputs whatever becomes of `work`, and then throws what failed first.
 *
 * @param work adds to the release files as they are made; asked for a report, it gets one of what is there
 */
export async function conclude(
  release: Released,
  ending: Ending,
  work: (files: Artifact[], report: () => Report) => Promise<void>,
): Promise<void> {
  const { host } = release
  const files: Artifact[] = []
  const report = (failure?: Error) => describeRelease(release, ending, files, failure)
  let failure: Error | undefined
  try {
    await work(files, report)
  } catch (error) {
    failure = asError(error)
  }
  const last = report(failure)
  const manifest = await writeManifest(last).catch((error: unknown) => {
    // What failed before is the likelier cause.
    if (failure === undefined) throw error
    return []
  })
  try {
    setOutputs(host, last, files.concat(manifest))
  } catch (error) {
    failure ??= asError(error)
  }
  await summarize(host, { markdown: formatMarkdown(last), text: formatText(last) })
  if (failure !== undefined) throw failure
}

/**
 * @param files gets what there is, whatever failed beside it
 * @throws TargetsError where a target failed
 */
export async function takeFiles(
  { host, plan, output }: Released,
  folder: Output,
  results: readonly TargetResult[],
  files: Artifact[],
): Promise<void> {
  const made = results.flatMap((result) => result.files)
  files.push(...(await folder.fill(plannedFiles(plan), made)))
  host.setOutput('output-directory', output)
  tellWarnings(host, results)
  throwFailures(host, results)
}

export interface Origins {
  readonly modules: readonly GoModule[]
  readonly goSettings: Readonly<Record<string, string>>
  /** Asked only where there is a provenance. */
  readonly toolchains: () => Promise<Descriptor[]>
}

export interface Completing {
  readonly signing: Signing | undefined
  readonly githubRelease: GithubRelease | undefined
  /** The workflow artifacts that the files become. */
  readonly uploads: typeof uploadsByTarget
}

/** Whatever waits for the files of all targets. */
export async function complete(
  release: Released,
  { signing, githubRelease, uploads }: Completing,
  files: Artifact[],
  report: () => Report,
  origins: Origins,
): Promise<void> {
  const { host, inputs, plan, output, timeline } = release
  const service = uploadService(release)
  files.push(await writeChecksums(files, output))
  host.setOutput('subject-checksums', await writeSubjectChecksums(host, files, output))
  if (signing !== undefined)
    files.push(...(await timeline.during('sign', () => signArtifacts(host, signing, files, output))))
  const manifest = await writeManifest(report())
  if (signing !== undefined && inputs.provenance) {
    files.push(
      ...(await timeline.during('provenance', () => proveOrigin(release, signing, origins, files, manifest))),
    )
  }
  const all = [...files, manifest]
  if (service !== undefined)
    await timeline.during('upload', () =>
      uploadArtifacts(host, service, uploads(plan, all), output, inputs.retentionDays),
    )
  if (githubRelease !== undefined)
    await timeline.during('release', () => fillGithubRelease(release, githubRelease, all))
}

function uploadService(release: Released): ArtifactService | undefined {
  const { host, inputs } = release
  const service = inputs.upload ? host.artifacts : undefined
  if (service === undefined && host.kind === 'github')
    skip(release, 'Upload', inputs.upload ? 'this job has no artifact service' : 'upload: false')
  return service
}

/** The statement speaks of the manifest, which must not change after it. */
async function proveOrigin(
  { host, started, given, source, plan, output }: Released,
  signing: Signing,
  { modules, goSettings, toolchains }: Origins,
  files: readonly Artifact[],
  manifest: Artifact,
): Promise<Artifact[]> {
  const statement = await writeProvenance(host, {
    ...{ inputs: given, source, goSettings, plan, modules, files, manifest, started, output },
    toolchains: await toolchains(),
    identity: identityOf(signing),
  })
  return [statement, await signStatement(host, signing, statement, subjectsOf(files), output)]
}

/** Before anything is signed or uploaded: what fails there did not fail for what was compiled. */
async function saveCaches(
  { host, modules }: Release,
  cache: Cache,
  results: readonly TargetResult[],
): Promise<void> {
  const actions = results.map((result) => result.actions)
  const known = actions.filter((target) => target !== undefined)
  await cache.close(known.length === actions.length ? mergeActions(known).packages : undefined)
  await modules.close()
  const report = cache.report()
  host.setOutput('cache-key', report.key)
  for (const line of describeCache({ ...report, modules: modules.report() })) host.log.info(`cache: ${line}`)
}

function describeRelease(
  { inputs, source, plan, output, comparison, skipped, timeline }: Released,
  { signing, results, cache }: Ending,
  files: readonly Artifact[],
  failure: Error | undefined,
): Report {
  // What a failed run has signed is told by its files alone.
  const signed = failure === undefined ? signing : undefined
  const proven = signed !== undefined && inputs.provenance
  return {
    status: failure === undefined ? 'done' : 'failed',
    // The targets tell of their own failures.
    ...(failure === undefined || failure instanceof TargetsError ? {} : { error: describeFailure(failure) }),
    name: source.name,
    version: source.version,
    module: source.modulePath,
    ...(source.repository && { commit: source.repository.commit, modified: source.repository.modified }),
    date: source.date,
    go: source.toolchain.version,
    seconds: timeline.elapsed() / 1000,
    spans: timeline.spans(),
    ...(cache && { cache: cache() }),
    targets: results.map((result) => result.report),
    planned: plannedFiles(plan),
    output,
    files,
    comparison,
    skipped,
    provenance: proven ? PROVENANCE_FILES : [],
    verify: [
      ...(signed === undefined ? [] : [verifyHint(signed.signer)]),
      ...(proven ? [provenanceHint(signed.signer)] : []),
    ],
  }
}

function writeManifest(report: Report): Promise<Artifact> {
  return writeArtifact({ name: MANIFEST_FILE, kind: 'manifest', output: report.output }, [
    formatManifest(report, GENERATOR),
  ])
}

function tellWarnings(host: Host, results: readonly TargetResult[]): void {
  const warned = results.flatMap(({ report: { target }, warnings: text }) =>
    text === undefined ? [] : [{ target, text }],
  )
  host.tellAll('warning', describeOnTargets(mergeFailures(warned), results.length))
}

const describeOnTargets = (failures: readonly Failure[], all: number) =>
  failures.map((failure) => ({ message: withTargets(failure, all), place: failure.complaint }))

/** Every failed target is told of on its own; the same complaint of several targets is told once. */
function throwFailures(host: Host, results: readonly TargetResult[]): void {
  const failed = results.filter((result) => result.error !== undefined)
  if (failed.length === 0) return
  // An annotation holds one line of what Go said; the log holds all of it, once.
  const said = failed.flatMap(({ error }) => (error instanceof BuildError ? [error.message] : []))
  for (const text of new Set(said)) host.log.info(text)
  host.tellAll('error', describeOnTargets(collectFailures(failed), results.length))
  const names = failed.map(({ report }) => report.target)
  throw new TargetsError(`${failed.length} of ${results.length} targets failed: ${names.join(', ')}`)
}

function setOutputs(host: Host, report: Report, files: readonly Artifact[]): void {
  const programs = report.targets.flatMap(({ target, programs }) =>
    programs.map(({ name, verdict, linkage }) => ({ target, program: name, verdict, linkage })),
  )
  host.setOutput('artifacts', JSON.stringify(files))
  host.setOutput('linkage', JSON.stringify(programs))
  host.setOutput('manifest', files.find(({ kind }) => kind === 'manifest')?.path ?? '')
  host.setOutput('checksums', files.find(({ kind }) => kind === 'checksums')?.path ?? '')
}
