// listMainPackages with the real go command: which main packages a target has, and which ones cgo keeps from it.
import { createLocalHost } from '../../src/host/local.js'
import { listMainPackages } from '../../src/source/index.js'
import { temporaryModule } from '../support/modules.js'
import { cleanEnvironment } from '../support/processes.js'

const MAIN = 'package main\n\nfunc main() {}\n'
const WITH_C = 'package main\n\nimport "C"\n\nfunc main() {}\n'

/** Go asks no compiler for a list, so there need not be one. */
const host = createLocalHost({ ...cleanEnvironment(), CC: 'no-compiler-at-all' })

const MODULE = {
  'go.mod': 'module example.test/app\n\ngo 1.22\n',
  'cmd/pure/main.go': MAIN,
  'cmd/c/main.go': MAIN,
  'cmd/c/c.go': 'package main\n\nimport "C"\n',
  'cmd/only/only.go': WITH_C,
  'cmd/tagged/tagged.go': `//go:build cgo\n\n${MAIN}`,
  'cmd/windows/windows.go': `//go:build windows\n\n${WITH_C}`,
  'cmd/fallback/cgo.go': WITH_C,
  'cmd/fallback/nocgo.go': `//go:build !cgo\n\n${MAIN}`,
  'lib/lib.go': 'package lib\n\nimport "C"\n',
}

async function list(
  files: Readonly<Record<string, string>>,
  patterns: readonly string[] | undefined,
  { goos = 'linux', cgo = '0' } = {},
): ReturnType<typeof listMainPackages> {
  const folder = await temporaryModule(files)
  const environment = { GOOS: goos, GOARCH: 'amd64', CGO_ENABLED: cgo }
  return listMainPackages(host, folder, patterns, ['-tags='], environment)
}

const commands = (...names: string[]) => names.map((name) => `example.test/app/cmd/${name}`)

test.each<[name: string, patterns: string[] | undefined, on: object, packages: string[], needsCgo: string[]]>(
  [
    ['by default', undefined, {}, ['c', 'fallback', 'pure'], ['only', 'tagged']],
    ['by a pattern', ['./...'], {}, ['c', 'fallback', 'pure'], ['only', 'tagged']],
    ['with cgo', undefined, { cgo: '1' }, ['c', 'fallback', 'only', 'pure', 'tagged'], []],
    ['on windows', undefined, { goos: 'windows' }, ['c', 'fallback', 'pure'], ['only', 'tagged', 'windows']],
    ['by their paths', ['./cmd/pure', './cmd/fallback'], {}, ['pure', 'fallback'], []],
  ],
)('%s', async (_, patterns, on, packages, needsCgo) => {
  const listed = await list(MODULE, patterns, on)
  expect(listed).toEqual({ packages: commands(...packages), needsCgo: commands(...needsCgo) })
})

test('a root without files for the target is no main package of it', async () => {
  const files = { ...MODULE, 'root.go': `//go:build windows\n\n${MAIN}` }
  expect((await list(files, undefined)).packages).toEqual(commands('c', 'fallback', 'pure'))
  expect((await list(files, undefined, { goos: 'windows' })).packages).toContain('example.test/app')
})

test('a root that needs cgo is left out beside others, by its name', async () => {
  const listed = await list({ ...MODULE, 'root.go': WITH_C }, undefined)
  expect(listed.needsCgo).toEqual(['example.test/app', ...commands('only', 'tagged')])
})

test('a library beside the commands may have no files for the target, and there may be no cmd folder or no root', async () => {
  const files = { 'go.mod': MODULE['go.mod'], 'main_test.go': 'package app\n', 'cmd/a/a.go': MAIN }
  expect((await list(files, undefined)).packages).toEqual(commands('a'))
  const root = { 'go.mod': MODULE['go.mod'], 'main.go': MAIN }
  expect((await list(root, undefined)).packages).toEqual(['example.test/app'])
  const docs = { ...root, 'cmd/README.md': '', 'cmd/lib/lib_windows.go': 'package lib\n' }
  expect((await list(docs, undefined)).packages).toEqual(['example.test/app'])
})

