// A few words about a program -> the smallest Mach-O file that says so, thin or fat.

import type { ByteOrder } from '../../../src/linkage/bytes.js'

export const CPU_TYPE_X86 = 7
export const CPU_TYPE_X86_64 = 0x0100_0007
export const CPU_TYPE_ARM64 = 0x0100_000c
export const MH_OBJECT = 1
export const MH_EXECUTE = 2
export const MH_DYLIB = 6
export const LC_LOAD_DYLIB = 0xc
export const LC_ID_DYLIB = 0xd
export const LC_DYSYMTAB = 0xb
export const LC_LOAD_DYLINKER = 0xe
export const LC_LOAD_WEAK_DYLIB = 0x8000_0018
export const LC_RPATH = 0x8000_001c
export const LC_REEXPORT_DYLIB = 0x8000_001f
export const LC_LAZY_LOAD_DYLIB = 0x20
export const LC_LOAD_UPWARD_DYLIB = 0x8000_0023
export const LC_VERSION_MIN_MACOSX = 0x24
export const LC_CODE_SIGNATURE = 0x1d
export const LC_DYLD_ENVIRONMENT = 0x27
export const LC_BUILD_VERSION = 0x32

export interface MachoPlan {
  readonly bits?: 32 | 64
  readonly data?: ByteOrder
  readonly cpu?: number
  readonly subtype?: number
  readonly filetype?: number
  readonly flags?: number
  readonly commands?: readonly Command[]
}

/** A load command: its number, its other 32-bit fields, and the string behind them. */
export type Command = readonly [cmd: number, fields: readonly number[], text?: string]

/** The string begins behind cmd, cmdsize, its own offset and three version numbers. */
export const dylib = (cmd: number, name: string): Command => [cmd, [24, 0, 0, 0], name]

/** LC_LOAD_DYLINKER, LC_RPATH and LC_DYLD_ENVIRONMENT have only the string. */
export const text = (cmd: number, value: string): Command => [cmd, [12], value]

/** xxxx.yy.zz in nibbles. */
export const version = (major: number, minor: number, patch = 0): number =>
  (major << 16) | (minor << 8) | patch

/** LC_SEGMENT (1): name, vmaddr and vmsize, all 0; fileoff and filesize; four more fields. */
export const segment = (fileoff: number, filesize: number): Command => [
  1,
  [...Array<number>(6).fill(0), fileoff, filesize, ...Array<number>(4).fill(0)],
]

/** LC_SEGMENT_64 (0x19), in little-endian halves. */
export const segment64 = (fileoff: number, filesize: number, high = 0): Command => [
  0x19,
  [...Array<number>(8).fill(0), fileoff, high, filesize, 0, ...Array<number>(4).fill(0)],
]

/** LC_SEGMENT_64 of a little-endian file, with its name, its initprot (1: read, 2: write, 4: execute) and its bytes. */
export const namedSegment = (name: string, initprot: number, fileoff: number, filesize: number): Command => {
  const padded = Buffer.from(name.padEnd(16, '\0'))
  const words = [0, 4, 8, 12].map((at) => padded.readUInt32LE(at))
  return [0x19, [...words, 0, 0, 0, 0, fileoff, 0, filesize, 0, 7, initprot, 0, 0]]
}

/** Header, load commands, nothing else. */
export function makeMacho(plan: MachoPlan): Buffer {
  const { bits = 64, data = 'little', commands = [] } = plan
  const words = (values: readonly number[]): Buffer => {
    const raw = Buffer.alloc(values.length * 4)
    values.forEach((value, index) => {
      if (data === 'little') raw.writeUInt32LE(value >>> 0, index * 4)
      else raw.writeUInt32BE(value >>> 0, index * 4)
    })
    return raw
  }
  const made = commands.map(([cmd, fields, value]) => {
    const string = Buffer.from(value === undefined ? '' : `${value}\0`)
    const padding = Buffer.alloc((8 - ((8 + fields.length * 4 + string.length) % 8)) % 8)
    const size = 8 + fields.length * 4 + string.length + padding.length
    return Buffer.concat([words([cmd, size, ...fields]), string, padding])
  })
  const body = Buffer.concat(made)
  const header = [
    bits === 64 ? 0xfeedfacf : 0xfeedface,
    plan.cpu ?? CPU_TYPE_ARM64,
    plan.subtype ?? 0,
    plan.filetype ?? MH_EXECUTE,
    commands.length,
    body.length,
    plan.flags ?? 0,
    ...(bits === 64 ? [0] : []),
  ]
  return Buffer.concat([words(header), body])
}

export interface FatSlice {
  readonly cpu: number
  readonly subtype?: number
  readonly file: Buffer
}

/** The fat header and the slices, each at a multiple of 4096 bytes. */
export function makeFat(slices: readonly FatSlice[], bits: 32 | 64 = 32): Buffer {
  const rowBytes = bits === 64 ? 32 : 20
  const table = Buffer.alloc(8 + slices.length * rowBytes)
  table.writeUInt32BE(bits === 64 ? 0xcafebabf : 0xcafebabe)
  table.writeUInt32BE(slices.length, 4)
  let file = table
  slices.forEach(({ cpu, subtype = 0, file: slice }, index) => {
    file = Buffer.concat([file, Buffer.alloc((4096 - (file.length % 4096)) % 4096)])
    const row = 8 + index * rowBytes
    file.writeUInt32BE(cpu, row)
    file.writeUInt32BE(subtype, row + 4)
    if (bits === 64) {
      file.writeBigUInt64BE(BigInt(file.length), row + 8)
      file.writeBigUInt64BE(BigInt(slice.length), row + 16)
      file.writeUInt32BE(12, row + 24)
    } else {
      file.writeUInt32BE(file.length, row + 8)
      file.writeUInt32BE(slice.length, row + 12)
      file.writeUInt32BE(12, row + 16)
    }
    file = Buffer.concat([file, slice])
  })
  return file
}
