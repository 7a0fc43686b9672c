// Hostile texts through every input, row, tag and package name: an error that this action explains, or data in its own place.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { jest } from '@jest/globals'
import { buildCommands, buildEnvironment } from '../../src/build/command.js'
import { ActionError } from '../../src/errors.js'
import { refuseGoflags } from '../../src/flags.js'
import { createGithubHost } from '../../src/host/github.js'
import type { Finished, Host, Log, Processes } from '../../src/host/host.js'
import { createLocalHost } from '../../src/host/local.js'
import { plannedFiles, type Plan } from '../../src/plan/index.js'
import { planTargets } from '../../src/planning.js'
import { splitQuoted } from '../../src/quoted.js'
import { formatMarkdown, formatText } from '../../src/report/index.js'
import { readRepository } from '../../src/source/git.js'
import { defaultName } from '../../src/source/index.js'
import { chooseVersion } from '../../src/source/version.js'
import { temporaryFolder } from '../support/temporary.js'
import { createInputs } from './example-inputs.js'
import { PLATFORMS } from './plan/target-platforms.js'
import { createReport, targetReport } from './report/example-report.js'

const PAYLOADS: readonly string[] = [
  // flags, and what could end the word that they would have to begin
  '-toolexec=/evil',
  '--toolexec /evil',
  'v1 -extld=/evil',
  "v1' -extld=/evil '",
  'v1" -extld=/evil "',
  'v1\t-extld=/evil',
  'v1\n-extld=/evil',
  'v1\r-extld=/evil',
  'v1\u00a0"b -extld=/evil "',
  'v1 -X main.other=evil',
  '-o=/etc/passwd',
  '-o',
  '--',
  '-',
  '@/etc/passwd',
  'all=-extld=/evil',
  '-ldflags=-s',
  '-C=/',
  // paths
  '../../evil',
  '..',
  '.',
  './..',
  '/etc/passwd',
  'a/../../../evil',
  '..\\..\\evil',
  'C:\\evil',
  '\\\\server\\share',
  'a/./b/..',
  '~/.ssh/id_rsa',
  'nul',
  'CON.zip',
  '.git/config',
  'file:///etc/passwd',
  // what a shell would obey
  '$(touch /tmp/evil)',
  '`touch /tmp/evil`',
  'a;b',
  'a|b',
  'a&&b',
  '*',
  '%PATH%',
  // what the runner would obey
  '::set-output name=a::b',
  '::add-mask::x',
  'v1\n::error::x',
  'v1\r::error::x',
  'v1%0A::error::x',
  '##[error]x',
  'v1 ##[add-path]/evil',
  // what a terminal or a reader would obey
  '\u001b[2J\u001b]0;evil\u0007',
  '\u009b31m',
  'v1\u202e1v',
  'v1\u2066\u200b\ufeff',
  'v1\u2028::error::x',
  'v1\b\b\bv2',
  'v\u0661',
  '\u{e0041}',
  // what a page would obey
  '<img src=https://evil.example>',
  '[a](https://evil.example)',
  '![a](https://evil.example)',
  '@everyone | a | b |',
  // what other parsers would obey
  'v1\0',
  '{version}',
  '{{.Env.TOKEN}}',
  '${{ secrets.TOKEN }}',
  '__proto__',
  'constructor',
  '{"goos":"linux"}',
  '&a [*a]',
  '!!js/function x',
  '',
  'a'.repeat(5000),
  '../'.repeat(2000),
]

interface Attack {
  readonly inputs?: Readonly<Record<string, string>>
  readonly row?: Readonly<Record<string, unknown>>
  readonly runTag?: string
  readonly described?: string
  readonly tags?: readonly string[]
  readonly modulePath?: string
  readonly importPath?: string
  readonly gitLog?: string
  readonly goflags?: string
}

