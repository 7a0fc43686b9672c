// findExtraFiles: patterns in, the files that go into every archive out, and no two of one name.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findExtraFiles } from '../../src/package/index.js'
import { temporaryModule } from '../support/modules.js'

async function find(files: readonly string[], ...programs: string[]): Promise<string[]> {
  const folder = await temporaryModule(Object.fromEntries(files.map((file) => [file, file])))
  const entries = await findExtraFiles(folder, ['**'], true, new Set(programs), `${folder}/dist`)
  return entries.map(({ name }) => name)
}

test('files of other names than the programs are taken, sorted', async () => {
  expect(await find(['docs/hello', 'README', 'LICENSE'], 'hello')).toEqual([
    'LICENSE',
    'README',
    'docs/hello',
  ])
})

test('a file named as a program is refused, whatever the case', async () => {
  await expect(find(['hello'], 'hello')).rejects.toThrow(
    'hello would be in an archive beside the program hello',
  )
  await expect(find(['Hello'], 'hello')).rejects.toThrow(
    'Hello would be in an archive beside the program hello',
  )
  await expect(find(['hello'], 'Hello')).rejects.toThrow(
    'hello would be in an archive beside the program Hello',
  )
})

// Where the file system keeps them apart.
if (process.platform === 'linux') {
  test('two files whose names differ in case only are refused', async () => {
    await expect(find(['docs/readme', 'docs/README'])).rejects.toThrow(
      'input archive-files: docs/readme would be in an archive beside docs/README, and unpacked only one',
    )
  })
}

describe('a link', () => {
  const findIn = (folder: string) =>
    findExtraFiles(folder, ['LICENSE*'], true, new Set(), join(folder, 'dist'))

  test('to a file of the module is that file', async () => {
    const folder = await temporaryModule({ 'legal/LICENSE': 'text' })
    symlinkSync(join('legal', 'LICENSE'), join(folder, 'LICENSE'))
    expect(await findIn(folder)).toMatchObject([{ name: 'LICENSE', executable: false }])
  })

  test('into .git, where a checkout keeps its token, is refused', async () => {
    const folder = await temporaryModule({ 'go.mod': 'module example.test/app\n' })
    mkdirSync(join(folder, '.git', 'modules'), { recursive: true })
    writeFileSync(join(folder, '.git', 'config'), 'secret')
    symlinkSync(join('.git', 'config'), join(folder, 'LICENSE'))
    await expect(findIn(folder)).rejects.toThrow('input archive-files: LICENSE is a link into .git')
  })

  test('out of the module is refused', async () => {
    const folder = await temporaryModule({ 'go.mod': 'module example.test/app\n' })
    symlinkSync('/etc/hostname', join(folder, 'LICENSE'))
    await expect(findIn(folder)).rejects.toThrow(
      "input archive-files: LICENSE lies outside the module's folder",
    )
  })
})
