// findReasons and formatReasons: made-up packages and flags in, the words for a person out.
import { shortestChains, type ListedPackage } from '../../../src/explain/packages.js'
import { findReasons, type Facts, type Reason } from '../../../src/explain/reasons.js'
import { formatReasons } from '../../../src/explain/wording.js'

const MAIN = 'example.test/app'

const listed = (ImportPath: string, Imports: string[] = [], more: Partial<ListedPackage> = {}) => ({
  ImportPath,
  Imports,
  ...more,
})
const withC = (path: string, imports: string[] = []) => listed(path, imports, { CgoFiles: ['c.go'] })
const standardC = (path: string) => ({ ...withC(path), Standard: true })

function factsOf(packages: readonly ListedPackage[], changes: Partial<Facts> = {}): Facts {
  return {
    goos: 'linux',
    cgo: true,
    mainPackage: MAIN,
    packages,
    dynamicImports: new Map(),
    flags: { buildmode: undefined, linkmode: undefined, extldflags: undefined, goflags: [] },
    ...changes,
  }
}

const told = (packages: readonly ListedPackage[], changes: Partial<Facts> = {}) =>
  formatReasons(findReasons(factsOf(packages, changes)))

test('shortestChains are the shortest, end where imports go round, and skip what is not imported', () => {
  const chains = shortestChains(
    [
      listed('m', ['a', 'b']),
      listed('a', ['c']),
      listed('b', ['d']),
      listed('c', ['d']),
      listed('d', ['m']),
      listed('x'),
    ],
    'm',
  )
  expect(Object.fromEntries(chains)).toEqual({
    m: ['m'],
    a: ['m', 'a'],
    b: ['m', 'b'],
    c: ['m', 'a', 'c'],
    d: ['m', 'b', 'd'],
  })
})

test('cgo: C, the standard library, and runtime/cgo, which they all bring', () => {
  const packages = [
    standardC('runtime/cgo'),
    standardC('net'),
    withC('github.com/mattn/go-sqlite3', ['runtime/cgo']),
    listed('example.test/db', ['github.com/mattn/go-sqlite3']),
    listed(MAIN, ['net', 'example.test/db']),
  ]
  expect(told(packages)).toEqual([
    'why: main → net (cgo resolver)',
    // Not cgo: false, which the other package cannot do with.
    'mend: add netgo to tags',
    'why: main → example.test/db → github.com/mattn/go-sqlite3 (cgo)',
    'mend: link it with musl: cc: musl-gcc in the row and -linkmode external -extldflags -static in ldflags; or set cgo: false if the program can do without its C code',
  ])
})

test('musl is for linux only', () => {
  const lines = told([withC(MAIN)], { goos: 'freebsd' })
  expect(lines).toEqual([
    'why: main (cgo)',
    'mend: set cgo: false if the program can do without its C code, or allow what it needs with linkage',
  ])
})

test('a package that SWIG wraps uses cgo', () => {
  expect(told([listed(MAIN, ['w']), listed('w', [], { SwigFiles: ['w.swig'] })])[0]).toBe(
    'why: main → w (cgo)',
  )
})

test('runtime/cgo alone is a reason where it is imported, and none where only the linker adds it', () => {
  expect(told([standardC('runtime/cgo'), listed(MAIN, ['runtime/cgo'])])).toEqual([
    'why: main → runtime/cgo (cgo)',
    'mend: set cgo: false, or leave out runtime/cgo',
  ])
  expect(findReasons(factsOf([standardC('runtime/cgo'), listed(MAIN)]))).toEqual([])
})

test('libraries that the standard library asks for are no reason', () => {
  const packages = [
    listed('syscall', [], { Standard: true }),
    listed('golang.org/x/sys/unix', ['syscall']),
    listed('a/loads', ['syscall']),
    listed(MAIN, ['golang.org/x/sys/unix', 'a/loads']),
  ]
  const dynamicImports = new Map([
    ['syscall', ['libc.so']],
    ['golang.org/x/sys/unix', ['libc.so']],
    ['a/loads', ['libc.so', 'libX11.so', 'libm.so']],
  ])
  expect(findReasons(factsOf(packages, { goos: 'openbsd', cgo: false, dynamicImports }))).toEqual([
    {
      kind: 'cgo_import_dynamic',
      chain: [MAIN, 'a/loads'],
      libraries: ['libX11.so', 'libm.so'],
      mend: 'leave out a/loads, which nothing makes static, or allow what it loads with linkage',
    },
  ])
})

describe('flags', () => {
  const flagsOf = (goos: string, cgo: boolean, flags: Partial<Facts['flags']>) =>
    findReasons(factsOf([listed(MAIN)], { goos, cgo, flags: { ...factsOf([]).flags, ...flags } })).map(
      (reason) => (reason.kind === 'flag' ? reason.flag : reason.kind),
    )

  test.each<[goos: string, cgo: boolean, flags: Partial<Facts['flags']>, told: string[]]>([
    ['linux', false, {}, []],
    ['linux', false, { buildmode: 'pie' }, ['-buildmode=pie']],
    ['freebsd', false, { buildmode: 'pie' }, ['-buildmode=pie']],
    ['linux', false, { buildmode: 'exe' }, []],
    // Every program there is one.
    ['darwin', false, { buildmode: 'pie' }, []],
    ['windows', false, { buildmode: 'pie' }, []],
    ['linux', true, { buildmode: 'c-shared' }, ['-buildmode=c-shared']],
    ['windows', true, { buildmode: 'c-shared' }, ['-buildmode=c-shared']],
    ['linux', true, { linkmode: 'external' }, ['-linkmode external']],
    ['linux', true, { linkmode: 'internal' }, []],
    ['linux', true, { linkmode: 'external', extldflags: '-static' }, []],
    ['linux', true, { buildmode: 'pie', linkmode: 'external', extldflags: '-static-pie' }, []],
    ['linux', true, { linkmode: 'external', extldflags: '-lm' }, ['-linkmode external', '-extldflags "-lm"']],
    ['linux', false, { extldflags: '-lm' }, []],
    ['linux', true, { goflags: ['-race'] }, ['-race']],
  ])('%s, cgo %s, %j', (goos, cgo, flags, expected) => {
    expect(flagsOf(goos, cgo, flags)).toEqual(expected)
  })
})

test('reasons of one mend are counted from the ninth on', () => {
  const reasons = Array.from({ length: 11 }, (_, index): Reason => {
    return { kind: 'cgo', chain: [MAIN, `p${index}`], mend: 'mend it' }
  })
  const lines = formatReasons([...reasons, { kind: 'flag', flag: '-race', mend: 'leave it' }])
  expect(lines.slice(7)).toEqual([
    'why: main → p7 (cgo)',
    'why: and 3 more like these',
    'mend: mend it',
    'why: -race',
    'mend: leave it',
  ])
})
