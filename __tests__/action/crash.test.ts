// The action is stopped at every stage, killed, and given disks that it cannot write to: what is left of it, and what the next run makes of that.

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runAction, type ActionRun } from '../support/action-runner.js'
import { createKeyPair } from '../support/key-pair.js'
import {
  filesBelow,
  startMarked,
  variableOf,
  type MarkedProcess,
  type MarkedRun,
} from '../support/marked-run.js'
import { commitAll, temporaryModule } from '../support/modules.js'
import { cleanEnvironment } from '../support/processes.js'
import { listArchive, readChecksums, sha256 } from '../support/release-files.js'
import { temporaryFolder } from '../support/temporary.js'
import { requireTool, tools, toolsFolder } from '../support/test-tools.js'

const isLinux = process.platform === 'linux'
/** What runs and what is left of it is read from /proc. */
const withTools = isLinux ? requireTool('node24', 'syft', 'cosign') : test.skip

const MATRIX = 'linux/amd64,windows/amd64,darwin/arm64'
/** Without a cache service `on` is Go's own cache: what is signed would be compiled anew each time. */
const INPUTS = { matrix: MATRIX, upload: 'false', cache: 'on', sign: 'key', 'cosign-key': 'throwaway' }
const MODULE = {
  'go.mod': 'module example.com/project\n\ngo 1.24\n',
  'main.go': 'package main\n\nfunc main() { println("hello") }\n',
}

const withToolsOnPath = (...before: readonly string[]) =>
  [...before, toolsFolder, cleanEnvironment()['PATH']].join(delimiter)
const path = { PATH: withToolsOnPath() }

/** An empty one: with a full one there is nothing to compile. */
const emptyCache = () => ({ GOCACHE: temporaryFolder('gocache') })

const works = (run: MarkedRun, ...words: readonly string[]): boolean =>
  run
    .processes()
    .some(({ argv: [program = '', ...args] }) =>
      words.every((word) => [program.split('/').at(-1), ...args].includes(word)),
    )

const workOf = ({ temp }: MarkedRun) => join(temp, 'go-cross-release')
const outputOf = ({ temp }: MarkedRun) => join(temp, 'go-cross-release-files')
const scratchesOf = (run: MarkedRun) =>
  existsSync(workOf(run)) ? readdirSync(workOf(run)).filter((name) => name.startsWith('run-')) : []

/** What lies in the output directory is whole: by its digest where there are any, else as far as its format tells. */
async function expectWhole(folder: string): Promise<void> {
  const names = existsSync(folder) ? readdirSync(folder) : []
  for (const name of names.filter((each) => /\.(tar\.gz|zip)$/.test(each))) {
    expect(Object.keys(await listArchive(join(folder, name)))).not.toEqual([])
  }
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    expect(JSON.parse(readFileSync(join(folder, name), 'utf8'))).toBeInstanceOf(Object)
  }
  if (names.includes('SHA256SUMS')) {
    const sums = readChecksums(join(folder, 'SHA256SUMS'))
    const actual = Object.keys(sums).map((name) => [name, sha256(join(folder, name))])
    expect(Object.fromEntries(actual)).toEqual(sums)
  } else if (names.includes('manifest.json')) {
    const { status } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { status: string }
    expect(status).not.toBe('done')
  }
}

const holding = (folder: string, text: string) =>
  filesBelow(folder).filter((file) => readFileSync(file).includes(text))

