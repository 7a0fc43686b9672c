// Turns the requests of an Azure Storage client for block blobs into files of one folder.
// https://learn.microsoft.com/en-us/rest/api/storageservices/blob-service-rest-api

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { createReadStream, createWriteStream, mkdtempSync } from 'node:fs'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

interface Blob {
  readonly fileName: string
  contentType: string
  /** Uncommitted blocks: their ids and files. */
  readonly blocks: Map<string, string>
  committed: boolean
}

/** What a signed URL allows: `cw` (create, write) or `r` (read), as a SAS names it. */
export type Permission = 'cw' | 'r'

/** Where the bytes of artifacts and cache entries are kept. */
export interface Blobs {
  /** Makes room for a blob, which a download offers as `fileName`, and returns its id. */
  create(fileName: string): string
  /** Bytes of a committed blob; undefined before it is committed. */
  size(id: string): Promise<number | undefined>
  /** All of a committed blob. */
  read(id: string): Promise<Buffer>
  /** Commits a blob without a client. */
  write(id: string, bytes: Buffer): Promise<void>
  remove(id: string): Promise<void>
  /** Below `/blobs/` of the service, and never the same twice. */
  signedUrl(id: string, permission: Permission): string
  /** Answers one request; trouble is answered with Azure's status and error code. */
  answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>
  stop(): Promise<void>
}

/** A refusal with Azure's error code, which the client reads from a header. */
class BlobError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string) {
    super(code)
    this.status = status
    this.code = code
  }
}

/** Azure's names of the operations, by HTTP method and the parameter `comp`. */
const OPERATIONS: Readonly<Record<string, string>> = {
  'PUT ': 'Put Blob',
  'PUT block': 'Put Block',
  'PUT blocklist': 'Put Block List',
  'GET ': 'Get Blob',
  'HEAD ': 'Get Blob Properties',
}

/** Azure's name of the operation that a request asks for, or `unknown`. */
export function blobOperation(method: string | undefined, url: URL): string {
  return OPERATIONS[`${method ?? ''} ${url.searchParams.get('comp') ?? ''}`] ?? 'unknown'
}

/** First and last byte of a `bytes=` range, or undefined for the whole blob. */
function parseRange(request: IncomingMessage, size: number): { start: number; end: number } | undefined {
  const header = request.headers['x-ms-range'] ?? request.headers.range
  if (header === undefined) return undefined
  const match = /^bytes=(\d+)-(\d*)$/.exec(String(header))
  if (match === null) throw new BlobError(400, 'InvalidHeaderValue')
  const start = Number(match[1])
  if (start >= size) throw new BlobError(416, 'InvalidRange')
  return { start, end: match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1) }
}

/** Blobs in a temporary folder, behind URLs that are signed with a key of this store's own. */
export class BlobStore implements Blobs {
  readonly #folder: string
  readonly #origin: () => string
  readonly #blobs = new Map<string, Blob>()
  readonly #key = randomBytes(32)
  #signed = 0

  constructor(origin: () => string) {
    this.#folder = mkdtempSync(join(tmpdir(), 'results-service-'))
    this.#origin = origin
  }

