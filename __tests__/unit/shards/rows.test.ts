// The rows of a plan's matrix: what a job is given is read back, and anything else is an error that says what to write.
import { InputError } from '../../../src/errors.js'
import { formatShards, parseShard } from '../../../src/shards/rows.js'

const SHARDS = [
  { runner: 'ubuntu-latest', targets: ['linux/amd64', 'linux/arm/v6'], weight: 2 },
  { runner: 'macos-15', targets: ['darwin/arm64'], weight: 1 },
]

test('a row names its shard, its runner and its targets, and is read back', () => {
  const { include } = JSON.parse(formatShards(SHARDS)) as { include: object[] }
  expect(include).toEqual([
    { shard: '1/2', runner: 'ubuntu-latest', targets: 'linux/amd64, linux/arm/v6' },
    { shard: '2/2', runner: 'macos-15', targets: 'darwin/arm64' },
  ])
  expect(include.map((row) => parseShard(JSON.stringify({ ...row, go: '1.26' })))).toEqual(
    SHARDS.map(({ targets }, index) => ({ targets, first: index === 0 })),
  )
})

test('a row without a number is the first', () => {
  expect(parseShard('{"targets":"linux/amd64"}')).toEqual({ targets: ['linux/amd64'], first: true })
})

test.each([
  '',
  'linux/amd64',
  'null',
  '[]',
  '{}',
  '{"targets":""}',
  '{"targets":["linux/amd64"]}',
  '{"targets":"a,,b"}',
  '1',
])('%j is refused', (text) => {
  expect(() => parseShard(text)).toThrow(InputError)
  expect(() => parseShard(text)).toThrow(
    "is no row of a plan's matrix; write shard: ${{ toJSON(matrix) }} in a job with strategy.matrix",
  )
})
