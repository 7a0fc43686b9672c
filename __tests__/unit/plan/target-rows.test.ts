// The YAML and JSON form of the input matrix.
import { InputError } from '../../../src/errors.js'
import { parseTargets } from '../../../src/plan/parse-targets.js'
import { formatTarget } from '../../../src/plan/target.js'
import { PLATFORMS } from './target-platforms.js'

function parse(text: string, cgo = false): string[] {
  return parseTargets(text, PLATFORMS, { cgo }).map(formatTarget)
}

function overrides(text: string): unknown {
  return parseTargets(text, PLATFORMS, { cgo: false }).map((target) => target.overrides)
}

describe('matrices', () => {
  const cases: [name: string, text: string, targets: string][] = [
    [
      'the published matrix of age',
      `include:
  - {GOOS: linux, GOARCH: amd64}
  - {GOOS: linux, GOARCH: arm, GOARM: 6}
  - {GOOS: linux, GOARCH: arm64}
  - {GOOS: darwin, GOARCH: arm64}
  - {GOOS: darwin, GOARCH: amd64}
  - {GOOS: windows, GOARCH: amd64}
  - {GOOS: freebsd, GOARCH: amd64}
`,
      'linux/amd64 linux/arm/6 linux/arm64 darwin/arm64 darwin/amd64 windows/amd64 freebsd/amd64',
    ],
    [
      'axes with an exclude and includes',
      `goos: [linux, windows]
goarch: [amd64, arm64]
exclude:
  - goos: windows
    goarch: arm64
include:
  - goos: linux
    goarch: amd64
    goamd64: v3
  - goos: plan9
    goarch: 386`,
      'linux/amd64/v3 linux/arm64 windows/amd64 plan9/386',
    ],
    [
      'an axis of variants',
      'goos: linux\ngoarch: arm\ngoarm: [5, 6, 7]',
      'linux/arm/5 linux/arm/6 linux/arm',
    ],
    [
      'one row of a GitHub matrix',
      '{\n  "goos": "linux",\n  "goarch": "arm",\n  "goarm": "6"\n}',
      'linux/arm/6',
    ],
    ['a row with numbers', '{"goos":"linux","goarch":386}', 'linux/386'],
    ['JSON with tabs', '{\n\t"goos": "linux",\n\t"goarch": ["amd64", "arm64"]\n}', 'linux/amd64 linux/arm64'],
    [
      'a list of mappings',
      '- goos: linux\n  goarch: amd64\n- {goos: js, goarch: wasm}',
      'linux/amd64 js/wasm',
    ],
    ['a JSON array of objects', '[{"goos":"linux","goarch":"amd64"}]', 'linux/amd64'],
    ['capitals and small letters', 'GOOS: linux\ngoarch: [mips]\nGOMIPS: softfloat', 'linux/mips/softfloat'],
    [
      'carriage returns and a byte order mark',
      '\uFEFFgoos: linux\r\ngoarch:\r\n  - amd64\r\n  - 386\r\n',
      'linux/amd64 linux/386',
    ],
    ['comments', '# a: b\ngoos: linux # linux: yes\ngoarch: amd64', 'linux/amd64'],
    [
      'anchors',
      'include:\n  - {goos: &os linux, goarch: amd64}\n  - {goos: *os, goarch: arm64}',
      'linux/amd64 linux/arm64',
    ],
    [
      "an empty variant is Go's default",
      '{"goos":"linux","goarch":["amd64","arm"],"goarm":""}',
      'linux/amd64 linux/arm',
    ],
    ['a variant without a value', 'goos: linux\ngoarch: arm\ngoarm:', 'linux/arm'],
  ]
  test.each(cases)('%s', (_, text, targets) => {
    expect(parse(text)).toEqual(targets.split(' '))
  })
})

