// listContents with real go and syft: what each program is made of, against go itself; and the formats against their schemas.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { Ajv } from 'ajv'
import type { Artifact } from '../../src/artifact.js'
import { ActionError, ToolError } from '../../src/errors.js'
import type { Environment } from '../../src/host/host.js'
import { inspectProgram } from '../../src/linkage/index.js'
import { listContents, type BuiltProgram, type SbomRequest } from '../../src/sbom/index.js'
import { goEnvironment } from '../support/go-environment.js'
import { startHost } from '../support/local-host.js'
import { commitAll, temporaryModule } from '../support/modules.js'
import { run, runChecked } from '../support/processes.js'
import { sha256 } from '../support/release-files.js'
import { temporaryFolder } from '../support/temporary.js'
import { requireTool, tools } from '../support/test-tools.js'
import { optionsOf, planOf } from '../unit/plan/example-plan.js'

const withSyft = requireTool('syft')
const withSyftAndC = requireTool('syft', 'gcc')
const onUnix = process.platform === 'win32' ? test.skip : test

const FORMATS = ['spdx-json', 'cyclonedx-json'] as const
type Format = (typeof FORMATS)[number]
const MODULE_PATH = 'example.com/Tool'
const VERSION = 'v1.2.3'
const DATE = '2026-01-02T03:04:05Z'

/** A replaced module, a replaced folder, and capital letters; a system's own module; two programs of different modules. */
const MODULE = {
  'go.mod': `module ${MODULE_PATH}

go 1.22

require (
	example.com/limits v1.0.0
	example.com/local v1.0.0
	filippo.io/edwards25519 v1.1.0
	github.com/BurntSushi/toml v1.6.0
	golang.org/x/sys v0.38.0
)

replace example.com/limits => golang.org/x/time v0.15.0

replace example.com/local => ./local
`,
  'local/go.mod': 'module example.com/local\n',
  'local/local.go': 'package local\n\nconst Name = "local"\n',
  'cmd/one/main.go': `package main

import (
	"example.com/local"
	"filippo.io/edwards25519"
	"github.com/BurntSushi/toml"
)

func main() {
	var config struct{ Name string }
	_, err := toml.Decode(local.Name, &config)
	println(err, edwards25519.NewScalar())
}
`,
  'cmd/one/windows.go': `//go:build windows

package main

import "golang.org/x/sys/windows"

var _ = windows.GetCurrentProcessId()
`,
  'cmd/two/main.go':
    'package main\n\nimport "example.com/limits/rate"\n\nfunc main() { println(rate.NewLimiter(1, 1)) }\n',
}

/** What `go version -m` can read. */
const READABLE = ['linux/amd64', 'windows/arm64', 'darwin/arm64']
/** What neither it nor syft can. */
const UNREADABLE = ['aix/ppc64', 'js/wasm', 'plan9/amd64', 'wasip1/wasm']
/** A target in which nothing is a Go program. */
const BROKEN = 'linux/arm64'

const packages = ['one', 'two'].map((name) => `${MODULE_PATH}/cmd/${name}`)
const { targets } = planOf(
  [...READABLE, ...UNREADABLE, BROKEN].map((id) => optionsOf(id, { packages })),
  { sbom: [...FORMATS], name: 'tool' },
)
const targetOf = (id: string) => {
  const target = targets.find((each) => each.id === id)
  if (target === undefined) throw new Error(`${id} is not in the plan`)
  return target
}

const platform = (id: string) => {
  const [GOOS, GOARCH] = id.split('/')
  return { GOOS, GOARCH, CGO_ENABLED: '0', GOFLAGS: '-mod=mod' }
}

/** Builds what the plan says into a new folder, with a folder for each target; the flags leave nothing of `module` in it. */
async function build(module: string, ids: readonly string[], buildvcs = 'false'): Promise<string> {
  const folder = temporaryFolder('built')
  for (const id of ids) {
    const flags = ['-trimpath', `-buildvcs=${buildvcs}`, '-ldflags=-s -w']
    for (const { importPath, file } of targetOf(id).programs) {
      const output = join(folder, targetOf(id).folder, file)
      await runChecked(['go', 'build', ...flags, '-o', output, importPath], {
        cwd: module,
        env: platform(id),
      })
    }
  }
  return folder
}

