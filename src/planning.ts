// Turns the inputs and the source into the plan of a release, asking Go what it can build and which programs there are.
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { buildEnvironment } from './build/index.js'
import type { CachedBuild } from './cache/index.js'
import { mapConcurrently } from './concurrently.js'
import { InputError, type Complaint } from './errors.js'
import { explainExcluded } from './explain/index.js'
import { mergeFailures, withTargets } from './failures.js'
import { modFlag } from './flags.js'
import type { Host } from './host/host.js'
import { parseBuildmode, parsePackages, parseTags, type Inputs } from './inputs.js'
import { parsePolicy } from './linkage/index.js'
import {
  formatTarget,
  parseTargets,
  planRelease,
  rowEnvironment,
  type Plan,
  type Target,
  type TargetOptions,
} from './plan/index.js'
import { formatCommand } from './shell.js'
import {
  chooseMod,
  findMainPackages,
  findUnbuiltCommands,
  listMainPackages,
  readPlatforms,
  type Source,
} from './source/index.js'

/** @throws InputError at the first thing that cannot be built, named or judged as asked */
export async function planTargets(host: Host, inputs: Inputs, source: Source): Promise<Plan> {
  parsePolicy(inputs.linkage)
  const platforms = await readPlatforms(host, source.folder, source.environment)
  const targets = await readTargets(host, inputs, platforms)
  const flags = modFlag(await chooseMod(source.toolchain, inputs))
  const options = await mapConcurrently(targets, host.machine.cores, (target) =>
    resolveOptions(host, inputs, source, target, flags),
  )
  await refuseWithoutFiles(host, inputs, source, options, flags)
  if (inputs.packages === undefined) await tellUnbuilt(host, source, options)
  const plan = planRelease(
    {
      name: source.name,
      version: source.version,
      commit: source.repository?.commit ?? 'unknown',
      date: source.date,
      archive: inputs.archive,
      archiveName: inputs.archiveName,
      artifactName: inputs.artifactName,
      sbom: inputs.sbom,
    },
    options,
  )
  // The plan of several jobs has told it.
  if (inputs.mode !== 'build') await tellSkipped(host, source, plan, flags)
  return plan
}

/** A file's name is easily given for its text. */
async function readTargets(
  { kind, folders }: Host,
  { matrix, cgo }: Inputs,
  platforms: Parameters<typeof parseTargets>[1],
): Promise<Target[]> {
  try {
    return parseTargets(matrix, platforms, { cgo })
  } catch (error) {
    if (!(error instanceof InputError) || !(await isFile(path.resolve(folders.workspace, matrix))))
      throw error
    const flag = kind === 'local' ? `, --matrix "$(${formatCommand(['cat', matrix])})"` : ''
    throw new InputError('matrix', `${error.problem}; it is a file: give its text${flag}`, { cause: error })
  }
}

/** Also of a text that can be no name. */
const isFile = (name: string): Promise<boolean> =>
  stat(name).then(
    (found) => found.isFile(),
    () => false,
  )

/** Each package once, at the line that keeps it from targets. */
async function tellSkipped(
  host: Host,
  source: Source,
  { targets }: Plan,
  flags: readonly string[],
): Promise<void> {
  const found = await mapConcurrently(targets, host.machine.cores, async (planned) => {
    const { id, skippedPackages: packages } = planned
    if (packages.length === 0) return []
    const complaints = await explainLeftOut(host, source, planned, packages, flags)
    return complaints.map((complaint) => ({ complaint, text: complaint.message, target: id }))
  })
  const skipped = mergeFailures(found.flat())
  host.tellAll(
    'notice',
    skipped.map((each) => ({ message: withTargets(each, targets.length), place: each.complaint })),
  )
}

/** What a row says itself wins over the input of the same name, and is read by the same rules. */
async function resolveOptions(
  host: Host,
  inputs: Inputs,
  source: Source,
  target: Target,
  flags: readonly string[],
): Promise<TargetOptions> {
  const { overrides } = target
  const cgo = overrides.cgo ?? inputs.cgo
  const row = <T>(text: string | undefined, otherwise: T, parse: (text: string) => T): T =>
    text === undefined ? otherwise : inRow(target, () => parse(text === 'none' ? '' : text))

  const tags = row(overrides.tags, inputs.tags, (text) => parseTags('tags', text))
  const patterns = row(overrides.packages, inputs.packages, (text) => parsePackages('packages', text))
  const environment = { ...source.environment, ...buildEnvironment(target, cgo) }
  const tagged = [...flags, `-tags=${tags}`]
  const packages = await listMainPackages(host, source.folder, patterns, tagged, environment).catch(
    async (error: unknown) => {
      const find = () => explainLeftOut(host, source, { target, cgo, tags }, patterns ?? [], flags)
      throw await atConstraint(target, find, error)
    },
  )
  return {
    target,
    cgo,
    buildmode: row(overrides.buildmode, inputs.buildmode, (text) => parseBuildmode('buildmode', text)),
    ldflags: row(overrides.ldflags, inputs.ldflags, (text) => text),
    tags,
    linkage: row(overrides.linkage, inputs.linkage, (text) => {
      parsePolicy(text)
      return text
    }),
    ...packages,
  }
}

