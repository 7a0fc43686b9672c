// Turns bytes that come in any cut into blocks of one length.

/** Of 64 KiB the compressor makes a sixth more work, and larger ones gain no more. */
export const BLOCK_BYTES = 256 * 1024

/**
 * The last block is shorter. The compressor cuts where its input is cut, and how much a read returns is not the same
 * everywhere. A block is overwritten once the next one is asked for.
 */
export async function* inBlocks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const block = new Uint8Array(BLOCK_BYTES)
  let filled = 0
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + BLOCK_BYTES - filled)
      block.set(part, filled)
      at += part.length
      filled += part.length
      if (filled === BLOCK_BYTES) {
        yield block
        filled = 0
      }
    }
  }
  if (filled > 0) yield block.subarray(0, filled)
}
