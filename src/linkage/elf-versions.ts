// DT_VERNEED of an ELF file -> the symbol versions that it needs of each library.

import { FormatError } from '../errors.js'
import { readFields, type Fields } from './bytes.js'
import type { Image } from './elf-segments.js'
import type { DynamicEntry, StringTable } from './elf-strings.js'
import type { NeededVersion } from './linkage.js'

/** Versions of all libraries of one file; the largest programs known need some hundreds. */
export const MAX_VERSIONS = 4096

const VER_NEED_CURRENT = 1

/** Elf32_Verneed, Elf64_Verneed, Elf32_Vernaux and Elf64_Vernaux are all of this length. */
const RECORD_BYTES = 16

/** vn_next and vna_next: bytes from this record to the next one, 0 in the last. */
const NEXT = 12

/**
 * Reads the libraries that DT_VERNEED leads to, and the versions of each. Both are chains whose length is stated twice, by a
 * count and by a last link of 0: glibc goes by the link, other readers by the count, and a FormatError says where they part.
 * Source: gABI extensions for symbol versioning, as in the Linux Standard Base, "Symbol Version Requirements".
 */
export function readVersions(
  image: Image,
  strings: StringTable,
  verneed: DynamicEntry | undefined,
  verneednum: DynamicEntry | undefined,
): NeededVersion[] {
  if (verneed === undefined && verneednum === undefined) return []
  if (verneed === undefined || verneednum === undefined) {
    const at = (verneed ?? verneednum)?.at ?? 0
    throw new FormatError(at, 'one of DT_VERNEED and DT_VERNEEDNUM without the other')
  }
  const versions: NeededVersion[] = []
  for (const [need, address] of followChain(image, verneed.value, verneednum.value, verneed.at)) {
    if (need.u16(0) !== VER_NEED_CURRENT) {
      throw new FormatError(need.offset, `vn_version is ${need.u16(0)}, allowed: ${VER_NEED_CURRENT}`)
    }
    const library = strings.name(BigInt(need.u32(4)), need.offset, 'vn_file')
    const first = address + BigInt(need.u32(8))
    for (const [aux] of followChain(image, first, BigInt(need.u16(2)), need.offset)) {
      if (versions.length === MAX_VERSIONS) {
        throw new FormatError(aux.offset, `more than ${MAX_VERSIONS} symbol versions`)
      }
      versions.push({ library, version: strings.name(BigInt(aux.u32(8)), aux.offset, 'vna_name') })
    }
  }
  return versions
}

/** `count` records from `address` on, each with its address; `at` is where the file states them. */
function* followChain(
  image: Image,
  address: bigint,
  count: bigint,
  at: number,
): Generator<readonly [Fields, bigint], void> {
  if (count < 1n || count > MAX_VERSIONS) {
    throw new FormatError(at, `${count.toString()} records of symbol versions, allowed: 1 to ${MAX_VERSIONS}`)
  }
  const what = 'a record of DT_VERNEED'
  let next = address
  for (let left = count - 1n; left >= 0n; left--) {
    const offset = image.locate(next, RECORD_BYTES, at, what)
    const record = readFields(image.bytes, offset, RECORD_BYTES, image.header.data, what)
    yield [record, next]
    const step = BigInt(record.u32(NEXT))
    if ((step === 0n) !== (left === 0n)) {
      throw new FormatError(
        offset + NEXT,
        `a chain of symbol versions is not ${count.toString()} long, as stated`,
      )
    }
    next += step
  }
}
