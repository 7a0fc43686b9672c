// A Mach-O file, thin or fat -> its MachoLinkage, slice by slice, through the load commands.

import { FormatError } from '../errors.js'
import {
  hex,
  rangeInFile,
  readFields,
  readTable,
  type ByteOrder,
  type Bytes,
  type Extent,
  type Fields,
} from './bytes.js'
import type { ArchiveMember, MachoLinkage, MachoSlice } from './linkage.js'
import { readCommands, readObjectCommands } from './macho-commands.js'

/**
 * A Java class begins with the same four bytes as a fat file, and where a fat file has its count of slices, the class has
 * its version, which is 45 or more.
 */
const MAX_FAT_SLICES = 44

/** Load commands of one slice; those of Go's programs have about 2 KB. */
const MAX_COMMAND_BYTES = 0x10_0000

const MH_OBJECT = 1
const MH_ALLOW_STACK_EXECUTION = 0x2_0000
const MH_PIE = 0x20_0000

/** `!<ar`, as an archive for several processors has it in each slice. */
const AR_MAGIC = 0x213c_6172

const FAT_MAGIC = 0xcafebabe
const FAT_MAGIC_64 = 0xcafebabf

const THIN: ReadonlyMap<number, { readonly order: ByteOrder; readonly headerBytes: 28 | 32 }> = new Map([
  [0xfeedface, { order: 'big', headerBytes: 28 }],
  [0xfeedfacf, { order: 'big', headerBytes: 32 }],
  [0xcefaedfe, { order: 'little', headerBytes: 28 }],
  [0xcffaedfe, { order: 'little', headerBytes: 32 }],
])

/** The first four bytes, as a big-endian number, of every kind of thin Mach-O file. */
export const MACHO_THIN_MAGICS: ReadonlySet<number> = new Set(THIN.keys())

/** Those of every kind of Mach-O file. */
export const MACHO_MAGICS: ReadonlySet<number> = new Set([FAT_MAGIC, FAT_MAGIC_64, ...MACHO_THIN_MAGICS])

const CPUS: Readonly<Record<number, string>> = {
  0x7: 'CPU_TYPE_X86',
  0x0100_0007: 'CPU_TYPE_X86_64',
  0xc: 'CPU_TYPE_ARM',
  0x0100_000c: 'CPU_TYPE_ARM64',
  0x0200_000c: 'CPU_TYPE_ARM64_32',
  0x12: 'CPU_TYPE_POWERPC',
  0x0100_0012: 'CPU_TYPE_POWERPC64',
}

const FILETYPES: Readonly<Record<number, MachoSlice['filetype']>> = {
  2: 'MH_EXECUTE',
  6: 'MH_DYLIB',
  8: 'MH_BUNDLE',
}

/**
 * Reads a program, a dylib or a bundle: fat32, fat64 or thin, of either class and byte order. A FormatError for
 * everything that is malformed, for a Java class, and for files that are not linked (MH_OBJECT, MH_CORE, …).
 * Source: Apple's mach-o/loader.h and mach-o/fat.h.
 */
export function readMacho(bytes: Bytes): MachoLinkage {
  const magic = readFields(bytes, 0, 4, 'big', 'the magic').u32(0)
  const slices =
    magic === FAT_MAGIC || magic === FAT_MAGIC_64
      ? readFat(bytes, magic === FAT_MAGIC_64)
      : [readSlice(bytes, { offset: 0, length: bytes.size }).slice]
  return { format: 'macho', slices }
}

function readFat(bytes: Bytes, is64: boolean): MachoSlice[] {
  const count = readFields(bytes, 0, 8, 'big', 'the fat header').u32(4)
  if (count === 0 || count > MAX_FAT_SLICES) {
    throw new FormatError(
      4,
      `a fat Mach-O file with ${count} slices, allowed: 1 to ${MAX_FAT_SLICES} (a Java class begins alike)`,
    )
  }
  const rowBytes = is64 ? 32 : 20
  const rows = [...readTable(bytes, 8, count, rowBytes, 'big', 'the table of slices')].map((row) => {
    const range = is64
      ? { offset: row.u64(8), length: row.u64(16) }
      : { offset: BigInt(row.u32(8)), length: BigInt(row.u32(12)) }
    return {
      at: row.offset,
      processor: readProcessor(row, 0),
      ...rangeInFile(bytes, range, row.offset, 'a slice'),
    }
  })
  checkApart(rows, 8 + count * rowBytes)
  return rows.map((row) => {
    const { slice, processor } = readSlice(bytes, row)
    if (processor !== row.processor) {
      throw new FormatError(row.at, `the fat header says ${row.processor}, the slice itself ${processor}`)
    }
    return slice
  })
}

