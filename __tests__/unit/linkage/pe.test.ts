// PE: small files made by hand, PE32 and PE32+; and files that were made to mislead.

import { FormatError } from '../../../src/errors.js'
import { readPe } from '../../../src/linkage/pe.js'
import { bytesOf, patched } from './bytes-of.js'
import {
  COFF_AT,
  DIRECTORY_COUNT,
  makePe,
  OPTIONAL_AT,
  OPTIONAL_BYTES,
  PE_AT,
  SECTION_OFFSET,
  SECTION_RVA,
} from './make-pe.js'

const read = (file: Buffer) => readPe(bytesOf(file))

test.each([
  ['PE32', 0x14c, 'IMAGE_FILE_MACHINE_I386'],
  ['PE32+', 0x8664, 'IMAGE_FILE_MACHINE_AMD64'],
  ['PE32+', 0xaa64, 'IMAGE_FILE_MACHINE_ARM64'],
  ['PE32+', 0x1234, '0x1234'],
] as const)('an %s file for machine %i', (magic, machine, name) => {
  const made = makePe({
    magic,
    machine,
    characteristics: 0x2022,
    subsystem: 2,
    imports: ['KERNEL32.dll', 'msvcrt.dll'],
    delayImports: ['USER32.dll'],
  })
  expect(read(made)).toEqual({
    format: 'pe',
    magic,
    machine: name,
    dll: true,
    subsystem: 'IMAGE_SUBSYSTEM_WINDOWS_GUI',
    dllCharacteristics: 0x8160,
    imports: ['KERNEL32.dll', 'msvcrt.dll'],
    delayImports: ['USER32.dll'],
    clr: false,
    relocations: false,
    sections: [{ name: '', flags: '', offset: SECTION_OFFSET, length: made.length - SECTION_OFFSET }],
    symbols: false,
  })
})

test.each(['PE32', 'PE32+'] as const)('delay imports by absolute address, %s', (magic) => {
  const file = makePe({ magic, imports: ['a.dll'], delayImports: ['b.dll', 'c.dll'], absoluteDelay: true })
  expect(read(file).delayImports).toEqual(['b.dll', 'c.dll'])
})

test('a program for the .NET runtime alone', () => {
  const { clr, imports, subsystem } = read(makePe({ clr: 0x2008, subsystem: 77 }))
  expect({ clr, imports, subsystem }).toEqual({ clr: true, imports: [], subsystem: '77' })
})

test.each([
  [0x6000_0020, 'RX'],
  [0xc000_0040, 'RW'],
  [0xe000_0020, 'RWX'],
  [0, ''],
])('characteristics %i of a section are %j', (sectionFlags, flags) => {
  const { sections } = read(makePe({ sectionName: '.te\x1bt', sectionFlags }))
  expect(sections).toMatchObject([{ name: '.te?t', flags }])
})

test('it can be moved only with relocations', () => {
  expect(read(makePe({ relocations: 0x1000 })).relocations).toBe(true)
  expect(read(makePe({})).relocations).toBe(false)
  expect(read(makePe({ relocations: 0x1000, characteristics: 0x23 })).relocations).toBe(false)
})

test('directories that are not stated are not there', () => {
  const file = makePe({ imports: ['a.dll'] })
  expect(read(patched(file, DIRECTORY_COUNT['PE32+'], 4, 1)).imports).toEqual([])
  expect(read(patched(file, DIRECTORY_COUNT['PE32+'], 4, 2)).imports).toEqual(['a.dll'])
})

const file = makePe({ imports: ['kernel32.dll', 'user32.dll'], delayImports: ['c.dll'] })
const directory = (index: number): number => DIRECTORY_COUNT['PE32+'] + 4 + index * 8
const section = OPTIONAL_AT + OPTIONAL_BYTES['PE32+']
const DELAY_OFFSET = SECTION_OFFSET + 3 * 20

const hostile: readonly (readonly [name: string, file: Buffer, problem: RegExp])[] = [
  ['only MZ', Buffer.from('MZ'), /the DOS header/],
  ['e_lfanew outside the file', patched(file, 60, 4, 0xffff_fff0), /the PE signature/],
  ['another signature', patched(file, PE_AT, 1, 0x4e), /without a PE signature/],
  ['an object file', patched(file, COFF_AT + 18, 2, 0), /lack IMAGE_FILE_EXECUTABLE_IMAGE/],
  ['no optional header', patched(file, COFF_AT + 16, 2, 0), /no optional header/],
  ['a short optional header', patched(file, COFF_AT + 16, 2, 80), /an optional header of 80 bytes/],
  ['another optional header', patched(file, OPTIONAL_AT, 2, 0x107), /optional header 0x107, allowed: 0x10b/],
  ['17 directories', patched(file, DIRECTORY_COUNT['PE32+'], 4, 17), /NumberOfRvaAndSizes is 17/],
  [
    'directories behind the optional header',
    patched(file, COFF_AT + 16, 2, 112 + 8),
    /NumberOfRvaAndSizes is 16/,
  ],
  ['too many sections', patched(file, COFF_AT + 2, 2, 0xffff), /65535 sections, allowed: up to 1024/],
  ['sections outside the file', patched(file, COFF_AT + 2, 2, 100), /the section table/],
  ['a section cut short', file.subarray(0, -1), /a section should be/],
  ['a section outside the file', patched(file, section + 20, 4, 0x8000_0000), /a section should be/],
  ['a section over the headers', patched(file, section + 12, 4, 0x100), /overlaps/],
  ['a section at an odd place', patched(file, section + 20, 4, SECTION_OFFSET - 1), /not a multiple of 512/],
  ['imports at no address', patched(file, directory(1), 4, 0x7fff_0000), /which no section holds/],
  [
    'imports without an end',
    patched(file, directory(1), 4, SECTION_RVA + file.length - SECTION_OFFSET - 8),
    /no section/,
  ],
  ['a DLL at no address', patched(file, SECTION_OFFSET + 12, 4, 0x9000_0000), /the name of a DLL should be/],
  ['a DLL without a name', patched(file, SECTION_OFFSET + 12, 4, SECTION_RVA + 1), /a DLL without a name/],
  ['a name without NUL', patched(file, file.length - 1, 1, 0x61), /the name of a DLL has no end/],
  ['a name with a control character', patched(file, file.indexOf('kernel32'), 1, 0x1b), /unprintable/],
  ['a descriptor without Name', patched(file, SECTION_OFFSET + 12, 4, 0), /neither whole nor the empty/],
  [
    'a descriptor without FirstThunk',
    patched(file, SECTION_OFFSET + 16, 4, 0),
    /neither whole nor the empty/,
  ],
  ['delay imports at no address', patched(file, directory(13), 4, 0x7fff_0000), /which no section holds/],
  [
    'a delay import without a name',
    patched(file, DELAY_OFFSET + 4, 4, 0),
    /a delay-import descriptor without a name/,
  ],
  [
    'an absolute delay import below the image',
    patched(patched(file, DELAY_OFFSET, 4, 0), DELAY_OFFSET + 4, 4, 0x1000),
    /without a name/,
  ],
  [
    'too many DLLs',
    makePe({ imports: Array.from({ length: 1025 }, (_, index) => `${index}.dll`) }),
    /more than 1024 DLLs/,
  ],
]

test.each(hostile)('refused: %s', (_, bytes, problem) => {
  expect(() => read(bytes)).toThrow(FormatError)
  expect(() => read(bytes)).toThrow(problem)
})