let module: string
let folder: string
beforeAll(async () => {
  module = await temporaryModule(MODULE)
  await runChecked(['go', 'mod', 'tidy'], { cwd: module })
  await commitAll(module, [VERSION])
  folder = await build(module, [...READABLE, ...UNREADABLE])
  mkdirSync(join(folder, targetOf(BROKEN).folder))
  for (const { file } of targetOf(BROKEN).programs)
    writeFileSync(join(folder, targetOf(BROKEN).folder, file), 'a text')
}, 600_000)

/** As main hands them over. */
async function programsIn(built: string, id: string): Promise<BuiltProgram[]> {
  const { folder: place, programs, target } = targetOf(id)
  const read = programs.map(async ({ file }): Promise<BuiltProgram[]> => {
    const path = join(built, place, file)
    const inspection = existsSync(path) ? await inspectProgram(path, { goos: target.goos }) : undefined
    if (inspection?.kind !== 'readable') return [{ file, buildInfo: undefined }]
    return inspection.programs.map(({ buildInfo }) => ({ file, buildInfo }))
  })
  return (await Promise.all(read)).flat()
}

async function list(
  ids: readonly string[],
  changes: Partial<SbomRequest> = {},
  environment: Environment = {},
) {
  await using host = await startHost(temporaryFolder('cache'), environment)
  const built = changes.folder ?? folder
  const { GOMODCACHE } = await goEnvironment()
  return await listContents(host, {
    ...{ modulePath: MODULE_PATH, name: 'tool', version: VERSION, date: DATE, syft: tools.syft },
    goVersion: (await runChecked(['go', 'env', 'GOVERSION'])).trim(),
    targets: ids.map(targetOf),
    programs: new Map(await Promise.all(ids.map(async (id) => [id, await programsIn(built, id)] as const))),
    licences: { moduleCache: GOMODCACHE },
    folder: built,
    output: temporaryFolder('sboms'),
    ...changes,
  })
}

type Contents = Awaited<ReturnType<typeof list>>

/** What `id` was given, where it was given documents. */
function documentsOf(contents: Contents, id: string): Artifact[] {
  const given = contents.get(id)
  if (given === undefined || given instanceof Error) throw given ?? new Error(`nothing was said of ${id}`)
  return given
}

const digestsOf = (contents: Contents) =>
  [...contents.keys()].map((id) => documentsOf(contents, id).map(({ name, sha256 }) => [name, sha256]))

interface Spdx {
  readonly packages: readonly {
    readonly name: string
    readonly versionInfo: string
    readonly licenseConcluded: string
    readonly licenseDeclared: string
    readonly sourceInfo?: string
    readonly externalRefs?: readonly { readonly referenceLocator: string }[]
  }[]
  readonly files: readonly { readonly fileName: string; readonly checksums: readonly object[] }[]
}

interface CycloneDx {
  readonly components: readonly {
    readonly type: string
    readonly name: string
    readonly version?: string
    readonly purl?: string
    readonly licenses?: readonly {
      readonly license?: { readonly id?: string }
      readonly expression?: string
    }[]
    readonly properties?: readonly { readonly name: string; readonly value: string }[]
  }[]
}

const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))

interface Module {
  readonly name: string
  readonly version: string
  readonly purl: string | undefined
  readonly licence: string | undefined
}

/** The modules that a document lists, by the program they are in. */
function modulesOf(contents: Contents, id: string, format: Format): Record<string, Module[]> {
  const modules: Record<string, Module[]> = {}
  const add = (place: string | undefined, one: Module) => {
    const program = basename(place ?? '')
    modules[program] = [...(modules[program] ?? []), one].sort((a, b) => (a.name < b.name ? -1 : 1))
  }
  const [spdx, cyclonedx] = documentsOf(contents, id)
  if (format === 'spdx-json') {
    for (const one of (read(spdx?.path ?? '') as Spdx).packages) {
      const purl = one.externalRefs?.find(({ referenceLocator }) =>
        referenceLocator.startsWith('pkg:golang/'),
      )
      if (purl === undefined) continue
      const said = [one.licenseConcluded, one.licenseDeclared].find((licence) => licence !== 'NOASSERTION')
      const { name, versionInfo: version } = one
      add(one.sourceInfo?.replace(/^.*: /, ''), {
        name,
        version,
        purl: purl.referenceLocator,
        licence: said,
      })
    }
  } else {
    for (const { type, name, version = '', purl, licenses, properties } of (
      read(cyclonedx?.path ?? '') as CycloneDx
    ).components) {
      if (type !== 'library') continue
      const [licence] = licenses ?? []
      const place = properties?.find((property) => property.name === 'syft:location:0:path')
      add(place?.value, { name, version, purl, licence: licence?.license?.id ?? licence?.expression })
    }
  }
  return modules
}

