// Bad inputs through the bundle: one error that says what was wrong, exit code 1, no stack, nothing in the output directory.

import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runAction, runCommand } from '../support/action-runner.js'
import { createKeyPair } from '../support/key-pair.js'
import { git, temporaryModule, writeFiles } from '../support/modules.js'
import { cleanEnvironment, run, runChecked, type Ended } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'
import { requireTool, toolsFolder } from '../support/test-tools.js'

const PATH = [toolsFolder, cleanEnvironment()['PATH']].join(delimiter)
const MODULE = {
  'go.mod': 'module example.com/project\n\ngo 1.24\n',
  'main.go': 'package main\n\nfunc main() { println("hello") }\n',
}
/** One target, quickly: what is asked of it is what a test is about. */
const QUICK = ['--matrix', 'linux/amd64', '--sign', 'off', '--sbom', 'off']

const module = (files: Record<string, string> = {}) => temporaryModule({ ...MODULE, ...files }, { git: {} })

function expectOneError(ended: Ended, ...texts: (string | RegExp)[]): void {
  const errors = `${ended.stdout}${ended.stderr}`.split('\n').filter((line) => line.startsWith('error: '))
  expect(errors).toHaveLength(1)
  for (const text of texts) expect(errors[0]).toMatch(text)
  expect(ended.exitCode).toBe(1)
  expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/^\s+at .*\d+:\d+\)?$/m)
}

describe('inputs', () => {
  const cases: [name: string, args: string[], ...texts: (string | RegExp)[]][] = [
    [
      'an unknown target',
      ['--matrix', 'linux/x86_64'],
      'input matrix',
      'linux/x86_64',
      'did you mean linux/amd64',
    ],
    [
      'the name of a file instead of a matrix',
      ['--matrix', './main.go'],
      'this Go builds nothing of that name',
      '; it is a file: give its text, --matrix "$(cat ./main.go)"',
    ],
    ['an empty matrix', ['--matrix', 'none'], 'input matrix'],
    ['a duplicate', ['--matrix', 'linux/amd64,linux/amd64/v1'], 'input matrix', 'linux/amd64'],
    ['a target that needs cgo', ['--matrix', 'android/arm'], 'input matrix', 'android/arm', 'cgo'],
    ['a variant of another architecture', ['--matrix', 'linux/amd64/v9'], 'input matrix', 'v2, v3, v4'],
    ['malformed YAML', ['--matrix', 'include:\n  - {goos: linux\n'], 'input matrix', /line \d/],
    [
      'an unknown key',
      ['--matrix', '{"goos": "linux", "goarhc": "amd64"}'],
      'input matrix',
      'goarhc',
      'goarch',
    ],
    ['an unknown flag', ['--linkgae', 'static'], 'linkgae', 'linkage'],
    ['a flag without a value', ['--linkage'], 'linkage', 'needs a value'],
    ['a policy that does not exist', [...QUICK, '--linkage', 'statik'], 'input linkage', 'statik', 'static'],
    ['a boolean that is none', [...QUICK, '--trimpath', 'yes'], 'input trimpath', 'yes', 'true, false'],
    ['a buildmode without release files', [...QUICK, '--buildmode', 'plugin'], 'input buildmode', 'plugin'],
    [
      'a name that leaves the output directory',
      [...QUICK, '--name', '../../evil'],
      '../../evil',
      'output directory',
    ],
    [
      'an unknown placeholder',
      [...QUICK, '--archive-name', '{name}-{arch}'],
      'input archive-name',
      '{arch}',
      '{goarch}',
    ],
    [
      'colliding names',
      ['--matrix', 'linux/amd64,linux/arm64', '--archive-name', '{name}'],
      'input archive-name',
      'linux/arm64',
    ],
    [
      'a pattern without files',
      [...QUICK, '--archive-files', 'COPYING'],
      'input archive-files: "COPYING" matches no file in ',
    ],
    [
      'a folder without go.mod',
      ['--working-directory', 'docs'],
      /input working-directory: there is no go\.mod in \S+docs; name the folder that holds it/,
    ],
    [
      'a folder above one with go.mod',
      ['--working-directory', 'tools'],
      /input working-directory: there is no go\.mod in \S+tools; there is one below it: give --working-directory tools\/cli$/,
    ],
    [
      'a variable to pass on that is not set',
      [...QUICK, '--pass-env', 'NOT_SET'],
      'input pass-env: the environment variable NOT_SET is not set; set it under env, or leave it out',
    ],
    [
      'an output directory that is a file',
      [...QUICK, '--output-directory', 'main.go'],
      /^error: input output-directory: \S+main\.go is a file; name a folder$/,
    ],
    [
      'an output directory in a file',
      [...QUICK, '--output-directory', 'main.go/release'],
      /input output-directory: \S+release cannot be made: /,
    ],
    [
      'a release outside of a workflow',
      [...QUICK, '--release', 'draft'],
      'input release: only a job of a workflow can fill a GitHub release; leave it out here',
    ],
    [
      'a plan outside of a workflow',
      ['--mode', 'plan'],
      'mode: plan, build and merge are for the jobs of a workflow; elsewhere use mode: release',
    ],
    [
      'results for a folder that is not there',
      ['--mode', 'inspect', '--files', 'main.go', '--sarif', 'nowhere/a.sarif', '--checks', 'readable=off'],
      'input sarif: it cannot be written: ',
    ],
    [
      'a platform that Go does not have',
      ['--mode', 'inspect', '--files', 'main.go', '--platform', 'beos/m68k'],
      'input platform: "beos/m68k" is no goos/goarch of Go\'s',
    ],
    ['a version for no file', [...QUICK, '--version', 'v1 beta'], 'input version', 'v1 beta'],
    ['a package that is no main package', [...QUICK, '--packages', './lib'], 'input packages', 'lib'],
    [
      'a key that is not there',
      ['--matrix', 'linux/amd64', '--cosign-key', 'no.key'],
      'input cosign-key',
      'no.key',
    ],
    [
      'a variable that is not there',
      ['--matrix', 'linux/amd64', '--cosign-key', 'env://NO_KEY'],
      'input cosign-key',
      'NO_KEY',
    ],
    [
      'signing with a key and none given',
      ['--matrix', 'linux/amd64', '--sign', 'key'],
      'input sign',
      'cosign-key',
    ],
    [
      'keyless signing without a token',
      ['--matrix', 'linux/amd64', '--sign', 'keyless'],
      'input sign',
      'id-token: write',
    ],
  ]
  test.each(cases)('%s', async (_, args, ...texts) => {
    const folder = await module({
      'docs/a.md': 'a\n',
      'lib/lib.go': 'package lib\n',
      'tools/cli/go.mod': 'module example.com/cli\n',
    })
    expectOneError(await runCommand(args, { cwd: folder, env: { PATH } }), ...texts)
    expect(existsSync(join(folder, 'release'))).toBe(false)
  })
})

