// What a cache costs and saves, weighed.
import { compileCosts, isWorthSaving, netSeconds, sumCompiling } from '../../../src/cache/balance.js'
import type { PackageAction } from '../../../src/package-action.js'

const compiled = (actionId: string, cpuSeconds: number): PackageAction => ({
  importPath: actionId,
  actionId,
  compiled: true,
  cpuSeconds,
  cgo: false,
})
const cached = (actionId: string): PackageAction => ({
  importPath: actionId,
  actionId,
  compiled: false,
  cpuSeconds: 0,
  cgo: false,
})

test('the costs of what was compiled are measured, of the rest known, and nothing else is kept', () => {
  const costs = compileCosts([compiled('a', 2), cached('b'), cached('c')], { a: 9, b: 3, old: 7 })
  expect(costs).toEqual({ a: 2, b: 3, c: 0 })
})

test.each<[name: string, actions: PackageAction[], worth: boolean]>([
  ['nothing restored', [compiled('a', 5)], true],
  ['all restored', [cached('b')], false],
  ['a tenth missing', [compiled('a', 1), cached('b')], true],
  ['less than a tenth missing', [compiled('a', 0.9), cached('b')], false],
  ['nothing known of what was there', [compiled('a', 0.1), cached('unknown')], true],
  ['no package at all', [], false],
])('worth saving, %s: %#', (_, actions, worth) => {
  expect(isWorthSaving(sumCompiling(actions, { b: 9 }))).toBe(worth)
})

test('the gain is what compiling would have taken on all cores, less what the cache took', () => {
  const compiling = sumCompiling([compiled('a', 4), cached('b'), cached('c')], { b: 60, c: 40 })
  expect(compiling).toEqual({ compiled: 4, spared: 100, cold: 104 })
  expect(netSeconds(compiling, 2, 8)).toBe(42)
  expect(netSeconds(sumCompiling([cached('b')], { b: 2 }), 4, 3)).toBe(-2.5)
})
