// cacheKey: what must give another key, what must not, and which parts a restore may fall back to.
import {
  cacheKey,
  describeDifference,
  entryKey,
  type KeyFacts,
  type TargetFacts,
} from '../../../src/cache/key.js'
import { formatTarget } from '../../../src/plan/target.js'
import { targetOf } from '../plan/example-plan.js'

const GO_MOD = 'module example.com/hello\n\ngo 1.26\n\nreplace example.com/x => ../x\n'
const GO_SUM = 'example.com/x v1.0.0 h1:abc=\nexample.com/x v1.0.0/go.mod h1:def=\n'

function target(text: string, changes: Partial<TargetFacts> = {}): TargetFacts {
  const id = formatTarget(targetOf(text))
  return { id, cgo: false, tags: '', buildmode: undefined, environment: {}, ...changes }
}

const FACTS: KeyFacts = {
  os: 'linux',
  arch: 'amd64',
  goVersion: 'go1.26.8',
  trimpath: true,
  folder: '/home/runner/work/hello/hello',
  goflags: '',
  profiles: {},
  targets: [
    target('linux/amd64', { tags: 'netgo,osusergo' }),
    target('windows/arm64'),
    target('linux/arm64', { cgo: true, environment: { CC: 'aarch64-linux-gnu-gcc', CGO_CFLAGS: '-O2' } }),
  ],
  moduleFiles: { 'go.mod': GO_MOD, 'go.sum': GO_SUM },
}

const key = (changes: Partial<KeyFacts> = {}) => cacheKey({ ...FACTS, ...changes })
const single = (changes: Partial<TargetFacts> = {}, text = 'linux/amd64') => ({
  targets: [target(text, changes)],
})
const untrimmed = (folder: string) => ({ trimpath: false, folder })

describe('gives another key', () => {
  test.each<[name: string, one: Partial<KeyFacts>, other: Partial<KeyFacts>]>([
    ['the system of the runner', {}, { os: 'windows' }],
    ['the architecture of the runner', {}, { arch: 'arm64' }],
    ['the version of Go', {}, { goVersion: 'go1.26.9' }],
    ['an experiment of the toolchain', {}, { goVersion: 'go1.26.8 X:jsonv2' }],
    ['trimpath', {}, { trimpath: false }],
    ['GOEXPERIMENT', single(), single({ environment: { GOEXPERIMENT: 'jsonv2' } })],
    [
      'GOFIPS140',
      single({ environment: { GOFIPS140: 'off' } }),
      single({ environment: { GOFIPS140: 'latest' } }),
    ],
    ['gcflags', { goflags: '-gcflags=-N' }, { goflags: '-gcflags=-l' }],
    ['asmflags', {}, { goflags: "'-asmflags=all=-D x'" }],
    ['a flag written with two hyphens', {}, { goflags: '--race' }],
    ['the order of two values of a flag', { goflags: '-pgo=a -pgo=b' }, { goflags: '-pgo=b -pgo=a' }],
    ['a flag that nobody knows', {}, { goflags: '-frobnicate' }],
    ['a profile', {}, { profiles: { 'example.com/hello': 'abc' } }],
    [
      'another profile',
      { profiles: { 'example.com/hello': 'abc' } },
      { profiles: { 'example.com/hello': 'def' } },
    ],
    [
      'the version of the C compiler',
      single({ cgo: true, compiler: 'gcc 12.2.0' }),
      single({ cgo: true, compiler: 'gcc 14.1.0' }),
    ],
    [
      'flags for C',
      single({ cgo: true, environment: { CGO_CFLAGS: '-O2' } }),
      single({ cgo: true, environment: { CGO_CFLAGS: '-O3' } }),
    ],
    ['a target more', {}, { targets: [...FACTS.targets, target('darwin/arm64')] }],
    ['a target less', {}, { targets: FACTS.targets.slice(1) }],
    ['another goos', single(), single({}, 'freebsd/amd64')],
    ['a variant that is not the default', single(), single({}, 'linux/amd64/v3')],
    ['cgo', single(), single({ cgo: true })],
    ['tags', single(), single({ tags: 'netgo' })],
    ['one tag or two', single({ tags: 'ab' }), single({ tags: 'a,b' })],
    ['the buildmode', single(), single({ buildmode: 'pie' })],
    ['the C compiler of a row', single({ cgo: true }), single({ cgo: true, environment: { CC: 'clang' } })],
    ['the env of a row', single({ environment: { A: '1' } }), single({ environment: { A: '2' } })],
    [
      'one variable or two',
      single({ environment: { A: '1 B=2' } }),
      single({ environment: { A: '1', B: '2' } }),
    ],
    [
      'a requirement in go.mod',
      {},
      { moduleFiles: { 'go.mod': `${GO_MOD}require a v1\n`, 'go.sum': GO_SUM } },
    ],
    ['a line in go.sum', {}, { moduleFiles: { 'go.mod': GO_MOD, 'go.sum': `${GO_SUM}x\n` } }],
    ['no go.sum', {}, { moduleFiles: { 'go.mod': GO_MOD, 'go.sum': '' } }],
    ['a workspace', {}, { moduleFiles: { ...FACTS.moduleFiles, 'go.work': 'use .\n' } }],
    ['the folder, where paths are not trimmed', untrimmed('/home/a'), untrimmed('/home/b')],
    ['the drive, where paths are not trimmed', untrimmed('C:\\a'), untrimmed('D:\\a')],
  ])('%s', (_, one, other) => {
    expect(key(one).prefixes[0]).not.toBe(key(other).prefixes[0])
  })
})

