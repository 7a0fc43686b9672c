// Finding and getting tools, with programs and a download server of our own in the place of syft, cosign and GitHub.

import { createHash } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import tar from 'tar-stream'
import type { Host, Log } from '../../src/host/host.js'
import { createLocalHost } from '../../src/host/local.js'
import { COSIGN, provideTool, SYFT, type Tool, type ToolSource } from '../../src/tools/index.js'
import { startDownloadServer, type DownloadServer } from '../support/download-server.js'
import { writePlainSource } from '../support/plain-source.js'
import { cleanEnvironment, run, runChecked } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'

/** A fake of a tool: a program that prints its version as syft and cosign do. */
const fakeTool = (version: string) => `#!/bin/sh\necho '{"version": "${version}"}'\n`

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

let server: DownloadServer

beforeAll(async () => {
  server = await startDownloadServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.answers = []
  server.requests = []
})

/** The fakes run wherever there is a shell, whatever platform they are called for. */
const from = (gosumdb: string): ToolSource => ({
  baseUrl: server.base,
  goos: 'linux',
  goarch: 'amd64',
  gosumdb,
})

/** One run. @param tools the tool folder, where runs share one */
function createHost(
  options: { readonly pathFolder?: string; readonly tools?: string } = {},
): Host & { lines: string[]; warnings: string[] } {
  const { pathFolder } = options
  const folder = temporaryFolder('tools')
  const environment = {
    ...cleanEnvironment(),
    XDG_CACHE_HOME: folder,
    LOCALAPPDATA: folder,
    PATH: [pathFolder, cleanEnvironment()['PATH']].filter((part) => part !== undefined).join(delimiter),
  }
  const lines: string[] = []
  const warnings: string[] = []
  const log: Log = {
    info: (line) => void lines.push(line),
    notice: (line) => void lines.push(line),
    warning: (line) => void warnings.push(line),
    error: (line) => void lines.push(line),
    group: (_, work) => work(),
  }
  const host = createLocalHost(environment)
  mkdirSync(host.folders.scratch, { recursive: true })
  return {
    ...host,
    lines,
    warnings,
    log,
    folders: { ...host.folders, tools: options.tools ?? join(folder, 'tools') },
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

/** Every file below a folder, relative to it; none where there is no folder. */
function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort()
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

/** A folder with a program `syft` of that version, which adds a line to the file `runs` beside it whenever it is run. */
function folderWith(version: string): string {
  const folder = temporaryFolder('path')
  writeFileSync(
    join(folder, 'syft'),
    fakeTool(version).replace('\n', `\necho "syft $*" >>'${join(folder, 'runs')}'\n`),
  )
  chmodSync(join(folder, 'syft'), 0o755)
  return folder
}

/** A program of version 1.3.0, and one that leaves a file behind where it is run. */
const PROGRAM = Buffer.from(fakeTool('1.3.0'))
const isRun = (folder: string) => existsSync(join(folder, 'was-run'))
const evilProgram = (folder: string) => Buffer.from(`#!/bin/sh\necho >'${join(folder, 'was-run')}'\n`)

// The fakes are shell scripts.
if (process.platform !== 'win32') {
  describe('a tool on PATH', () => {
    test.each(['1.2.0', '1.10.0', '1.3.0-rc.1'])('of version %s is taken', async (version) => {
      const pathFolder = folderWith(version)
      expect(await provideTool(createHost({ pathFolder }), createTool('syft', Buffer.of()), from('on'))).toBe(
        join(pathFolder, 'syft'),
      )
      expect(server.requests).toEqual([])
    })

    // The last kind may have other flags.
    test.each(['1.1.9', '1.2.0-rc.1', '[not provided]', '2.0.0', '2.0.0-rc.1', '10.2.0'])(
      'of version %s is asked for that, and never run again',
      async (version) => {
        server.answers = [{ status: 200, body: PROGRAM }]
        const pathFolder = folderWith(version)
        const host = createHost({ pathFolder })
        const tool = createTool('syft-bare', PROGRAM, { versionCommand: ['version', '--json'] })
        const program = await provideTool(host, tool, from('on'))
        expect(JSON.parse(await runChecked([program]))).toEqual({ version: '1.3.0' })
        expect(host.lines.join('\n')).toContain('is not 1.2.0 or later below 2.0.0')
        expect(readFileSync(join(pathFolder, 'runs'), 'utf8')).toBe('syft version --json\n')
      },
    )
  })

  describe('a download', () => {
    test.each([
      ['of the bare program', 'syft-linux', () => Promise.resolve(PROGRAM)],
      ['in a tar.gz', 'syft.tar.gz', () => tarball('syft', fakeTool('1.3.0'))],
      ['in a zip', 'syft.zip', () => Promise.resolve(zipSync({ syft: PROGRAM }))],
    ])('%s is verified, kept and run', async (_, file, make) => {
      const bytes = await make()
      server.answers = [{ status: 200, body: bytes }]
      const host = createHost()
      const tool = createTool(file, bytes)
      const program = await provideTool(host, tool, from('on'))
      expect(server.requests.map(({ url }) => url)).toEqual([`/owner/syft/releases/download/v1.3.0/${file}`])
      expect(JSON.parse(await runChecked([program]))).toEqual({ version: '1.3.0' })
      expect(filesBelow(host.folders.tools)).toEqual([join('syft', '1.3.0', file)])
      // The next run finds it there, and runs a copy of its own.
      const next = createHost({ tools: host.folders.tools })
      const again = await provideTool(next, tool, from('on'))
      expect(again.startsWith(next.folders.scratch)).toBe(true)
      expect(JSON.parse(await runChecked([again]))).toEqual({ version: '1.3.0' })
      expect(server.requests).toHaveLength(1)
    })

    test('is tried again while the server is busy', async () => {
      const busy = { 'retry-after': '0' }
      server.answers = [
        { status: 503, headers: busy },
        { status: 429, headers: busy },
        { status: 200, body: PROGRAM },
      ]
      const host = createHost()
      await provideTool(host, createTool('syft-linux', PROGRAM), from('on'))
      expect(server.requests).toHaveLength(3)
      expect(host.lines.join('\n')).toContain('HTTP 429; trying again in 0 s')
    })

    test.each([
      ['tampered with', (folder: string) => evilProgram(folder)],
      ['longer', () => Buffer.concat([PROGRAM, Buffer.from('#')])],
      ['truncated', () => PROGRAM.subarray(0, -1)],
      ['empty', () => Buffer.of()],
      ['of another version', () => Buffer.from(fakeTool('1.4.0'))],
    ])('that is %s is an error, is never run, and nothing of it is kept', async (_, spoil) => {
      const folder = temporaryFolder('evil')
      server.answers = [{ status: 200, body: spoil(folder) }]
      const host = createHost()
      await expect(provideTool(host, createTool('syft-linux', PROGRAM), from('on'))).rejects.toThrow(
        /is not the file that is pinned: SHA-256 [0-9a-f]{64} instead of [0-9a-f]{64}/,
      )
      expect(isRun(folder)).toBe(false)
      expect([...filesBelow(host.folders.tools), ...filesBelow(host.folders.scratch)]).toEqual([])
      expect(host.lines.join('\n')).not.toContain('go install')
    })

    test('without the program in it is an error', async () => {
      const bytes = await tarball('other', 'x')
      server.answers = [{ status: 200, body: bytes }]
      await expect(provideTool(createHost(), createTool('syft.tar.gz', bytes), from('on'))).rejects.toThrow(
        'syft.tar.gz does not hold syft',
      )
    })

    test('is used all the same where nothing can be kept', async () => {
      server.answers = [{ status: 200, body: PROGRAM }]
      const file = join(temporaryFolder('full'), 'a-file')
      writeFileSync(file, '')
      const host = createHost({ tools: join(file, 'tools') })
      const program = await provideTool(host, createTool('syft-linux', PROGRAM), from('on'))
      expect(JSON.parse(await runChecked([program]))).toEqual({ version: '1.3.0' })
      expect(host.lines.join('\n')).toContain('cannot be kept for the next run')
    })
  })

  describe('a tool in the tool folder', () => {
    /** A run has left it there. */
    async function keepOne(bytes: Uint8Array, file: string) {
      server.answers = [{ status: 200, body: bytes }]
      const host = createHost()
      const tool = createTool(file, bytes)
      await provideTool(host, tool, from('on'))
      const { tools } = host.folders
      return { tool, tools, kept: join(tools, 'syft', '1.3.0', file) }
    }

    test.each([
      [
        'replaced',
        (kept: string, evil: Buffer) => {
          writeFileSync(kept, evil)
        },
      ],
      [
        'lengthened',
        (kept: string) => {
          appendFileSync(kept, '# more')
        },
      ],
      [
        'truncated',
        (kept: string) => {
          truncateSync(kept, 20)
        },
      ],
      [
        'emptied',
        (kept: string) => {
          truncateSync(kept, 0)
        },
      ],
    ])('that was %s is never run, but told of and fetched anew', async (_, change) => {
      const { tool, tools, kept } = await keepOne(PROGRAM, 'syft-linux')
      const folder = temporaryFolder('evil')
      change(kept, evilProgram(folder))
      const next = createHost({ tools })
      const program = await provideTool(next, tool, from('on'))
      expect(next.warnings).toEqual([
        expect.stringMatching(
          /syft-linux was changed since it was kept .*; it is not used, and fetched anew$/,
        ),
      ])
      expect(JSON.parse(await runChecked([program]))).toEqual({ version: '1.3.0' })
      expect(isRun(folder)).toBe(false)
      expect(readFileSync(kept)).toEqual(PROGRAM)
      expect(server.requests).toHaveLength(2)
    })

    test('that was changed is never run where it cannot be fetched anew either', async () => {
      const { tool, tools, kept } = await keepOne(PROGRAM, 'syft-linux')
      const folder = temporaryFolder('evil')
      writeFileSync(kept, evilProgram(folder))
      server.answers = [{ status: 404 }]
      await expect(provideTool(createHost({ tools }), tool, from('off'))).rejects.toThrow(/cannot be had/)
      expect(isRun(folder)).toBe(false)
      expect(filesBelow(tools)).toEqual([])
    })

    test('that is an archive is unpacked by each run for itself', async () => {
      const bytes = await tarball('syft', fakeTool('1.3.0'))
      const { tool, tools, kept } = await keepOne(bytes, 'syft.tar.gz')
      writeFileSync(kept, await tarball('syft', '#!/bin/sh\n'))
      const next = createHost({ tools })
      expect(JSON.parse(await runChecked([await provideTool(next, tool, from('on'))]))).toEqual({
        version: '1.3.0',
      })
      expect(next.warnings).toHaveLength(1)
    })

    test('that this action did not put there is no tool', async () => {
      const { tool, tools, kept } = await keepOne(PROGRAM, 'syft-linux')
      rmSync(kept)
      const folder = temporaryFolder('evil')
      const evil = evilProgram(folder)
      const built = join(tools, 'syft', 'built-1.7.12', 'linux-amd64')
      mkdirSync(built, { recursive: true })
      for (const file of [join(dirname(kept), 'syft'), join(built, 'syft'), join(built, '0'.repeat(64))]) {
        writeFileSync(file, evil, { mode: 0o755 })
      }
      const program = await provideTool(createHost({ tools }), tool, from('on'))
      expect(JSON.parse(await runChecked([program]))).toEqual({ version: '1.3.0' })
      expect(isRun(folder)).toBe(false)
      expect(server.requests).toHaveLength(2)
    })

    test.each<[string, (kept: string, evil: string) => unknown]>([
      [
        'a link',
        (kept, evil) => {
          symlinkSync(evil, kept)
        },
      ],
      ['a pipe that nobody writes to', (kept) => runChecked(['mkfifo', kept])],
      [
        'a folder',
        (kept) => {
          mkdirSync(kept)
        },
      ],
    ])('that is %s is no tool', async (_, put) => {
      const { tool, tools, kept } = await keepOne(PROGRAM, 'syft-linux')
      const folder = temporaryFolder('evil')
      const evil = join(folder, 'evil')
      writeFileSync(evil, evilProgram(folder), { mode: 0o755 })
      rmSync(kept)
      await put(kept, evil)
      const program = await provideTool(createHost({ tools }), tool, from('on'))
      expect(JSON.parse(await runChecked([program]))).toEqual({ version: '1.3.0' })
      expect(isRun(folder)).toBe(false)
      expect(readFileSync(evil)).toEqual(evilProgram(folder))
    })

    test('of a run that was killed while it wrote goes after a day', async () => {
      const { tool, tools, kept } = await keepOne(PROGRAM, 'syft-linux')
      const dayAgo = Date.now() / 1000 - 25 * 60 * 60
      writeFileSync(`${kept}.0badcafe.part`, 'half')
      utimesSync(`${kept}.0badcafe.part`, dayAgo, dayAgo)
      writeFileSync(`${kept}.00c0ffee.part`, 'half, by a run of just now')
      rmSync(kept)
      await provideTool(createHost({ tools }), tool, from('on'))
      expect(filesBelow(dirname(kept))).toEqual(['syft-linux', 'syft-linux.00c0ffee.part'])
    })
  })

  test('runs at once, with one tool folder, each have the tool and leave it whole', async () => {
    const runs = 6
    // Large enough for half of it to be seen.
    const program = Buffer.concat([PROGRAM, Buffer.from(`#${' '.repeat(5_000_000)}\n`)])
    server.answers = [{ status: 200, body: program, once: runs }]
    const tool = createTool('syft-linux', program, { name: 'syft-of-nobody' as 'syft' })
    const folder = writePlainSource(temporaryFolder('plain'))
    writeFileSync(
      join(folder, 'provide.js'),
      `import { execFileSync } from 'node:child_process'
       import { createLocalHost } from './src/host/local.js'
       import { openScratch } from './src/host/scratch.js'
       import { provideTool } from './src/tools/index.js'
       const { tool, from } = JSON.parse(process.argv[2])
       const host = createLocalHost({ ...process.env })
       const scratch = await openScratch(host.folders.scratch)
       const program = await provideTool(host, tool, from)
       console.log(program)
       console.log(execFileSync(program, { encoding: 'utf8' }))
       await scratch[Symbol.asyncDispose]()`,
    )
    const cache = realpathSync(temporaryFolder('cache'))
    const provide = () =>
      run([process.execPath, join(folder, 'provide.js'), JSON.stringify({ tool, from: from('off') })], {
        env: { XDG_CACHE_HOME: cache, HOME: cache },
      })
    const ended = await Promise.all(Array.from({ length: runs }, provide))
    for (const { exitCode, stdout, stderr } of ended) {
      expect([exitCode, stderr]).toEqual([0, ''])
      expect(stdout.trimEnd().endsWith('{"version": "1.3.0"}')).toBe(true)
    }
    expect(server.requests).toHaveLength(runs)
    const [kept = '', ...others] = filesBelow(cache)
    expect(others).toEqual([])
    expect(basename(kept)).toBe('syft-linux')
    expect(sha256(readFileSync(join(cache, kept)))).toBe(sha256(program))
    // And the next one needs no server.
    expect((await provide()).exitCode).toBe(0)
    expect(server.requests).toHaveLength(runs)
  })
}

describe('without a download', () => {
  /** A real tool that is quicker to compile than syft and cosign are. */
  const tool = () => createTool('actionlint-linux', Buffer.of(), { name: 'actionlint' as 'syft' })

  test('go install builds the tool, checked by the checksum database', async () => {
    server.answers = [{ status: 404 }]
    const host = createHost()
    const program = await provideTool(host, tool(), from('sum.golang.org'))
    expect(host.lines.join('\n')).toContain('HTTP 404; installing it with go instead')
    expect(await runChecked(['go', 'version', '-m', program])).toMatch(
      /mod\s+github\.com\/rhysd\/actionlint\s+v1\.7\.12/,
    )
    expect(server.requests).toHaveLength(1)

    // The next run finds it by its digest, and one that was changed since is built again.
    const { tools } = host.folders
    const [kept = '', ...others] = filesBelow(tools)
    expect(others).toEqual([])
    expect(basename(kept)).toBe(sha256(readFileSync(program)))
    await provideTool(createHost({ tools }), tool(), from('off'))
    expect(server.requests).toHaveLength(1)
    appendFileSync(join(tools, kept), 'more')
    const next = createHost({ tools })
    await expect(provideTool(next, tool(), from('off'))).rejects.toThrow(/cannot be had/)
    expect(next.warnings).toEqual([expect.stringContaining('was changed since it was kept')])
    expect(filesBelow(tools)).toEqual([])
  })

  test('and without a checksum database nothing is installed', async () => {
    server.answers = [{ status: 404 }]
    const refused = provideTool(createHost(), tool(), from('off'))
    await expect(refused).rejects.toThrow('; built by go: nothing would check it while GOSUMDB=off)')
    await expect(refused).rejects.toThrow(
      /^actionlint 1\.2\.0 or later cannot be had \(download: .*: HTTP 404; built by go: .*GOSUMDB=off\); put it on PATH, .*tools-base-url.*, or sbom: off$/,
    )
  })

  test('and without the module either, the error says on one line what was tried and what can be done', async () => {
    server.answers = [{ status: 404 }]
    const goInstall = { module: 'example.invalid/tool', version: '1.0.0', ldflags: '' }
    const host = createHost()
    const lacking = { ...tool(), goInstall, files: {} }
    await expect(provideTool(host, lacking, from('sum.golang.org'))).rejects.toThrow(
      /^actionlint 1\.2\.0 or later cannot be had \(download: there is none for linux\/amd64; built by go: .*example\.invalid\/tool.*\); put it on PATH, set tools-base-url to a mirror, or sbom: off$/,
    )
  })
})

test.each([SYFT, COSIGN])(
  '$name is pinned by SHA-256 for every platform that it is published for',
  (tool) => {
    const releases = Object.entries(tool.files)
    expect(releases.map(([platform]) => platform)).toEqual(
      expect.arrayContaining(['linux/amd64', 'linux/arm64', 'darwin/amd64', 'darwin/arm64', 'windows/amd64']),
    )
    for (const [platform, { file, sha256: pinned }] of releases) {
      expect(pinned).toMatch(/^[0-9a-f]{64}$/)
      const [goos = '', goarch = ''] = platform.split('/')
      expect(file).toMatch(new RegExp(`[-_]${goos}[-_]${goarch}(\\.|$)`))
    }
    expect(new Set(releases.map(([, { sha256: pinned }]) => pinned)).size).toBe(releases.length)
    expect(tool.releasePath.endsWith(`/v${tool.version}`)).toBe(true)
  },
)
