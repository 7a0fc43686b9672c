// The way of one target, from source to its release files: build, linkage, package.
import path from 'node:path'
import type { Artifact, Digest } from './artifact.js'
import {
  buildEnvironment,
  buildTarget,
  packagesWithC,
  type BuildFlags,
  type BuildActions,
  type BuildPlace,
  type Built,
  type BuiltProgram,
} from './build/index.js'
import { BuildError, LinkageError, type Complaint } from './errors.js'
import { complaintsOf, explainExcluded, explainLinkage, formatReasons } from './explain/index.js'
import { describeFailure } from './failures.js'
import { modFlag } from './flags.js'
import type { GoModule } from './go-module.js'
import type { Host } from './host/host.js'
import { complaints, digestFile, inspectFile, judgeInspection, UNREAD } from './judgement.js'
import { parsePolicy, type Checks, type Inspection } from './linkage/index.js'
import { packageTarget, type Entry, type Pack } from './package/index.js'
import type { PlannedTarget } from './plan/index.js'
import { formatBuild, type ProgramReport, type TargetReport } from './report/index.js'
import type { Source } from './source/index.js'
import type { Timeline } from './timeline.js'

/** What is the same for all targets. */
export interface LaneSettings {
  readonly source: Source
  readonly flags: BuildFlags
  readonly place: BuildPlace
  readonly checks: Checks
  readonly extraFiles: readonly Entry[]
  readonly pack: Pack
  readonly timeline: Timeline
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
  /** What the checks say of its programs that is no reason to refuse them; may be many lines. */
  readonly warnings?: string | undefined
  /** Why the target failed. */
  readonly error?: unknown
}

/** What the file of a program says, which checks, SBOM and provenance go by: it is read once. */
export interface ReadProgram extends BuiltProgram {
  readonly inspection: Inspection
}

/** A target on its way; a failing one does not hide the others, so neither promise rejects. */
export interface Lane {
  /** There as soon as the target is built and read, whatever the checks say to it then; undefined where it cannot be built. */
  readonly built: Promise<readonly ReadProgram[] | undefined>
  readonly done: Promise<TargetResult>
}

/** Only the build waits for its turn in the budget: checks and packaging overlap with the builds of other targets. */
export function startLane(host: Host, target: PlannedTarget, settings: LaneSettings): Lane {
  const { flags, place, timeline } = settings
  let began: number | undefined
  let endBuild: (() => void) | undefined
  const building = buildTarget(host, target, flags, place, () => {
    began = Date.now()
    // A build may begin twice.
    endBuild ??= timeline.begin({ what: 'build', target: target.id })
  }).finally(() => endBuild?.())
  recordBuild(timeline, target, building, () => began)
  const reading = building.then(({ programs }) => readPrograms(target, programs))
  return {
    built: reading.catch(() => undefined),
    done: finishTarget(host, target, settings, building, reading),
  }
}

/** While some programs are linked, packages of others may still be compiled: what is compiled is told until the first link begins. */
function recordBuild(
  timeline: Timeline,
  { id }: PlannedTarget,
  building: Promise<Built>,
  began: () => number | undefined,
): void {
  building.then(
    ({ actions }) => {
      const start = began() ?? Date.now()
      timeline.add({ what: 'compile', target: id }, start, actions?.linking?.start ?? Date.now())
      if (actions?.linking !== undefined)
        timeline.add({ what: 'link', target: id }, actions.linking.start, actions.linking.end)
    },
    () => {
      timeline.add({ what: 'compile', target: id, failed: true }, began() ?? Date.now(), Date.now())
    },
  )
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

interface JudgedProgram extends ReadProgram {
  readonly judgement: Omit<ProgramReport, keyof Digest>
  /** The user's own lines that make it dynamic. */
  readonly complaints: readonly Complaint[]
}

async function finishTarget(
  host: Host,
  target: PlannedTarget,
  settings: LaneSettings,
  building: Promise<Built>,
  reading: Promise<readonly ReadProgram[]>,
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
    programs: judged.map(({ program, judgement }) => ({
      ...UNREAD,
      ...digests.get(program.file),
      ...judgement,
    })),
  })
  try {
    const built = await building
    build = reportBuild(built)
    if (built.said !== '') host.log.info(`${target.id}: go build says:\n${built.said}`)
    await settings.timeline.during(
      'check',
      async () => {
        for (const program of await reading)
          judged.push({ ...program, ...(await judgeProgram(host, target, program, settings)) })
        refuse(judged)
      },
      target.id,
    )
    const { files, digests } = await settings.timeline.during(
      'package',
      () =>
        packageTarget({
          target,
          folder: built.folder,
          extraFiles,
          output,
          time: source.time,
          pack: settings.pack,
        }),
      target.id,
    )
    if (built.actions?.linked !== 0) await settings.place.kept.keep(target, built.folder, digests)
    const done = report({ status: 'done' }, digests)
    host.log.info(`${target.id}: done; ${formatBuild(done)}`)
    return {
      report: done,
      files,
      modules: modulesOf(judged),
      actions: built.actions,
      warnings: describeOutcome(judged, 'warned'),
    }
  } catch (thrown) {
    const error = await atConstraints(host, target, settings, thrown)
    // What is packed is read there; what is refused is not.
    const digests = await Promise.all(
      judged.map(async ({ program, path: file }) => [program.file, await digestFile(file)] as const),
    )
    const failed = report({ status: 'failed', error: describeFailure(error) }, new Map(digests))
    return { report: failed, files: [], modules: [], warnings: describeOutcome(judged, 'warned'), error }
  }
}

