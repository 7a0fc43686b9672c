// Turns the inputs and the source into the plan of a release, asking Go what it can build and which programs there are.
import { buildEnvironment } from './build/index.js'
import { readModuleFiles, type KeyFacts } from './cache/index.js'
import { InputError } from './errors.js'
import type { Host } from './host/host.js'
import { parseBuildmode, parsePackages, parseTags, type Inputs } from './inputs.js'
import { runLanesOrThrow } from './lanes.js'
import { parsePolicy } from './linkage/index.js'
import { parseTargets, planRelease, type Plan, type Target, type TargetOptions } from './plan/index.js'
import { findMainPackages, listMainPackages, readPlatforms, type Source } from './source/index.js'

/** @throws InputError at the first thing that cannot be built, named or judged as asked */
export async function planTargets(host: Host, inputs: Inputs, source: Source): Promise<Plan> {
  const platforms = await readPlatforms(host.processes, source.folder, source.environment)
  const targets = parseTargets(inputs.matrix, platforms, { cgo: inputs.cgo })
  const options = await runLanesOrThrow(targets, host.machine.cores, (target) =>
    resolveOptions(host, inputs, source, target),
  )
  if (options.every(({ packages }) => packages.length === 0)) await refuseNoMainPackage(host, inputs, source)
  return planRelease(
    {
      name: source.name,
      version: source.version,
      commit: source.repository?.commit ?? 'unknown',
      date: formatDate(source.time),
      archive: inputs.archive,
      archiveName: inputs.archiveName,
      artifactName: inputs.artifactName,
      sbom: inputs.sbom,
    },
    options,
  )
}

/** @param time seconds since the epoch @returns RFC 3339, UTC, to the second */
export function formatDate(time: number): string {
  return new Date(time * 1000).toISOString().replace('.000Z', 'Z')
}

/** What a row says itself wins over the input of the same name. */
async function resolveOptions(
  host: Host,
  inputs: Inputs,
  source: Source,
  target: Target,
): Promise<TargetOptions> {
  const { overrides } = target
  const cgo = overrides.cgo ?? inputs.cgo
  const tags = overrides.tags === undefined ? inputs.tags : parseTags('matrix', overrides.tags)
  const linkage = overrides.linkage ?? inputs.linkage
  parsePolicy(linkage)
  const packages = await listMainPackages(
    host.processes,
    source.folder,
    overrides.packages === undefined ? inputs.packages : parsePackages('matrix', overrides.packages),
    [`-tags=${tags}`],
    { ...source.environment, ...buildEnvironment(target, cgo) },
  )
  return {
    target,
    cgo,
    buildmode:
      overrides.buildmode === undefined ? inputs.buildmode : parseBuildmode('matrix', overrides.buildmode),
    ldflags: overrides.ldflags ?? inputs.ldflags,
    tags,
    linkage,
    packages: packages.map(({ importPath }) => importPath),
  }
}

async function refuseNoMainPackage(host: Host, inputs: Inputs, source: Source): Promise<never> {
  const where = inputs.packages?.join(' ') ?? 'the root of the module or under ./cmd'
  const elsewhere = await findMainPackages(host.processes, source.folder)
  const hint =
    elsewhere.length === 0 ? 'the module has none at all' : `there is ${elsewhere.join(', ')}: name it here`
  throw new InputError('packages', `no main package in ${where}; ${hint}`)
}

/** Variables that change what is compiled, and those that do where cgo compiles C. */
const COMPILE_VARIABLES = ['GOEXPERIMENT', 'GOFIPS140', 'GOFLAGS']
const CGO_VARIABLES = ['CC', 'CXX', 'CGO_CFLAGS', 'CGO_CPPFLAGS', 'CGO_CXXFLAGS', 'CGO_LDFLAGS']

/** What the build cache of this plan depends on. */
export async function cacheFacts(host: Host, inputs: Inputs, source: Source, plan: Plan): Promise<KeyFacts> {
  const cgo = plan.targets.some((target) => target.cgo)
  const variables = cgo ? [...COMPILE_VARIABLES, ...CGO_VARIABLES] : COMPILE_VARIABLES
  return {
    os: host.machine.os,
    arch: host.machine.arch,
    goVersion: source.toolchain.version,
    trimpath: inputs.trimpath,
    buildvcs: inputs.buildvcs,
    folder: source.folder,
    environment: Object.fromEntries(variables.map((name) => [name, host.environment[name] ?? ''])),
    targets: plan.targets.map(({ target, id, cgo, tags, buildmode }) => ({
      id,
      cgo,
      tags,
      buildmode,
      environment: {
        ...target.overrides.env,
        ...(target.overrides.cc === undefined ? {} : { CC: target.overrides.cc }),
        ...(target.overrides.cxx === undefined ? {} : { CXX: target.overrides.cxx }),
      },
    })),
    moduleFiles: await readModuleFiles(source.toolchain.gomod, source.toolchain.gowork),
  }
}
