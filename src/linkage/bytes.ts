// Raw bytes of a file -> numbers, tables and names, with a bounds check before every read.

import { FormatError } from '../errors.js'

export type ByteOrder = 'little' | 'big'

/** What the readers know of a file: its size in bytes, and any part of it. */
export interface Bytes {
  readonly size: number
  /** `length` bytes from `offset`. A FormatError that says `what` they were, where the file does not hold all of them. */
  read(offset: number, length: number, what: string): Uint8Array
}

/** A part of a file, in bytes. */
export interface Extent {
  /** From the start of the file. */
  readonly offset: number
  readonly length: number
}

/** PATH_MAX of the systems Go builds for is 1,024 or 4,096; no name of a library, loader or symbol version is longer. */
export const MAX_NAME_BYTES = 4096

/** Names of libraries taken from one file; the largest programs known need some hundreds. */
export const MAX_LIBRARIES = 1024

export const hex = (value: number | bigint): string => `0x${value.toString(16)}`

/** A FormatError unless `length` bytes from `offset` are all inside a file of `size` bytes. */
export function checkRange(size: number, offset: number, length: number, what: string): void {
  if (offset < 0 || length < 0 || offset + length > size) {
    throw new FormatError(
      offset,
      `${what} should be ${length} bytes from ${hex(offset)}, but the file ends at ${hex(size)}`,
    )
  }
}

/**
 * Turns a 64-bit range, as a header states it at file offset `at`, into numbers that are known to lie inside the file;
 * a range that does not, however large, is a FormatError.
 */
export function rangeInFile(
  bytes: Bytes,
  range: { readonly offset: bigint; readonly length: bigint },
  at: number,
  what: string,
): Extent {
  if (range.offset + range.length > BigInt(bytes.size)) {
    throw new FormatError(
      at,
      `${what} should be ${range.length.toString()} bytes from ${hex(range.offset)}, but the file ends at ${hex(bytes.size)}`,
    )
  }
  return { offset: Number(range.offset), length: Number(range.length) }
}

/** One structure of a format: its fields by their place in it, and its own place in the file. */
export class Fields {
  /** Bytes from the start of the file. */
  readonly offset: number
  readonly #view: DataView
  readonly #little: boolean

  constructor(raw: Uint8Array, offset: number, order: ByteOrder) {
    this.offset = offset
    this.#view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
    this.#little = order === 'little'
  }

  u8(at: number): number {
    return this.#view.getUint8(at)
  }

  u16(at: number): number {
    return this.#view.getUint16(at, this.#little)
  }

  u32(at: number): number {
    return this.#view.getUint32(at, this.#little)
  }

  u64(at: number): bigint {
    return this.#view.getBigUint64(at, this.#little)
  }
}

export function readFields(
  bytes: Bytes,
  offset: number,
  length: number,
  order: ByteOrder,
  what: string,
): Fields {
  return new Fields(bytes.read(offset, length, what), offset, order)
}

/** `count` structures of `rowLength` bytes each, one after the other, in one read. */
export function* readTable(
  bytes: Bytes,
  offset: number,
  count: number,
  rowLength: number,
  order: ByteOrder,
  what: string,
): Generator<Fields, void> {
  const raw = bytes.read(offset, count * rowLength, what)
  for (let start = 0; start < raw.length; start += rowLength) {
    yield new Fields(raw.subarray(start, start + rowLength), offset + start, order)
  }
}

/** The NUL-terminated name at `offset`; a FormatError where no NUL comes before `end` or within `limit` bytes. */
export function readName(
  bytes: Bytes,
  offset: number,
  end: number,
  what: string,
  limit = MAX_NAME_BYTES,
): string {
  const raw = bytes.read(offset, Math.min(end - offset, limit), what)
  const length = raw.indexOf(0)
  if (length < 0) throw new FormatError(offset, `${what} has no end within ${raw.length} bytes`)
  return decodeName(raw.subarray(0, length), offset, what)
}

/** Characters that would let a file write lines of its own into a log. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/** Throws for what is no UTF-8, and keeps a byte order mark. */
export const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 -> text; a FormatError for anything that could not be shown as it is. */
export function decodeName(raw: Uint8Array, offset: number, what: string): string {
  let name: string
  try {
    name = UTF8.decode(raw)
  } catch {
    throw new FormatError(offset, `${what} is not UTF-8 text`)
  }
  if (UNPRINTABLE.test(name)) throw new FormatError(offset, `${what} holds unprintable characters`)
  return name
}
