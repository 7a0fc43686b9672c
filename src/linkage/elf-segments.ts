// ELF program headers -> segments, and the file bytes behind an address once the PT_LOADs are mapped.

import { FormatError } from '../errors.js'
import { hex, rangeInFile, readFields, type Bytes } from './bytes.js'
import { word, type ElfHeader } from './elf-header.js'

/** Linux takes 64 KiB of program headers; this is what PN_XNUM files, mostly core dumps, need beyond that. */
export const MAX_PROGRAM_HEADERS = 0x20000

/** Segments that are loaded or say what is loaded; programs have about ten. */
const MAX_SEGMENTS = 4096

/** The smallest page of the systems that Go builds for, in bytes. */
const PAGE_BYTES = 4096n

export const PT_LOAD = 1
export const PT_DYNAMIC = 2
export const PT_INTERP = 3
export const PT_NOTE = 4
const PT_PHDR = 6
export const PT_TLS = 7
export const PT_GNU_STACK = 0x6474_e551
export const PT_GNU_RELRO = 0x6474_e552

/** The types that say what is loaded, by whom, and how. */
const READ_TYPES: ReadonlySet<number> = new Set([PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE, PT_PHDR])

/** These are of interest for being there: what range they state is not read. */
const MARK_TYPES: ReadonlySet<number> = new Set([PT_TLS, PT_GNU_STACK, PT_GNU_RELRO])

/** One program header whose file bytes are known to be in the file. */
export interface Segment {
  /** Where the program header itself is in the file. */
  readonly at: number
  readonly type: number
  /** PF_R, PF_W and PF_X as the letters `RWX`. */
  readonly flags: string
  readonly offset: number
  readonly vaddr: bigint
  readonly filesz: number
  readonly memsz: bigint
}

/** The program as it lies in memory before relocation. */
export interface Image {
  readonly bytes: Bytes
  readonly header: ElfHeader
  /**
   * The file offset of `length` bytes at `address`, all of them file bytes of one PT_LOAD; else a FormatError at file
   * offset `at`, where the file states the address.
   */
  locate(address: bigint, length: number, at: number, what: string): number
}

/** The program headers of the types above; a FormatError where one reaches outside the file. */
export function readSegments(bytes: Bytes, header: ElfHeader): Segment[] {
  const { layout, phnum } = header
  const { phoff, phnum: countAt } = layout.header
  if (phnum > MAX_PROGRAM_HEADERS) {
    throw new FormatError(countAt, `${phnum} program headers, allowed: up to ${MAX_PROGRAM_HEADERS}`)
  }
  const { flags, offset, filesz, memsz, vaddr, bytes: rowBytes } = layout.programHeader
  const range = { offset: header.phoff, length: BigInt(phnum * rowBytes) }
  const place = rangeInFile(bytes, range, phoff, 'the table of program headers')
  const table = readFields(bytes, place.offset, place.length, header.data, 'the program headers')
  const segments: Segment[] = []
  for (let row = 0; row < place.length; row += rowBytes) {
    const type = table.u32(row)
    const isMark = MARK_TYPES.has(type)
    if (!isMark && !READ_TYPES.has(type)) continue
    const at = table.offset + row
    if (segments.length === MAX_SEGMENTS) throw new FormatError(at, `more than ${MAX_SEGMENTS} segments`)
    const inFile = { offset: word(table, row + offset, layout), length: word(table, row + filesz, layout) }
    const file = isMark ? { offset: 0, length: 0 } : rangeInFile(bytes, inFile, at, 'a segment')
    segments.push({
      at,
      type,
      flags: formatFlags(table.u32(row + flags)),
      offset: file.offset,
      vaddr: word(table, row + vaddr, layout),
      filesz: file.length,
      memsz: word(table, row + memsz, layout),
    })
  }
  return segments
}

/** PF_X, PF_W and PF_R are bits 0 to 2. */
const formatFlags = (flags: number): string =>
  `${(flags & 4) === 0 ? '' : 'R'}${(flags & 2) === 0 ? '' : 'W'}${(flags & 1) === 0 ? '' : 'X'}`

/** Maps the PT_LOADs; a FormatError where two would lie over each other, so that no byte has two readings. */
export function mapLoads(bytes: Bytes, header: ElfHeader, segments: readonly Segment[]): Image {
  const loads = segments
    .filter((segment) => segment.type === PT_LOAD && segment.memsz > 0n)
    .sort((a, b) => (a.vaddr < b.vaddr ? -1 : 1))
  if (loads.length === 0) throw new FormatError(header.layout.header.phnum, 'no PT_LOAD: nothing to run')
  for (const load of loads) checkLoad(load, header.class)
  loads.slice(1).forEach((above, index) => {
    const below = loads[index]
    if (below !== undefined) checkApart(below, above)
  })
  const image: Image = {
    bytes,
    header,
    locate(address, length, at, what) {
      const load = findLoad(loads, address)
      if (load !== undefined && address + BigInt(length) <= load.vaddr + BigInt(load.filesz)) {
        return load.offset + Number(address - load.vaddr)
      }
      throw new FormatError(
        at,
        `${what} should be ${length} bytes at address ${hex(address)}, which no PT_LOAD holds`,
      )
    },
  }
  checkProgramHeadersInMemory(image, segments)
  return image
}

/** The last of the sorted PT_LOADs that begins at or below `address`: by halves, as a hostile file may have very many. */
function findLoad(loads: readonly Segment[], address: bigint): Segment | undefined {
  let low = 0
  let high = loads.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((loads[middle]?.vaddr ?? 0n) <= address) low = middle + 1
    else high = middle
  }
  return loads[low - 1]
}

function checkLoad({ at, vaddr, filesz, memsz }: Segment, fileClass: 32 | 64): void {
  if (BigInt(filesz) > memsz) {
    throw new FormatError(at, 'a PT_LOAD with more bytes in the file than in memory')
  }
  if (vaddr + memsz > 1n << BigInt(fileClass)) {
    throw new FormatError(at, `a PT_LOAD of ${hex(memsz)} bytes at ${hex(vaddr)} leaves the address space`)
  }
}

/** The later of two mappings that share a page hides what the earlier one put there, unless both show the same file page. */
function checkApart(below: Segment, above: Segment): void {
  const belowEnd = below.vaddr + below.memsz
  if (belowEnd > above.vaddr) throw new FormatError(above.at, 'a PT_LOAD that overlaps another')
  if (below.filesz === 0 || above.filesz === 0) return
  const sharePage = (belowEnd - 1n) / PAGE_BYTES === above.vaddr / PAGE_BYTES
  const samePlace = below.vaddr - BigInt(below.offset) === above.vaddr - BigInt(above.offset)
  if (sharePage && !samePlace) {
    throw new FormatError(above.at, 'a PT_LOAD that shares a page of memory with another')
  }
}

/** The dynamic linker takes the program headers from where PT_PHDR says: they must be those of e_phoff. */
function checkProgramHeadersInMemory(image: Image, segments: readonly Segment[]): void {
  const { phoff, phnum, layout } = image.header
  for (const { at, type, vaddr } of segments) {
    if (type !== PT_PHDR) continue
    const offset = image.locate(vaddr, phnum * layout.programHeader.bytes, at, 'PT_PHDR')
    if (BigInt(offset) !== phoff) {
      throw new FormatError(at, `PT_PHDR leads to ${hex(offset)} in the file, e_phoff to ${hex(phoff)}`)
    }
  }
}
