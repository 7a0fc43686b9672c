// The scratch folder of a run: what killed runs left goes, what runs are at work in stays, and so does everything else.
import { existsSync, mkdirSync, readdirSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { openScratch, scratchName } from '../../../src/host/scratch.js'
import { run } from '../../support/processes.js'
import { temporaryFolder } from '../../support/temporary.js'

/** Of a process that has ended. */
async function abandonedName(): Promise<string> {
  const { stdout } = await run([process.execPath, '--print', 'process.pid'])
  return ownName(stdout.trim(), '00000000')
}

/** That of a process on this machine. */
const ownName = (pid: number | string, end: string) =>
  scratchName().replace(/-\d+-[0-9a-f]+$/, `-${pid}-${end}`)

test('it is made, and goes when it is disposed of', async () => {
  const work = path.join(temporaryFolder('scratch'), 'work')
  const folder = path.join(work, scratchName())
  const scratch = await openScratch(folder)
  mkdirSync(path.join(folder, 'build'))
  expect(existsSync(folder)).toBe(true)
  await scratch[Symbol.asyncDispose]()
  expect(readdirSync(work)).toEqual([])
})

test('those of ended processes are removed, those of running ones and everything else are not', async () => {
  const work = temporaryFolder('sweep')
  const kept = ['gocache', 'output-0123456789abcdef.lock', ownName(process.pid, '00000001')]
  const elsewhere = ['run-other.machine-1-00000002', 'run-other.machine-1-00000003']
  for (const name of [...kept, ...elsewhere, await abandonedName()]) mkdirSync(path.join(work, name))
  const old = new Date(Date.now() - 25 * 60 * 60 * 1000)
  for (const name of ['gocache', elsewhere[1] ?? '']) utimesSync(path.join(work, name), old, old)
  const name = scratchName()
  await openScratch(path.join(work, name))
  expect(readdirSync(work).sort()).toEqual([...kept, elsewhere[0], name].sort())
})
