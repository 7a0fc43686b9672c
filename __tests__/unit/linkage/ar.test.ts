// Archives of every kind: whose members they hold, for which platform; and archives that were made to mislead.

import { FormatError } from '../../../src/errors.js'
import { MAX_MEMBERS } from '../../../src/linkage/ar.js'
import { readLinkage } from '../../../src/linkage/inspect.js'
import type { ArchiveLinkage } from '../../../src/linkage/linkage.js'
import { platformRefusals } from '../../../src/linkage/platform.js'
import { parsePolicy, policyRefusals } from '../../../src/linkage/policy.js'
import { describeVerdict, judge } from '../../../src/linkage/verdict.js'
import { bytesOf, patched } from './bytes-of.js'
import { makeBigAr, makeBsdAr, makeGnuAr, rawArchive, rawMember, type ArMember } from './make-ar.js'
import { CPU_TYPE_ARM64, CPU_TYPE_X86_64, makeFat, makeMacho } from './make-macho.js'
import { coffObjectOf, elfObjectOf, machoObjectOf, xcoffObjectOf } from './make-object-data.js'
import { anonymousCoffObject, coffObject, elfObject, machoObject, xcoffObject } from './make-object.js'

const EM_386 = 3
const EM_PPC64 = 21
const EM_S390 = 22
const EM_X86_64 = 62
const EM_AARCH64 = 183
const AMD64 = 0x8664
const I386 = 0x14c

function read(file: Uint8Array): ArchiveLinkage {
  const linkage = readLinkage(bytesOf(file))
  if (linkage.format !== 'archive') throw new Error(`read as ${linkage.format}`)
  return linkage
}

const x86 = elfObject({ machine: EM_X86_64 })
const LONG = 'a/name of more than sixteen bytes.o'
const FILES: readonly ArMember[] = [
  ['go.o', x86],
  ['odd.o', Buffer.concat([x86, Buffer.from('x')])],
  [LONG, x86],
  ['ünïcode', x86],
  ['voilà', x86],
  ['000000.o', x86],
]

const kinds: readonly (readonly [name: string, file: Buffer])[] = [
  ['GNU', makeGnuAr(FILES)],
  ['GNU with 64-bit symbols', makeGnuAr(FILES, '/\n', '/SYM64/')],
  ['Microsoft', makeGnuAr(FILES, '\0')],
  ['BSD', makeBsdAr(FILES)],
  ['Darwin', makeBsdAr(FILES, 8)],
  ['AIX', makeBigAr(FILES)],
]

describe.each(kinds)('%s', (_, file) => {
  test('all members by their names, and what they are for', () => {
    const elf = { format: 'elf', class: 64, data: 'little', osabi: 'ELFOSABI_NONE', machine: 'EM_X86_64' }
    const { members } = read(file)
    expect(members.map(({ name, length, object }) => ({ name, length, object }))).toEqual(
      FILES.map(([name, content]) => ({ name, length: content.length, object: elf })),
    )
    for (const { offset, length } of members) {
      expect(file.subarray(offset, offset + length).subarray(0, x86.length)).toEqual(x86)
    }
  })

  /** What else than a FormatError is thrown; a table whose name is changed is one more member. */
  const failures = (files: Iterable<Uint8Array>): unknown[] =>
    Array.from(files, (changed) => {
      try {
        return read(changed).members.length <= FILES.length + 1 ? undefined : 'more members'
      } catch (error) {
        return error instanceof FormatError ? undefined : error
      }
    }).filter((failure) => failure !== undefined)

  test('cut at any byte it is read or refused', () => {
    expect(failures(Array.from(file, (__, length) => file.subarray(0, length)))).toEqual([])
  })

  test('changed in any one byte it is read or refused', () => {
    const mutants = Array.from(file, (was, at) =>
      [0, 0x20, 0x2f, was ^ 1].map((value) => patched(file, at, 1, value)),
    )
    expect(failures(mutants.flat())).toEqual([])
  })
})

test('the byte that fills up the last member may be missing', () => {
  const file = makeGnuAr([['odd.o', Buffer.concat([x86, Buffer.from('x')])]])
  expect(read(file.subarray(0, -1)).members).toHaveLength(1)
})