describe('modules', () => {
  test('no main package: the ones elsewhere are named', async () => {
    const folder = await temporaryModule(
      { 'go.mod': MODULE['go.mod'], 'lib.go': 'package lib\n', 'tools/gen/main.go': MODULE['main.go'] },
      { git: {} },
    )
    expectOneError(
      await runCommand(QUICK, { cwd: folder }),
      'input packages: no main package in the root of the module or under ./cmd; there is example.com/project/tools/gen: name it here',
    )
  })

  test.each([
    [[], 'no main package in the root of the module or under ./cmd; the module has none at all'],
    [['--packages', './lib/...'], 'no main package in ./lib/...; the module has none at all'],
  ])('a module of libraries alone, %j', async (args, problem) => {
    const folder = await temporaryModule(
      { 'go.mod': MODULE['go.mod'], 'lib/lib.go': 'package lib\n' },
      { git: {} },
    )
    expectOneError(await runCommand([...QUICK, ...args], { cwd: folder }), `input packages: ${problem}`)
  })

  test('patterns that mean libraries only: the main packages are named', async () => {
    const folder = await module({ 'lib/lib.go': 'package lib\n' })
    expectOneError(
      await runCommand([...QUICK, '--packages', './lib/...'], { cwd: folder }),
      'input packages: no main package in ./lib/...; there is example.com/project: name it here',
    )
  })

  test('a Go that is told to pass over modules', async () => {
    const ended = await runCommand(QUICK, { cwd: await module(), env: { GO111MODULE: 'off' } })
    expectOneError(ended, /go does not see \S+go\.mod \(GOMOD=\S*\); unset GO111MODULE/)
  })

  test('a go.mod that Go cannot read', async () => {
    const folder = await module({ 'go.mod': 'modul example.com/project\n' })
    const ended = await runCommand(QUICK, { cwd: folder })
    expect(ended.exitCode).toBe(1)
    expect(ended.stderr).toMatch(
      /^error: go\.mod:1: go cannot read go\.mod: unknown directive: modul\n(.*\n)?.*go\.mod:1: unknown directive: modul/m,
    )
  })

  test('a setting of Go that it does not take', async () => {
    const folder = await module()
    const ended = await runCommand(QUICK, { cwd: folder, env: { GOTOOLCHAIN: 'newest' } })
    expect(ended.exitCode).toBe(1)
    expect(ended.stderr).toMatch(/^error: go \S.* failed in \S+\n.*invalid GOTOOLCHAIN "newest"/m)
  })

  test('two mains of one name', async () => {
    const folder = await module({ 'cmd/project/main.go': MODULE['main.go'] })
    expectOneError(
      await runCommand(QUICK, { cwd: folder }),
      'input packages',
      'example.com/project and example.com/project/cmd/project',
    )
  })

  test('a Go that is older than go.mod asks', async () => {
    const folder = await module({ 'go.mod': 'module example.com/project\n\ngo 1.99\n' })
    const ended = await runCommand(QUICK, { cwd: folder, env: { GOTOOLCHAIN: 'local' } })
    expectOneError(ended, 'is older than the go 1.99 that the module asks for')
  })

  test('no Go at all', async () => {
    const folder = await module()
    const ended = await runCommand(QUICK, { cwd: folder, env: { PATH: temporaryFolder('empty') } })
    expectOneError(
      ended,
      'go is not on PATH; before this step add one with actions/setup-go and `go-version-file: go.mod`',
    )
  })

  test('a module that fails go mod verify', async () => {
    const folder = await module({
      'go.mod': 'module example.com/project\n\ngo 1.24\n\nrequire rsc.io/quote v1.5.2\n',
      'main.go': 'package main\n\nimport "rsc.io/quote"\n\nfunc main() { println(quote.Hello()) }\n',
    })
    const cache = temporaryFolder('modcache')
    const env = { GOMODCACHE: cache, GOFLAGS: '-modcacherw' }
    expect((await run(['go', 'mod', 'tidy'], { cwd: folder, env })).exitCode).toBe(0)
    writeFileSync(join(cache, 'rsc.io', 'quote@v1.5.2', 'evil.go'), 'package quote\n')
    expectOneError(await runCommand(QUICK, { cwd: folder, env }), 'verify-modules', 'go.sum')
  })

  test('a vendor folder that is not what go.mod says', async () => {
    const folder = await module({
      'go.mod': 'module example.com/project\n\ngo 1.24\n\nrequire rsc.io/quote v1.5.2\n',
      'main.go': 'package main\n\nimport "rsc.io/quote"\n\nfunc main() { println(quote.Hello()) }\n',
    })
    for (const args of [['tidy'], ['vendor']])
      expect((await run(['go', 'mod', ...args], { cwd: folder })).exitCode).toBe(0)
    expect((await runCommand([...QUICK, '--buildvcs', 'false'], { cwd: folder })).exitCode).toBe(0)
    writeFiles(folder, {
      'vendor/rsc.io/quote/quote.go': 'package quote\n\nfunc Hello() string { return "" }\n',
    })
    expectOneError(
      await runCommand([...QUICK, '--buildvcs', 'false'], { cwd: folder }),
      /verify-modules: \S+quote\.go is not what go\.mod and go\.sum give; run `go mod vendor` and commit/,
    )
    const sums = readFileSync(join(folder, 'go.sum'), 'utf8')
    writeFiles(folder, { 'go.sum': sums.replace(/(rsc\.io\/quote v1\.5\.2 h1:)..../, '$1AAAA') })
    expectOneError(
      await runCommand([...QUICK, '--buildvcs', 'false'], { cwd: folder }),
      'verify-modules: the modules that the vendor folder is to hold are not those of go.sum: ',
    )
  })

  test('a program that does not compile: one error for all targets, at its line', async () => {
    const folder = await module({
      'sub/go.mod': 'module example.com/sub\n',
      'sub/main.go': 'package main\n\nfunc main() { nothing() }\n',
    })
    const ended = await runAction({
      cwd: folder,
      inputs: {
        'working-directory': 'sub',
        matrix: 'linux/amd64, linux/arm64',
        sign: 'off',
        sbom: 'off',
        upload: 'false',
      },
    })
    expect(ended.exitCode).toBe(1)
    expect(ended.annotations).toContainEqual({
      level: 'error',
      message: 'undefined: nothing (on 2 of 2 targets)',
      properties: { file: 'sub/main.go', line: '3', col: '15' },
    })
    expect(
      ended.annotations.filter(({ level }) => level === 'error').map(({ message }) => message),
    ).toContain('2 of 2 targets failed: linux/amd64, linux/arm64')
    // What is known is told all the same.
    expect(ended.outputs['version']).toMatch(/^v0\.0\.0-[0-9a-f]{12}$/)
    expect(existsSync(ended.outputs['manifest'] ?? '')).toBe(true)
    expect(ended.summary).toContain('undefined: nothing')
  })

  test('a failing target does not hide one that is well', async () => {
    const folder = await module({ 'a_windows.go': 'package main\n\nfunc init() { nothing() }\n' })
    const ended = await runCommand(
      ['--matrix', 'linux/amd64,windows/amd64', '--sign', 'off', '--sbom', 'off'],
      { cwd: folder },
    )
    expect(ended.exitCode).toBe(1)
    expect(ended.stdout).toMatch(/^linux\/amd64 +done +static +[\d.]+ MB/m)
    expect(ended.stdout).toMatch(/^windows\/amd64 +failed/m)
    expect(ended.stderr).toContain(
      'error: a_windows.go:3:15: undefined: nothing (on 1 of 2 targets: windows/amd64)',
    )
    const output = join(folder, 'release')
    const { status, files } = JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8')) as {
      status: string
      files: { name: string; target: string }[]
    }
    expect(status).toBe('failed')
    expect(files.map(({ target }) => target)).toEqual(['linux/amd64'])
    expect(readdirSync(output)).toEqual(expect.arrayContaining(files.map(({ name }) => name)))
  })
})

