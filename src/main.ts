// The whole way of a release, top to bottom: inputs in, checked and signed files out.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { writeArtifact, type Artifact } from './artifact.js'
import { checkCompilers, mergeActions, openBudget, openKeptOutputs } from './build/index.js'
import { describeCache } from './cache-report.js'
import {
  decideCaching,
  openCache,
  openModuleCache,
  type Cache,
  type CachePolicy,
  type ModuleCache,
} from './cache/index.js'
import { BuildError, InputError, TargetsError } from './errors.js'
import { collectFailures, describeFailure } from './failures.js'
import type { Host } from './host/host.js'
import type { Inputs } from './inputs.js'
import { addFiles, startLane, type Lane, type LaneSettings, type TargetResult } from './lane.js'
import { checkOutput, GENERATOR, openOutput, type Output } from './output/index.js'
import { findExtraFiles, writeChecksums } from './package/index.js'
import { parseChecks, type Checks } from './linkage/index.js'
import { builtFiles, MANIFEST_FILE, matrixOutput, plannedFiles, type Plan } from './plan/index.js'
import { cachedBuild, planTargets } from './planning.js'
import { formatManifest, formatMarkdown, formatText, startProgress, type Report } from './report/index.js'
import { listContents } from './sbom/index.js'
import {
  decideSigning,
  prepareKeylessSigning,
  prepareKeySigning,
  signArtifacts,
  THROWAWAY,
  verifyHint,
  type Signing,
  type SigningDecision,
} from './sign/index.js'
import { generate, inspectSource, readChanged, verifyModules, type Source } from './source/index.js'
import { COSIGN, provideTool, SYFT, type ToolSource } from './tools/index.js'
import { uploadArtifacts } from './upload/index.js'

/** What is settled about this release; nothing of it changes once it is there, but for what is skipped. */
interface Release {
  readonly host: Host
  readonly inputs: Inputs
  readonly source: Source
  readonly plan: Plan
  readonly tools: ToolSource
  readonly checks: Checks
  readonly signing: SigningDecision
  readonly caching: CachePolicy
  readonly modules: ModuleCache
  /** Absolute path of the output directory. */
  readonly output: string
  /** Stages that do not run, and why. */
  readonly skipped: { readonly what: string; readonly why: string }[]
}

/** @throws the first failure; from the first compile on only after all that is known was reported and set as outputs */
export async function run(host: Host, inputs: Inputs): Promise<void> {
  const release = await planWholeRelease(host, inputs)
  await using signing = await prepareSigning(release)
  const { cache, settings, syft } = await prepareBuild(release)
  // Last before the build, so that nothing of a former run is lost to one that cannot start.
  await using folder = await openOutput(release.output, host.folders)
  const results = await buildTargets(release, settings, syft)
  await finish(release, folder, cache, signing, results)
}

/** Everything that can be wrong with the inputs shows here, before anything is fetched, written or compiled. */
async function planWholeRelease(host: Host, inputs: Inputs): Promise<Release> {
  refuseInspectInputs(inputs)
  const source = await inspectSource(host, inputs)
  const { toolchain } = source
  host.setOutput('version', source.version)
  const checks = parseChecks(inputs.checks)
  refuseModified(inputs, checks, source.tag, source.repository?.changed ?? [])
  const signing = decideSigning({
    sign: inputs.sign,
    hasKey: inputs.cosignKey !== undefined,
    onTag: host.event.tag !== undefined,
    publicRepository: host.event.publicRepository,
    idTokenAvailable: host.event.mayHaveIdToken,
  })
  const caching = decideCaching(inputs.cache, inputs.cacheSave, {
    onRunner: host.kind === 'github',
    available: host.cache !== undefined,
    onTag: host.event.tag !== undefined,
    signing: signing.mode !== 'off',
    event: host.event.name,
    onDefaultBranch: host.event.onDefaultBranch,
  })
  const modules = await openModuleCache(host, caching, {
    gosum: toolchain.gomod.replace(/mod$/, 'sum'),
    gomodcache: toolchain.gomodcache,
  })
  const plan = await planTargets(host, inputs, source)
  host.setOutput('matrix', matrixOutput(plan.targets.map(({ target }) => target)))
  host.log.info(
    `${source.modulePath} ${source.version} at ${source.repository?.commit ?? 'no commit'}, ${toolchain.version}`,
  )
  for (const { id, programs } of plan.targets) {
    host.log.info(`  ${id}: ${programs.map(({ file }) => file).join(' ')}`)
  }
  const output = path.resolve(host.folders.workspace, inputs.outputDirectory ?? host.folders.output)
  await checkOutput(output)
  return {
    host,
    inputs,
    source,
    plan,
    tools: {
      baseUrl: inputs.toolsBaseUrl,
      goos: toolchain.hostOs,
      goarch: toolchain.hostArch,
      gosumdb: toolchain.gosumdb,
    },
    checks,
    signing,
    caching,
    modules,
    output,
    skipped: [],
  }
}

