// `reproduce: true` with real go, git and syft: modules whose builds are the same anywhere, and those whose builds are not, each
// with what the action says of them.

import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { createProcesses } from '../../src/host/process.js'
import { describeDifference } from '../../src/reproduce/index.js'
import { copyRepository, findRoot } from '../../src/reproduce/repository.js'
import { actionFolder, runAction, type ActionRun } from '../support/action-runner.js'
import { cachesIn, hostTarget } from '../support/go-environment.js'
import { commitAll, git, temporaryModule, writeFiles } from '../support/modules.js'
import { writePlainSource } from '../support/plain-source.js'
import { cleanEnvironment, runChecked } from '../support/processes.js'
import { readChecksums } from '../support/release-files.js'
import { temporaryFolder } from '../support/temporary.js'
import { requireTool, testUnless, toolsFolder } from '../support/test-tools.js'

type Strings = Readonly<Record<string, string>>

const GO_MOD = 'module example.com/tool\n\ngo 1.22\n'
const PRINTS = (value: string) => `package main\n\nfunc main() { println(${value}) }\n`
const EMBEDS = (pattern: string) =>
  `package main\n\nimport "embed"\n\n//go:embed ${pattern}\nvar files embed.FS\n\nfunc main() { println(files.ReadDir(".")) }\n`
/** Writes stamp.go, which holds what `expression` is at that moment. */
const GENERATOR = (expression: string) => `//go:build ignore

package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	text := fmt.Sprintf("package main\\n\\nconst stamp = %q\\n", fmt.Sprint(${expression}))
	if time.Now().IsZero() || os.WriteFile("stamp.go", []byte(text), 0o644) != nil {
		os.Exit(1)
	}
}
`
const GENERATED = (expression: string) => ({
  'go.mod': GO_MOD,
  '.gitignore': 'stamp.go\n',
  'main.go': `package main\n\n//go:generate go run generator.go\n\nfunc main() { println(stamp) }\n`,
  'generator.go': GENERATOR(expression),
})

/** The source of these tests as an action: what is committed in dist may be older. */
let action = ''
beforeAll(() => {
  action = writePlainSource(temporaryFolder('action'))
  copyFileSync(join(actionFolder, 'action.yml'), join(action, 'action.yml'))
  mkdirSync(join(action, 'dist'))
  writeFileSync(join(action, 'dist', 'index.js'), "import '../src/index.js'\n")
  // Where a bundle has its thread.
  mkdirSync(join(action, 'src', 'package', 'pack'))
  writeFileSync(join(action, 'src', 'package', 'pack', 'index.js'), "import '../thread.js'\n")
})

const PLAIN: Strings = {
  matrix: 'linux/amd64',
  sbom: 'off',
  sign: 'off',
  upload: 'false',
  cache: 'off',
  reproduce: 'true',
}

async function release(cwd: string, inputs: Strings = {}, env: Strings = {}): Promise<ActionRun> {
  const caches = await cachesIn(temporaryFolder('home'))
  const path = `${toolsFolder}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`
  const ran = await runAction({
    action,
    cwd,
    inputs: { ...PLAIN, ...inputs },
    env: { ...caches, PATH: path, ...env },
  })
  // What was built again is gone with the run.
  expect(readdirSync(join(ran.temp, 'go-cross-release')).filter((name) => name.startsWith('run-'))).toEqual(
    [],
  )
  return ran
}

const errorsOf = ({ annotations }: ActionRun) =>
  annotations.filter(({ level }) => level === 'error').map(({ message }) => message)

/** A release that is refused has files, but neither checksums nor a signature. */
function expectRefused(ran: ActionRun): string {
  expect(ran.exitCode).toBe(1)
  expect(ran.outputs).toMatchObject({ checksums: '' })
  const folder = ran.outputs['output-directory'] ?? ''
  expect(readdirSync(folder).filter((name) => /SHA256SUMS|sigstore|provenance/.test(name))).toEqual([])
  expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))).toMatchObject({ status: 'failed' })
  return errorsOf(ran).join('\n')
}

