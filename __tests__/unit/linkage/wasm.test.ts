// wasm: small modules made by hand; and files that were made to mislead.

import { FormatError } from '../../../src/errors.js'
import { readWasm } from '../../../src/linkage/wasm.js'
import { bytesOf, patched } from './bytes-of.js'
import { FUNCTION, GLOBAL, makeWasm, MEMORY, MODULE, section, TABLE, TAG, text } from './make-wasm.js'

const read = (file: Uint8Array) => readWasm(bytesOf(file))

test('imports of every kind', () => {
  const file = makeWasm([
    ['wasi_snapshot_preview1', 'fd_write', FUNCTION],
    ['env', 'table', TABLE],
    ['env', 'memory', MEMORY],
    ['env', 'shared memory', [2, 3, 1, 0x80, 2]],
    ['env', 'global', GLOBAL],
    ['env', 'tag', TAG],
    ['a'.repeat(200), '', FUNCTION],
  ])
  expect(read(file)).toEqual({
    format: 'wasm',
    imports: [
      { module: 'wasi_snapshot_preview1', name: 'fd_write' },
      { module: 'env', name: 'table' },
      { module: 'env', name: 'memory' },
      { module: 'env', name: 'shared memory' },
      { module: 'env', name: 'global' },
      { module: 'env', name: 'tag' },
      { module: 'a'.repeat(200), name: '' },
    ],
    symbols: false,
  })
})

test.each([
  [[1, ...text('language'), 1, ...text('Go'), ...text('go1.26.8')], 'go1.26.8'],
  [[1, ...text('language'), 2, ...text('C'), ...text('11'), ...text('Go'), ...text('go1.25')], 'go1.25'],
  [[1, ...text('processed-by'), 1, ...text('Go'), ...text('go1.25')], undefined],
  [[9, ...text('language')], undefined],
])('producers (%#)', (fields, goVersion) => {
  expect(read(made(section(0, [...text('producers'), ...fields]), CODE)).goVersion).toBe(goVersion)
})

test('the data and a name section', () => {
  const { data, symbols } = read(made(CODE, section(11, [0, 1, 2]), section(0, text('name'))))
  expect({ data, symbols }).toEqual({
    data: { offset: MODULE.length + CODE.length + 2, length: 3 },
    symbols: true,
  })
})

test('a module without an import section', () => {
  expect(read(Buffer.from([...MODULE, ...section(10, [0])])).imports).toEqual([])
})

const CODE = section(10, [0])
const file = makeWasm([['env', 'f', FUNCTION]])
const made = (...sections: readonly (readonly number[])[]): Buffer =>
  Buffer.from([...MODULE, ...sections.flat()])
const oneImport = (...type: readonly number[]): Buffer =>
  made(section(2, [1, ...text('env'), ...text('f'), ...type]), CODE)

const hostile: readonly (readonly [name: string, file: Uint8Array, problem: RegExp])[] = [
  ['only a magic', file.subarray(0, 4), /the wasm header/],
  ['a component', patched(file, 4, 4, 0x0001_000d), /wasm version 65549/],
  ['no code', made(section(2, [0])), /without a code section/],
  ['a section cut short', file.subarray(0, -1), /section 10 ends at \d+ of \d+ bytes/],
  ['a section without a length', made([10]), /the length of a section is missing/],
  ['a length of more than 32 bits', made([10, 0xff, 0xff, 0xff, 0xff, 0x7f]), /not a 32-bit number/],
  ['a length without an end', made([10, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80]), /not a 32-bit number/],
  ['an unknown section', made(section(14, []), CODE), /section id 14, allowed: 0 to/],
  ['two import sections', made(section(2, [0]), section(2, [0]), CODE), /a second section 2/],
  [
    'more imports than stated bytes',
    made(section(2, [2, ...text('a'), ...text('b'), 0, 0]), CODE),
    /is missing/,
  ],
  ['bytes behind the imports', made(section(2, [0, 0]), CODE), /bytes behind the last import/],
  ['a name without an end', made(section(2, [1, 0x7f, 0x61]), CODE), /has no end/],
  ['a name that is not UTF-8', made(section(2, [1, 1, 0xff, 0, 0, 0]), CODE), /not UTF-8/],
  ['an unknown kind', oneImport(9, 0), /import kind 9, allowed: 0 to 4/],
  ['an unknown type', oneImport(3, 0x22, 0), /unknown value type 34/],
  ['limits of 64 bits', oneImport(2, 4, 1), /limits with flags 4/],
  [
    'too large an import section',
    made(section(2, [0, ...Array<number>(0x10_0000).fill(0)]), CODE),
    /allowed: up to 1048576/,
  ],
  [
    'too many imports',
    makeWasm(Array.from({ length: 0x4001 }, () => ['a', 'b', FUNCTION] as const)),
    /more than 16384 imports/,
  ],
  ['too many sections', made(Array<number>(2002).fill(0)), /more than 1000 sections/],
]

test.each(hostile)('refused: %s', (_, bytes, problem) => {
  expect(() => read(bytes)).toThrow(FormatError)
  expect(() => read(bytes)).toThrow(problem)
})