describe('repositories', () => {
  test('a broken .git', async () => {
    const folder = await temporaryModule({ ...MODULE, '.git': 'gitdir: /nowhere\n' })
    expectOneError(await runCommand(QUICK, { cwd: folder }), 'buildvcs: false', folder)
    expect((await runCommand([...QUICK, '--buildvcs', 'false'], { cwd: folder })).exitCode).toBe(0)
  })

  test('one without a commit', async () => {
    const folder = await temporaryModule(MODULE)
    await git(folder, 'init', '--quiet')
    expectOneError(
      await runCommand(QUICK, { cwd: folder }),
      `input buildvcs: git cannot read the repository at ${folder} (fatal: `,
      'so Go cannot stamp the commit; mend what git complains of, or set buildvcs: false',
    )
  })

  test('a submodule, whose commit Go would not stamp', async () => {
    const inner = await module()
    const outer = await temporaryModule({ 'notes.txt': 'mine\n' }, { git: {} })
    await git(outer, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'sub')
    expectOneError(
      await runCommand(QUICK, { cwd: join(outer, 'sub') }),
      'is a submodule or a linked work tree, whose commit Go does not stamp; build a clone of its own',
    )
  })

  test('a parent repository that does not track the module', async () => {
    const parent = await temporaryModule({ 'notes.txt': 'mine\n' }, { git: {} })
    writeFiles(parent, { 'project/go.mod': MODULE['go.mod'], 'project/main.go': MODULE['main.go'] })
    const folder = join(parent, 'project')
    expectOneError(
      await runCommand(QUICK, { cwd: folder }),
      `lies in the repository at ${parent}, which does not track it, so the commit stamped would be`,
    )
  })

  test('a checkout that another user owns is stamped all the same', async () => {
    const folder = await module()
    const env = { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1', GIT_CONFIG_GLOBAL: '/dev/null' }
    const ended = await runCommand([...QUICK, '--archive', 'none'], { cwd: folder, env })
    expect(ended.exitCode).toBe(0)
    const [name = ''] = readdirSync(join(folder, 'release')).filter((file) => file.startsWith('project_'))
    const info = await run(['go', 'version', '-m', join(folder, 'release', name)])
    expect(info.stdout).toMatch(/vcs\.revision=[0-9a-f]{40}/)
    expect(info.stdout).toContain('vcs.modified=false')
  })

  test('no repository', async () => {
    const folder = await temporaryModule(MODULE)
    const ended = await runCommand(QUICK, { cwd: folder, env: { SOURCE_DATE_EPOCH: '1700000000' } })
    expect(ended.exitCode).toBe(0)
    expect(readdirSync(join(folder, 'release'))).toContain('project_v0.0.0_linux_amd64.tar.gz')
    const manifest = readFileSync(join(folder, 'release', 'manifest.json'), 'utf8')
    expect(JSON.parse(manifest)).toMatchObject({ date: '2023-11-14T22:13:20Z' })
  })

  test('no repository, and a time that is none', async () => {
    const folder = await temporaryModule(MODULE)
    const ended = await runCommand(QUICK, { cwd: folder, env: { SOURCE_DATE_EPOCH: 'yesterday' } })
    expectOneError(
      ended,
      'SOURCE_DATE_EPOCH',
      '"yesterday", not a number of seconds since 1970; unset or mend it',
    )
    expect(existsSync(join(folder, 'release'))).toBe(false)
  })

  test('a module in a folder of its own takes its own tags', async () => {
    const root = await temporaryModule(
      {
        'go.mod': 'module example.com/root\n',
        'tool/go.mod': 'module example.com/root/tool\n',
        'tool/main.go': MODULE['main.go'],
      },
      { git: { tags: ['v9.9.9', 'tool/v1.2.3', 'tool/v1.10.0', 'tool/latest'] } },
    )
    const ended = await runCommand([...QUICK, '--working-directory', 'tool'], { cwd: root })
    expect(ended.exitCode).toBe(0)
    expect(readdirSync(join(root, 'release'))).toContain('tool_v1.10.0_linux_amd64.tar.gz')
    await git(root, 'commit', '--quiet', '--allow-empty', '--message=More')
    await runCommand([...QUICK, '--working-directory', 'tool'], { cwd: root })
    expect(readdirSync(join(root, 'release')).join(' ')).toMatch(
      /tool_v1\.(2\.3|10\.0)-1-g[0-9a-f]+_linux_amd64/,
    )
  })
})

test('a module in a repository, and no git', async () => {
  const folder = await module()
  const bin = join((await runChecked(['go', 'env', 'GOROOT'])).trim(), 'bin')
  const ended = await runCommand(QUICK, { cwd: folder, env: { PATH: bin } })
  expectOneError(ended, 'git is not on PATH, but the module is in a repository; install git, or set')
})

describe('the output directory', () => {
  test('one that holds something else is refused and left as it is', async () => {
    const folder = await module()
    writeFiles(folder, { 'release/thesis.txt': 'years of work\n' })
    expectOneError(await runCommand(QUICK, { cwd: folder }), 'input output-directory', 'thesis.txt')
    expect(readdirSync(join(folder, 'release'))).toEqual(['thesis.txt'])
  })

  // Root may read all, and Windows knows no such mode.
  if (process.platform !== 'win32' && process.getuid?.() !== 0) {
    test('one that cannot be read', async () => {
      const folder = await module()
      mkdirSync(join(folder, 'release'), { mode: 0o300 })
      expectOneError(
        await runCommand(QUICK, { cwd: folder }),
        /input output-directory: \S+release cannot be read: /,
      )
    })
  }

  // A small disk can be had as a file system in memory only here.
  if (process.platform === 'linux') {
    test('a full disk', async () => {
      const folder = await module({
        'main.go': 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello") }\n',
      })
      const disk = temporaryFolder('disk')
      const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '--non-interactive']
      await runChecked([...asRoot, 'mount', '-t', 'tmpfs', '-o', 'size=64k,mode=777', 'tmpfs', disk])
      try {
        const ended = await runCommand([...QUICK, '--output-directory', disk], { cwd: folder })
        expect(ended.exitCode).toBe(1)
        expect(ended.stderr).toMatch(/the disk is full .*output-directory/)
        expect(readdirSync(disk).filter((name) => name.startsWith('project'))).toEqual([])
      } finally {
        await runChecked([...asRoot, 'umount', disk])
      }
    })
  }
})

