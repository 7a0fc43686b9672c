// What the stages make: each adds its files to a list of Artifacts, and every later stage filters that list.
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'

export type ArtifactKind =
  | 'binary'
  | 'archive'
  | 'sbom'
  | 'checksums'
  | 'signature'
  | 'public-key'
  | 'provenance'
  | 'manifest'
  | 'shard-manifest'

/** What a file holds, in short. */
export interface Digest {
  /** Bytes. */
  readonly size: number
  /** Lower-case hex. */
  readonly sha256: string
}

export interface Artifact extends Digest {
  /** Base name in the output directory. */
  readonly name: string
  /** Absolute path. */
  readonly path: string
  readonly kind: ArtifactKind
  /** The target it was made for, as `formatTarget` writes it; absent for files of the whole release. */
  readonly target?: string
}

export const holdsPrograms = ({ kind }: Pick<Artifact, 'kind'>): boolean =>
  kind === 'archive' || kind === 'binary'

/** An artifact before it is written. */
export interface Draft {
  readonly name: string
  readonly kind: ArtifactKind
  readonly target?: string
  /** Absolute path of the output directory. */
  readonly output: string
  readonly executable?: boolean
}

/** Ends the name of a file that is not whole yet. */
export const PARTIAL_SUFFIX = '.partial'

/** Takes the digest of what is read for another purpose, so that no file is read for its digest alone. */
export class Meter {
  readonly #hash = createHash('sha256')
  #size = 0

  add(chunk: string | Uint8Array): void {
    this.#hash.update(chunk)
    this.#size += Buffer.byteLength(chunk)
  }

  /** Hands on every chunk as it is. */
  async *pass<T extends string | Uint8Array>(chunks: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
    for await (const chunk of chunks) {
      this.add(chunk)
      yield chunk
    }
  }

  /** Of all that passed; asked once, at the end. */
  finish(): Digest {
    return { size: this.#size, sha256: this.#hash.digest('hex') }
  }
}

/** Whether it is the name of a file in a folder, and no path that leads on from there. */
export const isFileName = (name: string): boolean => path.basename(name) === name && !/^\.{0,2}$/.test(name)

/** Writes beside the final name first, so that a run that is killed leaves no half file under it. */
export async function writeArtifact(
  { name, kind, target, output, executable = false }: Draft,
  chunks: AsyncIterable<Uint8Array> | Iterable<string | Uint8Array>,
): Promise<Artifact> {
  // Whatever it is made of, it stays in its folder.
  if (!isFileName(name)) throw new Error(`${name} is no name of a file`)
  const final = path.join(output, name)
  const partial = final + PARTIAL_SUFFIX
  const meter = new Meter()
  try {
    // A link that lies there would be followed out of the folder.
    await rm(partial, { force: true })
    await pipeline(
      chunks,
      (source: AsyncIterable<Uint8Array> | Iterable<string | Uint8Array>) =>
        meter.pass<string | Uint8Array>(source),
      createWriteStream(partial, { flags: 'wx', mode: executable ? 0o755 : 0o644 }),
    )
    await rename(partial, final)
  } catch (error) {
    await rm(partial, { force: true })
    // A stream that cannot write does not say where.
    throw error instanceof Error && 'code' in error && !('path' in error)
      ? Object.assign(error, { path: partial })
      : error
  }
  return {
    name,
    path: final,
    kind,
    ...(target === undefined ? {} : { target }),
    ...meter.finish(),
  }
}

/** Reads a file for its digest alone: for those that nothing else reads to their end. */
export async function hashFile(file: string): Promise<Digest> {
  // To open a named pipe would wait for a writer.
  if (!(await stat(file)).isFile()) throw new Error(`${file} is not a regular file`)
  const meter = new Meter()
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) meter.add(chunk)
  return meter.finish()
}
