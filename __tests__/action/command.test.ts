// The command on small modules: what inputs and matrix rows change in what is built.

import { readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../support/action-runner.js'
import { commitAll, temporaryModule, writeFiles } from '../support/modules.js'
import { run, runChecked, type Ended } from '../support/processes.js'
import { listArchive } from '../support/release-files.js'
import { temporaryFolder } from '../support/temporary.js'

const MAIN = 'package main\n\nfunc main() { println(version) }\n\nvar version = "unset"\n'
const MODULE = { 'go.mod': 'module example.com/project\n\ngo 1.24\n', 'main.go': MAIN }
const OFF = ['--sign', 'off', '--sbom', 'off']

async function release(folder: string, ...args: string[]): Promise<Ended> {
  const ended = await runCommand([...OFF, ...args], { cwd: folder })
  if (ended.exitCode !== 0) throw new Error(ended.stdout + ended.stderr)
  return ended
}
const released = (folder: string) =>
  readdirSync(join(folder, 'release')).filter((name) => name.startsWith('project') || name.startsWith('tool'))

/** Runs a bare binary out of the output directory; println writes to stderr. */
const say = async (folder: string, name: string) => (await run([join(folder, 'release', name)])).stderr.trim()
const host = async () =>
  (await runChecked(['go', 'env', 'GOHOSTOS', 'GOHOSTARCH'])).trim().split('\n').join('/')

test('every placeholder of ldflags reaches the program', async () => {
  const folder = await temporaryModule(MODULE, { git: { tags: ['v1.2.3'] } })
  const target = await host()
  const flags = '-X main.version={version}|{commit}|{date}|{goos}|{goarch}'
  await release(folder, '--matrix', target, '--archive', 'none', '--ldflags', flags)
  const [name = ''] = released(folder)
  const commit = (await runChecked(['git', 'rev-parse', 'HEAD'], { cwd: folder })).trim()
  expect(await say(folder, name)).toBe(`v1.2.3|${commit}|2026-01-02T03:04:05Z|${target.replace('/', '|')}`)
})

test('a matrix row has flags, tags and programs of its own', async () => {
  const folder = await temporaryModule(
    {
      ...MODULE,
      'tagged.go': '//go:build special\n\npackage main\n\nfunc init() { version = "special" }\n',
      'cmd/tool/main.go': MAIN,
    },
    { git: {} },
  )
  const [goos = '', goarch = ''] = (await host()).split('/')
  const matrix = `include: [{goos: ${goos}, goarch: ${goarch}, tags: special, packages: .}, {goos: plan9, goarch: arm, packages: ./cmd/tool}]`
  await release(folder, '--matrix', matrix, '--archive', 'none', '--archive-name', '{name}_{goos}')
  expect(released(folder).sort()).toEqual([`project_${goos}`, 'tool_plan9'])
  expect(await say(folder, `project_${goos}`)).toBe('special')
})

test('two programs under an explicit exe are built one by one, under pie together', async () => {
  const folder = await temporaryModule({ ...MODULE, 'cmd/tool/main.go': MAIN }, { git: {} })
  for (const mode of ['exe', 'pie']) {
    const ended = await release(folder, '--matrix', 'linux/amd64', '--buildmode', mode, '--linkage', 'any')
    expect(ended.stdout).toMatch(
      mode === 'exe' ? /linux\/amd64 +done +static/ : /linux\/amd64 +done +dynamic/,
    )
    const [archive = ''] = released(folder)
    expect(Object.keys(await listArchive(join(folder, 'release', archive)))).toEqual(['project', 'tool'])
  }
})

test('a pie program is refused by the static policy, with its interpreter as the reason', async () => {
  const folder = await temporaryModule(MODULE, { git: {} })
  const ended = await runCommand([...OFF, '--matrix', 'linux/amd64', '--buildmode', 'pie'], { cwd: folder })
  expect(ended.exitCode).toBe(1)
  expect(ended.stdout).toContain('/lib64/ld-linux-x86-64.so.2')
  expect(ended.stdout).toMatch(/^linux\/amd64 +failed/m)
  expect(released(folder)).toEqual([])
})

// The one system whose C compiler every runner of the tests has.
if (process.platform === 'linux') {
  test('a shared library comes with its header, and says what it needs', async () => {
    const folder = await temporaryModule(
      {
        'go.mod': MODULE['go.mod'],
        'main.go':
          'package main\n\nimport "C"\n\n//export Add\nfunc Add(a, b C.int) C.int { return a + b }\n\nfunc main() {}\n',
      },
      { git: {} },
    )
    const args = ['--matrix', await host(), '--cgo', 'true', '--buildmode', 'c-shared', '--linkage', 'system']
    const ended = await release(folder, ...args)
    const [archive = ''] = released(folder)
    expect(Object.keys(await listArchive(join(folder, 'release', archive)))).toEqual([
      'project.h',
      'project.so',
    ])
    expect(ended.stdout).toMatch(/libc\.so\.6|system-only/)
    const forAnotherLinker = await release(
      folder,
      '--matrix',
      await host(),
      '--cgo',
      'true',
      '--buildmode',
      'c-archive',
    )
    expect(forAnotherLinker.stdout).toMatch(/done +unlinked/)
    const [unlinked = ''] = released(folder)
    expect(Object.keys(await listArchive(join(folder, 'release', unlinked)))).toEqual([
      'project.a',
      'project.h',
    ])
    // Bare, the header goes beside the library.
    await release(folder, ...args, '--archive', 'none', '--archive-name', '{name}')
    expect(released(folder)).toEqual(['project.h', 'project.so'])
  })
}

test('wasm programs have the extension that hosts look for', async () => {
  const folder = await temporaryModule({ ...MODULE, 'cmd/tool/main.go': MAIN }, { git: { tags: ['v1.0.0'] } })
  await release(folder, '--matrix', 'wasip1/wasm,js/wasm', '--archive', 'none')
  expect(released(folder)).toEqual(
    ['project', 'tool'].flatMap((name) => [`${name}_v1.0.0_js_wasm.wasm`, `${name}_v1.0.0_wasip1_wasm.wasm`]),
  )
})

test('a program that exists for one system only is left out for the others, and that is said', async () => {
  const folder = await temporaryModule({ ...MODULE, 'cmd/tool/main_linux.go': MAIN }, { git: {} })
  const ended = await release(folder, '--matrix', 'linux/amd64,windows/amd64')
  expect(ended.stdout).toContain('skipped: example.com/project/cmd/tool: it has no files for windows/amd64')
  const [linux = '', windows = ''] = released(folder)
  expect(Object.keys(await listArchive(join(folder, 'release', linux)))).toEqual(['project', 'tool'])
  expect(Object.keys(await listArchive(join(folder, 'release', windows)))).toEqual(['project.exe'])
  // Named by its path it must be there for every target: that is Go's own rule.
  const named = await runCommand(
    [...OFF, '--matrix', 'linux/amd64,windows/amd64', '--packages', './cmd/tool'],
    { cwd: folder },
  )
  expect(named.exitCode).toBe(1)
  expect(named.stdout).toContain('build constraints exclude all Go files')
})

test('generated files are there when the build begins', async () => {
  const folder = await temporaryModule(
    {
      ...MODULE,
      'main.go': '//go:generate go run ./gen\n\npackage main\n\nfunc main() { println(generated) }\n',
      'gen/main.go':
        'package main\n\nimport "os"\n\nfunc main() { os.WriteFile("generated.go", []byte("package main\\n\\nconst generated = `made`\\n"), 0o644) }\n',
    },
    { git: {} },
  )
  await release(
    folder,
    '--matrix',
    await host(),
    '--archive',
    'none',
    '--packages',
    '.',
    '--generate',
    'true',
  )
  expect(await say(folder, released(folder)[0] ?? '')).toBe('made')
})

test("the caller's own GOAMD64 and GOOS do not leak into the build", async () => {
  const folder = await temporaryModule(MODULE, { git: {} })
  const env = { GOAMD64: 'v3', GOOS: 'windows', GOARM64: 'v9.0' }
  const ended = await runCommand([...OFF, '--matrix', 'linux/amd64,linux/arm64', '--archive', 'none'], {
    cwd: folder,
    env,
  })
  expect(ended.exitCode).toBe(0)
  for (const [index, setting] of ['GOAMD64=v1', 'GOARM64=v8.0'].entries()) {
    const file = join(folder, 'release', released(folder)[index] ?? '')
    expect(await runChecked(['go', 'version', '-m', file])).toContain(setting)
  }
})

test('a vendor folder whose modules cannot be had is built with a notice', async () => {
  const folder = await temporaryModule({
    'go.mod': 'module example.com/project\n\ngo 1.24\n\nrequire rsc.io/quote v1.5.2\n',
    'main.go': 'package main\n\nimport "rsc.io/quote"\n\nfunc main() { println(quote.Hello()) }\n',
  })
  for (const verb of ['tidy', 'vendor']) await runChecked(['go', 'mod', verb], { cwd: folder })
  await commitAll(folder)
  const env = { GOMODCACHE: temporaryFolder('modules'), GOPROXY: 'off' }
  const ended = await runCommand([...OFF, '--matrix', 'linux/amd64'], { cwd: folder, env })
  expect(ended.exitCode).toBe(0)
  expect(ended.stdout).toContain('note: verify-modules: the vendor folder could not be compared')
})

test('a module of a workspace is built as the workspace says', async () => {
  const root = await temporaryModule(
    {
      'go.work': 'go 1.24\n\nuse (\n\t./app\n\t./lib\n)\n',
      'lib/go.mod': 'module example.com/lib\n\ngo 1.24\n',
      'lib/lib.go': 'package lib\n\nconst Word = "workspace"\n',
      'app/go.mod': 'module example.com/project\n\ngo 1.24\n',
      'app/main.go': 'package main\n\nimport "example.com/lib"\n\nfunc main() { println(lib.Word) }\n',
    },
    { git: {} },
  )
  await release(root, '--working-directory', 'app', '--matrix', await host(), '--archive', 'none')
  expect(await say(root, released(root)[0] ?? '')).toBe('workspace')
})

test('a second run links nothing again and leaves no file of the first', async () => {
  const folder = await temporaryModule({ ...MODULE, 'cmd/tool/main.go': MAIN }, { git: { tags: ['v1.0.0'] } })
  await release(folder, '--matrix', 'linux/amd64,linux/arm64')
  await release(folder, '--matrix', 'linux/arm64', '--packages', '.')
  expect(readdirSync(join(folder, 'release')).sort()).toEqual(
    ['.gitignore', 'SHA256SUMS', 'manifest.json', 'project_v1.0.0_linux_arm64.tar.gz'].sort(),
  )
  expect(
    Object.keys(await listArchive(join(folder, 'release', 'project_v1.0.0_linux_arm64.tar.gz'))),
  ).toEqual(['project'])
})

test('a run that was killed is cleaned up by the next', async () => {
  const folder = await temporaryModule(MODULE, { git: { tags: ['v1.0.0'] } })
  await release(folder, '--matrix', 'linux/amd64')
  const manifest = join(folder, 'release', 'manifest.json')
  // As it is while a run is at work: the plan's files named, one of them half written.
  writeFiles(folder, {
    'release/manifest.json': readFileSync(manifest, 'utf8').replace('"done"', '"running"'),
    'release/project_v1.0.0_linux_amd64.tar.gz.partial': 'half',
  })
  rmSync(join(folder, 'release', 'SHA256SUMS'))
  await release(folder, '--matrix', 'linux/arm64')
  expect(readdirSync(join(folder, 'release')).filter((name) => /amd64|partial/.test(name))).toEqual([])
})
