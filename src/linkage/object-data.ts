// The sections of an object file -> its bytes that a program can write to, among which Go's linker puts the build info.

import { FormatError } from '../errors.js'
import { readFields, readTable, type Bytes, type ByteOrder, type Extent } from './bytes.js'
import { ELF_LAYOUTS, word, type ElfIdentity } from './elf-header.js'

const SHT_PROGBITS = 1
const SHF_WRITE = 1n

const COFF_SECTION_BYTES = 40
const IMAGE_SCN_MEM_WRITE = 0x8000_0000

const XCOFF_HEADER_BYTES = 24
const XCOFF_SECTION_BYTES = 72
const STYP_DATA = 0x40

/** The sections of type SHT_PROGBITS with SHF_WRITE. Source: gABI, "Sections". */
export function readElfData(bytes: Bytes, object: Extent, { class: bits, data }: ElfIdentity): Extent[] {
  const layout = ELF_LAYOUTS[bits]
  const { header, sectionHeader } = layout
  checkInside(object, 0, header.bytes, object.offset, 'the ELF header')
  const fields = readFields(bytes, object.offset, header.bytes, data, 'the ELF header')
  const shentsize = fields.u16(header.shentsize)
  const shnum = fields.u16(header.shnum)
  if (shnum > 0 && shentsize !== sectionHeader.bytes) {
    throw new FormatError(
      object.offset + header.shentsize,
      `e_shentsize is ${shentsize}, but this class has ${sectionHeader.bytes}`,
    )
  }
  const table = { at: word(fields, header.shoff, layout), count: shnum, rowBytes: sectionHeader.bytes }
  return readSections(bytes, object, table, data).flatMap((row) => {
    const isData =
      row.u32(sectionHeader.type) === SHT_PROGBITS &&
      (word(row, sectionHeader.flags, layout) & SHF_WRITE) !== 0n
    if (!isData) return []
    const [start, length] = [word(row, sectionHeader.offset, layout), word(row, sectionHeader.size, layout)]
    return [checkInside(object, start, length, row.offset, 'a section')]
  })
}

/** The sections with IMAGE_SCN_MEM_WRITE that have bytes in the file. Source: Microsoft's PE Format specification. */
export function readCoffData(bytes: Bytes, object: Extent): Extent[] {
  const header = readFields(bytes, object.offset, 20, 'little', 'the COFF header')
  const table = { at: BigInt(20 + header.u16(16)), count: header.u16(2), rowBytes: COFF_SECTION_BYTES }
  return readSections(bytes, object, table, 'little').flatMap((row) => {
    const [length, start] = [row.u32(16), row.u32(20)]
    if (start === 0 || (row.u32(36) & IMAGE_SCN_MEM_WRITE) === 0) return []
    return [checkInside(object, start, length, row.offset, 'a section')]
  })
}

function readSections(
  bytes: Bytes,
  object: Extent,
  { at, count, rowBytes }: { readonly at: bigint; readonly count: number; readonly rowBytes: number },
  order: ByteOrder,
) {
  const { offset } = checkInside(object, at, count * rowBytes, object.offset, 'the section headers')
  return [...readTable(bytes, offset, count, rowBytes, order, 'the section headers')]
}

/** The sections of type STYP_DATA of a 64-bit object. Source: IBM AIX Files Reference, "XCOFF Object File Format". */
export function readXcoffData(bytes: Bytes, object: Extent): Extent[] {
  checkInside(object, 0, XCOFF_HEADER_BYTES, object.offset, 'the XCOFF header')
  const header = readFields(bytes, object.offset, XCOFF_HEADER_BYTES, 'big', 'the XCOFF header')
  const table = {
    at: BigInt(XCOFF_HEADER_BYTES + header.u16(16)),
    count: header.u16(2),
    rowBytes: XCOFF_SECTION_BYTES,
  }
  return readSections(bytes, object, table, 'big').flatMap((row) =>
    (row.u32(64) & 0xffff) === STYP_DATA
      ? [checkInside(object, row.u64(32), row.u64(24), row.offset, 'a section')]
      : [],
  )
}

/** A range of the object as a range of the file; a FormatError where it is not inside the object. */
function checkInside(
  object: Extent,
  start: bigint | number,
  length: bigint | number,
  at: number,
  what: string,
): Extent {
  if (BigInt(start) + BigInt(length) > BigInt(object.length)) {
    throw new FormatError(
      at,
      `${what} of ${length} bytes at ${start} is outside its object of ${object.length}`,
    )
  }
  return { offset: object.offset + Number(start), length: Number(length) }
}
