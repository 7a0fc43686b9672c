// Key signing through the bundle in a network namespace without any network: signed, stated, and verified there as the summary
// says.

import { spawnSync } from 'node:child_process'
import { appendFileSync, chmodSync, cpSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { runAction, type ActionRun } from '../support/action-runner.js'
import { createKeyPair } from '../support/key-pair.js'
import { temporaryModule } from '../support/modules.js'
import { cleanEnvironment, run } from '../support/processes.js'
import { readPrintedCommands, runPrinted } from '../support/sigstore-commands.js'
import { temporaryFolder } from '../support/temporary.js'
import { requireTool, testUnless, tools, toolsFolder } from '../support/test-tools.js'

const PATH = [toolsFolder, cleanEnvironment()['PATH']].join(delimiter)
const ARCHIVE = 'project_v1.0.0_linux_amd64.tar.gz'
const STATEMENT = 'provenance.intoto.json'
const bundleOf = (name: string) => `${name}.sigstore.json`

/** Starts of a command line that leave the rest of it no network, not even loopback. */
const WAYS = [
  ['unshare', '--net', '--map-root-user', '--'],
  // Where nobody may make user namespaces, but this user may become root; sudo sets a PATH of its own.
  [
    ...['sudo', '--non-interactive', '--preserve-env', 'unshare', '--net', '--'],
    ...[
      'setpriv',
      `--reuid=${process.getuid?.() ?? 0}`,
      `--regid=${process.getgid?.() ?? 0}`,
      '--clear-groups',
    ],
    ...['env', `PATH=${PATH}`],
  ],
]
const works = ([program = '', ...args]: readonly string[]) =>
  spawnSync(program, [...args, 'true'], { stdio: 'ignore' }).status === 0

const within = process.platform === 'linux' ? WAYS.find(works) : undefined

function testOffline(): jest.It {
  // Other systems have no such namespaces.
  if (process.platform !== 'linux') return test.skip
  if (within === undefined) return testUnless(['a network namespace cannot be made here by unshare'])
  return requireTool('cosign', 'syft')
}
const offline = testOffline()

/** A Node that has no network. */
function nodeWithin(): string {
  const file = join(temporaryFolder('node'), 'node')
  const words = [...(within ?? []), tools.node24].map((word) => `'${word.replaceAll("'", "'\\''")}'`)
  // Other shells lose variables with a hyphen, as inputs have it.
  writeFileSync(file, `#!/usr/bin/env bash\nexec ${words.join(' ')} "$@"\n`)
  chmodSync(file, 0o755)
  return file
}

offline('there is no network in it: a server is reached from here only', async () => {
  const server = createServer((socket) => socket.end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const script = `require('net').connect(${port}, '127.0.0.1').on('error', (error) => { console.log(error.code); process.exitCode = 1 }).on('connect', function () { this.destroy() })`
  try {
    expect(await run([tools.node24, '--eval', script])).toMatchObject({ exitCode: 0 })
    const ended = await run([nodeWithin(), '--eval', script])
    expect(ended).toMatchObject({ exitCode: 1, stdout: 'ENETUNREACH\n' })
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
})

describe.each<[what: string, inputs: Readonly<Record<string, string>>, isSecret: boolean]>([
  ['a key made for this run', { 'cosign-key': 'throwaway' }, false],
  ['a key from a variable', { 'cosign-key': 'env://RELEASE_KEY' }, true],
])('%s', (_, inputs, isSecret) => {
  let ended: ActionRun
  let output: string

  beforeAll(async () => {
    if (offline !== test) return
    const keys = await createKeyPair()
    ended = await runAction({
      cwd: await temporaryModule(
        {
          'go.mod': 'module example.com/project\n\ngo 1.24\n',
          'main.go': 'package main\n\nfunc main() { println("hello") }\n',
        },
        { git: { tags: ['v1.0.0'] } },
      ),
      node: nodeWithin(),
      event: { ref: 'refs/tags/v1.0.0' },
      inputs: { matrix: 'linux/amd64', upload: 'false', cache: 'off', ...inputs },
      env: {
        ...{ PATH, GOFLAGS: '-mod=mod', GOPROXY: 'off' },
        ...(isSecret ? { RELEASE_KEY: keys.privateKey, COSIGN_PASSWORD: keys.password } : {}),
      },
    })
    if (ended.exitCode !== 0) throw new Error(ended.stdout + ended.stderr)
    output = ended.outputs['output-directory'] ?? ''
  })

  /** Both printed commands for a file, without a network. */
  async function verify(folder: string, name: string): Promise<(number | null)[]> {
    const { signature, provenance = '' } = readPrintedCommands(ended.summary)
    const ends = [
      await runPrinted(signature, name, folder, within),
      await runPrinted(provenance, name, folder, within),
    ]
    return ends.map(({ exitCode }) => exitCode)
  }
  function downloaded(): string {
    const folder = temporaryFolder('downloaded')
    cpSync(output, folder, { recursive: true })
    return folder
  }

  offline('signs archive, checksums and statement', () => {
    const signed = [ARCHIVE, 'SHA256SUMS', STATEMENT].map(bundleOf)
    const names = readdirSync(output)
    expect(names.filter((name) => /sigstore|key|pub$/.test(name))).toEqual([...signed, 'cosign.pub'].sort())
    expect(names.filter((name) => /spdx|cyclonedx|cdx/.test(name))).not.toEqual([])
    expect(ended.annotations.filter(({ level }) => level !== 'notice')).toEqual([])
  })

  offline.each([ARCHIVE, 'SHA256SUMS'])('%s passes both printed commands', async (name) => {
    expect(await verify(downloaded(), name)).toEqual([0, 0])
  })

  offline('a file that is changed is refused by both', async () => {
    const folder = downloaded()
    appendFileSync(join(folder, ARCHIVE), 'x')
    expect(await verify(folder, ARCHIVE)).toEqual([1, 1])
  })

  offline('another public key is refused by both', async () => {
    const folder = downloaded()
    cpSync((await createKeyPair()).publicKeyFile, join(folder, 'cosign.pub'))
    expect(await verify(folder, ARCHIVE)).toEqual([1, 1])
  })
})
