// Go build info: blobs and texts made by hand, in each format; and what only looks like one.

import { FormatError } from '../../../src/errors.js'
import { parseBuildInfo } from '../../../src/linkage/build-info-text.js'
import { programsOf, readBuildInfo } from '../../../src/linkage/build-info.js'
import type { Linkage } from '../../../src/linkage/linkage.js'
import { bytesOf, patched } from './bytes-of.js'
import { elf, macho, pe, plan9, slice, wasm, xcoff } from './linkages.js'
import { blob, BUILD_INFO_MAGIC, framed } from './make-build-info.js'

const TEXT = `path\texample.test/program
mod\texample.test/program\tv1.2.3\t
dep\texample.test/dep\tv0.1.0\th1:abc=
dep\texample.test/other\tv0.2.0
=>\t./other\t(devel)\t
build\t-buildmode=exe
build\t-ldflags="-X main.a=\\"b c\\" \\x09\\u00e9\\n"
build\tCGO_ENABLED=0
build\tvcs.modified=true
`

const INFO = {
  path: 'example.test/program',
  main: { path: 'example.test/program', version: 'v1.2.3' },
  deps: [
    { path: 'example.test/dep', version: 'v0.1.0', sum: 'h1:abc=' },
    { path: 'example.test/other', version: 'v0.2.0', replace: { path: './other', version: '(devel)' } },
  ],
  settings: {
    '-buildmode': 'exe',
    '-ldflags': '-X main.a="b c" \té\n',
    CGO_ENABLED: '0',
    'vcs.modified': 'true',
  },
}

const FLAGS_AT = 15

const BLOB = blob('go1.26.8', framed(TEXT))
const OTHER = blob('go1.1', framed('path\tother\n'))

/** `content` behind 48 bytes of something else, as an ELF file's one writable segment. */
const inElf = (...content: readonly Buffer[]) => {
  const data = Buffer.concat(content)
  const file = Buffer.concat([Buffer.alloc(48), data])
  return readBuildInfo(bytesOf(file), elf({ loads: [{ flags: 'RW', offset: 48, length: data.length }] }))
}

const extent = { offset: 48, length: BLOB.length }
const formats: readonly Linkage[] = [
  elf({ loads: [{ flags: 'RW', ...extent }] }),
  macho(slice({ segments: [{ name: '__DATA', initprot: 'RW', maxprot: 'RW', ...extent }] })),
  pe({ sections: [{ name: '.data', flags: 'RW', ...extent }] }),
  xcoff({ data: [extent] }),
  { ...plan9('386'), data: extent },
  {
    format: 'archive',
    members: [{ name: 'go.o', object: { format: 'xcoff', class: 64 }, data: [extent], ...extent }],
  },
]

test.each(formats)('in $format', (linkage) => {
  const file = Buffer.concat([Buffer.alloc(48), BLOB])
  expect(readBuildInfo(bytesOf(file), linkage)).toEqual({ goVersion: 'go1.26.8', ...INFO })
})

test('in an ELF segment that begins between two multiples of 16', () => {
  const file = Buffer.concat([Buffer.alloc(48), BLOB])
  const load = { flags: 'RW', offset: 40, length: 8 + BLOB.length }
  expect(readBuildInfo(bytesOf(file), elf({ loads: [load] }))).toMatchObject(INFO)
})

test('a program without writable data has none', () => {
  const file = Buffer.concat([Buffer.alloc(48), BLOB])
  expect(readBuildInfo(bytesOf(file), elf({ loads: [{ flags: 'R', ...extent }] }))).toBeUndefined()
})

test.each([16, 0x1000 - 16, 0x1000, 0x10_1000 - 16, 0x30_0000])('behind %i bytes of other data', (before) => {
  expect(inElf(Buffer.alloc(before), BLOB)).toMatchObject(INFO)
})

test.each([
  ['an empty segment', []],
  ['nothing', [Buffer.alloc(100)]],
  ['a magic at no multiple of 16', [Buffer.alloc(8), BLOB]],
  ['only the magic', [BUILD_INFO_MAGIC]],
  ['the form before Go 1.18', [patched(BLOB, FLAGS_AT, 1, 0)]],
  ['a magic before other text', [BUILD_INFO_MAGIC, Buffer.alloc(40, 0x2e)]],
  ['a version that is none', [blob('1.26.8', framed(TEXT))]],
  ['a version with a control character', [blob('go1\n', framed(TEXT))]],
  ['a version that is too long', [blob(`go${'1'.repeat(2000)}`, framed(TEXT))]],
])('no build info: %s', (_, content) => {
  expect(inElf(...content)).toBeUndefined()
})

test('behind a magic that is only text, the build info is found', () => {
  expect(inElf(BUILD_INFO_MAGIC, Buffer.alloc(2), Buffer.alloc(32), BLOB)).toMatchObject(INFO)
})

test('of two, the first counts, as for Go', () => {
  const padding = Buffer.alloc((16 - (BLOB.length % 16)) % 16)
  expect(inElf(BLOB, padding, OTHER)).toMatchObject(INFO)
})

