// The forms of a target, and every target there is taken through all of them.
import { parseTargets } from '../../../src/plan/parse-targets.js'
import { formatTarget, matrixOutput, targetEnvironment, variantSuffix } from '../../../src/plan/target.js'
import type { Target } from '../../../src/plan/target.js'
import { PAIRS, PLATFORMS } from './target-platforms.js'

function parse(text: string): Target[] {
  return parseTargets(text, PLATFORMS, { cgo: false })
}

function parseOne(text: string): Target {
  const [target, ...others] = parse(text)
  if (target === undefined || others.length > 0) throw new Error(`${text} is not one target`)
  return target
}

const floats = ['hardfloat', 'softfloat']
const power = ['power8', 'power9', 'power10']
const v8 = Array.from({ length: 10 }, (_, minor) => `v8.${minor}`)
const v9 = Array.from({ length: 6 }, (_, minor) => `v9.${minor}`)

/** Every value that Go 1.26 takes, Go's default first. */
const ACCEPTED: Readonly<Record<string, readonly string[]>> = {
  amd64: ['v1', 'v2', 'v3', 'v4'],
  arm: ['7', '6', '5'].flatMap((version) => [version, ...floats.map((float) => `${version}+${float}`)]),
  arm64: [...v8, ...v9].flatMap((version) =>
    ['', '+lse', '+crypto', '+lse+crypto', '+crypto+lse'].map((end) => version + end),
  ),
  '386': ['sse2', 'softfloat'],
  mips: floats,
  mipsle: floats,
  mips64: floats,
  mips64le: floats,
  ppc64: power,
  ppc64le: power,
  riscv64: ['rva20u64', 'rva22u64', 'rva23u64'],
}

const BUILDABLE = PAIRS.filter((pair) => !/^ios|^android\/(386|amd64|arm)$/.test(pair))
const EVERY_TARGET = BUILDABLE.flatMap((pair) => {
  const variants = ACCEPTED[pair.split('/')[1] ?? ''] ?? []
  return [pair, ...variants.map((variant) => `${pair}/${variant}`)]
})

describe('every pair with every variant', () => {
  test('keeps its value through its text', () => {
    for (const text of EVERY_TARGET) {
      const target = parseOne(text)
      expect(parseOne(formatTarget(target))).toEqual(target)
    }
  })

  test('has a text of its own: one for each value that differs, none longer than it must be', () => {
    const texts = new Set(EVERY_TARGET.map((text) => formatTarget(parseOne(text))))
    const perArchitecture = {
      amd64: 4,
      arm: 6,
      arm64: 4 + 2 * 15,
      '386': 2,
      mips: 2,
      mipsle: 2,
      mips64: 2,
      mips64le: 2,
    }
    const more = { ppc64: 3, ppc64le: 3, riscv64: 3, loong64: 1, s390x: 1, wasm: 1 }
    const counts = new Map(Object.entries({ ...perArchitecture, ...more }))
    const expected = BUILDABLE.reduce((sum, pair) => sum + (counts.get(pair.split('/')[1] ?? '') ?? 0), 0)
    expect(texts.size).toBe(expected)
  })

  test('has a file name of its own', () => {
    const targets = [...new Set(EVERY_TARGET.map((text) => formatTarget(parseOne(text))))].map(parseOne)
    const names = targets.map((target) => `${target.goos}_${target.goarch}${variantSuffix(target)}`)
    expect(new Set(names).size).toBe(targets.length)
    expect(names.filter((name) => !/^[A-Za-z0-9._-]+$/.test(name))).toEqual([])
  })

  test('is taken back from the output matrix', () => {
    const targets = [...new Set(EVERY_TARGET.map((text) => formatTarget(parseOne(text))))].map(parseOne)
    expect(parse(matrixOutput(targets))).toEqual(targets)
  })
})