const named = (modules: Record<string, Module[]>) =>
  Object.fromEntries(
    Object.entries(modules).map(([file, each]) => [
      file,
      each.map(({ name, version }) => `${name} ${version}`),
    ]),
  )

/** The modules of a program as `go version -m` says, in the words of an SBOM. */
async function goVersionOf(program: string): Promise<string[]> {
  const [first = '', ...lines] = (await runChecked(['go', 'version', '-m', program])).split('\n')
  const modules: string[] = [`stdlib ${first.replace(/^.*: /, '').split(' ')[0] ?? ''}`]
  for (const line of lines) {
    const [, word = '', path = '', version = ''] = line.split('\t')
    const isFolder = path.startsWith('.')
    const known = version === '(devel)' ? (word === 'mod' ? VERSION : 'UNKNOWN') : version
    if (word === '=>') {
      const replaced = modules.pop() ?? ''
      modules.push(isFolder ? `${replaced.split(' ')[0] ?? ''} UNKNOWN` : `${path} ${version}`)
    } else if (word === 'mod' || word === 'dep') modules.push(`${path} ${known}`)
  }
  return modules.sort()
}

/** The modules whose packages `go list` says a program is built from. */
async function goListOf(id: string, importPath: string): Promise<string[]> {
  const format =
    '{{with .Module}}{{if .Main}}main{{else if .Replace}}{{if .Replace.Version}}{{.Replace.Path}} {{.Replace.Version}}{{else}}{{.Path}} UNKNOWN{{end}}{{else}}{{.Path}} {{.Version}}{{end}}{{end}}'
  const text = await runChecked(['go', 'list', '-deps', '-f', format, importPath], {
    cwd: module,
    env: platform(id),
  })
  const modules = text.split('\n').filter((line) => line !== '' && line !== 'main')
  const goVersion = (await runChecked(['go', 'env', 'GOVERSION'])).trim()
  return [...new Set([...modules, `${MODULE_PATH} ${VERSION}`, `stdlib ${goVersion}`])].sort()
}

