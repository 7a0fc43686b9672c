// max-size-increase: what it may say, and which programs have grown by more.
import { compareReleases } from '../../../src/compare/compare.js'
import { describeExceeding, exceeding, parseSizeIncrease } from '../../../src/compare/limit.js'
import { InputError } from '../../../src/errors.js'
import { baselineOf, programOf, targetOf } from './example-baseline.js'

function compare(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>) {
  const [base, head] = [before, after].map((sizes) =>
    baselineOf(
      targetOf('linux/amd64', {
        programs: Object.entries(sizes).map(([name, size]) => programOf(name, { size })),
      }),
    ),
  )
  return compareReleases(base ?? baselineOf(), head ?? baselineOf())
}

function limitOf(text: string) {
  const limit = parseSizeIncrease(text)
  if (limit === undefined) throw new Error('no limit')
  return limit
}

test.each<[text: string, before: number, most: number]>([
  ['5%', 1000, 1050],
  ['5 %', 1000, 1050],
  ['2.5%', 1000, 1025],
  ['0%', 1000, 1000],
  ['0.1%', 3000, 3003],
  ['100%', 7, 14],
  ['12 B', 1000, 1012],
  ['0 B', 1000, 1000],
  ['1kB', 1000, 2000],
  ['500 kB', 1000, 501_000],
  ['1 MB', 1000, 1_001_000],
  ['1.5 mb', 1000, 1_501_000],
  ['2 GB', 1000, 2_000_001_000],
  ['5%', 0, 0],
])('%s lets a program of %d bytes grow to %d, and no further', (text, before, most) => {
  const grow = (after: number) => exceeding(compare({ age: before }, { age: after }), limitOf(text))
  expect(grow(most)).toEqual([])
  expect(grow(0)).toEqual([])
  expect(grow(most + 1)).toEqual([{ target: 'linux/amd64', program: 'age', before, after: most + 1 }])
})

test('no text is no limit', () => {
  expect(parseSizeIncrease('')).toBeUndefined()
})

test.each([
  '5',
  '%',
  '-5%',
  '+5%',
  '5%%',
  '5 percent',
  '1 KiB',
  '1 MiB',
  '1e3 B',
  '.5%',
  '5.%',
  '1 TB',
  '5% or 1 MB',
  '٥%',
  '9'.repeat(400) + '%',
  'Infinity%',
  'NaN%',
])('%j is refused', (text) => {
  const act = () => parseSizeIncrease(text)
  expect(act).toThrow(InputError)
  expect(act).toThrow(`input max-size-increase: ${JSON.stringify(text)} is neither a percentage, as 5%`)
})

test('a program that is new or gone has not grown', () => {
  expect(exceeding(compare({ a: 1 }, { b: 1000 }), limitOf('0%'))).toEqual([])
})

describe('the message', () => {
  const limit = limitOf('5%')

  test('names target, program, sizes, limit, and what to do', () => {
    const comparison = compare({ age: 3_400_000 }, { age: 3_900_100 })
    expect(describeExceeding(exceeding(comparison, limit), limit, comparison)).toBe(
      'max-size-increase: 5% is the limit, and has been exceeded: age on linux/amd64, 3.4 MB → 3.9 MB (+500.1 kB, +14.7%); no module is new; find out what has made it larger, or raise max-size-increase in the workflow',
    )
  })

  test('names the new modules', () => {
    const comparison = compareReleases(
      baselineOf(targetOf('linux/amd64', { programs: [programOf('age', { size: 1 })] })),
      baselineOf(
        targetOf('linux/amd64', {
          modules: ['a', 'b'].map((path) => ({ path, version: 'v1.0.0' })),
        }),
      ),
    )
    expect(describeExceeding(exceeding(comparison, limit), limit, comparison)).toContain(
      '; new modules: a v1.0.0, b v1.0.0; ',
    )
  })

  test('names those that have grown most, and counts the others', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const comparison = compare(
      Object.fromEntries(names.map((name) => [name, 100])),
      Object.fromEntries(names.map((name, index) => [name, 200 + index])),
    )
    const message = describeExceeding(exceeding(comparison, limit), limit, comparison)
    expect([...message.matchAll(/(\w) on linux\/amd64/g)].map(([, name]) => name).join('')).toBe('gfedc')
    expect(message).toContain('; and 2 more; ')
  })
})
