// Mach-O: small files made by hand, thin and fat; and files that were made to mislead.

import { FormatError } from '../../../src/errors.js'
import { MAX_LOAD_COMMANDS } from '../../../src/linkage/macho-commands.js'
import { readMacho } from '../../../src/linkage/macho.js'
import { bytesOf, patched } from './bytes-of.js'
import {
  CPU_TYPE_ARM64,
  CPU_TYPE_X86,
  CPU_TYPE_X86_64,
  dylib,
  LC_BUILD_VERSION,
  LC_CODE_SIGNATURE,
  LC_DYLD_ENVIRONMENT,
  LC_DYSYMTAB,
  LC_ID_DYLIB,
  LC_LAZY_LOAD_DYLIB,
  LC_LOAD_DYLIB,
  LC_LOAD_DYLINKER,
  LC_LOAD_UPWARD_DYLIB,
  LC_LOAD_WEAK_DYLIB,
  LC_REEXPORT_DYLIB,
  LC_RPATH,
  LC_VERSION_MIN_MACOSX,
  makeFat,
  makeMacho,
  MH_DYLIB,
  MH_OBJECT,
  segment,
  segment64,
  text,
  version,
  type Command,
} from './make-macho.js'

const read = (file: Buffer) => readMacho(bytesOf(file))
const SYSTEM = dylib(LC_LOAD_DYLIB, '/usr/lib/libSystem.B.dylib')
const DYLD = text(LC_LOAD_DYLINKER, '/usr/lib/dyld')

const shapes = ([32, 64] as const).flatMap((bits) =>
  (['little', 'big'] as const).map((data) => ({ bits, data })),
)

test.each(shapes)('every load command that is read, $bits bits, $data-endian', (shape) => {
  const commands = [
    DYLD,
    SYSTEM,
    dylib(LC_LOAD_WEAK_DYLIB, '@rpath/weak.dylib'),
    dylib(LC_REEXPORT_DYLIB, 'reexported.dylib'),
    dylib(LC_LAZY_LOAD_DYLIB, 'lazy.dylib'),
    dylib(LC_LOAD_UPWARD_DYLIB, 'upward.dylib'),
    dylib(LC_ID_DYLIB, 'itself.dylib'),
    text(LC_RPATH, '@executable_path/../lib'),
    text(LC_DYLD_ENVIRONMENT, 'DYLD_LIBRARY_PATH=/opt/lib'),
    [LC_BUILD_VERSION, [1, version(12, 0), version(14, 2, 1), 0]],
    [LC_VERSION_MIN_MACOSX, [version(10, 9), version(10, 13)]],
    [0x1b, [1, 2, 3, 4]],
  ] satisfies Command[]
  const file = makeMacho({ ...shape, cpu: CPU_TYPE_X86_64, filetype: MH_DYLIB, commands })
  expect(read(file)).toEqual({
    format: 'macho',
    slices: [
      {
        offset: 0,
        length: file.length,
        cpu: 'CPU_TYPE_X86_64',
        filetype: 'MH_DYLIB',
        dylinker: '/usr/lib/dyld',
        dylibs: [
          { name: '/usr/lib/libSystem.B.dylib', kind: 'LC_LOAD_DYLIB' },
          { name: '@rpath/weak.dylib', kind: 'LC_LOAD_WEAK_DYLIB' },
          { name: 'reexported.dylib', kind: 'LC_REEXPORT_DYLIB' },
          { name: 'lazy.dylib', kind: 'LC_LAZY_LOAD_DYLIB' },
          { name: 'upward.dylib', kind: 'LC_LOAD_UPWARD_DYLIB' },
        ],
        rpaths: ['@executable_path/../lib'],
        dyldEnvironment: ['DYLD_LIBRARY_PATH=/opt/lib'],
        builds: [
          { platform: 'PLATFORM_MACOS', minos: '12.0', sdk: '14.2.1' },
          { platform: 'PLATFORM_MACOS', minos: '10.9', sdk: '10.13' },
        ],
        pie: false,
        allowStackExecution: false,
        segments: [],
        symbols: false,
      },
    ],
  })
})

test('numbers without a name are shown as they are', () => {
  const commands = [[LC_BUILD_VERSION, [99, 0, 0, 0]]] satisfies Command[]
  const [slice] = read(makeMacho({ cpu: 0x55, commands })).slices
  expect([slice?.cpu, slice?.builds]).toEqual(['0x55', [{ platform: '99', minos: '0.0', sdk: '0.0' }]])
})

const arm = { cpu: CPU_TYPE_ARM64, file: makeMacho({ cpu: CPU_TYPE_ARM64, commands: [DYLD, SYSTEM] }) }
const other = dylib(LC_LOAD_DYLIB, '/opt/lib/other.dylib')
const intel = { cpu: CPU_TYPE_X86_64, file: makeMacho({ cpu: CPU_TYPE_X86_64, commands: [DYLD, other] }) }
const old = { cpu: CPU_TYPE_X86, file: makeMacho({ cpu: CPU_TYPE_X86, bits: 32, commands: [other] }) }

