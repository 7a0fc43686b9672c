// What a runner shows beside the user's own lines: each mistake once, at its line, however many targets it has.

import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { runAction, type ActionRun } from '../support/action-runner.js'
import { temporaryModule } from '../support/modules.js'
import { runChecked } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'

type Files = Readonly<Record<string, string>>

const GO_MOD = 'module example.com/project\n\ngo 1.24\n'
const MAIN = 'package main\n\nfunc main() {}\n'
const MATRIX = 'linux/amd64, linux/arm64, windows/amd64, windows/arm64'

const start = ({ inputs, ...options }: Parameters<typeof runAction>[0]) =>
  runAction({
    ...options,
    inputs: { matrix: MATRIX, sign: 'off', sbom: 'off', upload: 'false', cache: 'off', ...inputs },
  })

const module = (files: Files) => temporaryModule({ 'go.mod': GO_MOD, ...files }, { git: {} })

const ofLevel = ({ annotations }: ActionRun, wanted: 'error' | 'notice') =>
  annotations.flatMap(({ level, message, properties: { file = '', line = '', col = '' } }) =>
    level === wanted ? [{ at: [file, line, col].join(':'), message }] : [],
  )

const FAILED = (count: number, names: string) => ({
  at: '::',
  message: `${count} of 4 targets failed: ${names}`,
})
const ALL = FAILED(4, MATRIX)

describe('what does not compile', () => {
  test('of many mistakes nine are shown, and the end of the run; the log has all', async () => {
    const wrong = (name: string) => `package ${name}\n\nfunc F() {\n${'\tx()\n'.repeat(7)}}\n`
    const run = await start({
      cwd: await module({
        'a/a.go': wrong('a'),
        'b/b.go': wrong('b'),
        'main.go':
          'package main\n\nimport (\n\t"example.com/project/a"\n\t"example.com/project/b"\n)\n\nfunc main() { a.F(); b.F() }\n',
      }),
    })
    const errors = ofLevel(run, 'error')
    expect(errors).toHaveLength(10)
    expect(errors.at(-1)).toEqual(ALL)
    expect(errors.at(-2)?.message).toBe('undefined: x (on 4 of 4 targets)\n… and 5 more errors in the log')
    const places = [...run.stdout.matchAll(/^(?:::error file=|error: )([ab]\/[ab]\.go)(?:,line=|:)(\d+)/gm)]
    const lines = [4, 5, 6, 7, 8, 9, 10]
    expect(places.map(([, file = '', line = '']) => `${file}:${line}`).sort()).toEqual(
      ['a/a.go', 'b/b.go'].flatMap((file) => lines.map((line) => `${file}:${line}`)).sort(),
    )
  })

  test('a file that go cannot read, and a generator that fails: in a folder too', async () => {
    const inputs = { 'working-directory': 'app' }
    const unreadable = await temporaryModule({ 'app/go.mod': GO_MOD, 'app/main.go': '' }, { git: {} })
    expect(ofLevel(await start({ cwd: unreadable, inputs }), 'error')).toEqual([
      {
        at: 'app/main.go:1:1',
        message:
          "input packages: go cannot read app/main.go:1:1: expected 'package', found 'EOF'; mend it, or name the packages to release",
      },
    ])
    const generator = `package main\n\n//go:generate no-such-program\n\nfunc main() {}\n`
    const failing = await temporaryModule({ 'app/go.mod': GO_MOD, 'app/main.go': generator }, { git: {} })
    expect(ofLevel(await start({ cwd: failing, inputs: { ...inputs, generate: 'true' } }), 'error')).toEqual([
      {
        at: 'app/main.go:3:',
        message: expect.stringMatching(
          /^generate: `go generate \.\/\.\.\.` failed; have what it runs on PATH before this step, or set generate: false\n.*no-such-program/,
        ) as string,
      },
    ])
  })

  test('a flag that the linker does not know: without all those that it knows', async () => {
    const run = await start({ cwd: await module({ 'main.go': MAIN }), inputs: { ldflags: '-zzz' } })
    expect(ofLevel(run, 'error')).toEqual([
      {
        at: '::',
        message:
          'ldflags: the linker has no flag -zzz; take it out of ldflags, or of -ldflags in GOFLAGS (on 4 of 4 targets)',
      },
      ALL,
    ])
  })

  test('in modules of a workspace, in a folder, behind a link: relative to the workspace', async () => {
    const real = await temporaryModule(
      {
        'go.work': 'go 1.24\n\nuse (\n\t./tools/cli\n\t./lib\n)\n',
        'lib/go.mod': 'module example.com/lib\n\ngo 1.24\n',
        'lib/lib.go': 'package lib\n\nfunc F() int { return "x" }\n',
        'tools/cli/go.mod': 'module example.com/cli\n\ngo 1.24\n',
        'tools/cli/main.go': 'package main\n\nimport "example.com/lib"\n\nfunc main() { lib.F() }\n',
      },
      { git: {} },
    )
    const link = join(temporaryFolder('links'), 'workspace')
    symlinkSync(real, link, 'junction')
    const run = await start({
      cwd: link,
      inputs: { 'working-directory': 'tools/cli', 'verify-modules': 'false' },
      env: { PWD: link },
    })
    expect(ofLevel(run, 'error')).toEqual([
      {
        at: 'lib/lib.go:3:23',
        message:
          'cannot use "x" (untyped string constant) as int value in return statement (on 4 of 4 targets)',
      },
      ALL,
    ])
  })
})

