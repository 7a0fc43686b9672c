// parseActionGraph and mergeActions: what cmd/go writes of a build in, packages and links out.
import {
  mergeActions,
  packagesWithC,
  parseActionGraph,
  type BuildActions,
} from '../../../src/build/action-graph.js'

/** As Go 1.26 writes it, less what is not read. */
const GRAPH = [
  { Mode: 'go build', Package: '' },
  { Mode: 'link-install', Package: 'example.com/a', Cmd: null },
  { Mode: 'link', Package: 'example.com/a', ActionID: 'L1', Cmd: ['link -o a'], CmdUser: 9e9, CmdSys: 1e9 },
  { Mode: 'link', Package: 'example.com/b', ActionID: 'L2', Cmd: null },
  { Mode: 'build check cache', Package: 'example.com/a' },
  { Mode: 'build', Package: 'example.com/a', ActionID: 'A', Cmd: ['compile'], CmdUser: 2e9, CmdSys: 5e8 },
  { Mode: 'build', Package: 'example.com/b', ActionID: 'B', Cmd: null, CmdUser: 0, CmdSys: 0 },
  { Mode: 'cgo run', Package: 'example.com/a', Cmd: ['cgo'], CmdUser: 1e9, CmdSys: 0 },
  { Mode: 'cgo compile a.c', Package: 'example.com/a', Cmd: ['gcc'], CmdUser: 0, CmdSys: 25e7 },
  { Mode: 'cgo compile b.c', Package: 'example.com/b', Cmd: null },
  { Mode: 'built-in package', Package: 'unsafe' },
]

test('packages compiled and cached, programs linked and up to date, and what each package cost', () => {
  expect(parseActionGraph(JSON.stringify(GRAPH))).toEqual({
    packages: [
      { importPath: 'example.com/a', actionId: 'A', compiled: true, cpuSeconds: 3.75, cgo: true },
      { importPath: 'example.com/b', actionId: 'B', compiled: false, cpuSeconds: 0, cgo: true },
    ],
    linked: 1,
    upToDate: 1,
  })
})

test.each<[name: string, text: string]>([
  ['no file', ''],
  ['a file that breaks off', JSON.stringify(GRAPH).slice(0, -3)],
  ['another shape', '{"actions": []}'],
  ['no packages', '[]'],
  ['actions that are none', '[null, 1, "build", []]'],
  [
    'fields of other types',
    '[{"Mode": 1, "Package": "a", "ActionID": "A"}, {"Mode": "build", "Package": 1}]',
  ],
  ['a build without an action ID', '[{"Mode": "build", "Package": "a", "Cmd": ["compile"]}]'],
])('not told of: %s', (_, text) => {
  expect(parseActionGraph(text)).toBeUndefined()
})

test('a package without times costs nothing', () => {
  const text = '[{"Mode": "build", "Package": "a", "ActionID": "A", "Cmd": ["compile"], "CmdUser": "1s"}]'
  expect(parseActionGraph(text)?.packages).toEqual([
    { importPath: 'a', actionId: 'A', compiled: true, cpuSeconds: 0, cgo: false },
  ])
})

test('several builds as one: each package once, compiled if one of them compiled it', () => {
  const build = (compiled: boolean, ...names: string[]): BuildActions => ({
    packages: names.map((name) => ({
      importPath: name,
      actionId: name,
      compiled,
      cpuSeconds: compiled ? 1 : 0,
      cgo: false,
    })),
    linked: 1,
    upToDate: 2,
  })
  const merged = mergeActions([build(true, 'a', 'b'), build(false, 'b', 'c'), build(true, 'c')])
  expect(merged.packages.map(({ importPath, compiled }) => [importPath, compiled])).toEqual([
    ['a', true],
    ['b', true],
    ['c', true],
  ])
  expect(merged).toMatchObject({ linked: 3, upToDate: 6 })
})

describe('packages with C in them', () => {
  const build = (name: string) => ({ Mode: 'build', Package: name, ActionID: name })
  const run = (name: string) => ({ Mode: 'cgo run', Package: name })
  const packages = [build('a'), build('runtime/cgo'), build('net')]
  test.each<[name: string, actions: object[], withC: string[], told: string[] | undefined]>([
    [
      'are told from the others, sorted',
      [...packages, run('net'), run('runtime/cgo')],
      ['runtime/cgo', 'net'],
      ['net', 'runtime/cgo'],
    ],
    // As Go 1.25 does it.
    ['may be any where Go does not tell', packages, ['a', 'runtime/cgo', 'net'], undefined],
    ['are none without cgo', [build('a')], [], []],
  ])('%s', (_, graph, withC, told) => {
    const actions = parseActionGraph(JSON.stringify(graph)) ?? { packages: [], linked: 0, upToDate: 0 }
    expect(actions.packages.flatMap((one) => (one.cgo ? [one.importPath] : []))).toEqual(withC)
    expect(packagesWithC(actions)).toEqual(told)
  })
})

describe('from the beginning of the first link to the end of the last', () => {
  const build = { Mode: 'build', Package: 'a', ActionID: 'A' }
  const link = (TimeStart: unknown, TimeDone: unknown, Cmd: readonly string[] | null = ['link']) => ({
    ...{ Mode: 'link', Package: 'a', Cmd, TimeStart, TimeDone },
  })
  const linkingOf = (...links: object[]) => parseActionGraph(JSON.stringify([build, ...links]))?.linking
  // As Go writes it, in the machine's own time zone.
  const [one, two] = ['2026-01-02T03:04:05.123456789Z', '2026-01-02T04:04:06.25+01:00']
  const [start, end] = [Date.UTC(2026, 0, 2, 3, 4, 5, 123), Date.UTC(2026, 0, 2, 3, 4, 6, 250)]

  test.each<[name: string, links: object[], linking: object | undefined]>([
    ['one', [link(one, two)], { start, end }],
    ['several', [link(two, two), link(one, one)], { start, end }],
    ['one that is up to date', [link(one, two, null)], undefined],
    ['none', [], undefined],
    ['one without times', [link(undefined, undefined)], undefined],
    ['one with times of another kind', [link(one, 12), link(one, two)], undefined],
    ['one with times that are none', [link('yesterday', two)], undefined],
  ])('%s', (_, links, linking) => {
    expect(linkingOf(...links)).toEqual(linking)
  })

  test('of several builds, those that do not tell left out', () => {
    const of = (linking: BuildActions['linking']): BuildActions => ({
      ...{ packages: [], linked: 1, upToDate: 0, linking },
    })
    const builds = [of({ start: 3, end: 4 }), of(undefined), of({ start: 1, end: 2 })]
    expect(mergeActions(builds).linking).toEqual({ start: 1, end: 4 })
    expect(mergeActions([of(undefined)]).linking).toBeUndefined()
  })
})