function refuseInspectInputs({ files, platform, sarif }: Inputs): void {
  const given = { files: files[0], platform, sarif }
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined)
      throw new InputError(name, 'it goes with mode: inspect only, and this is mode: release')
  }
}

/** What the check would say of every program, told before the first is compiled. */
function refuseModified(
  { buildvcs }: Inputs,
  { modified }: Checks,
  tag: string | undefined,
  changed: readonly string[],
): void {
  if (changed.length === 0 || tag === undefined || buildvcs === 'false' || modified !== 'error') return
  const files = `${changed.slice(0, 3).join(', ')}${changed.length > 3 ? ', …' : ''}`
  throw new InputError(
    'checks',
    `the work tree is not as it was committed under the tag ${tag} (${files}), and the programs would say so (vcs.modified=true); commit, ignore or remove these files, or set checks: modified=warn`,
  )
}

/** Settles whether and how to sign, and that the key can be opened. */
async function prepareSigning(release: Release): Promise<Signing | undefined> {
  const { host, inputs, tools, signing: decision } = release
  const key = inputs.cosignKey
  switch (decision.mode) {
    case 'off':
      skip(release, 'Signature', decision.reason)
      if (inputs.sign === 'auto') host.log.notice(`nothing is signed: ${decision.reason}`)
      return undefined
    case 'impossible':
      throw new InputError('sign', decision.problem)
    case 'keyless':
      return prepareKeylessSigning(host, await provideTool(host, COSIGN, tools))
    case 'key':
      if (key === THROWAWAY) {
        host.log.notice(
          'the key is made for this run only: a rehearsal, which proves nothing about who signed',
        )
      }
      return prepareKeySigning(host, await provideTool(host, COSIGN, tools), key ?? '', inputs.cosignPassword)
  }
}

/** Fetches and checks all that the lanes need. */
async function prepareBuild(
  release: Release,
): Promise<{ readonly cache: Cache; readonly settings: LaneSettings; readonly syft: string | undefined }> {
  const { host, inputs, source, plan, output } = release
  const extraFiles = await findExtraFiles(
    source.folder,
    inputs.archiveFiles,
    inputs.archiveFilesGiven,
    builtFiles(plan),
    output,
  )
  const syft = inputs.sbom.length > 0 ? await provideTool(host, SYFT, release.tools) : undefined
  if (syft === undefined) skip(release, 'SBOM', 'sbom: off')

  const cache = await openCache(host, release.caching, cachedBuild(inputs, source, plan))
  const { key, matchedKey, hit } = cache.report()
  host.setOutput('cache-key', key)
  host.setOutput('cache-matched-key', matchedKey)
  host.setOutput('cache-hit', String(hit))

  const environment = { ...source.environment, ...cache.environment }
  const mod = inputs.verifyModules ? await verifyModules(host, source.toolchain, environment) : undefined
  await checkCompilers(
    host.processes,
    plan.targets,
    { mod },
    {
      source: source.folder,
      environment,
      hostOs: source.toolchain.hostOs,
      hostArch: source.toolchain.hostArch,
    },
  )
  if (inputs.generate) {
    await generate(host, source.folder, environment)
    const changed =
      source.repository && (await readChanged(host.processes, source.folder, source.environment))
    refuseModified(inputs, release.checks, source.tag, changed ?? [])
  }
  const staging = path.join(host.folders.scratch, 'release')
  await mkdir(staging)
  return {
    cache,
    settings: {
      source,
      flags: { trimpath: inputs.trimpath, buildvcs: inputs.buildvcs, mod },
      place: {
        source: source.folder,
        output: path.join(host.folders.scratch, 'build'),
        environment,
        budget: openBudget(host, plan.targets.length, inputs.parallel),
        kept: await openKeptOutputs(host, source.folder),
      },
      checks: release.checks,
      extraFiles,
      // A module that embeds its own folder would take in what lies in it already.
      output: staging,
    },
    syft,
  }
}

/** The SBOMs wait for the last build, not for the last archive. */
async function buildTargets(
  release: Release,
  settings: LaneSettings,
  syft: string | undefined,
): Promise<TargetResult[]> {
  const { host, plan } = release
  using progress = startProgress(host.log, plan.targets.length)
  const lanes = plan.targets.map((target) => startLane(host, target, settings, progress))
  const listing = syft === undefined ? undefined : listBuilt(release, settings, syft, lanes)
  const results = await Promise.all(lanes.map((lane) => lane.done))
  const sboms = await listing
  return results.map((result) => addFiles(result, sboms?.get(result.report.target) ?? []))
}

