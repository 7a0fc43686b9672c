// expandMatrix against GitHub's documented examples and against a second formulation of GitHub's rules.
import { InputError } from '../../../src/errors.js'
import { expandMatrix } from '../../../src/plan/matrix.js'
import type { Json, Matrix, Row } from '../../../src/plan/matrix.js'

describe('the examples of docs.github.com, "Running variations of jobs in a workflow"', () => {
  const examples: [name: string, matrix: Matrix, rows: Row[]][] = [
    [
      'two axes, the first one slowest',
      { axes: { version: [10, 12, 14], os: ['ubuntu-latest', 'windows-latest'] } },
      [
        { version: 10, os: 'ubuntu-latest' },
        { version: 10, os: 'windows-latest' },
        { version: 12, os: 'ubuntu-latest' },
        { version: 12, os: 'windows-latest' },
        { version: 14, os: 'ubuntu-latest' },
        { version: 14, os: 'windows-latest' },
      ],
    ],
    [
      'an axis of mappings',
      {
        axes: {
          os: ['ubuntu-latest', 'macos-latest'],
          node: [{ version: 14 }, { version: 20, env: 'NODE_OPTIONS=x' }],
        },
      },
      [
        { os: 'ubuntu-latest', node: { version: 14 } },
        { os: 'ubuntu-latest', node: { version: 20, env: 'NODE_OPTIONS=x' } },
        { os: 'macos-latest', node: { version: 14 } },
        { os: 'macos-latest', node: { version: 20, env: 'NODE_OPTIONS=x' } },
      ],
    ],
    [
      'includes that add to combinations, overwrite each other, and stand alone',
      {
        axes: { fruit: ['apple', 'pear'], animal: ['cat', 'dog'] },
        include: [
          { color: 'green' },
          { color: 'pink', animal: 'cat' },
          { fruit: 'apple', shape: 'circle' },
          { fruit: 'banana' },
          { fruit: 'banana', animal: 'cat' },
        ],
      },
      [
        { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
        { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
        { fruit: 'pear', animal: 'cat', color: 'pink' },
        { fruit: 'pear', animal: 'dog', color: 'green' },
        { fruit: 'banana' },
        { fruit: 'banana', animal: 'cat' },
      ],
    ],
    [
      'an include that expands one combination',
      {
        axes: { os: ['windows-latest', 'ubuntu-latest'], node: [14, 16] },
        include: [{ os: 'windows-latest', node: 16, npm: 6 }],
      },
      [
        { os: 'windows-latest', node: 14 },
        { os: 'windows-latest', node: 16, npm: 6 },
        { os: 'ubuntu-latest', node: 14 },
        { os: 'ubuntu-latest', node: 16 },
      ],
    ],
    [
      'an include that adds a combination',
      {
        axes: { os: ['macos-latest', 'windows-latest', 'ubuntu-latest'], version: [12, 14, 16] },
        include: [{ os: 'windows-latest', version: 17 }],
      },
      [
        ...['macos-latest', 'windows-latest', 'ubuntu-latest'].flatMap((os) =>
          [12, 14, 16].map((version) => ({ os, version })),
        ),
        { os: 'windows-latest', version: 17 },
      ],
    ],
    [
      'includes alone',
      {
        axes: {},
        include: [
          { site: 'production', datacenter: 'site-a' },
          { site: 'staging', datacenter: 'site-b' },
        ],
      },
      [
        { site: 'production', datacenter: 'site-a' },
        { site: 'staging', datacenter: 'site-b' },
      ],
    ],
    [
      'excludes that match in part: nine of twelve are left',
      {
        axes: {
          os: ['macos-latest', 'windows-latest'],
          version: [12, 14, 16],
          environment: ['staging', 'production'],
        },
        exclude: [
          { os: 'macos-latest', version: 12, environment: 'production' },
          { os: 'windows-latest', version: 16 },
        ],
      },
      [
        { os: 'macos-latest', version: 12, environment: 'staging' },
        { os: 'macos-latest', version: 14, environment: 'staging' },
        { os: 'macos-latest', version: 14, environment: 'production' },
        { os: 'macos-latest', version: 16, environment: 'staging' },
        { os: 'macos-latest', version: 16, environment: 'production' },
        { os: 'windows-latest', version: 12, environment: 'staging' },
        { os: 'windows-latest', version: 12, environment: 'production' },
        { os: 'windows-latest', version: 14, environment: 'staging' },
        { os: 'windows-latest', version: 14, environment: 'production' },
      ],
    ],
  ]
  test.each(examples)('%s', (_, matrix, rows) => {
    expect(expandMatrix(matrix)).toEqual(rows)
  })
})

describe('what the documentation says in words', () => {
  const cases: [name: string, matrix: Matrix, rows: Row[]][] = [
    ['nothing at all', { axes: {} }, []],
    [
      'an include brings back what an exclude took',
      { axes: { os: ['a', 'b'] }, exclude: [{ os: 'b' }], include: [{ os: 'b', extra: 1 }] },
      [{ os: 'a' }, { os: 'b', extra: 1 }],
    ],
    [
      'where every combination is excluded, an include without axes is a row of its own',
      { axes: { os: ['a'] }, exclude: [{ os: 'a' }], include: [{ color: 'green' }] },
      [{ color: 'green' }],
    ],
    [
      'an include does not add to the row of another include',
      { axes: { os: ['a'] }, include: [{ os: 'b' }, { os: 'b', extra: 1 }] },
      [{ os: 'a' }, { os: 'b' }, { os: 'b', extra: 1 }],
    ],
    [
      'values are compared deeply, whatever the order of their keys',
      { axes: { node: [{ a: [1], b: 2 }, { a: [1] }] }, exclude: [{ node: { b: 2, a: [1] } }] },
      [{ node: { a: [1] } }],
    ],
    ['a number is not its text', { axes: { node: [14, '14'] }, exclude: [{ node: '14' }] }, [{ node: 14 }]],
  ]
  test.each(cases)('%s', (_, matrix, rows) => {
    expect(expandMatrix(matrix)).toEqual(rows)
  })

  test('the inputs stay as they were', () => {
    const matrix: Matrix = { axes: { os: ['a'] }, include: [{ os: 'a', extra: 1 }, { os: 'b' }] }
    const before = structuredClone(matrix)
    expandMatrix(matrix)
    expect(matrix).toEqual(before)
  })
})

describe('what is refused', () => {
  const long = Array.from({ length: 101 }, (_, index) => index)
  const cases: [matrix: Matrix, problem: string][] = [
    [
      { axes: { os: ['a'] }, exclude: [{ os: 'a' }, { arch: 'b' }] },
      'exclude row 2: arch is no axis; the axes are os',
    ],
    [{ axes: {}, exclude: [{ os: 'a' }] }, 'exclude row 1: os is no axis; this matrix has no axes'],
    [
      { axes: { os: ['a'] }, exclude: [{ constructor: 'a' }] },
      'exclude row 1: constructor is no axis; the axes are os',
    ],
    [{ axes: { os: ['a'] }, exclude: [{}] }, 'exclude row 1 is empty'],
    [{ axes: { os: ['a'] }, include: [{ os: 'a' }, {}] }, 'include row 2 is empty'],
    [{ axes: { os: [] } }, 'os is an empty list; give it a value or leave it out'],
    [{ axes: { a: long, b: long } }, 'its axes have 10201 combinations; at most 10000 are allowed'],
  ]
  test.each(cases)('%j', (matrix, problem) => {
    expect(() => expandMatrix(matrix)).toThrow(new InputError('matrix', problem))
  })

  test('a hundred axes of ten values, without trying them', () => {
    const values = Array.from({ length: 10 }, (_, index) => index)
    const axes = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`axis${index}`, values]))
    expect(() => expandMatrix({ axes })).toThrow('at most 10000 are allowed')
  })
})

