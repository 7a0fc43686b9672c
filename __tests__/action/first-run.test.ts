// The usual mistakes of somebody who has just pasted the action into a workflow: each is one error that says what to write where.

import { join } from 'node:path'
import { runAction, runCommand, type ActionRun } from '../support/action-runner.js'
import { startGithubApi } from '../support/github-api.js'
import { startGitServer } from '../support/git-server.js'
import { commitAll, git, temporaryModule, writeFiles } from '../support/modules.js'
import { runChecked } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'

const MAIN = 'package main\n\nfunc main() { println("hello") }\n'
const MODULE = { 'go.mod': 'module example.com/project\n\ngo 1.24\n', 'main.go': MAIN }

type Files = Readonly<Record<string, string>>
const project = (files: Files = {}, tags: string[] = []) =>
  temporaryModule({ ...MODULE, ...files }, { git: { tags } })

/** One target, quickly: what a test is about comes before the first compile. */
const start = ({ inputs, ...options }: Parameters<typeof runAction>[0]) =>
  runAction({
    ...options,
    inputs: { matrix: 'linux/amd64', sbom: 'off', upload: 'false', cache: 'off', ...inputs },
  })

function expectOneError({ exitCode, annotations, stdout, stderr }: ActionRun, ...texts: string[]): void {
  const errors = annotations.filter(({ level }) => level === 'error')
  expect(errors).toHaveLength(1)
  for (const text of texts) expect(errors[0]?.message).toContain(text)
  expect(exitCode).toBe(1)
  expect(`${stdout}${stderr}`).not.toMatch(/^\s+at .*\d+:\d+\)?$|::error.*this is a bug/m)
}

const placeOf = ({ annotations }: ActionRun) => annotations.find(({ level }) => level === 'error')?.properties

describe('no Go that can build the module', () => {
  test.each<[name: string, files: Files, inputs: Files, file: string]>([
    ['at the root', {}, {}, 'go.mod'],
    ['in a folder', { 'tool/go.mod': MODULE['go.mod'] }, { 'working-directory': 'tool' }, 'tool/go.mod'],
  ])('none at all, and the module %s', async (_, files, inputs, file) => {
    const run = await start({ cwd: await project(files), inputs, env: { PATH: temporaryFolder('empty') } })
    expectOneError(
      run,
      'go is not on PATH; before this step add one with actions/setup-go and `go-version-file: ' + file,
    )
  })

  const NEWER = 'module example.com/project\n\ngo 1.99\n'
  test.each<[name: string, files: Files, inputs: Files, file: string]>([
    ['go.mod', { 'go.mod': NEWER }, {}, 'go.mod'],
    ['go.work', { 'go.work': 'go 1.99\n\nuse .\n' }, {}, 'go.work'],
    ['go.mod in a folder', { 'tool/go.mod': NEWER }, { 'working-directory': 'tool' }, 'tool/go.mod'],
    [
      'go.work above a folder',
      { 'tool/go.mod': MODULE['go.mod'], 'go.work': 'go 1.99\n\nuse ./tool\n' },
      { 'working-directory': 'tool' },
      'go.work',
    ],
  ])('one that is older than %s asks', async (_, files, inputs, file) => {
    const run = await start({ cwd: await project(files), inputs, env: { GOTOOLCHAIN: 'local' } })
    expectOneError(
      run,
      'older than the go 1.99',
      'before this step add one with actions/setup-go and `go-version-file: ' + file + '`',
    )
  })
})

