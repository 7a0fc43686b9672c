// schema/matrix.schema.json: what editors say of a matrix is what the parser says of its shape.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv } from 'ajv'
import { parse as parseYaml } from 'yaml'
import { InputError } from '../../../src/errors.js'
import { parseTargets } from '../../../src/plan/parse-targets.js'
import { literalsIn } from '../../support/expected-texts.js'
import { PLATFORMS } from './target-platforms.js'

interface Definition {
  readonly properties?: object
  readonly patternProperties?: object
}
const SCHEMA = JSON.parse(readFileSync('schema/matrix.schema.json', 'utf8')) as {
  readonly definitions: { readonly matrix: Definition; readonly row: Definition }
}
const validate = new Ajv({ allErrors: true, strictTypes: false }).compile(SCHEMA)

/** What the parser says of it, without the input's name; undefined where it accepts it. */
function problemOf(text: string): string | undefined {
  try {
    parseTargets(text, PLATFORMS, { cgo: false })
    return undefined
  } catch (error) {
    if (error instanceof InputError) return error.problem
    throw error
  }
}

/** As editors read it: numbers are numbers. Undefined for what is no document of mappings and lists. */
function documentOf(text: string): object | undefined {
  try {
    const value: unknown = parseYaml(text, { maxAliasCount: 1000 })
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

const tests = ['target-rows.test.ts', 'target-list.test.ts', 'matrix.test.ts'].map((name) =>
  readFileSync(path.join('__tests__/unit/plan', name), 'utf8'),
)
const pages = ['README.md', ...readdirSync('docs').map((name) => path.join('docs', name))].map((name) =>
  readFileSync(name, 'utf8').replaceAll('\r\n', '\n'),
)

/** The matrices in the examples of the documentation: inputs of a step, and files. */
function matricesIn(page: string): string[] {
  return [...page.matchAll(/^```yaml\n([^]*?)^```$/gm)].flatMap(([, code = '']) => {
    if (/^# yaml-language-server: .*matrix\.schema/.test(code)) return code
    const value = documentOf(code)
    const found: string[] = []
    JSON.stringify(value, (key, each: unknown) => {
      if (key === 'matrix' && typeof each === 'string' && !each.includes('${{')) found.push(each)
      return each
    })
    return found
  })
}

const examples = pages.flatMap(matricesIn)
const documents = [...new Set([...tests.flatMap(literalsIn), ...examples])].filter(
  (text) => text.length < 10_000 && !text.includes('…') && documentOf(text) !== undefined,
)

/** What no schema of one row can tell: that a key is missing or strange where other rows and axes come into play. */
const OF_SHAPE =
  /expected (a|true)|unknown key|is given twice|row \d+ is empty|is an empty list|is set from the row|cannot be set for one/

test('the documentation has matrices, and each is a matrix', () => {
  expect(examples.length).toBeGreaterThan(3)
  expect(examples.map((text) => [text, problemOf(text)])).toEqual(examples.map((text) => [text, undefined]))
})

const accepted = documents.filter((text) => problemOf(text) === undefined)
const misshapen = documents.filter((text) => OF_SHAPE.test(problemOf(text) ?? ''))

test('there are documents of both kinds', () => {
  expect(accepted.length).toBeGreaterThan(25)
  expect(misshapen.length).toBeGreaterThan(30)
})

test.each(accepted)('accepted by both: %j', (text) => {
  validate(documentOf(text))
  expect(validate.errors).toBeNull()
})

test.each(misshapen)('refused by both: %j', (text) => {
  expect(validate(documentOf(text))).toBe(false)
})

test('the keys are those of the parser', () => {
  const legal = (text: string) => /the legal ones are (.*)$/.exec(problemOf(text) ?? '')?.[1]?.split(', ')
  const { matrix, row } = SCHEMA.definitions
  expect(Object.keys(matrix.properties ?? {}).sort()).toEqual(legal('{"?": 1}')?.sort())
  expect(Object.keys(row.properties ?? {}).sort()).toEqual(legal('[{"?": 1}]')?.sort())
  const capitals = ['GOOS', 'GOARCH', 'GOAMD64', 'GOARM', 'GOARM64', 'GO386', 'GOMIPS', 'GOMIPS64']
  for (const { patternProperties = {} } of [matrix, row])
    expect(Object.keys(patternProperties)).toEqual(
      [...capitals, 'GOPPC64', 'GORISCV64'].map((key) => `^${key}$`),
    )
})

test.each([...new Set(PLATFORMS.map(({ GOARCH }) => GOARCH))])('an editor knows %s', (goarch) => {
  expect(validate([{ goos: 'linux', goarch }])).toBe(true)
})

test.each([
  [{ goarm: '7,softfloat' }, true],
  [{ goarm: 6 }, true],
  [{ goarm: 8 }, false],
  [{ goarm64: 'v9.0+crypto' }, true],
  [{ goarm64: 'v9.6' }, false],
  [{ goamd64: 'v5' }, false],
  [{ env: { CGO_ENABLED: '1' } }, false],
  [{ cgo: 'yes' }, false],
])('a row with %j: %j', (cells, isValid) => {
  expect(validate([{ goos: 'linux', goarch: 'amd64', ...cells }])).toBe(isValid)
})