function expectReproduced(ran: ActionRun, files: number): void {
  expect(errorsOf(ran)).toEqual([])
  expect(ran.exitCode).toBe(0)
  expect(ran.stdout).toContain(`reproduce: ${files} files were built twice with the same bytes\n`)
}

requireTool('syft', 'cosign')(
  'a pure module: archives and SBOMs are the same for every target, and are signed',
  async () => {
    const files = {
      'go.mod': GO_MOD,
      LICENSE: 'MIT\n',
      'cmd/one/main.go': PRINTS('1'),
      'cmd/two/main.go': PRINTS('2'),
    }
    const folder = await temporaryModule(files, { git: { tags: ['v1.2.3'] } })
    const ran = await release(
      folder,
      {
        matrix: 'linux/amd64, windows/amd64, darwin/arm64',
        sbom: 'spdx-json, cyclonedx-json',
        sign: 'key',
        'cosign-key': 'throwaway',
      },
      { COSIGN_PASSWORD: '' },
    )
    expectReproduced(ran, 9)
    const { checksums = '' } = ran.outputs
    expect(Object.keys(readChecksums(checksums))).toHaveLength(9)
    // In an empty cache.
    expect(ran.stdout).toMatch(/again: linux\/amd64: done; .*[1-9]\d* compiled/)
    expect(await git(folder, 'status', '--porcelain')).toBe('')
  },
)

test('a folder in the programs: the section and trimpath are named, nothing is signed', async () => {
  const main =
    'package main\n\nimport "runtime"\n\nfunc main() { _, file, _, _ := runtime.Caller(0); println(file) }\n'
  const folder = await temporaryModule({ 'go.mod': GO_MOD, 'main.go': main }, { git: { tags: ['v1.2.3'] } })
  const ran = await release(folder, {
    trimpath: 'false',
    matrix: 'linux/amd64, windows/amd64, darwin/arm64, wasip1/wasm',
    linkage: 'any',
    archive: 'none',
  })
  const said = expectRefused(ran)
  expect(said).toMatch(
    /tool_v1\.2\.3_linux_amd64.*: built again in another folder with an empty cache, (it has|these have) other bytes/,
  )
  expect(said).toMatch(/\n {2}tool: differs in .*\.gopclntab/)
  expect(said).toMatch(/\n {2}tool\.exe: differs in .*\.(text|rdata)/)
  expect(said).toMatch(/\n {2}tool: differs in .*__TEXT,__gopclntab/)
  expect(said).toMatch(/\n {2}tool\.wasm: differs in .*data/)
  expect(said).toContain('the path of the folder that it was built in is in tool; set trimpath: true')
  expect(said.match(/on 1 of 4 targets/g)).toHaveLength(4)
})

test('go generate that writes the time is named with its file; one that does not is reproduced', async () => {
  const timed = await temporaryModule(GENERATED('time.Now().UnixNano()'), { git: {} })
  const said = expectRefused(await release(timed, { generate: 'true' }))
  expect(said).toContain('stamp.go: `go generate` wrote something else the second time')
  expect(said).toMatch(/tool: differs in .*\.rodata/)

  const steady = await temporaryModule(GENERATED('42'), { git: { tags: ['v1.0.0'] } })
  // From an earlier run; it is made again.
  writeFiles(steady, { 'stamp.go': 'package main\n\nconst stamp = "old"\n' })
  expectReproduced(await release(steady, { generate: 'true' }), 1)
})

test('an embedded file that git ignores is not in the commit', async () => {
  const files = { 'go.mod': GO_MOD, '.gitignore': '*.secret\n', 'web/a.html': 'a' }
  for (const [pattern, outcome] of [
    ['web/b.secret', /reproduce: it cannot be built again in another folder[^:]*:\n(.*\n)*.*web\/b\.secret/],
    ['web', /tool: differs in .*\.rodata/],
  ] as const) {
    const folder = await temporaryModule(
      { ...files, 'main.go': EMBEDS(pattern) },
      { git: { tags: ['v1.0.0'] } },
    )
    writeFiles(folder, { 'web/b.secret': 'b' })
    const said = expectRefused(await release(folder))
    expect(said).toMatch(outcome)
    expect(said).toContain('web/b.secret: part of the release, but git ignores it')
  }
})

