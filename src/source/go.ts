// Asks the go command about itself, the module and its main packages.
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { glob } from 'tinyglobby'
import { ActionError, InputError, ToolError, type Place } from '../errors.js'
import { refuseGoflags } from '../flags.js'
import type { Environment, Host } from '../host/host.js'
import { pathInside } from '../inside.js'
import { parseJsonStream } from '../json-stream.js'
import { explainGo } from '../module-error.js'
import type { Platform } from '../plan/index.js'
import { formatCommand } from '../shell.js'

export interface Toolchain {
  /** `go1.26.8` */
  readonly version: string
  /** GOHOSTOS and GOHOSTARCH. */
  readonly hostOs: string
  readonly hostArch: string
  /** Absolute path of go.mod. */
  readonly gomod: string
  /** Absolute path of go.work, empty without one. */
  readonly gowork: string
  /** Flags that the user's own settings add to every go command. */
  readonly goflags: string
  readonly gosumdb: string
  /** Absolute path. */
  readonly gomodcache: string
  /** Of the runner's own system: what else changes compiled packages, C compilers and their flags included, by name. */
  readonly compileVariables: Readonly<Record<string, string>>
}

const COMPILE_VARIABLES = [
  ...['GOEXPERIMENT', 'GOFIPS140', 'CC', 'CXX', 'FC', 'AR', 'PKG_CONFIG'],
  ...['CGO_CFLAGS', 'CGO_CPPFLAGS', 'CGO_CXXFLAGS', 'CGO_FFLAGS', 'CGO_LDFLAGS'],
]

/** @throws InputError or ActionError that says how to get a Go that can build this module */
export async function readToolchain(host: Host, folder: string): Promise<Toolchain> {
  const { workspace } = host.folders
  const gomod = path.join(folder, 'go.mod')
  await readFile(gomod).catch(async () => {
    const where = await modulesBelow(host, folder)
    throw new InputError('working-directory', `there is no go.mod in ${folder}; ${where}`)
  })
  if ((await host.processes.find('go')) === undefined) {
    throw new ActionError(
      `go is not on PATH; before this step add one with actions/setup-go and \`go-version-file: ${pathInside(workspace, gomod) ?? gomod}\`, or install Go`,
    )
  }
  const names = ['GOVERSION', 'GOHOSTOS', 'GOHOSTARCH', 'GOMOD', 'GOWORK', 'GOFLAGS', 'GOSUMDB', 'GOMODCACHE']
  const asked = ['go', 'env', '-json', ...names, ...COMPILE_VARIABLES]
  const env = await goChecked(host, asked, folder, {})
  const values = JSON.parse(env) as Record<string, string>
  const value = (name: string) => values[name] ?? ''
  refuseGoflags(value('GOFLAGS'))
  if (path.basename(value('GOMOD')) !== 'go.mod') {
    throw new ActionError(
      `go does not see ${path.join(folder, 'go.mod')} (GOMOD=${value('GOMOD')}); unset GO111MODULE`,
    )
  }
  return {
    version: value('GOVERSION'),
    hostOs: value('GOHOSTOS'),
    hostArch: value('GOHOSTARCH'),
    gomod: value('GOMOD'),
    gowork: value('GOWORK') === 'off' ? '' : value('GOWORK'),
    goflags: value('GOFLAGS'),
    gosumdb: value('GOSUMDB'),
    gomodcache: value('GOMODCACHE'),
    compileVariables: Object.fromEntries(COMPILE_VARIABLES.map((name) => [name, value(name)])),
  }
}

/** The module path that go.mod declares. */
export async function readModulePath(host: Host, folder: string): Promise<string> {
  const text = await goChecked(host, ['go', 'mod', 'edit', '-json'], folder, {})
  return (JSON.parse(text) as { Module: { Path: string } }).Module.Path
}

/** Every platform this Go knows: `go tool dist list -json`. */
export async function readPlatforms(host: Host, folder: string, env: Environment): Promise<Platform[]> {
  return JSON.parse(await goChecked(host, ['go', 'tool', 'dist', 'list', '-json'], folder, env)) as Platform[]
}

/** The main packages that patterns stand for, on one target. Import paths. */
export interface MainPackages {
  /** Those that have files for the target. */
  readonly packages: readonly string[]
  /** Those that would have files for it if cgo were on. */
  readonly needsCgo: readonly string[]
}

/** One package of `go list -json`. */
interface ListedPackage {
  readonly ImportPath: string
  readonly Name?: string
  readonly Dir?: string
  readonly GoFiles?: readonly string[]
  readonly CgoFiles?: readonly string[]
  readonly Error?: {
    /** `file:line:column`, relative to the folder where go runs; empty where go tells no place. */
    readonly Pos: string
    readonly Err: string
  }
}