describe('no module where one is looked for', () => {
  test('nothing is checked out', async () => {
    const run = await start({ cwd: temporaryFolder('empty') })
    expectOneError(run, 'before this step add one with actions/checkout and `fetch-depth: 0`')
  })

  test.each<[name: string, files: Files, inputs: Files, text: string]>([
    [
      'it is in a folder',
      { 'README.md': '', 'tools/cli/go.mod': MODULE['go.mod'] },
      {},
      'write `working-directory: tools/cli` under `with:`',
    ],
    [
      'it is in a folder below the one that is named',
      { 'tools/cli/go.mod': MODULE['go.mod'] },
      { 'working-directory': 'tools' },
      'write `working-directory: tools/cli` under `with:`',
    ],
    [
      'there are several',
      { 'b/go.mod': MODULE['go.mod'], 'a/go.mod': MODULE['go.mod'], 'vendor/c/go.mod': MODULE['go.mod'] },
      {},
      'write one of a, b as `working-directory:` under `with:`',
    ],
    ['there is none', { 'main.go': MAIN }, {}, 'make one with `go mod init`'],
  ])('%s', async (_, files, inputs, text) => {
    expectOneError(await start({ cwd: await temporaryModule(files, { git: {} }), inputs }), text)
  })

  test.each<[name: string, folders: string[], text: string]>([
    ['one folder has it', ['my tools'], "there is one below it: give --working-directory 'my tools'"],
    ['several have', ['b', 'a'], 'there are some below it: give one of a, b as --working-directory'],
  ])('on a laptop, and %s', async (_, folders, text) => {
    const files = Object.fromEntries(folders.map((folder) => [`${folder}/go.mod`, MODULE['go.mod']]))
    const { exitCode, stderr } = await runCommand([], { cwd: await temporaryModule(files) })
    expect(exitCode).toBe(1)
    expect(stderr).toContain(text)
  })
})

describe('a shallow checkout without tags', () => {
  const NONE = 'the checkout is shallow, and no tag can be reached from its commit, so the version is v0.0.0-'
  const release = { release: 'publish', 'github-token': 'none' }
  let origin: string
  let shallow: string
  beforeAll(async () => {
    origin = await project({}, ['v1.0.0'])
    await git(origin, 'commit', '--quiet', '--allow-empty', '--message=More')
    shallow = await clone('--depth=1')
  })
  const clone = async (...flags: string[]) => {
    const folder = join(temporaryFolder('clone'), 'project')
    await runChecked(['git', 'clone', '--quiet', ...flags, `file://${origin}`, folder])
    return folder
  }

  test.each<[name: string, inputs: Files]>([
    ['released', release],
    ['signed', { 'cosign-key': 'cosign.key' }],
  ])('is refused where it is %s', async (_, inputs) => {
    expectOneError(
      await start({ cwd: shallow, inputs }),
      NONE,
      'write `fetch-depth: 0` under `with:` of actions/checkout',
    )
  })

  test('is refused on a laptop too', async () => {
    const flags = ['--matrix', 'linux/amd64', '--sbom', 'off', '--cosign-key', 'cosign.key']
    const { exitCode, stderr } = await runCommand(flags, { cwd: shallow })
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(
      /^error: input version: .*; run `git fetch --unshallow --tags`, or give a version$/m,
    )
  })

  test.each<[name: string, inputs: Files, event: string]>([
    ['a build of a branch', {}, 'push'],
    ['a pull request that would release', release, 'pull_request'],
    ['a merge queue that would release', release, 'merge_group'],
  ])('is only told of for %s', async (_, inputs, name) => {
    const run = await start({ cwd: shallow, inputs, event: { name } })
    const notices = run.annotations.filter(({ message }) => message.startsWith(NONE))
    expect(notices.map(({ level }) => level)).toEqual(['notice'])
    expect(run.exitCode).toBe(0)
  })

  test('has a version where a tag started the run, or one is given, or a tag can be reached', async () => {
    const tagged = { ref: 'refs/tags/v1.0.1' }
    const runs = [
      await start({ cwd: shallow, event: tagged }),
      await start({ cwd: shallow, inputs: { version: 'v2.0.0' } }),
      await start({ cwd: await clone('--depth=2') }),
    ]
    expect(runs.map(({ outputs }) => outputs['version'])).toEqual([
      'v1.0.1',
      'v2.0.0',
      expect.stringMatching(/^v1\.0\.0-1-g/) as string,
    ])
    expect(runs.map(({ stdout }) => stdout.includes('shallow'))).toEqual([false, false, false])
  })
})

