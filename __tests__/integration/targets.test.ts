// The targets against the Go that is there: its list of pairs, its defaults, and what it makes of the environment.
import { execFileSync } from 'node:child_process'
import { parseTargets } from '../../src/plan/parse-targets.js'
import { formatTarget, targetEnvironment } from '../../src/plan/target.js'
import type { Platform, Target } from '../../src/plan/target.js'

const platforms = JSON.parse(go(['tool', 'dist', 'list', '-json'])) as Platform[]

/** A runner that has a setting of its own for everything. */
const RUNNER = {
  GOOS: 'plan9',
  GOARCH: 'mips',
  CGO_ENABLED: '1',
  GOAMD64: 'v4',
  GOARM: '5',
  GOARM64: 'v9.5',
  GO386: 'softfloat',
  GOMIPS: 'softfloat',
  GOMIPS64: 'softfloat',
  GOPPC64: 'power10',
  GORISCV64: 'rva23u64',
  GOWASM: 'satconv',
}

/** What Go's own defaults are: no setting at all. */
const NOTHING = Object.fromEntries(Object.keys(RUNNER).map((name) => [name, undefined]))

function go(args: readonly string[], environment: NodeJS.ProcessEnv = {}): string {
  return execFileSync('go', args, { encoding: 'utf8', env: { ...process.env, GOENV: 'off', ...environment } })
}

/** The build tags that Go sets from the architecture's variant, such as amd64.v1. */
function variantTags(goarch: string, environment: NodeJS.ProcessEnv): string[] {
  const tags = go(['list', '-f', '{{join context.ToolTags "\\n"}}', 'unsafe'], environment).trim().split('\n')
  return tags.filter((tag) => tag.startsWith(`${goarch}.`))
}

function parseOne(text: string): Target {
  const [target] = parseTargets(text, platforms, { cgo: false })
  if (target === undefined) throw new Error(`${text} is no target`)
  return target
}

test('every pair of this Go is known, by name or, where it needs cgo, with cgo', () => {
  const pairs = platforms.map(({ GOOS, GOARCH }) => `${GOOS}/${GOARCH}`)
  const withCgo = parseTargets('all', platforms, { cgo: true }).map(formatTarget)
  const withoutCgo = parseTargets('all', platforms, { cgo: false }).map(formatTarget)
  expect(pairs.filter((pair) => !withCgo.includes(pair) && !withoutCgo.includes(pair))).toEqual([])
  for (const pair of withoutCgo) expect(formatTarget(parseOne(pair))).toBe(pair)
})

test("the targets of 'all' with cgo off are those that Go links by itself", () => {
  const wildcard = parseTargets('all', platforms, { cgo: false }).map(formatTarget)
  const linkable = platforms.flatMap(({ GOOS, GOARCH }) =>
    needsExternalLinker(GOOS, GOARCH) ? [] : [`${GOOS}/${GOARCH}`],
  )
  expect(wildcard).toEqual(linkable)
})

test.each(['amd64', 'arm', 'arm64', '386', 'mips', 'mips64le', 'ppc64le', 'riscv64', 'loong64'])(
  "linux/%s on a runner with settings of its own is Go's default",
  (goarch) => {
    const ours = variantTags(goarch, { ...RUNNER, ...targetEnvironment(parseOne(`linux/${goarch}`), false) })
    expect(ours).toEqual(variantTags(goarch, { ...NOTHING, GOOS: 'linux', GOARCH: goarch }))
  },
)

test.each([
  ['linux/amd64/v3', 'amd64.v3'],
  ['linux/arm/5', 'arm.5'],
  ['linux/arm/6+softfloat', 'arm.6'],
  ['linux/arm64/v8.9+crypto', 'arm64.v8.9'],
  ['linux/arm64/v8.0+lse+crypto', 'arm64.v8.0'],
  ['linux/386/softfloat', '386.softfloat'],
  ['linux/mipsle/softfloat', 'mipsle.softfloat'],
  ['linux/mips64/softfloat', 'mips64.softfloat'],
  ['linux/ppc64le/power9', 'ppc64le.power9'],
  ['linux/riscv64/rva22u64', 'riscv64.rva22u64'],
])('%s is what Go builds for', (text, tag) => {
  const target = parseOne(text)
  expect(variantTags(target.goarch, { ...RUNNER, ...targetEnvironment(target, false) }).at(-1)).toBe(tag)
})

test.each(['linux/amd64', 'linux/arm/6', 'js/wasm'])('go env of %s shows none of the runner', (text) => {
  const target = parseOne(text)
  const environment = targetEnvironment(target, false)
  const names = Object.keys(environment)
  const shown = JSON.parse(go(['env', '-json', ...names], { ...RUNNER, ...environment })) as Record<
    string,
    string
  >
  const ofTheRunner = names.filter(
    (name) => environment[name] === '' && shown[name] === RUNNER[name as keyof typeof RUNNER],
  )
  expect(ofTheRunner).toEqual([])
  expect(shown).toMatchObject(
    Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')),
  )
})

/** What go says of a main package before it compiles anything. */
function needsExternalLinker(goos: string, goarch: string): boolean {
  const problem = go(['list', '-e', '-f', '{{with .Error}}{{.Err}}{{end}}', 'cmd/test2json'], {
    ...NOTHING,
    GOOS: goos,
    GOARCH: goarch,
    CGO_ENABLED: '0',
  })
  return problem.includes('requires external (cgo) linking')
}
