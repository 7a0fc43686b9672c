// The way of one target, from source to its release files: build, linkage, package, SBOM.
import path from 'node:path'
import { hashFile, type Artifact } from './artifact.js'
import { buildTarget, type BuildFlags, type BuildPlace } from './build/index.js'
import { LinkageError } from './errors.js'
import { describeFailure } from './failures.js'
import type { Host } from './host/host.js'
import { describeVerdict, inspectLinkage, judge, parsePolicy, refusals } from './linkage/index.js'
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
  readonly extraFiles: readonly Entry[]
  /** Absolute path of the output directory. */
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
  const about = { target: target.id, goos, goarch, skippedPackages: target.skippedPackages }
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
    const refused: string[] = []
    for (const { program, path: file } of built.programs) {
      const { report: judged, refusals } = await judgeProgram(target, program, file)
      programs.push(judged)
      refused.push(...refusals)
    }
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
  target: PlannedTarget,
  program: PlannedTarget['programs'][number],
  file: string,
): Promise<{ report: ProgramReport; refusals: string[] }> {
  const name = path.basename(file)
  const about = { importPath: program.importPath, name, ...(await hashFile(file)) }
  if (target.buildmode === 'c-archive') {
    // It is linked only by the program that takes it in, and that is not ours.
    return {
      report: { ...about, verdict: 'unlinked', linkage: 'unlinked: an archive for a C linker' },
      refusals: [],
    }
  }
  const linkage = await inspectLinkage(file)
  const verdict = judge(linkage, target.target.goos)
  const reasons = refusals(linkage, verdict, target.target, parsePolicy(target.linkage))
  return {
    report: { ...about, verdict: verdict.kind, linkage: describeVerdict(verdict) },
    refusals: reasons.map((reason) => `${name}: ${reason}`),
  }
}