test('keys that JavaScript objects have of themselves are keys like others', () => {
  const matrix = JSON.parse(
    '{"axes": {"__proto__": ["a", "b"], "toString": [1]}, "exclude": [{"__proto__": "b"}], "include": [{"constructor": 2}]}',
  ) as Matrix
  expect(JSON.stringify(expandMatrix(matrix))).toBe('[{"__proto__":"a","toString":1,"constructor":2}]')
})

describe('a second formulation of the same rules', () => {
  test('gives the same rows for 400 random matrices', () => {
    for (let seed = 0; seed < 400; seed += 1) {
      const matrix = randomMatrix(seed)
      const rows = expandByDefinition(matrix).map(canonical)
      expect({ seed, rows: expandMatrix(matrix).map(canonical) }).toEqual({ seed, rows })
    }
  })

  test('the random matrices reach every rule', () => {
    const matrices = Array.from({ length: 400 }, (_, seed) => randomMatrix(seed))
    const reached = {
      excluded: matrices.some(
        ({ axes, exclude }) => expandMatrix({ axes, exclude }).length < expandMatrix({ axes }).length,
      ),
      expanded: matrices.some((matrix) =>
        expandMatrix(matrix).some((row) => 'color' in row && 'fruit' in row),
      ),
      alone: matrices.some(
        (matrix) => expandMatrix(matrix).length > expandMatrix({ ...matrix, include: [] }).length,
      ),
    }
    expect(reached).toEqual({ excluded: true, expanded: true, alone: true })
  })
})