describe('build constraints that leave a package no files', () => {
  const WINDOWS = 'windows/amd64, windows/arm64'

  test("the user's own package that is imported: at the constraint", async () => {
    const run = await start({
      cwd: await module({
        'main.go': `package main\n\nimport _ "example.com/project/internal/x"\n\nfunc main() {}\n`,
        'internal/x/a_linux.go': 'package x\n',
        'internal/x/a_gen.go': '//go:build ignore\n\npackage main\n',
        'internal/x/a_test.go': 'package x\n',
        'internal/x/b.go': '// Unix.\n\n//go:build darwin || linux\n\npackage x\n',
      }),
    })
    expect(ofLevel(run, 'error')).toEqual([
      {
        at: 'internal/x/a_linux.go:1:',
        message: `example.com/project/internal/x has no Go files for this target: a_linux.go is for linux only, b.go says //go:build darwin || linux; take these targets out of the matrix, or add a file for them (on 2 of 4 targets: ${WINDOWS})`,
      },
      FAILED(2, WINDOWS),
    ])
  })

  test('what cgo alone would let in: with that advice', async () => {
    const run = await start({
      cwd: await module({
        'main.go': `package main\n\nimport _ "example.com/project/internal/x"\n\nfunc main() {}\n`,
        'internal/x/x.go': 'package x\n\nimport "C"\n',
      }),
      inputs: { matrix: 'linux/amd64' },
    })
    expect(ofLevel(run, 'error')).toEqual([
      {
        at: 'internal/x/x.go:3:',
        message:
          'example.com/project/internal/x has no Go files for this target: x.go imports "C" while cgo is off; take these targets out of the matrix, or set cgo: true for them',
      },
      { ...ALL, message: '1 of 1 targets failed: linux/amd64' },
    ])
  })

  test("another module's: at the import that leads there", async () => {
    const run = await start({
      cwd: await module({
        'go.mod': `${GO_MOD}\nrequire example.com/dep v1.0.0\n\nreplace example.com/dep => ./dep\n`,
        'dep/go.mod': 'module example.com/dep\n\ngo 1.24\n',
        'dep/dep_linux.go': 'package dep\n',
        'in/in.go': 'package in\n\nimport (\n\t_ "fmt"\n\n\t_ "example.com/dep"\n)\n',
        'main.go': 'package main\n\nimport _ "example.com/project/in"\n\nfunc main() {}\n',
      }),
    })
    expect(ofLevel(run, 'error')).toEqual([
      {
        at: 'in/in.go:6:2',
        message: `example.com/dep has no Go files for this target: dep_linux.go is for linux only; imported by example.com/project → example.com/project/in; take these targets out of the matrix, or add a file for them (on 2 of 4 targets: ${WINDOWS})`,
      },
      FAILED(2, WINDOWS),
    ])
  })

  test('a package that is named: before anything is built', async () => {
    const run = await start({
      cwd: await module({ 'cmd/daemon/main_linux.go': MAIN }),
      inputs: { packages: './cmd/daemon' },
    })
    expect(ofLevel(run, 'error')).toEqual([
      {
        at: 'cmd/daemon/main_linux.go:1:',
        message:
          'input packages: example.com/project/cmd/daemon has no Go files for windows/amd64: main_linux.go is for linux only; leave it out here, or write the packages of this target into its row of the matrix',
      },
    ])
  })

  test.each<[name: string, files: Files, at: string, text: string]>([
    [
      'one command, for some targets',
      { 'main_linux.go': MAIN },
      'main_linux.go:1:',
      `no main package has files for ${WINDOWS} (example.com/project has no Go files for windows/amd64: main_linux.go is for linux only)`,
    ],
    [
      'one command, behind a tag',
      { 'main.go': `//go:build cli\n\n${MAIN}` },
      'main.go:1:',
      `no main package has files for ${MATRIX} (example.com/project has no Go files for linux/amd64: main.go says //go:build cli)`,
    ],
  ])('%s: before anything is built', async (_, files, at, text) => {
    const advice =
      'take what is not meant out of the matrix, add a file for it, or give the tags that are asked for'
    expect(ofLevel(await start({ cwd: await module(files) }), 'error')).toEqual([
      { at, message: `input packages: ${text}; ${advice}` },
    ])
  })

  test('a command that some targets have: a notice, once', async () => {
    const run = await start({
      cwd: await module({ 'main.go': MAIN, 'cmd/daemon/main.go': `//go:build linux\n\n${MAIN}` }),
    })
    expect(run.exitCode).toBe(0)
    expect(ofLevel(run, 'notice').filter(({ at }) => at !== '::')).toEqual([
      {
        at: 'cmd/daemon/main.go:1:',
        message: `example.com/project/cmd/daemon has no Go files for this target: main.go says //go:build linux (on 2 of 4 targets: ${WINDOWS})`,
      },
    ])
  })
})

