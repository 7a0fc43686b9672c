// Ends a release once all targets are through: output directory, caches, checksums, signatures, upload, report.
import { writeArtifact, type Artifact } from './artifact.js'
import { mergeActions } from './build/index.js'
import { describeCache } from './cache-report.js'
import type { Cache } from './cache/index.js'
import { BuildError, TargetsError } from './errors.js'
import { asError, collectFailures, describeFailure } from './failures.js'
import type { Host } from './host/host.js'
import type { TargetResult } from './lane.js'
import { GENERATOR, type Output } from './output/index.js'
import { writeChecksums } from './package/index.js'
import { MANIFEST_FILE, plannedFiles, PROVENANCE_FILES } from './plan/index.js'
import type { Prepared } from './prepare.js'
import { subjectsOf, writeProvenance, writeSubjectChecksums } from './provenance/index.js'
import { skip, type Release } from './release.js'
import { formatManifest, formatMarkdown, formatText, type Report } from './report/index.js'
import {
  identityOf,
  provenanceHint,
  signArtifacts,
  signStatement,
  verifyHint,
  type Signing,
} from './sign/index.js'
import { uploadArtifacts } from './upload/index.js'

/** A failure on the way is told last, with everything that is there all the same. */
export async function finish(
  planned: Release,
  { cache, verified, settings }: Prepared,
  folder: Output,
  signing: Signing | undefined,
  results: readonly TargetResult[],
): Promise<void> {
  // What was generated may have changed the source.
  const release = { ...planned, source: settings.source }
  const { host, inputs, plan, output } = release
  const files: Artifact[] = []
  const report = (failure?: Error) => describeRelease(release, cache, signing, results, files, failure)

  let failure: Error | undefined
  try {
    await verified
    const made = results.flatMap((result) => result.files)
    files.push(...(await folder.fill(plannedFiles(plan), made)))
    host.setOutput('output-directory', output)
    throwFailures(host, results)
    await saveCaches(release, cache, results)
    files.push(await writeChecksums(files, output))
    host.setOutput('subject-checksums', await writeSubjectChecksums(host, files, release))
    const artifacts = inputs.upload ? host.artifacts : undefined
    if (artifacts === undefined && host.kind === 'github') {
      skip(release, 'Upload', inputs.upload ? 'this job has no artifact service' : 'upload: false')
    }
    if (signing !== undefined) files.push(...(await signArtifacts(host, signing, files, output)))
    const manifest = await writeManifest(report())
    if (signing !== undefined && inputs.provenance) {
      files.push(...(await proveOrigin(release, signing, results, files, manifest)))
    }
    if (artifacts !== undefined) {
      await uploadArtifacts(host, artifacts, {
        plan,
        artifacts: [...files, manifest],
        output,
        retentionDays: inputs.retentionDays,
      })
    }
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
  await host.summarize({ markdown: formatMarkdown(last), text: formatText(last) }).catch((error: unknown) => {
    host.log.warning(`the summary cannot be written: ${describeFailure(error)}`)
  })
  if (failure !== undefined) throw failure
}

/** The statement speaks of the manifest, which must not change after it. */
async function proveOrigin(
  { host, started, given, source, plan, output }: Release,
  signing: Signing,
  results: readonly TargetResult[],
  files: readonly Artifact[],
  manifest: Artifact,
): Promise<Artifact[]> {
  const statement = await writeProvenance(host, {
    inputs: given,
    source,
    plan,
    modules: results.flatMap(({ modules }) => modules),
    files,
    manifest,
    identity: identityOf(signing),
    started,
    output,
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
  { inputs, source, plan, output, skipped, modules }: Release,
  cache: Cache,
  signing: Signing | undefined,
  results: readonly TargetResult[],
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
    cache: { ...cache.report(), modules: modules.report() },
    targets: results.map((result) => result.report),
    planned: plannedFiles(plan),
    output,
    files,
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