test.each([32, 64] as const)('every slice of a fat%i file is read', (bits) => {
  const { slices } = read(makeFat([arm, intel, old], bits))
  expect(slices.map(({ cpu, dylibs }) => [cpu, ...dylibs.map(({ name }) => name)])).toEqual([
    ['CPU_TYPE_ARM64', '/usr/lib/libSystem.B.dylib'],
    ['CPU_TYPE_X86_64', '/opt/lib/other.dylib'],
    ['CPU_TYPE_X86', '/opt/lib/other.dylib'],
  ])
})

test('capability bits of a subtype do not tell processors apart', () => {
  const file = makeMacho({ cpu: CPU_TYPE_X86_64, subtype: 0x8000_0003, commands: [DYLD] })
  expect(read(makeFat([{ cpu: CPU_TYPE_X86_64, subtype: 3, file }])).slices).toHaveLength(1)
})

test('segments inside the slice are fine, to its last byte', () => {
  const length = makeMacho({ commands: [segment64(0, 0)] }).length
  expect(read(makeMacho({ commands: [segment64(0, length)] })).slices).toHaveLength(1)
  expect(() => read(makeMacho({ commands: [segment64(0, length + 1)] }))).toThrow(/a segment ends at/)
})

describe('how it is protected', () => {
  /** __TEXT, four fields for addresses, fileoff 0 and filesize 8 in words, maxprot, initprot, nsects, flags. */
  const name = [0x45545f5f, 0x5458, 0, 0]
  const words64 = [...name, ...Array<number>(4).fill(0), 0, 0, 8, 0, 7, 5, 0, 0]
  const words32 = [...name, 0, 0, 0, 8, 7, 5, 0, 0]

  test.each([
    [64, 0x19, words64],
    [32, 1, words32],
  ] as const)('the protection of a segment, %i bits', (bits, cmd, words) => {
    const [only] = read(makeMacho({ bits, commands: [[cmd, words]] })).slices
    expect(only?.segments).toEqual([{ name: '__TEXT', initprot: 'RX', maxprot: 'RWX', offset: 0, length: 8 }])
  })

  test.each([
    [0x20_0000, { pie: true, allowStackExecution: false }],
    [0x2_0000, { pie: false, allowStackExecution: true }],
    [0x85, { pie: false, allowStackExecution: false }],
  ])('flags %i', (flags, expected) => {
    expect(read(makeMacho({ flags })).slices).toMatchObject([expected])
  })

  test.each([
    [0, false],
    [3, true],
  ])('%i local symbols', (count, symbols) => {
    const commands = [[LC_DYSYMTAB, [0, count, ...Array<number>(16).fill(0)]]] satisfies Command[]
    expect(read(makeMacho({ commands })).slices).toMatchObject([{ symbols }])
  })

  test('where the code signature is, in a slice too', () => {
    const file = makeMacho({ commands: [[LC_CODE_SIGNATURE, [40, 8]]] })
    expect(read(file).slices[0]?.codeSignature).toEqual({ offset: 40, length: 8 })
    const inSlice = read(makeFat([{ cpu: CPU_TYPE_ARM64, file }])).slices[0]?.codeSignature
    expect(inSlice).toEqual({ offset: 4096 + 40, length: 8 })
  })
})

/** A file with one load command of the bytes given, whatever these say of their length. */
const withCommand = (...words: readonly number[]): Buffer => {
  const made = makeMacho({ commands: [[0, words.slice(2)]] })
  return words.slice(0, 2).reduce((file, word, index) => patched(file, 32 + index * 4, 4, word), made)
}

const thin = makeMacho({ commands: [DYLD, SYSTEM] })
const fat = makeFat([arm, intel])
const fat64 = makeFat([arm, intel], 64)

