// A release's file into the program in it.
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { unzipSync } from 'fflate'
import tar from 'tar-stream'
import { ActionError } from '../errors.js'

/**
 * @param file its name, whose ending tells what it is; any but a tar.gz or zip is the program itself
 * @param program the entry's name
 */
export async function unpack(file: string, program: string, bytes: Uint8Array): Promise<Uint8Array> {
  if (!/\.(zip|tar\.gz)$/.test(file)) return bytes
  const found = file.endsWith('.zip')
    ? unzipSync(bytes, { filter: (entry) => entry.name === program })[program]
    : await unpackTar(program, bytes)
  if (found === undefined) throw new ActionError(`${file} does not hold ${program}`)
  return found
}

async function unpackTar(program: string, bytes: Uint8Array): Promise<Uint8Array | undefined> {
  const extract = tar.extract()
  const unpacking = pipeline(Readable.from([bytes]), createGunzip(), extract)
  let found: Buffer | undefined
  for await (const entry of extract) {
    const chunks: Uint8Array[] = []
    for await (const chunk of entry as AsyncIterable<Uint8Array>)
      if (entry.header.name === program) chunks.push(chunk)
    if (chunks.length > 0) found = Buffer.concat(chunks)
  }
  await unpacking
  return found
}
