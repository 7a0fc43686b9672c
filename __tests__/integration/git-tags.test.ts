// describeTags with real git: the tags of the module's own folder, whatever that folder is named.
import { createProcesses } from '../../src/host/process.js'
import { describeTags } from '../../src/source/git.js'
import { temporaryModule } from '../support/modules.js'
import { cleanEnvironment } from '../support/processes.js'

const describe = async (prefix: string, ...tags: string[]) => {
  const folder = await temporaryModule({ 'go.mod': 'module example.com/root\n' }, { git: { tags } })
  return describeTags(createProcesses(cleanEnvironment()), folder, prefix, {})
}

test.each<[prefix: string, tag: string, found: string | undefined]>([
  ['', 'v1.2.3', 'v1.2.3'],
  ['', 'sub/v1.2.3', undefined],
  ['sub/', 'sub/v1.2.3', 'sub/v1.2.3'],
  ['sub/', 'v1.2.3', undefined],
  // Names of folders that would be patterns.
  ['s*/', 'sub/v1.2.3', undefined],
  ['su?/', 'sub/v1.2.3', undefined],
  ['su[b]/', 'sub/v1.2.3', undefined],
  ['--all/', 'v1.2.3', undefined],
])('prefix %j, tag %j -> %j', async (prefix, tag, found) => {
  expect(await describe(prefix, tag)).toBe(found)
})