describe('values are the text that was written', () => {
  test.each([
    ['{goos: linux, goarch: 386}', 'linux/386'],
    ['{goos: linux, goarch: "386", go386: softfloat}', 'linux/386/softfloat'],
    ['{goos: linux, goarch: arm64, goarm64: v8.0}', 'linux/arm64'],
    ['{goos: linux, goarch: arm64, goarm64: "v9.0,crypto"}', 'linux/arm64/v9.0+crypto'],
    ['{goos: linux, goarch: arm64, goarm64: v9.0+crypto}', 'linux/arm64/v9.0+crypto'],
    ['{goos: linux, goarch: arm, GOARM: "5,hardfloat"}', 'linux/arm/5+hardfloat'],
    ['{goos: linux, goarch: arm, GOARM: v6}', 'linux/arm/6'],
  ])('%s', (text, target) => {
    expect(parse(text)).toEqual([target])
  })

  test.each(['8.0', '8', '1e3', '0o10', '0x7', '.5', '+5', '07', '7.0', '1_000', '.inf'])(
    'goarm: %s',
    (number) => {
      expect(() => parse(`{goos: linux, goarch: arm, goarm: ${number}}`)).toThrow(
        `row {goos: linux, goarch: arm, goarm: ${number}}: no such variant; arm has 7`,
      )
    },
  )

  test('numbers in overrides', () => {
    expect(overrides('{goos: linux, goarch: amd64, tags: 1.20, env: {CGO_A: 0x10, CGO_B: 1e3}}')).toEqual([
      { tags: '1.20', env: { CGO_A: '0x10', CGO_B: '1e3' } },
    ])
  })
})

describe('overrides', () => {
  test('all of them', () => {
    const expected = {
      ldflags: '-s -w -X main.version={version}',
      tags: 'netgo,osusergo',
      cgo: true,
      buildmode: 'pie',
      cc: 'aarch64-linux-gnu-gcc',
      cxx: 'aarch64-linux-gnu-g++',
      env: { CGO_CFLAGS: '-O2', CGO_LDFLAGS: '' },
      linkage: 'glibc<=2.31',
      packages: './cmd/one ./cmd/two',
    }
    const row = { goos: 'linux', goarch: 'arm64', ...expected }
    expect(overrides(JSON.stringify({ include: [row] }))).toEqual([expected])
    expect(overrides(JSON.stringify(row))).toEqual([expected])
  })

  test('an empty one is absent', () => {
    const text =
      '{"goos":"linux","goarch":"amd64","ldflags":"","tags":null,"cgo":"","env":null,"packages":""}'
    expect(overrides(text)).toEqual([{}])
    expect(overrides('{"goos":"linux","goarch":"amd64","env":"","cgo":null}')).toEqual([{}])
  })

  test.each([
    ['true', true],
    ['"true"', true],
    ['True', true],
    ['false', false],
    ['"false"', false],
  ])('cgo: %s', (text, cgo) => {
    expect(overrides(`{goos: linux, goarch: amd64, cgo: ${text}}`)).toEqual([{ cgo }])
  })

  test("a row's cgo wins over the input's, both ways", () => {
    expect(parse('[{goos: linux, goarch: amd64}, {goos: ios, goarch: arm64, cgo: true}]', false)).toEqual([
      'linux/amd64',
      'ios/arm64',
    ])
    expect(parse('[{goos: linux, goarch: amd64}, {goos: js, goarch: wasm, cgo: false}]', true)).toEqual([
      'linux/amd64',
      'js/wasm',
    ])
  })

  test.each([
    ...['CGO_CFLAGS', 'CGO_LDFLAGS_ALLOW', 'PKG_CONFIG_PATH', 'PKG_CONFIG_LIBDIR', 'PKG_CONFIG_SYSROOT_DIR'],
    ...['GOEXPERIMENT', 'GOFIPS140', 'SDKROOT', 'MACOSX_DEPLOYMENT_TARGET'],
  ])('env: %s', (name) => {
    expect(overrides(`{goos: linux, goarch: amd64, env: {${name}: a b}}`)).toEqual([
      { env: { [name]: 'a b' } },
    ])
  })
})

