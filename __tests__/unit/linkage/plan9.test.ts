// Plan 9 a.out: headers made by hand.

import { FormatError } from '../../../src/errors.js'
import { readPlan9 } from '../../../src/linkage/plan9.js'
import { bytesOf, patched } from './bytes-of.js'

/** magic, text, data, bss, syms, entry, spsz, pcsz; then text, data, symbols and two tables. */
const made = (magic: number, headerBytes: number): Buffer => {
  const file = Buffer.alloc(headerBytes + 16 + 8 + 4 + 0 + 2)
  ;[magic, 16, 8, 1 << 20, 4, 0x1000, 0, 2].forEach((word, index) => file.writeUInt32BE(word, index * 4))
  return file
}

const read = (file: Buffer) => readPlan9(bytesOf(file))

test.each([
  ['386', 0x1eb, 32],
  ['arm', 0x647, 32],
  ['amd64', 0x8a97, 40],
] as const)('%s, whole and one byte short', (machine, magic, headerBytes) => {
  const file = made(magic, headerBytes)
  expect(read(file)).toEqual({
    format: 'plan9',
    machine,
    data: { offset: headerBytes + 16, length: 8 },
    symbols: true,
  })
  expect(() => read(file.subarray(0, -1))).toThrow(/the a.out header states \d+ bytes/)
})

test.each([
  ['a header cut short', Buffer.from('00008a97', 'hex'), /the a.out header should be 32 bytes/],
  [
    'sizes beyond any file',
    patched(made(0x1eb, 32), 4, 4, 0xffff_ffff, 'big'),
    /the a.out header states 4294967/,
  ],
  ['another magic', made(0x407, 32), /unknown a.out magic 0x407/],
])('refused: %s', (_, file, problem) => {
  expect(() => read(file)).toThrow(FormatError)
  expect(() => read(file)).toThrow(problem)
})
