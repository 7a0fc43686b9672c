// buildCommands and buildEnvironment: a planned target in, the argument arrays and the variables of the go command out.
import path from 'node:path'
import {
  buildCommands,
  buildEnvironment,
  withActionGraph,
  type BuildFlags,
} from '../../../src/build/command.js'
import type { TargetOptions } from '../../../src/plan/plan.js'
import { optionsOf, plannedTarget, targetOf } from '../plan/example-plan.js'

const FOLDER = path.resolve('/build folder/linux_amd64')
const FLAGS: BuildFlags = { trimpath: true, buildvcs: 'auto', mod: 'readonly' }
const ONE = ['example.com/cmd/a']
const TWO = [...ONE, 'example.com/cmd/b']

const commands = (target: string, changes: Partial<TargetOptions> = {}, flags: Partial<BuildFlags> = {}) =>
  buildCommands(plannedTarget(optionsOf(target, changes), { sbom: [] }), { ...FLAGS, ...flags }, 4, FOLDER)

test('two programs, in full', () => {
  expect(
    commands('linux/amd64', { packages: TWO, ldflags: "-s -w -X 'main.v={version}'", tags: 'a,b' }),
  ).toEqual([
    [
      'go',
      'build',
      '-trimpath=true',
      '-buildvcs=auto',
      '-p=4',
      "-ldflags=-s -w -X 'main.v=v1.3.1'",
      '-tags=a,b',
      '-mod=readonly',
      '-o',
      `${FOLDER}${path.sep}`,
      '--',
      ...TWO,
    ],
  ])
})

test.each<
  [
    name: string,
    flags: Partial<BuildFlags>,
    changes: Partial<TargetOptions>,
    expected: string[],
    absent: RegExp,
  ]
>([
  ['no trimpath', { trimpath: false }, {}, ['-trimpath=false'], /^$/],
  ['buildvcs', { buildvcs: 'false' }, {}, ['-buildvcs=false'], /^$/],
  ['a vendor folder', { mod: 'vendor' }, {}, ['-mod=vendor'], /^-mod=readonly/],
  ['-mod left to Go', { mod: undefined }, {}, [], /^-mod/],
  // Empty ones are given too, so that a GOFLAGS of the runner's cannot bring its own.
  ['no tags, no ldflags', {}, { tags: '', ldflags: '' }, ['-tags=', '-ldflags='], /^$/],
  ['no buildmode', {}, {}, [], /^-buildmode/],
  ['a buildmode', {}, { buildmode: 'pie' }, ['-buildmode=pie'], /^$/],
])('%s', (_, flags, changes, expected, absent) => {
  const [command = []] = commands('linux/amd64', changes, flags)
  expect(command).toEqual(expect.arrayContaining(expected))
  expect(command.filter((argument) => absent.test(argument))).toEqual([])
})

test('a command that writes what it did differs by that flag alone, before the packages', () => {
  const [command = []] = commands('linux/amd64')
  const graph = path.resolve('/scratch/0.json')
  const [go, build, flag, ...rest] = withActionGraph(command, graph)
  expect(flag).toBe(`-debug-actiongraph=${graph}`)
  expect([go, build, ...rest]).toEqual(command)
})

describe('what each command builds, and where', () => {
  const into = (file: string, ...packages: string[]) => ({ output: path.join(FOLDER, file), packages })

  test.each<
    [
      target: string,
      buildmode: string | undefined,
      packages: string[],
      outputs: { output: string; packages: string[] }[],
    ]
  >([
    ['linux/amd64', undefined, ONE, [into('a', ...ONE)]],
    ['windows/amd64', undefined, ONE, [into('a.exe', ...ONE)]],
    ['windows/amd64', undefined, TWO, [{ output: `${FOLDER}${path.sep}`, packages: TWO }]],
    ['linux/amd64', 'pie', TWO, [{ output: `${FOLDER}${path.sep}`, packages: TWO }]],
    ['linux/amd64', 'exe', TWO, [into('a', TWO[0] ?? ''), into('b', TWO[1] ?? '')]],
    ['linux/amd64', 'c-shared', TWO, [into('a.so', TWO[0] ?? ''), into('b.so', TWO[1] ?? '')]],
    ['linux/amd64', 'c-archive', TWO, [into('a.a', TWO[0] ?? ''), into('b.a', TWO[1] ?? '')]],
    ['wasip1/wasm', undefined, TWO, [into('a.wasm', TWO[0] ?? ''), into('b.wasm', TWO[1] ?? '')]],
  ])('%s, buildmode %s, %j', (target, buildmode, packages, outputs) => {
    const found = commands(target, { buildmode, packages, cgo: buildmode === 'c-shared' }).map((command) => ({
      output: command[command.indexOf('-o') + 1],
      packages: command.slice(command.indexOf('--') + 1),
    }))
    expect(found).toEqual(outputs)
  })

  test('a package that looks like a flag stays a package', () => {
    const [command = []] = commands('linux/amd64', { packages: ['-toolexec=x/cmd/hello'] })
    expect(command.slice(-2)).toEqual(['--', '-toolexec=x/cmd/hello'])
  })
})

describe('buildEnvironment', () => {
  // Empty is unset for Go: a runner's own value must not get in.
  const UNSET = {
    GOAMD64: '',
    GOARM: '',
    GOARM64: '',
    GO386: '',
    GOMIPS: '',
    GOMIPS64: '',
    GOPPC64: '',
    GORISCV64: '',
    GOWASM: '',
  }

  test.each<[target: string, cgo: boolean, expected: Record<string, string>]>([
    ['linux/amd64', false, { GOOS: 'linux', GOARCH: 'amd64', CGO_ENABLED: '0', GOAMD64: 'v1' }],
    ['linux/amd64/v3', true, { GOOS: 'linux', GOARCH: 'amd64', CGO_ENABLED: '1', GOAMD64: 'v3' }],
    [
      'linux/arm/6+softfloat',
      false,
      { GOOS: 'linux', GOARCH: 'arm', CGO_ENABLED: '0', GOARM: '6,softfloat' },
    ],
    ['darwin/arm64', false, { GOOS: 'darwin', GOARCH: 'arm64', CGO_ENABLED: '0', GOARM64: 'v8.0' }],
    [
      'linux/mipsle/softfloat',
      false,
      { GOOS: 'linux', GOARCH: 'mipsle', CGO_ENABLED: '0', GOMIPS: 'softfloat' },
    ],
    ['wasip1/wasm', false, { GOOS: 'wasip1', GOARCH: 'wasm', CGO_ENABLED: '0' }],
  ])('%s, cgo %s', (target, cgo, expected) => {
    expect(buildEnvironment(targetOf(target), cgo)).toEqual({ ...UNSET, ...expected })
  })

  test('a row brings its compilers and its own variables', () => {
    const overrides = { cc: 'zig cc', cxx: 'zig c++', env: { CGO_CFLAGS: '-O2' } }
    const environment = buildEnvironment(targetOf('linux/arm64', overrides), true)
    expect(environment).toMatchObject({ CC: 'zig cc', CXX: 'zig c++', CGO_CFLAGS: '-O2', CGO_ENABLED: '1' })
  })

  test('without a row of its own no compiler is named', () => {
    expect(Object.keys(buildEnvironment(targetOf('linux/arm64'), true))).not.toContain('CC')
  })
})
