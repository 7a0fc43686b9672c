// Turns the axes, includes and excludes of a GitHub matrix into its rows.
import { isDeepStrictEqual } from 'node:util'
import { matrixError } from './wording.js'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

export type Row<Value extends Json = Json> = Readonly<Record<string, Value>>

export interface Matrix<Value extends Json = Json> {
  readonly axes: Readonly<Record<string, readonly Value[]>>
  readonly include?: readonly Row<Value>[]
  readonly exclude?: readonly Row<Value>[]
}

/** Far beyond the targets that Go has, and small enough that a product of long axes cannot eat the memory. */
const MAX_COMBINATIONS = 10_000

/**
 * The rows of a matrix, in GitHub's order: every combination of the axes, the first axis slowest, without those that an
 * exclude matches; an include adds its values to each combination whose axis values it agrees with, over those of
 * earlier includes, and where there is none it is a row of its own, after all combinations.
 *
 * Values are equal where they are deeply equal. (GitHub compares more loosely: text without case, `'10'` with `10`.)
 * Source: docs.github.com, "Running variations of jobs in a workflow"; MatrixBuilder.cs in actions/runner.
 *
 * @throws InputError for an empty axis, an empty include or exclude, an exclude key that is no axis, and for more
 * combinations than 10,000
 */
export function expandMatrix<Value extends Json>(matrix: Matrix<Value>): Row<Value>[] {
  const { axes, include = [], exclude = [] } = matrix
  checkAxes(axes)
  exclude.forEach((row, index) => {
    checkExclude(row, index, axes)
  })
  const combinations = combine(axes).filter((combination) => !exclude.some((row) => agrees(row, combination)))

  const rows = [...combinations]
  const rowsOfTheirOwn: Row<Value>[] = []
  include.forEach((row, index) => {
    if (Object.keys(row).length === 0) throw matrixError(`include row ${index + 1} is empty`)
    const places = combinations.flatMap((combination, place) => (agrees(row, combination) ? [place] : []))
    for (const place of places) rows[place] = { ...rows[place], ...row }
    if (places.length === 0) rowsOfTheirOwn.push(row)
  })
  return [...rows, ...rowsOfTheirOwn]
}

/** Whether the two have equal values under every key that both have. */
function agrees(row: Row, combination: Row): boolean {
  return Object.entries(row).every(
    ([key, value]) => !Object.hasOwn(combination, key) || isDeepStrictEqual(value, combination[key]),
  )
}

function combine<Value extends Json>(axes: Matrix<Value>['axes']): Row<Value>[] {
  const entries = Object.entries(axes)
  if (entries.length === 0) return []
  return entries.reduce<Row<Value>[]>(
    (rows, [axis, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [axis]: value }))),
    [{}],
  )
}

function checkAxes(axes: Matrix['axes']): void {
  let combinations = 1
  for (const [axis, values] of Object.entries(axes)) {
    if (values.length === 0) throw matrixError(`${axis} is an empty list; give it a value or leave it out`)
    combinations *= values.length
  }
  if (combinations > MAX_COMBINATIONS) {
    throw matrixError(`its axes have ${combinations} combinations; at most ${MAX_COMBINATIONS} are allowed`)
  }
}

function checkExclude(row: Row, index: number, axes: Matrix['axes']): void {
  const place = `exclude row ${index + 1}`
  const keys = Object.keys(row)
  if (keys.length === 0) throw matrixError(`${place} is empty`)
  const stray = keys.find((key) => !Object.hasOwn(axes, key))
  if (stray === undefined) return
  const names = Object.keys(axes)
  const legal = names.length === 0 ? 'this matrix has no axes' : `the axes are ${names.join(', ')}`
  throw matrixError(`${place}: ${stray} is no axis; ${legal}`)
}
