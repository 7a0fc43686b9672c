// The way of one target, from source to its release files: build, linkage, package, SBOM.
import path from 'node:path'
import type { Artifact } from './artifact.js'
import {
  buildEnvironment,
  buildTarget,
  type BuildFlags,
  type BuildPlace,
  type BuiltProgram,
} from './build/index.js'
import { LinkageError } from './errors.js'
import { explainLinkage, formatReasons } from './explain/index.js'
import { describeFailure } from './failures.js'
import type { Host } from './host/host.js'
import { complaints, judgeFile } from './judgement.js'
import { parsePolicy, type Checks } from './linkage/index.js'
import { packageTarget, type Entry } from './package/index.js'
import type { PlannedTarget } from './plan/index.js'
import type { ProgramReport, TargetReport } from './report/index.js'
import { listContents } from './sbom/index.js'
import type { Source } from './source/index.js'

/** What is the same for all targets. */
export interface LaneSettings {
  readonly source: Source
  readonly flags: BuildFlags
  readonly place: BuildPlace
  readonly checks: Checks
  readonly extraFiles: readonly Entry[]
  /** Absolute path of the folder that release files are written to until all targets are done. */
  readonly output: string
  /** Absolute path, absent where no SBOM is made. */
  readonly syft: string | undefined
}

export interface TargetResult {
  readonly report: TargetReport
  readonly files: readonly Artifact[]
  /** Why the target failed. */
  readonly error?: unknown
}

/** Never rejects: a failing target does not hide the others. */
export async function releaseTarget(
  host: Host,
  target: PlannedTarget,
  settings: LaneSettings,
  compilers: number,
): Promise<TargetResult> {
  const { source, output, syft } = settings
  const { goos, goarch } = target.target
  const skippedPackages = [
    ...target.skippedPackages.map((importPath) => ({ importPath, why: 'it has no files for this target' })),
    ...target.needsCgo.map((importPath) => ({ importPath, why: 'it needs cgo, which is off' })),
  ]
  const about = { target: target.id, goos, goarch, skippedPackages }
  const programs: ProgramReport[] = []
  const files: Artifact[] = []
  let buildSeconds: number | undefined
  const report = (end: { status: 'done' } | { status: 'failed'; error: string }): TargetReport => ({
    ...about,
    ...end,
    ...(buildSeconds === undefined ? {} : { buildSeconds }),
    programs,
  })
  try {
    const built = await buildTarget(host, target, settings.flags, compilers, settings.place)
    buildSeconds = built.seconds
    if (built.said !== '') host.log.info(`${target.id}: go build says:\n${built.said}`)
    for (const program of built.programs) programs.push(await judgeProgram(host, target, program, settings))
    const told = (outcome: 'refused' | 'warned') =>
      programs.flatMap((program) =>
        complaints(program, outcome).flatMap(({ check, message }) => [
          `${program.name}: ${message}`,
          ...(check === 'linkage' ? (program.why ?? []) : []).map((line) => `  ${line}`),
        ]),
      )
    const warned = told('warned')
    if (warned.length > 0) host.log.warning(`${target.id}: ${warned.join('\n')}`)
    const refused = told('refused')
    if (refused.length > 0) throw new LinkageError(refused.join('\n'))

    const { extraFiles } = settings
    files.push(
      ...(await packageTarget({ target, folder: built.folder, extraFiles, output, time: source.time })),
    )
    if (syft !== undefined) {
      files.push(
        ...(await listContents(host, {
          syft,
          modulePath: source.modulePath,
          name: source.name,
          version: source.version,
          date: source.date,
          target,
          programs: built.folder,
          output,
        })),
      )
    }
    return { report: report({ status: 'done' }), files }
  } catch (error) {
    return { report: report({ status: 'failed', error: describeFailure(error) }), files, error }
  }
}

async function judgeProgram(
  host: Host,
  target: PlannedTarget,
  { program: { importPath }, path: file, opens }: BuiltProgram,
  settings: LaneSettings,
): Promise<ProgramReport> {
  const { source, flags, checks } = settings
  const { goos, goarch } = target.target
  const { repository } = source
  const expected = {
    goos,
    goarch,
    cgo: target.cgo,
    policy: parsePolicy(target.linkage),
    opens,
    ...(target.buildmode !== undefined && { buildmode: target.buildmode }),
    ...(repository &&
      flags.buildvcs !== 'false' && { commit: repository.commit, onTag: source.tag !== undefined }),
  }
  const report = { importPath, ...(await judgeFile(file, path.basename(file), expected, checks)) }
  return report.verdict === 'dynamic'
    ? { ...report, why: await explain(host, target, importPath, settings) }
    : report
}

/** What cannot be explained is no worse for that. */
async function explain(
  host: Host,
  target: PlannedTarget,
  mainPackage: string,
  { source, flags, place }: LaneSettings,
): Promise<string[]> {
  const environment = { ...place.environment, ...buildEnvironment(target.target, target.cgo) }
  const { ldflags, buildmode, tags } = target
  const { goflags } = source.toolchain
  const build = {
    folder: source.folder,
    environment,
    mainPackage,
    ldflags,
    buildmode,
    tags,
    goflags,
    mod: flags.mod,
  }
  try {
    return formatReasons(await explainLinkage(host.processes, build))
  } catch (error) {
    return [`why: go list cannot tell: ${describeFailure(error)}`]
  }
}