test.each([rawArchive(), makeBigAr([])])('an archive of nothing (%#)', (file) => {
  expect(read(file)).toEqual({ format: 'archive', members: [] })
})

const objects: readonly (readonly [name: string, content: Buffer | string, object: object])[] = [
  [
    'a 32-bit big-endian ELF',
    elfObject({ class: 32, data: 'big', osabi: 9, machine: 8 }),
    { format: 'elf', class: 32, data: 'big', osabi: 'ELFOSABI_FREEBSD', machine: 'EM_MIPS' },
  ],
  [
    'Mach-O without a platform',
    machoObject(CPU_TYPE_ARM64),
    { format: 'macho', cpu: 'CPU_TYPE_ARM64', builds: [] },
  ],
  [
    'Mach-O',
    machoObject(CPU_TYPE_X86_64, 1),
    {
      format: 'macho',
      cpu: 'CPU_TYPE_X86_64',
      builds: [{ platform: 'PLATFORM_MACOS', minos: '12.0', sdk: '0.0' }],
    },
  ],
  ['COFF', coffObject(AMD64), { format: 'coff', machine: 'IMAGE_FILE_MACHINE_AMD64' }],
  [
    "COFF as Go's linker writes it",
    coffObject(AMD64, 0xf0),
    { format: 'coff', machine: 'IMAGE_FILE_MACHINE_AMD64' },
  ],
  ['an import object', anonymousCoffObject(0xaa64), { format: 'coff', machine: 'IMAGE_FILE_MACHINE_ARM64' }],
  ['XCOFF64', xcoffObject(0x01f7), { format: 'xcoff', class: 64 }],
  ['XCOFF32', xcoffObject(0x01df), { format: 'xcoff', class: 32 }],
  ['LLVM bitcode', Buffer.from('4243c0de35140000', 'hex'), { format: 'other', magic: '4243c0de' }],
  ['text', 'some text that is longer than a header', { format: 'other', magic: '736f6d65' }],
  ['three bytes', 'abc', { format: 'other', magic: '616263' }],
  ['nothing', '', { format: 'other', magic: '' }],
  ['half an ELF header', x86.subarray(0, 19), { format: 'other', magic: '7f454c46' }],
  ['an optional header of another size', coffObject(AMD64, 8), { format: 'other', magic: '64860000' }],
  ['an image without MZ', patched(coffObject(AMD64), 18, 2, 2), { format: 'other', magic: '64860000' }],
]

test.each(objects)('a member that is %s', (_, content, object) => {
  expect(read(makeGnuAr([['x.o', content]])).members.map((member) => member.object)).toEqual([object])
})

const FIXED = Buffer.from('what no program can write to')
const WRITABLE = Buffer.from('what it can write to')

const withData: readonly (readonly [name: string, content: Buffer])[] = [
  ...([32, 64] as const).flatMap((bits) =>
    (['little', 'big'] as const).map(
      (data) =>
        [`ELF${bits} ${data}`, elfObjectOf({ class: bits, data, machine: EM_386 }, FIXED, WRITABLE)] as const,
    ),
  ),
  ['COFF', coffObjectOf(FIXED, WRITABLE)],
  ['Mach-O 32', machoObjectOf(32, FIXED, WRITABLE)],
  ['Mach-O 64', machoObjectOf(64, FIXED, WRITABLE)],
  ['XCOFF64', xcoffObjectOf(FIXED, WRITABLE)],
]

describe.each(withData)('the data of an object: %s', (_, content) => {
  const file = makeGnuAr([
    ['first.o', x86],
    ['x.o', content],
  ])

  test('its writable sections that have bytes', () => {
    const data = read(file).members.flatMap((member) => member.data)
    expect(data.map(({ offset, length }) => file.subarray(offset, offset + length))).toEqual([WRITABLE])
  })

  test('cut at any byte it is read or refused, but its data are never outside it', () => {
    for (let length = 0; length < content.length; length++) {
      const cut = makeGnuAr([['x.o', content.subarray(0, length)]])
      try {
        const [member] = read(cut).members
        const end = (member?.offset ?? 0) + length
        expect(member?.data.every((data) => data.offset + data.length <= end)).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError)
      }
    }
  })
})

