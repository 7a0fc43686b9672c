// What each target is taken to need, from what it took before; and what is no duration is passed over.
import { parseDurations, weighTargets } from '../../../src/shards/weights.js'

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
