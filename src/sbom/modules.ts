// Go's build info of a program -> the modules that an SBOM of it lists, by the names and versions they were built from.
import { ActionError } from '../errors.js'
import { isFolder, moduleUrl, type BuildInfo, type GoModule } from '../go-module.js'

export interface BuiltProgram {
  /** Its name in the folder of its target. */
  readonly file: string
  /** Undefined where none was found in it. */
  readonly buildInfo: Omit<BuildInfo, 'path'> | undefined
}

/** What the release knows and a program need not say. */
export interface ReleaseFacts {
  readonly modulePath: string
  readonly version: string
  /** Of the Go that builds, as GOVERSION has it. */
  readonly goVersion: string
}

export interface ListedModule {
  readonly role: 'main' | 'dependency' | 'stdlib'
  readonly name: string
  /** Undefined for a folder that nothing gives a version. */
  readonly version: string | undefined
  readonly purl: string
  readonly sum?: string
}

export interface ListedProgram {
  readonly file: string
  readonly goVersion: string
  readonly settings: Readonly<Record<string, string>>
  readonly main: ListedModule
  /** All that is in it, `main` first. */
  readonly modules: readonly ListedModule[]
}

/** @throws ActionError where nothing tells its modules */
export function listModules({ file, buildInfo }: BuiltProgram, release: ReleaseFacts): ListedProgram {
  if (buildInfo?.main === undefined) {
    throw new ActionError(
      `${file} holds no Go build info that names its modules, and an SBOM without them would be wrong; set sbom: off`,
    )
  }
  const { goVersion = release.goVersion, deps, settings } = buildInfo
  const main = listMain(buildInfo.main, release)
  return {
    file,
    goVersion: versionOfGo(goVersion),
    settings,
    main,
    modules: [main, ...deps.map(listDependency), listStandardLibrary(versionOfGo(goVersion))],
  }
}

/** Go stamps the version where it sees the repository and its tags; without them only the release knows it. */
function listMain({ path, version, sum }: GoModule, release: ReleaseFacts): ListedModule {
  const known = versionOf(version) ?? (path === release.modulePath ? release.version : undefined)
  return { role: 'main', ...named(path, known), ...(sum !== undefined && { sum }) }
}

/** What is in the program is what replaces; a folder keeps the name that it is imported by, not its place on this machine. */
function listDependency(module: GoModule): ListedModule {
  const { replace } = module
  if (replace !== undefined && isFolder(replace)) {
    return { role: 'dependency', ...named(module.path, undefined) }
  }
  const { path, version, sum } = replace ?? module
  return { role: 'dependency', ...named(path, versionOf(version)), ...(sum !== undefined && { sum }) }
}

function listStandardLibrary(version: string): ListedModule {
  const { purl } = named('stdlib', version.replace(/^go/, ''))
  return { role: 'stdlib', name: 'stdlib', version, purl }
}

const named = (
  name: string,
  version: string | undefined,
): Pick<ListedModule, 'name' | 'version' | 'purl'> => ({
  name,
  version,
  purl: moduleUrl(name, version ?? ''),
})

const versionOf = (version: string): string | undefined =>
  version === '' || version === '(devel)' ? undefined : version

/** `go1.26.8 X:jsonv2` -> `go1.26.8`, `devel go1.27-ab12 …` -> `go1.27-ab12`. */
const versionOfGo = (version: string): string => /\bgo\d\S*/.exec(version)?.[0] ?? version

const PLAIN_PATH = /^[A-Za-z0-9][A-Za-z0-9._~/-]*$/
const PLAIN_VERSION = /^v\d+\.\d+\.\d+[A-Za-z0-9.+-]*$/

/**
 * One go.mod for each module, for syft to look up what it knows of it: a file of all could not name one twice, and one that
 * cannot be read would take the others with it. Folders have nothing to look up.
 */
export function formatLookups(programs: readonly ListedProgram[]): string[] {
  const lookups = programs
    .flatMap(({ modules }) => modules)
    .flatMap(({ role, name, version }) =>
      role !== 'stdlib' && version !== undefined && PLAIN_PATH.test(name) && PLAIN_VERSION.test(version)
        ? [`module lookup\n\nrequire ${name} ${version}\n`]
        : [],
    )
  return [...new Set(lookups)]
}