describe('gives the same key', () => {
  test.each<[name: string, one: Partial<KeyFacts>, other: Partial<KeyFacts>]>([
    ['the order of targets', {}, { targets: FACTS.targets.toReversed() }],
    ['a target twice', {}, { targets: [...FACTS.targets, ...FACTS.targets] }],
    ['the default variant of amd64', single({}, 'linux/amd64'), single({}, 'linux/amd64/v1')],
    ['the default variant of arm', single({}, 'linux/arm'), single({}, 'linux/arm/v7')],
    ['the default variant of arm64', single({}, 'linux/arm64'), single({}, 'linux/arm64/v8')],
    ['the default variant of mips', single({}, 'linux/mips'), single({}, 'linux/mips/hardfloat')],
    ['the order of tags', single({ tags: 'a,b,c' }), single({ tags: 'c,a,b' })],
    ['a tag twice', single({ tags: 'a,b' }), single({ tags: 'b,a,b' })],
    [
      'the order of variables',
      single({ environment: { GOFIPS140: 'x', GOEXPERIMENT: 'y' } }),
      single({ environment: { GOEXPERIMENT: 'y', GOFIPS140: 'x' } }),
    ],
    ['an empty variable', single(), single({ environment: { GOEXPERIMENT: '' } })],
    ['ldflags', {}, { goflags: "'-ldflags=-s -w'" }],
    ['how many compilers run at once', { goflags: '-p=1' }, { goflags: '-p=16' }],
    ['flags that are given to every build', {}, { goflags: '-tags=x -trimpath -buildvcs=false -mod=mod' }],
    ['flags that print', {}, { goflags: '-v -x --work' }],
    ['the order of flags', { goflags: '-race -gcflags=-N' }, { goflags: '-gcflags=-N -race' }],
    [
      'all that concerns C, without cgo',
      single(),
      single({ compiler: 'gcc 14', environment: { CC: 'clang', CGO_CFLAGS: '-O3', PKG_CONFIG: 'x' } }),
    ],
    ['the order of module files', {}, { moduleFiles: { 'go.sum': GO_SUM, 'go.mod': GO_MOD } }],
    [
      'line ends as Windows writes them',
      {},
      {
        moduleFiles: { 'go.mod': GO_MOD.replaceAll('\n', '\r\n'), 'go.sum': GO_SUM.replaceAll('\n', '\r\n') },
      },
    ],
    [
      'paths as Windows writes them',
      {},
      { moduleFiles: { 'go.mod': GO_MOD.replace('../x', '..\\x'), 'go.sum': GO_SUM } },
    ],
    ['the folder', {}, { folder: '/Users/runner/work/hello/hello' }],
    ['the drive', { folder: 'C:\\a\\hello' }, { folder: 'D:\\a\\hello' }],
    ['the case of a drive, where paths are not trimmed', untrimmed('D:\\a\\b'), untrimmed('d:\\a\\b')],
    ['the separator, where paths are not trimmed', untrimmed('D:\\a\\b'), untrimmed('D:/a/b')],
  ])('%s', (_, one, other) => {
    expect(key(one)).toEqual(key(other))
  })
})

