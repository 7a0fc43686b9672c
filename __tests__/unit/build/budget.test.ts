// The budget: cores, memory and what was asked in; targets at once, compilers and Go's own variables out; and who waits for whom.
import { openBudget, planParallelism, toolchainEnvironment } from '../../../src/build/budget.js'

const GIB = 1024 ** 3

describe('planParallelism', () => {
  test.each<
    [
      name: string,
      cores: number,
      gib: number,
      targets: number,
      asked: number | undefined,
      parallel: number,
      compilers: number,
    ]
  >([
    ['a small machine', 2, 8, 7, undefined, 2, 2],
    ["GitHub's runner", 4, 16, 7, undefined, 4, 2],
    ['one core', 1, 8, 7, undefined, 1, 1],
    ['little memory', 4, 3, 7, undefined, 1, 4],
    ['less memory than one build may need', 4, 1, 7, undefined, 1, 1],
    ['memory for some of the cores', 8, 8, 7, undefined, 4, 2],
    ['fewer targets than cores', 8, 64, 2, undefined, 2, 8],
    ['one target', 8, 64, 1, undefined, 1, 8],
    ['as asked, below', 8, 64, 7, 2, 2, 8],
    ['as asked, beyond cores and memory', 2, 2, 7, 6, 6, 1],
    ['never more than there are targets', 2, 8, 3, 256, 3, 2],
  ])('%s', (_, cores, gib, targets, asked, parallel, compilers) => {
    const machine = { cores, memory: gib * GIB }
    expect(planParallelism(machine, targets, asked)).toEqual({ parallel, compilers })
  })
})

describe('toolchainEnvironment', () => {
  const off = (limit: string) => ({ GOGC: 'off', GOMEMLIMIT: limit })
  test.each<
    [
      name: string,
      cores: number,
      gib: number,
      parallel: number,
      compilers: number,
      own: Record<string, string | undefined>,
      expected: Record<string, string>,
    ]
  >([
    ['a small machine', 2, 8, 2, 2, {}, { GOMAXPROCS: '1', ...off('1536MiB') }],
    ['one target on many cores', 8, 64, 1, 16, {}, { GOMAXPROCS: '8', ...off('3072MiB') }],
    ['cores that do not divide', 8, 64, 3, 6, {}, { GOMAXPROCS: '3', ...off('2730MiB') }],
    ['more builds than cores', 2, 32, 6, 1, {}, { GOMAXPROCS: '1', ...off('4096MiB') }],
    ['just enough memory', 2, 16 / 3, 2, 2, {}, { GOMAXPROCS: '1', ...off('1024MiB') }],
    ['too little for a limit', 2, 5.3, 2, 2, {}, { GOMAXPROCS: '1' }],
    ["the user's GOGC", 2, 8, 2, 2, { GOGC: '200' }, { GOMAXPROCS: '1' }],
    ["the user's GOMEMLIMIT", 2, 8, 2, 2, { GOMEMLIMIT: '2GiB' }, { GOMAXPROCS: '1' }],
    ["the user's GOMAXPROCS", 2, 8, 2, 2, { GOMAXPROCS: '4' }, off('1536MiB')],
    [
      'variables that are empty',
      2,
      8,
      2,
      2,
      { GOGC: '', GOMEMLIMIT: '', GOMAXPROCS: '' },
      { GOMAXPROCS: '1', ...off('1536MiB') },
    ],
  ])('%s', (_, cores, gib, parallel, compilers, own, expected) => {
    const machine = { cores, memory: gib * GIB }
    expect(toolchainEnvironment(machine, { parallel, compilers }, own)).toEqual(expected)
  })
})

describe('openBudget', () => {
  /** Lets all that can go on go on. */
  const settle = () => new Promise((resolve) => setImmediate(resolve))

  function openWorks(parallel: number) {
    const machine = { cores: 2, memory: 8 * GIB }
    const budget = openBudget({ machine, environment: {} }, 7, parallel)
    const running: string[] = []
    const ends = new Map<string, (error?: Error) => void>()
    const start = (how: 'share' | 'alone', name: string) =>
      budget[how](async (share) => {
        running.push(name)
        try {
          await new Promise<void>((resolve, reject) => {
            ends.set(name, (error) => {
              if (error === undefined) resolve()
              else reject(error)
            })
          })
          return share
        } finally {
          running.splice(running.indexOf(name), 1)
        }
      })
    const end = async (name: string, error?: Error) => {
      ends.get(name)?.(error)
      await settle()
      return [...running]
    }
    return { start, end, running }
  }

  test('as many as there are places, in the order in which they came', async () => {
    const { start, end, running } = openWorks(2)
    const works = ['a', 'b', 'c', 'd'].map((name) => start('share', name))
    await settle()
    expect(running).toEqual(['a', 'b'])
    expect(await end('b')).toEqual(['a', 'c'])
    expect(await end('a')).toEqual(['c', 'd'])
    await end('c')
    expect(await end('d')).toEqual([])
    const [share] = await Promise.all(works)
    expect(share).toEqual({
      compilers: 2,
      environment: { GOMAXPROCS: '1', GOGC: 'off', GOMEMLIMIT: '1536MiB' },
    })
  })

  test('one that fails makes room all the same', async () => {
    const { start, end } = openWorks(1)
    const [failing, next] = [start('share', 'a'), start('share', 'b')]
    const failed = expect(failing).rejects.toThrow('broken')
    await settle()
    expect(await end('a', new Error('broken'))).toEqual(['b'])
    await failed
    await end('b')
    await next
  })

  test('alone: after those that run, before those that come, with one compiler in an environment of its own', async () => {
    const { start, end, running } = openWorks(2)
    const first = [start('share', 'a'), start('share', 'b')]
    const alone = start('alone', 'alone')
    const last = [start('share', 'c'), start('share', 'd')]
    await settle()
    expect(running).toEqual(['a', 'b'])
    expect(await end('a')).toEqual(['b'])
    expect(await end('b')).toEqual(['alone'])
    expect(await end('alone')).toEqual(['c', 'd'])
    expect(await alone).toEqual({ compilers: 1, environment: {} })
    await end('c')
    await end('d')
    await Promise.all([...first, ...last])
  })
})
