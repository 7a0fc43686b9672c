// Turns a matrix of axes, includes and excludes, as read from YAML or JSON, into targets.
import { describeVariants, VARIANT_KEYS, variantKey } from './architecture.js'
import { legalTarget } from './legal-target.js'
import { expandMatrix } from './matrix.js'
import type { Row } from './matrix.js'
import { formatTarget } from './target.js'
import type { Overrides, Platform, Target } from './target.js'
import { nearest } from '../nearest.js'
import { described, matrixError, shown } from './wording.js'

/** What may stand under a key of a row; an empty text counts as absent. */
type Cell = string | boolean | Readonly<Record<string, string>>

const TEXT_OVERRIDES = ['ldflags', 'tags', 'buildmode', 'cc', 'cxx', 'linkage', 'packages', 'runner'] as const
/** These, and only these, may be written in capitals, as Go writes them. */
const GO_KEYS: readonly string[] = ['goos', 'goarch', ...VARIANT_KEYS]
const ROW_KEYS: readonly string[] = [...GO_KEYS, ...TEXT_OVERRIDES, 'cgo', 'env']

/** What other tools call a key. */
const KEY_ALIASES: ReadonlyMap<string, string> = new Map([
  ['os', 'goos'],
  ['arch', 'goarch'],
  ['cgo_enabled', 'cgo'],
])

/** The row's own keys set these. */
const KEY_OF_VARIABLE: ReadonlyMap<string, string> = new Map([
  ['CGO_ENABLED', 'cgo'],
  ...['cc', 'cxx', ...GO_KEYS].map((key) => [key.toUpperCase(), key] as const),
])

/** What C compilers and Go's own experiments need. Any other could name a program to run, or undo what this action asks of Go. */
const ALLOWED_VARIABLE =
  /^(?:(?:CGO|PKG_CONFIG)_[A-Z0-9_]+|GOEXPERIMENT|GOFIPS140|SDKROOT|MACOSX_DEPLOYMENT_TARGET)$/

/**
 * The targets of a matrix, which is a mapping of axes, `include` and `exclude`, or the list of an `include` alone. One
 * value where a list is expected is a list of it, so a single row of a GitHub matrix is a matrix too.
 *
 * @throws InputError naming the key or the row, for what is not a legal matrix of legal targets
 */
export function parseTargetRows(matrix: unknown, platforms: readonly Platform[], cgo: boolean): Target[] {
  const { include, exclude, ...axes } = matrixParts(matrix)
  const rows = expandMatrix<Cell>({
    axes: Object.fromEntries(
      Object.entries(axes).map(([key, values]) => [
        key,
        (Array.isArray(values) ? values : [values]).map((value) => parseCell(key, key, value)),
      ]),
    ),
    include: parseRows('include', include),
    exclude: parseRows('exclude', exclude),
  })
  const seen = new Map<string, string>()
  return rows.map((row) => {
    const target = parseRow(row, platforms, cgo)
    const id = formatTarget(target)
    const earlier = seen.get(id)
    const item = describeRow(row)
    if (earlier === item) throw matrixError(`${item} appears twice`)
    if (earlier !== undefined) throw matrixError(`${item}: ${earlier} is the same target`)
    seen.set(id, item)
    return target
  })
}

function matrixParts(matrix: unknown): Readonly<Record<string, unknown>> {
  if (Array.isArray(matrix)) return { include: matrix }
  if (!isMapping(matrix)) {
    throw matrixError(
      `expected a list of targets, or YAML or JSON with goos and goarch; got ${described(matrix)}`,
    )
  }
  return withLegalKeys('', matrix, [...ROW_KEYS, 'include', 'exclude'])
}

function parseRows(part: 'include' | 'exclude', rows: unknown): Row<Cell>[] {
  if (rows === undefined) return []
  if (!Array.isArray(rows)) throw matrixError(`${part}: expected a list of mappings, got ${described(rows)}`)
  return rows.map((row: unknown, index) => {
    const place = `${part} row ${index + 1}`
    if (!isMapping(row)) throw matrixError(`${place}: expected a mapping, got ${described(row)}`)
    const cells = Object.entries(withLegalKeys(`${place}: `, row, ROW_KEYS))
    return Object.fromEntries(cells.map(([key, value]) => [key, parseCell(`${place}: ${key}`, key, value)]))
  })
}

