// Why a program is dynamic, asked of real Go modules; and that each mend makes what it says.
import { join } from 'node:path'
import { explainLinkage, formatReasons, type ProgramBuild } from '../../src/explain/index.js'
import { createProcesses } from '../../src/host/process.js'
import { judge } from '../../src/linkage/index.js'
import { temporaryModule } from '../support/modules.js'
import { cleanEnvironment, runChecked } from '../support/processes.js'
import { describeOn } from './linkage/describe-on.js'
import { readLinkageOf } from './linkage/read-linkage.js'

const processes = createProcesses(cleanEnvironment())

const TINY = `package tiny

// static int one(void) { return 1; }
import "C"

func One() int { return int(C.one()) }
`
const USES = (...imports: string[]) =>
  `package main\n\nimport (\n${imports.map((path) => `\t_ "${path}"\n`).join('')})\n\nfunc main() {}\n`

const FILES = {
  'go.mod': `module example.test/app

go 1.22

require example.test/tiny v1.0.0

replace example.test/tiny => ./replaced/tiny
`,
  'replaced/tiny/go.mod': 'module example.test/tiny\n\ngo 1.22\n',
  'replaced/tiny/tiny.go': TINY,
  'replaced/tiny/nocgo.go': '//go:build !cgo\n\npackage tiny\n\nfunc One() int { return 1 }\n',
  'db/db.go': 'package db\n\nimport _ "example.test/tiny"\n',
  // Shorter than through db, and not there unless the tag is given.
  'db/direct.go': '//go:build direct\n\npackage db\n\nimport _ "example.test/app/c"\n',
  'c/c.go': TINY.replace('package tiny', 'package c'),
  'loads/loads.go': `package loads

import _ "unsafe"

//go:cgo_import_dynamic loads_sqrt sqrt "libm.so.6"
//go:cgo_import_dynamic _ _ "libm.so.6"
`,
  'cmd/pure/main.go': USES('fmt'),
  'cmd/tool/main.go': USES('example.test/app/db'),
  'cmd/web/main.go': USES('log/syslog', 'os/user'),
  'cmd/loader/main.go': USES('example.test/app/loads'),
  'cmd/handle/main.go': USES('runtime/cgo'),
}

interface Case {
  readonly name: string
  readonly program: string
  readonly cgo: boolean
  readonly build?: Partial<ProgramBuild>
  readonly told: readonly string[]
}

const STATICALLY = '-linkmode external -extldflags -static'
const MUSL = `mend: link it with musl: cc: musl-gcc in the row and ${STATICALLY} in ldflags; or set cgo: false if the program can do without its C code`
const UNEXPLAINED = 'why: no package of it and no flag of the build explains this'

const cases: readonly Case[] = [
  { name: 'a pure program', program: 'pure', cgo: true, told: [UNEXPLAINED] },
  {
    name: 'C in a replaced module',
    program: 'tool',
    cgo: true,
    told: ['why: main → example.test/app/db → example.test/tiny (cgo)', MUSL],
  },
  {
    name: 'a package that only a tag brings in',
    program: 'tool',
    cgo: true,
    build: { tags: 'direct' },
    told: [
      'why: main → example.test/app/db → example.test/app/c (cgo)',
      'why: main → example.test/app/db → example.test/tiny (cgo)',
      MUSL,
    ],
  },
  { name: 'the same with cgo off', program: 'tool', cgo: false, told: [UNEXPLAINED] },
  {
    name: "the standard library's own cgo",
    program: 'web',
    cgo: true,
    told: [
      'why: main → os/user (cgo)',
      'why: main → log/syslog → net (cgo resolver)',
      'mend: add osusergo,netgo to tags, or set cgo: false',
    ],
  },
  {
    name: 'one half of the tags',
    program: 'web',
    cgo: true,
    build: { tags: 'netgo' },
    told: ['why: main → os/user (cgo)', 'mend: add osusergo to tags, or set cgo: false'],
  },
  { name: 'both tags', program: 'web', cgo: true, build: { tags: 'netgo,osusergo' }, told: [UNEXPLAINED] },
  {
    name: 'runtime/cgo imported alone',
    program: 'handle',
    cgo: true,
    told: ['why: main → runtime/cgo (cgo)', 'mend: set cgo: false, or leave out runtime/cgo'],
  },
  {
    name: 'a library asked for without cgo',
    program: 'loader',
    cgo: false,
    told: [
      'why: main → example.test/app/loads (//go:cgo_import_dynamic libm.so.6)',
      'mend: leave out example.test/app/loads, which nothing makes static, or allow what it loads with linkage',
    ],
  },
  {
    name: 'buildmode pie',
    program: 'pure',
    cgo: false,
    build: { buildmode: 'pie' },
    told: [
      'why: -buildmode=pie',
      'mend: set buildmode: exe; or, for a static PIE, cgo: true, tags: netgo,osusergo and -linkmode external -extldflags -static-pie in ldflags',
    ],
  },
  {
    name: 'an external linker',
    program: 'pure',
    cgo: true,
    build: { ldflags: '-s -linkmode=external' },
    told: ['why: -linkmode external', 'mend: take it out of ldflags, or add -extldflags -static'],
  },
]

