// Archives packed in threads of the committed bundle, beside those packed in this one.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openPackThreads, packHere, type PackRequest } from '../../src/package/pack.js'
import { temporaryFolder } from '../support/temporary.js'

const BUNDLE = join(import.meta.dirname, '..', '..', 'dist', 'pack', 'index.js')

/** A request for an archive with one file. */
function request(name: string, format: 'tar.gz' | 'zip' = 'tar.gz'): PackRequest {
  const folder = temporaryFolder('files')
  writeFileSync(join(folder, 'program'), `program ${name} `.repeat(100_000))
  return {
    draft: { name, kind: 'archive', target: 'linux/amd64', output: folder },
    format,
    entries: [{ name: 'program', path: join(folder, 'program'), executable: true }],
    time: 1_767_323_045,
  }
}

const lost = (wanted: PackRequest) => {
  for (const { path } of wanted.entries) rmSync(path)
  return wanted
}

test.each(['tar.gz', 'zip'] as const)(
  'many archives in few threads are those of this thread: %s',
  async (format) => {
    await using threads = openPackThreads(2, BUNDLE)
    const requests = ['a', 'b', 'c', 'd', 'e'].map((name) => request(name, format))
    const packed = await Promise.all(requests.map(threads.pack))
    expect(packed).toEqual(await Promise.all(requests.map(packHere)))
  },
)

test('what fails there is told with its code and its path, and the thread goes on', async () => {
  await using threads = openPackThreads(1, BUNDLE)
  const [wrong, right] = [lost(request('a')), request('b')]
  const both = await Promise.allSettled([wrong, right].map(threads.pack))
  expect(both).toMatchObject([
    { reason: { code: 'ENOENT', syscall: 'stat', path: wrong.entries[0]?.path } },
    { value: await packHere(right) },
  ])
})

test('a thread that ends is an error for what it packs, and another one takes its place', async () => {
  const script = join(temporaryFolder('script'), 'ends.mjs')
  writeFileSync(
    script,
    "import { parentPort } from 'node:worker_threads'\nparentPort.on('message', () => process.exit(3))\n",
  )
  await using threads = openPackThreads(1, script)
  const both = await Promise.allSettled([request('a'), request('b')].map(threads.pack))
  const ended = { reason: { message: 'a thread that packs archives has ended' } }
  expect(both).toMatchObject([ended, ended])
})
