// Bytes in memory -> what the readers take; and how a buffer is changed in one place.

import { checkRange, type ByteOrder, type Bytes } from '../../../src/linkage/bytes.js'

export const bytesOf = (buffer: Uint8Array): Bytes => ({
  size: buffer.length,
  read(offset, length, what) {
    checkRange(buffer.length, offset, length, what)
    return buffer.subarray(offset, offset + length)
  },
})

/** A copy of `buffer` with `value` in `size` bytes at `offset`. */
export function patched(
  buffer: Buffer,
  offset: number,
  size: 1 | 2 | 4 | 8,
  value: number | bigint,
  order: ByteOrder = 'little',
): Buffer {
  const copy = Buffer.from(buffer)
  const raw = Buffer.alloc(8)
  raw.writeBigUInt64BE(BigInt.asUintN(64, BigInt(value)))
  const last = raw.subarray(8 - size)
  copy.set(order === 'big' ? last : Uint8Array.from(last).reverse(), offset)
  return copy
}