/** Every way that a text comes in by. */
const WAYS: readonly (readonly [way: string, attack: (text: string) => Attack])[] = [
  ...(
    [
      ...['name', 'version', 'packages', 'ldflags', 'tags', 'buildmode', 'linkage', 'archive', 'sbom'],
      ...[
        'archive-name',
        'artifact-name',
        'archive-files',
        'matrix',
        'trimpath',
        'parallel',
        'tools-base-url',
        'pass-env',
        'mode',
        'sign',
        'cosign-key',
        'files',
        'platform',
      ],
    ] as const
  ).map((name) => [`input ${name}`, (text: string) => ({ inputs: { [name]: text } })] as const),
  ['input ldflags, in -X', (text) => ({ inputs: { ldflags: `-s -X main.v=${text} -w` } })],
  ['an item of the matrix', (text) => ({ inputs: { matrix: `linux/arm64, ${text}` } })],
  ...['goos', 'goarch', 'goamd64', 'ldflags', 'tags', 'buildmode', 'cc', 'cxx', 'linkage', 'packages'].map(
    (key) => [`${key} of a row`, (text: string) => ({ row: { [key]: text } })] as const,
  ),
  ['a key of a row', (text) => ({ row: { [text]: 'x' } })],
  ['a variable of a row', (text) => ({ row: { env: { [text]: 'x' } } })],
  ['a value of a variable', (text) => ({ row: { env: { CGO_CFLAGS: text } } })],
  ['the tag of the run', (text) => ({ runTag: text })],
  ['a tag at HEAD', (text) => ({ tags: [text] })],
  ['git describe', (text) => ({ described: text })],
  ['git log', (text) => ({ gitLog: text })],
  ['git log, behind a commit', (text) => ({ gitLog: `${'a'.repeat(40)} ${text}` })],
  ['the module path', (text) => ({ modulePath: `example.com/${text}` })],
  ['a package', (text) => ({ importPath: `example.com/cmd/${text}` })],
  ['GOFLAGS', (text) => ({ goflags: text })],
  ['GOFLAGS, in -ldflags', (text) => ({ goflags: `'-ldflags=-s ${text}'` })],
]

const VARIABLES = [
  ...[
    'PATH',
    'Path',
    'GOFLAGS',
    'GOROOT',
    'GOPATH',
    'GOENV',
    'GOTOOLCHAIN',
    'GOCACHEPROG',
    'GOAUTH',
    'GOPROXY',
  ],
  ...[
    'GOSUMDB',
    'GONOSUMDB',
    'GOINSECURE',
    'GOTOOLDIR',
    'GOWORK',
    'GO111MODULE',
    'GOGCCFLAGS',
    'GOVCS',
    'GODEBUG',
  ],
  ...['LD_PRELOAD', 'LD_LIBRARY_PATH', 'DYLD_INSERT_LIBRARIES', 'NODE_OPTIONS', 'BASH_ENV', 'ENV', 'HOME'],
  ...[
    'GIT_SSH_COMMAND',
    'GIT_CONFIG_COUNT',
    'GIT_EXTERNAL_DIFF',
    'GIT_DIR',
    'PKG_CONFIG',
    'AR',
    'CC',
    'CXX',
    'FC',
  ],
  ...['GCCGO', 'COMPILER_PATH', 'GCC_EXEC_PREFIX', 'C_INCLUDE_PATH', 'LIBRARY_PATH', 'TMPDIR', 'GITHUB_ENV'],
  ...[
    'GITHUB_OUTPUT',
    'ACTIONS_RUNTIME_TOKEN',
    'COSIGN_PASSWORD',
    'INPUT_SIGN',
    'GOOS',
    'GOARM',
    'CGO_ENABLED',
  ],
]

const ATTACKS: readonly (readonly [name: string, attack: Attack])[] = [
  ...WAYS.flatMap(([way, attack]) =>
    PAYLOADS.map((text) => [`${way}: ${JSON.stringify(text.slice(0, 60))}`, attack(text)] as const),
  ),
  ...VARIABLES.map(
    (name) => [`the variable ${name} in a row`, { row: { env: { [name]: '/evil' } } }] as const,
  ),
]

const COMMIT = 'a'.repeat(40)
const OUTPUT = path.resolve('/output')
const BUILT = path.resolve('/built')
const folder = temporaryFolder('hostile')
mkdirSync(path.join(folder, '.git'))

