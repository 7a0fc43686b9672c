// openOutput: whose the output directory is, what of it is removed before a build, and what is moved into it after.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { writeArtifact } from '../../src/artifact.js'
import { InputError } from '../../src/errors.js'
import type { Folders } from '../../src/host/host.js'
import { checkOutput, openOutput } from '../../src/output/index.js'
import { temporaryFolder } from '../support/temporary.js'

/** Two runs of one user. */
function runs(): readonly [Folders, Folders, folder: string] {
  const root = temporaryFolder('output')
  const work = path.join(root, 'work')
  const run = (name: string): Folders => {
    const scratch = path.join(work, name)
    mkdirSync(scratch, { recursive: true })
    return { workspace: root, work, scratch, tools: '', output: '' }
  }
  return [run('first'), run('second'), path.join(root, 'a', 'release')]
}

const archive = (output: string) => writeArtifact({ name: 'project.zip', kind: 'archive', output }, ['zip'])

test('the folder is not there while targets are built, and holds what was made after', async () => {
  const [first, second, folder] = runs()
  for (const folders of [first, second]) {
    await using output = await openOutput(folder, folders)
    expect(existsSync(path.dirname(folder))).toBe(folders === second)
    expect(existsSync(folder)).toBe(false)
    const [moved] = await output.fill(['project.zip'], [await archive(folders.scratch)])
    expect(moved?.path).toBe(path.join(folder, 'project.zip'))
    expect(readdirSync(folder).sort()).toEqual(['.gitignore', 'manifest.json', 'project.zip'])
    expect(readdirSync(folders.scratch)).toEqual([])
  }
})

test('one run at a time, unless the other one is gone', async () => {
  const [first, second, folder] = runs()
  const held = await openOutput(folder, first)
  const refused = openOutput(folder, second)
  await expect(refused).rejects.toThrow(InputError)
  await expect(refused).rejects.toThrow(/^input output-directory: another run writes to /)
  await held[Symbol.asyncDispose]()
  await openOutput(folder, { ...first, scratch: path.join(first.work, 'killed') })
  await expect(openOutput(folder, second)).resolves.toBeDefined()
})

test('a lock without a name keeps others out for as long as it takes to write one', async () => {
  const [first, second, folder] = runs()
  await openOutput(folder, first)
  const [lock = ''] = readdirSync(first.work).filter((name) => name.endsWith('.lock'))
  writeFileSync(path.join(first.work, lock), '')
  await expect(openOutput(folder, second)).rejects.toThrow('another run writes to')
  const then = new Date(Date.now() - 60_000)
  utimesSync(path.join(first.work, lock), then, then)
  await expect(openOutput(folder, second)).resolves.toBeDefined()
})

test('a file of the user beside a former release stays, and stays hidden from Git while targets are built', async () => {
  const [first, second, folder] = runs()
  const output = await openOutput(folder, first)
  await output.fill(['project.zip'], [await archive(first.scratch)])
  await output[Symbol.asyncDispose]()
  writeFileSync(path.join(folder, 'mine'), 'mine')
  await openOutput(folder, second)
  expect(readdirSync(folder).sort()).toEqual(['.gitignore', 'mine'])
})

test('one run at a time also where a link leads to the folder', async () => {
  const [first, second, folder] = runs()
  mkdirSync(path.dirname(folder), { recursive: true })
  const link = path.join(first.workspace, 'link')
  symlinkSync(path.dirname(folder), link, 'junction')
  await openOutput(folder, first)
  await expect(openOutput(path.join(link, 'release'), second)).rejects.toThrow('another run writes to')
})

test.each([
  ['a file', 'thesis.txt', 'years of work'],
  ['a .gitignore that this action does not write', '.gitignore', '*.o\n'],
  ["another program's manifest", 'manifest.json', '{"files":[]}'],
])('%s is refused and left as it is', async (_, name, text) => {
  const [first, , folder] = runs()
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, name), text)
  await expect(openOutput(folder, first)).rejects.toThrow(
    `input output-directory: ${folder} holds files of something else (${name})`,
  )
  expect(readFileSync(path.join(folder, name), 'utf8')).toBe(text)
})

test('what a run leaves that is killed at its first file is its own', async () => {
  const [first, , folder] = runs()
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, '.gitignore'), '*\n')
  writeFileSync(path.join(folder, 'manifest.json.partial'), '{')
  expect(await checkOutput(folder)).toEqual([])
  await openOutput(folder, first)
  expect(existsSync(folder)).toBe(false)
})

test('links that lie in the folder lead nothing out of it', async () => {
  const [first, , folder] = runs()
  const outside = path.join(path.dirname(first.work), 'outside')
  writeFileSync(outside, 'untouched')
  mkdirSync(folder, { recursive: true })
  // A manifest makes it a folder of a former run, which may hold other files too.
  const former = {
    generator: 'go-cross-release',
    files: [{ name: '../../outside' }, { name: '..' }, { name: outside }],
  }
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(former))
  const names = [
    '.gitignore',
    'project.zip',
    'project.zip.partial',
    'SHA256SUMS',
    'SHA256SUMS.partial',
    'manifest.json.partial',
  ]
  for (const name of names) symlinkSync(outside, path.join(folder, name))
  await using output = await openOutput(folder, first)
  await output.fill(['project.zip'], [await archive(first.scratch)])
  await writeArtifact({ name: 'SHA256SUMS', kind: 'checksums', output: folder }, ['sums'])
  expect(readFileSync(outside, 'utf8')).toBe('untouched')
  for (const name of ['.gitignore', 'manifest.json', 'project.zip', 'SHA256SUMS']) {
    expect(lstatSync(path.join(folder, name)).isFile()).toBe(true)
  }
})