describe('every target', () => {
  let contents: Contents
  beforeAll(async () => {
    contents = await list([...READABLE, ...UNREADABLE])
  }, 120_000)

  withSyft.each(READABLE)('%s: the modules that go version -m says of each program', async (id) => {
    const { folder: place, programs } = targetOf(id)
    const expected = programs.map(
      async ({ file }) => [file, await goVersionOf(join(folder, place, file))] as const,
    )
    const said = Object.fromEntries(await Promise.all(expected))
    expect(Object.values(said).flat()).toContain('golang.org/x/time v0.15.0')
    for (const format of FORMATS) expect(named(modulesOf(contents, id, format))).toEqual(said)
  })

  withSyft.each(UNREADABLE)('%s: the modules that go list says of each program', async (id) => {
    const { folder: place, programs } = targetOf(id)
    for (const { file } of programs) {
      // Otherwise the target belongs into the test above.
      const { exitCode } = await run(['go', 'version', '-m', join(folder, place, file)])
      expect({ file, exitCode }).toEqual({ file, exitCode: 1 })
    }
    const expected = programs.map(
      async ({ file, importPath }) => [file, await goListOf(id, importPath)] as const,
    )
    const said = Object.fromEntries(await Promise.all(expected))
    for (const format of FORMATS) expect(named(modulesOf(contents, id, format))).toEqual(said)
  })

  withSyft('programs of one target differ in their modules, and a module in its systems', () => {
    const names = (id: string, file: string) =>
      modulesOf(contents, id, 'spdx-json')[file]?.map(({ name }) => name)
    const one = [MODULE_PATH, 'example.com/local', 'filippo.io/edwards25519', 'github.com/BurntSushi/toml']
    expect(names('linux/amd64', 'one')).toEqual([...one, 'stdlib'])
    expect(names('windows/arm64', 'one.exe')).toEqual([...one, 'golang.org/x/sys', 'stdlib'])
    expect(names('plan9/amd64', 'two')).toEqual([MODULE_PATH, 'golang.org/x/time', 'stdlib'])
  })

  withSyft.each([...READABLE, ...UNREADABLE])('%s: package URLs, and licences of the modules', (id) => {
    for (const format of FORMATS) {
      const modules = Object.values(modulesOf(contents, id, format)).flat()
      const about = (name: string) => modules.find((each) => each.name === name)
      const licenceOf = (name: string) => about(name)?.licence
      expect(about(MODULE_PATH)?.purl).toBe(`pkg:golang/${MODULE_PATH}@${VERSION}`)
      expect(about('example.com/local')?.purl).toBe('pkg:golang/example.com/local')
      expect(about('github.com/BurntSushi/toml')?.purl).toBe('pkg:golang/github.com/BurntSushi/toml@v1.6.0')
      expect(about('stdlib')?.purl).toMatch(/^pkg:golang\/stdlib@1\.\d/)
      expect(licenceOf('github.com/BurntSushi/toml')).toBe('MIT')
      expect(licenceOf('golang.org/x/time')).toBe('BSD-3-Clause')
      expect(licenceOf('filippo.io/edwards25519')).toBe('BSD-3-Clause')
      expect(licenceOf('stdlib')).toBe('BSD-3-Clause')
    }
  })

  withSyft.each([...READABLE, ...UNREADABLE])(
    '%s: its programs by their digests, and no other file',
    (id) => {
      const { folder: place, programs } = targetOf(id)
      const [spdx] = documentsOf(contents, id)
      const { files } = read(spdx?.path ?? '') as Spdx
      expect(files.map(({ fileName }) => basename(fileName)).sort()).toEqual(programs.map(({ file }) => file))
      for (const { fileName, checksums } of files) {
        const checksumValue = sha256(join(folder, place, basename(fileName)))
        expect(checksums).toContainEqual({ algorithm: 'SHA256', checksumValue })
      }
    },
  )

  withSyft.each([...READABLE, ...UNREADABLE])('%s: nothing of where it was built or scanned', (id) => {
    for (const { path } of documentsOf(contents, id)) {
      const text = readFileSync(path, 'utf8')
      for (const foreign of [folder, module, './local', ...targets.map((each) => each.folder)])
        expect(text).not.toContain(foreign)
    }
  })

  withSyft.each([...READABLE, ...UNREADABLE])('%s: valid by the schemas', async (id) => {
    const [spdx, cyclonedx] = documentsOf(contents, id).map(({ path }) => readFileSync(path, 'utf8'))
    expect(await problemsOf['spdx-json'](spdx ?? '')).toBeNull()
    expect(await problemsOf['cyclonedx-json'](cyclonedx ?? '')).toBeNull()
  })
})

/** What a schema says against a document; null where nothing. */
const problemsOf: Record<Format, (text: string) => Promise<unknown>> = {
  // Syft carries a copy of the schema that is published beside the specification.
  'spdx-json': async (text) => {
    const command = ['go', 'mod', 'download', '-json', 'github.com/anchore/syft@v1.52.0']
    const { Dir } = JSON.parse(await runChecked(command, { cwd: temporaryFolder('empty') })) as {
      Dir: string
    }
    const schema = read(join(Dir, 'schema', 'spdx-json', 'spdx-schema-2.3.json')) as object
    const ajv = new Ajv({ strict: false, allErrors: true })
    return ajv.validate(schema, JSON.parse(text)) ? null : ajv.errors
  },
  'cyclonedx-json': (text) =>
    new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text) as Promise<unknown>,
}

withSyft('the schemas do refuse', async () => {
  const contents = await list(['wasip1/wasm'])
  for (const [index, { path }] of documentsOf(contents, 'wasip1/wasm').entries()) {
    const format = FORMATS[index] ?? 'spdx-json'
    const text = readFileSync(path, 'utf8').replaceAll('"name":', '"title":')
    expect(await problemsOf[format](text)).not.toBeNull()
  }
})