const accepted: readonly (readonly [pair: string, contents: readonly Buffer[]])[] = [
  ['linux/amd64', [x86, elfObject({ machine: EM_X86_64, osabi: 3 })]],
  ['linux/386', [elfObject({ class: 32, machine: EM_386 })]],
  ['linux/s390x', [elfObject({ data: 'big', machine: EM_S390 })]],
  ['freebsd/amd64', [x86, elfObject({ machine: EM_X86_64, osabi: 9 })]],
  ['darwin/arm64', [machoObject(CPU_TYPE_ARM64), machoObject(CPU_TYPE_ARM64, 1)]],
  ['ios/arm64', [machoObject(CPU_TYPE_ARM64, 2)]],
  ['windows/amd64', [coffObject(AMD64), coffObject(AMD64, 0xf0), anonymousCoffObject(AMD64)]],
  ['windows/386', [coffObject(I386)]],
  ['aix/ppc64', [xcoffObject(0x01f7)]],
]

const archiveOf = (contents: readonly Buffer[]) =>
  read(makeGnuAr(contents.map((content, index) => [`${index}.o`, content])))

const platformOf = (pair: string) => {
  const [goos = '', goarch = ''] = pair.split('/')
  return { goos, goarch }
}

test.each(accepted)('%s', (pair, contents) => {
  expect(platformRefusals(archiveOf(contents), platformOf(pair))).toEqual([])
})

const refused: readonly (readonly [pair: string, contents: readonly Buffer[], problem: RegExp])[] = [
  ['linux/amd64', [], /^This archive has no members, but linux\/amd64 is ELF/],
  [
    'linux/amd64',
    [x86, elfObject({ machine: EM_AARCH64 }), coffObject(AMD64)],
    /^1\.o in this archive is for ELF 64-bit little-endian EM_AARCH64, but linux\/amd64 is ELF .* \(and 1 more members are not either\): check GOOS/,
  ],
  ['linux/amd64', [elfObject({ machine: EM_X86_64, osabi: 9 })], /^0\.o .* ELFOSABI_FREEBSD, but/],
  ['linux/arm64', [x86], /^0\.o in this archive is for ELF/],
  ['linux/ppc64le', [elfObject({ data: 'big', machine: EM_PPC64 })], /^0\.o .* big-endian EM_PPC64/],
  [
    'linux/amd64',
    [x86, Buffer.from('4243c0de', 'hex')],
    /^1\.o .* no object file, as it begins with 4243c0de: .* -flto/,
  ],
  ['darwin/arm64', [machoObject(CPU_TYPE_ARM64), machoObject(CPU_TYPE_X86_64)], /^1\.o .* CPU_TYPE_X86_64/],
  ['darwin/arm64', [machoObject(CPU_TYPE_ARM64, 2)], /^0\.o .* PLATFORM_IOS, but/],
  ['windows/386', [coffObject(AMD64)], /^0\.o .* PE32\+ IMAGE_FILE_MACHINE_AMD64, but/],
  ['windows/amd64', [x86], /^0\.o .* ELF/],
  ['aix/ppc64', [xcoffObject(0x01df)], /^0\.o .* XCOFF32, but aix\/ppc64 is XCOFF64/],
]

test.each(refused)('%s is refused (%#)', (pair, contents, problem) => {
  expect(platformRefusals(archiveOf(contents), platformOf(pair))).toEqual([expect.stringMatching(problem)])
})

test('what a C linker will make of it is not known', () => {
  const verdict = judge(archiveOf([x86, x86]), 'linux')
  expect(describeVerdict(verdict)).toBe('unlinked: an archive of 2 objects for a C linker')
  const refusals = (policy: string, buildmode?: string) =>
    policyRefusals(verdict, 'linux', parsePolicy(policy), buildmode === undefined ? {} : { buildmode })
  expect(refusals('any')).toEqual([])
  for (const policy of ['static', 'system', 'glibc<=2.31', 'musl']) {
    expect(refusals(policy, 'c-archive')).toEqual([])
    expect(refusals(policy, 'exe')).toEqual(refusals(policy))
    expect(refusals(policy)).toEqual([
      expect.stringMatching(/it is an archive of 2 objects .* linkage: any\.$/),
    ])
  }
})

