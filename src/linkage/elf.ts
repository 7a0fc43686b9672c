// An ELF file -> its ElfLinkage, through the file header, the program headers and PT_DYNAMIC; sections are never asked.

import { FormatError } from '../errors.js'
import { hex, readName, type Bytes } from './bytes.js'
import { readDynamic, type Dynamic } from './elf-dynamic.js'
import { readElfHeader } from './elf-header.js'
import { readAbiTag } from './elf-notes.js'
import {
  mapLoads,
  PT_DYNAMIC,
  PT_GNU_RELRO,
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
  const segments = readSegments(bytes, header)
  const image = mapLoads(bytes, header, segments)
  const interpreter = onlyOne(segments, PT_INTERP, 'PT_INTERP')
  const loads = segments.filter(({ type, memsz }) => type === PT_LOAD && memsz > 0n)
  const gnuStack = stackFlags(segments)
  const abiTag = readAbiTag(image, segments)
  const dynamic = onlyOne(segments, PT_DYNAMIC, 'PT_DYNAMIC')
  return {
    format: 'elf',
    class: header.class,
    data: header.data,
    osabi: header.osabi,
    machine: header.machine,
    type: header.type,
    entry: header.entry,
    ...(interpreter && { interpreter: readInterpreter(bytes, interpreter) }),
    dynamic: dynamic !== undefined,
    ...(dynamic === undefined ? NOT_DYNAMIC : readDynamic(image, dynamic)),
    loads: loads.map(({ flags, offset, filesz }) => ({ flags, offset, length: filesz })),
    ...(gnuStack !== undefined && { gnuStack }),
    relro: segments.some(({ type }) => type === PT_GNU_RELRO),
    symbols: header.symbols,
    ...(abiTag && { abiTag }),
  }
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
