// inBlocks: the same bytes in any cut in, the same blocks out.
import { BLOCK_BYTES, inBlocks } from '../../../src/package/blocks.js'

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 0xff)

/** Takes the cut chunk by chunk and copies each block at once, as it is gone with the next. */
async function blocksOf(bytes: Uint8Array, cuts: readonly number[]): Promise<Uint8Array[]> {
  async function* source() {
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      // Only here for the source to be as asynchronous as a file.
      await Promise.resolve()
      const length = cuts[turn % cuts.length] ?? 1
      yield bytes.subarray(at, at + length)
      at += length
    }
  }
  const blocks: Uint8Array[] = []
  for await (const block of inBlocks(source())) blocks.push(Uint8Array.from(block))
  return blocks
}

test.each<[name: string, length: number, lengths: number[]]>([
  ['nothing', 0, []],
  ['one byte', 1, [1]],
  ['all but one byte of a block', BLOCK_BYTES - 1, [BLOCK_BYTES - 1]],
  ['one block', BLOCK_BYTES, [BLOCK_BYTES]],
  ['one byte more', BLOCK_BYTES + 1, [BLOCK_BYTES, 1]],
  ['three blocks and some', 3 * BLOCK_BYTES + 777, [BLOCK_BYTES, BLOCK_BYTES, BLOCK_BYTES, 777]],
])('%s', async (_, length, lengths) => {
  const bytes = bytesOf(length)
  for (const cuts of [[length || 1], [BLOCK_BYTES], [512, BLOCK_BYTES], [1, 0, 4099], [100_000, 3]]) {
    const blocks = await blocksOf(bytes, cuts)
    expect(blocks.map((block) => block.length)).toEqual(lengths)
    expect(Buffer.concat(blocks).equals(bytes)).toBe(true)
  }
})
