// Archives for C linkers, as Go and the systems' tools make them: their members and what they are for.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FormatError } from '../../src/errors.js'
import { readBuildInfo } from '../../src/linkage/build-info.js'
import { readLinkage } from '../../src/linkage/inspect.js'
import type { ArchiveLinkage } from '../../src/linkage/linkage.js'
import { platformRefusals } from '../../src/linkage/platform.js'
import { withFile } from '../../src/linkage/reader.js'
import { describeVerdict, judge } from '../../src/linkage/verdict.js'
import { temporaryModule, writeFiles } from '../support/modules.js'
import { runChecked } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'
import { describeOn } from './linkage/describe-on.js'
import { CPU_TYPE_ARM64, CPU_TYPE_X86_64 } from '../unit/linkage/make-macho.js'
import { coffObject, elfObject, machoObject } from '../unit/linkage/make-object.js'

const EM_X86_64 = 62

async function readArchive(file: string): Promise<ArchiveLinkage> {
  const linkage = await withFile(file, readLinkage)
  if (linkage.format !== 'archive') throw new Error(`read as ${linkage.format}`)
  return linkage
}

/** The pairs of `PAIRS` that the archive is accepted for. */
const acceptedFor = (archive: ArchiveLinkage): string[] =>
  PAIRS.filter((pair) => {
    const [goos = '', goarch = ''] = pair.split('/')
    return platformRefusals(archive, { goos, goarch }).length === 0
  })

const PAIRS = ['linux/amd64', 'linux/arm64', 'windows/amd64', 'windows/arm64', 'darwin/arm64', 'aix/ppc64']

const lines = (text: string): string[] => text.trim().split(/\r?\n/)

const builds = [
  { pair: 'linux/amd64', cc: 'gcc', ar: 'ar' },
  { pair: 'windows/amd64', cc: 'x86_64-w64-mingw32-gcc', ar: 'x86_64-w64-mingw32-ar' },
  { pair: 'linux/arm64', cc: 'aarch64-linux-gnu-gcc', ar: 'aarch64-linux-gnu-ar' },
]

for (const { pair, cc, ar } of builds) {
  describeOn('linux/x64', ['go', cc, ar])(`buildmode c-archive for ${pair}`, () => {
    const [GOOS, GOARCH] = pair.split('/')
    let folder: string
    const build = async (name: string, ...flags: readonly string[]): Promise<string> => {
      const file = join(folder, name)
      const env = { GOOS, GOARCH, CC: cc, CGO_ENABLED: '1' }
      await runChecked(['go', 'build', ...flags, '-o', file, '.'], { cwd: folder, env })
      return file
    }

    beforeAll(async () => {
      folder = await temporaryModule({
        'go.mod': 'module example.test/library\n\ngo 1.22\n',
        'main.go': `package main

// int twice(int x);
import "C"
import _ "embed"

//go:embed program
var program string

//export Size
func Size() int { return len(program) }

//export Add
func Add(a, b C.int) C.int { return C.twice(a) + b }

func main() {}
`,
        'twice.c': 'int twice(int x) { return 2 * x; }\n',
        'helper/go.mod': 'module example.test/helper\n\ngo 1.22\n',
        'helper/main.go': 'package main\n\nfunc main() {}\n',
      })
      await runChecked(['go', 'build', '-o', '../program', '.'], { cwd: join(folder, 'helper') })
    })

    test('each member, as ar lists them, is for this platform and no other', async () => {
      const file = await build('library.a', '-buildmode=c-archive')
      const archive = await readArchive(file)
      expect(archive.members.map(({ name }) => name)).toEqual(lines(await runChecked([ar, 't', file])))
      expect(acceptedFor(archive)).toEqual([pair])
      expect(describeVerdict(judge(archive, GOOS ?? ''))).toBe(
        `unlinked: an archive of ${archive.members.length} objects for a C linker`,
      )
    })

    test('its own build info, not that of a program in it', async () => {
      const file = await build('embedding.a', '-buildmode=c-archive')
      const buildInfo = await withFile(file, (bytes) => readBuildInfo(bytes, readLinkage(bytes)))
      expect(buildInfo).toMatchObject({ path: 'example.test/library', settings: { GOOS, GOARCH } })
    })

    test('with an object for another platform it is refused, by the name of that', async () => {
      const file = await build('mixed.a', '-buildmode=c-archive')
      const foreign = join(folder, 'foreign with a long name.o')
      writeFileSync(foreign, elfObject({ machine: 22, data: 'big' }))
      await runChecked([ar, 'q', file, foreign])
      const archive = await readArchive(file)
      expect(acceptedFor(archive)).toEqual([])
      expect(platformRefusals(archive, { goos: GOOS ?? '', goarch: GOARCH ?? '' })).toEqual([
        expect.stringMatching(/^foreign with a long name\.o in this archive is for ELF 64-bit big-endian/),
      ])
    })
  })
}

