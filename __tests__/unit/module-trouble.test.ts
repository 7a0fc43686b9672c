// explainModuleTrouble: go's own words and the texts of the module's files in; what to do, and the line to do it at, out.
import { explainImport, explainModuleTrouble, type ModuleTexts } from '../../src/module-trouble.js'

const FOLDERS = { module: '/project', work: '/project' }
const TEXTS: ModuleTexts = {
  'go.mod': `module example.com/project

go 1.24

require example.com/one v1.0.0

require (
	// example.com/two v9.0.0
	example.com/two v1.2.0 // indirect
	example.com/two/sub v0.1.0
)

replace example.com/three => ./three
`,
  'go.sum': `example.com/one v1.0.0 h1:one=
example.com/one v1.0.0/go.mod h1:onemod=
example.com/deep v0.3.0 h1:deep=
`,
  'go.work': '',
  'vendor/modules.txt': '# example.com/one v1.0.0\n## explicit\nexample.com/one\n# example.com/old v1.0.0\n',
}
const mismatch = (what: string, by: string) =>
  `go: downloading x\nverifying ${what}: checksum mismatch\n\tdownloaded: h1:other=\n\t${by}:     h1:one=\n\nSECURITY ERROR\n`
const CREDENTIALS = /cannot be downloaded: https:\/\/example\.com\/ gives it only for credentials/

test.each<[name: string, said: string, file: string, line: number | undefined, problem: RegExp | string]>([
  [
    'a module that go.sum has otherwise',
    mismatch('example.com/one@v1.0.0', 'go.sum'),
    'go.mod',
    5,
    /^example\.com\/one v1\.0\.0 is not what line 1 of go\.sum says: .*`go mod tidy`/,
  ],
  [
    'a go.mod that go.sum has otherwise',
    mismatch('example.com/one@v1.0.0/go.mod', 'go.sum'),
    'go.mod',
    5,
    /what line 2 of go\.sum says/,
  ],
  ['one that go.mod does not name', mismatch('example.com/deep@v0.3.0', 'go.sum'), 'go.sum', 3, /line 3/],
  [
    'one that everybody else has otherwise',
    mismatch('example.com/two@v1.2.0', 'sum.golang.org'),
    'go.mod',
    9,
    'example.com/two v1.2.0 is not what sum.golang.org says: its author has moved the tag, or somebody else has changed it; find out which',
  ],
  [
    'a package of the module with the longer path',
    'missing go.sum entry for module providing package example.com/two/sub/p (imported by x); to add:',
    'go.mod',
    10,
    /^go\.sum has no line for example\.com\/two\/sub; run `go mod tidy`/,
  ],
  [
    'a path that only begins alike',
    'missing go.sum entry for module providing package example.com/twofold',
    'go.sum',
    undefined,
    /for example\.com\/twofold;/,
  ],
  [
    'a go.mod that go.sum lacks',
    'go: example.com/one@v1.0.0: missing go.sum entry for go.mod file; to add it:\n\tgo mod download',
    'go.mod',
    5,
    /^go\.sum has no line for example\.com\/one;/,
  ],
  [
    'a go.mod that is not tidy',
    'go: updates to go.mod needed; to update it:\n\tgo mod tidy',
    'go.mod',
    undefined,
    /^go\.mod does not list all that the module needs; run `go mod tidy`/,
  ],
  [
    'a go.work that is not in step',
    'go: updates to go.work needed',
    'go.work',
    undefined,
    /^go\.work does not go with the modules that it lists; run `go work sync`/,
  ],
  [
    'a go.mod that cannot be read',
    'go: errors parsing ../b/go.mod:\r\n../b/go.mod:7:2: unknown directive: bogus\n',
    '../b/go.mod',
    7,
    /^go cannot read \.\.\/b\/go\.mod: unknown directive: bogus$/,
  ],
  [
    'a vendor folder that lacks a module',
    'go: inconsistent vendoring in /home/a b:\n\texample.com/two@v1.2.0: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt\n',
    'go.mod',
    9,
    /^the vendor folder is out of date \(example\.com\/two v1\.2\.0 is .*\); run `go mod vendor`/,
  ],
  [
    'a vendor folder with one too many',
    'go: inconsistent vendoring in C:\\a:\n\texample.com/old@v1.0.0: is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod',
    'vendor/modules.txt',
    4,
    /out of date/,
  ],
  [
    'GitHub without a password',
    "go: example.com/one@v1.0.0: git ls-remote -q origin in /tmp/x: exit status 128:\n\tfatal: could not read Username for 'https://example.com': terminal prompts disabled",
    'go.mod',
    5,
    CREDENTIALS,
  ],
  [
    'with a wrong password',
    "go: example.com/one@v1.0.0: invalid version:\n\tfatal: Authentication failed for 'https://user:wrong@example.com/one/'",
    'go.mod',
    5,
    CREDENTIALS,
  ],
  [
    'as GitHub hides what somebody may not see',
    "go: example.com/deep@v0.3.0: x:\n\tremote: Repository not found.\n\tfatal: repository 'https://example.com/deep/' not found",
    'go.mod',
    undefined,
    CREDENTIALS,
  ],
  [
    'another host',
    'go: example.com/x.git@v1.0.0: no secure protocol found for repository',
    'go.mod',
    undefined,
    CREDENTIALS,
  ],
  [
    'a replace by a folder that is missing',
    'example.com/three@v1.0.0: replacement directory ./three does not exist',
    'go.mod',
    13,
    'go.mod replaces example.com/three by ./three, where there is no go.mod; commit it, check it out beside this repository, or take the replace out with `go mod edit -dropreplace=example.com/three`',
  ],
  [
    'a replace on Windows',
    'go: example.com/three@v1.0.0 (replaced by ./three): reading three\\go.mod: open C:\\a\\three\\go.mod: The system cannot find the path specified.',
    'go.mod',
    13,
    /^go\.mod replaces example\.com\/three by \.\/three,/,
  ],
  [
    "a replace of another module's of the workspace",
    'go: example.com/four@v1.0.0 (replaced by ./four): reading ../four/go.mod: open /a/four/go.mod: no such file or directory',
    'go.mod',
    undefined,
    /replaces example\.com\/four by \.\/four,/,
  ],
])('%s', (_, said, file, line, problem) => {
  const found = explainModuleTrouble(said, TEXTS, FOLDERS)
  expect({ file: found?.file, line: found?.line }).toEqual({ file, line })
  expect(found?.problem).toMatch(problem)
  expect(found?.problem).not.toContain('wrong')
})

