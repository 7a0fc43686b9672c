// What each target is taken to need, from what it took before; and what is no duration is passed over.
import { parseDurations, updateDurations, weighTargets } from '../../../src/shards/weights.js'

const TARGETS = [
  { id: 'a', programs: [1] },
  { id: 'b', programs: [1, 2] },
  { id: 'c', programs: [1] },
]

test('its own duration, the mean of the others, or its programs', () => {
  expect([...weighTargets(TARGETS, { a: 10, b: 30, z: 5 }).values()]).toEqual([10, 30, 20])
  expect([...weighTargets(TARGETS, {}).values()]).toEqual([1, 2, 1])
})

test.each<[string, object]>([
  ['', {}],
  ['null', {}],
  ['[', {}],
  ['{"a":1.5,"b":"2","c":-1,"d":0,"e":1e9,"f":null}', { a: 1.5 }],
])('%j', (text, expected) => {
  expect(parseDurations(text)).toEqual(expected)
})

describe('what is kept for the next plan', () => {
  const known = { a: 10, b: 20, c: 30 }
  test.each<[string, object, object]>([
    ['stays where a run was a little different', { a: 12, b: 19, c: 29 }, known],
    ['stays where a run was faster all over', { a: 1, b: 2, c: 3 }, known],
    ['changes for a target that has changed', { a: 30, b: 20, c: 30 }, { a: 22.5, b: 20, c: 30 }],
    ['takes a new target', { a: 10, b: 20, c: 30, d: 5 }, { ...known, d: 5 }],
    ['forgets a target that is gone', { a: 10, b: 20 }, { a: 10, b: 20 }],
    ['is what there is, of quite other targets', { x: 1, y: 2 }, { x: 1, y: 2 }],
  ])('%s', (_, now, expected) => {
    expect(updateDurations(known, now as Record<string, number>)).toEqual(expected)
  })
})