test('without modules there is only a version', () => {
  const expected = { goVersion: 'devel go1.27-abc', path: '', deps: [], settings: {} }
  expect(inElf(blob('devel go1.27-abc', Buffer.alloc(0)))).toEqual(expected)
})

test.each([
  ['cut short', [BLOB.subarray(0, 200)], /the module text of the Go build info has no end/],
  ['no frame', [blob('go1.26', Buffer.from(TEXT))], /the module text of the Go build info has no frame/],
  ['half a frame', [blob('go1.26', framed(TEXT).subarray(0, -1))], /has no frame/],
  [
    'not UTF-8',
    [
      blob(
        'go1.26',
        Buffer.concat([framed('').subarray(0, 16), Buffer.from([0xff]), framed('').subarray(16)]),
      ),
    ],
    /the module text of the Go build info is not UTF-8/,
  ],
])('refused: %s', (_, content, problem) => {
  expect(() => inElf(...content)).toThrow(FormatError)
  expect(() => inElf(...content)).toThrow(problem)
})

describe('wasm, which has no magic', () => {
  const WASM = `${TEXT}build\tGOARCH=wasm\n`
  const inWasm = (goVersion: string | undefined, ...content: readonly Buffer[]) => {
    const data = Buffer.concat(content)
    const file = Buffer.concat([Buffer.alloc(7), data])
    const found = { data: { offset: 7, length: data.length }, ...(goVersion !== undefined && { goVersion }) }
    return readBuildInfo(bytesOf(file), { ...wasm('gojs'), ...found })
  }
  const expected = { ...INFO, settings: { ...INFO.settings, GOARCH: 'wasm' } }

  test.each([0, 1, 0x1000 - 3, 0x10_1000 + 16])('the text, behind %i bytes', (before) => {
    expect(inWasm('go1.26.8', Buffer.alloc(before), framed(WASM))).toEqual({
      goVersion: 'go1.26.8',
      ...expected,
    })
  })

  test('without a producer there is no version', () => {
    expect(inWasm(undefined, framed(WASM))).toEqual(expected)
  })

  test('an embedded program for another processor is not taken', () => {
    expect(inWasm(undefined, framed(`${TEXT}build\tGOARCH=amd64\n`), framed(WASM))).toEqual(expected)
  })

  test('two that differ: none is taken', () => {
    expect(inWasm(undefined, framed(WASM), framed(`${WASM}build\tGOOS=js\n`))).toBeUndefined()
  })

  test('none at all', () => {
    expect(inWasm('go1.26.8', framed('').subarray(0, 16), Buffer.from(WASM))).toBeUndefined()
    expect(readBuildInfo(bytesOf(Buffer.alloc(8)), wasm('gojs'))).toBeUndefined()
  })
})

test('each slice of a fat file is a program of its own', () => {
  const [intel, arm] = [slice({ cpu: 'CPU_TYPE_X86_64' }), slice()]
  expect(programsOf(macho(intel, arm))).toEqual([macho(intel), macho(arm)])
  expect(programsOf(elf())).toEqual([elf()])
})

test('unknown lines are passed over', () => {
  expect(parseBuildInfo('later\tx\nstill later\n', 0)).toEqual({ path: '', deps: [], settings: {} })
})

test.each([
  ['build\t`a key`=`a "value"`\n', { 'a key': 'a "value"' }],
  ['build\t"a=b"="c=d"\n', { 'a=b': 'c=d' }],
  ['build\tx=\n', { x: '' }],
  ['build\tx="\\a\\b\\f\\r\\v\\\\\\xff\\U0001f600\\U00110000"\n', { x: '\x07\b\f\r\v\\\ufffd😀\ufffd' }],
  ['build\t__proto__=x\n', JSON.parse('{"__proto__":"x"}') as object],
])('settings %j', (text, settings) => {
  expect(parseBuildInfo(text, 0).settings).toEqual(settings)
})

test.each([
  ['mod\tonly', /a line "mod" of the Go build info has 1 columns, not 2 or 3/],
  ['dep\ta\tb\tc\td', /a line "dep" of the Go build info has 4 columns/],
  ['=>\ta\tb\tc', /follows no module/],
  ['dep\ta\tb\n=>\tc\td\n=>\te\tf', /follows no module/],
  ['build\tGOOS', /has no key before a "="/],
  ['build\t=linux', /has no key/],
  ['build\t"GOOS"x=linux', /has no key/],
  ['build\tx="a', /quotes do not end/],
  ['build\tx="a"b', /quotes do not end/],
  ['build\tGOOS=linux\nbuild\tGOOS=js', /sets one thing twice/],
])('refused: %j', (text, problem) => {
  expect(() => parseBuildInfo(text, 64)).toThrow(FormatError)
  expect(() => parseBuildInfo(text, 64)).toThrow(problem)
})

test('refused: more lines than any program has', () => {
  expect(() => parseBuildInfo('dep\ta\n'.repeat(20_001), 64)).toThrow(/20002 lines of Go build info/)
})