describe('no permissions', () => {
  test('keyless signing without a token', async () => {
    expectOneError(
      await start({ cwd: await project(), inputs: { sign: 'keyless' } }),
      'input sign: there is no id-token: in a job, add `id-token: write` under permissions',
    )
  })

  test('a release by a token that may only read', async () => {
    const cwd = await project({}, ['v1.0.0'])
    const api = await startGithubApi({ tags: ['v1.0.0'], commit: await git(cwd, 'rev-parse', 'HEAD') })
    try {
      const run = await start({
        cwd,
        inputs: { release: 'publish', 'github-token': api.tokens.read },
        event: { ref: 'refs/tags/v1.0.0' },
        env: { GITHUB_API_URL: api.url, GITHUB_REPOSITORY: api.repository },
      })
      expectOneError(run, 'HTTP 403', 'give the job `contents: write` under `permissions:`')
      expect(api.releases).toEqual([])
    } finally {
      await api.stop()
    }
  })
})

describe('a private module', () => {
  const CREDENTIALS = 'x-access-token:canary-of-the-token'

  test.each<[name: string, module: string]>([
    ['of GitHub', 'github.com/gopher-and-nobody-else/lib'],
    ['of another host', 'git.example.com/team/lib.git'],
  ])('%s, without credentials and with what the error says to write', async (_, path) => {
    const [host = '', team = '', name = ''] = path.split('/')
    const library = await temporaryModule(
      {
        'go.mod': `module ${path}\n\ngo 1.24\n`,
        'lib.go': 'package lib\n\nfunc Hello() string { return "hello" }\n',
      },
      { git: { tags: ['v1.0.0'] } },
    )
    const root = temporaryFolder('private')
    await git(root, 'clone', '--quiet', '--bare', library, `${team}/${name}`)
    const server = await startGitServer(root, CREDENTIALS)
    try {
      const cwd = await project({
        'go.mod': `module example.com/project\n\ngo 1.24\n\nrequire ${path} v1.0.0\n`,
        'main.go': `package main\n\nimport lib "${path}"\n\nfunc main() { println(lib.Hello()) }\n`,
      })
      const environment = (credentials?: string) => ({
        GOFLAGS: '-modcacherw',
        GOMODCACHE: temporaryFolder('modules'),
        GOPROXY: 'direct',
        GOPRIVATE: `${host}/${team}/*`,
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: `url.${server.url(credentials)}.insteadOf`,
        GIT_CONFIG_VALUE_0: `https://${host}/`,
      })
      await runChecked(['go', 'mod', 'tidy'], { cwd, env: environment(CREDENTIALS) })
      await git(cwd, 'add', '--all')
      await git(cwd, 'commit', '--quiet', '--message=Sums')

      const refused = await start({ cwd, env: environment() })
      expectOneError(
        refused,
        `${path} cannot be downloaded`,
        '    pass-env: GIT_CONFIG_KEY_0\n',
        `    GOPRIVATE: ${host}/${team}/*\n`,
        "    GIT_CONFIG_COUNT: '1'\n",
      )
      // Go knows GitHub and asks for the password; of another host it does not say which address it has asked.
      const asked = host === 'github.com' ? server.url() : `https://${host}/`
      const withToken = asked.replace('://', '://x-access-token:${{ secrets.NAME }}@')
      expectOneError(refused, `_KEY_0: url.${withToken}.insteadOf\n`, `_VALUE_0: ${asked}`)
      expect(placeOf(refused)).toEqual({ file: 'go.mod', line: '5' })

      const mended = await start({
        cwd,
        inputs: { 'pass-env': 'GIT_CONFIG_KEY_0' },
        env: environment(CREDENTIALS),
      })
      expect(mended.exitCode).toBe(0)
      expect(mended.stdout.replace(/^::add-mask::.*$/gm, '')).not.toContain('canary-of-the-token')
    } finally {
      await server.stop()
    }
  })
})

