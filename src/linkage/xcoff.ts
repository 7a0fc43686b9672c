// An AIX XCOFF64 file -> its XcoffLinkage, through the import files of the loader section.

import { FormatError } from '../errors.js'
import { decodeName, hex, MAX_LIBRARIES, rangeInFile, readFields, readTable, type Bytes } from './bytes.js'
import type { XcoffLinkage } from './linkage.js'

/** The import files of a loader section; Go's programs have about 100 bytes. */
const MAX_IMPORT_BYTES = 0x10_0000

const FILE_HEADER_BYTES = 24
const SECTION_HEADER_BYTES = 72
const LOADER_HEADER_BYTES = 56
const F_EXEC = 0x0002
const F_SHROBJ = 0x2000
const STYP_LOADER = 0x1000

/** STYP_TEXT, STYP_DATA, STYP_TDATA and the loader section: what must be in the file for it to run. */
const LOADED_TYPES: ReadonlySet<number> = new Set([0x20, 0x40, 0x400, STYP_LOADER])

const STYP_DATA = 0x40

/** Of the auxiliary header: the number of the loader section, counted from 1, in two bytes at this place. */
const O_SNLOADER = 40

/** Each import file is three strings: path, base name, member of the archive. */
const STRINGS_PER_IMPORT = 3

/**
 * Reads a 64-bit program or shared object. A FormatError for everything that is malformed.
 * Source: IBM AIX Files Reference, "XCOFF Object File Format".
 */
export function readXcoff(bytes: Bytes): XcoffLinkage {
  const header = readFields(bytes, 0, FILE_HEADER_BYTES, 'big', 'the XCOFF header')
  if ((header.u16(18) & (F_EXEC | F_SHROBJ)) === 0) {
    throw new FormatError(
      18,
      `f_flags are ${hex(header.u16(18))}: neither F_EXEC nor F_SHROBJ, so it is not linked`,
    )
  }
  const sectionsAt = FILE_HEADER_BYTES + header.u16(16)
  const rows = [
    ...readTable(bytes, sectionsAt, header.u16(2), SECTION_HEADER_BYTES, 'big', 'the section headers'),
  ]
  const sections = rows.flatMap((row) => {
    const type = row.u32(64) & 0xffff
    if (!LOADED_TYPES.has(type)) return []
    const range = { offset: row.u64(32), length: row.u64(24) }
    return [{ at: row.offset, type, ...rangeInFile(bytes, range, row.offset, 'a section') }]
  })
  const [loader, second] = sections.filter(({ type }) => type === STYP_LOADER)
  if (loader === undefined) throw new FormatError(sectionsAt, 'no loader section')
  if (second !== undefined) throw new FormatError(second.at, 'a second loader section')
  checkLoaderNumber(bytes, header.u16(16), rows.findIndex((row) => row.offset === loader.at) + 1)
  const [first, ...imports] = readImportFiles(bytes, loader.offset, loader.length)
  if (first === undefined) {
    throw new FormatError(loader.offset, 'a loader section without import file 0, which holds the LIBPATH')
  }
  return {
    format: 'xcoff',
    class: 64,
    libpath: first.path === '' ? [] : first.path.split(':'),
    imports,
    data: sections.filter(({ type }) => type === STYP_DATA).map(({ offset, length }) => ({ offset, length })),
    symbols: header.u32(20) > 0,
  }
}

/** The system finds the loader section by its number, other readers by its type: both must lead to the same one. */
function checkLoaderNumber(bytes: Bytes, auxiliaryBytes: number, number: number): void {
  if (auxiliaryBytes < O_SNLOADER + 2) return
  const at = FILE_HEADER_BYTES + O_SNLOADER
  const stated = readFields(bytes, at, 2, 'big', 'o_snloader').u16(0)
  if (stated !== number) {
    throw new FormatError(at, `o_snloader is ${stated}, but the loader section is number ${number}`)
  }
}

function readImportFiles(bytes: Bytes, start: number, length: number): XcoffLinkage['imports'] {
  const header = readFields(bytes, start, LOADER_HEADER_BYTES, 'big', 'the loader header')
  const stringBytes = header.u32(12)
  const count = header.u32(16)
  const offset = header.u64(24)
  if (count > MAX_LIBRARIES || stringBytes > MAX_IMPORT_BYTES) {
    throw new FormatError(
      start + 12,
      `${count} import files in ${stringBytes} bytes, allowed: up to ${MAX_LIBRARIES} in ${MAX_IMPORT_BYTES}`,
    )
  }
  if (offset + BigInt(stringBytes) > BigInt(length)) {
    throw new FormatError(start + 24, 'the import files are not inside the loader section')
  }
  const at = start + Number(offset)
  const strings = splitStrings(bytes.read(at, stringBytes, 'the import files'), at)
  if (strings.length !== count * STRINGS_PER_IMPORT) {
    throw new FormatError(at, `${strings.length} strings for ${count} import files, which take three each`)
  }
  return Array.from({ length: count }, (_, index) => {
    const [path = '', base = '', member = ''] = strings.slice(index * STRINGS_PER_IMPORT)
    return { path, base, member }
  })
}

function splitStrings(raw: Uint8Array, at: number): string[] {
  const strings: string[] = []
  let start = 0
  while (start < raw.length) {
    const end = raw.indexOf(0, start)
    if (end < 0) throw new FormatError(at + start, 'the name of an import file has no end')
    strings.push(decodeName(raw.subarray(start, end), at + start, 'the name of an import file'))
    start = end + 1
  }
  return strings
}
