// The linkage check on what Go and C compilers make on linux/amd64 together: every way there to be dynamic, or to look it.

import { join } from 'node:path'
import {
  describeVerdict,
  inspectProgram,
  parseChecks,
  parsePolicy,
  runChecks,
  type CheckName,
  type Inspection,
} from '../../src/linkage/index.js'
import { temporaryModule } from '../support/modules.js'
import { runChecked } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'
import { describeOn } from './linkage/describe-on.js'

const LOADER = '/lib64/ld-linux-x86-64.so.2'
const STATIC = 'static: no PT_INTERP, no DT_NEEDED'

/** Which of them accept a file. */
const POLICIES = ['static', 'system', 'glibc<=2.2', 'glibc<=2.99', 'musl']
const EVERY = POLICIES
const ANY_GLIBC = ['system', 'glibc<=2.99']

interface Build {
  readonly name: string
  readonly main: 'net' | 'c' | 'strings' | 'purego'
  /** Undefined for CGO_ENABLED=0. */
  readonly cc?: 'gcc' | 'musl-gcc' | 'x86_64-w64-mingw32-gcc'
  readonly flags: readonly string[]
  /** As it was asked for, where it matters. */
  readonly buildmode?: string
  readonly told: RegExp | string
  readonly accepted: readonly string[]
  readonly refused?: readonly CheckName[]
  readonly warned?: readonly CheckName[]
}

const NO_LIBC = ['-tags', 'osusergo,netgo']
const linkedBy = (extldflags: string): string[] => [
  '-ldflags',
  `-linkmode external -extldflags '${extldflags}'`,
]
const glibc = /^dynamic: needs libc\.so\.6 \(GLIBC_2\.\d+ or later\) through \/lib64\/ld-linux-x86-64\.so\.2$/