// Only there is a program with cgo dynamic for certain, and the compiler at hand.
if (process.platform === 'linux') {
  test('cgo in two programs: at the import that brings it in, once', async () => {
    const run = await start({
      cwd: await module({
        'internal/who/who.go':
          'package who\n\nimport (\n\t"fmt"\n\tu "os/user"\n)\n\nfunc Am() { fmt.Println(u.Current()) }\n',
        'cmd/a/main.go':
          'package main\n\nimport "example.com/project/internal/who"\n\nfunc main() { who.Am() }\n',
        'cmd/b/main.go':
          'package main\n\nimport "example.com/project/internal/who"\n\nfunc main() { who.Am() }\n',
      }),
      inputs: { matrix: 'linux/amd64', cgo: 'true' },
    })
    const errors = ofLevel(run, 'error')
    expect(errors[0]).toEqual({
      at: 'internal/who/who.go:5:2',
      message:
        'main → example.com/project/internal/who → os/user (cgo) makes a program dynamic; add osusergo to tags, or set cgo: false',
    })
    expect(errors.map(({ at }) => at)).toEqual(['internal/who/who.go:5:2', '::', '::'])
    expect(errors[1]?.message).toMatch(/^a: .*libc\.so\.6.*\n[^]*\nb: .*libc\.so\.6/)
  })
}