describe('what is refused', () => {
  const allKeys =
    'goos, goarch, goamd64, goarm, goarm64, go386, gomips, gomips64, goppc64, goriscv64, ' +
    'ldflags, tags, buildmode, cc, cxx, linkage, packages, runner, cgo, env'
  const notForOneTarget =
    'cannot be set for one target; there are CGO_*, PKG_CONFIG_*, GOEXPERIMENT, GOFIPS140, SDKROOT and MACOSX_DEPLOYMENT_TARGET, and the environment of the step for all targets'
  const needsQuotes = '(a text that begins with ! or * needs quotes in YAML)'

  const cases: [text: string, problem: string][] = [
    // keys
    ['gooss: linux', 'unknown key gooss; did you mean goos?'],
    ['Goos: linux', 'unknown key Goos; did you mean goos?'],
    ['os: linux', 'unknown key os; did you mean goos?'],
    ['goos: linux\narch: amd64', 'unknown key arch; did you mean goarch?'],
    ['goos: linux\nCGO_ENABLED: 1', 'unknown key CGO_ENABLED; did you mean cgo?'],
    ['goos: linux\nLDFLAGS: -s', 'unknown key LDFLAGS; did you mean ldflags?'],
    ['goos: linux\nincludes: []', 'unknown key includes; did you mean include?'],
    [
      'include:\n- {goos: linux, goarch: arm}\n- {goos: linux, gorm: 6}',
      'include row 2: unknown key gorm; did you mean goarm?',
    ],
    ['goos: linux\nexclude:\n- {os: linux}', 'exclude row 1: unknown key os; did you mean goos?'],
    ['strategy:\n  matrix: []', `unknown key strategy; the legal ones are ${allKeys}, include, exclude`],
    [
      '[{"__proto__": {"goos": "linux"}}]',
      `include row 1: unknown key __proto__; the legal ones are ${allKeys}`,
    ],
    ['{"constructor": "linux"}', `unknown key constructor; the legal ones are ${allKeys}, include, exclude`],
    ['{"hasOwnProperty": 1}', `unknown key hasOwnProperty; the legal ones are ${allKeys}, include, exclude`],
    ['<<: {goos: linux}', `unknown key <<; the legal ones are ${allKeys}, include, exclude`],
    ['"li\\nne\\u0007": 1', `unknown key "li\\nne\\u0007"; the legal ones are ${allKeys}, include, exclude`],
    ['goos: linux\nGOOS: linux', 'goos is given twice, in small letters and in capitals'],
    ['[{GOARM: 6, goarm: 6}]', 'include row 1: goarm is given twice, in small letters and in capitals'],

    // values
    ['goos: true', 'goos: expected a text, got the boolean true; put it in quotes if the word is meant'],
    ['goos: [linux, {a: b}]', 'goos: expected a text, got a mapping'],
    ['goos: [[linux]]', 'goos: expected a text, got a list'],
    ['[{goos: [linux]}]', 'include row 1: goos: expected a text, got a list'],
    ['{goos: linux, exclude: [{goos: [linux]}]}', 'exclude row 1: goos: expected a text, got a list'],
    ['[{goos: linux, tags: [a, b]}]', 'include row 1: tags: expected a text, got a list'],
    ['{"goos": "li\\u0000nux"}', 'goos: expected a text, got "li\\u0000nux"'],
    ['{goos: linux, cgo: yes}', 'cgo: expected true or false, got yes'],
    ['{goos: linux, cgo: 1}', 'cgo: expected true or false, got 1'],
    ['{goos: linux, env: A=1}', 'env: expected a mapping of names to texts, got A=1'],
    ['{goos: linux, env: [[A]]}', 'env: expected a mapping of names to texts, got a list'],
    [
      '{goos: linux, env: {SDKROOT: true}}',
      'env: SDKROOT: expected a text, got the boolean true; put it in quotes if the word is meant',
    ],
    ['{goos: linux, env: {PATH: /evil}}', `env: PATH ${notForOneTarget}`],
    ['{goos: linux, env: {"": a}}', `env: "" ${notForOneTarget}`],
    ['{goos: linux, env: {"CGO_CFLAGS=a": a}}', `env: CGO_CFLAGS=a ${notForOneTarget}`],
    ['{"goos": "linux", "env": {"__proto__": "a"}}', `env: __proto__ ${notForOneTarget}`],
    ['{goos: linux, env: {Cc: gcc}}', 'env: Cc is set from the row; use its key cc'],
    ['{goos: linux, env: {GOARM: 5}}', 'env: GOARM is set from the row; use its key goarm'],
    ['{goos: linux, env: {cgo_enabled: 1}}', 'env: cgo_enabled is set from the row; use its key cgo'],
    [
      '%TAG !e! tag:{e}\n---\n',
      'expected a list of targets, or YAML or JSON with goos and goarch; got nothing',
    ],
    ['include: linux', 'include: expected a list of mappings, got linux'],
    ['include:', 'include: expected a list of mappings, got nothing'],
    ['include: {goos: linux}', 'include: expected a list of mappings, got a mapping'],
    ['exclude: [linux]', 'exclude row 1: expected a mapping, got linux'],
    ['["linux/amd64", {"goos": "linux"}]', 'include row 1: expected a mapping, got linux/amd64'],
    ['[[linux/amd64]]', 'include row 1: expected a mapping, got a list'],

    // matrices
    ['{}', 'no target is left to build; name one, such as linux/amd64'],
    ['{include: []}', 'no target is left to build; name one, such as linux/amd64'],
    [
      '{goos: [linux], goarch: [arm], exclude: [{goos: linux}]}',
      'no target is left to build; name one, such as linux/amd64',
    ],
    ['{goos: [], goarch: [arm]}', 'goos is an empty list; give it a value or leave it out'],
    ['{goos: linux, exclude: [{goarch: arm}]}', 'exclude row 1: goarch is no axis; the axes are goos'],
    ['{exclude: [{}]}', 'exclude row 1 is empty'],
    ['[{}]', 'include row 1 is empty'],
    ['goos: linux', 'row {goos: linux}: goarch is missing'],
    ['goarch: [arm]\ngoos: ""', 'row {goarch: arm}: goos is missing'],
    ['{goos: linux, goarch: arm, include: [{goos: windows}]}', 'row {goos: windows}: goarch is missing'],

    // targets
    ['{goos: linux, goarch: x86_64}', 'row {goos: linux, goarch: x86_64}: did you mean linux/amd64?'],
    ['{goos: Linux, goarch: amd64}', 'row {goos: Linux, goarch: amd64}: did you mean linux/amd64?'],
    ['{goos: linux, goarch: armv7}', 'row {goos: linux, goarch: armv7}: did you mean linux/arm/7?'],
    ['{goos: linux, goarch: arm/7}', 'row {goos: linux, goarch: arm/7}: did you mean linux/arm/7?'],
    [
      '{goos: linux, goarch: x86_64, goamd64: v3}',
      'row {goos: linux, goarch: x86_64, goamd64: v3}: did you mean linux/amd64?',
    ],
    [
      '{goos: linux, goarch: [arm, amd64], goarm: 6}',
      "row {goos: linux, goarch: amd64, goarm: 6}: goarm does not go with goarch amd64; amd64 has v1 (Go's default), v2, v3, v4",
    ],
    [
      '{goos: linux, goarch: arm64, goarm: 6}',
      "row {goos: linux, goarch: arm64, goarm: 6}: goarm does not go with goarch arm64; arm64 has v8.0 (Go's default), v8.1, v8.2, v8.3, v8.4, v8.5, v8.6, v8.7, v8.8, v8.9, v9.0, v9.1, v9.2, v9.3, v9.4, v9.5; some also with +lse, +crypto",
    ],
    [
      '{goos: js, goarch: wasm, goarm: 6}',
      'row {goos: js, goarch: wasm, goarm: 6}: goarm does not go with goarch wasm; wasm has no variants',
    ],
    [
      '{goos: linux, goarch: ppc64le, goppc64: power7}',
      "row {goos: linux, goarch: ppc64le, goppc64: power7}: no such variant; ppc64le has power8 (Go's default), power9, power10",
    ],
    [
      '{goos: ios, goarch: arm64}',
      'row {goos: ios, goarch: arm64}: ios/arm64 needs cgo, which is off; ' +
        'set cgo: true with a C compiler for it, or take it out of the matrix',
    ],
    [
      '{goos: js, goarch: wasm, cgo: true}',
      'row {goos: js, goarch: wasm, cgo: true}: Go has no cgo for js/wasm; ' +
        'build it with cgo: false, or take it out of the matrix',
    ],
    [
      '[{goos: linux, goarch: amd64}, {goos: linux, goarch: amd64, goamd64: v1}]',
      'row {goos: linux, goarch: amd64, goamd64: v1}: row {goos: linux, goarch: amd64} is the same target',
    ],
    ['{goos: [linux, linux], goarch: arm}', 'row {goos: linux, goarch: arm} appears twice'],
    [
      'goos: linux\nfoo: 1',
      'unknown key foo; the legal ones are goos, goarch, goamd64, goarm, goarm64, go386, gomips, gomips64, goppc64, goriscv64, ldflags, tags, buildmode, cc, cxx, linkage, packages, runner, cgo, env, include, exclude',
    ],
    [
      '{goos: linux, goarch: arm, tags: [a, b]}',
      'row {goos: linux, goarch: arm, tags: b}: row {goos: linux, goarch: arm, tags: a} is the same target',
    ],

    // YAML
    [
      'goos: [linux',
      'line 1, column 13: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      '{"goos": "linux",\n "goarch": }}',
      'line 2, column 13: Unexpected flow-map-end token in YAML stream: "}"',
    ],
    ['["linux/amd64"', 'line 1, column 15: Flow sequence must end with a ]'],
    ['goos: linux\ngoos: windows', 'line 2, column 1: Map keys must be unique'],
    ['{"goos": "linux",\n "goos": "linux"}', 'line 2, column 2: Map keys must be unique'],
    ['goos:\n\t- linux', 'line 2, column 1: Tabs are not allowed as indentation'],
    ['goos: linux\r\n\tgoarch: arm', 'line 2, column 1: Tabs are not allowed as indentation'],
    ['goos: linux: arm', 'line 1, column 7: Nested mappings are not allowed in compact mappings'],
    ['goos: !os linux', `line 1, column 7: Unresolved tag: !os ${needsQuotes}`],
    ['[all, !linux/arm]', `line 1, column 7: Unresolved tag: !linux/arm ${needsQuotes}`],
    ['goos: *', `line 1, column 7: Alias cannot be an empty string ${needsQuotes}`],
    ['goos: linux\ngoarch: *arm', `line 2, column 9: no anchor for the alias *arm ${needsQuotes}`],
    ['[*/amd64]', `line 1, column 2: no anchor for the alias */amd64 ${needsQuotes}`],
    [
      'goos: linux\n---\ngoarch: arm',
      'line 2, column 1: a second YAML document begins here; a matrix is one',
    ],
  ]
  test.each(cases)('%j', (text, problem) => {
    expect(() => parse(text)).toThrow(new InputError('matrix', problem))
  })
})

