// The command on small modules: what inputs and matrix rows change in what is built.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { actionFolder, runCommand } from '../support/action-runner.js'
import { hostTarget } from '../support/go-environment.js'
import { commitAll, git, temporaryModule, writeFiles } from '../support/modules.js'
import { run, runChecked, type Ended } from '../support/processes.js'
import { listArchive } from '../support/release-files.js'
import { temporaryFolder } from '../support/temporary.js'
import { requireTool } from '../support/test-tools.js'

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

test('every placeholder of ldflags reaches the program', async () => {
  const folder = await temporaryModule(MODULE, { git: { tags: ['v1.2.3'] } })
  const target = await hostTarget()
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
  const [goos = '', goarch = ''] = (await hostTarget()).split('/')
  const matrix = `include: [{goos: ${goos}, goarch: ${goarch}, tags: special, packages: .}, {goos: plan9, goarch: arm, packages: ./cmd/tool}]`
  await release(folder, '--matrix', matrix, '--archive', 'none', '--archive-name', '{name}_{goos}')
  const [project = '', ...others] = released(folder).sort()
  expect(project).toBe(`project_${goos}${goos === 'windows' ? '.exe' : ''}`)
  expect(others).toEqual(['tool_plan9'])
  expect(await say(folder, project)).toBe('special')
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

if (process.platform === 'linux') {
  requireTool('gcc')(
    'a static program that loads libraries all the same is refused, as the linker says',
    async () => {
      const main =
        'package main\n\n// #include <dlfcn.h>\n// static void *load(void) { return dlopen("libz.so.1", RTLD_NOW); }\nimport "C"\n\nfunc main() { println(C.load() != nil) }\n'
      const folder = await temporaryModule({ 'go.mod': MODULE['go.mod'], 'main.go': main }, { git: {} })
      const flags = ['--cgo', 'true', '--ldflags', '-linkmode external -extldflags -static']
      const ended = await runCommand([...OFF, '--matrix', await hostTarget(), ...flags], { cwd: folder })
      expect(ended.exitCode).toBe(1)
      expect(ended.stderr).toMatch(/^error: project: the policy static refuses it: .*\bdlopen\b/m)
    },
  )
}

describe('libraries for C', () => {
  const LIBRARY = {
    'go.mod': MODULE['go.mod'],
    'main.go':
      'package main\n\nimport "C"\n\n//export Add\nfunc Add(a, b C.int) C.int { return a + b }\n\nfunc main() {}\n',
  }
  const EXTENSIONS: Readonly<Record<string, string>> = { win32: '.dll', darwin: '.dylib' }
  const shared = `project${EXTENSIONS[process.platform] ?? '.so'}`
  // On Windows the archive is a zip.
  const withCompiler = requireTool('gcc', ...(process.platform === 'win32' ? (['unzip'] as const) : []))
  const build = async (folder: string, buildmode: string, ...args: string[]) => {
    const cgo = ['--matrix', await hostTarget(), '--cgo', 'true', '--buildmode', buildmode]
    return (await release(folder, ...cgo, ...args)).stdout
  }
  const packed = async (folder: string) =>
    Object.keys(await listArchive(join(folder, 'release', released(folder)[0] ?? '')))

  withCompiler('a shared one comes with its header, and says what it needs', async () => {
    const folder = await temporaryModule(LIBRARY, { git: {} })
    const said = await build(folder, 'c-shared', '--linkage', 'system')
    expect(said).toMatch(/libc\.so\.6|system-only/)
    expect((await packed(folder)).sort()).toEqual(['project.h', shared].sort())
    // Bare, the header goes beside the library.
    await build(folder, 'c-shared', '--archive', 'none', '--archive-name', '{name}', '--linkage', 'system')
    expect(released(folder).sort()).toEqual(['project.h', shared].sort())
  })

  withCompiler('one that another linker takes is unlinked', async () => {
    const folder = await temporaryModule(LIBRARY, { git: {} })
    expect(await build(folder, 'c-archive')).toMatch(/done +unlinked/)
    expect(await packed(folder)).toEqual(['project.a', 'project.h'])
  })
})

test('wasm programs have the extension that hosts look for', async () => {
  const folder = await temporaryModule({ ...MODULE, 'cmd/tool/main.go': MAIN }, { git: { tags: ['v1.0.0'] } })
  await release(folder, '--matrix', 'wasip1/wasm,js/wasm', '--archive', 'none')
  expect(released(folder)).toEqual(
    ['project', 'tool'].flatMap((name) => [`${name}_v1.0.0_js_wasm.wasm`, `${name}_v1.0.0_wasip1_wasm.wasm`]),
  )
})

requireTool('unzip')(
  'a program that exists for one system only is left out for the others, and that is said',
  async () => {
    const folder = await temporaryModule({ ...MODULE, 'cmd/tool/main_linux.go': MAIN }, { git: {} })
    const ended = await release(folder, '--matrix', 'linux/amd64,windows/amd64')
    expect(ended.stdout).toContain(
      'skipped: example.com/project/cmd/tool for windows/amd64: it has no files for this target',
    )
    const [linux = '', windows = ''] = released(folder)
    expect(Object.keys(await listArchive(join(folder, 'release', linux)))).toEqual(['project', 'tool'])
    expect(Object.keys(await listArchive(join(folder, 'release', windows)))).toEqual(['project.exe'])
    // Named by its path it must be there for every target: that is Go's own rule.
    const named = await runCommand(
      [...OFF, '--matrix', 'linux/amd64,windows/amd64', '--packages', './cmd/tool'],
      { cwd: folder },
    )
    expect(named.exitCode).toBe(1)
    expect(named.stdout + named.stderr).toContain(
      'example.com/project/cmd/tool has no Go files for windows/amd64: main_linux.go is for linux only',
    )
  },
)

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
    await hostTarget(),
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
  expect(ended.stderr).toContain('note: verify-modules: the vendor folder could not be compared')
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
  await release(root, '--working-directory', 'app', '--matrix', await hostTarget(), '--archive', 'none')
  expect(await say(root, released(root)[0] ?? '')).toBe('workspace')
})

