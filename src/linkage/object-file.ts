// An object file in an archive -> what it was compiled for, and its data.

import { FormatError } from '../errors.js'
import { Fields, hex, type Bytes, type Extent } from './bytes.js'
import { ET_REL, readElfIdentity } from './elf-header.js'
import type { ArchiveMember, ObjectHeader } from './linkage.js'
import { MACHO_THIN_MAGICS, readMachoObject } from './macho.js'
import { readCoffData, readElfData, readXcoffData } from './object-data.js'
import { PE_MACHINES } from './pe.js'

const ELF_MAGIC = 0x7f454c46

const COFF_HEADER_BYTES = 20
const IMAGE_FILE_EXECUTABLE_IMAGE = 0x0002
/** Objects have no optional header; Go's linker writes an empty one, of PE32 or PE32+. */
const OPTIONAL_HEADER_BYTES: ReadonlySet<number> = new Set([0, 0xe0, 0xf0])
/** IMAGE_FILE_MACHINE_UNKNOWN and 0xffff: import objects, and objects with more sections than COFF counts. */
const ANON_OBJECT_MAGIC = 0x0000_ffff

/** The first two bytes are the whole magic of these. */
const XCOFF32_MAGIC = 0x01df
const XCOFF64_MAGIC = 0x01f7

/**
 * Reads the member at `extent`. What is no object file of a known format is `other`; what is malformed, or linked already, is a
 * FormatError.
 */
export function readObjectFile(bytes: Bytes, extent: Extent): Pick<ArchiveMember, 'object' | 'data'> {
  const { offset, length } = extent
  const raw = bytes.read(offset, Math.min(length, COFF_HEADER_BYTES), 'the first bytes of a member')
  const magic = raw.length < 4 ? 0 : new Fields(raw, offset, 'big').u32(0)
  if (MACHO_THIN_MAGICS.has(magic)) return readMachoObject(bytes, extent)
  if (raw.length === COFF_HEADER_BYTES) {
    if (magic === ELF_MAGIC) return readElfObject(bytes, extent)
    if (magic >>> 16 === XCOFF64_MAGIC) {
      return { object: { format: 'xcoff', class: 64 }, data: readXcoffData(bytes, extent) }
    }
    if (magic >>> 16 === XCOFF32_MAGIC) return { object: { format: 'xcoff', class: 32 }, data: [] }
    const coff = new Fields(raw, offset, 'little')
    if (magic === ANON_OBJECT_MAGIC) return { object: describeCoff(coff.u16(6)), data: [] }
    if (isCoff(coff)) return { object: describeCoff(coff.u16(0)), data: readCoffData(bytes, extent) }
  }
  return { object: { format: 'other', magic: Buffer.from(raw.subarray(0, 4)).toString('hex') }, data: [] }
}

function readElfObject(bytes: Bytes, extent: Extent): ReturnType<typeof readObjectFile> {
  const identity = readElfIdentity(bytes, extent.offset)
  const { type, ...header } = identity
  if (type !== ET_REL) throw new FormatError(extent.offset + 16, `e_type is ${hex(type)}, not ET_REL`)
  return { object: { format: 'elf', ...header }, data: readElfData(bytes, extent, identity) }
}

const describeCoff = (machine: number): ObjectHeader => ({
  format: 'coff',
  machine: PE_MACHINES[machine] ?? hex(machine),
})

/** COFF has no magic: it begins with the machine. */
const isCoff = (header: Fields): boolean =>
  header.u16(0) in PE_MACHINES &&
  OPTIONAL_HEADER_BYTES.has(header.u16(16)) &&
  (header.u16(18) & IMAGE_FILE_EXECUTABLE_IMAGE) === 0