describeOn('linux/x64', ['go', 'gcc'])('linux/amd64', () => {
  let folder: string
  beforeAll(async () => {
    folder = await temporaryModule(FILES)
  })

  const buildOf = ({ program, cgo, build }: Pick<Case, 'program' | 'cgo' | 'build'>): ProgramBuild => ({
    folder,
    environment: { GOOS: 'linux', GOARCH: 'amd64', CGO_ENABLED: cgo ? '1' : '0' },
    mainPackage: `example.test/app/cmd/${program}`,
    buildmode: undefined,
    ldflags: '',
    tags: '',
    mod: 'readonly',
    goflags: '',
    ...build,
  })

  /** Builds the program as told, and judges the file. */
  async function verdictOf(build: ProgramBuild): Promise<string> {
    const file = join(folder, 'built')
    const mode = build.buildmode === undefined ? [] : [`-buildmode=${build.buildmode}`]
    const command = ['go', 'build', `-tags=${build.tags}`, `-ldflags=${build.ldflags}`, ...mode, '-o', file]
    await runChecked([...command, '--', build.mainPackage], { cwd: folder, env: build.environment })
    return judge(await readLinkageOf(file), 'linux').kind
  }

  test.each(cases)('$name: explained where, and only where, the file is dynamic', async (wanted) => {
    const build = buildOf(wanted)
    expect(formatReasons(await explainLinkage(processes, build))).toEqual(wanted.told)
    expect(await verdictOf(build)).toBe(wanted.told.includes(UNEXPLAINED) ? 'static' : 'dynamic')
  })

  test.each<[mend: string, build: Pick<Case, 'program' | 'cgo' | 'build'>]>([
    ['tags', { program: 'web', cgo: true, build: { tags: 'osusergo,netgo' } }],
    ['cgo: false', { program: 'web', cgo: false }],
    ['buildmode: exe', { program: 'pure', cgo: false, build: { buildmode: 'exe' } }],
    ['-extldflags -static', { program: 'pure', cgo: true, build: { ldflags: STATICALLY } }],
    [
      '-extldflags -static-pie',
      {
        program: 'pure',
        cgo: true,
        build: { buildmode: 'pie', ldflags: '-linkmode external -extldflags -static-pie' },
      },
    ],
  ])('the mend %s makes it static', async (_, mended) => {
    const build = buildOf(mended)
    expect(await verdictOf(build)).toBe('static')
    expect(await explainLinkage(processes, build)).toEqual([])
  })

  test('a package of the vendor folder has its own path', async () => {
    const vendored = await temporaryModule(FILES)
    await runChecked(['go', 'mod', 'vendor'], { cwd: vendored })
    const reasons = await explainLinkage(processes, {
      ...buildOf({ program: 'tool', cgo: true }),
      folder: vendored,
      mod: 'vendor',
    })
    expect(reasons).toEqual([
      {
        kind: 'cgo',
        chain: ['example.test/app/cmd/tool', 'example.test/app/db', 'example.test/tiny'],
        // Of the user's own import that leads there.
        place: { file: expect.stringMatching(/\bdb\/db\.go$/) as string, line: 3, column: 8 },
        mend: MUSL.slice('mend: '.length),
      },
    ])
  })
})

describeOn('linux/x64', ['go', 'musl-gcc'])('with musl', () => {
  test('the mend cc: musl-gcc makes a program with C static', async () => {
    const folder = await temporaryModule(FILES)
    const file = join(folder, 'built')
    await runChecked(['go', 'build', `-ldflags=${STATICALLY}`, '-o', file, './cmd/tool'], {
      cwd: folder,
      env: { CGO_ENABLED: '1', CC: 'musl-gcc' },
    })
    expect(judge(await readLinkageOf(file), 'linux').kind).toBe('static')
  })
})

describeOn('any', ['go'])('github.com/ebitengine/purego', () => {
  let folder: string
  beforeAll(async () => {
    folder = await temporaryModule({
      'go.mod': 'module example.test/loader\n\ngo 1.22\n',
      'main.go': `package main

import "github.com/ebitengine/purego"

func main() { _, _ = purego.Dlopen("libm.so.6", purego.RTLD_NOW) }
`,
    })
    await runChecked(['go', 'get', 'github.com/ebitengine/purego@v0.8.4'], { cwd: folder })
  })

  const explain = (goos: string) =>
    explainLinkage(processes, {
      folder,
      environment: { GOOS: goos, GOARCH: 'amd64', CGO_ENABLED: '0' },
      mainPackage: 'example.test/loader',
      buildmode: undefined,
      ldflags: '',
      tags: '',
      mod: undefined,
      goflags: '',
    })

  test('is why a program without cgo needs libdl.so.2', async () => {
    const file = join(folder, 'built')
    const env = { GOOS: 'linux', GOARCH: 'amd64', CGO_ENABLED: '0' }
    await runChecked(['go', 'build', '-o', file], { cwd: folder, env })
    expect(await readLinkageOf(file)).toMatchObject({
      interpreter: '/lib64/ld-linux-x86-64.so.2',
      needed: expect.arrayContaining(['libdl.so.2']) as string[],
    })
    const reasons = await explain('linux')
    expect(reasons).toContainEqual(
      expect.objectContaining({
        kind: 'cgo_import_dynamic',
        chain: ['example.test/loader', 'github.com/ebitengine/purego'],
        libraries: ['libdl.so.2'],
      }),
    )
    expect(formatReasons(reasons)).toContain(
      'why: main → github.com/ebitengine/purego (//go:cgo_import_dynamic libdl.so.2)',
    )
  })

  test('is no reason where every program of Go needs that library', async () => {
    expect(await explain('darwin')).toEqual([])
  })
})