/** A loader picks one slice by its processor: no two may have the same, or share a byte. */
function checkApart(
  rows: readonly (Extent & { readonly at: number; readonly processor: string })[],
  tableEnd: number,
): void {
  let end = tableEnd
  for (const { at, offset, length } of [...rows].sort((a, b) => a.offset - b.offset)) {
    if (offset < end) throw new FormatError(at, 'a slice that overlaps another or the fat header')
    end = offset + length
  }
  const processors = new Set<string>()
  for (const { at, processor } of rows) {
    if (processors.has(processor)) throw new FormatError(at, `a second slice for ${processor}`)
    processors.add(processor)
  }
}

/** A slice as the fat header states it, or the whole of a thin file. */
function readSlice(bytes: Bytes, extent: Extent): { readonly processor: string; readonly slice: MachoSlice } {
  const found = readHeader(bytes, extent)
  const { header } = found
  const filetype = FILETYPES[header.u32(12)]
  if (filetype === undefined) {
    throw new FormatError(
      header.offset + 12,
      `filetype is ${hex(header.u32(12))}: only MH_EXECUTE, MH_DYLIB and MH_BUNDLE have a linkage`,
    )
  }
  const flags = header.u32(24)
  return {
    processor: readProcessor(header, 4),
    slice: {
      offset: extent.offset,
      length: extent.length,
      cpu: readCpu(header),
      filetype,
      pie: (flags & MH_PIE) !== 0,
      allowStackExecution: (flags & MH_ALLOW_STACK_EXECUTION) !== 0,
      ...readCommands(...takeCommands(bytes, extent, found)),
    },
  }
}

/** Reads an MH_OBJECT in an archive; a FormatError where it is malformed or something else. */
export function readMachoObject(bytes: Bytes, extent: Extent): Pick<ArchiveMember, 'object' | 'data'> {
  const found = readHeader(bytes, extent)
  const { header } = found
  if (header.u32(12) !== MH_OBJECT) {
    throw new FormatError(header.offset + 12, `filetype is ${hex(header.u32(12))}, not MH_OBJECT`)
  }
  const { builds, data } = readObjectCommands(...takeCommands(bytes, extent, found))
  return { object: { format: 'macho', cpu: readCpu(header), builds }, data }
}

interface MachoHeader {
  readonly header: Fields
  readonly order: ByteOrder
  /** Bytes from the start of the file. */
  readonly commandsAt: number
}

function readHeader(bytes: Bytes, { offset, length }: Extent): MachoHeader {
  const magic = length < 4 ? undefined : readFields(bytes, offset, 4, 'big', 'the magic').u32(0)
  if (magic === AR_MAGIC) {
    throw new FormatError(
      offset,
      'a slice that is an archive; take the archive of each processor out with lipo -thin',
    )
  }
  const kind = magic === undefined ? undefined : THIN.get(magic)
  if (kind === undefined || length < kind.headerBytes) {
    throw new FormatError(offset, `no Mach-O header in these ${length} bytes`)
  }
  const { order, headerBytes } = kind
  const header = readFields(bytes, offset, headerBytes, order, 'the Mach-O header')
  return { header, order, commandsAt: offset + headerBytes }
}

/** The bytes of the load commands, and all that their readers have to know of them. */
function takeCommands(
  bytes: Bytes,
  extent: Extent,
  { header, order, commandsAt }: MachoHeader,
): Parameters<typeof readCommands> {
  const size = header.u32(20)
  if (size > Math.min(MAX_COMMAND_BYTES, extent.offset + extent.length - commandsAt)) {
    throw new FormatError(
      header.offset + 20,
      `sizeofcmds is ${size}, allowed: up to ${MAX_COMMAND_BYTES}, inside a slice of ${extent.length} bytes`,
    )
  }
  const raw = bytes.read(commandsAt, size, 'the load commands')
  return [raw, commandsAt, header.u32(16), order, extent]
}

function readCpu(header: Fields): string {
  const cpu = header.u32(4)
  return CPUS[cpu] ?? hex(cpu)
}

/** The upper eight bits of cpusubtype are capabilities, which do not tell processors apart. */
const readProcessor = (fields: Fields, at: number): string =>
  `cputype ${hex(fields.u32(at))} cpusubtype ${hex(fields.u32(at + 4) & 0xff_ffff)}`
