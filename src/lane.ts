// The way of one target, from source to its release files: build, linkage, package.
import path from 'node:path'
import type { Artifact, Digest } from './artifact.js'
import {
  buildEnvironment,
  buildTarget,
  type BuildFlags,
  type BuildActions,
  type BuildPlace,
  type Built,
  type BuiltProgram,
} from './build/index.js'
import { LinkageError } from './errors.js'
import { explainLinkage, formatReasons } from './explain/index.js'
import { describeFailure } from './failures.js'
import type { Host } from './host/host.js'
import { complaints, digestFile, judgeFile } from './judgement.js'
import { parsePolicy, type Checks, type GoModule } from './linkage/index.js'
import { packageTarget, type Entry, type Pack } from './package/index.js'
import type { PlannedTarget } from './plan/index.js'
import { formatBuild, type ProgramReport, type Progress, type TargetReport } from './report/index.js'
import type { Source } from './source/index.js'

/** What is the same for all targets. */
export interface LaneSettings {
  readonly source: Source
  readonly flags: BuildFlags
  readonly place: BuildPlace
  readonly checks: Checks
  readonly extraFiles: readonly Entry[]
  readonly pack: Pack
  /** Absolute path of the folder that release files are written to until all targets are done. */
  readonly output: string
}

export interface TargetResult {
  readonly report: TargetReport
  readonly files: readonly Artifact[]
  /** That Go says are in its programs, each as often as it is there. */
  readonly modules: readonly GoModule[]
  /** What its go commands did; undefined where that is not known. */
  readonly actions?: BuildActions | undefined
  /** Why the target failed. */
  readonly error?: unknown
}

/** A target on its way; a failing one does not hide the others, so neither promise rejects. */
export interface Lane {
  /** There as soon as the target is built, whatever the checks say to it then; undefined where it cannot be built. */
  readonly built: Promise<Built | undefined>
  readonly done: Promise<TargetResult>
}

/** Only the build waits for its turn in the budget: checks and packaging overlap with the builds of other targets. */
export function startLane(
  host: Host,
  target: PlannedTarget,
  settings: LaneSettings,
  progress: Progress,
): Lane {
  const building = buildTarget(host, target, settings.flags, settings.place, () => {
    progress.started(target.id)
  })
  return {
    built: building.catch(() => undefined),
    done: finishTarget(host, target, settings, building).finally(() => {
      progress.ended(target.id)
    }),
  }
}

/** A target for which a stage behind its lane failed is a failed target. */
export function addFiles(result: TargetResult, made: readonly Artifact[] | Error): TargetResult {
  // What failed first is told, and a target that is refused has no files.
  if (result.error !== undefined) return result
  if (!(made instanceof Error)) return { ...result, files: [...result.files, ...made] }
  return {
    ...result,
    report: { ...result.report, status: 'failed', error: describeFailure(made) },
    error: made,
  }
}

interface JudgedProgram {
  /** Base name, and absolute path. */
  readonly file: string
  readonly path: string
  readonly judgement: Omit<ProgramReport, keyof Digest>
  readonly modules: readonly GoModule[]
}

/** Of a program that nothing has read in full. */
const UNREAD: Digest = { size: 0, sha256: '' }

async function finishTarget(
  host: Host,
  target: PlannedTarget,
  settings: LaneSettings,
  building: Promise<Built>,
): Promise<TargetResult> {
  const { source, output, extraFiles } = settings
  const { goos, goarch } = target.target
  const skippedPackages = [
    ...target.skippedPackages.map((importPath) => ({ importPath, why: 'it has no files for this target' })),
    ...target.needsCgo.map((importPath) => ({ importPath, why: 'it needs cgo, which is off' })),
  ]
  const judged: JudgedProgram[] = []
  let build: ReturnType<typeof reportBuild> = {}
  const report = (
    end: { status: 'done' } | { status: 'failed'; error: string },
    digests: ReadonlyMap<string, Digest>,
  ): TargetReport => ({
    ...{ target: target.id, goos, goarch, skippedPackages },
    ...end,
    ...build,
    programs: judged.map(({ file, judgement }) => ({ ...UNREAD, ...digests.get(file), ...judgement })),
  })
  try {
    const built = await building
    build = reportBuild(built)
    if (built.said !== '') host.log.info(`${target.id}: go build says:\n${built.said}`)
    for (const program of built.programs) {
      const { file } = program.program
      judged.push({ file, path: program.path, ...(await judgeProgram(host, target, program, settings)) })
    }
    const told = (outcome: 'refused' | 'warned') =>
      judged.flatMap(({ judgement }) =>
        complaints(judgement, outcome).flatMap(({ check, message }) => [
          `${judgement.name}: ${message}`,
          ...(check === 'linkage' ? (judgement.why ?? []) : []).map((line) => `  ${line}`),
        ]),
      )
    const warned = told('warned')
    if (warned.length > 0) host.log.warning(`${target.id}: ${warned.join('\n')}`)
    const refused = told('refused')
    if (refused.length > 0) throw new LinkageError(refused.join('\n'))

    const { files, digests } = await packageTarget({
      target,
      folder: built.folder,
      extraFiles,
      output,
      time: source.time,
      pack: settings.pack,
    })
    if (built.actions?.linked !== 0) await settings.place.kept.keep(target, built.folder, digests)
    const done = report({ status: 'done' }, digests)
    host.log.info(`${target.id}: done; ${formatBuild(done)}`)
    const modules = judged.flatMap((program) => program.modules)
    return { report: done, files, modules, actions: built.actions }
  } catch (error) {
    // What is packed is read there; what is refused is not.
    const digests = await Promise.all(
      judged.map(async ({ file, path: program }) => [file, await digestFile(program)] as const),
    )
    const failed = report({ status: 'failed', error: describeFailure(error) }, new Map(digests))
    return { report: failed, files: [], modules: [], error }
  }
}

function reportBuild({
  seconds,
  actions,
  retried,
}: Built): Pick<TargetReport, 'buildSeconds' | 'work' | 'retried'> {
  const compiled = actions?.packages.filter((action) => action.compiled).length ?? 0
  return {
    buildSeconds: seconds,
    ...(actions && {
      work: {
        compiled,
        cached: actions.packages.length - compiled,
        linked: actions.linked,
        upToDate: actions.upToDate,
      },
    }),
    ...(retried === undefined ? {} : { retried }),
  }
}

async function judgeProgram(
  host: Host,
  target: PlannedTarget,
  { program: { importPath }, path: file, opens }: BuiltProgram,
  settings: LaneSettings,
): Promise<Pick<JudgedProgram, 'judgement' | 'modules'>> {
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
  const { judgement, modules } = await judgeFile(file, path.basename(file), expected, checks)
  const why = judgement.verdict === 'dynamic' && (await explain(host, target, importPath, settings))
  return { judgement: { importPath, ...judgement, ...(why && { why }) }, modules }
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