describe('text, file name suffix and variable', () => {
  const cases: [written: string, text: string, suffix: string, variable: string][] = [
    ['linux/amd64', 'linux/amd64', '', 'GOAMD64=v1'],
    ['linux/amd64/v3', 'linux/amd64/v3', 'v3', 'GOAMD64=v3'],
    ['linux/arm', 'linux/arm', '', 'GOARM=7'],
    ['linux/arm/7+hardfloat', 'linux/arm', '', 'GOARM=7'],
    ['linux/arm/7+softfloat', 'linux/arm/7+softfloat', 'v7_softfloat', 'GOARM=7,softfloat'],
    ['linux/arm/v6+hardfloat', 'linux/arm/6', 'v6', 'GOARM=6'],
    ['linux/arm/5', 'linux/arm/5', 'v5', 'GOARM=5'],
    ['linux/arm/5+softfloat', 'linux/arm/5', 'v5', 'GOARM=5'],
    ['linux/arm/5+hardfloat', 'linux/arm/5+hardfloat', 'v5_hardfloat', 'GOARM=5,hardfloat'],
    ['linux/arm64/v8', 'linux/arm64', '', 'GOARM64=v8.0'],
    ['linux/arm64/v8.0+lse', 'linux/arm64/v8.0+lse', 'v8.0_lse', 'GOARM64=v8.0,lse'],
    [
      'linux/arm64/v8+crypto+lse',
      'linux/arm64/v8.0+lse+crypto',
      'v8.0_lse_crypto',
      'GOARM64=v8.0,lse,crypto',
    ],
    ['linux/arm64/v8.1+lse', 'linux/arm64/v8.1', 'v8.1', 'GOARM64=v8.1'],
    ['linux/arm64/v9+lse+crypto', 'linux/arm64/v9.0+crypto', 'v9.0_crypto', 'GOARM64=v9.0,crypto'],
    ['linux/386/sse2', 'linux/386', '', 'GO386=sse2'],
    ['linux/386/softfloat', 'linux/386/softfloat', '_softfloat', 'GO386=softfloat'],
    ['linux/mipsle/softfloat', 'linux/mipsle/softfloat', '_softfloat', 'GOMIPS=softfloat'],
    ['linux/mips64/hardfloat', 'linux/mips64', '', 'GOMIPS64=hardfloat'],
    ['linux/ppc64le/power9', 'linux/ppc64le/power9', '_power9', 'GOPPC64=power9'],
    ['linux/riscv64/rva22u64', 'linux/riscv64/rva22u64', '_rva22u64', 'GORISCV64=rva22u64'],
  ]
  test.each(cases)('%s', (written, text, suffix, variable) => {
    const target = parseOne(written)
    const set = Object.entries(targetEnvironment(target, false)).filter(
      ([name, value]) => name !== 'GOOS' && value !== '',
    )
    expect(formatTarget(target)).toBe(text)
    expect(variantSuffix(target)).toBe(suffix)
    expect(set.map((pair) => pair.join('='))).toEqual([`GOARCH=${target.goarch}`, 'CGO_ENABLED=0', variable])
  })

  test.each([
    'linux/arm64/v8.10',
    'linux/arm64/v9.6',
    'linux/arm64/v7',
    'linux/arm64/v8.0+fp',
    'linux/arm64/+lse',
    'linux/arm/v',
    'linux/arm/6+softfloat+hardfloat',
    'linux/arm/softfloat',
    'linux/amd64/V3',
    'linux/amd64/v0',
    'linux/386/387',
    'linux/mips/hard',
    'linux/ppc64/power11',
    'linux/riscv64/rva24u64',
    'linux/loong64/v1',
    'js/wasm/signext',
  ])('%s is no variant', (text) => {
    expect(() => parse(text)).toThrow(`input matrix: ${text}: no such variant; `)
  })
})

describe('targetEnvironment', () => {
  test('sets every variable there is', () => {
    expect(targetEnvironment(parseOne('linux/arm/6'), true)).toEqual({
      GOOS: 'linux',
      GOARCH: 'arm',
      CGO_ENABLED: '1',
      GOAMD64: '',
      GOARM: '6',
      GOARM64: '',
      GO386: '',
      GOMIPS: '',
      GOMIPS64: '',
      GOPPC64: '',
      GORISCV64: '',
      GOWASM: '',
    })
  })

  test('has no variant for an architecture without one', () => {
    const environment = targetEnvironment(parseOne('js/wasm'), false)
    const set = Object.entries(environment).filter(([, value]) => value !== '')
    expect(Object.fromEntries(set)).toEqual({ GOOS: 'js', GOARCH: 'wasm', CGO_ENABLED: '0' })
  })
})

describe('matrixOutput', () => {
  test('has one include row a target, defaults left out', () => {
    const targets = parse(`
      - {goos: linux, goarch: amd64, goamd64: v1}
      - {goos: linux, goarch: arm, goarm: 6, cgo: true, tags: netgo, env: {CGO_CFLAGS: -O2}}
      - {goos: linux, goarch: arm64, goarm64: "v9.0,crypto"}`)
    expect(matrixOutput(targets)).toBe(
      '{"include":[' +
        '{"goos":"linux","goarch":"amd64"},' +
        '{"goos":"linux","goarch":"arm","goarm":"6","tags":"netgo","cgo":true,"env":{"CGO_CFLAGS":"-O2"}},' +
        '{"goos":"linux","goarch":"arm64","goarm64":"v9.0,crypto"}]}',
    )
  })

  test('is an empty include where there are no targets', () => {
    expect(matrixOutput([])).toBe('{"include":[]}')
  })

  const target = parseOne('linux/amd64')
  test.each([
    '-s -w -X "main.name=a b"',
    "it's #1: {version} [x] & *y !z | > % @ ` \\ /",
    'two\nlines\r\nand\ttabs',
    '- a: b',
    'null',
    'true',
    '~',
    '1e3',
    '0x10',
    ' leading and trailing ',
    '\u2028\u0085\u007f\ufeff\u0001',
    '\u{1f600}\ud800',
    '${{ secrets.x }}',
    'x'.repeat(5_000),
  ])('keeps the overrides %j', (text) => {
    const env = { CGO_NAME: text }
    const given: Target = { ...target, overrides: { ldflags: text, tags: text, cgo: false, cc: text, env } }
    expect(parse(matrixOutput([given]))).toEqual([given])
  })

  test('a single row of it is a matrix of one target', () => {
    const targets = parse('linux/arm/6, linux/amd64/v3, js/wasm')
    const output = JSON.parse(matrixOutput(targets)) as { include: unknown[] }
    expect(output.include.map((row) => parseOne(JSON.stringify(row, null, 2)))).toEqual(targets)
  })
})
