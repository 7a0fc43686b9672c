// The linkage check on what Go and GCC make for linux/amd64 together: every way there to be dynamic, or to look it.

import { join } from 'node:path'
import {
  describeVerdict,
  inspectLinkage,
  judge,
  parsePolicy,
  refusals,
  type Linkage,
} from '../../src/linkage/index.js'
import { temporaryModule } from '../support/modules.js'
import { runChecked } from '../support/processes.js'
import { describeOn } from './linkage/describe-on.js'

const LINUX = { goos: 'linux', goarch: 'amd64' }
const LOADER = '/lib64/ld-linux-x86-64.so.2'
const STATIC = 'static: no PT_INTERP, no DT_NEEDED'

const isAccepted = (linkage: Linkage, policy: string): boolean =>
  refusals(linkage, judge(linkage, 'linux'), LINUX, parsePolicy(policy)).length === 0

/** What each policy of POLICIES says to a file. */
const POLICIES = ['static', 'system', 'glibc<=2.2', 'glibc<=2.99']
const EVERY = POLICIES
const ANY_GLIBC = ['system', 'glibc<=2.99']

interface Build {
  readonly name: string
  readonly main: 'cgo' | 'purego'
  readonly cgo: boolean
  readonly flags: readonly string[]
  readonly told: RegExp | string
  readonly accepted: readonly string[]
}

const NO_LIBC = ['-tags', 'osusergo,netgo']
const glibc = /^dynamic: needs libc\.so\.6 \(GLIBC_2\.\d+ or later\) through \/lib64\/ld-linux-x86-64\.so\.2$/

const builds: readonly Build[] = [
  { name: 'cgo', main: 'cgo', cgo: true, flags: [], told: glibc, accepted: ANY_GLIBC },
  { name: 'cgo without libc', main: 'cgo', cgo: true, flags: NO_LIBC, told: STATIC, accepted: EVERY },
  { name: 'no cgo', main: 'cgo', cgo: false, flags: [], told: STATIC, accepted: EVERY },
  {
    name: 'cgo, linked statically by GCC',
    main: 'cgo',
    cgo: true,
    flags: [...NO_LIBC, '-ldflags', '-linkmode external -extldflags -static'],
    told: STATIC,
    accepted: EVERY,
  },
  {
    name: 'static-pie',
    main: 'cgo',
    cgo: true,
    flags: [...NO_LIBC, '-buildmode', 'pie', '-ldflags', '-linkmode external -extldflags -static-pie'],
    told: `${STATIC}, relocates itself (static-pie)`,
    accepted: EVERY,
  },
  {
    name: 'pie, of which ldd says that it is static',
    main: 'cgo',
    cgo: false,
    flags: ['-buildmode', 'pie'],
    told: `dynamic: needs the loader ${LOADER}, but no library`,
    accepted: ['system', 'glibc<=2.2', 'glibc<=2.99'],
  },
  {
    name: 'pie without a loader, which cannot start',
    main: 'cgo',
    cgo: false,
    flags: ['-buildmode', 'pie', '-ldflags', '-d'],
    told: 'dynamic: ET_DYN that names no loader and does not relocate itself (no PT_DYNAMIC), so that it cannot start',
    accepted: [],
  },
  {
    name: 'c-shared',
    main: 'cgo',
    cgo: true,
    flags: ['-buildmode', 'c-shared'],
    told: /^dynamic: needs libc\.so\.6 \(GLIBC_2\.\d+ or later\); it is a shared library$/,
    accepted: ANY_GLIBC,
  },
  {
    name: 'a library of its own folder',
    main: 'cgo',
    cgo: true,
    flags: ['-ldflags', '-linkmode external -extldflags "-Wl,-rpath,$ORIGIN/lib -Wl,--enable-new-dtags"'],
    told: /; not brought by the system: libraries of \$ORIGIN\/lib \(DT_RUNPATH\)$/,
    accepted: [],
  },
  {
    name: 'no cgo, but //go:cgo_import_dynamic, which names no version',
    main: 'purego',
    cgo: false,
    flags: [],
    told: `dynamic: needs libdl.so.2 through ${LOADER}`,
    accepted: ['system'],
  },
]

describeOn('linux/x64', ['go', 'gcc', 'readelf'])('what Go and GCC make', () => {
  let folder: string
  const fileOf = (build: Build): string => join(folder, `program-${builds.indexOf(build)}`)

  beforeAll(async () => {
    folder = await temporaryModule({
      'go.mod': 'module example.test/program\n\ngo 1.22\n',
      'cgo/main.go': `package main

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
      'purego/main.go': `package main

import _ "unsafe"

//go:cgo_import_dynamic libc_dlopen dlopen "libdl.so.2"
//go:cgo_import_dynamic _ _ "libdl.so.2"

func main() {}
`,
    })
  })

  test.each(builds)('$name', async (build) => {
    const file = fileOf(build)
    const command = ['go', 'build', ...build.flags, '-o', file, `./${build.main}`]
    await runChecked(command, { cwd: folder, env: { CGO_ENABLED: build.cgo ? '1' : '0' } })
    const linkage = await inspectLinkage(file)
    expect(describeVerdict(judge(linkage, 'linux'))).toEqual(
      typeof build.told === 'string' ? build.told : expect.stringMatching(build.told),
    )
    expect(POLICIES.filter((policy) => isAccepted(linkage, policy))).toEqual(build.accepted)
    expect(linkage).toMatchObject(await askReadelf(file))
  })
})

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
