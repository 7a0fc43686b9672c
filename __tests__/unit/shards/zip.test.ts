// readZip: exactly the files that are wanted, whatever a zip was made to do.
import { zipSync, type Zippable } from 'fflate'
import { ActionError } from '../../../src/errors.js'
import { readZip } from '../../../src/shards/zip.js'

const WANTED = new Set(['a.txt', 'b.txt'])
const bytes = (text: string) => Buffer.from(text)
const zip = (files: Zippable) => zipSync(files, { level: 0 })

test('gives what is wanted', () => {
  const files = readZip(zip({ 'a.txt': bytes('a'), 'b.txt': bytes('b') }), WANTED)
  expect([...files].map(([name, content]) => [name, Buffer.from(content).toString()])).toEqual([
    ['a.txt', 'a'],
    ['b.txt', 'b'],
  ])
})

test('lets what is optional be missing', () => {
  expect([...readZip(zip({ 'a.txt': bytes('a') }), WANTED, new Set(['b.txt'])).keys()]).toEqual(['a.txt'])
})

/** A zip of wanted files and one more, whose name is changed to another of the same length. */
function named(name: string): Uint8Array {
  const other = 'c'.repeat(name.length)
  const files = { 'a.txt': bytes('a'), [other]: bytes('c'), 'b.txt': bytes('b') }
  const text = Buffer.from(zip(files)).toString('latin1')
  return Buffer.from(text.replaceAll(other, name), 'latin1')
}

test.each<[string, Uint8Array, string]>([
  ['a file missing', zip({ 'a.txt': bytes('a') }), 'does not hold b.txt'],
  ['another file', zip({ 'a.txt': bytes('a'), 'b.txt': bytes('b'), 'c.txt': bytes('c') }), 'holds "c.txt"'],
  ['a path that leads out', zip({ '../a.txt': bytes('a') }), 'holds "../a.txt"'],
  ['an absolute path', zip({ '/etc/passwd': bytes('a') }), 'holds "/etc/passwd"'],
  ['a path with backslashes', zip({ '..\\a.txt': bytes('a') }), 'holds "..\\\\a.txt"'],
  ['a folder', zip({ a: { 'a.txt': bytes('a') } }), 'which is not in the plan'],
  ['a name of another kind', named('__proto__'), 'holds "__proto__"'],
  ['a name twice', named('a.txt'), 'holds a.txt twice'],
  ['nothing', zip({}), 'it does not hold a.txt, b.txt'],
  [
    'a bomb',
    zipSync({ 'a.txt': Buffer.alloc(64 * 1024 ** 2), 'b.txt': bytes('b') }),
    'unpacks to more than 20 times its size',
  ],
  ['no zip', bytes('no zip at all, but long enough to look for one'), 'is no zip, or a broken one'],
  ['no bytes', bytes(''), 'is no zip, or a broken one'],
])('refuses %s', (_, content, problem) => {
  expect(() => readZip(content, WANTED)).toThrow(ActionError)
  expect(() => readZip(content, WANTED)).toThrow(problem)
})

test('a link is a file like any other: what it says is bytes', () => {
  const link = zipSync({
    'a.txt': [bytes('/etc/passwd'), { os: 3, attrs: 0o120777 << 16 }],
    'b.txt': bytes('b'),
  })
  expect(Buffer.from(readZip(link, WANTED).get('a.txt') ?? []).toString()).toBe('/etc/passwd')
})

test('a zip cut short at any byte is refused', () => {
  const whole = zip({ 'a.txt': bytes('a'), 'b.txt': bytes('b') })
  for (let length = 0; length < whole.length; length++)
    expect(() => readZip(whole.subarray(0, length), WANTED)).toThrow(ActionError)
})
