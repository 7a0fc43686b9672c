// compareReleases and describeComparison: every kind of change between two runs, and the words for it.
import type { Baseline } from '../../../src/compare/baseline.js'
import { compareReleases } from '../../../src/compare/compare.js'
import { describeComparison } from '../../../src/compare/wording.js'
import { baselineOf, COMMIT, programOf, targetOf } from './example-baseline.js'

const [LINUX, ARM, MAC] = ['linux/amd64', 'linux/arm64', 'darwin/arm64'] as const
const tell = (base: Baseline, head: Baseline) =>
  describeComparison(compareReleases(base, head), { name: 'age', branch: 'main' })

const [x, y] = ['v0.1.0', 'v0.2.0'].map((version) => ({ path: 'golang.org/x/sys', version }))
if (x === undefined || y === undefined) throw new Error('two versions')

describe('of one target', () => {
  type Changes = Parameters<typeof targetOf>[1]
  const programs = (...changes: Parameters<typeof programOf>[1][]) => ({
    programs: changes.map((each, index) => programOf(index === 0 ? 'age' : `age-${index}`, each)),
  })
  test.each<[name: string, before: Changes, after: Changes, lists: [title: string, ...items: string[]][]]>([
    ['a new program', programs({}), programs({}, {}), [['Programs', 'age-1: new']]],
    ['a program less', programs({}, {}), programs({}), [['Programs', 'age-1: gone']]],
    [
      'a program that is linked otherwise',
      programs({}),
      programs({ linkage: 'dynamic: needs libc.so.6' }),
      [['Linkage', 'age: static → dynamic: needs libc.so.6']],
    ],
    [
      'a floor that was not there',
      programs({}),
      programs({ floor: ['glibc 2.34'] }),
      [['Oldest system', 'age: new, glibc 2.34']],
    ],
    [
      'a floor less',
      programs({ floor: ['glibc 2.34'] }),
      programs({}),
      [['Oldest system', 'age: gone, glibc 2.34']],
    ],
    [
      'a floor raised',
      programs({ floor: ['glibc 2.4'] }),
      programs({ floor: ['glibc 2.34'] }),
      [['Oldest system', 'age: raised from glibc 2.4 to glibc 2.34']],
    ],
    [
      'a floor lowered',
      programs({ floor: ['macOS 12.0'] }),
      programs({ floor: ['macOS 11.3'] }),
      [['Oldest system', 'age: lowered from macOS 12.0 to macOS 11.3']],
    ],
    [
      'a floor of something else',
      programs({ floor: ['macOS 12.0'] }),
      programs({ floor: ['Mac Catalyst 15.0'] }),
      [['Oldest system', 'age: changed from macOS 12.0 to Mac Catalyst 15.0']],
    ],
    [
      'several floors',
      programs({ floor: ['macOS 12.0', 'Mac Catalyst 15.0'] }),
      programs({ floor: ['macOS 13.0'] }),
      [['Oldest system', 'age: changed from macOS 12.0, Mac Catalyst 15.0 to macOS 13.0']],
    ],
    ['a new module', { modules: [] }, { modules: [x] }, [['Modules', 'golang.org/x/sys: new, v0.1.0']]],
    ['a module less', { modules: [x] }, { modules: [] }, [['Modules', 'golang.org/x/sys: gone, v0.1.0']]],
    [
      'another version',
      { modules: [x] },
      { modules: [y] },
      [['Modules', 'golang.org/x/sys: v0.1.0 → v0.2.0']],
    ],
    [
      'a module replaced',
      { modules: [x] },
      { modules: [{ ...x, version: 'v0.1.0 => ../fork' }] },
      [['Modules', 'golang.org/x/sys: v0.1.0 → v0.1.0 => ../fork']],
    ],
    [
      'packages with C',
      { cgoPackages: ['net'] },
      { cgoPackages: ['runtime/cgo', 'os/user'] },
      [['Packages with cgo', 'net: gone', 'os/user: new', 'runtime/cgo: new']],
    ],
    ['packages of which one Go does not tell', { cgoPackages: undefined }, { cgoPackages: ['net'] }, []],
    [
      'a module and a program of names that objects have',
      { modules: [], ...programs({}) },
      {
        modules: [{ path: '__proto__', version: 'v1' }],
        programs: [programOf('age'), programOf('toString')],
      },
      [
        ['Programs', 'toString: new'],
        ['Modules', '__proto__: new, v1'],
      ],
    ],
  ])('%s', (_, before, after, lists) => {
    const told = tell(baselineOf(targetOf(LINUX, before)), baselineOf(targetOf(LINUX, after)))
    expect(told.lists.map(({ title, items }) => [title, ...items])).toEqual(lists)
  })
})

