// An ELF file -> its ElfLinkage, through the file header, the program headers and PT_DYNAMIC; sections are never asked.

import { FormatError } from '../errors.js'
import { hex, readFields, readName, type Bytes } from './bytes.js'
import { readDynamic, type Dynamic } from './elf-dynamic.js'
import { readElfHeader, type ElfHeader } from './elf-header.js'
import { readAbiTag } from './elf-notes.js'
import {
  mapLoads,
  PT_DYNAMIC,
  PT_GNU_RELRO,
  PT_TLS,
  PT_GNU_STACK,
  PT_INTERP,
  PT_LOAD,
  readSegments,
  type Segment,
} from './elf-segments.js'
import type { ElfLinkage } from './linkage.js'

const NOT_DYNAMIC: Dynamic = {
  pie: false,
  bindNow: false,
  debug: false,
  init: false,
  needed: [],
  alsoLoaded: [],
  rpath: [],
  runpath: [],
  versions: [],
}

/**
 * Reads an executable or a shared library of either class and byte order. A FormatError for everything that is malformed,
 * for whatever two loaders might read in two ways, and for files that are not linked (ET_REL, ET_CORE).
 * Source: System V gABI, chapters 4 and 5.
 */
export function readElf(bytes: Bytes): ElfLinkage {
  const header = readElfHeader(bytes)
  refusePacked(bytes, header)
  const segments = readSegments(bytes, header)
  const image = mapLoads(bytes, header, segments)
  refuseDebugFile(segments)
  const interpreter = onlyOne(segments, PT_INTERP, 'PT_INTERP')
  const loads = segments.filter(({ type, memsz }) => type === PT_LOAD && memsz > 0n)
  const gnuStack = stackFlags(segments)
  const abiTag = readAbiTag(image, segments)
  const dynamic = onlyOne(segments, PT_DYNAMIC, 'PT_DYNAMIC')
  const loader = interpreter && readInterpreter(bytes, interpreter)
  return {
    format: 'elf',
    class: header.class,
    data: header.data,
    osabi: header.osabi,
    machine: header.machine,
    type: header.type,
    entry: header.entry,
    ...(loader !== undefined && { interpreter: loader }),
    dynamic: dynamic !== undefined,
    ...(dynamic === undefined ? NOT_DYNAMIC : readDynamic(image, dynamic, loader)),
    loads: loads.map(({ flags, offset, filesz }) => ({ flags, offset, length: filesz })),
    ...(gnuStack !== undefined && { gnuStack }),
    tls: segments.some(({ type }) => type === PT_TLS),
    relro: segments.some(({ type }) => type === PT_GNU_RELRO),
    symbols: header.symbols,
    ...(abiTag && { abiTag }),
  }
}

/** `UPX!` */
const UPX_MAGIC = 0x5550_5821

/** Of UPX's `l_info`: a checksum, and the magic. */
const UPX_BYTES = 8

/**
 * UPX leaves a program that unpacks another one into memory, and starts the loader that this one names: its own headers say
 * nothing of it. Source: `l_info` of UPX's src/stub/src/include/linux.h, which follows the program headers.
 */
function refusePacked(bytes: Bytes, { phoff, phnum, layout }: ElfHeader): void {
  const end = phoff + BigInt(phnum * layout.programHeader.bytes)
  if (end + BigInt(UPX_BYTES) > BigInt(bytes.size)) return
  if (readFields(bytes, Number(end), UPX_BYTES, 'big', 'l_info of UPX').u32(4) !== UPX_MAGIC) return
  throw new FormatError(
    Number(end),
    'packed by UPX: what the program in it needs is not to be seen; check it unpacked',
  )
}

/**
 * `objcopy --only-keep-debug` leaves the program headers of what it takes out: memory that nothing can write to, and that has no
 * bytes in the file.
 */
function refuseDebugFile(segments: readonly Segment[]): void {
  const emptied = segments.find(
    ({ type, flags, filesz, memsz }) =>
      type === PT_LOAD && /^[RX]+$/.test(flags) && filesz === 0 && memsz > 0n,
  )
  if (emptied !== undefined) throw new FormatError(emptied.at, 'a debug file, with no program in it')
}

/** Kernels take the first of two, readers often the last. */
function onlyOne(segments: readonly Segment[], type: number, name: string): Segment | undefined {
  const [first, second] = segments.filter((segment) => segment.type === type)
  if (second !== undefined) throw new FormatError(second.at, `a second ${name}`)
  return first
}

/** Kernels take the last of several: each flag that one of them has counts. */
function stackFlags(segments: readonly Segment[]): string | undefined {
  const stacks = segments.filter(({ type }) => type === PT_GNU_STACK)
  if (stacks.length === 0) return undefined
  return ['R', 'W', 'X'].filter((flag) => stacks.some(({ flags }) => flags.includes(flag))).join('')
}

/** Kernels read the path from the file, at p_offset, not from memory. */
function readInterpreter(bytes: Bytes, segment: Segment): string {
  const { offset, filesz } = segment
  const path = readName(bytes, offset, offset + filesz, 'the path of PT_INTERP')
  if (path === '') throw new FormatError(offset, `PT_INTERP holds no path in its ${hex(filesz)} bytes`)
  return path
}