/** @returns by target: its SBOMs, or why there are none */
async function listBuilt(
  { host, plan, source }: Release,
  { place, output }: LaneSettings,
  syft: string,
  lanes: readonly Lane[],
): Promise<ReadonlyMap<string, Artifact[] | Error>> {
  const built = await Promise.all(lanes.map((lane) => lane.built))
  const targets = plan.targets.filter((_, index) => built[index] !== undefined)
  const { modulePath, name, version, date } = source
  const request = { syft, modulePath, name, version, date, targets, folder: place.output, output }
  return listContents(host, request).catch((error: unknown) => {
    const failure = error instanceof Error ? error : new Error(String(error))
    return new Map(targets.map(({ id }) => [id, failure]))
  })
}

/** What waits for all targets; a failure on the way is told last, with everything that is there all the same. */
async function finish(
  release: Release,
  folder: Output,
  cache: Cache,
  signing: Signing | undefined,
  results: readonly TargetResult[],
): Promise<void> {
  const { host, inputs, plan, output } = release
  const files: Artifact[] = []
  const report = (failure?: Error) => describeRelease(release, cache, signing, results, files, failure)

  let failure: Error | undefined
  try {
    const made = results.flatMap((result) => result.files)
    files.push(...(await folder.fill(plannedFiles(plan), made)))
    host.setOutput('output-directory', output)
    throwFailures(host, results)
    await saveCaches(release, cache, results)
    files.push(await writeChecksums(files, output))
    if (signing !== undefined) files.push(...(await signArtifacts(host, signing, files, output)))
    if (inputs.upload && host.artifacts !== undefined) {
      const artifacts = [...files, await writeManifest(report())]
      await uploadArtifacts(host, host.artifacts, {
        plan,
        artifacts,
        output,
        retentionDays: inputs.retentionDays,
      })
    } else if (host.kind === 'github') {
      skip(release, 'Upload', inputs.upload ? 'this job has no artifact service' : 'upload: false')
    }
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
  }
  const last = report(failure)
  const manifest = await writeManifest(last).catch((error: unknown) => {
    // What failed before is the likelier cause.
    if (failure === undefined) throw error
    return []
  })
  setOutputs(host, last, files.concat(manifest))
  await host.summarize({ markdown: formatMarkdown(last), text: formatText(last) }).catch((error: unknown) => {
    host.log.warning(`the summary cannot be written: ${describeFailure(error)}`)
  })
  if (failure !== undefined) throw failure
}

/** Before anything is signed or uploaded: what fails there did not fail for what was compiled. */
async function saveCaches(
  { host, modules }: Release,
  cache: Cache,
  results: readonly TargetResult[],
): Promise<void> {
  const actions = results.map((result) => result.actions)
  const known = actions.filter((target) => target !== undefined)
  await cache.close(known.length === actions.length ? mergeActions(known).packages : [])
  await modules.close()
  const report = cache.report()
  host.setOutput('cache-key', report.key)
  for (const line of describeCache({ ...report, modules: modules.report() })) host.log.info(`cache: ${line}`)
}

function describeRelease(
  { source, plan, output, skipped, modules }: Release,
  cache: Cache,
  signing: Signing | undefined,
  results: readonly TargetResult[],
  files: readonly Artifact[],
  failure: Error | undefined,
): Report {
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
    cache: { ...cache.report(), modules: modules.report() },
    targets: results.map((result) => result.report),
    planned: plannedFiles(plan),
    output,
    files,
    skipped,
    ...(signing === undefined ? {} : { verify: verifyHint(signing.signer) }),
  }
}

function writeManifest(report: Report): Promise<Artifact> {
  return writeArtifact({ name: MANIFEST_FILE, kind: 'manifest', output: report.output }, [
    formatManifest(report, GENERATOR),
  ])
}

/** Every failed target is told of on its own; the same complaint of several targets is told once. */
function throwFailures(host: Host, results: readonly TargetResult[]): void {
  const failed = results.filter((result) => result.error !== undefined)
  if (failed.length === 0) return
  // An annotation holds one line of what Go said; the log holds all of it, once.
  const said = failed.flatMap(({ error }) => (error instanceof BuildError ? [error.message] : []))
  for (const text of new Set(said)) host.log.info(text)
  for (const { text, complaint, targets } of collectFailures(failed)) {
    host.log.error(
      `${text} (on ${targets.length} of ${results.length} targets: ${targets.join(', ')})`,
      complaint,
    )
  }
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

function skip({ host, skipped }: Release, what: string, why: string): void {
  skipped.push({ what, why })
  host.log.info(`${what} skipped: ${why}`)
}
