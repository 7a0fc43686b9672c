// Headers in, sections out; and headers that speak of what is not there.
import { listSections, type Read } from '../../../src/reproduce/sections.js'

const reading =
  (bytes: Buffer): Read =>
  (offset, length) => {
    if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length))
      throw new RangeError('beyond the end')
    return bytes.subarray(offset, offset + length)
  }
const listed = (bytes: Buffer) =>
  listSections(reading(bytes), bytes.length).map(({ name, offset, length }) => `${name} ${offset} ${length}`)

type Field = readonly [at: number, bytes: 1 | 2 | 4 | 8, value: number] | readonly [at: number, text: string]

function fill(size: number, fields: readonly Field[], little = true): Buffer {
  const bytes = Buffer.alloc(size)
  for (const field of fields) {
    if (field.length === 2) bytes.write(field[1], field[0], 'latin1')
    else if (field[1] === 8) {
      if (little) bytes.writeBigUInt64LE(BigInt(field[2]), field[0])
      else bytes.writeBigUInt64BE(BigInt(field[2]), field[0])
    } else if (little) bytes.writeUIntLE(field[2], field[0], field[1])
    else bytes.writeUIntBE(field[2], field[0], field[1])
  }
  return bytes
}

const NAMES = '\0.text\0.bss\0.names\0'
const elf64 = (little: boolean) =>
  fill(
    512,
    [
      [0, '\x7fELF'],
      [4, 1, 2],
      [5, 1, little ? 1 : 2],
      [40, 8, 128],
      [58, 2, 64],
      [60, 2, 4],
      [62, 2, 3],
      [64, NAMES],
      ...[1, 2, 3].flatMap((index): Field[] => [
        [128 + index * 64, 4, [0, 1, 7, 12][index] ?? 0],
        [128 + index * 64 + 4, 4, [0, 1, 8, 3][index] ?? 0],
        [128 + index * 64 + 24, 8, [0, 96, 100, 64][index] ?? 0],
        [128 + index * 64 + 32, 8, [0, 16, 4096, NAMES.length][index] ?? 0],
      ]),
    ],
    little,
  )
const elf32 = fill(256, [
  [0, '\x7fELF'],
  [4, 1, 1],
  [5, 1, 1],
  [32, 4, 128],
  [46, 2, 40],
  [48, 2, 3],
  [50, 2, 2],
  [64, NAMES],
  ...[1, 2].flatMap((index): Field[] => [
    [128 + index * 40, 4, [0, 1, 12][index] ?? 0],
    [128 + index * 40 + 4, 4, [0, 1, 3][index] ?? 0],
    [128 + index * 40 + 16, 4, [0, 96, 64][index] ?? 0],
    [128 + index * 40 + 20, 4, [0, 16, NAMES.length][index] ?? 0],
  ]),
])
const SEGMENT = 32
const LINKEDIT = SEGMENT + 72 + 2 * 80
const macho = fill(1024, [
  [0, 4, 0xfeedfacf],
  [16, 4, 3],
  [20, 4, 72 + 160 + 72 + 16],
  [SEGMENT, 4, 0x19],
  [SEGMENT + 4, 4, 72 + 160],
  [SEGMENT + 64, 4, 2],
  [SEGMENT + 72, '__text'],
  [SEGMENT + 72 + 16, '__TEXT'],
  [SEGMENT + 72 + 40, 8, 100],
  [SEGMENT + 72 + 48, 4, 400],
  [SEGMENT + 152, '__bss'],
  [SEGMENT + 152 + 16, '__DATA'],
  [SEGMENT + 152 + 40, 8, 9999],
  [SEGMENT + 152 + 64, 4, 1],
  [LINKEDIT, 4, 0x19],
  [LINKEDIT + 4, 4, 72],
  [LINKEDIT + 8, '__LINKEDIT'],
  [LINKEDIT + 40, 8, 600],
  [LINKEDIT + 48, 8, 300],
  [LINKEDIT + 72, 4, 0x1d],
  [LINKEDIT + 76, 4, 16],
  [LINKEDIT + 80, 4, 800],
  [LINKEDIT + 84, 4, 100],
])
const pe = fill(512, [
  [0, 'MZ'],
  [0x3c, 4, 64],
  [64, 'PE\0\0'],
  [70, 2, 3],
  [64 + 12, 4, 300],
  [64 + 16, 4, 1],
  [64 + 20, 2, 8],
  [96, '.text'],
  [96 + 16, 4, 32],
  [96 + 20, 4, 256],
  [136, '/4'],
  [136 + 16, 4, 8],
  [136 + 20, 4, 290],
  [176, '.bss'],
  [322, '.debug_info\0'],
])
const wasm = Buffer.concat([
  Buffer.from('\0asm\x01\0\0\0', 'latin1'),
  Buffer.from([1, 2, 9, 9]),
  Buffer.from([11, 0x80, 0x01, ...Buffer.alloc(128)]),
  Buffer.from('\0\x06\x04nameX', 'latin1'),
])
const xcoff = fill(
  256,
  [
    [0, 2, 0x01f7],
    [2, 2, 2],
    [24, '.text'],
    [24 + 24, 8, 10],
    [24 + 32, 8, 200],
    [96, '.bss'],
    [96 + 24, 8, 1000],
    [96 + 64, 4, 0x80],
  ],
  false,
)

test.each<[format: string, bytes: Buffer, sections: string[]]>([
  ['ELF64, little', elf64(true), ['.text 96 16', '.names 64 19']],
  ['ELF64, big', elf64(false), ['.text 96 16', '.names 64 19']],
  ['ELF32', elf32, ['.text 96 16', '.names 64 19']],
  ['Mach-O', macho, ['__TEXT,__text 400 100', '__LINKEDIT 600 200', 'code signature 800 100']],
  ['PE', pe, ['.text 256 32', '.debug_info 290 8', 'the symbol table 300 212']],
  ['WebAssembly', wasm, ['type 10 2', 'data 15 128', 'name 145 6']],
  ['XCOFF64', xcoff, ['.text 200 10']],
  ['text', Buffer.from('not a program at all, '.repeat(9)), []],
  ['nothing', Buffer.alloc(0), []],
])('%s', (_, bytes, sections) => {
  expect(listed(bytes)).toEqual(sections)
})

test('whatever is written over a header, there are sections or a RangeError, and no endless list', () => {
  const programs = [elf64(true), elf64(false), elf32, macho, pe, wasm, xcoff]
  for (const program of programs) {
    for (let at = 4; at < Math.min(program.length, 330); at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const bytes = Buffer.from(program)
        bytes.fill(value, at, Math.min(at + 4, bytes.length))
        try {
          expect(listed(bytes).length).toBeLessThan(300)
        } catch (error) {
          // Node's own is of another realm than jest's.
          expect((error as Error).name).toBe('RangeError')
        }
      }
    }
    for (let size = 0; size < program.length; size++) {
      const cut = program.subarray(0, size)
      try {
        listed(cut)
      } catch (error) {
        expect((error as Error).name).toBe('RangeError')
      }
    }
  }
})
