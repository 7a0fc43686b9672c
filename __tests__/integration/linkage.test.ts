// The linkage check on what Go really makes: against Go's own debug packages, and against files made to mislead.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ActionError, FormatError } from '../../src/errors.js'
import {
  describeVerdict,
  inspectProgram,
  judge,
  parsePolicy,
  type Linkage,
  type MachoSlice,
} from '../../src/linkage/index.js'
import type { Extent } from '../../src/linkage/bytes.js'
import { platformRefusals } from '../../src/linkage/platform.js'
import { policyRefusals } from '../../src/linkage/policy.js'
import { temporaryModule } from '../support/modules.js'
import { runChecked } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'
import { describeOn } from './linkage/describe-on.js'
import { buildOracle, unpackTestFile } from './linkage/oracle.js'
import { readLinkageOf } from './linkage/read-linkage.js'
import { patched } from '../unit/linkage/bytes-of.js'
import { PT_DYNAMIC, PT_INTERP } from '../unit/linkage/make-elf.js'
import { CPU_TYPE_ARM64, CPU_TYPE_X86_64, makeFat } from '../unit/linkage/make-macho.js'

const STATIC = 'static: no PT_INTERP, no DT_NEEDED'
const WINDOWS = 'system-only: needs only what Windows brings: kernel32.dll'
const MACOS =
  /^system-only: needs only what macOS brings: \/usr\/lib\/libSystem.B.dylib, .* through \/usr\/lib\/dyld$/

const slicesOf = (linkage: Linkage): readonly MachoSlice[] =>
  linkage.format === 'macho' ? linkage.slices : []

/** A slice as it is in a file of its own. */
function relative(slice: MachoSlice): MachoSlice {
  const moved = <T extends Extent>(extent: T): T => ({ ...extent, offset: extent.offset - slice.offset })
  return {
    ...moved(slice),
    segments: slice.segments.map(moved),
    ...(slice.codeSignature && { codeSignature: moved(slice.codeSignature) }),
  }
}

/** The seven default targets; then one for each other format, class, byte order and way to be judged. */
const TARGETS: readonly (readonly [pair: string, told: string | RegExp])[] = [
  ['linux/amd64', STATIC],
  ['linux/arm64', STATIC],
  ['windows/amd64', WINDOWS],
  ['windows/arm64', WINDOWS],
  ['darwin/amd64', MACOS],
  ['darwin/arm64', MACOS],
  ['freebsd/amd64', STATIC],
  ['linux/mips', STATIC],
  ['linux/s390x', STATIC],
  ['linux/386', STATIC],
  [
    'openbsd/amd64',
    /^system-only: needs only what OpenBSD brings: libc.so, libpthread.so through \/usr\/libexec\/ld.so$/,
  ],
  [
    'solaris/amd64',
    /^system-only: needs only what Solaris brings: libsendfile.so, .* through \/lib\/amd64\/ld.so.1$/,
  ],
  [
    'android/arm64',
    /^system-only: needs only what Android brings: the loader \/system\/bin\/linker64, but no library$/,
  ],
  [
    'aix/ppc64',
    /^system-only: needs only what AIX brings: libc.a\(shr_64.o\), libpthread.a\(shr_xpg5_64.o\)$/,
  ],
  ['plan9/amd64', 'static: a Plan 9 a.out file has no shared libraries'],
  ['wasip1/wasm', 'static: imports only wasi_snapshot_preview1 of its host'],
  ['js/wasm', 'static: imports only gojs of its host'],
]
const PAIRS = TARGETS.map(([pair]) => pair)

const platformOf = (pair: string) => {
  const [goos = '', goarch = ''] = pair.split('/')
  return { goos, goarch }
}

/** Every reason to refuse a file. */
function refusalsOf(linkage: Linkage, pair: string, policy: string): string[] {
  const platform = platformOf(pair)
  const verdict = judge(linkage, platform.goos)
  return [
    ...platformRefusals(linkage, platform),
    ...policyRefusals(verdict, platform.goos, parsePolicy(policy)),
  ]
}