describe('modules', () => {
  const QUOTE = `${GO_MOD}\nrequire rsc.io/quote v1.5.2\n`
  const USES = 'package main\n\nimport "rsc.io/quote"\n\nfunc main() { println(quote.Hello()) }\n'

  test('go.sum lacks one: at its line of go.mod', async () => {
    const run = await start({ cwd: await module({ 'go.mod': QUOTE, 'main.go': USES }) })
    expect(ofLevel(run, 'error')).toEqual([
      {
        at: 'go.mod:5:',
        message:
          'go.sum has no line for rsc.io/quote; run `go mod tidy` and commit go.mod and go.sum (on 4 of 4 targets)',
      },
      ALL,
    ])
  })

  describe('a replace by a folder that is missing: at its line of go.mod', () => {
    const message =
      'go.mod replaces example.com/lib by ../gone, where there is no go.mod; commit it, check it out beside this repository, or take the replace out with `go mod edit -dropreplace=example.com/lib`'
    const REQUIRE = `${GO_MOD}\nrequire example.com/lib v0.0.0\n\n`

    test.each<[name: string, replace: string, inputs: Files, errors: (typeof ALL)[]]>([
      [
        'where modules are verified',
        'replace example.com/lib => ../gone\n',
        {},
        [{ at: 'go.mod:7:', message: `verify-modules: ${message}` }],
      ],
      [
        'where they are not',
        'replace (\n\texample.com/lib => ../gone\n)\n',
        { 'verify-modules': 'false' },
        [{ at: 'go.mod:8:', message: `${message} (on 4 of 4 targets)` }, ALL],
      ],
    ])('%s', async (_, replace, inputs, errors) => {
      const main = 'package main\n\nimport _ "example.com/lib"\n\nfunc main() {}\n'
      const run = await start({ cwd: await module({ 'go.mod': REQUIRE + replace, 'main.go': main }), inputs })
      const [error, ...others] = ofLevel(run, 'error')
      // Go's own words follow where it is no line of Go that is complained of.
      const told = error && { ...error, message: error.message.replace(/\ngo: .*/, '') }
      expect([told, ...others]).toEqual(errors)
    })
  })

  describe('none that go.mod lists has a package: at the import', () => {
    const TERM =
      'no module that go.mod lists has the package golang.org/x/term; run `go get golang.org/x/term` and'
    const VENDOR = { 'vendor/modules.txt': '' }
    const COMMIT = `${TERM} commit go.mod and go.sum`

    test.each<[name: string, imported: string, files: Files, inputs: Files, message: string]>([
      ['with verify-modules', 'golang.org/x/term', {}, {}, COMMIT],
      ['without', 'golang.org/x/term', {}, { 'verify-modules': 'false' }, COMMIT],
      [
        'with a vendor folder',
        'golang.org/x/term',
        VENDOR,
        {},
        `${TERM} \`go mod vendor\` and commit go.mod, go.sum and the vendor folder`,
      ],
      [
        'in this module',
        'example.com/project/nope',
        {},
        {},
        'there is no package in the folder nope of this module; mend the import, or commit the folder',
      ],
      [
        'in a module below this one',
        'example.com/project/lib',
        { 'lib/go.mod': 'module example.com/project/lib\n\ngo 1.24\n', 'lib/lib.go': 'package lib\n' },
        {},
        'the folder lib is a module of its own, which go.mod does not require; run `go get example.com/project/lib` for a version of it that is tagged, or `go work init . ./lib` to build with what the folder holds, and commit what changes',
      ],
    ])('%s', async (_, imported, files, inputs, message) => {
      const main = `package main\n\nimport (\n\t_ "fmt"\n\t_ "${imported}"\n)\n\nfunc main() {}\n`
      const run = await start({ cwd: await module({ ...files, 'main.go': main }), inputs })
      expect(ofLevel(run, 'error')).toEqual([
        { at: 'main.go:5:2', message: `${message} (on 4 of 4 targets)` },
        ALL,
      ])
      if ('vendor/modules.txt' in files)
        expect(run.stdout).toContain(
          'cannot be had: go: example.com/project imports golang.org/x/term: no required module provides package',
        )
    })
  })

  test('one is not what go.sum says: at its line of go.mod, with that of go.sum', async () => {
    const folder = await temporaryModule({ 'go.mod': QUOTE, 'main.go': USES })
    await runChecked(['go', 'mod', 'tidy'], { cwd: folder })
    const sums = readFileSync(join(folder, 'go.sum'), 'utf8').split('\n')
    const line = sums.findIndex((sum) => sum.startsWith('rsc.io/quote v1.5.2 ')) + 1
    const other = sums.map((sum) =>
      sum.startsWith('rsc.io/quote v1.5.2 ') ? sum.replace('h1:w', 'h1:W') : sum,
    )
    const [error, ...others] = ofLevel(
      await start({
        cwd: await module({
          'go.mod': readFileSync(join(folder, 'go.mod'), 'utf8'),
          'main.go': USES,
          'go.sum': other.join('\n'),
        }),
      }),
      'error',
    )
    expect(others).toEqual([])
    expect(error?.at).toBe('go.mod:5:')
    expect(error?.message).toContain(`rsc.io/quote v1.5.2 is not what line ${line} of go.sum says`)
  })
})