describeOn('any', ['go'])('what Go makes that no C linker takes', () => {
  test('a package of buildmode archive is refused', async () => {
    const folder = await temporaryModule({
      'go.mod': 'module example.test/library\n\ngo 1.22\n',
      'library.go': 'package library\n\nconst Name = "library"\n',
    })
    const file = join(folder, 'library.a')
    await runChecked(['go', 'build', '-buildmode=archive', '-o', file, '.'], { cwd: folder })
    await expect(readArchive(file)).rejects.toThrow(FormatError)
    await expect(readArchive(file)).rejects.toThrow(/a package archive, as buildmode archive makes/)
  })

  test('the archives for AIX among the test data of Go', async () => {
    const goroot = (await runChecked(['go', 'env', 'GOROOT'])).trim()
    const data = join(goroot, 'src/internal/xcoff/testdata')
    const archive = await readArchive(join(data, 'bigar-ppc64'))
    expect(archive.members.map(({ name }) => name)).toEqual(['printbye.o', 'printhello.o'])
    expect(acceptedFor(archive)).toEqual(['aix/ppc64'])
    expect((await readArchive(join(data, 'bigar-empty'))).members).toEqual([])
  })
})

describeOn('linux/x64', ['llvm-ar'])('what llvm-ar makes', () => {
  const formats: readonly (readonly [format: string, pair: string, object: Buffer])[] = [
    ['gnu', 'linux/amd64', elfObject({ machine: EM_X86_64 })],
    ['gnu', 'windows/amd64', coffObject(0x8664)],
    ['bsd', 'darwin/arm64', machoObject(CPU_TYPE_ARM64)],
    ['darwin', 'darwin/arm64', machoObject(CPU_TYPE_ARM64)],
  ]
  const NAMES = ['short.o', 'a name with spaces.o', `${'long'.repeat(40)}.o`, 'ünïcode.o', 'exactly16bytes.o']

  test.each(formats)('--format=%s for %s', async (format, pair, object) => {
    const folder = temporaryFolder('archive')
    for (const name of NAMES) writeFileSync(join(folder, name), object)
    const command = ['llvm-ar', `--format=${format}`, 'rcs', 'library.a', ...NAMES]
    await runChecked(command, { cwd: folder })
    const file = join(folder, 'library.a')
    const archive = await readArchive(file)
    const bytes = readFileSync(file)
    expect(archive.members.map(({ name }) => name)).toEqual(NAMES)
    for (const { offset } of archive.members) {
      expect(bytes.subarray(offset, offset + object.length)).toEqual(object)
    }
    expect(acceptedFor(archive)).toEqual([pair])
  })

  test('a thin archive is refused', async () => {
    const folder = temporaryFolder('archive')
    writeFiles(folder, { 'a.o': 'object' })
    await runChecked(['llvm-ar', '--thin', 'rc', 'thin.a', 'a.o'], { cwd: folder })
    await expect(readArchive(join(folder, 'thin.a'))).rejects.toThrow(/a thin archive, which only names/)
  })

  test('one of two processors is refused', async () => {
    const folder = temporaryFolder('archive')
    writeFileSync(join(folder, 'arm64.o'), machoObject(CPU_TYPE_ARM64))
    writeFileSync(join(folder, 'amd64.o'), machoObject(CPU_TYPE_X86_64))
    await runChecked(['llvm-ar', '--format=darwin', 'rc', 'mixed.a', 'arm64.o', 'amd64.o'], { cwd: folder })
    const archive = await readArchive(join(folder, 'mixed.a'))
    expect(platformRefusals(archive, { goos: 'darwin', goarch: 'arm64' })).toEqual([
      expect.stringMatching(/^amd64\.o in this archive is for Mach-O CPU_TYPE_X86_64, but darwin\/arm64/),
    ])
  })
})
