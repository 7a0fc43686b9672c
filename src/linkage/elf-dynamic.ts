// PT_DYNAMIC of an ELF file -> the libraries, paths and symbol versions that it asks its dynamic linker for.

import { FormatError } from '../errors.js'
import { hex, MAX_LIBRARIES, readTable } from './bytes.js'
import { word } from './elf-header.js'
import type { Image, Segment } from './elf-segments.js'
import { openStrings, type DynamicEntry, type StringTable } from './elf-strings.js'
import { readVersions } from './elf-versions.js'
import type { AlsoLoaded, ElfLinkage } from './linkage.js'

export type Dynamic = Pick<
  ElfLinkage,
  'soname' | 'pie' | 'bindNow' | 'debug' | 'init' | 'needed' | 'alsoLoaded' | 'rpath' | 'runpath' | 'versions'
>

/** Entries of PT_DYNAMIC; real programs have a few dozen, and one per library. */
const MAX_DYNAMIC_ENTRIES = 0x4000

/** A search path with many folders, as package managers such as Nix write it. */
const MAX_SEARCH_PATH_BYTES = 0x10000

const DT_NULL = 0n
const DT_STRTAB = 5n
const DT_STRSZ = 10n
const DT_INIT = 12n
const DT_SONAME = 14n
const DT_RPATH = 15n
const DT_DEBUG = 21n
const DT_INIT_ARRAY = 25n
const DT_BIND_NOW = 24n
const DT_RUNPATH = 29n
const DT_FLAGS = 30n
const DT_FLAGS_1 = 0x6fff_fffbn
const DT_VERNEED = 0x6fff_fffen
const DT_VERNEEDNUM = 0x6fff_ffffn

const DF_BIND_NOW = 0x8n
const DF_1_NOW = 0x1n
const DF_1_PIE = 0x0800_0000n

type LibraryTag = 'DT_NEEDED' | AlsoLoaded['tag']

/** Source: glibc's elf.h. */
const LIBRARY_TAGS: ReadonlyMap<bigint, LibraryTag> = new Map([
  [1n, 'DT_NEEDED'],
  [0x6fff_fefan, 'DT_CONFIG'],
  [0x6fff_fefbn, 'DT_DEPAUDIT'],
  [0x6fff_fefcn, 'DT_AUDIT'],
  [0x7fff_fffdn, 'DT_AUXILIARY'],
  [0x7fff_ffffn, 'DT_FILTER'],
])

/** On Android such a number is that of packed relocations. Source: sys/link.h of illumos. */
const SOLARIS_TAGS: ReadonlyMap<bigint, LibraryTag> = new Map([
  [0x6000_000dn, 'DT_SUNW_AUXILIARY'],
  [0x6000_000fn, 'DT_SUNW_FILTER'],
])

const SOLARIS_LOADER = /\/ld\.so\.1$/

/**
 * Reads PT_DYNAMIC as the dynamic linker does: from memory, through the PT_LOADs, up to DT_NULL. A FormatError where it is
 * malformed, or where another reader could see something else. `loader` is PT_INTERP.
 */
