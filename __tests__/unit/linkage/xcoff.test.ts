// XCOFF64: small files made by hand; and files that were made to mislead.

import { FormatError } from '../../../src/errors.js'
import { readXcoff } from '../../../src/linkage/xcoff.js'
import { bytesOf, patched } from './bytes-of.js'
import { LOADER_AT, makeXcoff, SECTION_AT, STRINGS_AT } from './make-xcoff.js'

const read = (file: Buffer) => readXcoff(bytesOf(file))

const IMPORTS = [
  ['/usr/lib:/lib', '', ''],
  ['', 'libc.a', 'shr_64.o'],
  ['/opt/lib', 'libx.so', ''],
] as const

test('the LIBPATH and the import files', () => {
  expect(read(makeXcoff({ imports: IMPORTS }))).toEqual({
    format: 'xcoff',
    class: 64,
    libpath: ['/usr/lib', '/lib'],
    imports: [
      { path: '', base: 'libc.a', member: 'shr_64.o' },
      { path: '/opt/lib', base: 'libx.so', member: '' },
    ],
    data: [],
    symbols: false,
  })
})

test('an empty LIBPATH has no folders', () => {
  expect(read(makeXcoff({ imports: [['', '', '']] }))).toMatchObject({ libpath: [], imports: [] })
})

const file = makeXcoff({ imports: IMPORTS })

const hostile: readonly (readonly [name: string, file: Buffer, problem: RegExp])[] = [
  ['only a magic', file.subarray(0, 4), /the XCOFF header/],
  ['an object file', makeXcoff({ flags: 0, imports: IMPORTS }), /neither F_EXEC nor F_SHROBJ/],
  ['section headers outside the file', patched(file, 2, 2, 0xffff, 'big'), /the section headers/],
  ['no loader section', patched(file, SECTION_AT + 64, 4, 0x80, 'big'), /no loader section/],
  ['two loader sections', twice(file), /a second loader section/],
  [
    'a loader section outside the file',
    patched(file, SECTION_AT + 32, 8, 2n ** 63n, 'big'),
    /a section should be/,
  ],
  ['a file cut short', file.subarray(0, -1), /a section should be/],
  [
    'too many import files',
    patched(file, LOADER_AT + 16, 4, 2000, 'big'),
    /2000 import files in \d+ bytes, allowed: up to/,
  ],
  ['too many strings', patched(file, LOADER_AT + 12, 4, 0x7fff_ffff, 'big'), /in 2147483647 bytes/],
  [
    'strings outside the section',
    patched(file, LOADER_AT + 24, 8, 2n ** 64n - 1n, 'big'),
    /not inside the loader/,
  ],
  [
    'more import files than strings',
    patched(file, LOADER_AT + 16, 4, 4, 'big'),
    /9 strings for 4 import files/,
  ],
  [
    'fewer import files than strings',
    patched(file, LOADER_AT + 16, 4, 2, 'big'),
    /9 strings for 2 import files/,
  ],
  ['no import files', makeXcoff({}), /without import file 0/],
  [
    'a string without an end',
    patched(file, file.length - 1, 1, 0x61),
    /the name of an import file has no end/,
  ],
  ['a string that is not text', patched(file, STRINGS_AT, 1, 0xff), /not UTF-8/],
]

test.each(hostile)('refused: %s', (_, bytes, problem) => {
  expect(() => read(bytes)).toThrow(FormatError)
  expect(() => read(bytes)).toThrow(problem)
})

/** The section header once more, in front of itself. */
function twice(made: Buffer): Buffer {
  const doubled = Buffer.concat([made.subarray(0, LOADER_AT), made.subarray(SECTION_AT)])
  const loaderAt = BigInt(LOADER_AT + 72)
  const moved = patched(
    patched(doubled, SECTION_AT + 32, 8, loaderAt, 'big'),
    LOADER_AT + 32,
    8,
    loaderAt,
    'big',
  )
  return patched(moved, 2, 2, 2, 'big')
}