describe('ends of lines that git turned at the checkout', () => {
  test('are told from other changes, and mended by .gitattributes', async () => {
    const origin = await project({}, ['v1.0.0'])
    const crlf = join(temporaryFolder('clone'), 'project')
    const clone = ['git', 'clone', '--quiet', '--config', 'core.autocrlf=true', `file://${origin}`, crlf]
    await runChecked(clone)
    // As for a git that has not that setting: a container's, or another installation.
    await git(crlf, 'config', '--unset', 'core.autocrlf')
    const event = { ref: 'refs/tags/v1.0.0' }
    const refused = await start({ cwd: crlf, event })
    expectOneError(
      refused,
      'go.mod, main.go',
      'only ends of lines differ: write `* text=auto eol=lf` into .gitattributes, run `git add --renormalize .`',
    )
    writeFiles(crlf, { 'main.go': MAIN.replaceAll('\n', '\r\n').replace('hello', 'changed') })
    const changed = await start({ cwd: crlf, event })
    expectOneError(changed, 'commit, ignore or remove these files')

    writeFiles(origin, { '.gitattributes': '* text=auto eol=lf\n' })
    await git(origin, 'add', '--renormalize', '.')
    await git(origin, 'add', '.gitattributes')
    await git(origin, 'commit', '--quiet', '--message=Ends of lines')
    await git(origin, 'tag', '--force', 'v1.0.0')
    const mended = join(temporaryFolder('clone'), 'project')
    await runChecked([...clone.slice(0, -1), mended])
    await git(mended, 'config', '--unset', 'core.autocrlf')
    expect((await start({ cwd: mended, event })).exitCode).toBe(0)
  })
})

test('two programs of one name', async () => {
  const cwd = await project({ 'cmd/a/tool/main.go': MAIN, 'cmd/b/tool/main.go': MAIN })
  expectOneError(
    await start({ cwd }),
    'input packages: example.com/project/cmd/a/tool and example.com/project/cmd/b/tool would both be built as tool',
    'name only one of them',
  )
})

describe('a vendor folder that is out of date', () => {
  const LIBRARY = {
    'lib/go.mod': 'module example.com/lib\n\ngo 1.24\n',
    'lib/lib.go': 'package lib\n\nfunc Hello() string { return "hello" }\n',
  }
  const REQUIRES = {
    'go.mod':
      'module example.com/project\n\ngo 1.24\n\nrequire example.com/lib v1.0.0\n\nreplace example.com/lib => ./lib\n',
    'main.go': 'package main\n\nimport "example.com/lib"\n\nfunc main() { println(lib.Hello()) }\n',
  }
  const MODULES = `# example.com/lib v1.0.0 => ./lib
## explicit; go 1.24
example.com/lib
# example.com/lib => ./lib
`
  const VENDORED = {
    ...LIBRARY,
    ...REQUIRES,
    'vendor/modules.txt': MODULES,
    'vendor/example.com/lib/lib.go': LIBRARY['lib/lib.go'],
  }

  test.each<[name: string, files: Files, text: string, place: Files]>([
    [
      'go.mod asks for another version',
      { 'vendor/modules.txt': MODULES.replace('v1.0.0', 'v0.9.0') },
      'the vendor folder is out of date',
      { file: 'go.mod', line: '5' },
    ],
    [
      'go.mod does not ask for it any more',
      { 'go.mod': MODULE['go.mod'] },
      'the vendor folder is out of date',
      { file: 'vendor/modules.txt', line: '1' },
    ],
    [
      'the module is another by now',
      { 'vendor/example.com/lib/lib.go': 'package lib\n\nfunc Hello() string { return "old" }\n' },
      'verify-modules: vendor/example.com/lib/lib.go is not what go.mod and go.sum give',
      { file: 'vendor/example.com/lib/lib.go' },
    ],
  ])('%s', async (_, files, text, place) => {
    const run = await start({ cwd: await project({ ...VENDORED, ...files }) })
    expectOneError(run, text, 'run `go mod vendor` and commit the vendor folder')
    expect(placeOf(run)).toEqual(place)
  })
})

