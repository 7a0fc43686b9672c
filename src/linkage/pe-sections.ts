// The section table of a PE file -> the file bytes behind a relative virtual address (RVA).

import { FormatError } from '../errors.js'
import { hex, rangeInFile, readTable, type Bytes, type Extent, type Fields } from './bytes.js'
import type { PeSection } from './linkage.js'

/** Windows itself long took no more than 96. */
const MAX_PE_SECTIONS = 1024

const SECTION_HEADER_BYTES = 40
const PAGE_BYTES = 0x1000

/** The loader rounds PointerToRawData down to this, so that any other value would have two readings. */
const SECTOR_BYTES = 0x200

interface Section {
  readonly rva: number
  /** Bytes that the file has for it; the rest of its memory is zero. */
  readonly fileBytes: number
  readonly offset: number
}

export interface PeImage {
  readonly bytes: Bytes
  readonly sections: readonly PeSection[]
  /**
   * The file offset of `length` bytes at `rva`, all of them from one section or the headers; else a FormatError at file
   * offset `at`, where the file states the address. `end` is where the file bytes of that section end.
   */
  locate(
    rva: number,
    length: number,
    at: number,
    what: string,
  ): { readonly offset: number; readonly end: number }
}

/** Maps headers and sections; a FormatError where one is outside the file or over another, as Windows refuses these too. */
export function mapSections(
  bytes: Bytes,
  table: { readonly tableOffset: number; readonly count: number; readonly headersBytes: number },
): PeImage {
  const { tableOffset, count, headersBytes } = table
  if (count > MAX_PE_SECTIONS) {
    throw new FormatError(tableOffset, `${count} sections, allowed: up to ${MAX_PE_SECTIONS}`)
  }
  const rows = readTable(bytes, tableOffset, count, SECTION_HEADER_BYTES, 'little', 'the section table')
  const named: PeSection[] = []
  const sections: Section[] = [{ rva: 0, fileBytes: Math.min(headersBytes, bytes.size), offset: 0 }]
  let free = headersBytes
  for (const row of rows) {
    const rva = row.u32(12)
    const rawBytes = row.u32(16)
    const offset = row.u32(20)
    const virtualBytes = row.u32(8) === 0 ? rawBytes : row.u32(8)
    if (rva < free) {
      throw new FormatError(row.offset, `a section at ${hex(rva)} overlaps what comes before it`)
    }
    free = rva + virtualBytes
    const range = { offset: BigInt(offset), length: BigInt(rawBytes) }
    named.push(describeSection(row, { offset, length: rawBytes }))
    if (rawBytes === 0) continue
    rangeInFile(bytes, range, row.offset, 'a section')
    if (offset % SECTOR_BYTES !== 0 && offset !== rva) {
      throw new FormatError(
        row.offset + 20,
        `PointerToRawData is ${hex(offset)}, not a multiple of ${SECTOR_BYTES}`,
      )
    }
    const mappedBytes = Math.ceil(virtualBytes / PAGE_BYTES) * PAGE_BYTES
    sections.push({ rva, fileBytes: Math.min(rawBytes, mappedBytes), offset })
  }
  return {
    bytes,
    sections: named,
    locate(rva, length, at, what) {
      const section = sections.find((one) => rva >= one.rva && rva + length <= one.rva + one.fileBytes)
      if (section === undefined) {
        throw new FormatError(
          at,
          `${what} should be ${length} bytes at RVA ${hex(rva)}, which no section holds`,
        )
      }
      return { offset: section.offset + rva - section.rva, end: section.offset + section.fileBytes }
    },
  }
}

/** IMAGE_SCN_MEM_READ, IMAGE_SCN_MEM_WRITE and IMAGE_SCN_MEM_EXECUTE. */
const MEMORY_FLAGS = { R: 0x4000_0000, W: 0x8000_0000, X: 0x2000_0000 }

function describeSection(row: Fields, { offset, length }: Extent): PeSection {
  const name = Array.from({ length: 8 }, (_, index) => String.fromCharCode(row.u8(index))).join('')
  const characteristics = row.u32(36)
  const flags = Object.entries(MEMORY_FLAGS).filter(([, bit]) => (characteristics & bit) !== 0)
  return {
    name: name.replace(/\0.*$/s, '').replace(/[^ -~]/g, '?'),
    flags: flags.map(([letter]) => letter).join(''),
    offset,
    length,
  }
}