describeOn('any', ['go'])('what Go makes', () => {
  let goroot: string
  let oracle: string
  /** A folder with one program built for each target. */
  let built: string
  const fileOf = (pair: string): string => join(built, pair.replace('/', '_'))
  const askOracle = async (path: string) => JSON.parse(await runChecked([oracle, path])) as object

  beforeAll(async () => {
    goroot = (await runChecked(['go', 'env', 'GOROOT'])).trim()
    const source = fileURLToPath(new URL('linkage/oracle.go', import.meta.url))
    oracle = await buildOracle(source, goroot, temporaryFolder('oracle'))
    built = await temporaryModule({
      'go.mod': 'module example.test/program\n\ngo 1.22\n',
      'main.go':
        'package main\n\nimport "net/http"\n\nfunc main() { println(http.StatusText(http.StatusOK)) }\n',
    })
    for (const pair of PAIRS) {
      const { goos: GOOS, goarch: GOARCH } = platformOf(pair)
      const env = { GOOS, GOARCH, CGO_ENABLED: '0' }
      await runChecked(['go', 'build', '-trimpath', '-o', fileOf(pair), '.'], { cwd: built, env })
    }
  })

  test.each(TARGETS)('%s: verdict, and accepted as static', async (pair, told) => {
    const linkage = await readLinkageOf(fileOf(pair))
    expect(describeVerdict(judge(linkage, platformOf(pair).goos))).toEqual(expect.stringMatching(told))
    expect(refusalsOf(linkage, pair, 'static')).toEqual([])
    expect(refusalsOf(linkage, pair, 'system')).toEqual([])
    expect(refusalsOf(linkage, pair, 'glibc<=2.17')).toEqual([])
  })

  test.each(PAIRS.filter((pair) => !pair.endsWith('/wasm')))(
    "%s: as Go's own packages read it",
    async (pair) => {
      expect(await readLinkageOf(fileOf(pair))).toMatchObject(await askOracle(fileOf(pair)))
    },
  )

  test.each(PAIRS.filter((pair) => pair.endsWith('/wasm')))('%s: as V8 reads it', async (pair) => {
    const script = `
      const module = new WebAssembly.Module(require('node:fs').readFileSync(process.argv[1]))
      const imports = WebAssembly.Module.imports(module).map(({ module, name }) => ({ module, name }))
      console.log(JSON.stringify({ format: 'wasm', imports }))`
    const printed = await runChecked([process.execPath, '--eval', script, fileOf(pair)])
    expect(await readLinkageOf(fileOf(pair))).toMatchObject(JSON.parse(printed) as object)
  })

  test('a file for one target is refused for every other, but where headers are alike', async () => {
    const accepted: string[] = []
    for (const from of PAIRS) {
      const linkage = await readLinkageOf(fileOf(from))
      for (const to of PAIRS) {
        if (from !== to && refusalsOf(linkage, to, 'any').length === 0) accepted.push(`${from} as ${to}`)
      }
    }
    expect(accepted).toEqual([
      'linux/amd64 as openbsd/amd64',
      'linux/amd64 as solaris/amd64',
      'linux/arm64 as android/arm64',
      'solaris/amd64 as linux/amd64',
      'solaris/amd64 as openbsd/amd64',
      'android/arm64 as linux/arm64',
    ])
  })

  test('every pair of go tool dist list is known', async () => {
    const pairs = (await runChecked(['go', 'tool', 'dist', 'list'])).trim().split('\n')
    const linkage = await readLinkageOf(fileOf('plan9/amd64'))
    const unknown = pairs.filter((pair) => / is not known /.test(refusalsOf(linkage, pair, 'any').join()))
    expect(pairs.length).toBeGreaterThan(40)
    expect(unknown).toEqual([])
  })

  test.each([32, 64] as const)('two programs in one fat%i file, each slice as it is alone', async (bits) => {
    const [intel, arm] = ['darwin/amd64', 'darwin/arm64'].map(fileOf)
    const file = join(built, `fat${bits}`)
    const slices = [
      { cpu: CPU_TYPE_X86_64, subtype: 3, file: readFileSync(intel ?? '') },
      { cpu: CPU_TYPE_ARM64, file: readFileSync(arm ?? '') },
    ]
    writeFileSync(file, makeFat(slices, bits))
    const linkage = await readLinkageOf(file)
    const alone = await Promise.all([intel, arm].map((path) => readLinkageOf(path ?? '')))
    expect(slicesOf(linkage).map(relative)).toEqual(alone.flatMap(slicesOf).map(relative))
    expect(refusalsOf(linkage, 'darwin/amd64', 'static')).toEqual([])
    expect(refusalsOf(linkage, 'darwin/arm64', 'static')).toEqual([])
  })

  describe('a dynamic program, made to look static', () => {
    let original: Buffer
    const inspect = async (bytes: Uint8Array): Promise<Linkage> => {
      const file = join(built, 'hostile')
      writeFileSync(file, bytes)
      return readLinkageOf(file)
    }
    const E_SHOFF = 40
    const E_PHENTSIZE = 54
    const E_PHNUM = 56
    /** The program header of `type` in a little-endian ELF64 file. */
    const programHeader = (type: number, file = original): number => {
      for (let at = 64; at < 64 + 56 * file.readUInt16LE(E_PHNUM); at += 56) {
        if (file.readUInt32LE(at) === type) return at
      }
      throw new Error(`no program header of type ${type}`)
    }

    beforeAll(() => {
      original = readFileSync(fileOf('openbsd/amd64'))
    })

    test('section headers stripped: no section tells of it, PT_DYNAMIC does', async () => {
      const stripped = patched(patched(original, E_SHOFF, 8, 0), 58, 4, 0)
      expect(await inspect(stripped)).toEqual({
        ...(await readLinkageOf(fileOf('openbsd/amd64'))),
        symbols: false,
      })
      expect(await askOracle(join(built, 'hostile'))).toMatchObject({ needed: [] })
    })

    test('every section type falsified', async () => {
      const shoff = Number(original.readBigUInt64LE(E_SHOFF))
      let falsified = original
      for (let at = shoff; at < shoff + 64 * original.readUInt16LE(60); at += 64) {
        falsified = patched(falsified, at + 4, 4, 1)
      }
      expect(await inspect(falsified)).toEqual({
        ...(await readLinkageOf(fileOf('openbsd/amd64'))),
        symbols: false,
      })
    })

    test('PT_INTERP nulled', async () => {
      const linkage = await inspect(patched(original, programHeader(PT_INTERP), 4, 0))
      expect(describeVerdict(judge(linkage, 'openbsd'))).toBe(
        'dynamic: needs libc.so, libpthread.so; not brought by the system: a loader for its libraries (no PT_INTERP)',
      )
    })

    test('PT_INTERP nulled in a PIE that needs no library', async () => {
      const pie = readFileSync(fileOf('android/arm64'))
      const linkage = await inspect(patched(pie, programHeader(PT_INTERP, pie), 4, 0))
      expect(describeVerdict(judge(linkage, 'linux'))).toMatch(/^dynamic: .* does not relocate itself/)
    })

    test('PT_DYNAMIC nulled', async () => {
      const linkage = await inspect(patched(original, programHeader(PT_DYNAMIC), 4, 0))
      expect(judge(linkage, 'linux').kind).toBe('dynamic')
    })

    const malformed: readonly (readonly [string, () => Uint8Array, RegExp])[] = [
      ['cut in the middle', () => original.subarray(0, original.length / 2), /a segment should be/],
      ['cut in the header', () => original.subarray(0, 63), /the ELF header should be/],
      ['e_phentsize 0', () => patched(original, E_PHENTSIZE, 2, 0), /e_phentsize is 0/],
      [
        'PN_XNUM without section headers',
        () => patched(patched(original, E_PHNUM, 2, 0xffff), E_SHOFF, 8, 0),
        /no section header 0/,
      ],
      ['DT_NULL in front', () => patched(original, dynamicAt(), 8, 0), /behind its DT_NULL/],
      [
        'another PT_DYNAMIC by p_offset than by p_vaddr',
        () => patched(original, programHeader(PT_DYNAMIC) + 8, 8, 64),
        /p_vaddr of PT_DYNAMIC leads/,
      ],
    ]
    const dynamicAt = (): number => Number(original.readBigUInt64LE(programHeader(PT_DYNAMIC) + 8))

    test.each(malformed)('%s: refused', async (_, change, problem) => {
      const error: unknown = await inspect(change()).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(FormatError)
      expect(String(error)).toMatch(problem)
    })
  })

  describe("Go's own test files", () => {
    /** Not linked, or not a file of these formats. */
    const refused: readonly (readonly [name: RegExp, problem: RegExp])[] = [
      [/^debug\/elf\/.*\.obj$/, /e_type is ET_REL/],
      [/^debug\/elf\/hello-world-core\.gz$/, /e_type is ET_CORE/],
      // The debug half of a program that objcopy split: its segments are empty.
      [/^debug\/elf\/go-relocation-test-gcc930-ranges-/, /a debug file, with no program in it/],
      [/^debug\/macho\/.*\.obj\.base64$/, /filetype is 0x1/],
      [/^debug\/macho\/gcc-amd64-darwin-exec-debug\.base64$/, /filetype is 0xa/],
      [/^debug\/pe\/(gcc-.*-obj|llvm-mingw-.*-crt2)$/, /the file begins with/],
      // Only the first 474 bytes of a kernel.
      [/^debug\/pe\/vmlinuz-/, /a section should be 16864 bytes/],
      // 32 bits, for which Go has no port.
      [/^internal\/xcoff\/gcc-ppc32-/, /the file begins with 01df/],
      [/\.c$/, /the file begins with/],
    ]

    test('each is read as Go reads it, or refused for its reason', async () => {
      const folders = ['debug/elf', 'debug/macho', 'debug/pe', 'debug/plan9obj', 'internal/xcoff']
      const files = folders.flatMap((folder) =>
        readdirSync(join(goroot, 'src', folder, 'testdata')).map((file) => ({ folder, file })),
      )
      for (const { folder, file } of files) {
        const content = readFileSync(join(goroot, 'src', folder, 'testdata', file))
        writeFileSync(join(built, file), unpackTestFile(file, content))
      }
      const read: string[] = []
      for (const { folder, file } of files) {
        const name = `${folder}/${file}`
        const path = join(built, file)
        const problem = refused.find(([pattern]) => pattern.test(name))?.[1]
        if (problem !== undefined) {
          const error: unknown = await readLinkageOf(path).catch((thrown: unknown) => thrown)
          expect([name, error]).toEqual([name, expect.any(FormatError)])
          expect(String(error)).toMatch(problem)
          continue
        }
        // Go refuses one for its symbol table, which has no say in what is loaded; it is a copy of another.
        const expected = await askOracle(path.replace('-with-bad-dysym', ''))
        expect({ name, ...(await readLinkageOf(path)) }).toMatchObject({ name, ...expected })
        read.push(name)
      }
      expect(read.length).toBeGreaterThanOrEqual(15)
    })
  })
})

describe('files that cannot be read', () => {
  test.each([
    ['a file that is not there', join('nowhere', 'program'), /^cannot read .*program: ENOENT/],
    ['a folder', '.', /^cannot read \.: it is not a regular file$/],
  ])('%s', async (_, path, problem) => {
    const error: unknown = await inspectProgram(path).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ActionError)
    expect(error).not.toBeInstanceOf(FormatError)
    expect((error as Error).message).toMatch(problem)
  })

  test('an empty file', async () => {
    const path = join(temporaryFolder('empty'), 'program')
    writeFileSync(path, '')
    expect(await inspectProgram(path)).toEqual({
      kind: 'unreadable',
      problem: 'the file is empty (at offset 0x0)',
    })
  })
})