interface Started {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Git and Go as far as a plan asks them, with hostile answers. */
function fakeProcesses(attack: Attack, started: Started[]): Processes {
  const answer = (program: string, verb: string): string => {
    if (program === 'git') return verb === 'log' ? (attack.gitLog ?? `${COMMIT} 1700000000`) : 'false'
    if (verb === 'tool') return JSON.stringify(PLATFORMS)
    const ImportPath = attack.importPath ?? 'example.com/cmd/hello'
    return JSON.stringify({ ImportPath, Name: 'main', GoFiles: ['main.go'] })
  }
  const run = (command: readonly string[], options: { env?: Started['env'] } = {}): Promise<Finished> => {
    const [program = '', verb = ''] = command
    started.push({ command, env: options.env ?? {} })
    const ended = { exitCode: 0, signal: undefined, stderr: '', seconds: 0 }
    return Promise.resolve({ command, ...ended, stdout: answer(program, verb) })
  }
  return { run, runChecked: run, find: () => Promise.resolve('/bin/git'), stopAll: () => Promise.resolve() }
}

/** The real way from texts to a plan, with everything that it told and started. */
async function planOf(attack: Attack): Promise<{ plan: Plan; started: Started[]; told: string[] }> {
  const started: Started[] = []
  const told: string[] = []
  const tell = (line: string) => void told.push(line)
  const log: Log = { info: tell, notice: tell, warning: tell, error: tell, group: (_, work) => work() }
  const processes = fakeProcesses(attack, started)
  const local = createLocalHost({ XDG_CACHE_HOME: folder })
  const host: Host = { ...local, processes, log, machine: { ...local.machine, cores: 2, memory: 8e9 } }
  const row = { goos: 'linux', goarch: 'amd64', ...attack.row }
  const matrix = attack.row === undefined ? 'linux/amd64' : JSON.stringify([row])
  const inputs = createInputs({ matrix, ldflags: '-s -X main.v={version} -w', ...attack.inputs })

  refuseGoflags(attack.goflags ?? '')
  const repository = await readRepository(processes, folder, folder, {})
  const version = chooseVersion({
    given: inputs.version,
    runTag: attack.runTag,
    tags: attack.tags ?? [],
    described: attack.described,
    commit: repository.commit,
    prefix: '',
  })
  const modulePath = attack.modulePath ?? 'example.com/hello'
  const plan = await planTargets(host, inputs, {
    folder,
    modulePath,
    toolchain: {
      ...{ version: 'go1.26.0', hostOs: 'linux', hostArch: 'amd64', gomod: path.join(folder, 'go.mod') },
      ...{ gowork: '', goflags: '', gosumdb: '', gomodcache: '', compileVariables: {} },
    },
    repository,
    tag: attack.runTag,
    name: inputs.name ?? defaultName(modulePath),
    version,
    lacksTags: false,
    time: repository.commitTime,
    date: '2026-01-02T03:04:05Z',
    environment: {},
  })
  return { plan, started, told }
}

/** Of `go list` and `go build`: whatever stands before the packages. */
const FLAGS = [
  /^-(find|e|json=ImportPath,Name,Dir,GoFiles,CgoFiles,Error)$/,
  /^-(trimpath=(true|false)|buildvcs=(auto|true|false)|p=4|mod=readonly)$/,
  /^-tags=[\p{L}\p{N}_.,]*$/u,
  /^-buildmode=(exe|pie|c-archive|c-shared)$/,
  /^-ldflags=/,
]
const ALLOWED_VARIABLE =
  /^(GO(OS|ARCH|AMD64|ARM|ARM64|386|MIPS|MIPS64|PPC64|RISCV64|WASM)|CGO_[A-Z0-9_]+|PKG_CONFIG_[A-Z0-9_]+|GOEXPERIMENT|GOFIPS140|SDKROOT|MACOSX_DEPLOYMENT_TARGET|CC|CXX)$/
/** Go's linker has no use for any of these in a release. */
const LINKER_EVIL = /^--?(extld|extar|o|L|importcfg|tmpdir|toolexec|buildmode)(=|$)|^@|^--?$/

function expectFlags(command: readonly string[]): void {
  const end = command.indexOf('--')
  expect(end).toBeGreaterThan(1)
  const before = command.slice(2, end)
  const output = before.indexOf('-o')
  const flags = output === -1 ? before : before.toSpliced(output, 2)
  expect(flags.filter((flag) => !FLAGS.some((pattern) => pattern.test(flag)))).toEqual([])
  // Each once: a second one would win.
  const names = flags.map((flag) => flag.replace(/=.*/s, ''))
  expect(new Set(names).size).toBe(names.length)
}

function expectData({ plan, started }: { plan: Plan; started: readonly Started[] }): void {
  for (const { command, env } of started) {
    expect(command.filter((argument) => argument.includes('\0'))).toEqual([])
    if (command[0] === 'go' && command[1] === 'list') expectFlags(command)
    expect(Object.keys(env).filter((name) => !ALLOWED_VARIABLE.test(name))).toEqual([])
  }
  for (const target of plan.targets) {
    const commands = buildCommands(target, { trimpath: true, buildvcs: 'auto', mod: 'readonly' }, 4, BUILT)
    for (const command of commands) {
      expectFlags(command)
      const written = command[command.indexOf('-o') + 1] ?? ''
      expect(path.dirname(written)).toBe(BUILT)
      const packages = target.programs.map(({ importPath }) => importPath)
      expect(packages).toEqual(expect.arrayContaining(command.slice(command.indexOf('--') + 1)))
    }
    expect(splitQuoted(target.ldflags).filter((word) => LINKER_EVIL.test(word))).toEqual([])
    const environment = buildEnvironment(target.target, target.cgo)
    expect(Object.keys(environment).filter((name) => !ALLOWED_VARIABLE.test(name))).toEqual([])
    expect(Object.values(environment).filter((value) => value.includes('\0'))).toEqual([])
  }
  const programs = plan.targets.flatMap((target) => target.programs.map(({ file }) => file))
  const artifacts = [...plan.targets.map(({ artifact }) => artifact), plan.releaseArtifact]
  for (const name of [...plannedFiles(plan), ...artifacts, ...programs]) {
    expect(name).toMatch(/^\w[\w.~+-]*$/)
    expect(path.dirname(path.resolve(OUTPUT, name))).toBe(OUTPUT)
  }
}

/** What `act` writes to standard output. */
function printed(act: () => void): string {
  const chunks: string[] = []
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    chunks.push(String(chunk))
    return true
  })
  try {
    act()
  } finally {
    write.mockRestore()
  }
  return chunks.join('')
}

