// inspectFiles with sarif: a file named in the workspace is never written through a link of the checkout.
import { mkdirSync, readFileSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { inspectFiles } from '../../src/inspect.js'
import { startHost } from '../support/local-host.js'
import { temporaryFolder } from '../support/temporary.js'
import { createInputs } from '../unit/example-inputs.js'

/** A workspace with a file to inspect, and beside it a folder that is not to be touched. */
function places(): { readonly workspace: string; readonly outside: string } {
  const root = temporaryFolder('sarif')
  const [workspace, outside] = [path.join(root, 'workspace'), path.join(root, 'outside')]
  for (const folder of [workspace, outside]) mkdirSync(folder)
  writeFileSync(path.join(workspace, 'file'), 'text')
  return { workspace, outside }
}

async function inspect(workspace: string, sarif: string): Promise<void> {
  await using host = await startHost(temporaryFolder('cache'))
  const inputs = createInputs({ mode: 'inspect', files: 'file', linkage: 'any', sarif })
  const quiet = { ...host, folders: { ...host.folders, workspace }, summarize: () => Promise.resolve() }
  await inspectFiles(quiet, inputs)
}

test.each<[name: string, target: string, link: string, sarif: string]>([
  ['a link to a file', 'there', 'out.sarif', 'out.sarif'],
  ['a link to a file that is still to be made', 'new', 'out.sarif', 'out.sarif'],
  ['a link to a folder', '', 'reports', 'reports/out.sarif'],
])('%s is refused', async (_, target, link, sarif) => {
  const { workspace, outside } = places()
  writeFileSync(path.join(outside, 'there'), 'untouched')
  symlinkSync(path.join(outside, target), path.join(workspace, link))
  await expect(inspect(workspace, sarif)).rejects.toThrow(/^input sarif: .* is a link, or lies behind one/)
  expect(readdirSync(outside)).toEqual(['there'])
  expect(readFileSync(path.join(outside, 'there'), 'utf8')).toBe('untouched')
})

test('a workspace that is a link itself is no reason', async () => {
  const { workspace, outside } = places()
  const link = path.join(outside, 'link')
  symlinkSync(workspace, link)
  await inspect(link, 'out.sarif').catch((error: unknown) => {
    expect(String(error)).not.toContain('input sarif')
  })
  expect(readFileSync(path.join(realpathSync(link), 'out.sarif'), 'utf8')).toContain('"version": "2.1.0"')
})
