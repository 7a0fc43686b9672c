// `npm run tools` against a server of our own that publishes releases as syft and cosign do, in a copy of what it renews.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { COSIGN, SYFT, type Tool } from '../../src/tools/pins.js'
import { actionFolder } from '../support/action-runner.js'
import { startDownloadServer, type DownloadServer } from '../support/download-server.js'
import { run } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'

let server: DownloadServer
beforeAll(async () => {
  server = await startDownloadServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.answers = []
  server.requests = []
})

const PINS = join('src', 'tools', 'pins.ts')

function copyRepository(): { readonly root: string; readonly read: (file: string) => string } {
  const root = temporaryFolder('repository')
  mkdirSync(join(root, 'src', 'tools'), { recursive: true })
  for (const file of [PINS, 'README.md']) copyFileSync(join(actionFolder, file), join(root, file))
  return { root, read: (file) => readFileSync(join(root, file), 'utf8') }
}

const runScript = (root: string, ...args: readonly string[]) =>
  run([
    process.execPath,
    join(actionFolder, 'scripts', 'renew-tools.mjs'),
    ...['--root', root, '--base-url', server.base, ...args],
  ])

const digestOf = (index: number) => index.toString(16).padStart(64, 'e')

/** A release's list, with more in it than is pinned. */
function publish(tool: Tool, version: string): { readonly status: number; readonly body: Buffer } {
  const files = Object.values(tool.files).map(({ file }) => file.replaceAll(tool.version, version))
  const lines = ['other.deb', ...files].map((file, index) => `${digestOf(index)}  ${file}\n`)
  return { status: 200, body: Buffer.from(lines.join('')) }
}

const redirect = (location: string) => ({ status: 302, headers: { location } })

test('the table of the README says what is pinned', async () => {
  expect(await runScript(actionFolder, '--check')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(server.requests).toEqual([])
})

test('a table that says something else is found, and made again', async () => {
  const { root, read } = copyRepository()
  const good = read('README.md')
  const stale = good.replace(`${SYFT.version}: linux`, '1.53.9: linux')
  expect(stale).not.toBe(good)
  writeFileSync(join(root, 'README.md'), stale)
  expect(await runScript(root, '--check')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('npm run tools -- --table') as string,
  })
  expect(read('README.md')).toBe(stale)
  expect(await runScript(root, '--table')).toMatchObject({ exitCode: 0 })
  expect(read('README.md').replaceAll('\r\n', '\n')).toBe(good.replaceAll('\r\n', '\n'))
})

test('a version that is named is pinned by its published digests, and nothing else changes', async () => {
  const { root, read } = copyRepository()
  const before = read(PINS)
  server.answers = [publish(SYFT, '1.77.0')]
  expect(await runScript(root, 'syft@1.77.0')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(server.requests.map(({ url }) => url)).toEqual([
    '/anchore/syft/releases/download/v1.77.0/syft_1.77.0_checksums.txt',
  ])
  const after = read(PINS)
  Object.values(SYFT.files).forEach(({ file }, index) => {
    expect(after).toContain(
      `file: '${file.replaceAll(SYFT.version, '1.77.0')}',\n      sha256: '${digestOf(index + 1)}'`,
    )
  })
  // Taken back by hand, it is what it was: the oldest version, what Go builds and all of cosign were left alone.
  const back = Object.values(SYFT.files).reduce(
    (text, { sha256 }, index) => text.replace(digestOf(index + 1), sha256),
    after.replaceAll('1.77.0', SYFT.version),
  )
  expect(back).toBe(before.replaceAll('\r\n', '\n'))
  expect(read('README.md')).toMatch(/\| syft .*\| 1\.77\.0: linux \(amd64, arm64\)/)
  expect(await runScript(root, '--check')).toMatchObject({ exitCode: 0 })
})

test('without a name both are renewed to their newest release', async () => {
  const { root, read } = copyRepository()
  server.answers = [
    redirect(`${server.base}/anchore/syft/releases/tag/v1.78.1`),
    publish(SYFT, '1.78.1'),
    redirect(`${server.base}/sigstore/cosign/releases/tag/v3.9.0`),
    publish(COSIGN, '3.9.0'),
  ]
  expect(await runScript(root)).toMatchObject({
    exitCode: 0,
    stdout: `syft ${SYFT.version} → 1.78.1\ncosign ${COSIGN.version} → 3.9.0\n`,
  })
  expect(server.requests.map(({ url }) => url)).toEqual([
    '/anchore/syft/releases/latest',
    '/anchore/syft/releases/download/v1.78.1/syft_1.78.1_checksums.txt',
    '/sigstore/cosign/releases/latest',
    '/sigstore/cosign/releases/download/v3.9.0/cosign_checksums.txt',
  ])
  expect(read(PINS)).toContain("version: '3.9.0',\n  releasePath: 'sigstore/cosign/releases/download/v3.9.0'")
  expect(read(PINS)).toContain(`oldest: '${COSIGN.oldest}'`)
})

test.each<[string, string[], DownloadServer['answers'], RegExp]>([
  ['an unknown tool', ['grype@1.0.0'], [], /^grype is not a tool that is pinned/],
  ['no version', ['syft@newest'], [], /^newest is not a version/],
  ['a version that is too old', ['cosign@3.1.2'], [], /^cosign 3\.1\.2 is older than 3\.1\.3/],
  [
    'a release that is not there',
    ['syft@1.99.0'],
    [{ status: 404 }],
    /syft_1\.99\.0_checksums\.txt: HTTP 404/,
  ],
  ['a list without our files', ['syft@1.99.0'], [{ status: 200 }], /does not list syft_1\.99\.0_linux_amd64/],
  [
    'a list whose digests are too short',
    ['cosign'],
    [
      redirect('/sigstore/cosign/releases/tag/v3.9.0'),
      { status: 200, body: Buffer.from('abc  cosign-linux-amd64\n') },
    ],
    /does not list cosign-linux-amd64/,
  ],
  ['a newest release of another kind', ['cosign'], [redirect('/releases/tag/v4.0.0')], /name the version/],
  ['a newest release that is none', ['syft'], [redirect('/releases')], /does not lead to a release/],
])('%s changes nothing', async (_, args, answers, message) => {
  const { root, read } = copyRepository()
  const before = [read(PINS), read('README.md')]
  server.answers = answers
  const ended = await runScript(root, ...args)
  expect(ended.exitCode).toBe(1)
  expect(ended.stderr).toMatch(message)
  expect([read(PINS), read('README.md')]).toEqual(before)
})