describe('refused by default: a package that go cannot read', () => {
  test.each<[name: string, file: string, content: string, said: string]>([
    ['a conflict', 'cmd/bad/m.go', '<<<<<<< HEAD\n', "cmd/bad/m.go:1:1: expected 'package', found '<<'"],
    [
      'a misspelt word',
      'cmd/bad/m.go',
      'pakcage main\n',
      "cmd/bad/m.go:1:1: expected 'package', found pakcage",
    ],
    ['an empty file', 'cmd/bad/m.go', '', "cmd/bad/m.go:1:1: expected 'package', found 'EOF'"],
    [
      'a broken constraint',
      'cmd/bad/m.go',
      `//go:build linux &&\n\n${MAIN}`,
      'example.test/app/cmd/bad: m.go: parsing //go:build line: unexpected end of expression',
    ],
    [
      'two packages in a folder',
      'cmd/pure/other.go',
      'package other\n',
      'example.test/app/cmd/pure: found packages main (main.go) and other (other.go) in cmd/pure',
    ],
    [
      'a folder with letters that import paths do not have',
      'cmd/日本/m.go',
      MAIN,
      'example.test/app/cmd/日本: malformed ',
    ],
    [
      'a folder that Windows cannot have',
      'cmd/con/m.go',
      MAIN,
      'example.test/app/cmd/con: malformed import path ',
    ],
    [
      'a root beside good commands',
      'main.go',
      '<<<<<<< HEAD\n',
      "main.go:1:1: expected 'package', found '<<'",
    ],
  ])('%s', async (_, file, content, said) => {
    await expect(list({ ...MODULE, [file]: content }, undefined)).rejects.toThrow(
      `input packages: go cannot read ${said}`,
    )
  })

  test('each of them is named', async () => {
    const files = { ...MODULE, 'cmd/bad/m.go': '', 'cmd/worse/m.go': 'pakcage main\n' }
    await expect(list(files, undefined)).rejects.toThrow(
      /: go cannot read cmd\/bad\/m\.go:1:1: .*; cmd\/worse\/m\.go:1:1: .*; mend it, or name the packages to release$/,
    )
  })
})

const mend = "set cgo: true, here or in the target's row of the matrix, or leave it out"

test.each<[name: string, files: Record<string, string>, patterns: string[] | undefined, message: string]>([
  [
    'a package named by its path',
    MODULE,
    ['./cmd/pure', './cmd/only'],
    `input packages: example.test/app/cmd/only needs cgo (import "C" in only.go), which is off for linux/amd64; ${mend}`,
  ],
  [
    'one whose build constraint asks for it',
    MODULE,
    ['./cmd/tagged'],
    `input packages: example.test/app/cmd/tagged needs cgo (//go:build in tagged.go), which is off for linux/amd64; ${mend}`,
  ],
  [
    'all that a pattern stands for',
    MODULE,
    ['./cmd/only/...', './cmd/tagged/...'],
    `input packages: example.test/app/cmd/only needs cgo (import "C" in only.go), example.test/app/cmd/tagged needs cgo (//go:build in tagged.go), which is off for linux/amd64; ${mend}`,
  ],
  [
    'the only main package, at the root',
    { 'go.mod': MODULE['go.mod'], 'main.go': WITH_C },
    undefined,
    `input packages: example.test/app needs cgo (import "C" in main.go), which is off for linux/amd64; ${mend}`,
  ],
  [
    'a library that needs cgo is a library',
    MODULE,
    ['./lib'],
    'input packages: ./lib: go list says: package example.test/app/lib: ',
  ],
  [
    'constraints that cgo would not lift',
    { ...MODULE, 'cmd/windows/windows.go': `//go:build windows\n\n${MAIN}` },
    ['./cmd/windows'],
    'input packages: ./cmd/windows: go list says: package example.test/app/cmd/windows: build constraints exclude all Go files in ',
  ],
])('refused with cgo off: %s', async (_, files, patterns, message) => {
  await expect(list(files, patterns)).rejects.toThrow(message)
})

test.each([
  ['./cmd/only', 'only.go', 3],
  ['./cmd/tagged', 'tagged.go', 1],
])('%s is refused at the line that asks for cgo', async (pattern, file, line) => {
  await expect(list(MODULE, [pattern])).rejects.toMatchObject({
    place: { file: expect.stringMatching(new RegExp(`^/.*/${file}$`)) as string, line },
  })
})