  create(fileName: string): string {
    const id = randomBytes(8).toString('hex')
    this.#blobs.set(id, {
      fileName,
      contentType: 'application/octet-stream',
      blocks: new Map(),
      committed: false,
    })
    return id
  }

  /** Absolute path of a blob's bytes. */
  #path(id: string): string {
    return join(this.#folder, id)
  }

  async size(id: string): Promise<number | undefined> {
    return this.#blobs.get(id)?.committed === true ? (await stat(this.#path(id))).size : undefined
  }

  read(id: string): Promise<Buffer> {
    return readFile(this.#path(id))
  }

  async write(id: string, bytes: Buffer): Promise<void> {
    const blob = this.#blobs.get(id)
    if (blob === undefined) throw new BlobError(404, 'BlobNotFound')
    await writeFile(this.#path(id), bytes)
    blob.committed = true
  }

  async remove(id: string): Promise<void> {
    this.#blobs.delete(id)
    await rm(this.#path(id), { force: true })
  }

  signedUrl(id: string, permission: Permission): string {
    this.#signed += 1
    const serial = String(this.#signed)
    return `${this.#origin()}/blobs/${id}?sp=${permission}&serial=${serial}&sig=${this.#sign(id, permission, serial)}`
  }

  async answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    try {
      const id = url.pathname.slice('/blobs/'.length)
      const operation = blobOperation(request.method, url)
      this.#authorize(id, url, operation.startsWith('Put') ? 'cw' : 'r')
      const blob = this.#blobs.get(id)
      if (blob === undefined) throw new BlobError(404, 'BlobNotFound')
      switch (operation) {
        case 'Put Blob':
          await this.#putBlob(id, blob, request, response)
          break
        case 'Put Block':
          await this.#putBlock(id, blob, request, response, url)
          break
        case 'Put Block List':
          await this.#putBlockList(id, blob, request, response)
          break
        case 'Get Blob':
        case 'Get Blob Properties':
          await this.#get(id, blob, request, response)
          break
        default:
          throw new BlobError(400, 'UnsupportedHttpVerb')
      }
    } catch (error) {
      if (!(error instanceof BlobError)) throw error
      request.resume()
      response.writeHead(error.status, { 'x-ms-error-code': error.code, 'content-type': 'application/xml' })
      response.end(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${error.code}</Code></Error>`)
    }
  }

  async stop(): Promise<void> {
    await rm(this.#folder, { recursive: true })
  }

  #sign(id: string, permission: Permission, serial: string): string {
    return createHmac('sha256', this.#key).update(`${permission} ${serial} ${id}`).digest('hex')
  }

  #authorize(id: string, url: URL, permission: Permission): void {
    const expected = Buffer.from(this.#sign(id, permission, url.searchParams.get('serial') ?? ''))
    const got = Buffer.from(url.searchParams.get('sig') ?? '')
    if (got.length !== expected.length || !timingSafeEqual(got, expected))
      throw new BlobError(403, 'AuthenticationFailed')
  }

  async #putBlob(id: string, blob: Blob, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers['x-ms-blob-type'] !== 'BlockBlob') throw new BlobError(400, 'InvalidHeaderValue')
    await pipeline(request, createWriteStream(this.#path(id)))
    this.#commit(blob, request, response)
  }

  async #putBlock(
    id: string,
    blob: Blob,
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): Promise<void> {
    const blockId = url.searchParams.get('blockid') ?? ''
    const lengths = [...blob.blocks.keys()].map((known) => known.length)
    if (blockId === '' || lengths.some((length) => length !== blockId.length))
      throw new BlobError(400, 'InvalidBlobOrBlock')
    const file = `${this.#path(id)}.${Buffer.from(blockId).toString('hex')}`
    await pipeline(request, createWriteStream(file))
    blob.blocks.set(blockId, file)
    response.writeHead(201).end()
  }

  async #putBlockList(
    id: string,
    blob: Blob,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const xml = Buffer.concat(await request.toArray()).toString()
    const files = [...xml.matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]*)</g)].map(([, blockId = '']) => {
      const file = blob.blocks.get(blockId)
      if (file === undefined) throw new BlobError(400, 'InvalidBlockList')
      return file
    })
    await writeFile(this.#path(id), '')
    for (const file of files)
      await pipeline(createReadStream(file), createWriteStream(this.#path(id), { flags: 'a' }))
    await Promise.all([...blob.blocks.values()].map((file) => rm(file)))
    blob.blocks.clear()
    this.#commit(blob, request, response)
  }

  #commit(blob: Blob, request: IncomingMessage, response: ServerResponse): void {
    blob.contentType = String(request.headers['x-ms-blob-content-type'] ?? blob.contentType)
    blob.committed = true
    response.writeHead(201).end()
  }

  async #get(id: string, blob: Blob, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const size = await this.size(id)
    if (size === undefined) throw new BlobError(404, 'BlobNotFound')
    const range = parseRange(request, size)
    const bytes = range === undefined ? size : range.end - range.start + 1
    response.writeHead(range === undefined ? 200 : 206, {
      'accept-ranges': 'bytes',
      'content-disposition': `attachment; filename="${blob.fileName}"`,
      'content-length': bytes,
      'content-type': blob.contentType,
      'x-ms-blob-type': 'BlockBlob',
      ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${size}` }),
    })
    if (request.method === 'HEAD' || bytes === 0) response.end()
    else await pipeline(createReadStream(this.#path(id), range), response)
  }
}
