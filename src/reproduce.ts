// Builds all targets a second time, in another folder and with an empty build cache, and compares what both made.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Artifact } from './artifact.js'
import { buildEnvironment, NOTHING_KEPT } from './build/index.js'
import { ActionError } from './errors.js'
import { exists, scratchFolder } from './files.js'
import { describeFailure } from './failures.js'
import type { Host } from './host/host.js'
import { addFiles, type TargetResult } from './lane.js'
import type { PlannedTarget } from './plan/index.js'
import { findArchiveFiles, type Prepared } from './prepare.js'
import { skip, type Release } from './release.js'
import {
  copySource,
  describeDifference,
  findChangedFiles,
  holdsText,
  likelyReasons,
  type SourceCopy,
} from './reproduce/index.js'
import { generate } from './source/index.js'
import { openTimeline } from './timeline.js'

/** Taken before anything is generated into the work tree; undefined where nothing is built twice. */
export async function copyToReproduce({
  host,
  inputs,
  source,
  output,
}: Release): Promise<SourceCopy | undefined> {
  if (!inputs.reproduce) return undefined
  const { folder, repository, toolchain, environment } = source
  return copySource(host, { folder, gowork: toolchain.gowork, repository, environment, output })
}

type Settings = Prepared['settings']

interface Builds {
  readonly first: Settings
  readonly second: Settings
  readonly copy: SourceCopy
}

/**
 * Whatever cannot be built again, or compared, is a failure of its target.
 *
 * @param build takes the targets from source to release files
 * @returns the first results, failed where the second ones differ
 */
export async function reproduce(
  release: Release,
  prepared: Prepared,
  copy: SourceCopy | undefined,
  results: readonly TargetResult[],
  build: (release: Release, prepared: Prepared) => Promise<TargetResult[]>,
): Promise<readonly TargetResult[]> {
  if (copy === undefined) return results
  const { host, plan } = release
  if (results.some(({ error }) => error !== undefined)) {
    skip(release, 'Second build', 'a target failed')
    return results
  }
  try {
    await using scratch = await scratchFolder(host.folders.scratch, 'second')
    host.log.info(`reproduce: all targets are built again in ${copy.folder}, with an empty build cache`)
    const quiet = { ...release, host: quietHost(host), timeline: openTimeline(release.started) }
    const second = await prepareSecond(quiet, prepared.settings, copy, scratch.path)
    const builds = { first: prepared.settings, second, copy }
    const again = await release.timeline.during('second build', () =>
      build(quiet, { ...prepared, settings: second }),
    )
    const judged: TargetResult[] = []
    for (const [index, target] of plan.targets.entries()) {
      const [one, other] = [results[index], again[index]]
      if (one === undefined || other === undefined)
        throw new ActionError(`reproduce: ${target.id} is not there`)
      const error = await compareTarget(release, builds, target, one, other)
      judged.push(error === undefined ? one : addFiles(one, error))
    }
    const files = results.flatMap((result) => result.files)
    if (judged.every(({ error }) => error === undefined)) {
      host.log.info(`reproduce: ${files.length} files were built twice with the same bytes`)
    }
    return judged
  } catch (cause) {
    const problem = `reproduce: nothing can be built again, or compared: ${describeFailure(cause)}`
    return results.map((result) => addFiles(result, new ActionError(problem, { cause })))
  }
}

/** What the checks complain of is told once. */
function quietHost(host: Host): Host {
  const tell = (line: string) => {
    host.log.info(`again: ${line}`)
  }
  return { ...host, log: { ...host.log, info: tell, notice: tell, warning: tell } }
}

async function prepareSecond(
  release: Release,
  first: Settings,
  copy: SourceCopy,
  scratch: string,
): Promise<Settings> {
  const { host, inputs } = release
  const { folder, gowork } = copy
  const environment = {
    ...first.place.environment,
    GOWORK: gowork,
    GOCACHE: path.join(scratch, 'cache'),
    GOCACHEPROG: '',
  }
  const asked = ['go', 'env', 'GOCACHEPROG']
  const program = (await host.processes.runChecked(asked, { cwd: folder, env: environment })).stdout.trim()
  if (program !== '') {
    throw new ActionError(
      `reproduce: Go takes what it compiled before from ${program}; run \`go env -u GOCACHEPROG\`, or set reproduce: false`,
    )
  }
  const source = { ...release.source, folder }
  const extraFiles = await findArchiveFiles({ ...release, source })
  if (inputs.generate) await generate(host, folder, environment)
  const output = path.join(scratch, 'release')
  await mkdir(output)
  return {
    ...first,
    source,
    // There may be a repository of something else above the copy.
    flags: { ...first.flags, ...(source.repository === undefined && { buildvcs: 'false' }) },
    place: {
      ...first.place,
      source: folder,
      output: path.join(scratch, 'build'),
      environment,
      kept: NOTHING_KEPT,
    },
    extraFiles,
    output,
  }
}