/**
 * The main packages as `go list` sees them for one target. Go's own rule holds for build constraints: a package named by its path must
 * have files for the target, one matched by `...` or by default is left out where it has none.
 *
 * @param patterns undefined for the default: the module's root and `./cmd/...`
 * @param env with the target's GOOS, GOARCH and CGO_ENABLED
 * @throws InputError where a package cannot be read, is none, no main package, or, named or all that there is, needs cgo
 * while cgo is off
 */
export async function listMainPackages(
  host: Host,
  folder: string,
  patterns: readonly string[] | undefined,
  flags: readonly string[],
  env: Environment,
): Promise<MainPackages> {
  const asked = patterns ?? (await defaultPatterns(folder))
  const list = async (leniently: boolean, variables: Environment = {}): Promise<ListedPackage[]> => {
    const command = [
      ...['go', 'list', '-find', '-json=ImportPath,Name,Dir,GoFiles,CgoFiles,Error'],
      ...(leniently ? ['-e'] : []),
      ...flags,
      '--',
      ...asked,
    ]
    return parseJsonStream(
      await goChecked(host, command, folder, { ...env, ...variables }),
    ) as ListedPackage[]
  }
  /** Go tells of a package without files only where it is named, so it is asked what cgo would bring. */
  const lackingCgo = async (listed: readonly ListedPackage[]): Promise<ListedPackage[]> => {
    if (env['CGO_ENABLED'] !== '0') return []
    const there = new Set(mainPackages(listed).map(({ ImportPath }) => ImportPath))
    const withCgo = mainPackages(await list(true, { CGO_ENABLED: '1' }))
    return withCgo.filter(({ ImportPath }) => !there.has(ImportPath))
  }

  const listed = await list(patterns === undefined).catch(async (error: unknown) => {
    if (patterns === undefined || !(error instanceof ToolError)) throw error
    await refuseWithoutCgo(await lackingCgo(await list(true)), env)
    throw new InputError('packages', `${patterns.join(' ')}: go list says: ${error.stderr}`, { cause: error })
  })
  await refuseUnreadable(host, listed, folder)
  const library = listed.find((entry) => entry.Name !== 'main')
  if (library !== undefined && patterns?.some((pattern) => pattern.includes('...')) === false) {
    throw new InputError(
      'packages',
      `${library.ImportPath} is package ${library.Name ?? '?'}, not a main package`,
    )
  }
  const packages = mainPackages(listed)
  const needsCgo = await lackingCgo(listed)
  if (packages.length === 0) await refuseWithoutCgo(needsCgo, env)
  const paths = (entries: readonly ListedPackage[]) => entries.map(({ ImportPath }) => ImportPath)
  return { packages: paths(packages), needsCgo: paths(needsCgo) }
}

/** `go list -e` also names a package of which build constraints leave no file. */
function mainPackages(listed: readonly ListedPackage[]): ListedPackage[] {
  return listed.filter(
    ({ Name, GoFiles = [], CgoFiles = [] }) => Name === 'main' && GoFiles.length + CgoFiles.length > 0,
  )
}

/** What `go list -e` says of a package without files for the target. Source: NoGoError in cmd/go/internal/load. */
const WITHOUT_FILES = /^(?:build constraints exclude all|no(?: non-test)?) Go files in /

/** `go list -e` fails for no package, and one whose name go cannot read would look as if it were no main package. */
async function refuseUnreadable(host: Host, listed: readonly ListedPackage[], folder: string): Promise<void> {
  const failed = listed.flatMap(({ ImportPath, Error: error }) =>
    error === undefined || WITHOUT_FILES.test(error.Err) ? [] : [{ ImportPath, error }],
  )
  for (const { error } of failed) {
    const trouble = await explainGo(error.Err, folder, host.environment)
    if (trouble !== undefined) throw trouble
  }
  const inWorkspace = (file: string) => pathInside(host.folders.workspace, path.resolve(folder, file)) ?? file
  const unreadable = failed.map(({ ImportPath, error }): { text: string; place?: Place } => {
    const said = error.Err.replaceAll(folder + path.sep, '')
    const [, file, line, column] = /^(.+?):(\d+)(?::(\d+))?$/.exec(error.Pos) ?? []
    if (file === undefined) return { text: `${ImportPath}: ${said}` }
    const place = {
      file: path.resolve(folder, file),
      line: Number(line),
      ...(column !== undefined && { column: Number(column) }),
    }
    return { text: `${inWorkspace(file)}${error.Pos.slice(file.length)}: ${said}`, place }
  })
  const [first] = unreadable
  if (first === undefined) return
  throw new InputError(
    'packages',
    `go cannot read ${unreadable.map(({ text }) => text).join('; ')}; mend it, or name the packages to release`,
    { place: first.place },
  )
}

