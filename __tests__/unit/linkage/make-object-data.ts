// What a program can write to, and what not -> object files of every format with one section for each.

import { patched } from './bytes-of.js'
import { CPU_TYPE_ARM64, makeMacho, MH_OBJECT, namedSegment } from './make-macho.js'
import { elfObject, type ElfObjectPlan } from './make-object.js'

const SHT_PROGBITS = 1
const SHF_WRITE_ALLOC = 3n
const SHF_ALLOC = 2n

/** Header, both contents, then the section headers: the empty one, `.rodata` and `.data`. */
export function elfObjectOf(plan: ElfObjectPlan, fixed: Buffer, writable: Buffer): Buffer {
  const { class: bits = 64, data = 'little' } = plan
  const header = elfObject(plan)
  const word = bits === 64 ? 8 : 4
  const row = (flags: bigint, offset: number, size: number): Buffer => {
    const entry = patched(Buffer.alloc(bits === 64 ? 64 : 40), 4, 4, SHT_PROGBITS, data)
    const fields: readonly (readonly [at: number, value: number | bigint])[] = [
      [8, flags],
      [8 + 2 * word, offset],
      [8 + 3 * word, size],
    ]
    return fields.reduce((made, [at, value]) => patched(made, at, word, value, data), entry)
  }
  const shoff = header.length + fixed.length + writable.length
  const places: readonly (readonly [at: number, size: 2 | 4 | 8, value: number])[] =
    bits === 64
      ? [
          [40, 8, shoff],
          [58, 2, 64],
          [60, 2, 3],
        ]
      : [
          [32, 4, shoff],
          [46, 2, 40],
          [48, 2, 3],
        ]
  return Buffer.concat([
    places.reduce((made, [at, size, value]) => patched(made, at, size, value, data), header),
    fixed,
    writable,
    Buffer.alloc(bits === 64 ? 64 : 40),
    row(SHF_ALLOC, header.length, fixed.length),
    row(SHF_WRITE_ALLOC, header.length + fixed.length, writable.length),
  ])
}

/** With an optional header, as Go's linker writes it, and a section of zeroes. */
export function coffObjectOf(fixed: Buffer, writable: Buffer): Buffer {
  const header = Buffer.alloc(20 + 0xf0)
  header.writeUInt16LE(0x8664)
  header.writeUInt16LE(3, 2)
  header.writeUInt16LE(0xf0, 16)
  const start = header.length + 3 * 40
  const row = (characteristics: number, offset: number, size: number): Buffer => {
    const entry = Buffer.alloc(40)
    entry.writeUInt32LE(size, 16)
    entry.writeUInt32LE(offset, 20)
    entry.writeUInt32LE(characteristics, 36)
    return entry
  }
  return Buffer.concat([
    header,
    row(0x4000_0040, start, fixed.length),
    row(0xc000_0040, start + fixed.length, writable.length),
    row(0xc000_0080, 0, 0x1000),
    fixed,
    writable,
  ])
}

/** One segment with a section for __TEXT, one for __DATA and one of zeroes. */
export function machoObjectOf(bits: 32 | 64, fixed: Buffer, writable: Buffer): Buffer {
  const segmentBytes = bits === 64 ? 72 : 56
  const sectionBytes = bits === 64 ? 80 : 68
  const start = (bits === 64 ? 32 : 28) + segmentBytes + 3 * sectionBytes
  const words = (name: string): number[] => {
    const padded = Buffer.from(name.padEnd(16, '\0'))
    return [0, 4, 8, 12].map((at) => padded.readUInt32LE(at))
  }
  const section = (segment: string, offset: number, size: number): number[] =>
    bits === 64
      ? [...words('a section'), ...words(segment), 0, 0, size, 0, offset, 0, 0, 0, 0, 0, 0, 0]
      : [...words('a section'), ...words(segment), 0, size, offset, 0, 0, 0, 0, 0, 0]
  const [, named64] = namedSegment('', 7, start, fixed.length + writable.length)
  const named =
    bits === 64 ? named64 : [...words(''), 0, 0, start, fixed.length + writable.length, 7, 7, 0, 0]
  const sections = [
    ...section('__TEXT', start, fixed.length),
    ...section('__DATA', start + fixed.length, writable.length),
    ...section('__DATA', 0, 0x1000),
  ]
  const counted = [...named.slice(0, -2), 3, 0, ...sections]
  const commands = makeMacho({
    bits,
    cpu: CPU_TYPE_ARM64,
    filetype: MH_OBJECT,
    commands: [[bits === 64 ? 0x19 : 1, counted]],
  })
  // The maker fills a command up to a multiple of 8 bytes.
  const padding = commands.length - start
  return Buffer.concat([commands, fixed.subarray(padding), writable])
}

export function xcoffObjectOf(fixed: Buffer, writable: Buffer): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt16BE(0x01f7)
  header.writeUInt16BE(2, 2)
  const start = header.length + 2 * 72
  const row = (flags: number, offset: number, size: number): Buffer => {
    const entry = Buffer.alloc(72)
    entry.writeBigUInt64BE(BigInt(size), 24)
    entry.writeBigUInt64BE(BigInt(offset), 32)
    entry.writeUInt32BE(flags, 64)
    return entry
  }
  return Buffer.concat([
    header,
    row(0x20, start, fixed.length),
    row(0x40, start + fixed.length, writable.length),
    fixed,
    writable,
  ])
}