const gnu = makeGnuAr([[LONG, x86]])
const bsd = makeBsdAr([[LONG, x86]])
const big = makeBigAr(FILES)
/** Behind magic, symbol table and the header of the table of names, both with content; then the member. */
const LAST = 8 + 64 + 60 + LONG.length + 2 + ((LONG.length + 2) % 2)
const text = (file: Buffer, at: number, value: string): Buffer => {
  const copy = Buffer.from(file)
  copy.write(value, at, 'latin1')
  return copy
}

const hostile: readonly (readonly [name: string, file: Buffer, problem: RegExp])[] = [
  ['a thin archive', text(gnu, 0, '!<thin>\n'), /a thin archive, which only names/],
  ['a magic that is not whole', text(gnu, 7, ' '), /an archive begins with "!<arch> ", known are/],
  [
    'a package of -buildmode=archive',
    rawArchive(rawMember('__.PKGDEF', 'go object linux amd64'), rawMember('_go_.o', 'go object')),
    /a package archive, as buildmode archive makes/,
  ],
  ['a header cut short', gnu.subarray(0, 60), /the header of a member should be 60 bytes/],
  ['a header without its end', text(gnu, 66, '??'), /header of a member has no end/],
  ['a size that is no number', text(gnu, 56, '0x4 '), /the size of a member is "0x4 /],
  ['a size with a sign', text(gnu, 56, '-4'), /the size of a member is "-4/],
  ['no size', text(gnu, 56, '          '), /the size of a member is " {10}"/],
  ['a size beyond the file', text(gnu, 56, '9999999999'), /a member of 9999999999 bytes/],
  ['a member cut short', gnu.subarray(0, -1), /a member of 64 bytes, with 63 left/],
  [
    'a long name outside the table',
    text(gnu, LAST, '/9999'),
    /the name of a member should be at 9999 of the table/,
  ],
  ['a long name without a table', rawArchive(rawMember('/0', x86)), /should be at 0 of the table/],
  [
    'a long name without an end',
    rawArchive(rawMember('//', 'name'), rawMember('/0', x86)),
    /the name of a member has no end within 4 bytes/,
  ],
  [
    'a long name of no bytes',
    rawArchive(rawMember('//', '/\n'), rawMember('/0', x86)),
    /a member without a name/,
  ],
  [
    'a long name that is too long',
    rawArchive(rawMember('//', 'x'.repeat(5000)), rawMember('/0', x86)),
    /no end within 4096 bytes/,
  ],
  [
    'a second table of long names',
    rawArchive(rawMember('//', 'a\n'), rawMember('//', 'b\n')),
    /a second table/,
  ],
  [
    'an object that calls itself a symbol table',
    rawArchive(rawMember('a.o/', x86), rawMember('/', elfObject({ machine: EM_AARCH64 }))),
    /a table \/ behind the first object/,
  ],
  [
    'an object that calls itself a symbol table of BSD',
    rawArchive(
      rawMember('a.o', x86),
      rawMember('#1/12', Buffer.concat([Buffer.from('__.SYMDEF\0\0\0'), x86])),
    ),
    /a table __.SYMDEF behind the first object/,
  ],
  [
    'a name that is longer than its member',
    text(bsd, 8, '#1/9999'),
    /a name of 9999 bytes in a member of 21/,
  ],
  ['a name of NULs', rawArchive(rawMember('#1/4', '\0\0\0\0')), /a member without a name/],
  ['no name', rawArchive(rawMember('', x86)), /a member without a name/],
  ['a name that is no text', rawArchive(rawMember('a\u001b[31m.o/', x86)), /unprintable characters/],
  [
    'an ELF of an unknown class',
    rawArchive(rawMember('a.o/', patched(x86, 4, 1, 3))),
    /^member a\.o: EI_CLASS is 3/,
  ],
  [
    'a shared library',
    rawArchive(rawMember('a.o/', elfObject({ type: 3, machine: 3 }))),
    /e_type is 0x3, not ET_REL/,
  ],
  [
    'a Mach-O program',
    rawArchive(rawMember('a.o', makeMacho({}))),
    /^member a\.o: filetype is 0x2, not MH_OBJECT/,
  ],
  [
    'a Mach-O whose commands are outside the member',
    rawArchive(rawMember('a.o', patched(machoObject(CPU_TYPE_ARM64), 20, 4, 64)), rawMember('b.o', x86)),
    /sizeofcmds is 64/,
  ],
  [
    'sections outside their object',
    rawArchive(
      rawMember('a.o', patched(elfObjectOf({ machine: EM_386 }, FIXED, WRITABLE), 40, 8, 2n ** 64n - 1n)),
      rawMember('b.o', x86),
    ),
    /^member a\.o: the section headers of 192 bytes at 18446744073709551615 is outside its object/,
  ],
  [
    'section headers of another size',
    rawArchive(rawMember('a.o', patched(elfObjectOf({ machine: EM_386 }, FIXED, WRITABLE), 58, 2, 0))),
    /e_shentsize is 0, but this class has 64/,
  ],
  [
    'a section of a Mach-O outside its object',
    rawArchive(
      rawMember('a.o', patched(machoObjectOf(64, FIXED, WRITABLE), 32 + 72 + 80 + 48, 4, 0xffff_ff00)),
    ),
    /^member a\.o: a section ends at \d+ of \d+ bytes/,
  ],
  [
    'more sections than their command holds',
    rawArchive(rawMember('a.o', patched(machoObjectOf(64, FIXED, WRITABLE), 32 + 64, 4, 0xffff_ffff))),
    /but a segment with 4294967295 sections has/,
  ],
  [
    'more members than there can be',
    rawArchive(...Array.from({ length: MAX_MEMBERS + 1 }, () => rawMember('a', ''))),
    /more than 10000 members/,
  ],
  [
    'names that are too long together',
    rawArchive(...Array.from({ length: 300 }, () => rawMember('#1/4000', 'n'.repeat(4000)))),
    /names of members of more than 1048576 bytes together/,
  ],
  ['a big archive cut in its header', big.subarray(0, 100), /the header of the archive should be 128/],
  ['a chain of one link', text(big, 128 + 20, '128 '), /a member that begins before/],
  ['a chain that leads backwards', text(big, 128 + 20, '1   '), /begins before/],
  ['a chain that ends early', text(big, 128 + 20, '0   '), /does not lead to the last one/],
  ['a chain that leads outside', text(big, 128 + 20, '999999999'), /the header of a member should be/],
  ['a last place that is no number', text(big, 88, 'x'), /the place of the last member is "x/],
  ['a next place that is no number', text(big, 128 + 20, 'x'), /the place of the next member is "x/],
  ['a name of no length', text(big, 128 + 108, 'x'), /the length of a name is "x/],
  ['a place beyond 2^53', text(big, 68, '99999999999999999999'), /the place of the first member is "9999/],
  ['a size beyond the big archive', text(big, 128, '99999'), /a member of 99999 bytes/],
  [
    'a name beyond the big archive',
    text(big, 128 + 108, '9999'),
    /bytes with a name of 9999, at the end of the file/,
  ],
  ['a header without its end in a big archive', text(big, 128 + 116, '??'), /header of a member has no end/],
  [
    'a fat file of archives',
    makeFat([{ cpu: CPU_TYPE_ARM64, file: makeBsdAr([['go.o', machoObject(CPU_TYPE_ARM64)]], 8) }]),
    /a slice that is an archive.*lipo -thin/,
  ],
]

test.each(hostile)('refused: %s', (_, file, problem) => {
  expect(() => readLinkage(bytesOf(file))).toThrow(FormatError)
  expect(() => readLinkage(bytesOf(file))).toThrow(problem)
})