test('two runs at once in one module do not meet', async () => {
  const folder = await temporaryModule(MODULE, { git: { tags: ['v1.0.0'] } })
  const target = await hostTarget()
  const words = ['first', 'second', 'third']
  await Promise.all(
    words.map((word) =>
      release(
        folder,
        '--matrix',
        target,
        '--archive',
        'none',
        '--archive-name',
        'project',
        '--output-directory',
        word,
        '--ldflags',
        `-X main.version=${word}`,
      ),
    ),
  )
  for (const word of words) {
    const [program = ''] = readdirSync(join(folder, word)).filter((name) => name.startsWith('project'))
    expect((await run([join(folder, word, program)])).stderr.trim()).toBe(word)
  }
})

test('files of the module go into the archive as they are, and nothing from outside of it does', async () => {
  const folder = await temporaryModule(
    { ...MODULE, 'install.sh': '#!/bin/sh\n', 'docs/guide.txt': 'guide\n' },
    { git: {} },
  )
  chmodSync(join(folder, 'install.sh'), 0o755)
  symlinkSync('docs/guide.txt', join(folder, 'LICENSE'))
  await release(folder, '--matrix', 'linux/amd64', '--archive-files', '*.{sh,mod}, LICENSE, docs/*')
  const [archive = ''] = released(folder)
  const entries = await listArchive(join(folder, 'release', archive))
  expect(entries).toEqual({
    LICENSE: '-rw-r--r--',
    'docs/guide.txt': '-rw-r--r--',
    'go.mod': '-rw-r--r--',
    'install.sh': '-rwxr-xr-x',
    project: '-rwxr-xr-x',
  })
  symlinkSync('/etc', join(folder, 'docs', 'etc'))
  const outside = await runCommand(
    [...OFF, '--matrix', 'linux/amd64', '--archive-files', 'docs/etc/hostname'],
    { cwd: folder },
  )
  expect(outside.exitCode).toBe(1)
  expect(outside.stderr).toContain("docs/etc/hostname lies outside the module's folder")
})

test('a work tree that is not as it was committed: a notice, on a tag an error unless asked otherwise', async () => {
  const folder = await temporaryModule(MODULE, { git: {} })
  writeFiles(folder, { 'extra.txt': 'new\n' })
  const notice = 'note: the work tree is not as it was committed'
  expect((await release(folder, '--matrix', 'linux/amd64')).stderr).toContain(notice)
  await git(folder, 'tag', 'v1.0.0')
  const refused = await runCommand([...OFF, '--matrix', 'linux/amd64'], { cwd: folder })
  expect(refused.exitCode).toBe(1)
  expect(refused.stderr).toMatch(
    /^error: input checks: .* under the tag v1\.0\.0 \(extra\.txt\), .* set checks: modified=warn$/m,
  )
  const warned = await release(folder, '--matrix', 'linux/amd64', '--checks', 'modified=warn')
  expect(warned.stderr).toMatch(/^warning: project: vcs\.modified=true: it was built on a tag/m)
})

