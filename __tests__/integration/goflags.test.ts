// inspectSource with the real go command: flags that every go command would obey are refused before any does.
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ActionError } from '../../src/errors.js'
import { inspectSource } from '../../src/source/index.js'
import { startHost } from '../support/local-host.js'
import { temporaryModule } from '../support/modules.js'
import { runChecked } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'
import { createInputs } from '../unit/example-inputs.js'

const FILES = {
  'go.mod': 'module example.com/hello\n\ngo 1.22\n',
  'main.go': 'package main\n\nfunc main() {}\n',
}

async function inspect(environment: Readonly<Record<string, string>>, files: Record<string, string> = {}) {
  const folder = await temporaryModule({ ...FILES, ...files })
  await using host = await startHost(temporaryFolder('cache'), environment)
  const question = createInputs({ 'working-directory': folder })
  return await inspectSource(host, question)
}

/** A program that leaves a mark where it ran. */
function marker(): { readonly program: string; readonly ran: () => boolean } {
  const folder = temporaryFolder('marker')
  const mark = path.join(folder, 'mark')
  const program = path.join(folder, 'evil')
  writeFileSync(program, `#!/bin/sh\ntouch '${mark}'\nexec "$@"\n`)
  chmodSync(program, 0o755)
  return { program, ran: () => existsSync(mark) }
}

test('-toolexec in the environment', async () => {
  const { program, ran } = marker()
  const inspected = inspect({ GOFLAGS: `-mod=mod -toolexec=${program}` })
  await expect(inspected).rejects.toThrow(ActionError)
  await expect(inspected).rejects.toThrow('GOFLAGS: -toolexec is refused: it names a program to run')
  expect(ran()).toBe(false)
})

test('-toolexec from go env -w', async () => {
  const { program, ran } = marker()
  const GOENV = path.join(temporaryFolder('goenv'), 'env')
  await runChecked(['go', 'env', '-w', `GOFLAGS='-toolexec=${program} -v' -trimpath`], {
    env: { GOENV, GOFLAGS: '' },
  })
  await expect(inspect({ GOENV, GOFLAGS: '' })).rejects.toThrow('GOFLAGS: -toolexec is refused')
  expect(ran()).toBe(false)
})

test.each([
  ['-overlay=evil.json', '-overlay is refused'],
  ['-modfile=evil.mod', '-modfile is refused'],
  ['-json=false -n', '-json is refused'],
  ["'-gcflags=all=-N -o=/x'", '-gcflags: -o is refused'],
])('GOFLAGS=%s', async (GOFLAGS, problem) => {
  const files = { 'evil.json': '{}', 'evil.mod': 'module example.com/evil\n', 'sub/go.mod': 'module sub\n' }
  await expect(inspect({ GOFLAGS }, files)).rejects.toThrow(`GOFLAGS: ${problem}`)
})

test('GOFLAGS=-C, which go itself refuses', async () => {
  const inspected = inspect({ GOFLAGS: '-C=sub' }, { 'sub/go.mod': 'module sub\n' })
  await expect(inspected).rejects.toThrow(/-C \(from \$GOFLAGS\)/)
  await expect(inspected).rejects.toThrow(ActionError)
})

test('flags that a release may have stay', async () => {
  const GOFLAGS = "-mod=mod -modcacherw '-ldflags=-s -w' -count=1"
  expect((await inspect({ GOFLAGS })).toolchain.goflags).toBe(GOFLAGS)
})
