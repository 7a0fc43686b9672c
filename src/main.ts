// The whole way of a release, top to bottom: inputs in, checked and signed files out.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { writeArtifact, type Artifact } from './artifact.js'
import { planParallelism } from './build/index.js'
import { decideCaching, openCache } from './cache/index.js'
import { InputError, TargetsError } from './errors.js'
import { collectFailures, describeFailure } from './failures.js'
import type { Host } from './host/host.js'
import type { Inputs } from './inputs.js'
import { releaseTarget, type TargetResult } from './lane.js'
import { runLanesOrThrow } from './lanes.js'
import { GENERATOR, openOutput } from './output/index.js'
import { findExtraFiles, writeChecksums } from './package/index.js'
import { MANIFEST_FILE, matrixOutput, plannedFiles } from './plan/index.js'
import { cacheFacts, formatDate, planTargets } from './planning.js'
import { formatManifest, formatMarkdown, formatText, startProgress, type Report } from './report/index.js'
import {
  decideSigning,
  prepareKeylessSigning,
  prepareKeySigning,
  signArtifacts,
  verifyHint,
  type Signing,
} from './sign/index.js'
import { generate, inspectSource, verifyModules } from './source/index.js'
import { COSIGN, SYFT, provideTool, type Tool } from './tools/index.js'
import { uploadArtifacts } from './upload/index.js'

type Skip = (what: string, why: string) => void

/** @throws the first failure, once everything that is known has been reported and set as an output */
export async function release(host: Host, inputs: Inputs): Promise<void> {
  await mkdir(host.folders.work, { recursive: true })
  const source = await inspectSource(host, inputs)
  host.setOutput('version', source.version)
  const plan = await planTargets(host, inputs, source)
  host.setOutput('matrix', matrixOutput(plan.targets.map(({ target }) => target)))
  host.log.info(
    `${source.modulePath} ${source.version} at ${source.repository?.commit ?? 'no commit'}, ${source.toolchain.version}`,
  )
  for (const { id, programs } of plan.targets)
    host.log.info(`  ${id}: ${programs.map(({ file }) => file).join(' ')}`)

  const skipped: Report['skipped'][number][] = []
  const skip: Skip = (what, why) => {
    skipped.push({ what, why })
    host.log.info(`${what} skipped: ${why}`)
  }
  const tool = (wanted: Tool) => provideTool(host, wanted, inputs.toolsBaseUrl, source.toolchain.gosumdb)
  const signing = await prepareSigning(host, inputs, () => tool(COSIGN), skip)
  try {
    const syft = inputs.sbom.length > 0 ? await tool(SYFT) : undefined
    if (syft === undefined) skip('SBOM', 'sbom: off')
    const extraFiles = await findExtraFiles(source.folder, inputs.archiveFiles, inputs.archiveFilesGiven)

    const cachePolicy = decideCaching(inputs.cache, {
      onTag: host.event.tag !== undefined,
      signing: signing !== undefined,
      available: host.cache !== undefined,
      onRunner: host.kind === 'github',
    })
    if (cachePolicy.reason !== undefined) skip('Cache', cachePolicy.reason)
    const cache = await openCache(host, cachePolicy, await cacheFacts(host, inputs, source, plan))
    host.setOutput('cache-key', cache.report.key)
    host.setOutput('cache-matched-key', cache.report.matchedKey)
    host.setOutput('cache-hit', String(cache.report.hit))
    const environment = { ...source.environment, ...cache.environment }

    const mod = inputs.verifyModules ? await verifyModules(host, source.toolchain, environment) : undefined
    if (inputs.generate) await generate(host, source.folder, environment)

    const output = path.resolve(host.folders.workspace, inputs.outputDirectory ?? host.folders.output)
    await openOutput(output, plannedFiles(plan))
    host.setOutput('output-directory', output)

    const { parallel, compilers } = planParallelism(host.machine, plan.targets.length, inputs.parallel)
    const settings = {
      source,
      flags: { trimpath: inputs.trimpath, buildvcs: inputs.buildvcs, mod, compilers },
      place: { source: source.folder, output: path.join(host.folders.work, 'build', source.id), environment },
      extraFiles,
      output,
      syft,
    }
    const progress = startProgress(host.log, plan.targets.length)
    const results = await runLanesOrThrow(plan.targets, parallel, (target) =>
      progress.during(target.id, () => releaseTarget(host, target, settings)),
    ).finally(progress.stop)

    const files = results.flatMap((result) => result.files)
    const report = (failure?: unknown): Report => ({
      status: failure === undefined ? 'done' : 'failed',
      ...(failure === undefined || failure instanceof TargetsError
        ? {}
        : { error: describeFailure(failure) }),
      name: source.name,
      version: source.version,
      module: source.modulePath,
      ...(source.repository === undefined ? {} : { commit: source.repository.commit }),
      date: formatDate(source.time),
      go: source.toolchain.version,
      cache: cache.report,
      targets: results.map((result) => result.report),
      planned: plannedFiles(plan),
      output,
      files,
      skipped,
      ...(signing === undefined ? {} : { verify: verifyHint(signing.signer) }),
    })
    const manifest = (failure?: unknown) =>
      writeArtifact({ name: MANIFEST_FILE, kind: 'manifest', output }, [
        formatManifest(report(failure), GENERATOR),
      ])

    let failure: Error | undefined
    try {
      throwFailures(host, results)
      await cache.save()
      files.push(await writeChecksums(files, output))
      if (signing !== undefined) files.push(...(await signArtifacts(host, signing, files, output)))
      if (inputs.upload && host.artifacts !== undefined) {
        const uploaded = [...files, await manifest()]
        await uploadArtifacts(host, host.artifacts, {
          plan,
          artifacts: uploaded,
          output,
          retentionDays: inputs.retentionDays,
        })
      } else {
        if (host.kind === 'github')
          skip('Upload', inputs.upload ? 'this job has no artifact service' : 'upload: false')
      }
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error))
    }
    const last = report(failure)
    setOutputs(host, last, [...files, await manifest(failure)])
    await host.summarize({ markdown: formatMarkdown(last), text: formatText(last) })
    if (failure !== undefined) throw failure
  } finally {
    await signing?.dispose()
  }
}

/** Settles before the first compile whether and how to sign, and that the key can be opened. */
async function prepareSigning(
  host: Host,
  inputs: Inputs,
  cosign: () => Promise<string>,
  skip: Skip,
): Promise<Signing | undefined> {
  const { cosignKey: key, cosignPassword } = inputs
  const decision = decideSigning({
    sign: inputs.sign,
    hasKey: key !== undefined,
    onTag: host.event.tag !== undefined,
    publicRepository: host.event.publicRepository,
    idTokenAvailable: host.event.mayHaveIdToken,
  })
  switch (decision.mode) {
    case 'off':
      skip('Signature', decision.reason)
      return undefined
    case 'impossible':
      throw new InputError('sign', decision.problem)
    case 'keyless':
      return prepareKeylessSigning(host, await cosign())
    case 'key':
      return prepareKeySigning(host, await cosign(), key ?? '', cosignPassword)
  }
}

/** Every failed target is told of on its own; the same complaint of several targets is told once. */
function throwFailures(host: Host, results: readonly TargetResult[]): void {
  const failed = results.filter((result) => result.error !== undefined)
  if (failed.length === 0) return
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
