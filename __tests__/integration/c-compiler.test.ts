// checkCompilers with the real go command: which rows with cgo are refused before anything is compiled, and with which words.
import { chmodSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { checkCompilers, type CompilerPlace } from '../../src/build/c-compiler.js'
import { InputError } from '../../src/errors.js'
import { createProcesses } from '../../src/host/process.js'
import type { TargetOptions } from '../../src/plan/index.js'
import type { Overrides } from '../../src/plan/target.js'
import { temporaryModule } from '../support/modules.js'
import { cleanEnvironment, run } from '../support/processes.js'
import { optionsOf, planOf, targetOf } from '../unit/plan/example-plan.js'
import { describeOn } from './linkage/describe-on.js'

/** All programs here do nothing but say that they are there. */
const COMPILER = '#!/bin/sh\nexit 0\n'

const { PATH } = process.env

const FILES = {
  'go.mod': 'module example.test/app\n\ngo 1.22\n',
  'c/main.go':
    'package main\n\n// static int one(void) { return 1; }\nimport "C"\n\nfunc main() { C.one() }\n',
  'pure/main.go': 'package main\n\nfunc main() {}\n',
  'bin/fake-gcc': COMPILER,
  'bin/ccache': COMPILER,
  'bin/zig': COMPILER,
  'with space/gcc': COMPILER,
  // As GCC with its 32-bit files: another libgcc for -m32.
  'multilib/gcc': '#!/bin/sh\necho "$1"\n',
}

describeOn('any', ['go'])('on linux/amd64', () => {
  let folder: string
  let place: CompilerPlace

  beforeAll(async () => {
    folder = await temporaryModule(FILES)
    for (const file of Object.keys(FILES)) if (!file.includes('.')) chmodSync(join(folder, file), 0o755)
    place = { source: folder, environment: {}, hostOs: 'linux', hostArch: 'amd64' }
    // The go command and the fakes, and no compiler of this machine.
    const { stdout } = await run(['go', 'env', 'GOROOT'])
    process.env.PATH = [join(stdout.trim(), 'bin'), join(folder, 'bin')].join(delimiter)
  })

  afterAll(() => {
    process.env.PATH = PATH
  })

  interface Row {
    readonly target?: string
    readonly overrides?: Overrides
    readonly program?: 'c' | 'pure'
    readonly options?: Partial<TargetOptions>
    readonly environment?: Readonly<Record<string, string>>
  }

  async function problemOf(...rows: readonly Row[]): Promise<string | undefined> {
    const targets = rows.map(({ target = 'linux/amd64', overrides = {}, program = 'c', options = {} }) => ({
      ...optionsOf(target, { target: targetOf(target, overrides), cgo: true, ldflags: '', ...options }),
      packages: [`example.test/app/${program}`],
    }))
    const environment = Object.assign({}, ...rows.map((row) => row.environment)) as Record<string, string>
    const processes = createProcesses({ ...cleanEnvironment(), ...environment })
    try {
      await checkCompilers(processes, planOf(targets).targets, { mod: undefined }, place)
      return undefined
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      return error.message
    }
  }

  test.each<[name: string, row: Row]>([
    ['cgo is off', { options: { cgo: false } }],
    ['the row has its compiler', { overrides: { cc: 'fake-gcc' } }],
    ['for another target too', { target: 'linux/arm64', overrides: { cc: 'fake-gcc' } }],
    ['with flags', { overrides: { cc: 'zig cc -target x86_64-linux-musl' } }],
    ['behind a launcher', { overrides: { cc: 'ccache fake-gcc' } }],
    ['in the environment', { target: 'linux/arm64', environment: { CC: 'fake-gcc' } }],
    ['nothing of the program is C', { program: 'pure' }],
    ['nor on another system', { program: 'pure', target: 'windows/amd64' }],
  ])('accepted: %s', async (_, row) => {
    expect(await problemOf(row)).toBeUndefined()
  })

  test('accepted: an absolute path, quoted', async () => {
    expect(await problemOf({ overrides: { cc: `"${folder}/with space/gcc" -O2` } })).toBeUndefined()
  })

  test("accepted: Go's default for linux/386, where it has its 32-bit files", async () => {
    const without = process.env.PATH
    process.env.PATH = [join(folder, 'multilib'), without].join(delimiter)
    try {
      expect(await problemOf({ target: 'linux/386' })).toBeUndefined()
    } finally {
      process.env.PATH = without
    }
  })

  test.each<[problem: string, row: Row]>([
    ['linux/amd64: the compiler gcc is not on PATH; on Debian and Ubuntu: apt-get install gcc', {}],
    [
      'linux/amd64: the compiler gcc is not on PATH; on Debian and Ubuntu: apt-get install gcc',
      { program: 'pure', options: { ldflags: '-linkmode external' } },
    ],
    [
      'linux/amd64: the compiler gcc is not on PATH; on Debian and Ubuntu: apt-get install gcc',
      { program: 'pure', options: { buildmode: 'c-shared' } },
    ],
    [
      'linux/arm64: the compiler aarch64-linux-gnu-gcc is not on PATH; on Debian and Ubuntu: apt-get install gcc-aarch64-linux-gnu',
      { target: 'linux/arm64', overrides: { cc: 'aarch64-linux-gnu-gcc' } },
    ],
    // Who writes a compiler into the row means it, whether Go would run it or not.
    [
      'windows/amd64: the compiler x86_64-w64-mingw32-gcc is not on PATH; on Debian and Ubuntu: apt-get install gcc-mingw-w64-x86-64',
      { target: 'windows/amd64', program: 'pure', overrides: { cc: 'x86_64-w64-mingw32-gcc' } },
    ],
    [
      'linux/amd64: the compiler musl-gcc is not on PATH; on Debian and Ubuntu: apt-get install musl-tools',
      { overrides: { cc: 'ccache musl-gcc -Os' } },
    ],
    [
      'linux/amd64: the compiler aarch64-linux-gnu-g++ is not on PATH; on Debian and Ubuntu: apt-get install g++-aarch64-linux-gnu',
      { overrides: { cc: 'fake-gcc', cxx: 'aarch64-linux-gnu-g++' } },
    ],
    [
      'linux/amd64: the compiler s390x-linux-gnu-gcc is not on PATH; on Debian and Ubuntu: apt-get install gcc-s390x-linux-gnu',
      { environment: { CC: 's390x-linux-gnu-gcc' } },
    ],
    [
      'linux/amd64: the compiler /opt/none/gcc is no program that is there; on Debian and Ubuntu: apt-get install gcc',
      { overrides: { cc: '/opt/none/gcc' } },
    ],
    [
      'linux/amd64: Go takes no relative path of a compiler: ./bin/fake-gcc; give an absolute one, or a name on PATH',
      { overrides: { cc: './bin/fake-gcc' } },
    ],
    [
      'linux/amd64: the compiler my-gcc is not on PATH; install it before this step',
      { overrides: { cc: 'my-gcc' } },
    ],
    [
      'linux/amd64: the compiler /opt/none/zig is no program that is there; Debian has no package of it, but the step mlugg/setup-zig installs it',
      { overrides: { cc: '/opt/none/zig cc' } },
    ],
    [
      'linux/amd64: the compiler /opt/none/my-gcc is no program that is there; install it before this step',
      { overrides: { cc: '/opt/none/my-gcc' } },
    ],
    [
      "linux/arm64: cgo needs a C compiler for linux/arm64, and Go's default, gcc, is for linux/amd64; set cc: aarch64-linux-gnu-gcc in its row of the matrix (on Debian and Ubuntu: apt-get install gcc-aarch64-linux-gnu), or set cgo: false",
      { target: 'linux/arm64' },
    ],
    [
      "linux/386: cgo needs a C compiler for linux/386, and Go's default, gcc, is for linux/amd64; set cc: i686-linux-gnu-gcc in its row of the matrix (on Debian and Ubuntu: apt-get install gcc-i686-linux-gnu), or set cgo: false",
      { target: 'linux/386' },
    ],
    [
      "darwin/arm64: cgo needs a C compiler for darwin/arm64, and Go's default, clang, is for linux/amd64; name one with cc in its row of the matrix, or set cgo: false",
      { target: 'darwin/arm64' },
    ],
  ])('refused: %s', async (problem, row) => {
    expect(await problemOf(row)).toBe(`input matrix: ${problem}`)
  })

  test('refused: zig, of which Debian has no package', async () => {
    const withZig = process.env.PATH ?? ''
    const [onlyGo = ''] = withZig.split(delimiter)
    process.env.PATH = onlyGo
    try {
      expect(await problemOf({ overrides: { cc: 'zig cc' } })).toBe(
        'input matrix: linux/amd64: the compiler zig is not on PATH; Debian has no package of it, but the step mlugg/setup-zig installs it',
      )
    } finally {
      process.env.PATH = withZig
    }
  })

  test('every row that lacks its compiler is told', async () => {
    const message = await problemOf(
      { target: 'linux/arm64' },
      { target: 'linux/amd64', overrides: { cc: 'fake-gcc' } },
      { target: 'linux/s390x', overrides: { cc: 's390x-linux-gnu-gcc' } },
    )
    expect(message?.split('\n')).toEqual([
      expect.stringMatching(/^input matrix: linux\/arm64: cgo needs a C compiler/),
      expect.stringMatching(/^linux\/s390x: the compiler s390x-linux-gnu-gcc is not on PATH/),
    ])
  })
})

describeOn('linux/x64', ['go', 'gcc'])("this machine's compiler", () => {
  test('is the one that Go takes by default', async () => {
    const folder = await temporaryModule(FILES)
    const place = { source: folder, environment: {}, hostOs: 'linux', hostArch: 'amd64' }
    const { targets } = planOf([
      optionsOf('linux/amd64', { cgo: true, ldflags: '', packages: ['example.test/app/c'] }),
    ])
    const check = checkCompilers(createProcesses(cleanEnvironment()), targets, { mod: undefined }, place)
    await expect(check).resolves.toBeUndefined()
  })
})