const builds: readonly Build[] = [
  { name: 'cgo', main: 'net', cc: 'gcc', flags: [], told: glibc, accepted: ANY_GLIBC },
  { name: 'cgo without libc', main: 'net', cc: 'gcc', flags: NO_LIBC, told: STATIC, accepted: EVERY },
  { name: 'no cgo', main: 'net', flags: [], told: STATIC, accepted: EVERY },
  {
    name: 'cgo, linked statically by GCC, with glibc that loads its name services',
    main: 'net',
    cc: 'gcc',
    flags: linkedBy('-static'),
    told: 'dynamic: looks static (no PT_INTERP, no DT_NEEDED), but the glibc in it loads libnss_*.so at run time',
    accepted: ['system'],
  },
  {
    name: 'the same, stripped',
    main: 'net',
    cc: 'gcc',
    flags: ['-ldflags', '-s -w -linkmode external -extldflags -static'],
    told: /but the glibc in it loads libnss_\*\.so at run time$/,
    accepted: ['system'],
  },
  {
    name: 'cgo, linked statically by GCC, without name services',
    main: 'net',
    cc: 'gcc',
    flags: [...NO_LIBC, ...linkedBy('-static')],
    told: STATIC,
    accepted: EVERY,
  },
  {
    name: 'no cgo, with the text of glibc as data',
    main: 'strings',
    flags: [],
    told: STATIC,
    accepted: EVERY,
  },
  {
    name: 'cgo, linked statically, with the text of glibc as data of Go',
    main: 'strings',
    cc: 'gcc',
    flags: linkedBy('-static'),
    told: STATIC,
    accepted: EVERY,
  },
  {
    name: 'static-pie',
    main: 'net',
    cc: 'gcc',
    flags: [...NO_LIBC, '-buildmode', 'pie', ...linkedBy('-static-pie')],
    told: `${STATIC}, relocates itself (static-pie)`,
    accepted: EVERY,
  },
  {
    name: 'static-pie with glibc that loads its name services',
    main: 'net',
    cc: 'gcc',
    flags: ['-buildmode', 'pie', ...linkedBy('-static-pie')],
    told: /^dynamic: looks static \(.*static-pie\)\), but the glibc in it loads libnss_\*\.so at run time$/,
    accepted: ['system'],
  },
  {
    name: 'pie, of which ldd says that it is static',
    main: 'net',
    flags: ['-buildmode', 'pie'],
    told: `dynamic: needs the loader ${LOADER}, but no library`,
    accepted: ['system', 'glibc<=2.2', 'glibc<=2.99'],
  },
  {
    name: 'pie without a loader, which cannot start',
    main: 'net',
    flags: ['-buildmode', 'pie', '-ldflags', '-d'],
    told: 'dynamic: ET_DYN that names no loader and does not relocate itself (no PT_DYNAMIC), so that it cannot start',
    accepted: [],
  },
  {
    name: 'c-shared',
    main: 'net',
    cc: 'gcc',
    flags: ['-buildmode', 'c-shared'],
    told: /^dynamic: needs libc\.so\.6 \(GLIBC_2\.\d+ or later\); it is a shared library$/,
    accepted: ANY_GLIBC,
  },
  {
    name: 'a library of its own folder',
    main: 'net',
    cc: 'gcc',
    flags: linkedBy('-Wl,-rpath,$ORIGIN/lib -Wl,--enable-new-dtags'),
    told: /; not brought by the system: libraries of \$ORIGIN\/lib \(DT_RUNPATH\)$/,
    accepted: [],
  },
  {
    name: 'a library of a folder that is not the system',
    main: 'net',
    cc: 'gcc',
    flags: linkedBy('-Wl,-rpath,/opt/lib'),
    told: /; not brought by the system: libraries of \/opt\/lib \(DT_RUNPATH\)$/,
    accepted: [],
    refused: ['rpath'],
  },
  {
    name: 'an executable stack',
    main: 'c',
    cc: 'gcc',
    flags: linkedBy('-Wl,-z,execstack'),
    told: glibc,
    accepted: ANY_GLIBC,
    refused: ['stack'],
  },
  {
    name: 'musl, static, with code that is writable',
    main: 'c',
    cc: 'musl-gcc',
    flags: linkedBy('-static -Wl,--omagic'),
    told: STATIC,
    accepted: EVERY,
    refused: ['wx'],
  },
  {
    name: 'no cgo, but //go:cgo_import_dynamic, which names no version',
    main: 'purego',
    flags: [],
    told: `dynamic: needs libdl.so.2 through ${LOADER}`,
    accepted: ['system'],
  },
  {
    name: 'musl, static',
    main: 'net',
    cc: 'musl-gcc',
    flags: linkedBy('-static'),
    told: STATIC,
    accepted: EVERY,
  },
  {
    name: 'musl, dynamic',
    main: 'net',
    cc: 'musl-gcc',
    flags: [],
    told: 'dynamic: needs libc.so through /lib/ld-musl-x86_64.so.1',
    accepted: ['system', 'musl'],
  },
  {
    name: 'windows',
    main: 'c',
    cc: 'x86_64-w64-mingw32-gcc',
    flags: [],
    told: 'system-only: needs only what Windows brings: KERNEL32.dll, msvcrt.dll',
    accepted: EVERY,
  },
  {
    name: 'windows, buildmode: exe',
    main: 'c',
    cc: 'x86_64-w64-mingw32-gcc',
    flags: ['-buildmode', 'exe'],
    buildmode: 'exe',
    told: 'system-only: needs only what Windows brings: KERNEL32.dll, msvcrt.dll',
    accepted: EVERY,
    warned: ['aslr'],
  },
  {
    name: 'windows, a DLL',
    main: 'c',
    cc: 'x86_64-w64-mingw32-gcc',
    flags: ['-buildmode', 'c-shared'],
    told: 'system-only: needs only what Windows brings: KERNEL32.dll, msvcrt.dll',
    accepted: EVERY,
  },
]

const FILES = {
  'go.mod': 'module example.test/program\n\ngo 1.22\n',
  'net/main.go': `package main

import (
	"net"
	"os/user"
)

func main() {
	_, err := net.LookupHost("localhost")
	println(err == nil)
	_, err = user.Current()
	println(err == nil)
}
`,
  'c/main.go': `package main

// #include <stdlib.h>
import "C"

func main() { println(C.abs(-1)) }
`,
  'strings/main.go': `package main

import _ "embed"

//go:embed data.txt
var data string

func main() { println("libnss_%s.so%s", "libnss_files.so.2", "/etc/nsswitch.conf", data) }
`,
  'strings/c.go': `package main

// #include <stdlib.h>
import "C"

func init() { println(C.abs(-1)) }
`,
  'strings/data.txt': '"libnss_%s.so%s", "libnss_files.so.2"\n',
  'purego/main.go': `package main

import _ "unsafe"

//go:cgo_import_dynamic libc_dlopen dlopen "libdl.so.2"
//go:cgo_import_dynamic _ _ "libdl.so.2"

func main() {}
`,
}