test('a go.mod that git ignores is named, before anything is built', async () => {
  const folder = await temporaryModule({ '.gitignore': 'go.mod\n', 'main.go': PRINTS('1') }, { git: {} })
  writeFiles(folder, { 'go.mod': GO_MOD })
  const ran = await release(folder, { buildvcs: 'false' })
  expect(ran.exitCode).toBe(1)
  expect(errorsOf(ran).join('\n')).toMatch(
    /^reproduce: git ignores \S+go\.mod, without which nothing can be built again; commit it, or set/,
  )
})

/** What Go asks for the files of its build cache: it keeps what it is given, and finds nothing. */
const CACHE_PROGRAM = `const fs = require('node:fs'), path = require('node:path'), os = require('node:os')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cacheprog-'))
const say = (answer) => process.stdout.write(JSON.stringify(answer) + '\\n')
say({ ID: 0, KnownCommands: ['put', 'get', 'close'] })
let waiting
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === '') return
  const message = JSON.parse(line)
  const isBody = typeof message === 'string'
  const request = isBody ? waiting : message
  if (!isBody && message.Command === 'put' && message.BodySize > 0) return (waiting = message)
  if (request.Command === 'get') return say({ ID: request.ID, Miss: true })
  if (request.Command === 'close') return fs.rmSync(folder, { recursive: true }), say({ ID: request.ID }), process.exit()
  const file = path.join(folder, Buffer.from(request.OutputID, 'base64').toString('hex'))
  fs.writeFileSync(file, isBody ? Buffer.from(message, 'base64') : '')
  say({ ID: request.ID, DiskPath: file })
})
`

test('a program that Go takes compiled packages from would be asked again: it is named', async () => {
  const folder = await temporaryModule({ 'go.mod': GO_MOD, 'main.go': PRINTS('1') }, { git: {} })
  const place = temporaryFolder('goenv')
  const program = `"${process.execPath}" "${join(place, 'program.cjs')}"`
  writeFiles(place, { 'program.cjs': CACHE_PROGRAM, env: `GOCACHEPROG=${program}\n` })
  const said = expectRefused(await release(folder, {}, { GOENV: join(place, 'env') }))
  expect(said).toContain('reproduce: nothing can be built again, or compared: ')
  expect(said).toContain(
    `reproduce: Go takes what it compiled before from ${program}; run \`go env -u GOCACHEPROG\`, or set`,
  )
})

test('a repository that git cannot read, and one that is changed meanwhile', async () => {
  const folder = await temporaryModule({ 'go.mod': GO_MOD }, { git: {} })
  const processes = createProcesses(cleanEnvironment())
  const head = { root: folder, commit: 'f'.repeat(40) }
  await expect(copyRepository(processes, head, temporaryFolder('copy'), {})).rejects.toThrow(
    `reproduce: ${folder} is not at commit ${head.commit} any more; nothing may change it meanwhile`,
  )
  await git(folder, 'config', 'core.repositoryFormatVersion', '1')
  await git(folder, 'config', 'extensions.later', 'true')
  await expect(findRoot(processes, folder, {})).rejects.toThrow(
    `reproduce: git cannot read the repository of ${folder}: fatal: `,
  )
})

test('an archive is compared entry by entry', async () => {
  const folder = await temporaryModule(
    { 'go.mod': GO_MOD, 'main.go': PRINTS('1'), LICENSE: 'MIT\n', '.gitignore': 'README.md\n' },
    { git: { tags: ['v1.0.0'] } },
  )
  writeFiles(folder, { 'README.md': 'of this machine\n' })
  const said = expectRefused(await release(folder))
  expect(said).toContain('tool_v1.0.0_linux_amd64.tar.gz: entry README.md: it was made the first time only')
})