describe('sizes and times', () => {
  const rowOf = (before: object, after: object) =>
    tell(
      baselineOf(targetOf(LINUX, before)),
      // Something must have changed to be told of.
      baselineOf(targetOf(LINUX, { modules: [], ...after })),
    ).rows[1]
  const one = (size: number) => ({ programs: [programOf('age', { size })] })

  test.each<[name: string, before: object, after: object, cells: string[]]>([
    ['as they were', {}, {}, ['3.4 MB', '1.2 MB', '12.3 s → 12.3 s']],
    [
      'larger',
      { ...one(3_400_000), released: 1_200_000, buildSeconds: 10 },
      { ...one(3_900_100), released: 1_200_007, buildSeconds: 2.55 },
      ['3.4 MB → 3.9 MB (+500.1 kB, +14.7%)', '1.2 MB → 1.2 MB (+7 B, +0.0%)', '10.0 s → 2.5 s'],
    ],
    [
      'smaller',
      { ...one(2_000), released: 999 },
      { ...one(1_000), released: 0 },
      ['2.0 kB → 1.0 kB (-1.0 kB, -50.0%)', '999 B → 0 B (-999 B, -100.0%)', '12.3 s → 12.3 s'],
    ],
    [
      'where there was nothing, and no time is known',
      { ...one(0), buildSeconds: undefined },
      { ...one(5), buildSeconds: undefined },
      ['0 B → 5 B (+5 B)', '1.2 MB', ''],
    ],
    [
      'of programs that both have',
      { programs: [programOf('a', { size: 10 }), programOf('b', { size: 10 }), programOf('c')] },
      { programs: [programOf('b', { size: 15 }), programOf('a', { size: 10 }), programOf('d')] },
      ['20 B → 25 B (+5 B, +25.0%)', '1.2 MB', '12.3 s → 12.3 s'],
    ],
  ])('%s', (_, before, after, cells) => {
    expect(rowOf(before, after)).toEqual([LINUX, ...cells])
  })
})

describe('of several targets', () => {
  const of = (modules: Readonly<Record<string, typeof x>>) =>
    baselineOf(...Object.entries(modules).map(([id, module]) => targetOf(id, { modules: [module] })))
  const itemsOf = (base: Baseline, head: Baseline) => tell(base, head).lists.flatMap(({ items }) => items)
  const all = of({ [LINUX]: x, [ARM]: x, [MAC]: x })

  test.each<[name: string, head: Baseline, items: string[]]>([
    ['all', of({ [LINUX]: y, [ARM]: y, [MAC]: y }), ['golang.org/x/sys: v0.1.0 → v0.2.0']],
    [
      'some',
      of({ [LINUX]: y, [ARM]: y, [MAC]: x }),
      ['golang.org/x/sys: v0.1.0 → v0.2.0 (on 2 of 3 targets)'],
    ],
    ['one', of({ [LINUX]: x, [ARM]: x, [MAC]: y }), ['golang.org/x/sys: v0.1.0 → v0.2.0 (on darwin/arm64)']],
    [
      'those that both have',
      of({ 'js/wasm': y, [LINUX]: y, [ARM]: y }),
      ['js/wasm: new', 'darwin/arm64: gone', 'golang.org/x/sys: v0.1.0 → v0.2.0'],
    ],
    [
      'none that both have',
      of({ 'js/wasm': y }),
      ['js/wasm: new', ...[LINUX, ARM, MAC].map((id) => `${id}: gone`)],
    ],
  ])('a change on %s is told once', (_, head, items) => {
    expect(itemsOf(all, head)).toEqual(items)
  })

  test('each has a row, in the order of the plan', () => {
    expect(tell(all, of({ [MAC]: y, 'js/wasm': y, [LINUX]: y })).rows.map(([target]) => target)).toEqual([
      'Target',
      MAC,
      LINUX,
    ])
  })

  test('changes are sorted by what they are, then by name', () => {
    const head = baselineOf(
      targetOf(LINUX, { modules: [{ path: 'b', version: 'v1' }] }),
      targetOf(ARM, { modules: [{ path: 'a', version: 'v1' }], programs: [programOf('other')] }),
      targetOf(MAC, { modules: [x] }),
    )
    expect(compareReleases(all, head).differences.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'program age',
      'program other',
      'module a',
      'module b',
      'module golang.org/x/sys',
    ])
  })
})

describe('nothing has changed', () => {
  test.each<[name: string, changes: Parameters<typeof targetOf>[1]]>([
    ['at all', {}],
    ['but for what every commit and every machine changes', { released: 1_200_013, buildSeconds: 99 }],
  ])('%s', (_, changes) => {
    expect(tell(baselineOf(targetOf(LINUX)), baselineOf(targetOf(LINUX, changes)))).toEqual({
      headline: 'age compared with main at 0123456789ab: nothing has changed',
      rows: [],
      lists: [],
    })
  })

  test.each<[name: string, head: Baseline]>([
    ['a byte of a program', baselineOf(targetOf(LINUX, { programs: [programOf('age', { size: 1 })] }))],
    ['a target', baselineOf(targetOf(LINUX), targetOf(ARM))],
    ['a target less', baselineOf()],
    ['a module', baselineOf(targetOf(LINUX, { modules: [] }))],
    ['a file beside the programs', baselineOf(targetOf(LINUX, { released: 51_200_000 }))],
  ])('is not said of %s', (_, head) => {
    expect(tell(baselineOf(targetOf(LINUX)), head).headline).toBe('age compared with main at 0123456789ab')
  })

  test('is said outside of a repository too', () => {
    const base = { ...baselineOf(targetOf(LINUX)), commit: undefined }
    expect(tell(base, base).headline).toBe('age compared with main: nothing has changed')
  })
})

test('the commits of both are told', () => {
  const head = { ...baselineOf(targetOf(LINUX)), commit: 'f'.repeat(40) }
  expect(compareReleases(baselineOf(targetOf(LINUX)), head)).toMatchObject({
    base: COMMIT,
    head: 'f'.repeat(40),
  })
})
