// digestFile: a path in, size and digest out; none of what is no file that can be read, and no waiting for it.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestFile, inspectFile, judgeInspection } from '../../src/judgement.js'
import { parseChecks, parsePolicy } from '../../src/linkage/index.js'
import { runChecked } from '../support/processes.js'
import { sha256 } from '../support/release-files.js'
import { temporaryFolder } from '../support/temporary.js'

const NONE = { size: 0, sha256: '' }

test('a file', async () => {
  const file = join(temporaryFolder('digest'), 'file')
  writeFileSync(file, 'x'.repeat(100_000))
  expect(await digestFile(file)).toEqual({ size: 100_000, sha256: sha256(file) })
})

const onUnix = process.platform === 'win32' ? test.skip : test

test.each([['nothing'], ['folder']])('%s', async (name) => {
  const folder = temporaryFolder('digest')
  mkdirSync(join(folder, 'folder'))
  expect(await digestFile(join(folder, name))).toEqual(NONE)
})

onUnix('a named pipe that nobody writes to is judged, and has no digest', async () => {
  const pipe = join(temporaryFolder('digest'), 'pipe')
  await runChecked(['mkfifo', pipe])
  expect(await digestFile(pipe)).toEqual(NONE)
  const judgement = judgeInspection(
    await inspectFile(pipe, undefined),
    'pipe',
    { policy: parsePolicy('static'), onTag: false },
    parseChecks(''),
  )
  expect(judgement).toMatchObject({ name: 'pipe', verdict: 'unreadable' })
})