const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
/** Source: ActionCommand.TryParseV2 and TryParse in actions/runner. */
const isCommand = (line: string) => /^\s*::/.test(line) || line.includes('##[')

const runner = createGithubHost({ RUNNER_TEMP: folder, GITHUB_WORKSPACE: folder })
const laptop = createLocalHost({ XDG_CACHE_HOME: folder })

function expectHarmlessWhenTold(text: string): void {
  const lines = printed(() => {
    runner.log.info(text)
    laptop.log.info(text)
  })
  expect(lines).not.toMatch(UNSEEN)
  const [onRunner = ''] = lines.split('\n', 1)
  expect(isCommand(onRunner)).toBe(false)
  expect(
    printed(() => {
      runner.log.info(text)
    })
      .split('\n')
      .filter(isCommand),
  ).toEqual([])
  const annotation = printed(() => {
    runner.log.error(text)
  })
  expect(annotation).toMatch(/^::error::[^\n]*\n$/)
  expect(annotation).not.toMatch(UNSEEN)
}

/** In a list and in a cell: one line each, in which nothing is markup. */
function expectHarmlessInSummary(text: string): void {
  const lines = (error: string, name: string) =>
    formatMarkdown(
      createReport({ status: 'failed', error, targets: [{ ...targetReport('linux/amd64'), target: name }] }),
    ).split('\n')
  const harmless = lines('x', 'x')
  const hostile = lines(text, text)
  expect(hostile).toHaveLength(harmless.length)
  for (const [index, line] of hostile.entries()) {
    const markup = (each: string) => each.replaceAll(/[^<>[\]`|@]|&#\d+;/g, '')
    expect(markup(line)).toBe(markup(harmless[index] ?? ''))
    expect(line).not.toMatch(/:\/\//)
    expect(line).not.toMatch(UNSEEN)
  }
  const asText = (name: string) =>
    formatText(createReport({ targets: [{ ...targetReport('linux/amd64'), target: name }] })).split('\n')
  expect(asText(text)).toHaveLength(asText('x').length)
}

describe(`${ATTACKS.length} hostile inputs`, () => {
  const outcomes = { refused: 0, data: 0 }

  test.each(ATTACKS)('%s', async (_, attack) => {
    const planned = await planOf(attack).catch((error: unknown) => {
      if (!(error instanceof ActionError)) throw error
      return error
    })
    if (planned instanceof ActionError) {
      outcomes.refused++
      expectHarmlessWhenTold(planned.message)
      expectHarmlessInSummary(planned.message)
      return
    }
    outcomes.data++
    expectData(planned)
    for (const line of planned.told) expectHarmlessWhenTold(line)
  })

  test('are at least 200, of which some are refused and some are data', () => {
    expect(ATTACKS.length).toBeGreaterThanOrEqual(200)
    expect(outcomes.refused).toBeGreaterThan(200)
    expect(outcomes.data).toBeGreaterThan(0)
  })
})

describe('placeholders', () => {
  test.each(PAYLOADS)('a version of %j adds no word to the flags', async (text) => {
    const planned = await planOf({ inputs: { version: text } }).catch((error: unknown) => {
      if (!(error instanceof ActionError)) throw error
      return undefined
    })
    if (planned === undefined) return
    const version = text === '' ? `v0.0.0-${COMMIT.slice(0, 12)}` : text
    expect(planned.plan.targets.map(({ ldflags }) => splitQuoted(ldflags))).toEqual([
      ['-s', '-X', `main.v=${version}`, '-w'],
    ])
  })

  test('a value that does not come from a checked version is checked all the same', async () => {
    await expect(
      planOf({ inputs: { ldflags: '-X main.c={commit}' }, gitLog: `${COMMIT} 1` }),
    ).resolves.toBeDefined()
    await expect(planOf({ gitLog: `${'a'.repeat(39)}' 1` })).rejects.toThrow(
      /^input buildvcs: git log says .*, and not its commit and time; mend its configuration/,
    )
  })
})

test.each(PAYLOADS)('printed and summed up as it is: %j', (text) => {
  expectHarmlessWhenTold(text)
  expectHarmlessInSummary(text)
})