test.each([
  ['github.com/team/lib', 'github.com/team/*'],
  ['github.com/team/lib/v2', 'github.com/team/*'],
  ['git.example.com/lib.git', 'git.example.com/*'],
  ['example.com', 'example.com/*'],
])('GOPRIVATE for %s', (module, pattern) => {
  const said = `${module}@v1.0.0: no secure protocol found for repository`
  expect(explainModuleTrouble(said, TEXTS, FOLDERS)?.problem).toContain(`GOPRIVATE: ${pattern}\n`)
})

describe('a replace by what is missing', () => {
  const say = (folder: string) =>
    `go: example.com/lib@v1.0.0 (replaced by ${folder}): reading x/go.mod: open /x/go.mod: no such file or directory`
  const BY_WORK = 'go 1.24\n\nreplace example.com/lib => ./lib\n'

  test.each<[name: string, gomod: string, gowork: string, said: string, problem: string, line: number]>([
    [
      'of one version, in brackets, with a blank',
      'replace (\n\texample.com/one => ./one\n\texample.com/lib v1.0.0 => "../a lib" // soon\n)\n',
      '',
      '../a lib',
      'go.mod replaces example.com/lib by ../a lib, where there is no go.mod; commit it, check it out beside this repository, or take the replace out with `go mod edit -dropreplace=example.com/lib@v1.0.0`',
      3,
    ],
    ['below go.work', 'replace example.com/lib => ../lib\n', 'use ./app', './lib', 'by ../lib, where', 1],
    ['of go.work', '', BY_WORK, './lib', '`go work edit -dropreplace=example.com/lib`', 3],
    ['of both', 'replace example.com/lib => ../lib\n', BY_WORK, './lib', 'go.work replaces', 3],
    ['of both, with GOWORK=off', 'replace example.com/lib => ../lib\n', BY_WORK, '../lib', 'go.mod repl', 1],
  ])('%s', (_, gomod, gowork, said, problem, line) => {
    const found = explainModuleTrouble(
      say(said),
      { ...TEXTS, 'go.mod': gomod, 'go.work': gowork },
      { module: '/project/app', work: '/project' },
    )
    expect(found).toMatchObject({ problem: expect.stringContaining(problem) as string, line })
  })

  test('by what cannot be read is another trouble', () => {
    expect(explainModuleTrouble(say('./x').replace(/no such.*/, 'permission denied'), TEXTS, FOLDERS)).toBe(
      undefined,
    )
  })
})

