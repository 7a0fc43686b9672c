// Archives by their bytes, and as tar and unzip read them; what packing tells of the programs that it reads.

import { chmodSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeArtifact, type Digest } from '../../src/artifact.js'
import { packArchive, type Entry, type OnRead } from '../../src/package/archive.js'
import { packageTarget } from '../../src/package/index.js'
import { packHere } from '../../src/package/pack.js'
import { runChecked } from '../support/processes.js'
import { listArchive, sha256 } from '../support/release-files.js'
import { temporaryFolder } from '../support/temporary.js'
import { optionsOf, plannedTarget } from '../unit/plan/example-plan.js'

/** 2026-01-02T03:04:05Z; zip holds even seconds only. */
const TIME = 1_767_323_045

/** Bytes that deflate can do something with, the same in every run. */
function content(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = 0, state = 1; at < length; at++) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    bytes[at] = at % 7 === 0 ? state >> 16 : (at >> 4) & 0xff
  }
  return bytes
}

/** The same three files in a new folder, written at another time with other permissions. */
function files(mode: number, mtime: number): Entry[] {
  const folder = temporaryFolder('files')
  const sizes = { program: 700_001, empty: 0, 'sub/README': 65_536 }
  return Object.entries(sizes).map(([name, size]) => {
    const path = join(folder, name.replace('/', '-'))
    writeFileSync(path, content(size))
    chmodSync(path, mode)
    utimesSync(path, mtime, mtime)
    return { name, path, executable: name === 'program' }
  })
}

const ignore = () => undefined

const pack = (format: 'tar.gz' | 'zip', entries: Entry[], onRead: OnRead = ignore) =>
  writeArtifact(
    { name: `archive.${format}`, kind: 'archive', output: temporaryFolder('packed') },
    packArchive(format, entries, TIME, onRead),
  )

/** Digests that must never change: a release made again years later must be the same. */
const KNOWN = {
  'tar.gz': '16fab4293a99816c6347f05669e0e9932299c17ae6914633842ba5eac9db045e',
  zip: 'bf3b9c74447eb72785f73b6f33085f8f5d24685096eaa34c9cfc6a429d7d64b5',
}

describe.each(['tar.gz', 'zip'] as const)('%s', (format) => {
  test('has the same bytes whatever the order, the times and the permissions of the files are', async () => {
    const one = await pack(format, files(0o644, 1))
    const other = await pack(format, files(0o755, 2_000_000_000).reverse())
    expect(other.sha256).toBe(one.sha256)
    expect(one.sha256).toBe(KNOWN[format])
  })

  test('is read by other programs, with permissions and content', async () => {
    const archive = await pack(format, files(0o600, 1))
    expect(await listArchive(archive.path)).toEqual({
      empty: '-rw-r--r--',
      program: '-rwxr-xr-x',
      'sub/README': '-rw-r--r--',
    })
    const folder = temporaryFolder('unpacked')
    await runChecked(
      format === 'zip'
        ? ['unzip', '-q', archive.path, '-d', folder]
        : ['tar', '--extract', '--gzip', '--file', archive.path, '--directory', folder],
    )
    const unpacked = files(0o644, 1).map(({ name, path }) => ['cmp', path, join(folder, name)])
    for (const command of unpacked) await runChecked(command)
  })

  test('tells size and digest of all that it reads', async () => {
    const entries = files(0o644, 1)
    const told: Record<string, Digest> = {}
    await pack(format, entries, ({ name }, digest) => (told[name] = digest))
    const digests = entries.map(({ name, path }) => [
      name,
      { size: statSync(path).size, sha256: sha256(path) },
    ])
    expect(told).toEqual(Object.fromEntries(digests))
  })

  test('of a file that cannot be read is an error and leaves nothing', async () => {
    const output = temporaryFolder('packed')
    const gone = { name: 'gone', path: join(output, 'gone'), executable: false }
    const writing = writeArtifact(
      { name: `archive.${format}`, kind: 'archive', output },
      packArchive(format, [...files(0o644, 1), gone], TIME, ignore),
    )
    await expect(writing).rejects.toThrow('ENOENT')
    expect((await runChecked(['ls', '-A', output])).trim()).toBe('')
  })
})

describe('the programs of a target', () => {
  const packages = ['example.com/app/cmd/app', 'example.com/app/cmd/tool']
  test.each([
    ['linux/amd64', 'auto', ['archive'], ['app', 'tool', 'LICENSE']],
    ['windows/amd64', 'auto', ['archive'], ['app.exe', 'tool.exe', 'LICENSE']],
    ['windows/amd64', 'none', ['binary', 'binary'], ['app.exe', 'tool.exe']],
  ] as const)('%s, archive: %s', async (id, archive, kinds, names) => {
    const target = plannedTarget(optionsOf(id, { packages }), { archive })
    const folder = temporaryFolder('built')
    for (const name of ['app', 'app.exe', 'tool', 'tool.exe', 'LICENSE']) {
      writeFileSync(join(folder, name), `content of ${name}`)
    }
    const { files, digests } = await packageTarget({
      target,
      folder,
      extraFiles: [{ name: 'LICENSE', path: join(folder, 'LICENSE'), executable: false }],
      output: temporaryFolder('packed'),
      time: TIME,
      pack: packHere,
    })
    expect(files.map(({ kind }) => kind)).toEqual(kinds)
    for (const file of files) expect(file).toMatchObject({ sha256: sha256(file.path), target: id })
    const expected = names.map((name) => {
      const file = join(folder, name)
      return [name, { size: statSync(file).size, sha256: sha256(file) }] as const
    })
    expect(digests).toEqual(new Map(expected))
  })
})
