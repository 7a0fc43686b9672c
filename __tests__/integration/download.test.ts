// The client of the downloads against a server that is busy, broken, or somebody else. The waiting is only written down.

import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Log } from '../../src/host/host.js'
import { download, Unavailable } from '../../src/tools/download.js'
import { startDownloadServer, type Answer, type DownloadServer } from '../support/download-server.js'
import { writePlainSource } from '../support/plain-source.js'
import { run } from '../support/processes.js'
import { createSelfSigned } from '../support/self-signed.js'
import { temporaryFolder } from '../support/temporary.js'

const BYTES = Buffer.from('the program\n'.repeat(1000))
const SHA256 = createHash('sha256').update(BYTES).digest('hex')
const WHOLE: Answer = { status: 200, body: BYTES }

let server: DownloadServer
let other: DownloadServer
let waits: number[]

beforeAll(async () => {
  server = await startDownloadServer()
  other = await startDownloadServer('localhost')
})
afterAll(() => Promise.all([server.close(), other.close()]))
beforeEach(() => {
  for (const each of [server, other]) Object.assign(each, { answers: [], requests: [] })
  waits = []
})

const silent: Log = {
  info: () => undefined,
  notice: () => undefined,
  warning: () => undefined,
  error: () => undefined,
  group: (_, work) => work(),
}

function fetchFile(options: { readonly url?: string; readonly mostBytes?: number } = {}) {
  return download(options.url ?? `${server.base}/file`, SHA256, silent, {
    sleep: (milliseconds) => Promise.resolve(waits.push(milliseconds)),
    mostBytes: options.mostBytes ?? 1_000_000,
  })
}

describe('is tried again', () => {
  test.each<[string, Answer]>([
    ['a server that is busy', { status: 429 }],
    ['one that is broken', { status: 500 }],
    ['a gateway that has nothing behind it', { status: 502 }],
    ['one that gets no answer in time', { status: 504 }],
    ['one that waited too long itself', { status: 408 }],
    ['a connection that breaks at once', { status: 200, body: BYTES, drop: 'at once' }],
    ['a connection that breaks halfway', { status: 200, body: BYTES, drop: 'halfway' }],
  ])('%s', async (_, trouble) => {
    server.answers = [trouble, trouble, WHOLE]
    expect(Buffer.from(await fetchFile())).toEqual(BYTES)
    expect(server.requests).toHaveLength(3)
    expect(waits).toEqual([1000, 2000])
  })

  test('less and less often, and not for ever', async () => {
    server.answers = [{ status: 503 }]
    await expect(fetchFile()).rejects.toThrow(new Unavailable(`${server.base}/file: HTTP 503`))
    expect(server.requests).toHaveLength(5)
    expect(waits).toEqual([1000, 2000, 4000, 8000])
  })

  test('when nothing listens there', async () => {
    const gone = await startDownloadServer()
    await gone.close()
    await expect(fetchFile({ url: `${gone.base}/file` })).rejects.toThrow(/ECONNREFUSED/)
    expect(waits).toHaveLength(4)
  })
})

describe('waits as long as the server asks', () => {
  const date = 'Fri, 02 Jan 2026 03:04:05 GMT'
  test.each<[string, Record<string, string>, number]>([
    ['in seconds', { 'retry-after': '7' }, 7000],
    // Between two clocks that differ, only the server's own says what it means.
    ['by a date on its own clock', { date, 'retry-after': 'Fri, 02 Jan 2026 03:04:25 GMT' }, 20_000],
    ['by a date that is over', { date, 'retry-after': 'Fri, 02 Jan 2026 03:00:00 GMT' }, 0],
    ['or as usual where it says nothing of use', { 'retry-after': 'later' }, 1000],
  ])('%s', async (_, headers, expected) => {
    server.answers = [{ status: 429, headers }, WHOLE]
    await fetchFile()
    expect(waits).toEqual([expected])
  })

  test.each<[string, Record<string, string>, string]>([
    ['in seconds', { 'retry-after': '86400' }, '86400 s'],
    ['by a date', { date, 'retry-after': 'Fri, 02 Jan 2026 03:06:05 GMT' }, '120 s'],
  ])('and does not ask before that where it is more than a minute %s', async (_, headers, told) => {
    server.answers = [{ status: 429, headers }, WHOLE]
    await expect(fetchFile()).rejects.toThrow(
      new Unavailable(`${server.base}/file: HTTP 429; it asks to be left alone for ${told}`),
    )
    expect([waits, server.requests.length]).toEqual([[], 1])
  })
})

