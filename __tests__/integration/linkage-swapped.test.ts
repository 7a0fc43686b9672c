// Files that are not what they are called: another platform's, another commit's, or built otherwise than was asked.

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  inspectProgram,
  parseChecks,
  parsePolicy,
  runChecks,
  type CheckName,
  type Expected,
} from '../../src/linkage/index.js'
import { commitAll, git, temporaryModule, writeFiles } from '../support/modules.js'
import { runChecked } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'
import { CPU_TYPE_ARM64, CPU_TYPE_X86_64, makeFat } from '../unit/linkage/make-macho.js'
import { describeOn } from './linkage/describe-on.js'

const MAIN = 'package main\n\nfunc main() { println("hello") }\n'

type Asked = Omit<Expected, 'policy'>

/** Why the file is refused; empty where every check passes or has nothing to go by. */
async function refusalsOf(file: string, asked: Asked): Promise<(readonly [CheckName, string])[]> {
  const inspection = await inspectProgram(file, { goos: asked.goos })
  const results = runChecks(inspection, { ...asked, policy: parsePolicy('static') }, parseChecks(''))
  return results.flatMap(({ check, outcome, messages }) =>
    outcome === 'refused' ? messages.map((message) => [check, message] as const) : [],
  )
}

describeOn('any', ['go', 'git'])('a file that is not what it is called', () => {
  let module: string
  let output: string
  let head: string

  beforeAll(async () => {
    module = await temporaryModule(
      { 'go.mod': 'module example.test/program\n\ngo 1.24\n', 'main.go': MAIN },
      { git: { tags: ['v1.0.0'] } },
    )
    head = await git(module, 'rev-parse', 'HEAD')
    output = temporaryFolder('swapped')
  })

  async function build(goos: string, goarch: string, cgo = false): Promise<string> {
    const file = join(output, `${goos}_${goarch}${cgo ? '_cgo' : ''}`)
    const env = { GOOS: goos, GOARCH: goarch, CGO_ENABLED: cgo ? '1' : '0' }
    await runChecked(['go', 'build', '-buildvcs=true', '-o', file, '.'], { cwd: module, env })
    return file
  }

  const asked = (goos: string, goarch: string): Asked => ({
    goos,
    goarch,
    cgo: false,
    commit: head,
    onTag: true,
  })
  const problem = (check: CheckName, pattern: RegExp): unknown => [check, expect.stringMatching(pattern)]

  test.each([
    ['darwin/arm64', 'linux/arm64'],
    ['linux/arm64', 'linux/amd64'],
    ['linux/amd64', 'dragonfly/amd64'],
    ['dragonfly/amd64', 'linux/amd64'],
    ['solaris/amd64', 'illumos/amd64'],
    ['linux/mips', 'linux/mipsle'],
    ['windows/386', 'windows/amd64'],
    ['js/wasm', 'wasip1/wasm'],
    ['plan9/386', 'plan9/amd64'],
  ])('%s called %s', async (really, called) => {
    const [[goos = '', goarch = ''], [calledGoos = '', calledGoarch = '']] = [really, called].map((pair) =>
      pair.split('/'),
    ) as [string[], string[]]
    const file = await build(goos, goarch)
    expect(await refusalsOf(file, asked(goos, goarch))).toEqual([])
    expect((await refusalsOf(file, asked(calledGoos, calledGoarch))).map(([check]) => check)).toContain(
      'platform',
    )
  })

  test('a fat file, of which one slice is of another build', async () => {
    const arm64 = readFileSync(await build('darwin', 'arm64'))
    const amd64 = readFileSync(await build('darwin', 'amd64'))
    const fat = join(output, 'fat')
    const write = (intel: Buffer) => {
      const slices = [
        { cpu: CPU_TYPE_X86_64, subtype: 3, file: intel },
        { cpu: CPU_TYPE_ARM64, file: arm64 },
      ]
      writeFileSync(fat, makeFat(slices))
    }
    write(amd64)
    expect(await refusalsOf(fat, asked('darwin', 'arm64'))).toEqual([])
    expect(
      (await refusalsOf(fat, { ...asked('darwin', 'arm64'), cgo: true })).map(([check]) => check),
    ).toEqual(['cgo', 'cgo'])
    const other = amd64.toString('latin1').replaceAll('GOARCH=amd64', 'GOARCH=arm64')
    write(Buffer.from(other, 'latin1'))
    expect(await refusalsOf(fat, asked('darwin', 'arm64'))).toEqual([
      problem('platform', /its build info says GOARCH=arm64, which is not what its header says/),
    ])
  })

  test('a file cut short', async () => {
    const file = await build('linux', 'amd64')
    const short = join(output, 'short')
    writeFileSync(short, readFileSync(file).subarray(0, 100_000))
    expect(await refusalsOf(short, asked('linux', 'amd64'))).toEqual([
      problem('readable', /^it cannot be read: a segment should be \d+ bytes from 0x.*, but the file ends/),
    ])
  })

  test('a build of another commit, and one of a tag whose files were changed', async () => {
    const before = join(output, 'before')
    copyFileSync(await build('linux', 'amd64'), before)
    writeFiles(module, { 'main.go': `${MAIN}\n// changed\n` })
    expect(await refusalsOf(await build('linux', 'amd64'), asked('linux', 'amd64'))).toEqual([
      problem(
        'modified',
        /^vcs\.modified=true: it was built on a tag, but from files that are not in its commit/,
      ),
    ])
    const untagged = { ...asked('linux', 'amd64'), onTag: false }
    expect(await refusalsOf(join(output, 'linux_amd64'), untagged)).toEqual([])

    await commitAll(module)
    const later = await git(module, 'rev-parse', 'HEAD')
    expect(await refusalsOf(before, { ...untagged, commit: later })).toEqual([
      ['commit', `it was built from commit ${head}, but HEAD is ${later}: build it again from HEAD.`],
    ])
    head = later
  })
})

describeOn('linux/x64', ['go', 'gcc'])('a build with cgo', () => {
  const C = 'package main\n\n// #include <stdlib.h>\nimport "C"\n\nfunc main() { println(C.abs(-1)) }\n'

  test.each([
    ['dynamic', [], ['linkage', 'cgo']],
    ['static', ['-ldflags', '-linkmode external -extldflags -static'], ['cgo']],
  ])('%s, called pure', async (_, flags, checks) => {
    const module = await temporaryModule({
      'go.mod': 'module example.test/program\n\ngo 1.24\n',
      'main.go': C,
    })
    const file = join(module, 'program')
    const command = ['go', 'build', '-buildvcs=false', ...flags, '-o', file, '.']
    await runChecked(command, { cwd: module, env: { CGO_ENABLED: '1' } })
    const refusals = await refusalsOf(file, { goos: 'linux', goarch: 'amd64', cgo: false })
    expect(refusals.map(([check]) => check)).toEqual(checks)
  })
})
