// What a branch has built, kept in a cache service of this process: which of several entries a pull request finds, and trouble.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { restoreBaseline, saveBaseline, type BaselinePlace } from '../../src/cache/index.js'
import type { CacheService, Host } from '../../src/host/host.js'
import { startHost, type LocalHost } from '../support/local-host.js'
import { temporaryFolder } from '../support/temporary.js'

let local: LocalHost
beforeAll(async () => {
  local = await startHost(temporaryFolder('kept'))
  mkdirSync(local.folders.work, { recursive: true })
})
afterAll(() => local[Symbol.asyncDispose]())
beforeEach(() => {
  ;(local.lines as string[]).length = 0
})

/** As GitHub's own: the newest entry of the first prefix that any key begins with. */
function startService(): CacheService {
  const entries: { readonly key: string; readonly text: string }[] = []
  const fileOf = (name: string) => join(local.folders.work, name)
  return {
    restore: (name, prefixes) => {
      const [found] = prefixes.flatMap(
        (prefix) => entries.findLast(({ key }) => key.startsWith(prefix)) ?? [],
      )
      if (found !== undefined) writeFileSync(fileOf(name), found.text)
      return Promise.resolve(found?.key)
    },
    has: (_, key) => Promise.resolve(entries.some((entry) => entry.key === key)),
    save: (name, key) => {
      entries.push({ key, text: readFileSync(fileOf(name), 'utf8') })
      return Promise.resolve(true)
    },
  }
}

const PLACE: BaselinePlace = {
  modulePath: 'example.test/app',
  branch: 'main',
  targets: ['linux/amd64', 'darwin/arm64'],
  build: ['CI', 'build', 'app'],
}
const RACE = { build: ['CI', 'race', 'app'] }

const hostOf = (cache: CacheService, run: string): Host => ({
  ...local,
  cache,
  event: { ...local.event, run },
})

test.each<[name: string, saved: Partial<BaselinePlace>[], found: string]>([
  ['nothing', [], ''],
  ['the newest', [{}, {}], 'text 1'],
  ['its own build before a newer one', [{}, RACE], 'text 0'],
  ['its own targets in any order', [{ targets: PLACE.targets.toReversed() }, { targets: [] }], 'text 0'],
  ['another build of its targets before other targets', [RACE, { targets: ['js/wasm'] }], 'text 0'],
  ['other targets before nothing', [{ ...RACE, targets: ['js/wasm'] }], 'text 0'],
  ['nothing of another branch', [{ branch: 'main-2' }, { branch: 'mai' }], ''],
  ['nothing of another module', [{ modulePath: 'example.test/app/v2' }], ''],
])('a pull request finds %s', async (_, saved, found) => {
  const service = startService()
  for (const [index, place] of saved.entries())
    await saveBaseline(hostOf(service, `${index}.1`), { ...PLACE, ...place }, `text ${index}`)
  expect(await restoreBaseline(hostOf(service, '9.1'), PLACE)).toBe(found)
  expect(local.lines).toEqual([])
})

test('trouble is a warning, and what is kept is not known', async () => {
  const broken = () => Promise.reject(new Error('the service is down'))
  const host = hostOf({ restore: broken, has: broken, save: broken }, '1.1')
  await saveBaseline(host, PLACE, 'text')
  expect(await restoreBaseline(host, PLACE)).toBeUndefined()
  expect(local.lines).toEqual([
    'warning: cache: what was built cannot be saved: the service is down',
    'warning: cache: what was built in an earlier run cannot be had: the service is down',
  ])
})

test('without a cache service nothing is kept, without a word', async () => {
  await saveBaseline(local, PLACE, 'text')
  expect(await restoreBaseline(local, PLACE)).toBe('')
  expect(local.lines).toEqual([])
})