async function refuseWithoutCgo(lacking: readonly ListedPackage[], env: Environment): Promise<void> {
  const [first] = lacking
  if (first === undefined) return
  const named = lacking.map(({ ImportPath, GoFiles = [], CgoFiles: [file] = [] }) => {
    const why = file === undefined ? `//go:build in ${GoFiles[0] ?? '?'}` : `import "C" in ${file}`
    return `${ImportPath} needs cgo (${why})`
  })
  throw new InputError(
    'packages',
    `${named.join(', ')}, which is off for ${env['GOOS'] ?? '?'}/${env['GOARCH'] ?? '?'}; set cgo: true, here or in the target's row of the matrix, or leave it out`,
    { place: await findCgo(first) },
  )
}

/** The first line that asks for cgo. */
async function findCgo({ Dir = '', GoFiles = [], CgoFiles: [cgoFile] = [] }: ListedPackage): Promise<Place> {
  const file = path.join(Dir, cgoFile ?? GoFiles[0] ?? '')
  const text = await readFile(file, 'utf8').catch(() => '')
  const asks = cgoFile === undefined ? /^\/\/go:build / : /^\s*(?:import\s*)?"C"/
  const index = text.split('\n').findIndex((line) => asks.test(line))
  return index === -1 ? { file } : { file, line: index + 1 }
}

/** Import paths of every main package of the module, to tell a user who has none where they could be. */
export async function findMainPackages(
  host: Host,
  folder: string,
  flags: readonly string[],
  env: Environment,
): Promise<string[]> {
  const format = '{{if eq .Name "main"}}{{.ImportPath}}{{end}}'
  const command = ['go', 'list', '-e', '-find', '-f', format, ...flags, '--', './...']
  const { stdout } = await host.processes.run(command, { cwd: folder, env })
  return stdout.split('\n').filter((line) => line !== '')
}

async function defaultPatterns(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.some((entry) => entry.name === 'cmd' && entry.isDirectory()) ? ['.', './cmd/...'] : ['.']
}

/** Runs a go command whose failure is the user's to mend, and puts go's own words into the error. */
async function goChecked(
  host: Host,
  command: readonly string[],
  cwd: string,
  env: Environment,
): Promise<string> {
  const finished = await host.processes.run(command, { cwd, env })
  if (finished.exitCode === 0) return finished.stdout
  const said = finished.stderr.trim()
  const older = /(\S*go\.(?:mod|work)) .*requires go >= (\S+) \(running go (\S+)(?:; |\))/.exec(said)
  if (older !== null) {
    const [, written = '', needed = '', running = ''] = older
    const file = path.resolve(cwd, written)
    throw new ActionError(
      `Go ${running} is older than the go ${needed} that the module asks for; before this step add one with actions/setup-go and \`go-version-file: ${pathInside(host.folders.workspace, file) ?? file}\`, or allow its download with GOTOOLCHAIN=auto`,
    )
  }
  const trouble = await explainGo(said, cwd, host.environment)
  if (trouble !== undefined) throw trouble
  throw new ToolError(`${command.slice(0, 3).join(' ')} failed in ${cwd}`, finished.exitCode, said)
}

/** What is to be written instead of the folder that holds no module. */
async function modulesBelow(
  { kind, folders: { workspace } }: Pick<Host, 'kind' | 'folders'>,
  folder: string,
): Promise<string> {
  const entries = await readdir(folder).catch(() => undefined)
  if (entries?.length === 0)
    return 'nothing is there at all: before this step add one with actions/checkout and `fetch-depth: 0`'
  const ignore = ['**/{node_modules,vendor,testdata}/**']
  const files = await glob('**/go.mod', { cwd: folder, ignore }).catch(() => [])
  const found = files.sort().map((file) => {
    const at = path.dirname(path.join(folder, file))
    return pathInside(workspace, at) ?? at
  })
  if (found.length === 0) return 'name the folder that holds it, or make one with `go mod init`'
  const [first = '', ...others] = found
  const all = found.slice(0, 5).join(', ')
  if (kind === 'local')
    return others.length === 0
      ? `there is one below it: give ${formatCommand(['--working-directory', first])}`
      : `there are some below it: give one of ${all} as --working-directory`
  if (others.length === 0)
    return `there is one below it: write \`working-directory: ${first}\` under \`with:\``
  return `there are some below it: write one of ${all} as \`working-directory:\` under \`with:\``
}