describe('go.work', () => {
  const OTHER = {
    'other/go.mod': 'module example.com/other\n\ngo 1.24\n',
    'other/other.go': 'package other\n',
  }

  test.each<[name: string, files: Files, text: string, line: string]>([
    [
      'without the module',
      { ...OTHER, 'go.work': 'go 1.24\n\nuse ./other\n' },
      "run `go work use .` in the module's folder and commit go.work, or have it built alone with `GOWORK: off` under `env:`",
      '3',
    ],
    [
      'with a folder that is missing',
      { 'go.work': 'go 1.24\n\nuse (\n\t.\n\t./gone // a submodule\n)\n' },
      'go.work lists ./gone, where there is no go.mod; take it out with `go work edit -dropuse=./gone`',
      '5',
    ],
    [
      'with an older go than a module',
      { 'go.work': 'go 1.20\n\nuse .\n' },
      'go.work says go 1.20, and the module in . asks for go 1.24; run `go work use`',
      '1',
    ],
    ['that go cannot read', { 'go.work': 'go 1.24\n\nusing .\n' }, 'unknown directive: using', '3'],
  ])('%s', async (_, files, text, line) => {
    const run = await start({ cwd: await project(files), env: { GOTOOLCHAIN: 'local' } })
    expectOneError(run, text)
    expect(placeOf(run)).toEqual({ file: 'go.work', line })
  })

  test.each<[name: string, work: string, text: string, line: string]>([
    [
      'a folder that is missing',
      'go 1.24\n\nuse ./app\nuse ./gone\n',
      'go.work lists ./gone, where there is no go.mod; take it out with `go work edit -dropuse=./gone`',
      '4',
    ],
    [
      'an older go than a module',
      'go 1.20\n\nuse (\n\t./app\n\t./lib\n)\n',
      'go.work says go 1.20, and the module in ./app asks for go 1.24',
      '1',
    ],
  ])('above the module, with %s', async (_, work, text, line) => {
    const files = { 'go.work': work, 'app/go.mod': MODULE['go.mod'], 'app/main.go': MAIN }
    const lib = { 'lib/go.mod': 'module example.com/lib\n\ngo 1.20\n', 'lib/lib.go': 'package lib\n' }
    const cwd = await temporaryModule({ ...files, ...lib }, { git: {} })
    const run = await start({ cwd, inputs: { 'working-directory': 'app' }, env: { GOTOOLCHAIN: 'local' } })
    expectOneError(run, text)
    expect(placeOf(run)).toEqual({ file: 'go.work', line })
  })

  test('that GOWORK names, and not the nearest', async () => {
    const elsewhere = temporaryFolder('elsewhere')
    const cwd = await project({ 'go.work': 'go 1.24\n\nuse .\n' })
    writeFiles(elsewhere, { 'go.work': `go 1.24\n\nuse ${cwd}\n\nuse ./gone\n` })
    const run = await start({ cwd, env: { GOWORK: join(elsewhere, 'go.work') } })
    expectOneError(run, 'go.work lists ./gone, where there is no go.mod')
    expect(placeOf(run)).toEqual({})
  })

  test('whose sums are not committed, so that go writes them into the release', async () => {
    const cwd = await project({ 'go.mod': `${MODULE['go.mod']}\nrequire rsc.io/quote v1.5.2\n` })
    writeFiles(cwd, {
      'main.go': 'package main\n\nimport "rsc.io/quote"\n\nfunc main() { println(quote.Hello()) }\n',
      'other/go.mod': 'module example.com/other\n\ngo 1.24\n\nrequire golang.org/x/text v0.14.0\n',
      'other/other.go': 'package other\n\nimport _ "golang.org/x/text/language"\n',
    })
    await runChecked(['go', 'mod', 'tidy'], { cwd })
    await runChecked(['go', 'mod', 'tidy'], { cwd: join(cwd, 'other') })
    writeFiles(cwd, { 'go.work': 'go 1.24\n\nuse (\n\t.\n\t./other\n)\n' })
    await commitAll(cwd, ['v1.0.0'])
    const env = { GOFLAGS: '-buildvcs=true' }
    expectOneError(
      await start({ cwd, env }),
      'the work tree is not as it was committed under the tag v1.0.0 (go.work.sum)',
      'go writes go.work.sum where it is needed: commit it',
    )
    await commitAll(cwd, ['v1.0.1'])
    expect(await start({ cwd, env })).toMatchObject({ exitCode: 0 })
  })
})
