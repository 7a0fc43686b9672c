// packShards: the targets of a plan onto shards that take about the same time.
import { packShards, type ShardTarget } from '../../../src/shards/pack.js'

const weighed = (weights: readonly number[], runner = 'linux'): ShardTarget[] =>
  weights.map((weight, index) => ({ id: `${runner}-${index}`, runner, weight }))

/** Figures that come in the same order in every run. */
function* figures(): Generator<number> {
  for (let state = 42; ;) {
    state = (state * 1103515245 + 12345) % 2 ** 31
    yield state / 2 ** 31
  }
}

test('each target is in one shard, in the order of the plan', () => {
  const targets = weighed([5, 1, 4, 2, 3])
  const shards = packShards(targets, 2)
  expect(shards.map((shard) => shard.targets)).toEqual([
    ['linux-0', 'linux-1', 'linux-3'],
    ['linux-2', 'linux-4'],
  ])
  expect(shards.map(({ weight }) => weight)).toEqual([8, 7])
})

test('no shard is empty', () => {
  expect(packShards(weighed([1, 1, 1]), 8).map(({ targets }) => targets)).toEqual([
    ['linux-0'],
    ['linux-1'],
    ['linux-2'],
  ])
})

test('targets of two runners never share a shard, and the busier runner has more of them', () => {
  const targets = [...weighed([1], 'macos-15'), ...weighed([5, 5, 5, 5])]
  const shards = packShards(targets, 3)
  expect(shards.map(({ runner, targets: ids }) => [runner, ids.length])).toEqual([
    ['macos-15', 1],
    ['linux', 2],
    ['linux', 2],
  ])
  expect(packShards(targets, 1).map(({ runner }) => runner)).toEqual(['macos-15', 'linux'])
})

test.each([1, 2, 4, 8])(
  '42 targets of any weights in %d shards take at most 15 % more than they must',
  (count) => {
    const figure = figures()
    for (let round = 0; round < 200; round++) {
      const targets = weighed(Array.from({ length: 42 }, () => 2 + 10 * (figure.next().value as number)))
      const total = targets.reduce((sum, { weight }) => sum + weight, 0)
      const longest = Math.max(...targets.map(({ weight }) => weight))
      const shards = packShards(targets, count)
      expect(shards).toHaveLength(count)
      const makespan = Math.max(...shards.map(({ weight }) => weight))
      expect(makespan / Math.max(longest, total / count)).toBeLessThan(1.15)
    }
  },
)