test('a module that embeds its own folder is the same program on every run', async () => {
  const embed =
    'package main\n\nimport "embed"\n\n//go:embed *\nvar all embed.FS\n\nfunc init() { _, _ = all.Open("") }\n'
  // Not at the root of the repository: Go embeds no .git.
  const repository = await temporaryModule(
    { 'sub/go.mod': MODULE['go.mod'], 'sub/main.go': MAIN, 'sub/embed.go': embed },
    { git: { tags: ['sub/v1.0.0'] } },
  )
  const folder = join(repository, 'sub')
  const sums = async () => {
    await release(folder, '--matrix', 'linux/amd64,linux/arm64', '--parallel', '1')
    return readFileSync(join(folder, 'release', 'SHA256SUMS'), 'utf8')
  }
  expect(await sums()).toBe(await sums())
})

test('a run that is interrupted leaves nothing behind', async () => {
  const folder = await temporaryModule(
    { ...MODULE, 'generate.go': 'package main\n\n//go:generate sleep 60\n' },
    { git: {} },
  )
  const cache = temporaryFolder('cache')
  const child = spawn(
    process.execPath,
    [join(actionFolder, 'dist/index.js'), ...OFF, '--matrix', 'linux/amd64', '--generate', 'true'],
    { cwd: folder, env: { ...process.env, XDG_CACHE_HOME: cache }, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = once(child, 'close')
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    if (chunk.toString().includes('go generate')) child.kill('SIGINT')
  }
  expect(await ended).toEqual([130, null])
  expect(readdirSync(join(cache, 'go-cross-release', 'work'))).toEqual([])
  expect(readdirSync(folder)).not.toContain('release')
})

test('a second run leaves no file of the first', async () => {
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
  // As a run leaves it that is killed while it signs: a first manifest, which names what was to be written, and some of that.
  const archive = 'project_v1.0.0_linux_amd64.tar.gz'
  const planned = [
    archive,
    'SHA256SUMS',
    `${archive}.sigstore.json`,
    'SHA256SUMS.sigstore.json',
    'cosign.pub',
  ]
  const manifest = { generator: 'go-cross-release', status: 'running', files: [], planned }
  writeFiles(join(folder, 'release'), {
    '.gitignore': '*\n',
    'manifest.json': JSON.stringify(manifest),
    [archive]: 'half',
    [`${archive}.partial`]: 'half',
    [`${archive}.sigstore.json`]: 'half',
    [`${archive}.sigstore.json.partial`]: 'half',
  })
  await release(folder, '--matrix', 'linux/arm64')
  expect(readdirSync(join(folder, 'release')).sort()).toEqual(
    ['.gitignore', 'SHA256SUMS', 'manifest.json', 'project_v1.0.0_linux_arm64.tar.gz'].sort(),
  )
})

test('a dry run prints commands that build the very same programs, and does nothing', async () => {
  const folder = await temporaryModule(
    { ...MODULE, 'cmd/tool/main.go': MAIN, 'go.sum': '' },
    { git: { tags: ['v1.2.3'] } },
  )
  const cache = temporaryFolder('cache')
  const args = [
    '--matrix',
    'linux/amd64,windows/arm64',
    '--ldflags',
    "-s -w -X 'main.version={version} $(id)'",
  ]
  const told = await runCommand([...args, '--cosign-key', 'throwaway', '--dry-run'], {
    cwd: folder,
    env: { XDG_CACHE_HOME: cache },
  })
  expect(told.exitCode).toBe(0)
  expect(readdirSync(folder)).not.toContain('release')
  expect(readdirSync(join(cache, 'go-cross-release'))).toEqual(['work'])
  expect(readdirSync(join(cache, 'go-cross-release', 'work'))).toEqual([])
  for (const word of ['syft scan', 'syft convert', 'cosign sign-blob', 'cosign verify-blob', 'attest-blob'])
    expect(told.stdout).toContain(word)

  // The whole of it as a script, into another folder for its temporary files.
  const script = told.stdout
    .split('\n')
    .filter((line) => !/^(syft|cosign|COSIGN|env|SYFT|echo)/.test(line))
    .join('\n')
  const temporary = temporaryFolder('pasted')
  const moved = script.replaceAll(join(cache, 'go-cross-release', 'work', 'dry-run'), temporary)
  // The shell itself stays where it is.
  const inShell = `here=$PWD\n${moved}\ntest "$PWD" = "$here"`
  await runChecked(['sh', '-e', '-c', inShell], { cwd: folder })
  await release(folder, ...args)
  const manifest = JSON.parse(readFileSync(join(folder, 'release', 'manifest.json'), 'utf8')) as {
    targets: { target: string; programs: { name: string; sha256: string }[] }[]
  }
  const built = manifest.targets.flatMap(({ target, programs }) =>
    programs.map(({ name, sha256 }) => {
      const file = join(temporary, target.replace('/', '_'), name)
      return [sha256, createHash('sha256').update(readFileSync(file)).digest('hex')] as const
    }),
  )
  expect(built).toHaveLength(4)
  for (const [released, pastedDigest] of built) expect(pastedDigest).toBe(released)
})

test('a dry run tells no secret, and refuses a key that is none', async () => {
  const folder = await temporaryModule(MODULE, { git: {} })
  const dryRun = (...args: string[]) =>
    runCommand(['--matrix', 'linux/amd64', '--sbom', 'off', '--dry-run', ...args], {
      cwd: folder,
      env: { CANARY_TOKEN: "can'ary" },
    })
  const told = await dryRun('--sign', 'off', '--pass-env', 'CANARY_TOKEN')
  expect(told.exitCode).toBe(0)
  expect(told.stdout).toMatch(/^export GOMAXPROCS=|^export GIT_CONFIG_COUNT=/m)
  expect(told.stdout + told.stderr).not.toMatch(/CANARY|ary/)
  for (const [key, problem] of [
    ['-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nc2VjcmV0', 'it holds a key itself'],
    ['env://NOT_SET', 'NOT_SET is empty or not set'],
  ] as const) {
    const refused = await dryRun('--cosign-key', key)
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain(problem)
    expect(refused.stdout + refused.stderr).not.toMatch(/c2VjcmV0|sign-blob/)
  }
})

test('a dry run names all that is packed, and refuses what the release would', async () => {
  const folder = await temporaryModule({ ...MODULE, 'README.md': '' }, { git: {} })
  const dryRun = (...args: string[]) => runCommand([...OFF, '--dry-run', ...args], { cwd: folder })
  const told = await dryRun('--matrix', 'linux/amd64', '--reproduce', 'true')
  expect(told.exitCode).toBe(0)
  expect(told.stdout).toMatch(/^# linkage: static; then packed as project_.*: project, README\.md$/m)
  expect(told.stdout).toMatch(/^# all of it once more in another folder/m)
  for (const [args, problem] of [
    [['--archive-files', 'NEWS*'], 'input archive-files: "NEWS*" matches no file in'],
    [
      ['--matrix', '[{"goos":"linux","goarch":"amd64","cgo":true,"cc":"no-such-cc"}]'],
      'no-such-cc is not on PATH',
    ],
    [['--release', 'draft'], 'input release: only a job of a workflow can fill a GitHub release'],
  ] as const) {
    const refused = await dryRun(...args)
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain(problem)
    expect(refused.stdout).not.toContain('go build')
  }
})

if (process.platform === 'linux') {
  test('a terminal shows what is being done, and keeps the report alone', async () => {
    const folder = await temporaryModule(MODULE, { git: {} })
    const gocache = temporaryFolder('cold')
    const words = [process.execPath, join(actionFolder, 'dist/index.js'), ...OFF, '--matrix', 'linux/amd64']
    const inTerminal = (term: string) =>
      run(['script', '--quiet', '--return', '--command', words.join(' '), '/dev/null'], {
        cwd: folder,
        env: { CI: '', TERM: term, GOCACHE: gocache, XDG_CACHE_HOME: temporaryFolder('cache') },
      })
    const { stdout, exitCode } = await inTerminal('xterm')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^linux\/amd64 {2}build {2}\d+ s\r\n0 of 1 targets done, \d+ s\r\n/m)
    // What was drawn is erased, as often as it was drawn.
    const drawn = stdout.match(/of 1 targets done, /g) ?? []
    // eslint-disable-next-line no-control-regex
    expect(stdout.match(/\u001b\[\d+A\u001b\[J/g)).toHaveLength(drawn.length)
    // None of it comes after the report.
    const afterReport = stdout.slice(stdout.indexOf('files:  '))
    expect(afterReport).not.toContain('\u001b')
    expect(afterReport).not.toContain('targets done,')
    const dumb = await inTerminal('dumb')
    expect(dumb.stdout).not.toContain('\u001b')
    expect(dumb.stdout).toContain('static')
  })
}
