// Archives by their bytes, and as tar and unzip read them.

import { chmodSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeArtifact } from '../../src/artifact.js'
import { packArchive, type Entry } from '../../src/package/archive.js'
import { runChecked } from '../support/processes.js'
import { listArchive } from '../support/release-files.js'
import { temporaryFolder } from '../support/temporary.js'

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

const pack = (format: 'tar.gz' | 'zip', entries: Entry[]) =>
  writeArtifact(
    { name: `archive.${format}`, kind: 'archive', output: temporaryFolder('packed') },
    packArchive(format, entries, TIME),
  )

/** Digests that must never change: a release made again years later must be the same. */
const KNOWN = {
  'tar.gz': '1132137048b46ba39db8fffcb678f94bb3f6d56b5471e398bcb80afef7cc127f',
  zip: 'aeae591c4b8bea02c498875f9a4319ee371090dced9f7f4e76158635c468636f',
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

  test('of a file that cannot be read is an error and leaves nothing', async () => {
    const output = temporaryFolder('packed')
    const gone = { name: 'gone', path: join(output, 'gone'), executable: false }
    const writing = writeArtifact(
      { name: `archive.${format}`, kind: 'archive', output },
      packArchive(format, [...files(0o644, 1), gone], TIME),
    )
    await expect(writing).rejects.toThrow('ENOENT')
    expect((await runChecked(['ls', '-A', output])).trim()).toBe('')
  })
})