/** A server that answers nothing: whoever asks it waits. */
async function silentServer() {
  let asked = 0
  const server = createServer(() => {
    asked++
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked > 0,
    [Symbol.dispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const MOUNTING = ['unshare', '--mount', '--map-root-user']

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** Not in every container, and on no other system. */
function mayMount(): boolean {
  const mount = `mount -t tmpfs tmpfs '${temporaryFolder('mount')}'`
  const may = isLinux && spawnSync(MOUNTING[0] ?? '', [...MOUNTING.slice(1), 'sh', '-c', mount]).status === 0
  if (!may) process.stderr.write('skipped: disks of a test need the right to mount in a namespace\n')
  return may
}

/** From the runner's source: SIGINT first, then SIGTERM, then the end of all processes. */
const SIGTERM_AFTER_MS = 7500
const KILL_AFTER_MS = 10_000

/** @returns how the run ended, before the runner would have killed it */
async function stopBy(run: MarkedRun, first: NodeJS.Signals): Promise<ActionRun> {
  const started = performance.now()
  run.kill(first)
  const timers = [
    setTimeout(() => {
      run.kill('SIGTERM')
    }, SIGTERM_AFTER_MS),
    setTimeout(() => {
      for (const { pid } of run.processes()) process.kill(pid, 'SIGKILL')
    }, KILL_AFTER_MS),
  ]
  const ended = await run.ended
  for (const timer of timers) clearTimeout(timer)
  expect(performance.now() - started).toBeLessThan(KILL_AFTER_MS)
  return ended
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, exitCode) => {
  /** Nothing is left that works, that is half, or that is secret. */
  async function expectStopped(run: MarkedRun): Promise<void> {
    const ended = await stopBy(run, signal)
    expect(run.processes()).toEqual([])
    expect(ended).toMatchObject({ exitCode, stderr: `stopped: ${signal}\n` })
    // Whoever stops a run is not told that it failed.
    expect(ended.annotations.filter(({ level }) => level === 'error')).toEqual([])
    expect(scratchesOf(run)).toEqual([])
    expect(holding(run.temp, 'PRIVATE KEY')).toEqual([])
    await expectWhole(outputOf(run))
  }

  let folder: string
  beforeAll(async () => {
    folder = await temporaryModule(MODULE, { git: { tags: ['v1.0.0'] } })
  })

  withTools('while it plans', async () => {
    const run = startMarked({ cwd: folder, inputs: INPUTS, env: path })
    await run.reach(() => works(run, 'go', 'list'))
    await expectStopped(run)
  })

  withTools('while it makes the key', async () => {
    const run = startMarked({ cwd: folder, inputs: INPUTS, env: path })
    await run.reach(() => works(run, 'cosign', 'generate-key-pair'))
    await expectStopped(run)
  })

  withTools('while modules are downloaded', async () => {
    using server = await silentServer()
    const needy = await temporaryModule(
      {
        'go.mod': `${MODULE['go.mod']}\nrequire example.com/dependency v1.0.0\n`,
        'go.sum': `example.com/dependency v1.0.0 h1:${'a'.repeat(43)}=\nexample.com/dependency v1.0.0/go.mod h1:${'a'.repeat(43)}=\n`,
        'main.go': MODULE['main.go'],
      },
      { git: {} },
    )
    const env = { ...path, GOPROXY: server.url, GOSUMDB: 'off', GOMODCACHE: temporaryFolder('modules') }
    const run = startMarked({ cwd: needy, inputs: INPUTS, env })
    await run.reach(server.asked)
    await expectStopped(run)
  })

  withTools('while it compiles', async () => {
    const run = startMarked({ cwd: folder, inputs: INPUTS, env: { ...path, ...emptyCache() } })
    await run.reach(() => works(run, 'compile'))
    await expectStopped(run)
    expect(existsSync(outputOf(run))).toBe(false)
  })

  withTools('while it packs', async () => {
    const large = await temporaryModule(MODULE, { git: {} })
    writeFileSync(join(large, 'large'), randomBytes(200e6))
    await commitAll(large)
    const inputs = { ...INPUTS, 'archive-files': 'large', sbom: 'off' }
    const run = startMarked({ cwd: large, inputs, env: path })
    await run.reach(() =>
      filesBelow(workOf(run)).some(
        (file) => file.endsWith('.partial') && (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 1e6,
      ),
    )
    await expectStopped(run)
    expect(existsSync(outputOf(run))).toBe(false)
  })

  withTools('while syft scans', async () => {
    const run = startMarked({ cwd: folder, inputs: INPUTS, env: path })
    await run.reach(() => works(run, 'syft', 'scan'))
    await expectStopped(run)
  })

  withTools('while cosign signs', async () => {
    const run = startMarked({ cwd: folder, inputs: INPUTS, env: path })
    await run.reach(() => works(run, 'cosign', 'sign-blob'))
    await expectStopped(run)
    expect(readdirSync(outputOf(run))).toContain('SHA256SUMS')
  })

  withTools('while cosign attests', async () => {
    const run = startMarked({ cwd: folder, inputs: INPUTS, env: path })
    await run.reach(() => works(run, 'cosign', 'attest-blob'))
    await expectStopped(run)
  })

  withTools('while it uploads', async () => {
    using server = await silentServer()
    const scope = {
      scp: 'Actions.Results:a4d5bfb0-5f0c-4d2c-9d8e-6f1e3b1d7c10:b1f0c7de-0e51-5a57-8f0e-1c1f2a3b4c5d',
    }
    const token = ['{}', JSON.stringify(scope), '']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.')
    const env = { ...path, ACTIONS_RESULTS_URL: `${server.url}/`, ACTIONS_RUNTIME_TOKEN: token }
    const run = startMarked({ cwd: folder, inputs: { ...INPUTS, upload: 'true', cache: 'off' }, env })
    await run.reach(server.asked)
    await expectStopped(run)
    expect(readdirSync(outputOf(run))).toContain('provenance.intoto.json.sigstore.json')
  })

  withTools.each([
    ['that ignores it', `trap '' INT TERM; sleep 60`],
    [
      'that has left its group and keeps the output open',
      `setsid sh -c 'echo $$ > "$PID_FILE"; exec sleep 60'; sleep 60`,
    ],
  ])('of a generator %s, and told twice', async (_, script) => {
    const stubborn = await temporaryModule(
      { ...MODULE, 'generate.go': `package main\n\n//go:generate sh generate.sh\n`, 'generate.sh': script },
      { git: {} },
    )
    const pidFile = join(temporaryFolder('pid'), 'pid')
    const run = startMarked({
      cwd: stubborn,
      inputs: { ...INPUTS, generate: 'true' },
      env: { ...path, PID_FILE: pidFile },
    })
    await run.reach(() => works(run, 'sleep'))
    // As from somebody who cannot wait.
    setTimeout(() => {
      run.kill(signal)
    }, 1000)
    try {
      const ended = await stopBy(run, signal)
      expect(ended.exitCode).toBe(exitCode)
      expect(scratchesOf(run)).toEqual([])
      expect(holding(run.temp, 'PRIVATE KEY')).toEqual([])
    } finally {
      // What has left its group is not the action's any more, and the runner ends it with the job.
      if (existsSync(pidFile)) process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL')
    }
    await sleep(100)
    expect(run.processes()).toEqual([])
  })
})

withTools.each([
  ['it compiles', (run: MarkedRun) => works(run, 'compile')],
  ['cosign signs', (run: MarkedRun) => works(run, 'cosign', 'sign-blob')],
])('killed while %s: the next run removes what is left, and works', async (_, isThere) => {
  const folder = await temporaryModule(MODULE, { git: { tags: ['v1.0.0'] } })
  const env = { ...path, ...emptyCache() }
  const killed = startMarked({ cwd: folder, inputs: INPUTS, env })
  await killed.reach(() => isThere(killed))
  killed.kill('SIGKILL')
  expect((await killed.ended).exitCode).toBeNull()
  expect(holding(workOf(killed), 'PRIVATE KEY')).toEqual([])

  const next = startMarked({
    cwd: folder,
    inputs: { ...INPUTS, matrix: 'linux/amd64' },
    env,
    temp: killed.temp,
  })
  const { exitCode, stdout, outputs } = await next.ended
  expect([exitCode, stdout]).toEqual([0, expect.any(String)])
  expect(
    readdirSync(workOf(next)).filter((name) => name.startsWith('run-') || name.endsWith('.lock')),
  ).toEqual([])
  expect(holding(next.temp, 'PRIVATE KEY')).toEqual([])
  expect(Object.keys(readChecksums(outputs['checksums'] ?? ''))).toEqual([
    'project_v1.0.0_linux_amd64.spdx.json',
    'project_v1.0.0_linux_amd64.tar.gz',
  ])
  expect(readdirSync(outputOf(next)).filter((name) => /windows|darwin|partial/.test(name))).toEqual([])
  await expectWhole(outputOf(next))
})

describe('keys on disk', () => {
  /** All that the run has written when cosign signs, with the run held in that moment; `look` gets the signing process. */
  async function atSigning(
    inputs: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>>,
    look: (run: MarkedRun, cosign: MarkedProcess) => void,
  ): Promise<void> {
    const folder = await temporaryModule(MODULE, { git: {} })
    const run = startMarked({
      cwd: folder,
      inputs: { ...INPUTS, ...inputs, matrix: 'linux/amd64', sbom: 'off' },
      env: { ...path, ...env },
    })
    await run.reach(() => works(run, 'cosign', 'sign-blob'))
    const held = run.processes()
    for (const { pid } of held) process.kill(pid, 'SIGSTOP')
    try {
      const cosign = held.find(({ argv }) => argv.includes('sign-blob'))
      if (cosign === undefined) throw new Error('cosign has ended')
      look(run, cosign)
    } finally {
      for (const { pid } of held) process.kill(pid, 'SIGCONT')
    }
    expect((await run.ended).exitCode).toBe(0)
  }

  withTools('one that comes from a variable is in no file, nor is its password', async () => {
    const { privateKey, password } = await createKeyPair()
    const body = privateKey.split('\n')[1] ?? ''
    await atSigning(
      { 'cosign-key': 'env://RELEASE_KEY', 'cosign-password': password },
      { RELEASE_KEY: privateKey },
      (run, cosign) => {
        expect(variableOf(cosign, 'RELEASE_KEY')).toContain(body)
        for (const text of [body, password, 'PRIVATE KEY']) expect(holding(run.temp, text)).toEqual([])
      },
    )
  })

  withTools('a throwaway one is in no file once it is made, nor is its password', async () => {
    await atSigning({}, {}, (run, cosign) => {
      const password = variableOf(cosign, 'COSIGN_PASSWORD') ?? ''
      expect(password).toMatch(/^[0-9a-f]{32}$/)
      expect(holding(run.temp, password)).toEqual([])
      expect(holding(run.temp, 'PRIVATE KEY')).toEqual([])
      expect(statSync(join(workOf(run), scratchesOf(run)[0] ?? '')).mode & 0o077).toBe(0)
    })
  })
})

describe('a disk that cannot be written to', () => {
  const withDisks = mayMount() ? requireTool('node24', 'syft', 'cosign') : test.skip

  /** Runs the action with a disk of its own at `at`; resolves also to the names that it leaves there. */
  async function runOn(at: string, options: string, given: Parameters<typeof runAction>[0]) {
    const folder = temporaryFolder('mount')
    const [node, left] = [join(folder, 'node'), join(folder, 'left')]
    mkdirSync(at, { recursive: true })
    const inside = `mount -t tmpfs -o ${options} tmpfs '${at}' && '${tools.node24}' "$@"; code=$?; ls -A '${at}' > '${left}'; exit $code`
    // Of the shells, bash hands on variables whose names are not of a shell's, as those of inputs.
    writeFileSync(node, `#!/bin/bash\nexec ${MOUNTING.join(' ')} bash -c ${quote(inside)} bash "$@"\n`)
    chmodSync(node, 0o755)
    const ended = await runAction({ ...given, node })
    const errors = ended.annotations
      .filter(({ level }) => level === 'error')
      .map(({ message }) => message)
      // It only counts what was told before.
      .filter((message) => !/targets failed: /.test(message))
    return { ...ended, errors, left: readFileSync(left, 'utf8').split('\n').filter(Boolean) }
  }

  let folder: string
  beforeAll(async () => {
    folder = await temporaryModule(MODULE, { git: { tags: ['v1.0.0'] } })
    writeFileSync(join(folder, 'large'), randomBytes(2e6))
    await commitAll(folder, ['v1.0.0'])
  })
  const release = { ...INPUTS, 'archive-files': 'large' }

  withDisks.each([
    ['read-only', 'ro', /^input output-directory: .* cannot be written to: .*EROFS/],
    ['full at the first file', 'size=64k,nr_inodes=2', /^the disk is full \(.*\); /],
    ['full at the first archive', 'size=64k', /^the disk is full \(.*\.tar\.gz\.partial\); /],
    ['full at a later one', 'size=6m', /^the disk is full \(.*\.(zip|tar\.gz)\.partial\); /],
  ])('the output directory is %s', async (_, options, error) => {
    const output = join(temporaryFolder('output'), 'files')
    const ended = await runOn(output, options, {
      cwd: folder,
      inputs: { ...release, 'output-directory': output },
      env: path,
    })
    expect(ended.errors).toEqual([expect.stringMatching(error)])
    expect(ended.exitCode).toBe(1)
    expect(ended.left.filter((name) => name.endsWith('.partial') || name === 'SHA256SUMS')).toEqual([])
  })

  withDisks.each([
    ['read-only', 'ro', /where this action works, cannot be made: .*EROFS/],
    ['without room for a file', 'size=64k,nr_inodes=1', /where this action works, cannot be made: .*ENOSPC/],
    ['full when Go compiles', 'size=1m', /^the disk is full where this action works; .* 3 of 3 targets/],
  ])('the folder that it works in is %s', async (_, options, error) => {
    const temp = temporaryFolder('temp')
    const env = { ...path, ...emptyCache() }
    const ended = await runOn(temp, options, { cwd: folder, inputs: release, env, temp })
    expect(ended.errors).toEqual([expect.stringMatching(error)])
    expect(ended.exitCode).toBe(1)
  })

  withDisks('the folder that it works in is full when it packs', async () => {
    const temp = temporaryFolder('temp')
    const inputs = { ...release, matrix: 'linux/amd64', sign: 'off', sbom: 'off' }
    await runAction({ cwd: folder, inputs, env: path })
    const ended = await runOn(temp, 'size=3m', { cwd: folder, inputs, env: path, temp })
    expect(ended.errors).toEqual([expect.stringMatching(/^the disk is full \(.*\.tar\.gz\.partial\); /)])
    expect(ended.exitCode).toBe(1)
  })
})
