// sweepScratchFolders: what killed runs left goes, what runs are at work in stays, and so does everything else.
import { existsSync, mkdirSync, readdirSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { scratchFolder, sweepScratchFolders } from '../../src/files.js'
import { temporaryFolder } from '../support/temporary.js'

const DAY_MS = 24 * 60 * 60 * 1000

test('scratch folders older than a day are removed, and nothing else is', async () => {
  const parent = temporaryFolder('sweep')
  const [abandoned, working] = [await scratchFolder(parent, 'build'), await scratchFolder(parent, 'sign')]
  mkdirSync(path.join(parent, 'go-build'))
  const now = Date.now()
  const old = new Date(now - DAY_MS - 1000)
  for (const folder of [abandoned.path, path.join(parent, 'go-build')]) utimesSync(folder, old, old)
  await sweepScratchFolders(parent, now)
  expect(readdirSync(parent).sort()).toEqual(['go-build', path.basename(working.path)].sort())
})

test('a scratch folder goes when it is disposed of', async () => {
  const parent = temporaryFolder('scratch')
  const { path: folder, ...rest } = await scratchFolder(parent, 'build')
  expect(existsSync(folder)).toBe(true)
  await rest[Symbol.asyncDispose]()
  expect(readdirSync(parent)).toEqual([])
})