/** The mapping with Go's own keys in small letters. */
function withLegalKeys(
  place: string,
  mapping: Readonly<Record<string, unknown>>,
  legal: readonly string[],
): Readonly<Record<string, unknown>> {
  const result = new Map<string, unknown>()
  for (const [written, value] of Object.entries(mapping)) {
    const lower = written.toLowerCase()
    const key = written === written.toUpperCase() && GO_KEYS.includes(lower) ? lower : written
    if (!legal.includes(key)) {
      const meant = KEY_ALIASES.get(lower) ?? nearest(written, legal)
      const hint = meant === undefined ? `the legal ones are ${legal.join(', ')}` : `did you mean ${meant}?`
      throw matrixError(`${place}unknown key ${shown(written)}; ${hint}`)
    }
    if (result.has(key)) throw matrixError(`${place}${key} is given twice, in small letters and in capitals`)
    result.set(key, value)
  }
  return Object.fromEntries(result)
}

function parseCell(place: string, key: string, value: unknown): Cell {
  if (value === null) return ''
  if (key === 'env') return parseEnvironment(place, value)
  if (key === 'cgo') {
    if (value === true || value === 'true') return true
    if (value === false || value === 'false') return false
    if (value === '') return ''
    throw matrixError(`${place}: expected true or false, got ${described(value)}`)
  }
  return parseText(place, value)
}

function parseText(place: string, value: unknown): string {
  if (typeof value === 'string' && !value.includes('\0')) return value
  const hint = typeof value === 'boolean' ? '; put it in quotes if the word is meant' : ''
  throw matrixError(`${place}: expected a text, got ${described(value)}${hint}`)
}

function parseEnvironment(place: string, value: unknown): Cell {
  if (value === '') return ''
  if (!isMapping(value)) {
    throw matrixError(`${place}: expected a mapping of names to texts, got ${described(value)}`)
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => {
      const key = KEY_OF_VARIABLE.get(name.toUpperCase())
      if (key !== undefined) throw matrixError(`${place}: ${name} is set from the row; use its key ${key}`)
      if (!ALLOWED_VARIABLE.test(name)) {
        throw matrixError(
          `${place}: ${shown(name)} cannot be set for one target; there are CGO_*, PKG_CONFIG_*, GOEXPERIMENT, GOFIPS140, SDKROOT and MACOSX_DEPLOYMENT_TARGET, and the environment of the step for all targets`,
        )
      }
      return [name, parseText(`${place}: ${shown(name)}`, text ?? '')]
    }),
  )
}

function parseRow(row: Row<Cell>, platforms: readonly Platform[], cgo: boolean): Target {
  const item = describeRow(row)
  const goos = textUnder(row, 'goos')
  const goarch = textUnder(row, 'goarch')
  if (goos === undefined || goarch === undefined) {
    throw matrixError(`${item}: ${goos === undefined ? 'goos' : 'goarch'} is missing`)
  }
  const key = variantKey(goarch)
  const variant = key && textUnder(row, key)
  const overrides = parseOverrides(row)
  const target = legalTarget({ item, goos, goarch, variant, overrides }, platforms, overrides.cgo ?? cgo)
  const stray = VARIANT_KEYS.find((other) => other !== key && textUnder(row, other) !== undefined)
  if (stray !== undefined) {
    throw matrixError(`${item}: ${stray} does not go with goarch ${goarch}; ${describeVariants(goarch)}`)
  }
  return target
}

function parseOverrides(row: Row<Cell>): Overrides {
  const overrides: { -readonly [Key in keyof Overrides]: Overrides[Key] } = {}
  for (const key of TEXT_OVERRIDES) {
    const text = textUnder(row, key)
    if (text !== undefined) overrides[key] = text
  }
  const { cgo, env } = row
  if (typeof cgo === 'boolean') overrides.cgo = cgo
  if (typeof env === 'object') overrides.env = env
  return overrides
}

function textUnder(row: Row<Cell>, key: string): string | undefined {
  const cell = row[key]
  return typeof cell === 'string' && cell !== '' ? cell : undefined
}

/** The row as YAML would write it on one line. */
function describeRow(row: Row<Cell>): string {
  const pairs = Object.entries(row).filter(([, cell]) => cell !== '')
  return `row {${pairs.map(([key, cell]) => `${key}: ${describeCell(cell)}`).join(', ')}}`
}

function describeCell(cell: Cell): string {
  return typeof cell === 'object' ? '{…}' : shown(String(cell))
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
