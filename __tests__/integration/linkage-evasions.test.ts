// What is no regular file, or holds a program in a way that no kernel starts: none of it passes as one.

import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync, gzipSync } from 'node:zlib'
import { ActionError } from '../../src/errors.js'
import { inspectProgram, parseChecks, runChecks } from '../../src/linkage/index.js'
import { runChecked } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'
import { makeElf } from '../unit/linkage/make-elf.js'
import { describeOn } from './linkage/describe-on.js'

const folder = temporaryFolder('evasions')
const program = makeElf({}).buffer
const dynamic = makeElf({ interpreter: '/lib64/ld-linux-x86-64.so.2' }).buffer
const at = (name: string): string => join(folder, name)

/** The checks that refuse it as a static program for linux/amd64. */
async function refusedBy(path: string): Promise<string[]> {
  const inspection = await inspectProgram(path, { goos: 'linux' })
  const expected = { goos: 'linux', goarch: 'amd64', policy: { kind: 'static' } } as const
  const results = runChecks(inspection, expected, parseChecks('stack=off'))
  return results.filter(({ outcome }) => outcome === 'refused').map(({ check }) => check)
}

test('a static program passes', async () => {
  writeFileSync(at('program'), program)
  expect(await refusedBy(at('program'))).toEqual([])
})

test.each([
  ['compressed by gzip', gzipSync(program)],
  ['compressed without a header', deflateRawSync(program)],
  ['in base64', Buffer.from(program.toString('base64'))],
  [
    'behind a script that unpacks it',
    Buffer.concat([Buffer.from('#!/bin/sh\ntail -c +99 $0 >p; ./p\n'), program]),
  ],
])('%s', async (name, content) => {
  writeFileSync(at(name), content)
  expect(await refusedBy(at(name))).toEqual(['readable'])
})

test('a folder cannot be read', async () => {
  await expect(refusedBy(folder)).rejects.toThrow(ActionError)
})

describeOn('linux/x64', ['mkfifo'])('links and devices', () => {
  test('a link is what it leads to', async () => {
    writeFileSync(at('dynamic'), dynamic)
    symlinkSync('dynamic', at('static'))
    expect(await refusedBy(at('static'))).toEqual(['linkage'])
    symlinkSync('program', at('sound'))
    expect(await refusedBy(at('sound'))).toEqual([])
  })

  test.each([
    ['to a folder', '.'],
    ['to nothing', 'nothing'],
    ['to itself', 'to itself'],
  ])('a link %s cannot be read', async (name, target) => {
    symlinkSync(target, at(name))
    await expect(refusedBy(at(name))).rejects.toThrow(ActionError)
  })

  test('a named pipe, for which nobody waits', async () => {
    await runChecked(['mkfifo', at('pipe')])
    await expect(refusedBy(at('pipe'))).rejects.toThrow(/not a regular file/)
  })

  test.each(['/dev/null', '/dev/zero'])('%s', async (path) => {
    await expect(refusedBy(path)).rejects.toThrow(ActionError)
  })
})
