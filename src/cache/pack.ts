// Turns files of a folder into one compressed file, the pack, and a pack into files again.
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import zlib from 'node:zlib'
import tar from 'tar-stream'

interface ChunkSize {
  readonly chunkSize: number
}

/** What the types of Node 20 lack; Node 24, which runs the action, has it. */
interface Zstd {
  readonly createZstdCompress?: (options: ChunkSize & { readonly params: Record<number, number> }) => Duplex
  readonly createZstdDecompress?: (options: ChunkSize) => Duplex
  readonly constants: Readonly<Record<string, number>>
}

const { createZstdCompress, createZstdDecompress, constants } = zlib as unknown as Zstd

/**
 * Of a GOCACHE of seven targets, 634 MB, in the order of `sortForPacking`: long-distance matching in a window of 2^27 makes 62 MB
 * in 3.2 s, 2^24 68 MB in 2.8 s, 2^29 60 MB in 4.2 s, none 100 MB in 2.8 s; sorted by name 2^27 makes 90 MB. Readers
 * take windows up to 2^27 unasked.
 */
const WINDOW_LOG = 27
const LEVEL = 3

/** Every chunk is a turn of the thread pool; Node's own size of 16 kB makes tens of thousands of them. */
const CHUNK_BYTES = 1024 ** 2

/** Files written at once: disks are slow to make new ones. */
const WIDTH = 16

/** The first entry: what whoever made the pack knows of it. */
const RECORD = 'record.json'
const MAX_RECORD_BYTES = 16 * 1024 ** 2

/** Nothing that Go writes there is larger; a pack that says so is not one. */
const MAX_FILE_BYTES = 2 * 1024 ** 3

/** What Go writes shrinks to a tenth; a few bytes that become gigabytes are to fill the disk. */
const MAX_RATIO = 200

/** @throws where this Node cannot compress */
function requireZstd<T>(create: T | undefined): T {
  if (create === undefined) throw new Error('this Node has no zstd; Node 24 has')
  return create
}

/**
 * @param folder absolute path that `names` are relative to, with `/`
 * @param record of JSON
 * @returns bytes of the pack
 */
export async function writePack(
  pack: string,
  folder: string,
  names: readonly string[],
  record: unknown,
): Promise<number> {
  const archive = tar.pack()
  const adding = (async () => {
    archive.entry({ name: RECORD, mtime: new Date(0) }, JSON.stringify(record))
    for (const name of names) {
      const bytes = await readFile(path.join(folder, name))
      await pipeline([bytes], archive.entry({ name, size: bytes.length, mtime: new Date(0) }))
    }
    archive.finalize()
  })()
  adding.catch((error: unknown) => {
    archive.destroy(error as Error)
  })
  const compressor = requireZstd(createZstdCompress)({
    chunkSize: CHUNK_BYTES,
    params: {
      [number('ZSTD_c_compressionLevel')]: LEVEL,
      [number('ZSTD_c_enableLongDistanceMatching')]: 1,
      [number('ZSTD_c_windowLog')]: WINDOW_LOG,
      [number('ZSTD_c_checksumFlag')]: 1,
    },
  })
  try {
    await pipeline(archive, compressor, createWriteStream(pack))
    await adding
  } catch (error) {
    await rm(pack, { force: true, recursive: true })
    throw error
  }
  return (await stat(pack)).size
}

function number(name: string): number {
  const value = constants[name]
  if (value === undefined) throw new Error(`this Node's zstd has no ${name}`)
  return value
}

export interface Unpacked {
  /** Files that were written, and their bytes. */
  readonly files: number
  readonly bytes: number
  /** Files left out, because their bytes or their names are not what they should be. */
  readonly refused: number
}

/**
 * What was written before trouble shows stays there: each file was accepted on its own.
 *
 * @param accept whether a file of this name may have these bytes; it must refuse every name that leads out of the folder
 * @param onRecord given the record, before any file is written
 * @throws where the pack is truncated, or not one, or holds a name twice
 */
export async function readPack(
  pack: string,
  folder: string,
  accept: (name: string, bytes: Buffer) => boolean,
  onRecord: (record: unknown) => void,
): Promise<Unpacked> {
  const unpacked = { files: 0, bytes: 0, refused: 0 }
  const folders = new Map<string, Promise<unknown>>()
  const writing = new Set<Promise<void>>()
  const extract = tar.extract()
  const reading = pipeline(
    createReadStream(pack, { highWaterMark: CHUNK_BYTES }),
    requireZstd(createZstdDecompress)({ chunkSize: CHUNK_BYTES }),
    extract,
  )
  // Who reads the entries is told of it too.
  reading.catch(() => undefined)
  const seen = new Set<string>()
  let first = true
  let total = 0
  const most = MAX_RECORD_BYTES + MAX_RATIO * (await stat(pack)).size
  try {
    for await (const entry of extract) {
      const { name, type, size } = entry.header
      if (size > (first ? MAX_RECORD_BYTES : MAX_FILE_BYTES)) throw new Error(`${name} has ${size} bytes`)
      // Which of the two is meant, nobody could say.
      if (seen.has(name)) throw new Error(`it holds ${name} twice`)
      seen.add(name)
      total += size
      if (total > most) throw new Error(`it unpacks to more than ${MAX_RATIO} times its size`)
      const chunks: Buffer[] = []
      for await (const chunk of entry) chunks.push(chunk as Buffer)
      const bytes = Buffer.concat(chunks)
      if (first) {
        if (name !== RECORD) throw new Error(`it begins with ${name}, not with ${RECORD}`)
        onRecord(JSON.parse(bytes.toString()))
        first = false
      } else if (type === 'file' && accept(name, bytes)) {
        const file = path.join(folder, name)
        const parent = path.dirname(file)
        const made = folders.get(parent) ?? mkdir(parent, { recursive: true })
        folders.set(parent, made)
        const written = made.then(() => writeNew(file, bytes)).finally(() => writing.delete(written))
        // Whoever waits for it is told.
        written.catch(() => undefined)
        writing.add(written)
        if (writing.size >= WIDTH) await Promise.race(writing)
        unpacked.files++
        unpacked.bytes += bytes.length
      } else unpacked.refused++
    }
    await Promise.all([reading, ...writing])
  } finally {
    // A file that came late would pass for one that this run has used.
    await Promise.allSettled(writing)
  }
  if (first) throw new Error('it is empty')
  return unpacked
}

/** A file that is there already is another step's, and as good. */
async function writeNew(file: string, bytes: Buffer): Promise<void> {
  try {
    await writeFile(file, bytes, { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return
    await rm(file, { force: true })
    throw error
  }
}
