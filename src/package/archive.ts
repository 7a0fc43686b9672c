// Packs files into the bytes of a tar.gz or zip, which depend on the files and the time given, and on nothing else.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { AsyncGzip, AsyncZipDeflate, Zip } from 'fflate'
import tar from 'tar-stream'

export interface Entry {
  /** Path in the archive, with `/`. */
  readonly name: string
  /** Absolute path of the file. */
  readonly path: string
  readonly executable: boolean
}

const LEVEL = 6
/** The compressor cuts its blocks where its input is cut, so that every read must have the same length everywhere. */
const CHUNK_BYTES = 64 * 1024
const UNIX = 3
const mode = (entry: Entry) => (entry.executable ? 0o755 : 0o644)

/**
 * The deflate is fflate's, in plain JavaScript: zlib's bytes differ between versions of Node and between processors.
 *
 * @param time of every entry, in seconds since the epoch
 */
export function packArchive(
  format: 'tar.gz' | 'zip',
  entries: readonly Entry[],
  time: number,
): AsyncGenerator<Uint8Array> {
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return format === 'zip' ? zip(sorted, time) : gzip(tarball(sorted, time))
}

/** A ustar stream: every entry owned by root under no name, with the mode that its kind has. */
async function* tarball(entries: readonly Entry[], time: number): AsyncGenerator<Uint8Array> {
  const pack = tar.pack()
  const packing = (async () => {
    for (const entry of entries) {
      const { size } = await stat(entry.path)
      const header = {
        name: entry.name,
        size,
        mode: mode(entry),
        mtime: new Date(time * 1000),
        uid: 0,
        gid: 0,
      }
      await pipeline(createReadStream(entry.path, { highWaterMark: CHUNK_BYTES }), pack.entry(header))
    }
    pack.finalize()
  })()
  packing.catch((error: unknown) => {
    pack.destroy(error as Error)
  })
  yield* pack as AsyncIterable<Buffer>
  await packing
}

async function* gzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const output = queue()
  const compressor = new AsyncGzip({ level: LEVEL, mtime: 0 })
  compressor.ondata = output.put
  const feeding = (async () => {
    for await (const chunk of source) compressor.push(Uint8Array.from(chunk))
    compressor.push(new Uint8Array(0), true)
  })()
  feeding.catch(output.fail)
  try {
    yield* output.chunks()
  } finally {
    compressor.terminate()
  }
}

async function* zip(entries: readonly Entry[], time: number): AsyncGenerator<Uint8Array> {
  const output = queue()
  const archive = new Zip(output.put)
  const feeding = (async () => {
    for (const entry of entries) {
      const file = new AsyncZipDeflate(entry.name, { level: LEVEL })
      file.mtime = time * 1000
      file.os = UNIX
      // The upper half holds the Unix mode of a regular file. Source: APPNOTE.TXT 4.4.15 and Info-ZIP.
      file.attrs = ((0o100000 | mode(entry)) << 16) >>> 0
      archive.add(file)
      for await (const chunk of createReadStream(entry.path, { highWaterMark: CHUNK_BYTES })) {
        file.push(Uint8Array.from(chunk as Buffer))
      }
      file.push(new Uint8Array(0), true)
    }
    archive.end()
  })()
  feeding.catch(output.fail)
  try {
    yield* output.chunks()
  } finally {
    archive.terminate()
  }
}

/** Turns a compressor's callbacks into an async iterable. */
function queue() {
  const waiting: Uint8Array[] = []
  let ended = false
  let failure: Error | undefined
  let wake: () => void = () => undefined
  return {
    put: (error: Error | null, chunk: Uint8Array, final: boolean) => {
      failure ??= error ?? undefined
      waiting.push(chunk)
      ended = final
      wake()
    },
    fail: (error: unknown) => {
      failure ??= error instanceof Error ? error : new Error(String(error))
      wake()
    },
    async *chunks(): AsyncGenerator<Uint8Array> {
      for (;;) {
        if (failure !== undefined) throw failure
        const chunk = waiting.shift()
        if (chunk !== undefined) yield chunk
        else if (ended) return
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}