describe('is not tried again', () => {
  test.each([400, 401, 403, 404, 410])('after HTTP %d', async (status) => {
    server.answers = [{ status }, WHOLE]
    await expect(fetchFile()).rejects.toThrow(new Unavailable(`${server.base}/file: HTTP ${status}`))
    expect(server.requests).toHaveLength(1)
  })

  test.each([
    ['altered bytes', Buffer.concat([BYTES, Buffer.from('#')])],
    ['fewer bytes', BYTES.subarray(0, -1)],
    ['no bytes', Buffer.of()],
    ['a page that says sorry', Buffer.from('<html>sorry</html>')],
  ])('after %s, and they are refused', async (_, body) => {
    server.answers = [{ status: 200, body }, WHOLE]
    const failure: unknown = await fetchFile().catch((error: unknown) => error)
    expect(failure).not.toBeInstanceOf(Unavailable)
    expect(failure).toMatchObject({ message: expect.stringContaining(`instead of ${SHA256}`) as string })
    expect(server.requests).toHaveLength(1)
  })

  test('where a host cannot be found', async () => {
    await expect(fetchFile({ url: 'http://no-such-host.invalid/file' })).rejects.toThrow(Unavailable)
    expect(waits).toEqual([])
  })

  test('where redirects go round in a circle', async () => {
    server.answers = [{ status: 302, headers: { location: '/file' } }]
    await expect(fetchFile()).rejects.toThrow(Unavailable)
    expect(waits).toEqual([])
  })

  test('where a server sends more than any release has', async () => {
    server.answers = [WHOLE]
    await expect(fetchFile({ mostBytes: BYTES.length - 1 })).rejects.toThrow(
      /has more than \d+ bytes, which no pinned file has/,
    )
    expect(waits).toEqual([])
  })
})

describe('over HTTPS', () => {
  const { key, cert } = createSelfSigned('localhost')
  const secure = createServer({ key, cert }, (_, response) => {
    asked++
    response.end(BYTES)
  })
  let asked = 0
  let url: string
  beforeAll(async () => {
    await new Promise<void>((resolve) => secure.listen(0, 'localhost', resolve))
    url = `https://localhost:${(secure.address() as AddressInfo).port}/file`
  })
  afterAll(
    () =>
      new Promise((resolve) => {
        secure.close(resolve)
        secure.closeAllConnections()
      }),
  )

  test('a host that nobody vouches for is asked for nothing, and once only', async () => {
    await expect(fetchFile({ url })).rejects.toThrow(/self.signed certificate/)
    expect([asked, waits]).toEqual([0, []])
  })

  test('nor is it where a mirror leads there', async () => {
    server.answers = [{ status: 302, headers: { location: url } }]
    await expect(fetchFile()).rejects.toThrow(Unavailable)
    expect([asked, waits]).toEqual([0, []])
  })

  test('a host that somebody vouches for is used', async () => {
    const folder = writePlainSource(temporaryFolder('plain'))
    writeFileSync(join(folder, 'ca.pem'), cert)
    writeFileSync(
      join(folder, 'fetch.js'),
      `import { download } from './src/tools/download.js'
       const [url, sha256] = process.argv.slice(2)
       console.log((await download(url, sha256, console)).length)`,
    )
    const env = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') }
    const ended = await run([process.execPath, join(folder, 'fetch.js'), url, SHA256], { env })
    expect(ended).toEqual({ exitCode: 0, stdout: `${BYTES.length}\n`, stderr: '' })
    expect(asked).toBe(1)
  })
})

test('the digest is of the file, also where a server would pack it for the way', async () => {
  server.answers = [{ status: 200, headers: { 'content-type': 'application/gzip' }, body: gzipSync(BYTES) }]
  await expect(fetchFile()).rejects.toThrow('is not the file that is pinned')
  expect(server.requests[0]?.headers['accept-encoding']).toBe('identity')
})

describe('nobody is told who asks', () => {
  const TOKENS = ['GITHUB_TOKEN', 'GH_TOKEN', 'ACTIONS_RUNTIME_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN']
  const CANARY = 'canary-4c1f'
  const before = TOKENS.map((name) => [name, process.env[name]] as const)
  beforeEach(() => {
    for (const name of TOKENS) process.env[name] = CANARY
  })
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name)
      else process.env[name] = value
    }
  })

  test('neither a mirror nor the host that it redirects to', async () => {
    server.answers = [
      {
        status: 302,
        headers: { location: `${other.base}/storage/file`, 'set-cookie': 'session=1; Domain=localhost' },
      },
    ]
    other.answers = [{ status: 503, headers: { 'set-cookie': 'session=2' } }, WHOLE]
    await fetchFile()
    const requests = [...server.requests, ...other.requests]
    expect(requests.map(({ url }) => url)).toEqual(['/file', '/file', '/storage/file', '/storage/file'])
    for (const { url, headers } of requests) {
      expect(Object.keys(headers)).not.toContain('authorization')
      expect(Object.keys(headers)).not.toContain('cookie')
      expect(url + JSON.stringify(headers)).not.toContain(CANARY)
    }
  })
})