const compilers = [...new Set(builds.map(({ cc }) => cc ?? 'gcc'))]

describe.each(compilers)('what Go and %s make', (compiler) => {
  describeOn('linux/x64', ['go', 'readelf', compiler])('for', () => {
    let folder: string

    beforeAll(async () => {
      folder = await temporaryModule(FILES)
    })

    test.each(builds.filter(({ cc = 'gcc' }) => cc === compiler))('$name', async (build) => {
      const goos = build.cc === 'x86_64-w64-mingw32-gcc' ? 'windows' : 'linux'
      const file = await make(folder, build, goos)
      const inspection = await inspectProgram(file)
      if (inspection.kind !== 'readable') throw new Error(inspection.problem)
      expect(inspection.goos).toBe(goos)
      expect(describeVerdict(inspection.verdict)).toEqual(
        typeof build.told === 'string' ? build.told : expect.stringMatching(build.told),
      )
      const accepts = (policy: string): boolean =>
        !check(inspection, build, goos, policy).refused.includes('linkage')
      expect(POLICIES.filter(accepts)).toEqual(build.accepted)
      expect(check(inspection, build, goos, 'any')).toEqual({
        refused: build.refused ?? [],
        warned: build.warned ?? [],
      })
      if (goos === 'linux') expect(inspection.linkage).toMatchObject(await askReadelf(file))
    })
  })
})

describeOn('linux/x64', ['go', 'gcc', 'objcopy'])('what objcopy --only-keep-debug leaves', () => {
  test.each(['cgo', 'no cgo', 'cgo without libc'])('of %s is no program', async (name) => {
    const build = builds.find((each) => each.name === name)
    if (build === undefined) throw new Error(`no build is called ${name}`)
    const file = await make(await temporaryModule(FILES), build, 'linux')
    await runChecked(['objcopy', '--only-keep-debug', file, `${file}.debug`])
    expect(await inspectProgram(`${file}.debug`)).toMatchObject({
      kind: 'unreadable',
      problem: expect.stringMatching(/^a debug file, with no program in it \(at offset 0x/) as string,
    })
  })
})

async function make(folder: string, { main, cc, flags }: Build, goos: string): Promise<string> {
  // GCC for windows adds an extension where there is none.
  const extension = goos === 'windows' ? (flags.includes('c-shared') ? '.dll' : '.exe') : ''
  const file = join(temporaryFolder('linkage'), `program${extension}`)
  await runChecked(['go', 'build', ...flags, '-o', file, `./${main}`], {
    cwd: folder,
    env: { GOOS: goos, CGO_ENABLED: cc === undefined ? '0' : '1', CC: cc },
  })
  return file
}

/** The names of the checks that refuse the file, and of those that warn. */
function check(inspection: Inspection, { cc, buildmode }: Build, goos: string, policy: string) {
  const expected = {
    goos,
    goarch: 'amd64',
    cgo: cc !== undefined,
    policy: parsePolicy(policy),
    ...(buildmode !== undefined && { buildmode }),
  }
  const results = runChecks(inspection, expected, parseChecks(''))
  const named = (outcome: string) =>
    results.flatMap((result) => (result.outcome === outcome ? [result.check] : []))
  return { refused: named('refused'), warned: named('warned') }
}

/** The same in binutils' words. */
async function askReadelf(file: string): Promise<object> {
  const told = await runChecked([
    'readelf',
    '--wide',
    '--program-headers',
    '--dynamic',
    '--version-info',
    file,
  ])
  const all = (pattern: RegExp): string[] => [...told.matchAll(pattern)].map(([, name = '']) => name)
  const [interpreter] = all(/program interpreter: (.*)\]/g)
  const needs = told.split('Version needs section')[1] ?? ''
  return {
    ...(interpreter !== undefined && { interpreter }),
    needed: all(/\(NEEDED\).*\[(.*)\]/g),
    runpath: all(/\(RUNPATH\).*\[(.*)\]/g),
    versions: [...needs.matchAll(/Name: (\S+) +Flags/g)].map(([, version]) => ({
      library: 'libc.so.6',
      version,
    })),
  }
}
