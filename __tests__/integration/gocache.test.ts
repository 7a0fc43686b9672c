// A GOCACHE that real builds filled, made to look six days old: what Go compiles again, what counts as used, and how it is sorted.
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseActionGraph } from '../../src/build/action-graph.js'
import { CACHE_FILE, mendTimes, sortForPacking, splitByUse, type CacheFile } from '../../src/cache/gocache.js'
import type { PackageAction } from '../../src/package-action.js'
import { temporaryModule, writeFiles } from '../support/modules.js'
import { runChecked } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'

const TARGETS = ['linux/amd64', 'linux/arm64', 'windows/amd64'] as const
const FIRST = TARGETS[0]
const main = (text: string) =>
  `package main\n\nimport "fmt"\n\nfunc main() { fmt.Println(${JSON.stringify(text)}) }\n`

const MS_PER_DAY = 24 * 60 * 60 * 1000
/** Go deletes what was not used for five days, where `trim.txt` is more than a day old. */
const UNUSED_DAYS = 6
const UNTRIMMED_DAYS = 2

let source: string
let filled: string
const cold: PackageAction[] = []

/** What `go build` needed for one target, linked anew. */
async function build(gocache: string, target: string): Promise<readonly PackageAction[]> {
  const [GOOS, GOARCH] = target.split('/')
  const output = temporaryFolder('output')
  const graph = join(output, 'graph.json')
  await runChecked(['go', 'build', '-trimpath', `-debug-actiongraph=${graph}`, '-o', join(output, 'hello')], {
    cwd: source,
    env: { GOOS, GOARCH, CGO_ENABLED: '0', GOCACHE: gocache },
  })
  const actions = parseActionGraph(readFileSync(graph, 'utf8'))
  if (actions?.linked !== 1) throw new Error(`${target} was not linked`)
  return actions.packages
}

const compiledOf = (packages: readonly PackageAction[]): string[] =>
  packages.filter(({ compiled }) => compiled).map(({ importPath }) => importPath)

function listFiles(gocache: string): CacheFile[] {
  return readdirSync(gocache, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => CACHE_FILE.test(name))
    .map((name) => ({ name, size: statSync(join(gocache, name)).size }))
}

/** A copy of what the first builds left, as if nothing had touched it for six days. */
function agedCopy(): string {
  const gocache = temporaryFolder('gocache')
  cpSync(filled, gocache, { recursive: true })
  const old = new Date(Date.now() - UNUSED_DAYS * MS_PER_DAY)
  for (const { name } of listFiles(gocache)) utimesSync(join(gocache, name), old, old)
  const trimmed = Math.floor((Date.now() - UNTRIMMED_DAYS * MS_PER_DAY) / 1000)
  writeFileSync(join(gocache, 'trim.txt'), String(trimmed))
  return gocache
}

function copyOf(gocache: string, files: readonly CacheFile[]): string {
  const copy = temporaryFolder('copy')
  for (const { name } of files) {
    mkdirSync(dirname(join(copy, name)), { recursive: true })
    cpSync(join(gocache, name), join(copy, name))
  }
  return copy
}

const sortByName = (files: readonly CacheFile[]) => files.toSorted((a, b) => (a.name < b.name ? -1 : 1))

beforeAll(async () => {
  source = await temporaryModule({ 'go.mod': 'module example.test/hello\n\ngo 1.22\n', 'main.go': main('a') })
  filled = temporaryFolder('filled')
  for (const target of TARGETS) {
    const packages = await build(filled, target)
    expect(compiledOf(packages)).toEqual(expect.arrayContaining(['runtime', 'fmt', 'example.test/hello']))
    cold.push(...packages)
  }
})

test('of a cache of six days, Go deletes at its first target what the others need', async () => {
  const gocache = agedCopy()
  expect(compiledOf(await build(gocache, FIRST))).toEqual([])
  expect(compiledOf(await build(gocache, TARGETS[1]))).toEqual(
    expect.arrayContaining(['runtime', 'fmt', 'example.test/hello']),
  )
})

test('with its times mended nothing is compiled again, for any target', async () => {
  const gocache = agedCopy()
  const before = sortByName(listFiles(gocache))
  await mendTimes(gocache)
  for (const target of TARGETS)
    expect([target, compiledOf(await build(gocache, target))]).toEqual([target, []])
  const after = new Set(listFiles(gocache).map(({ name }) => name))
  expect(before.filter(({ name }) => !after.has(name))).toEqual([])
})

test('used is what a build needs, and nothing of the other targets', async () => {
  const gocache = agedCopy()
  const since = await mendTimes(gocache)
  expect((await splitByUse(gocache, since)).used).toEqual([])
  expect(compiledOf(await build(gocache, FIRST))).toEqual([])
  const { used, unused } = await splitByUse(gocache, since)
  expect(sortByName([...used, ...unused])).toEqual(sortByName(listFiles(gocache)))

  const copy = copyOf(gocache, used)
  const sinceCopied = await mendTimes(copy)
  expect(compiledOf(await build(copy, FIRST))).toEqual([])
  // Nor is there more in it than that build needs.
  expect((await splitByUse(copy, sinceCopied)).unused).toEqual([])
  expect(compiledOf(await build(copy, TARGETS[1]))).toContain('runtime')
})

test('used is what a build adds as well', async () => {
  const gocache = agedCopy()
  const since = await mendTimes(gocache)
  const known = new Set(listFiles(gocache).map(({ name }) => name))
  writeFiles(source, { 'main.go': main('b') })
  try {
    expect(compiledOf(await build(gocache, FIRST))).toEqual(['example.test/hello'])
    const { used } = await splitByUse(gocache, since)
    expect(used.filter(({ name }) => !known.has(name)).length).toBeGreaterThan(0)
    expect(compiledOf(await build(copyOf(gocache, used), FIRST))).toEqual([])
  } finally {
    writeFiles(source, { 'main.go': main('a') })
  }
})

test('sorted for packing, the outputs of a package lie beside each other, and nothing is lost', async () => {
  const files = listFiles(filled)
  const sorted = await sortForPacking(filled, files.toReversed(), cold)
  expect(sortByName(sorted)).toEqual(sortByName(files))
  expect(await sortForPacking(filled, files, cold)).toEqual(sorted)

  // What an action's entry says: `v1 <action> <output> <size> <time>`.
  const packages = new Map<string, string>()
  for (const { name } of files.filter((file) => file.name.endsWith('-a'))) {
    const [, action = '', output = ''] = readFileSync(join(filled, name), 'utf8').split(' ')
    const id = Buffer.from(action, 'hex').subarray(0, 15).toString('base64url')
    const built = cold.find(({ actionId }) => actionId === id)
    if (built !== undefined) packages.set(`${output.slice(0, 2)}/${output}-d`, built.importPath)
  }
  const order = sorted.map(({ name }) => packages.get(name)).filter((name) => name !== undefined)
  const groups = order.filter((name, index) => name !== order[index - 1])
  expect(order.length).toBeGreaterThan(2 * groups.length)
  expect(groups).toEqual([...new Set(cold.map(({ importPath }) => importPath))].sort())
  const firstEntry = sorted.findIndex(({ name }) => name.endsWith('-a'))
  expect(sorted.slice(firstEntry).every(({ name }) => name.endsWith('-a'))).toBe(true)
})