async function compareTarget(
  release: Release,
  builds: Builds,
  target: PlannedTarget,
  one: TargetResult,
  other: TargetResult,
): Promise<ActionError | undefined> {
  if (other.error !== undefined) {
    const failure = describeFailure(other.error)
    const what = `reproduce: it cannot be built again in another folder:\n${failure}`
    return new ActionError([what, ...(await explain(release, builds, target, [], false))].join('\n  '))
  }
  const differing = differingNames(one, other)
  if (differing.length === 0) return undefined
  const programs = await comparePrograms(builds, target)
  const found = [
    ...programs.map(({ text }) => text),
    ...(await compareRest(builds, target, one, other, programs.length > 0)),
  ]
  const files = programs.map(({ file }) => file)
  const what = `reproduce: ${differing.join(', ')}: built again in another folder with an empty cache, ${differing.length === 1 ? 'it has' : 'these have'} other bytes`
  return new ActionError(
    [what, ...found, ...(await explain(release, builds, target, files, true))].join('\n  '),
  )
}

/** Names of release files and programs that only one of the two has, or whose digests differ. */
function differingNames(one: TargetResult, other: TargetResult): string[] {
  const digests = ({ files, report }: TargetResult) =>
    new Map([...files, ...report.programs].map(({ name, sha256 }) => [name, sha256]))
  const [first, second] = [digests(one), digests(other)]
  const names = new Set([...first.keys(), ...second.keys()])
  // A file that nothing read in full has no digest.
  return [...names].filter((name) => first.get(name) !== second.get(name) || !first.get(name))
}

interface DifferingProgram {
  readonly file: string
  readonly text: string
}

/** The programs, and the C headers that are made beside them. */
async function comparePrograms(
  { first, second }: Builds,
  target: PlannedTarget,
): Promise<DifferingProgram[]> {
  const found: DifferingProgram[] = []
  for (const file of target.programs.flatMap((program) => [program.file, program.header ?? []].flat())) {
    const pathIn = ({ place }: Settings) => path.join(place.output, target.folder, file)
    const text = await compareFiles(pathIn(first), pathIn(second))
    if (text !== undefined) found.push({ file, text: `${file}: ${text}` })
  }
  return found
}

/** Where the programs are the same, what else is in the archives, the SBOMs, and the archives themselves. */
async function compareRest(
  { first, second }: Builds,
  target: PlannedTarget,
  one: TargetResult,
  other: TargetResult,
  programsDiffer: boolean,
): Promise<string[]> {
  const found: string[] = []
  const archive = target.archive?.file
  if (archive !== undefined) {
    const entries = new Map(first.extraFiles.map(({ name, path }) => [name, path]))
    const others = new Map(second.extraFiles.map(({ name, path }) => [name, path]))
    for (const name of new Set([...entries.keys(), ...others.keys()])) {
      const text = await compareFiles(entries.get(name), others.get(name))
      if (text !== undefined) found.push(`${archive}: entry ${name}: ${text}`)
    }
  }
  // The rest follows from the programs.
  if (programsDiffer) return found
  const pathOf = (files: readonly Artifact[], wanted: string) =>
    files.find(({ name }) => name === wanted)?.path
  for (const name of differingNames(one, other)) {
    if (name === archive && found.length > 0) continue
    const text = await compareFiles(pathOf(one.files, name), pathOf(other.files, name))
    found.push(`${name}: ${text ?? 'its digests differ, though its bytes are now the same'}`)
  }
  return found
}

/** @param first absolute path, as is `second`; undefined for a file that was not made */
async function compareFiles(
  first: string | undefined,
  second: string | undefined,
): Promise<string | undefined> {
  const one = first !== undefined && (await exists(first))
  const other = second !== undefined && (await exists(second))
  if (one && other) return describeDifference(first, second)
  return one === other ? undefined : `it was made ${one ? 'the first' : 'the second'} time only`
}

async function explain(
  { host, inputs, source, caching }: Release,
  { first, second, copy }: Builds,
  target: PlannedTarget,
  programs: readonly string[],
  built: boolean,
): Promise<string[]> {
  const { folder } = source
  const environment = { ...first.place.environment, ...buildEnvironment(target.target, target.cgo) }
  const listing = { folder, target, mod: first.flags.mod, environment }
  const files = await findChangedFiles(host.processes, listing, copy)
  const missing = [...files.missing]
  const changed = [...files.changed]
  for (const { name, path: file } of first.extraFiles) {
    const other = second.extraFiles.find((entry) => entry.name === name)
    if (other === undefined) missing.push(name)
    else if ((await compareFiles(file, other.path)) !== undefined) changed.push(name)
  }
  const leaking: string[] = []
  for (const file of programs) {
    const holds = (build: Settings) =>
      holdsText(path.join(build.place.output, target.folder, file), build.source.folder)
    if ((await holds(first)) && (await holds(second))) leaking.push(file)
  }
  return likelyReasons({
    ...{ leaking, missing, changed, built },
    trimpath: inputs.trimpath,
    generate: inputs.generate,
    cgo: target.cgo,
    restored: caching.restore,
    committed: source.repository !== undefined,
  }).map((reason) => `why: ${reason}`)
}
