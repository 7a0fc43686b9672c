// What goes into an archive -> the archive on disk, with the digest of each file in it; here, or in threads of their own.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker, type MessagePort } from 'node:worker_threads'
import { writeArtifact, type Artifact, type Digest, type Draft } from '../artifact.js'
import { asError } from '../failures.js'
import { packArchive, type ArchiveFormat, type Entry } from './archive.js'

/** Plain values: a thread gets a copy. */
export interface PackRequest {
  readonly draft: Draft
  readonly format: ArchiveFormat
  readonly entries: readonly Entry[]
  /** Of every entry, in seconds since the epoch. */
  readonly time: number
}

export interface Packed {
  readonly archive: Artifact
  /** Of each entry, by its name. */
  readonly digests: ReadonlyMap<string, Digest>
}

export type Pack = (request: PackRequest) => Promise<Packed>

export const packHere: Pack = async ({ draft, format, entries, time }) => {
  const digests = new Map<string, Digest>()
  const bytes = packArchive(format, entries, time, ({ name }, digest) => digests.set(name, digest))
  return { archive: await writeArtifact(draft, bytes), digests }
}

/** What a thread answers. */
type Answer = { readonly packed: Packed } | { readonly failed: object }

/** A bundle of its own beside the program's, since a thread that loads all of that takes 0.2 CPU seconds to start. */
const THREAD = path.join(path.dirname(fileURLToPath(import.meta.url)), 'pack', 'index.js')

/** Threads that stay for all archives of a run. */
export interface PackThreads extends AsyncDisposable {
  readonly pack: Pack
}

/**
 * Compressing takes most of the time this program takes itself. In the thread that starts the builds it would keep them
 * waiting, and the last archives would leave all cores but one idle.
 *
 * @param width threads at most, at least 1
 * @param script path of the bundle that a thread runs
 */
export function openPackThreads(width: number, script = THREAD): PackThreads {
  const threads = new Set<Worker>()
  /** Places for a thread, with the one that is there already. */
  const free = Array<Worker | undefined>(width).fill(undefined)
  const waiting: ((thread: Worker | undefined) => void)[] = []
  const release = (thread: Worker | undefined) => {
    const next = waiting.shift()
    if (next === undefined) free.push(thread)
    else next(thread)
  }
  const start = () => {
    // Nothing that this process was given is needed there.
    const thread = new Worker(script, { env: {}, argv: [] })
    threads.add(thread)
    return thread
  }
  return {
    async pack(request) {
      const place =
        free.length > 0
          ? free.pop()
          : await new Promise<Worker | undefined>((resolve) => waiting.push(resolve))
      const thread = place ?? start()
      const answer = await ask(thread, request).catch((error: unknown) => {
        release(undefined)
        throw error
      })
      release(thread)
      if ('packed' in answer) return answer.packed
      throw Object.assign(new Error(), answer.failed)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...threads].map((thread) => thread.terminate()))
    },
  }
}

/** @throws where the thread ends instead of answering */
function ask(thread: Worker, request: PackRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      thread.off('message', answered).off('error', ended).off('exit', ended)
    }
    const answered = (answer: Answer) => {
      settle()
      resolve(answer)
    }
    const ended = (cause: unknown) => {
      settle()
      reject(new Error('a thread that packs archives has ended', { cause }))
    }
    thread.on('message', answered).on('error', ended).on('exit', ended)
    thread.postMessage(request)
  })
}

/** Packs what it is asked for, one archive after the other, until the thread is ended. */
export function servePacking(port: MessagePort): void {
  port.on('message', (request: PackRequest) => {
    packHere(request).then(
      (packed) => {
        port.postMessage({ packed } satisfies Answer)
      },
      (error: unknown) => {
        const thrown = asError(error)
        // A copy of an error itself would lose its code and its path.
        const failed = Object.assign({ message: thrown.message, stack: thrown.stack }, thrown)
        port.postMessage({ failed } satisfies Answer)
      },
    )
  })
}