test('the error names the input and the row', () => {
  expect(() => parse('{goos: linux, goarch: ""}')).toThrow(
    'input matrix: row {goos: linux}: goarch is missing',
  )
})

describe('hostile texts end in one clear error', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  for (const [name, earlier] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg'].map((pair) => pair.split(''))) {
    bomb.push(
      `${name ?? ''}: &${name ?? ''} [${Array(9)
        .fill(`*${earlier ?? ''}`)
        .join(', ')}]`,
    )
  }
  const cases: [name: string, text: string, problem: string][] = [
    [
      'aliases that multiply',
      bomb.join('\n'),
      'Excessive alias count indicates a resource exhaustion attack',
    ],
    ['an alias inside its own anchor', 'goos: &a [*a]\ngoarch: arm', 'goos: expected a text, got a list'],
    ['deep lists', '['.repeat(100_000), 'line 1, column 65: nested too deeply for a matrix'],
    ['deep mappings', '{"goos":'.repeat(10_000), 'line 1, column 506: nested too deeply for a matrix'],
    [
      'deep block lists',
      `goos:\n${'- '.repeat(50_000)}`,
      'line 2, column 126: nested too deeply for a matrix',
    ],
    ['a long text', 'linux/amd64,'.repeat(20_000), 'it has 240000 characters; at most 131072 are allowed'],
    ['many keys', 'goos: linux\n'.repeat(10_000), 'line 2, column 1: Map keys must be unique'],
    ['many anchors', `${'&a '.repeat(30_000)}: `, 'line 1, column 4: A node can have at most one anchor'],
    [
      'long axes',
      `goos: [${'linux,'.repeat(2_000)}]\ngoarch: [${'arm,'.repeat(2_000)}]`,
      'its axes have 4000000 combinations; at most 10000 are allowed',
    ],
    [
      'a long item',
      `linux/${'x'.repeat(100_000)}`,
      `linux/${'x'.repeat(114)}…: did you mean linux/s390x or linux/386 or linux/amd64?`,
    ],
    ['a long key', `${'k'.repeat(1_000)}: 1`, `unknown key ${'k'.repeat(120)}…; the legal ones are`],
    [
      'a command for the log',
      '[{"goos": "a\\n::stop-commands::x", "goarch": "b"}]',
      'row {goos: "a\\n::stop-commands::x", goarch: b}',
    ],
  ]
  test.each(cases)('%s', (_, text, problem) => {
    expect(() => parse(text)).toThrow(InputError)
    expect(() => parse(text)).toThrow(problem)
  })

  test('ten thousand wildcards and things taken away are read', () => {
    expect(parse('windows/*,'.repeat(5_000) + '!windows/386,'.repeat(5_000))).toEqual([
      'windows/amd64',
      'windows/arm64',
    ])
  })

  test('an anchor may serve every row of a long matrix', () => {
    const systems = PLATFORMS.filter(({ GOOS, GOARCH }) => GOARCH === 'arm64' && GOOS !== 'ios').map(
      ({ GOOS }) => GOOS,
    )
    const versions = Array.from({ length: 16 }, (_, index) =>
      index < 10 ? `v8.${index}` : `v9.${index - 10}`,
    )
    const rows = systems.flatMap((goos) =>
      versions.map((version) => `- {goos: ${goos}, goarch: arm64, goarm64: ${version}, env: *env}`),
    )
    const text = ['- {goos: linux, goarch: 386, env: &env {CGO_A: b}}', ...rows].join('\n')
    expect(overrides(text)).toEqual(Array(113).fill({ env: { CGO_A: 'b' } }))
  })
})