/** @returns lines; undefined where there is nothing to tell */
function describeOutcome(
  judged: readonly JudgedProgram[],
  outcome: 'refused' | 'warned',
): string | undefined {
  const lines = judged.flatMap(({ judgement }) =>
    complaints(judgement, outcome).flatMap(({ check, message }) => [
      `${judgement.name}: ${message}`,
      ...(check === 'linkage' ? (judgement.why ?? []) : []).map((line) => `  ${line}`),
    ]),
  )
  return lines.length === 0 ? undefined : lines.join('\n')
}

/** @throws LinkageError where a check refuses a program */
function refuse(judged: readonly JudgedProgram[]): void {
  const refused = describeOutcome(judged, 'refused')
  if (refused === undefined) return
  throw new LinkageError(
    refused,
    judged.flatMap(({ judgement, complaints: places }) =>
      complaints(judgement, 'refused').some(({ check }) => check === 'linkage') ? places : [],
    ),
  )
}

/** Go names no file where build constraints leave a package none. */
async function atConstraints(
  { processes }: Host,
  { target, programs, tags, cgo }: PlannedTarget,
  { source, flags, place }: LaneSettings,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof BuildError) || !error.message.includes('build constraints exclude all')) return error
  const found = await explainExcluded(processes, {
    folder: source.folder,
    environment: { ...place.environment, ...buildEnvironment(target, cgo) },
    packages: programs.map(({ importPath }) => importPath),
    flags: [`-tags=${tags}`, ...modFlag(flags.mod)],
    deps: true,
  }).catch(() => [])
  const advised = found.map(({ wantsCgo, ...complaint }) => {
    const mend = wantsCgo ? 'set cgo: true for them' : 'add a file for them'
    return { ...complaint, message: `${complaint.message}; take these targets out of the matrix, or ${mend}` }
  })
  return new BuildError(error.message, [...error.complaints, ...advised], { cause: error })
}

function reportBuild({
  seconds,
  actions,
  retried,
}: Built): Pick<TargetReport, 'buildSeconds' | 'work' | 'retried' | 'cgoPackages'> {
  const compiled = actions?.packages.filter((action) => action.compiled).length ?? 0
  const withC = actions && packagesWithC(actions)
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
    ...(withC && { cgoPackages: withC }),
    ...(retried === undefined ? {} : { retried }),
  }
}

async function readPrograms(
  { target: { goos } }: PlannedTarget,
  built: readonly BuiltProgram[],
): Promise<ReadProgram[]> {
  const read: ReadProgram[] = []
  for (const program of built) {
    read.push({ ...program, inspection: await inspectFile(program.path, goos) })
  }
  return read
}

const modulesOf = (programs: readonly ReadProgram[]): GoModule[] =>
  programs
    .flatMap(({ inspection }) => (inspection.kind === 'readable' ? inspection.programs : []))
    .flatMap(({ buildInfo }) => buildInfo?.deps ?? [])

async function judgeProgram(
  host: Host,
  target: PlannedTarget,
  { program: { importPath }, path: file, opens, inspection }: ReadProgram,
  settings: LaneSettings,
): Promise<Pick<JudgedProgram, 'judgement' | 'complaints'>> {
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
  const report = { importPath, ...judgeInspection(inspection, path.basename(file), expected, checks) }
  if (report.verdict !== 'dynamic') return { judgement: report, complaints: [] }
  const { why, complaints } = await explain(host, target, importPath, settings)
  return { judgement: { ...report, why }, complaints }
}

/** What cannot be explained is no worse for that. */
async function explain(
  host: Host,
  target: PlannedTarget,
  mainPackage: string,
  { source, flags, place }: LaneSettings,
): Promise<{ readonly why: readonly string[]; readonly complaints: readonly Complaint[] }> {
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
    const reasons = await explainLinkage(host.processes, build)
    return { why: formatReasons(reasons), complaints: complaintsOf(reasons) }
  } catch (error) {
    return { why: [`why: go list cannot tell: ${describeFailure(error)}`], complaints: [] }
  }
}