export function readDynamic(image: Image, segment: Segment, loader = ''): Dynamic {
  const entries = readEntries(image, segment)
  const single = (tag: bigint, name: string): DynamicEntry | undefined => {
    const [first, second] = entries.filter((entry) => entry.tag === tag)
    if (second !== undefined) throw new FormatError(second.at, `a second ${name}`)
    return first
  }
  const strings = openStrings(image, single(DT_STRTAB, 'DT_STRTAB'), single(DT_STRSZ, 'DT_STRSZ'))
  const soname = single(DT_SONAME, 'DT_SONAME')
  const flags1 = single(DT_FLAGS_1, 'DT_FLAGS_1')?.value ?? 0n
  const flags = entries.find(({ tag }) => tag === DT_FLAGS)?.value ?? 0n
  const tags = SOLARIS_LOADER.test(loader) ? new Map([...LIBRARY_TAGS, ...SOLARIS_TAGS]) : LIBRARY_TAGS
  const libraries = readLibraries(entries, strings, tags)
  return {
    ...(soname && { soname: strings.name(soname.value, soname.at, 'DT_SONAME') }),
    pie: (flags1 & DF_1_PIE) !== 0n,
    bindNow:
      (flags & DF_BIND_NOW) !== 0n ||
      (flags1 & DF_1_NOW) !== 0n ||
      entries.some(({ tag }) => tag === DT_BIND_NOW),
    debug: entries.some(({ tag }) => tag === DT_DEBUG),
    init: entries.some(({ tag }) => tag === DT_INIT || tag === DT_INIT_ARRAY),
    needed: libraries.flatMap(({ tag, library }) => (tag === 'DT_NEEDED' ? [library] : [])),
    alsoLoaded: libraries.flatMap(({ tag, library }) => (tag === 'DT_NEEDED' ? [] : [{ tag, library }])),
    rpath: readSearchPath(strings, single(DT_RPATH, 'DT_RPATH'), 'DT_RPATH'),
    runpath: readSearchPath(strings, single(DT_RUNPATH, 'DT_RUNPATH'), 'DT_RUNPATH'),
    versions: readVersions(
      image,
      strings,
      single(DT_VERNEED, 'DT_VERNEED'),
      single(DT_VERNEEDNUM, 'DT_VERNEEDNUM'),
    ),
  }
}

function readEntries(image: Image, { at, offset, vaddr, filesz }: Segment): DynamicEntry[] {
  const { layout, data } = image.header
  const entryBytes = layout.wordBytes * 2
  const count = Math.floor(filesz / entryBytes)
  if (count > MAX_DYNAMIC_ENTRIES) {
    throw new FormatError(at, `${count} entries in PT_DYNAMIC, allowed: up to ${MAX_DYNAMIC_ENTRIES}`)
  }
  // The dynamic linker goes by p_vaddr, other readers by p_offset: both must lead to the same bytes.
  const inMemory = image.locate(vaddr, filesz, at, 'PT_DYNAMIC')
  if (inMemory !== offset) {
    throw new FormatError(at, `p_vaddr of PT_DYNAMIC leads to ${hex(inMemory)}, p_offset to ${hex(offset)}`)
  }
  const entries: DynamicEntry[] = []
  let ended = false
  for (const row of readTable(image.bytes, offset, count, entryBytes, data, 'PT_DYNAMIC')) {
    const tag = word(row, 0, layout)
    if (tag === DT_NULL) ended = true
    else if (ended) throw new FormatError(row.offset, 'an entry of PT_DYNAMIC behind its DT_NULL')
    else entries.push({ at: row.offset, tag, value: word(row, layout.wordBytes, layout) })
  }
  if (!ended) throw new FormatError(offset, 'PT_DYNAMIC does not end with DT_NULL')
  return entries
}

function readLibraries(
  entries: readonly DynamicEntry[],
  strings: StringTable,
  tags: typeof LIBRARY_TAGS,
): { readonly tag: LibraryTag; readonly library: string }[] {
  const libraries: { readonly tag: LibraryTag; readonly library: string }[] = []
  for (const { at, tag: number, value } of entries) {
    const tag = tags.get(number)
    if (tag === undefined) continue
    if (libraries.length === MAX_LIBRARIES) throw new FormatError(at, `more than ${MAX_LIBRARIES} libraries`)
    const library = strings.name(value, at, tag)
    if (library === '') throw new FormatError(at, `${tag} names no library`)
    libraries.push({ tag, library })
  }
  return libraries
}

function readSearchPath(strings: StringTable, entry: DynamicEntry | undefined, name: string): string[] {
  if (entry === undefined) return []
  const path = strings.name(entry.value, entry.at, name, MAX_SEARCH_PATH_BYTES)
  return path === '' ? [] : path.split(':')
}
