// mapConcurrently: results in the items' order, never more at work than the width allows, and no failure hides another's effects.
import { mapConcurrently } from '../../src/concurrently.js'

/** Resolves after everything that waits already has had its turn. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Work that can be told how many items it was doing at once. */
function watched() {
  let working = 0
  let most = 0
  const started: number[] = []
  return {
    started,
    most: () => most,
    work: async (item: number) => {
      started.push(item)
      most = Math.max(most, ++working)
      // Later items end earlier, so that the order of the outcomes is not the order of the ends.
      for (let turns = 10 - item; turns > 0; turns--) await turn()
      working--
      return item * 10
    },
  }
}

test.each([
  { count: 0, width: 3, most: 0 },
  { count: 1, width: 3, most: 1 },
  { count: 7, width: 1, most: 1 },
  { count: 7, width: 3, most: 3 },
  { count: 3, width: 7, most: 3 },
  { count: 3, width: 0, most: 1 },
])('$count items, width $width: $most at once', async ({ count, width, most }) => {
  const items = Array.from({ length: count }, (_, index) => index)
  const watch = watched()
  expect(await mapConcurrently(items, width, watch.work)).toEqual(items.map((item) => item * 10))
  expect(watch.started).toEqual(items)
  expect(watch.most()).toBe(most)
})

const failing = async (item: string) => {
  await turn()
  if (item.startsWith('bad')) throw new Error(item)
  return item.toUpperCase()
}

test('work that throws before it returns a promise fails like any other', async () => {
  const done: string[] = []
  const work = (item: string): Promise<string> => {
    if (item === 'bad') throw new Error(item)
    done.push(item)
    return Promise.resolve(item)
  }
  await expect(mapConcurrently(['bad', 'good'], 1, work)).rejects.toThrow('bad')
  expect(done).toEqual(['good'])
})

describe('failures', () => {
  test('are none: the values come in order', async () => {
    expect(await mapConcurrently(['a', 'b', 'c'], 2, failing)).toEqual(['A', 'B', 'C'])
  })

  test('are told by the first error of the items, not of the clock, once all are done', async () => {
    const done: string[] = []
    const work = async (item: string) => {
      if (item === 'bad slow') for (let turns = 0; turns < 5; turns++) await turn()
      try {
        return await failing(item)
      } finally {
        done.push(item)
      }
    }
    await expect(mapConcurrently(['a', 'bad slow', 'bad fast', 'c'], 4, work)).rejects.toThrow('bad slow')
    expect(done.sort()).toEqual(['a', 'bad fast', 'bad slow', 'c'])
  })
})
