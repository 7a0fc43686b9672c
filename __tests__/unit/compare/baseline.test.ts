// What is kept of a run comes back as it was, and what is anything else is nothing.
import { formatBaseline, parseBaseline } from '../../../src/compare/baseline.js'
import { baselineOf, programOf, targetOf } from './example-baseline.js'

const BASELINE = baselineOf(
  targetOf('linux/amd64', {
    programs: [programOf('age', { linkage: 'dynamic: needs libc.so.6', floor: ['glibc 2.34'] })],
    modules: [{ path: 'example.com/a', version: 'v1.0.0 => ../fork' }],
    cgoPackages: ['os/user', 'runtime/cgo'],
  }),
  targetOf('js/wasm', { buildSeconds: undefined, cgoPackages: undefined }),
)

test('what is kept comes back', () => {
  expect(parseBaseline(formatBaseline(BASELINE))).toEqual(BASELINE)
})

test('so does what is named as no name should be', () => {
  const hostile = baselineOf(
    targetOf('__proto__', {
      programs: [programOf('constructor')],
      modules: [{ path: '__proto__', version: '<!-- @everyone -->' }],
    }),
  )
  expect(parseBaseline(formatBaseline(hostile))).toEqual(hostile)
})

/** The text of the baseline with one place changed. */
function changed(way: readonly (string | number)[], value: unknown): string {
  const root = JSON.parse(formatBaseline(BASELINE)) as Record<string | number, unknown>
  const last = way.at(-1) ?? ''
  const parent = way.slice(0, -1).reduce((each, key) => each[key] as typeof root, root)
  parent[last] = value
  return JSON.stringify(root)
}

test.each<[name: string, text: string]>([
  ['nothing', ''],
  ['no JSON', '{'],
  ['null', 'null'],
  ['a list', '[]'],
  ['a number', '1'],
  ['nothing in it', '{}'],
  ['another form', changed(['format'], 2)],
  ['a form in another type', changed(['format'], '1')],
  ['no targets', changed(['targets'], undefined)],
  ['targets by name', changed(['targets'], { 'linux/amd64': {} })],
  ['a length without targets', changed(['targets'], { length: 1e9 })],
  ['no target', changed(['targets', 0], null)],
  ['a commit that is no text', changed(['commit'], 1)],
  ['a target without a name', changed(['targets', 0, 'id'], undefined)],
  ['a target with a list for a name', changed(['targets', 0, 'id'], ['linux/amd64'])],
  ['a negative size', changed(['targets', 0, 'released'], -1)],
  ['half a byte', changed(['targets', 0, 'released'], 0.5)],
  ['a size in words', changed(['targets', 0, 'programs', 0, 'size'], '3')],
  ['a size that no number holds', changed(['targets', 0, 'programs', 0, 'size'], 2 ** 53)],
  ['an endless size', changed(['targets', 0, 'programs', 0, 'size'], 0).replace('"size":0', '"size":1e999')],
  ['an endless time', changed(['targets', 0, 'buildSeconds'], 0).replace('Seconds":0', 'Seconds":1e999')],
  ['a time before the start', changed(['targets', 0, 'buildSeconds'], -1)],
  ['no time', changed(['targets', 0, 'buildSeconds'], null)],
  ['programs without end', changed(['targets', 0, 'programs'], 'age')],
  ['a program that is a word', changed(['targets', 0, 'programs', 0], 'age')],
  ['a program without linkage', changed(['targets', 0, 'programs', 0, 'linkage'], undefined)],
  ['a floor that is no list', changed(['targets', 0, 'programs', 0, 'floor'], 'glibc 2.34')],
  ['a floor that is no word', changed(['targets', 0, 'programs', 0, 'floor'], [2.34])],
  ['a module without a version', changed(['targets', 0, 'modules', 0], { path: 'a' })],
  ['a name without end', changed(['targets', 0, 'modules', 0, 'path'], 'a'.repeat(1e6))],
  ['packages that are no words', changed(['targets', 0, 'cgoPackages'], [{}])],
  ['packages by number', changed(['targets', 0, 'cgoPackages'], { 0: 'os/user' })],
])('%s is no baseline', (_, text) => {
  expect(parseBaseline(text)).toBeUndefined()
})

test('keys that nobody asked for are left behind', () => {
  const text = formatBaseline(BASELINE).replace('{', '{"__proto__":{"evil":1},"more":[],')
  const parsed = parseBaseline(text)
  expect(parsed).toEqual(BASELINE)
  expect(Object.keys(parsed ?? {})).toEqual(['commit', 'targets'])
  expect(parsed).not.toHaveProperty('evil')
})