describe('keys', () => {
  requireTool('cosign')('one that is written out, and one that is cut short', async () => {
    const folder = await module({ 'cut.key': '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n' })
    const args = ['--matrix', 'linux/amd64', '--sbom', 'off', '--cosign-password', 'x', '--cosign-key']
    const env = { PATH }
    expectOneError(
      await runCommand([...args, 'cut.key'], { cwd: folder, env }),
      'input cosign-key: cosign cannot use it: ',
    )
    const written = await runCommand([...args, '-----BEGIN PRIVATE KEY-----canary'], { cwd: folder, env })
    expectOneError(
      written,
      'input cosign-key: it holds a key itself; put the key into a variable of the environment and give',
    )
    expect(written.stdout + written.stderr).not.toContain('canary')
  })

  requireTool('cosign')(
    'a key whose password is missing or wrong is told of before anything is compiled',
    async () => {
      const folder = await module()
      const keys = await createKeyPair()
      const args = ['--matrix', 'linux/amd64', '--sbom', 'off', '--cosign-key', keys.privateKeyFile]
      expectOneError(
        await runCommand(args, { cwd: folder, env: { PATH } }),
        'input cosign-password: the key asks for a password and none is given; give cosign-password or',
      )
      expectOneError(
        await runCommand([...args, '--cosign-password', 'wrong'], { cwd: folder, env: { PATH } }),
        'input cosign-password: it does not open the key',
      )
      expect(existsSync(join(folder, 'release'))).toBe(false)
      const opened = await runCommand(args, { cwd: folder, env: { PATH, COSIGN_PASSWORD: keys.password } })
      expect(opened.exitCode).toBe(0)
    },
  )
})