/** Where one target has no file of packages: the lines that say so; none where go does not tell. */
const explainLeftOut = (
  { processes }: Host,
  source: Source,
  { target, cgo, tags }: Pick<TargetOptions, 'target' | 'cgo' | 'tags'>,
  packages: readonly string[],
  flags: readonly string[],
): Promise<Complaint[]> =>
  explainExcluded(processes, {
    folder: source.folder,
    environment: { ...source.environment, ...buildEnvironment(target, cgo) },
    packages,
    flags: [...flags, `-tags=${tags}`],
    deps: false,
  }).catch(() => [])

/** A package that is named must have files for the target. Go tells of none of those that it leaves out. */
async function atConstraint(
  target: Target,
  find: () => Promise<Complaint[]>,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof InputError) || !error.problem.includes('build constraints exclude all')) return error
  const [first] = await find()
  if (first === undefined) return error
  const problem = first.message.replace('this target', formatTarget(target))
  return new InputError(
    'packages',
    `${problem}; leave it out here, or write the packages of this target into its row of the matrix`,
    { cause: error, place: first },
  )
}

/** The user wrote the value into a row of the matrix, so that is where the error must point. */
function inRow<T>(target: Target, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    throw new InputError('matrix', `${formatTarget(target)}: ${error.input}: ${error.problem}`, {
      cause: error,
    })
  }
}

/** By default all commands are meant: one that no target has is not left out in silence. */
async function tellUnbuilt(
  host: Host,
  { folder, modulePath }: Source,
  options: readonly TargetOptions[],
): Promise<void> {
  const known = new Set(options.flatMap(({ packages, needsCgo }) => [...packages, ...needsCgo]))
  const unbuilt = await findUnbuiltCommands(folder, modulePath, known)
  if (unbuilt.length === 0) return
  host.log.notice(
    `${unbuilt.join(', ')}: skipped, since build constraints leave no file for any target; name the packages to release where that is meant`,
  )
}

/** A target that has none of the programs is one too many, or the programs lack something for it. */
async function refuseWithoutFiles(
  host: Host,
  inputs: Inputs,
  source: Source,
  options: readonly TargetOptions[],
  flags: readonly string[],
): Promise<void> {
  const lacking = options.filter(({ packages }) => packages.length === 0)
  const [first] = lacking
  if (first === undefined) return
  const { folder, modulePath } = source
  const known = new Set(options.flatMap(({ packages }) => packages))
  const packages =
    known.size === 0 && inputs.packages === undefined
      ? await findUnbuiltCommands(folder, modulePath, known)
      : [...known]
  if (packages.length === 0) return refuseNoMainPackage(host, inputs, source, flags)
  const { target } = first
  const [why] = await explainLeftOut(host, source, first, packages, flags)
  const ids = lacking.map((each) => formatTarget(each.target)).join(', ')
  throw new InputError(
    'packages',
    `no main package has files for ${ids}${why === undefined ? '' : ` (${why.message.replace('this target', formatTarget(target))})`}; take what is not meant out of the matrix, add a file for it, or give the tags that are asked for`,
    { place: why },
  )
}

async function refuseNoMainPackage(
  host: Host,
  inputs: Inputs,
  source: Source,
  flags: readonly string[],
): Promise<never> {
  const where = inputs.packages?.join(' ') ?? 'the root of the module or under ./cmd'
  const elsewhere = await findMainPackages(host, source.folder, flags, source.environment)
  const hint =
    elsewhere.length === 0 ? 'the module has none at all' : `there is ${elsewhere.join(', ')}: name it here`
  throw new InputError('packages', `no main package in ${where}; ${hint}`)
}

/** What the build cache of this plan depends on. */
export function cachedBuild(
  inputs: Inputs,
  { toolchain, folder, modulePath }: Source,
  plan: Plan,
): CachedBuild {
  const importPaths = plan.targets.flatMap(({ programs }) => programs.map(({ importPath }) => importPath))
  const folderOf = (importPath: string) => path.join(folder, importPath.slice(modulePath.length))
  return {
    facts: {
      os: toolchain.hostOs,
      arch: toolchain.hostArch,
      goVersion: toolchain.version,
      trimpath: inputs.trimpath,
      folder,
      goflags: toolchain.goflags,
      targets: plan.targets.map(({ target, id, cgo, tags, buildmode }) => ({
        id,
        cgo,
        tags,
        buildmode,
        environment: { ...toolchain.compileVariables, ...rowEnvironment(target) },
      })),
    },
    gomod: toolchain.gomod,
    gowork: toolchain.gowork,
    // A package's folder lies below its module's as its import path lies below the module path.
    mainPackages: Object.fromEntries(importPaths.map((importPath) => [importPath, folderOf(importPath)])),
  }
}