describe('an import that no module has', () => {
  const looked = (name: string, mod = 'readonly') =>
    `cannot find module providing package ${name}: import lookup disabled by -mod=${mod}`
  const none = () => false

  test.each<[name: string, said: string, problem: string]>([
    [
      'with -mod=readonly',
      looked('golang.org/x/term'),
      'no module that go.mod lists has the package golang.org/x/term; run `go get golang.org/x/term` and commit go.mod and go.sum',
    ],
    [
      'without -mod',
      'no required module provides package golang.org/x/term; to add it:\n\tgo get golang.org/x/term',
      'no module that go.mod lists has the package golang.org/x/term; run `go get golang.org/x/term` and commit go.mod and go.sum',
    ],
    [
      'with a vendor folder',
      `${looked('golang.org/x/term', 'vendor')}\n\t(Go version in go.mod is at least 1.14 and vendor directory exists.)`,
      'no module that go.mod lists has the package golang.org/x/term; run `go get golang.org/x/term` and `go mod vendor` and commit go.mod, go.sum and the vendor folder',
    ],
    [
      'of this module',
      looked('example.com/project/a/b', 'vendor'),
      'there is no package in the folder a/b of this module; mend the import, or commit the folder',
    ],
    [
      'of the root of this module',
      looked('example.com/project'),
      'there is no package in the folder . of this module; mend the import, or commit the folder',
    ],
    [
      'that only begins like this module',
      looked('example.com/projects'),
      'no module that go.mod lists has the package example.com/projects; run `go get example.com/projects` and commit go.mod and go.sum',
    ],
  ])('%s', (_, said, problem) => {
    expect(explainImport(said, TEXTS, none)).toBe(problem)
  })

  test('of a module below this one that is required', () => {
    const texts = { ...TEXTS, 'go.mod': `${TEXTS['go.mod']}require example.com/project/api v1.0.0\n` }
    expect(explainImport(looked('example.com/project/api/x'), texts, none)).toMatch(/; run `go get/)
  })

  test.each<[name: string, gowork: string, run: string]>([
    ['without a workspace', '', '`go work init . ./a/b`'],
    ['that go.work does not list', 'go 1.24\n\nuse .\n', '`go work use ./a/b`'],
  ])('of a module below this one, %s', (_, gowork, run) => {
    const texts = { ...TEXTS, 'go.work': gowork }
    const explained = explainImport(looked('example.com/project/a/b/c'), texts, (folder) => folder === 'a/b')
    expect(explained).toBe(
      `the folder a/b is a module of its own, which go.mod does not require; run \`go get example.com/project/a/b/c\` for a version of it that is tagged, or ${run} to build with what the folder holds, and commit what changes`,
    )
  })

  test('of a workspace with a vendor folder', () => {
    const texts = { ...TEXTS, 'vendor/modules.txt': '## workspace\n' }
    expect(explainImport(looked('x.org/y', 'vendor'), texts, none)).toContain('`go work vendor`')
  })

  test.each(['undefined: x', 'package fmtt is not in std (/go/src/fmtt)'])('%s is none', (said) => {
    expect(explainImport(said, TEXTS, none)).toBeUndefined()
  })
})

test('a workspace is vendored by another command', () => {
  const said =
    'go: inconsistent vendoring in /a:\n\texample.com/one@v1.0.0: is replaced in go.mod, but not\n\n\tTo sync the vendor directory, run:\n\t\tgo work vendor'
  expect(explainModuleTrouble(said, TEXTS, FOLDERS)?.problem).toContain('run `go work vendor`')
})

test('a long output is searched no longer than is good for it', () => {
  const end = 'go: updates to go.mod needed'
  expect(explainModuleTrouble(`${'go: downloading x\n'.repeat(10_000)}${end}`, TEXTS, FOLDERS)?.file).toBe(
    'go.mod',
  )
  expect(explainModuleTrouble(`${end}\n${'x@v'.repeat(100_000)}`, TEXTS, FOLDERS)).toBeUndefined()
})

test.each([
  '# example.com/project\n./main.go:3:5: undefined: x',
  'go: example.com/one@v1.0.0: Get "https://proxy.example.com/one": dial tcp: lookup proxy.example.com: no such host',
  'package example.com/x: build constraints exclude all Go files in /tmp/x',
  '',
])('%j is none', (said) => {
  expect(explainModuleTrouble(said, TEXTS, FOLDERS)).toBeUndefined()
})