describe('the form of a key', () => {
  test('begins with what must agree: system, architecture, version of Go', () => {
    expect(entryKey(key(), ['a'])).toMatch(/^go-cross-release-\d+-linux-amd64-go1\.26\.8(-[0-9a-f]{16}){4}$/)
  })

  const huge: Partial<KeyFacts> = {
    goVersion: 'go1.27-devel_0123456789 Thu Jan 1 00:00:00 2026 +0000 X:jsonv2,greenteagc,nodwarf5',
    goflags: `-gcflags=${'a,'.repeat(2000)}`,
    targets: ['arm64/v9.5+crypto', 'arm/5+hardfloat', 'amd64/v4'].map((text) =>
      target(`linux/${text}`, {
        tags: 'a,b,c',
        environment: { CGO_CFLAGS: `-DX=1,2 ${'-O2 '.repeat(500)}` },
      }),
    ),
  }

  test.each<[name: string, facts: Partial<KeyFacts>]>([
    ['usual facts', {}],
    ['huge facts', huge],
    ['huge facts, paths not trimmed', { ...huge, ...untrimmed(`C:\\${'a,b\\'.repeat(200)}`) }],
  ])('%s: at most 512 characters and no comma, as the service demands', (_, facts) => {
    for (const text of [entryKey(key(facts), ['a,b']), ...key(facts).prefixes]) {
      expect(text.length).toBeLessThanOrEqual(512)
      expect(text).toMatch(/^[A-Za-z0-9._-]+$/)
    }
  })

  test('with trimpath nothing of the key or its ingredients tells where the checkout is', () => {
    expect(JSON.stringify(key())).not.toContain('/home')
    expect(JSON.stringify(key({ folder: 'D:\\a\\hello' }))).not.toMatch(/[A-Za-z]:[\\/]/)
  })
})

describe('the prefixes to restore from', () => {
  test('are parts of the key, the longest first, and never leave out the version of Go', () => {
    const { prefixes } = key()
    const primary = entryKey(key(), ['a'])
    expect(prefixes).toHaveLength(3)
    for (const [index, prefix] of prefixes.entries()) {
      expect(primary.startsWith(prefix)).toBe(true)
      expect(prefix).toMatch(/^go-cross-release-\d+-linux-amd64-go1\.26\.8-.*$/)
      expect(prefix.length).toBeLessThan((prefixes[index - 1] ?? primary).length)
    }
  })

  test.each<[name: string, changes: Partial<KeyFacts>, shared: boolean[]]>([
    ['other packages only', {}, [true, true, true]],
    ['other modules: same flags and targets', { moduleFiles: {} }, [false, true, true]],
    ['other targets: same flags', { targets: [target('aix/ppc64')] }, [false, false, true]],
    ['other flags', { trimpath: false }, [false, false, false]],
    ['another Go', { goVersion: 'go1.26.80' }, [false, false, false]],
    ['another runner', { arch: 'arm64' }, [false, false, false]],
  ])('%s', (_, changes, shared) => {
    const entry = entryKey(key(changes), ['another'])
    expect(key().prefixes.map((prefix) => entry.startsWith(prefix))).toEqual(shared)
  })
})

test('the ingredients name everything that was considered', () => {
  const { ingredients } = key({ goflags: '-race', profiles: { 'example.com/hello': 'abc' } })
  expect(Object.keys(ingredients)).toEqual(['runner', 'go', 'flags', 'targets', 'modules'])
  expect(ingredients).toMatchObject({
    runner: ['linux/amd64'],
    go: ['go1.26.8'],
    flags: ['GOFLAGS=-race', 'default.pgo of example.com/hello=abc', 'trimpath=true'],
    modules: [
      expect.stringMatching(/^go\.mod=[0-9a-f]{16}$/),
      expect.stringMatching(/^go\.sum=[0-9a-f]{16}$/),
    ],
  })
  expect(ingredients['targets']).toEqual([
    'linux/amd64 cgo=0 tags=netgo,osusergo',
    expect.stringMatching(
      /^linux\/arm64 cgo=1 CC=aarch64-linux-gnu-gcc CGO_CFLAGS=-O2 compiler=[0-9a-f]{16}$/,
    ),
    'windows/arm64 cgo=0',
  ])
})

describe('the key of an entry', () => {
  test('changes with a package, and not with their order or repetition', () => {
    expect(entryKey(key(), ['a', 'b'])).toBe(entryKey(key(), ['b', 'a', 'b']))
    expect(entryKey(key(), ['a', 'b'])).not.toBe(entryKey(key(), ['a', 'c']))
  })
})

test('two keys differ in words', () => {
  const own = key({ goflags: '-race' }).ingredients
  const other = key({ targets: FACTS.targets.slice(1), goVersion: 'go1.26.9' }).ingredients
  expect(describeDifference(own, own)).toEqual([])
  expect(describeDifference(own, other)).toEqual([
    'go: + go1.26.8, - go1.26.9',
    'flags: + GOFLAGS=-race, - GOFLAGS=',
    'targets: + linux/amd64 cgo=0 tags=netgo,osusergo',
  ])
})