test('a work tree that is not as committed, in no repository, or with its modules around it', async () => {
  const changed = await temporaryModule(
    { 'go.mod': GO_MOD, 'main.go': PRINTS('1'), 'gone.txt': '' },
    { git: { tags: ['v1.0.0'] } },
  )
  await git(changed, 'rm', '--quiet', 'gone.txt')
  writeFiles(changed, { 'main.go': PRINTS('2'), 'more.go': 'package main\n\nfunc init() { println(3) }\n' })
  expectReproduced(await release(changed, { checks: 'modified=warn' }), 1)

  const bare = await temporaryModule({ 'go.mod': GO_MOD, 'main.go': PRINTS('1'), LICENSE: 'MIT' })
  expectReproduced(await release(bare, { 'output-directory': 'out' }), 1)
  // Over the files of the first run, which are no part of the source.
  expectReproduced(await release(bare, { 'output-directory': 'out' }), 1)
})

test('go.work above the module, a replaced module beside the repository, and one in a submodule', async () => {
  const around = temporaryFolder('around')
  const library = (name: string) => ({
    [`${name}/go.mod`]: `module example.com/${name}\n\ngo 1.22\n`,
    [`${name}/value.go`]: `package ${name}\n\nconst Value = "${name}"\n`,
  })
  writeFiles(around, library('beside'))
  const upstream = await temporaryModule(
    { 'go.mod': 'module example.com/sub\n\ngo 1.22\n', 'value.go': 'package sub\n\nconst Value = "sub"\n' },
    { git: {} },
  )
  const repository = join(around, 'repository')
  writeFiles(repository, {
    'go.work': 'go 1.22\n\nuse (\n\t./tools/tool\n\t./used\n)\n',
    ...library('used'),
    'tools/tool/go.mod': `${GO_MOD}
require (
	example.com/beside v0.0.0
	example.com/sub v0.0.0
)

replace (
	example.com/beside => ../../../beside
	example.com/sub => ../../sub
)
`,
    'tools/tool/main.go':
      'package main\n\nimport (\n\t"example.com/beside"\n\t"example.com/sub"\n\t"example.com/used"\n)\n\nfunc main() { println(beside.Value, sub.Value, used.Value) }\n',
  })
  await git(around, 'init', '--quiet', 'repository')
  await git(repository, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', upstream, 'sub')
  await commitAll(repository, ['tools/tool/v1.0.0'])
  const inputs = { 'verify-modules': 'false', 'working-directory': 'tools/tool' }
  expectReproduced(await release(repository, inputs), 1)

  // In no repository, and go.work beside much else.
  const space = temporaryFolder('space')
  writeFiles(space, {
    'go.work': 'go 1.22\n\nuse (\n\t./tool\n\t./used\n)\n',
    ...library('used'),
    'tool/go.mod': GO_MOD,
    'tool/main.go': 'package main\n\nimport "example.com/used"\n\nfunc main() { println(used.Value) }\n',
  })
  symlinkSync('nowhere', join(space, 'elsewhere'))
  expectReproduced(await release(space, { ...inputs, 'working-directory': 'tool' }), 1)
})

requireTool('gcc')(
  'C code: the same in another folder, but for the time that its compiler writes',
  async () => {
    const host = await hostTarget()
    for (const [value, outcome] of [
      ['"steady"', 'same'],
      ['__TIME__', 'other'],
    ] as const) {
      const main = `package main\n\n// static const char *value(void) { return ${value}; }\nimport "C"\n\nfunc main() { println(C.GoString(C.value())) }\n`
      const folder = await temporaryModule(
        { 'go.mod': GO_MOD, 'main.go': main },
        { git: { tags: ['v1.0.0'] } },
      )
      const ran = await release(folder, { matrix: host, cgo: 'true', linkage: 'any', checks: 'stack=warn' })
      if (outcome === 'same') expectReproduced(ran, 1)
      else expect(expectRefused(ran)).toMatch(/tool: differs in .*\n {2}why: .*__TIME__/)
    }
  },
)

test('what was altered in the build cache is found, though nothing in the sources is', async () => {
  const folder = await temporaryModule(
    {
      'go.mod': GO_MOD,
      'main.go': 'package main\n\nimport "example.com/tool/value"\n\nfunc main() { println(value.Text()) }\n',
      'value/value.go': 'package value\n\n//go:noinline\nfunc Text() string { return "harmless" }\n',
    },
    { git: { tags: ['v1.0.0'] } },
  )
  const GOCACHE = temporaryFolder('gocache')
  const env = { GOCACHE, CGO_ENABLED: '0', GOOS: 'linux', GOARCH: 'amd64' }
  const command = ['go', 'list', '-export', '-trimpath', '-f', '{{.Export}}', './value']
  const object = (await runChecked(command, { cwd: folder, env })).trim()
  const bytes = readFileSync(object, 'latin1')
  expect(bytes).toContain('harmless')
  chmodSync(object, 0o644)
  writeFileSync(object, bytes.replaceAll('harmless', 'poisoned'), 'latin1')

  const ran = await release(folder, {}, { GOCACHE })
  const said = expectRefused(ran)
  expect(said).toMatch(/tool: differs in .*\.rodata.*poisoned.* and .*harmless/)
  expect(said).toContain("something altered in the first build's cache")
})

/** Git keeps what is read through such a filter in another form than the file has. */
testUnless(process.platform === 'win32' ? ['its filter is a program of Unix'] : [])(
  'files that a filter, line ends or a shallow clone make are as in the work tree',
  async () => {
    const origin = await temporaryModule(
      {
        'go.mod': GO_MOD,
        'main.go': EMBEDS('data.txt'),
        'data.txt': 'once\n',
        '.gitattributes': 'data.txt filter=rot\n',
      },
      { git: {} },
    )
    const folder = join(temporaryFolder('clone'), 'clone')
    await git(join(folder, '..'), 'clone', '--quiet', '--depth=1', `file://${origin}`, 'clone')
    await git(folder, 'config', 'filter.rot.clean', 'tr a-z n-za-m')
    await git(folder, 'config', 'filter.rot.smudge', 'tr n-za-m a-z')
    await git(folder, 'rm', '--quiet', '--cached', 'data.txt')
    writeFiles(folder, { 'data.txt': 'smudged\n' })
    await git(folder, 'add', '.')
    await git(folder, 'commit', '--quiet', '--message=Filtered')
    await git(folder, 'tag', '--force', 'v1.0.1')
    expect(await git(folder, 'show', 'HEAD:data.txt')).toBe('fzhqtrq')
    const ran = await release(folder)
    expectReproduced(ran, 1)
    expect(ran.outputs['version']).toBe('v1.0.1')
  },
)

test('files that differ are told by what they are', async () => {
  const folder = temporaryFolder('files')
  const compare = async (first: string, second: string) => {
    writeFiles(folder, { first, second })
    return describeDifference(join(folder, 'first'), join(folder, 'second'))
  }
  const sbom = (id: string, version: string) =>
    JSON.stringify({ documentNamespace: id, packages: [{ name: 'a' }, { name: 'b', version }] })
  expect(await compare('same', 'same')).toBeUndefined()
  expect(await compare('', '')).toBeUndefined()
  expect(await compare(sbom('1', 'v1'), sbom('2', 'v2'))).toBe(
    'differs in packages[1].version: "v1" and "v2"',
  )
  expect(await compare(sbom('1', 'v1'), sbom('2', 'v1'))).toBe('differs in documentNamespace: "1" and "2"')
  expect(await compare('{"a":1,"b":2}', '{"b":2,"a":1}')).toBe(
    'differs in the order of its keys, or in white space',
  )
  expect(await compare('{abc1', '{abc2')).toBe('differs from byte 0x4 to 0x4: "{abc1" and "{abc2"')
  expect(await compare('abc', 'abcd')).toBe('differs from byte 0x3 to 0x3 (3 and 4 bytes long)')
  const long = 'x'.repeat(3 * 1024 ** 2)
  expect(await compare(`${long}\0a${long}`, `${long}\0b${long}`)).toMatch(
    /^differs from byte 0x300001 to 0x300001/,
  )
})
