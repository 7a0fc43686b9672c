// Hostile modules and environments through the bundle: what they print is text, and what they ask for is refused or stays data.

import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { runAction, runCommand } from '../support/action-runner.js'
import { git, temporaryModule, writeFiles } from '../support/modules.js'
import type { Ended } from '../support/processes.js'
import { run } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'

const GO_MOD = 'module example.com/project\n\ngo 1.24\n'
const HELLO = 'package main\n\nfunc main() { println("hello") }\n'
const module = (files: Record<string, string> = {}) =>
  temporaryModule({ 'go.mod': GO_MOD, 'main.go': HELLO, ...files }, { git: {} })

const QUICK = ['--matrix', 'linux/amd64', '--sign', 'off', '--sbom', 'off']
const ON_RUNNER = { matrix: 'linux/amd64', sign: 'off', sbom: 'off', upload: 'false', cache: 'off' }

const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/** What a program prints that is after the runner, the terminal or the reader. */
const SPELLS = [
  '::error file=a.go::evil',
  '  ::add-mask::o',
  '::stop-commands::evil',
  '##[error]evil',
  'x ##[add-path]/evil',
  'x\r::set-output name=version::evil',
  '\u2028::error::evil',
  '\u001b[2J\u001b[31mevil',
  '\u001b]8;;https://evil.example\u0007evil\u001b]8;;\u0007',
  '\u009b2Jevil',
  'evil\u202etxt.exe',
  'x%0A::error::evil',
]

/** Commands of the runner that this action has no use for. */
function strangeCommands(ended: Ended): string[] {
  return ended.stdout
    .split(/\r\n|\r|\n/)
    .filter((line) => /^[\s\u0085]*::/.test(line) || line.includes('##['))
    .filter(
      (line) => !/^::(debug|group|endgroup|notice|warning|error)\b/.test(line) || /evil::|::evil$/.test(line),
    )
}

function expectOneError(ended: Ended, text: string): void {
  const errors = `${ended.stdout}${ended.stderr}`.split('\n').filter((line) => line.startsWith('error: '))
  expect(errors).toHaveLength(1)
  expect(errors[0]).toContain(text)
  expect(ended.exitCode).toBe(1)
}

describe('what a module prints', () => {
  const generator = `//go:build ignore

package main

import "os"

func main() { os.Stdout.WriteString(${JSON.stringify(SPELLS.join('\n'))} + "\\n") }
`
  const files = { 'gen.go': generator, 'a.go': 'package main\n\n//go:generate go run gen.go\n' }

  test('go generate, on a runner', async () => {
    const folder = await module(files)
    const ended = await runAction({ cwd: folder, inputs: { ...ON_RUNNER, generate: 'true' } })
    expect(ended.exitCode).toBe(0)
    expect(ended.stdout).toContain('evil')
    expect(strangeCommands(ended)).toEqual([])
    expect(ended.annotations.filter(({ level }) => level === 'error')).toEqual([])
    expect(ended.stdout).not.toMatch(UNSEEN)
    expect(ended.outputs['version']).not.toContain('evil')
  })

  test('go generate, on a laptop', async () => {
    const ended = await runCommand([...QUICK, '--generate', 'true'], { cwd: await module(files) })
    expect(ended.exitCode).toBe(0)
    expect(ended.stdout).toContain('\\u{1b}[31mevil')
    expect(`${ended.stdout}${ended.stderr}`).not.toMatch(UNSEEN)
  })

  test.each(['::error::evil.go', '##[error]evil.go', '\u001b[31mevil.go', 'evil\u202e.go', '<img>@evil.go'])(
    'the compiler, of a file that calls itself %j',
    async (name) => {
      const folder = await module({
        'main.go': `package main\n\n//line ${name}:1\nfunc main() { nothing() }\n`,
      })
      const ended = await runAction({ cwd: folder, inputs: ON_RUNNER })
      expect(ended.exitCode).toBe(1)
      expect(ended.stdout).toContain('undefined: nothing')
      expect(strangeCommands(ended)).toEqual([])
      expect(ended.stdout).not.toMatch(UNSEEN)
      expect(ended.summary).not.toMatch(UNSEEN)
      expect(ended.summary).not.toMatch(/<img|@evil/)
    },
  )
})

