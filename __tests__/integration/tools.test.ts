// Finding and getting tools, with programs and a download server of our own in the place of syft, cosign and GitHub.

import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import tar from 'tar-stream'
import type { Host, Log } from '../../src/host/host.js'
import { createLocalHost } from '../../src/host/local.js'
import { openScratch } from '../../src/host/scratch.js'
import { provideTool, type Tool, type ToolSource } from '../../src/tools/index.js'
import { cleanEnvironment, runChecked } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'

/** A fake of a tool: a program that prints its version as syft and cosign do. */
const fakeTool = (version: string) => `#!/bin/sh\necho '{"version": "${version}"}'\n`

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Answers of the server, one after another; the last one stays. */
type Answer = { status: number; headers?: Record<string, string>; body?: Uint8Array }

let server: Server
let base: string
let answers: Answer[]
let requests: string[]

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request.url ?? '')
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? { status: 404 }
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))
beforeEach(() => {
  answers = []
  requests = []
})

/** The fakes run wherever there is a shell, whatever platform they are called for. */
const from = (gosumdb: string): ToolSource => ({ baseUrl: base, goos: 'linux', goarch: 'amd64', gosumdb })

function createHost(pathFolder?: string): Host & { lines: string[] } {
  const folder = temporaryFolder('tools')
  const environment = {
    ...cleanEnvironment(),
    XDG_CACHE_HOME: folder,
    LOCALAPPDATA: folder,
    PATH: [pathFolder, cleanEnvironment()['PATH']].filter((part) => part !== undefined).join(delimiter),
  }
  const lines: string[] = []
  const log: Log = {
    info: (line) => void lines.push(line),
    notice: (line) => void lines.push(line),
    warning: (line) => void lines.push(line),
    error: (line) => void lines.push(line),
    group: (_, work) => work(),
  }
  const host = createLocalHost(environment)
  return {
    ...host,
    lines,
    log,
    folders: { ...host.folders, tools: join(folder, 'tools') },
    // The real host searches the PATH of this process.
    processes: {
      ...host.processes,
      find: (program) => {
        const file = join(pathFolder ?? '', program)
        return Promise.resolve(pathFolder !== undefined && existsSync(file) ? file : undefined)
      },
    },
  }
}

function createTool(file: string, bytes: Uint8Array, overrides: Partial<Tool> = {}): Tool {
  return {
    name: 'syft',
    input: 'sbom',
    oldest: '1.2.0',
    version: '1.3.0',
    releasePath: 'owner/syft/releases/download/v1.3.0',
    files: { 'linux/amd64': { file, sha256: sha256(bytes) } },
    goInstall: { module: 'github.com/rhysd/actionlint/cmd/actionlint', version: '1.7.12', ldflags: '-s -w' },
    versionCommand: [],
    versionField: 'version',
    ...overrides,
  }
}

async function tarball(name: string, content: string): Promise<Uint8Array> {
  const pack = tar.pack()
  pack.entry({ name: 'README.md' }, 'read me')
  pack.entry({ name, mode: 0o755 }, content)
  pack.finalize()
  return gzipSync(Buffer.concat((await Readable.from(pack).toArray()) as Buffer[]))
}

/** A folder with a program `syft` of that version. */
function folderWith(version: string): string {
  const folder = temporaryFolder('path')
  writeFileSync(join(folder, 'syft'), fakeTool(version))
  chmodSync(join(folder, 'syft'), 0o755)
  return folder
}