const hostile: readonly (readonly [name: string, file: Buffer, problem: RegExp])[] = [
  [
    'MH_OBJECT',
    makeMacho({ filetype: MH_OBJECT }),
    /filetype is 0x1: only MH_EXECUTE, MH_DYLIB and MH_BUNDLE/,
  ],
  ['only a magic', thin.subarray(0, 4), /no Mach-O header/],
  ['sizeofcmds beyond the file', patched(thin, 20, 4, thin.length), /sizeofcmds is/],
  [
    'sizeofcmds beyond any sense',
    patched(thin, 20, 4, 0xffff_ffff),
    /sizeofcmds is 4294967295, allowed: up to/,
  ],
  [
    'more commands than there can be',
    patched(thin, 16, 4, 0xffff_ffff),
    /ncmds is 4294967295, allowed: up to/,
  ],
  ['more commands than sizeofcmds', patched(thin, 16, 4, 3), /ncmds is 3, but sizeofcmds ends after 2/],
  ['too many commands', patched(thin, 16, 4, 0xffff_ffff), new RegExp(`up to ${MAX_LOAD_COMMANDS}`)],
  ['cmdsize 0', patched(thin, 36, 4, 0), /cmdsize is 0, with \d+ bytes left/],
  ['cmdsize not a multiple of 4', patched(thin, 36, 4, 30), /cmdsize is 30/],
  ['cmdsize beyond sizeofcmds', patched(thin, 36, 4, 0x1000), /cmdsize is 4096/],
  ['a dylib of eight bytes', withCommand(LC_LOAD_DYLIB, 8), /cmdsize is 8, but LC_LOAD_DYLIB has 12/],
  ['a name inside the fields', withCommand(LC_LOAD_DYLIB, 16, 4, 0), /no string that ends inside/],
  [
    'a name outside the command',
    withCommand(LC_LOAD_DYLIB, 16, 0xffff_fff0, 0),
    /no string that ends inside/,
  ],
  ['a name without NUL', withCommand(LC_LOAD_DYLIB, 16, 12, 0x61616161), /no string that ends inside/],
  ['an empty name', withCommand(LC_LOAD_DYLIB, 16, 12, 0), /an empty string/],
  ['a second LC_LOAD_DYLINKER', makeMacho({ commands: [DYLD, DYLD] }), /a second LC_LOAD_DYLINKER/],
  ['a short LC_BUILD_VERSION', withCommand(LC_BUILD_VERSION, 16, 1, 1), /LC_BUILD_VERSION has 24/],
  ['a short LC_DYSYMTAB', withCommand(LC_DYSYMTAB, 16, 0, 0), /LC_DYSYMTAB has 80/],
  ['a short LC_CODE_SIGNATURE', withCommand(LC_CODE_SIGNATURE, 12, 0), /LC_CODE_SIGNATURE has 16/],
  [
    'a code signature outside the file',
    makeMacho({ commands: [[LC_CODE_SIGNATURE, [40, 9]]] }),
    /the code signature ends at 49 of 48 bytes/,
  ],
  [
    'a second code signature',
    makeMacho({
      commands: [
        [LC_CODE_SIGNATURE, [0, 0]],
        [LC_CODE_SIGNATURE, [0, 0]],
      ],
    }),
    /a second LC_CODE_SIGNATURE/,
  ],
  ['a short LC_SEGMENT', withCommand(1, 16, 0, 0), /a segment has 56/],
  ['a segment outside the file', makeMacho({ commands: [segment(0, 1 << 20)] }), /a segment ends at/],
  ['a segment beyond 2^53', makeMacho({ commands: [segment64(0, 1, 0xffff_ffff)] }), /a segment ends at/],
  [
    'too many dylibs',
    makeMacho({ commands: Array.from({ length: 1025 }, () => SYSTEM) }),
    /1025 dylibs, allowed: up to 1024/,
  ],
  [
    'a Java class of version 52',
    Buffer.from('cafebabe00000034001d0a0006', 'hex'),
    /a fat Mach-O file with 52 slices, allowed: 1 to 44 \(a Java class begins alike\)/,
  ],
  ['a Java class of version 45.3', Buffer.from('cafebabe0003002d001d0a0006', 'hex'), /Java class/],
  ['a fat file without slices', makeFat([]), /0 slices/],
  ['a fat header cut short', fat.subarray(0, 30), /the table of slices/],
  ['a slice that is cut short', fat.subarray(0, -1), /a slice should be/],
  ['a slice beyond 2^53', patched(fat64, 8 + 8, 8, 2n ** 64n - 1n, 'big'), /a slice should be/],
  [
    'a slice over the fat header',
    patched(fat, 8 + 8, 4, 0, 'big'),
    /a slice that overlaps another or the fat header/,
  ],
  ['two slices at one place', patched(fat, 28 + 8, 4, 4096, 'big'), /overlaps/],
  ['two slices for one processor', makeFat([arm, arm]), /a second slice for cputype 0x100000c/],
  [
    'a slice of another processor',
    makeFat([{ ...intel, cpu: CPU_TYPE_ARM64 }]),
    /the slice itself cputype 0x1000007/,
  ],
  ['a slice that is a fat file', makeFat([{ ...arm, file: fat }]), /no Mach-O header/],
  ['a slice of no bytes', makeFat([{ ...arm, file: Buffer.alloc(0) }]), /no Mach-O header/],
]

test.each(hostile)('refused: %s', (_, file, problem) => {
  expect(() => read(file)).toThrow(FormatError)
  expect(() => read(file)).toThrow(problem)
})