type FullMatrix = Required<Matrix>

/**
 * Each value of each row by itself: a surviving combination has, under a key that is no axis, the value of the last
 * include that names the key and contradicts none of the combination's axes; an include that contradicts every
 * surviving combination is a row.
 */
function expandByDefinition({ axes, include, exclude }: FullMatrix): Row[] {
  const names = Object.keys(axes)
  const size = names.length === 0 ? 0 : names.reduce((product, name) => product * valuesOf(name).length, 1)
  const combinations = Array.from({ length: size }, (_, number) => {
    const row = new Map<string, Json>()
    let rest = number
    for (const name of names.toReversed()) {
      const values = valuesOf(name)
      row.set(name, values[rest % values.length] ?? null)
      rest = Math.floor(rest / values.length)
    }
    return row
  })
  const surviving = combinations.filter(
    (row) => !exclude.some((entry) => Object.keys(entry).every((name) => same(entry[name], row.get(name)))),
  )
  const extraKeys = [...new Set(include.flatMap((entry) => Object.keys(entry)))].filter(
    (key) => !names.includes(key),
  )
  const expanded = surviving.map((row) => {
    const entries = names.map((name) => [name, row.get(name) ?? null] as const)
    const extras = extraKeys.flatMap((key) => {
      const last = include.findLast((entry) => key in entry && !contradicts(entry, row))
      return last === undefined ? [] : [[key, last[key] ?? null] as const]
    })
    return Object.fromEntries([...entries, ...extras])
  })
  return [...expanded, ...include.filter((entry) => surviving.every((row) => contradicts(entry, row)))]

  function valuesOf(name: string): readonly Json[] {
    return axes[name] ?? []
  }
  function contradicts(entry: Row, row: ReadonlyMap<string, Json>): boolean {
    return names.some((name) => name in entry && !same(entry[name], row.get(name)))
  }
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  return canonical(a) === canonical(b)
}

/** JSON with sorted keys. */
function canonical(value: Json | undefined): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

function randomMatrix(seed: number): FullMatrix {
  let state = seed + 1
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  const values: Json[] = [
    'apple',
    'Apple',
    1,
    '1',
    true,
    null,
    [1, 2],
    { a: 1, b: [null] },
    { b: [null], a: 1 },
  ]
  const value = () => values[below(values.length)] ?? null
  const names = ['fruit', 'animal', 'size'].slice(0, below(4))
  const axes = Object.fromEntries(names.map((name) => [name, Array.from({ length: 1 + below(3) }, value)]))
  const row = (keys: readonly string[]): Row => {
    const chosen = keys.filter(() => below(2) === 1)
    const kept = chosen.length === 0 ? keys.slice(0, 1) : chosen
    return Object.fromEntries(
      kept.map((key) => {
        const axis = axes[key]
        return [key, axis !== undefined && below(3) > 0 ? (axis[below(axis.length)] ?? null) : value()]
      }),
    )
  }
  return {
    axes,
    exclude: names.length === 0 ? [] : Array.from({ length: below(3) }, () => row(names)),
    include: Array.from({ length: below(5) }, () => row([...names, 'color', 'shape'])),
  }
}