// The fakes are shell scripts.
if (process.platform !== 'win32') {
  describe('a tool on PATH', () => {
    test('is taken where it is new enough', async () => {
      const folder = folderWith('1.10.0')
      expect(await provideTool(createHost(folder), createTool('syft', Buffer.of()), from('on'))).toBe(
        join(folder, 'syft'),
      )
      expect(requests).toEqual([])
    })

    test.each(['1.1.9', '[not provided]'])('of version %s is not', async (version) => {
      const bytes = Buffer.from(fakeTool('1.3.0'))
      answers = [{ status: 200, body: bytes }]
      const host = createHost(folderWith(version))
      const program = await provideTool(host, createTool('syft-bare', bytes), from('on'))
      expect(program.startsWith(host.folders.tools)).toBe(true)
      expect(host.lines.join('\n')).toContain('is not 1.2.0 or later')
    })
  })

  describe('a download', () => {
    test.each([
      ['of the bare program', 'syft-linux', () => Promise.resolve(Buffer.from(fakeTool('1.3.0')))],
      ['in a tar.gz', 'syft.tar.gz', () => tarball('syft', fakeTool('1.3.0'))],
      ['in a zip', 'syft.zip', () => Promise.resolve(zipSync({ syft: Buffer.from(fakeTool('1.3.0')) }))],
    ])('%s is verified, kept and run', async (_, file, make) => {
      const bytes = await make()
      answers = [{ status: 200, body: bytes }]
      const host = createHost()
      const tool = createTool(file, bytes)
      const program = await provideTool(host, tool, from('on'))
      expect(requests).toEqual([`/owner/syft/releases/download/v1.3.0/${file}`])
      expect(JSON.parse(await runChecked([program]))).toEqual({ version: '1.3.0' })
      // The second time it is there.
      expect(await provideTool(host, tool, from('on'))).toBe(program)
      expect(requests).toHaveLength(1)
      expect(readdirSync(host.folders.tools)).toEqual(['syft'])
    })

    test('is tried again while the server is busy, as long as it asks', async () => {
      const bytes = Buffer.from(fakeTool('1.3.0'))
      answers = [
        { status: 503 },
        { status: 429, headers: { 'retry-after': '0' } },
        { status: 200, body: bytes },
      ]
      const host = createHost()
      await provideTool(host, createTool('syft-linux', bytes), from('on'))
      expect(requests).toHaveLength(3)
      expect(host.lines.join('\n')).toContain('HTTP 429; trying again in 0 s')
    })

    test.each([
      ['tampered with', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('#')])],
      ['truncated', (bytes: Buffer) => bytes.subarray(0, -1)],
      ['empty', () => Buffer.of()],
    ])('that is %s is an error, and nothing of it is kept', async (_, spoil) => {
      const bytes = Buffer.from(fakeTool('1.3.0'))
      answers = [{ status: 200, body: spoil(bytes) }]
      const host = createHost()
      await expect(provideTool(host, createTool('syft-linux', bytes), from('on'))).rejects.toThrow(
        /is not the file that is pinned: SHA-256 [0-9a-f]{64} instead of [0-9a-f]{64}/,
      )
      expect(readdirSync(host.folders.tools)).toEqual([])
    })

    test('without the program in it is an error', async () => {
      const bytes = await tarball('other', 'x')
      answers = [{ status: 200, body: bytes }]
      await expect(provideTool(createHost(), createTool('syft.tar.gz', bytes), from('on'))).rejects.toThrow(
        'syft.tar.gz does not hold syft',
      )
    })
  })
}

describe('without a download', () => {
  /** A real tool that is quicker to compile than syft and cosign are. */
  const tool = () => createTool('actionlint-linux', Buffer.of(), { name: 'actionlint' as 'syft' })

  test('go install builds the tool, checked by the checksum database', async () => {
    answers = [{ status: 404 }]
    const host = createHost()
    await openScratch(host.folders.scratch)
    const program = await provideTool(host, tool(), from('sum.golang.org'))
    expect(host.lines.join('\n')).toContain('HTTP 404; installing it with go instead')
    expect(await runChecked(['go', 'version', '-m', program])).toMatch(
      /mod\s+github\.com\/rhysd\/actionlint\s+v1\.7\.12/,
    )
  })

  test('and without a checksum database nothing is installed', async () => {
    answers = [{ status: 404 }]
    await expect(provideTool(createHost(), tool(), from('off'))).rejects.toThrow(
      /^actionlint 1\.2\.0 or later cannot be had \(download: .*: HTTP 404; built by go: .*GOSUMDB=off\); put it on PATH, .*tools-base-url.*, or sbom: off$/,
    )
  })

  test('and without the module either, the error says on one line what was tried and what can be done', async () => {
    answers = [{ status: 404 }]
    const goInstall = { module: 'example.invalid/tool', version: '1.0.0', ldflags: '' }
    const host = createHost()
    const lacking = { ...tool(), goInstall, files: {} }
    await openScratch(host.folders.scratch)
    await expect(provideTool(host, lacking, from('sum.golang.org'))).rejects.toThrow(
      /^actionlint 1\.2\.0 or later cannot be had \(download: there is none for linux\/amd64; built by go: .*example\.invalid\/tool.*\); put it on PATH, set tools-base-url to a mirror, or sbom: off$/,
    )
  })
})
