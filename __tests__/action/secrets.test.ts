// Every secret that a job may have, each with a text of its own, and all places that it must not come to.

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { runAction, type ActionRun } from '../support/action-runner.js'
import { isPack, readEntriesOf, readPackOf } from '../support/cache-packs.js'
import { createKeyPair } from '../support/key-pair.js'
import { filesBelow } from '../support/marked-run.js'
import { temporaryModule } from '../support/modules.js'
import { cleanEnvironment, runChecked } from '../support/processes.js'
import { recordPrograms, type Recorded, type Recorder } from '../support/recording-programs.js'
import { unpackArchive } from '../support/release-files.js'
import { startResultsService, type ResultsService } from '../support/results-service.js'
import { temporaryFolder } from '../support/temporary.js'
import { requireTool, toolsFolder } from '../support/test-tools.js'

const withTools = process.platform === 'linux' ? requireTool('node24', 'syft', 'cosign') : test.skip

const canary = () => `canary-${randomBytes(12).toString('hex')}`

/** Secrets by the variable that holds them. */
type Secrets = Readonly<Record<string, string>>

const PROGRAMS = ['go', 'git', 'syft', 'cosign']

async function startRecorder(): Promise<Recorder> {
  const searched = [toolsFolder, cleanEnvironment()['PATH']].join(delimiter)
  const real = await Promise.all(
    PROGRAMS.map(async (name) => {
      const found = await runChecked(['which', name], { env: { PATH: searched } })
      return [name, found.trim()] as const
    }),
  )
  return recordPrograms(Object.fromEntries(real))
}

/** Its generator prints all that it was given, and puts it into a program. */
const MODULE = {
  'go.mod': 'module example.com/project\n\ngo 1.24\n',
  'main.go':
    'package main\n\nimport _ "embed"\n\n//go:generate sh -c "env | tee environment.txt"\n\n//go:embed environment.txt\nvar environment string\n\nfunc main() { println(environment) }\n',
  'cmd/tool/main.go': 'package main\n\nfunc main() {}\n',
  '.gitignore': 'environment.txt\n',
}

interface Watched {
  readonly run: ActionRun
  readonly recorded: readonly Recorded[]
  readonly service: ResultsService
  readonly folder: string
}

const services: ResultsService[] = []
afterAll(() => Promise.all(services.map((service) => service.stop())))

async function watch(
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<Watched> {
  const folder = await temporaryModule(MODULE, { git: { tags: ['v1.0.0'] } })
  const recorder = await startRecorder()
  const service = await startResultsService()
  services.push(service)
  const run = await runAction({
    cwd: folder,
    inputs: { matrix: 'linux/amd64', generate: 'true', ...inputs },
    event: { payload: { repository: { private: true, default_branch: 'main' } } },
    env: {
      ...service.environment,
      PATH: [recorder.folder, cleanEnvironment()['PATH']].join(delimiter),
      ...env,
    },
  })
  if (run.exitCode !== 0) throw new Error(`${run.stdout}${run.stderr}`)
  return { run, recorded: recorder.recorded(), service, folder }
}

/** All that a run leaves, by where that is, for a search of its bytes. */
async function traces({ run, recorded, service, folder }: Watched): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>()
  const add = (place: string, content: string | Buffer) => found.set(place, Buffer.from(content))
  const isMask = (line: string) => line.startsWith('::add-mask::')
  add(
    'log',
    run.stdout
      .split('\n')
      .filter((line) => !isMask(line))
      .join('\n'),
  )
  add('stderr', run.stderr)
  add('summary', run.summary)
  add('outputs', JSON.stringify(run.outputs))
  add('arguments', recorded.map(({ argv }) => argv.join(' ')).join('\n'))
  const unpacked = temporaryFolder('unpacked')
  for (const file of [...filesBelow(run.temp), ...filesBelow(folder)]) {
    add(file, readFileSync(file))
    if (file.endsWith('.tar.gz')) await unpackArchive(file, unpacked)
  }
  for (const file of filesBelow(unpacked)) add(file, readFileSync(file))
  for (const artifact of service.artifacts()) {
    for (const [name, bytes] of Object.entries(await artifact.files()))
      add(`artifact ${artifact.name}: ${name}`, bytes)
  }
  for (const entry of service.cacheEntries()) {
    add(`cache ${entry.key}`, entry.key)
    const upload = await entry.read()
    if (!isPack(entry)) add(`cache: ${entry.key}`, await readPackOf(upload))
    else for (const { name, content } of await readEntriesOf(upload)) add(`cache: ${name}`, content)
  }
  return found
}

/** Of each secret the places where it is, and the programs that were given it. */
async function whereabouts(watched: Watched, secrets: Secrets) {
  const all = [...(await traces(watched))]
  return Object.fromEntries(
    Object.entries(secrets).map(([name, secret]) => [
      name,
      {
        places: all.filter(([, bytes]) => bytes.includes(secret)).map(([place]) => place),
        programs: programsWith(watched.recorded, secret),
      },
    ]),
  )
}

