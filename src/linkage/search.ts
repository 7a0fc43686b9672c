// Parts of a file -> their bytes in chunks, each once, so that a text in them is found with little memory.

import type { Bytes, Extent } from './bytes.js'

const CHUNK_BYTES = 0x10_0000
/** Enough to find what linkers put first. */
const FIRST_CHUNK_BYTES = 0x1000

export interface Chunk {
  /** From the start of the file. */
  readonly start: number
  readonly chunk: Buffer
  /** The next chunk begins after so many bytes. */
  readonly step: number
}

/** The same parts of the file, but each byte once: a file may name one part many times. */
export function mergeExtents(extents: readonly Extent[]): Extent[] {
  const merged: Extent[] = []
  for (const { offset, length } of extents.toSorted((a, b) => a.offset - b.offset)) {
    const last = merged.at(-1)
    if (last === undefined || offset >= last.offset + last.length) merged.push({ offset, length })
    else {
      const end = Math.max(last.offset + last.length, offset + length)
      merged[merged.length - 1] = { offset: last.offset, length: end - last.offset }
    }
  }
  return merged
}

/** Each chunk holds the first `overlap` bytes of the next one too, so that what begins in one is whole in it. */
export function* readChunks(
  bytes: Bytes,
  { offset, length }: Extent,
  overlap: number,
): Generator<Chunk, void> {
  const end = offset + length
  let step = FIRST_CHUNK_BYTES
  for (let start = offset; start < end; start += step, step = CHUNK_BYTES) {
    const raw = bytes.read(start, Math.min(step + overlap, end - start), 'data')
    yield { start, chunk: Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength), step }
  }
}