withSyft(
  'two clones in two folders give the same bytes, with another module cache and another home',
  async () => {
    const { GOMODCACHE } = await goEnvironment()
    const clone = join(temporaryFolder('a much longer path'), 'clone')
    await runChecked(['git', 'clone', '--quiet', module, clone])
    const cache = temporaryFolder('mod')
    const env = {
      GOMODCACHE: cache,
      GOPROXY: `file://${GOMODCACHE}/cache/download,${process.env['GOPROXY'] ?? 'direct'}`,
      GOFLAGS: '-modcacherw',
    }
    await runChecked(['go', 'mod', 'download'], { cwd: clone, env })
    // What the user has told syft is not what the release is told.
    const home = temporaryFolder('home')
    writeFileSync(join(home, '.syft.yaml'), 'file:\n  metadata:\n    digests: [md5]\nexclude: ["**/one*"]\n')
    const told = {
      ...{ HOME: home, USERPROFILE: home, GOPATH: home },
      ...{ SYFT_EXCLUDE: '**/two*', SYFT_FORMAT_PRETTY: 'true', SYFT_ENRICH: 'golang' },
    }
    const ids = ['linux/amd64', 'windows/arm64', 'js/wasm']
    const here = await list(ids, { folder: await build(module, ids, 'true') })
    const there = await list(
      ids,
      { folder: await build(clone, ids, 'true'), licences: { moduleCache: cache } },
      told,
    )
    expect(digestsOf(there)).toEqual(digestsOf(here))
    // A machine may have the module itself in its cache; that is not where the release comes from.
    const own = join(cache, 'example.com', `!tool@${VERSION}`)
    mkdirSync(own, { recursive: true })
    cpSync(join(cache, 'golang.org', 'x', 'time@v0.15.0', 'LICENSE'), join(own, 'LICENSE'))
    expect(
      digestsOf(
        await list(ids, { licences: { moduleCache: cache }, folder: await build(clone, ids, 'true') }),
      ),
    ).toEqual(digestsOf(here))
  },
  240_000,
)

withSyft('a document depends on its own target only', async () => {
  const id = 'linux/amd64'
  const moved = temporaryFolder('moved')
  cpSync(join(folder, targetOf(id).folder), join(moved, targetOf(id).folder), { recursive: true })
  const among = documentsOf(await list([...READABLE, ...UNREADABLE]), id)
  const alone = documentsOf(await list([id], { folder: moved }), id)
  expect(alone.map(({ sha256 }) => sha256)).toEqual(among.map(({ sha256 }) => sha256))
})

describe('the version of the main module', () => {
  const id = 'linux/amd64'
  const mainOf = (contents: Contents, target = id) =>
    modulesOf(contents, target, 'cyclonedx-json')[targetOf(target).programs[0]?.file ?? '']?.find(
      ({ name }) => name === MODULE_PATH,
    )

  withSyft('is what Go stamped, where it stamped one', async () => {
    const stamped = await build(module, [id], 'true')
    expect(mainOf(await list([id], { folder: stamped, version: 'v9.9.9' }))).toMatchObject({
      version: VERSION,
      purl: `pkg:golang/${MODULE_PATH}@${VERSION}`,
    })
  })

  withSyft("is the release's where Go stamped none, and an untagged module is a module", async () => {
    const version = 'v0.0.0-20260102030405-0123456789ab'
    const contents = await list([id, 'wasip1/wasm'], { version })
    expect(mainOf(contents)?.version).toBe(version)
    expect(mainOf(contents, 'wasip1/wasm')).toEqual(mainOf(contents))
  })

  withSyft('of an untagged commit is what Go makes of the commit', async () => {
    const untagged = await temporaryModule(MODULE)
    cpSync(join(module, 'go.sum'), join(untagged, 'go.sum'))
    cpSync(join(module, 'go.mod'), join(untagged, 'go.mod'))
    await commitAll(untagged)
    const built = await build(untagged, [id], 'true')
    const said = await goVersionOf(join(built, targetOf(id).folder, 'one'))
    const main = mainOf(await list([id], { folder: built, version: 'v0.0.0-1-g0123456' }))
    expect(main?.version).toMatch(/^v0\.0\.0-20260102030405-[0-9a-f]{12}$/)
    expect(said).toContain(`${MODULE_PATH} ${main?.version ?? ''}`)
  })
})

withSyft('licences of vendored modules are those in the vendor folder', async () => {
  const vendored = await temporaryModule(MODULE)
  for (const file of ['go.mod', 'go.sum']) cpSync(join(module, file), join(vendored, file))
  await runChecked(['go', 'mod', 'vendor'], { cwd: vendored })
  const { GOMODCACHE } = await goEnvironment()
  const ids = ['linux/amd64', 'wasip1/wasm']
  const [none, some] = [
    await list(ids, { licences: { moduleCache: temporaryFolder('empty') } }, { GOMODCACHE }),
    await list(ids, { licences: { vendor: join(vendored, 'vendor') } }),
  ]
  for (const id of ids) {
    const licence = (contents: Contents) =>
      Object.values(modulesOf(contents, id, 'spdx-json'))
        .flat()
        .find(({ name }) => name === 'filippo.io/edwards25519')?.licence
    expect({ id, none: licence(none), some: licence(some) }).toEqual({
      ...{ id, none: undefined, some: 'BSD-3-Clause' },
    })
  }
})