/** What those were started for that have a text in their environment, such as `cosign sign-blob`. */
function programsWith(recorded: readonly Recorded[], secret: string): string[] {
  const having = recorded.filter(({ environment }) =>
    Object.values(environment).some((value) => value.includes(secret)),
  )
  return [...new Set(having.map(({ program, argv: [command = ''] }) => `${program} ${command}`))].sort()
}

const isMasked = ({ run }: Watched, secret: string) =>
  run.stdout.split('\n').some((line) => line.startsWith('::add-mask::') && line.includes(secret))

withTools('key and password reach cosign where it signs, and no secret reaches anything else', async () => {
  const { privateKey, password } = await createKeyPair()
  const body = privateKey.split('\n')[2] ?? ''
  const withheld = {
    COSIGN_PASSWORD: canary(),
    GITHUB_TOKEN: canary(),
    GH_TOKEN: canary(),
    GITHUB_ENTERPRISE_TOKEN: canary(),
    SIGSTORE_ID_TOKEN: canary(),
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: canary(),
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:1/${canary()}`,
    ACTIONS_CACHE_URL: `http://127.0.0.1:1/${canary()}`,
    // As a runner hands over what a workflow gives under `with:`, though action.yml has no such input.
    INPUT_TOKEN: canary(),
    // Of other services, and of a KMS that no key of this run is in.
    REGISTRY_PASSWORD: canary(),
    DEPLOY_API_KEY: canary(),
    AWS_SECRET_ACCESS_KEY: canary(),
    GOOGLE_CREDENTIALS: canary(),
  }
  const watched = await watch(
    { sign: 'key', 'cosign-key': 'env://RELEASE_KEY', 'cosign-password': password },
    { ...withheld, RELEASE_KEY: privateKey },
  )
  const { recorded, service } = watched
  expect([...new Set(recorded.map(({ program }) => program))].sort()).toEqual([...PROGRAMS].sort())
  expect(service.artifacts().length).toBeGreaterThan(0)
  expect(service.cacheEntries().length).toBeGreaterThan(0)
  expect(watched.run.stdout).toContain('GITHUB_REPOSITORY=gopher/project')

  const nowhere = { places: [], programs: [] }
  const runtime = service.environment['ACTIONS_RUNTIME_TOKEN'] ?? ''
  expect(await whereabouts(watched, { ...withheld, ACTIONS_RUNTIME_TOKEN: runtime })).toEqual(
    Object.fromEntries([...Object.keys(withheld), 'ACTIONS_RUNTIME_TOKEN'].map((name) => [name, nowhere])),
  )
  const signing = { places: [], programs: ['cosign attest-blob', 'cosign public-key', 'cosign sign-blob'] }
  expect(await whereabouts(watched, { key: body, password })).toEqual({ key: signing, password: signing })
  for (const secret of [body, password]) expect(isMasked(watched, secret)).toBe(true)

  const inherited = recorded
    .filter(({ program }) => program !== 'cosign')
    .flatMap(({ environment }) => Object.keys(environment))
  expect(
    inherited.filter((name) =>
      /^(INPUT|ACTIONS|COSIGN|AWS|GOOGLE)_|_(TOKEN|PASSWORD|API_KEY)$|^RELEASE_KEY$/i.test(name),
    ),
  ).toEqual([])
})

withTools('a key in a file reaches nothing by its contents, and is masked', async () => {
  const { privateKey, privateKeyFile, password } = await createKeyPair()
  const body = privateKey.split('\n')[2] ?? ''
  const watched = await watch(
    { sign: 'key', 'cosign-key': privateKeyFile, upload: 'false', cache: 'off' },
    { COSIGN_PASSWORD: password },
  )
  expect(await whereabouts(watched, { key: body })).toEqual({ key: { places: [], programs: [] } })
  expect(isMasked(watched, body)).toBe(true)
  expect(isMasked(watched, password)).toBe(true)
})

withTools('what pass-env names reaches go and git, and neither syft nor cosign', async () => {
  const secrets = { GITHUB_TOKEN: canary(), MODULES_PASSWORD: canary() }
  const watched = await watch(
    {
      sign: 'key',
      'cosign-key': 'throwaway',
      'pass-env': 'GITHUB_TOKEN MODULES_PASSWORD',
      generate: 'false',
      packages: './cmd/tool',
      upload: 'false',
      cache: 'off',
    },
    secrets,
  )
  for (const [name, secret] of Object.entries(secrets)) {
    const { places, programs } = (await whereabouts(watched, { [name]: secret }))[name] ?? {}
    expect(places).toEqual([])
    expect(programs).toEqual(expect.arrayContaining(['git log', 'go build', 'go mod']))
    expect(programs?.filter((program) => !/^(go|git) /.test(program))).toEqual([])
    expect(isMasked(watched, secret)).toBe(true)
  }
})
