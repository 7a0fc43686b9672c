// The plan of a release on its way from the job that makes it to those that build and merge it.
import { readFile } from 'node:fs/promises'
import { hashFile } from './artifact.js'
import { ActionError, InputError } from './errors.js'
import { describeFailure } from './failures.js'
import { scratchFolder } from './files.js'
import type { ArtifactService, Host } from './host/host.js'
import type { Inputs } from './inputs.js'
import { findArchiveFiles } from './prepare.js'
import type { Release } from './release.js'
import { parsePlan, PLAN_FILE, planArtifact, readZip, type PlanDocument } from './shards/index.js'

/** Of Go's settings, those that mean the same on every machine. */
const COMMON_SETTINGS = /^(GOEXPERIMENT|GOFIPS140|CGO_(CFLAGS|CPPFLAGS|CXXFLAGS|FFLAGS|LDFLAGS))$/

export async function describePlan(release: Release): Promise<PlanDocument> {
  const { inputs, source, plan } = release
  const { toolchain, repository } = source
  return {
    source: {
      ...{ modulePath: source.modulePath, name: source.name, version: source.version, date: source.date },
      go: toolchain.version,
      commit: repository?.commit ?? null,
      tag: source.tag ?? null,
      inputs: {
        'working-directory': inputs.workingDirectory,
        trimpath: String(inputs.trimpath),
        buildvcs: inputs.buildvcs,
        generate: String(inputs.generate),
        'verify-modules': String(inputs.verifyModules),
        'archive-files': inputs.archiveFiles.join(', '),
      },
      archiveFiles: await digestArchiveFiles(release),
      goSettings: {
        GOFLAGS: toolchain.goflags,
        GOWORK: toolchain.gowork === '' ? 'off' : 'on',
        ...Object.fromEntries(
          Object.entries(toolchain.compileVariables).filter(([name]) => COMMON_SETTINGS.test(name)),
        ),
      },
    },
    plan,
    checks: inputs.checks,
  }
}

async function digestArchiveFiles(release: Release): Promise<Record<string, string>> {
  const files = await findArchiveFiles(release)
  const digests = await Promise.all(
    files.map(async ({ name, path }) => [name, (await hashFile(path)).sha256] as const),
  )
  return Object.fromEntries(digests)
}

/** @throws ActionError where there is none to hand the plan over by */
export function planService({ artifacts, kind }: Host): ArtifactService {
  if (artifacts !== undefined) return artifacts
  throw new ActionError(
    kind === 'github'
      ? 'mode: plan, build and merge hand their files on by the artifact service, which this job does not have; use mode: release'
      : 'mode: plan, build and merge are for the jobs of a workflow; elsewhere use mode: release',
  )
}

export function requireDigest({ planDigest, mode }: Inputs): string {
  if (planDigest !== undefined && /^[0-9a-f]{64}$/.test(planDigest)) return planDigest
  throw new InputError(
    'plan-digest',
    `${planDigest === undefined ? `mode: ${mode} needs it` : `${JSON.stringify(planDigest)} is no SHA-256`}; write plan-digest: \${{ needs.plan.outputs.plan-digest }}, and see that the job's needs and outputs name it`,
  )
}

/** The plan that another job of this run has made; it is checked against the digest that came by another way. */
export async function fetchPlan(
  host: Host,
  service: ArtifactService,
  planDigest: string,
): Promise<PlanDocument> {
  const name = planArtifact(planDigest)
  const artifact = (await service.list()).find((each) => each.name === name)
  if (artifact === undefined)
    throw new ActionError(
      `plan: this run has no artifact ${name}; let a job with mode: plan run before this one, and run the whole workflow again where its artifacts have expired`,
    )
  await using scratch = await scratchFolder(host.folders.scratch, 'plan')
  const zip = await readFile(await service.download(artifact, scratch.path))
  try {
    const text = readZip(zip, new Set([PLAN_FILE])).get(PLAN_FILE)
    return parsePlan(Buffer.from(text ?? []).toString(), planDigest)
  } catch (error) {
    throw new ActionError(`${name}: ${describeFailure(error)}`, { cause: error })
  }
}
