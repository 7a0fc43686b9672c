// What the stages make: each adds its files to a list of Artifacts, and every later stage filters that list.
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'

export type ArtifactKind =
  'binary' | 'archive' | 'sbom' | 'checksums' | 'signature' | 'public-key' | 'manifest'

export interface Artifact {
  /** Base name in the output directory. */
  readonly name: string
  /** Absolute path. */
  readonly path: string
  readonly kind: ArtifactKind
  /** The target it was made for, as `formatTarget` writes it; absent for files of the whole release. */
  readonly target?: string
  /** Bytes. */
  readonly size: number
  /** Lower-case hex. */
  readonly sha256: string
}

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

/** Writes beside the final name first, so that a run that is killed leaves no half file under it. */
export async function writeArtifact(
  { name, kind, target, output, executable = false }: Draft,
  chunks: AsyncIterable<Uint8Array> | Iterable<string>,
): Promise<Artifact> {
  const final = path.join(output, name)
  const partial = final + PARTIAL_SUFFIX
  const hash = createHash('sha256')
  let size = 0
  try {
    await pipeline(
      chunks,
      async function* (source: AsyncIterable<Uint8Array> | Iterable<string>) {
        for await (const chunk of source) {
          hash.update(chunk)
          size += Buffer.byteLength(chunk)
          yield chunk
        }
      },
      createWriteStream(partial, { mode: executable ? 0o755 : 0o644 }),
    )
    await rename(partial, final)
  } catch (error) {
    await rm(partial, { force: true })
    // A stream that cannot write does not say where.
    throw error instanceof Error && 'code' in error ? Object.assign(error, { path: partial }) : error
  }
  return {
    name,
    path: final,
    kind,
    ...(target === undefined ? {} : { target }),
    size,
    sha256: hash.digest('hex'),
  }
}

/** Size and digest of a file that another program wrote. */
export async function hashFile(file: string): Promise<Pick<Artifact, 'size' | 'sha256'>> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    size += chunk.length
  }
  return { size, sha256: hash.digest('hex') }
}
