// Azurite, Microsoft's own emulator of Azure Storage, as the place of the fake results service's blobs.

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import {
  BlobSASPermissions,
  BlobServiceClient,
  generateBlobSASQueryParameters,
  type StorageSharedKeyCredential,
} from '@azure/storage-blob'
import { cleanEnvironment } from '../processes.js'
import { tools } from '../test-tools.js'
import type { Blobs } from './blobs.js'

const CONTAINER = 'results'
const MS_PER_HOUR = 3_600_000

/** Starts Azurite on a free port of 127.0.0.1, with an empty container. */
export async function startAzurite(origin: () => string): Promise<Blobs> {
  const folder = mkdtempSync(join(tmpdir(), 'azurite-'))
  const options = ['--inMemoryPersistence', '--disableTelemetry', '--silent', '--skipApiVersionCheck']
  const child = spawn(
    tools.node24,
    [tools.azurite, ...options, '--blobHost', '127.0.0.1', '--blobPort', '0'],
    { cwd: folder, env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const ended = new Promise((resolve) => child.on('close', resolve))
  const address = await new Promise<URL>((resolve, reject) => {
    let printed = ''
    const read = (chunk: Buffer) => {
      printed += chunk.toString()
      const [, url] = /successfully listens on (http:\S+)/.exec(printed) ?? []
      if (url !== undefined) resolve(new URL(url))
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('error', reject)
    child.on('close', () => {
      reject(new Error(`Azurite ended before it listened:\n${printed}`))
    })
  })

  // The library knows the account and the key that every emulator has.
  const development = BlobServiceClient.fromConnectionString('UseDevelopmentStorage=true')
  const credential = development.credential as StorageSharedKeyCredential
  const account = new BlobServiceClient(`${address.origin}/${credential.accountName}`, credential)
  const container = account.getContainerClient(CONTAINER)
  await container.create()
  const fileNames = new Map<string, string>()
  let signed = 0

  return {
    create(fileName) {
      const id = randomBytes(8).toString('hex')
      fileNames.set(id, fileName)
      return id
    },
    async size(id) {
      const blob = container.getBlobClient(id)
      return (await blob.exists()) ? (await blob.getProperties()).contentLength : undefined
    },
    read: (id) => container.getBlobClient(id).downloadToBuffer(),
    async write(id, bytes) {
      await container.getBlockBlobClient(id).uploadData(bytes)
    },
    async remove(id) {
      await container.getBlobClient(id).deleteIfExists()
    },
    signedUrl(id, permission) {
      signed += 1
      const query = generateBlobSASQueryParameters(
        {
          containerName: CONTAINER,
          blobName: id,
          permissions: BlobSASPermissions.parse(permission),
          // Written in seconds, it tells one URL from the next.
          expiresOn: new Date(Date.now() + MS_PER_HOUR + signed * 1000),
          contentDisposition: `attachment; filename="${fileNames.get(id) ?? id}"`,
        },
        credential,
      )
      return `${origin()}/blobs/${credential.accountName}/${CONTAINER}/${id}?${query.toString()}`
    },
    async answer(request: IncomingMessage, response: ServerResponse, url: URL) {
      const onward = forward(address, {
        method: request.method,
        path: url.pathname.slice('/blobs'.length) + url.search,
        headers: { ...request.headers, host: address.host },
        agent: false,
      })
      const answered = new Promise<IncomingMessage>((resolve, reject) => {
        onward.on('response', resolve)
        onward.on('error', reject)
      })
      await Promise.all([
        pipeline(request, onward),
        answered.then(async (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers)
          await pipeline(answer, response)
        }),
      ])
    },
    async stop() {
      child.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