describe('what a module or an environment asks for', () => {
  function marker(): { readonly program: string; readonly mark: string } {
    const folder = temporaryFolder('marker')
    const [program, mark] = [join(folder, 'evil'), join(folder, 'mark')]
    writeFileSync(program, `#!/bin/sh\ntouch '${mark}'\nexec "$@"\n`)
    chmodSync(program, 0o755)
    return { program, mark }
  }

  test('GOFLAGS with a program to run', async () => {
    const { program, mark } = marker()
    const folder = await module()
    const ended = await runCommand(QUICK, { cwd: folder, env: { GOFLAGS: `-toolexec=${program}` } })
    expectOneError(ended, 'GOFLAGS: -toolexec is refused: it names a program to run')
    expect([existsSync(mark), existsSync(join(folder, 'release'))]).toEqual([false, false])
  })

  test('the same from go env -w', async () => {
    const { program, mark } = marker()
    const GOENV = join(temporaryFolder('goenv'), 'env')
    writeFileSync(GOENV, `GOFLAGS=-toolexec=${program}\n`)
    expectOneError(
      await runCommand(QUICK, { cwd: await module(), env: { GOENV } }),
      'GOFLAGS: -toolexec is refused',
    )
    expect(existsSync(mark)).toBe(false)
  })

  test.each<[name: string, args: (program: string) => string[], error: string]>([
    [
      'a linker',
      (program) => ['--ldflags', `-s -linkmode=external -extld=${program}`],
      'input ldflags: ldflags: -extld',
    ],
    ['an archiver', (program) => ['--ldflags', `-s "-extar" ${program}`], 'input ldflags: ldflags: -extar'],
    ['another output', (program) => ['--ldflags', `-o ${program}`], 'input ldflags: ldflags: -o is refused'],
    [
      'a linker in a row',
      (program) => ['--matrix', `[{goos: linux, goarch: amd64, ldflags: -extld=${program}}]`],
      'input matrix: ldflags: -extld',
    ],
    [
      'a variable in a row',
      (program) => ['--matrix', `[{goos: linux, goarch: amd64, env: {GOFLAGS: -toolexec=${program}}}]`],
      'env: GOFLAGS cannot be set for one target',
    ],
    ['a flag in a version', (program) => ['--version', `v1 -extld=${program}`], 'input version: "v1 -extld='],
    ['a file elsewhere', () => ['--archive-name', '../../{name}'], 'input archive-name: "../../project"'],
    ['a name that a shell obeys', () => ['--name', '$(id)'], 'input name: "$(id)" is not a name'],
  ])('%s', async (_, args, error) => {
    const { program, mark } = marker()
    const folder = await module()
    const ended = await runCommand([...QUICK.slice(2), ...withMatrix(args(program))], { cwd: folder })
    expectOneError(ended, error)
    expect([existsSync(mark), existsSync(join(folder, 'release'))]).toEqual([false, false])
  })

  const withMatrix = (args: string[]) =>
    args.includes('--matrix') ? args : [...args, '--matrix', 'linux/amd64']

  test('a flag behind -- is a package', async () => {
    const { program, mark } = marker()
    const ended = await runCommand([...QUICK, '--packages', `-toolexec=${program}`], { cwd: await module() })
    expectOneError(ended, 'input packages: -toolexec=')
    expect(existsSync(mark)).toBe(false)
  })

  test.each(['v1.0.0-$(id)', "v1.0.0-'x", 'v1.0.0-\u202ex', 'v1;id'])(
    'a tag %j that git describe gives',
    async (tag) => {
      const folder = await module()
      await git(folder, 'tag', '--annotate', '--message=Evil', tag)
      const ended = await runCommand(QUICK, { cwd: folder })
      expectOneError(ended, 'input version: "v1')
      expect(ended.stderr).not.toMatch(UNSEEN)
    },
  )

  test('links in the output directory that lead out of it', async () => {
    const folder = await module()
    const outside = join(temporaryFolder('outside'), 'file')
    writeFileSync(outside, 'untouched')
    writeFiles(folder, { 'release/manifest.json': '{"generator":"go-cross-release","files":[]}' })
    const links = ['.gitignore', 'SHA256SUMS', 'SHA256SUMS.partial', 'manifest.json.partial']
    for (const name of links) symlinkSync(outside, join(folder, 'release', name))
    const ended = await runCommand([...QUICK, '--buildvcs', 'false'], { cwd: folder })
    expect(ended.exitCode).toBe(0)
    expect(readFileSync(outside, 'utf8')).toBe('untouched')
    expect(lstatSync(join(folder, 'release', 'SHA256SUMS')).isFile()).toBe(true)
    expect(lstatSync(join(folder, 'release', '.gitignore')).isFile()).toBe(true)
  })
})

test('a version reaches the program as it is, in the place that the flags give it', async () => {
  const version = 'v1.0.0-rc.1+a.b/c-X'
  const folder = await module({
    'main.go':
      'package main\n\nvar version, other = "", "mine"\n\nfunc main() { print(version, " ", other) }\n',
  })
  const args = [
    '--version',
    version,
    '--ldflags',
    "-s '-X=main.version={version} -X main.other=x'",
    '--archive',
    'none',
  ]
  const { exitCode } = await runCommand(
    ['--sign', 'off', '--sbom', 'off', '--matrix', 'linux/amd64', ...args],
    {
      cwd: folder,
    },
  )
  expect(exitCode).toBe(0)
  const [program = ''] = readdirSync(join(folder, 'release')).filter((name) => name.startsWith('project_'))
  if (process.platform !== 'linux') return
  const { stderr } = await run([join(folder, 'release', program)])
  expect(stderr).toBe(`${version} -X main.other=x mine`)
})
