// DT_STRTAB and DT_STRSZ of an ELF file -> the strings that other entries of PT_DYNAMIC point to.

import { FormatError } from '../errors.js'
import { hex, MAX_NAME_BYTES, readName } from './bytes.js'
import type { Image } from './elf-segments.js'

/** One entry of PT_DYNAMIC. */
export interface DynamicEntry {
  /** Bytes from the start of the file. */
  readonly at: number
  readonly tag: bigint
  readonly value: bigint
}

export interface StringTable {
  /** The string that starts `index` bytes into the table; a FormatError at file offset `at`, which asks for it. */
  name(index: bigint, at: number, what: string, limit?: number): string
}

/** A file may do without the table as long as nothing asks for a string. */
export function openStrings(
  image: Image,
  strtab: DynamicEntry | undefined,
  strsz: DynamicEntry | undefined,
): StringTable {
  if (strtab === undefined || strsz === undefined) {
    const missing = strtab === undefined ? 'DT_STRTAB' : 'DT_STRSZ'
    return {
      name(_index, at, what) {
        throw new FormatError(at, `${what} without ${missing}`)
      },
    }
  }
  if (strsz.value > BigInt(image.bytes.size)) {
    throw new FormatError(
      strsz.at,
      `DT_STRSZ is ${hex(strsz.value)}, but the file has ${hex(image.bytes.size)}`,
    )
  }
  const size = Number(strsz.value)
  const offset = image.locate(strtab.value, size, strtab.at, 'DT_STRTAB')
  return {
    name(index, at, what, limit = MAX_NAME_BYTES) {
      if (index >= strsz.value) {
        throw new FormatError(
          at,
          `${what} is string ${hex(index)} of DT_STRTAB, which has ${hex(size)} bytes`,
        )
      }
      return readName(image.bytes, offset + Number(index), offset + size, what, limit)
    },
  }
}
