// The README's first command as a stranger runs it: in a fresh clone, with an empty HOME and no syft or cosign on PATH.

import { cpSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { actionFolder } from '../support/action-runner.js'
import { cachesIn } from '../support/go-environment.js'
import { git } from '../support/modules.js'
import { run } from '../support/processes.js'
import { readChecksums, sha256 } from '../support/release-files.js'
import { temporaryFolder } from '../support/temporary.js'

test('the first command releases the example, and fetches syft and cosign for it', async () => {
  const readme = readFileSync(join(actionFolder, 'README.md'), 'utf8')
  const [, command = ''] = /^```sh\n(node dist\/index\.js .*)\n```$/m.exec(readme) ?? []
  expect(command).toContain('examples/hello')

  const clone = join(temporaryFolder('clone'), 'go-cross-release')
  await git(actionFolder, 'clone', '--quiet', actionFolder, clone)
  // What is to be committed next: the files as they are now, in a clone that has no node_modules.
  for (const name of ['dist', 'action.yml', 'README.md', 'examples']) {
    cpSync(join(actionFolder, name), join(clone, name), { recursive: true })
  }
  const home = temporaryFolder('home')
  mkdirSync(join(home, 'tmp'))
  // HOME is empty, but Go's own caches are this machine's: what is new is installing, not compiling all of syft and cosign.
  const ended = await run(['bash', '-c', command], {
    cwd: clone,
    env: { HOME: home, ...(await cachesIn(join(home, 'cache'))) },
  })
  if (ended.exitCode !== 0) throw new Error(ended.stdout + ended.stderr)
  expect(ended.stdout).toMatch(/7 of 7 targets/)

  const output = join(clone, 'release')
  const sums = readChecksums(join(output, 'SHA256SUMS'))
  expect(Object.keys(sums)).toHaveLength(14)
  for (const [name, digest] of Object.entries(sums)) expect(sha256(join(output, name))).toBe(digest)
  expect(readdirSync(output).filter((name) => name.endsWith('.sigstore.json'))).toHaveLength(9)
  expect(readdirSync(output)).toContain('cosign.pub')
  expect(readdirSync(output).filter((name) => /key$|partial$/.test(name))).toEqual([])
})