withSyftAndC('an archive for C linkers has its modules too', async () => {
  const library = await temporaryModule({
    'go.mod': 'module example.com/Tool\n\ngo 1.22\n\nrequire filippo.io/edwards25519 v1.1.0\n',
    'cmd/one/main.go':
      'package main\n\nimport (\n\t"C"\n\n\t"filippo.io/edwards25519"\n)\n\n//export One\nfunc One() { println(edwards25519.NewScalar()) }\n\nfunc main() {}\n',
  })
  await runChecked(['go', 'mod', 'tidy'], { cwd: library })
  const [target] = planOf(
    [optionsOf('linux/amd64', { packages: packages.slice(0, 1), buildmode: 'c-archive', cgo: true })],
    { sbom: [...FORMATS] },
  ).targets
  if (target === undefined) throw new Error('a plan of one target has none')
  const built = temporaryFolder('built')
  const path = join(built, target.folder, 'one.a')
  await runChecked(['go', 'build', '-buildvcs=false', '-buildmode=c-archive', '-o', path, './cmd/one'], {
    cwd: library,
    env: { CGO_ENABLED: '1' },
  })
  expect(readdirSync(join(built, target.folder)).sort()).toEqual(['one.a', 'one.h'])
  const inspection = await inspectProgram(path, { goos: 'linux' })
  const buildInfo = inspection.kind === 'readable' ? inspection.programs[0]?.buildInfo : undefined
  const contents = await list([], {
    targets: [target],
    folder: built,
    programs: new Map([[target.id, [{ file: 'one.a', buildInfo }]]]),
  })
  const modules = modulesOf(contents, target.id, 'cyclonedx-json')
  expect(Object.keys(modules)).toEqual(['one.a'])
  expect(named(modules)['one.a']?.slice(0, 2)).toEqual([
    `${MODULE_PATH} ${VERSION}`,
    'filippo.io/edwards25519 v1.1.0',
  ])
})

describe('no document says nothing', () => {
  withSyft('a target whose programs name no modules fails alone, and gets no file', async () => {
    const output = temporaryFolder('sboms')
    const contents = await list(['linux/amd64', BROKEN], { output })
    const made = documentsOf(contents, 'linux/amd64').map(({ name }) => name)
    expect(made).toHaveLength(FORMATS.length)
    const error = contents.get(BROKEN)
    expect(error).toBeInstanceOf(ActionError)
    expect(error).toMatchObject({
      message:
        'one holds no Go build info that names its modules, and an SBOM without them would be wrong; set sbom: off',
    })
    expect(readdirSync(output).sort()).toEqual([...made].sort())
  })

  withSyft('a program that is not where it was built is missed', async () => {
    const output = temporaryFolder('sboms')
    const programs = new Map([['linux/amd64', await programsIn(folder, 'linux/amd64')]])
    const contents = await list(['linux/amd64'], { folder: temporaryFolder('empty'), programs, output })
    expect(contents.get('linux/amd64')).toMatchObject({
      message: expect.stringMatching(/^syft does not list the file one, /) as string,
    })
    expect(readdirSync(output)).toEqual([])
  })

  test('a target without any program fails, and syft is not started for it', async () => {
    const contents = await list([BROKEN], { syft: 'no such program' })
    expect(contents.get(BROKEN)).toBeInstanceOf(ActionError)
  })

  onUnix('syft that fails, and syft that writes something else, is the failure of all', async () => {
    await expect(list(READABLE, { syft: 'false' })).rejects.toThrow(ToolError)
    const other = join(temporaryFolder('other'), 'syft')
    writeFileSync(
      other,
      '#!/bin/sh\nfor last; do :; done\necho \'{"descriptor":{"version":"9.9"}}\' > "${last#*=}"\n',
      { mode: 0o755 },
    )
    await expect(list(READABLE, { syft: other })).rejects.toThrow(
      /^syft 9\.9 describes the programs in a form .* no usable "artifacts"/,
    )
  })

  test('nothing is started where no target asks for a document', async () => {
    expect(await list([], { syft: 'false' })).toEqual(new Map())
  })
})
