// describeInputs, readWorkflow, externalParameters and internalParameters: what a user, an event and a runner say in, parameters out.
import {
  describeInputs,
  externalParameters,
  internalParameters,
  readWorkflow,
} from '../../../src/provenance/parameters.js'
import { CONTRACT } from '../example-inputs.js'
import { optionsOf, planOf, targetOf } from '../plan/example-plan.js'

const describeGiven = (given: Readonly<Record<string, string>>) =>
  describeInputs(CONTRACT, (name) => given[name] ?? '')

describe('describeInputs', () => {
  test('keeps what was written as it was written, and the defaults of the others', () => {
    const { given, defaults } = describeGiven({ matrix: 'linux/*\n', sbom: 'none', cgo: '' })
    expect(given).toEqual({ matrix: 'linux/*\n', sbom: 'none' })
    const names = CONTRACT.filter((input) => input.default !== '' && !Object.hasOwn(given, input.name))
    expect(defaults).toEqual(Object.fromEntries(names.map((input) => [input.name, input.default])))
    expect(defaults).toMatchObject({ cgo: 'false', archive: 'auto' })
  })

  // A runner fills these in, a command line leaves them empty.
  test('tells the same whether defaults are handed over or not', () => {
    const filled = Object.fromEntries(CONTRACT.map((input) => [input.name, input.default]))
    expect(describeGiven({ ...filled, cgo: 'true' })).toEqual(describeGiven({ cgo: 'true' }))
  })

  test.each([
    ['secrets/release.key', 'path'],
    ['C:\\keys\\release.key', 'path'],
    ['env://CANARY_KEY', 'env'],
    ['awskms:///alias/canary', 'awskms'],
    [' throwaway ', 'throwaway'],
    ['-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\ncanary', 'path'],
  ])('of the key %j tells %s only', (key, kind) => {
    const described = describeGiven({ 'cosign-key': key, 'cosign-password': 'canary' })
    expect(described.given).toEqual({ 'cosign-key': kind })
    expect(JSON.stringify(described)).not.toMatch(/canary|password/i)
  })
})

const RUNNER = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'octo/tool',
  GITHUB_REF: 'refs/tags/v1.0.0',
  GITHUB_WORKFLOW_REF: 'octo/tool/.github/workflows/release.yml@refs/tags/v1.0.0',
}

test.each([
  ['refs/tags/v1.0.0', '.github/workflows/release.yml'],
  ['refs/heads/a@b', '.github/workflows/@c.yml'],
])('the workflow at %s in %s', (ref, path) => {
  const environment = { ...RUNNER, GITHUB_REF: ref, GITHUB_WORKFLOW_REF: `octo/tool/${path}@${ref}` }
  expect(readWorkflow(environment)).toEqual({ ref, repository: 'https://github.com/octo/tool', path })
})

test('no workflow outside of one', () => {
  expect(readWorkflow({ HOME: '/home/gopher' })).toBeUndefined()
})

test('the external parameters hold every row with what it sets, and Go settings that are set', () => {
  const inputs = describeGiven({ matrix: 'all' })
  const plan = planOf([
    'linux/amd64',
    optionsOf('linux/arm/6', {
      target: targetOf('linux/arm/6', { cgo: true, cc: 'arm-cc', env: { CGO_CFLAGS: '-O2' } }),
    }),
  ])
  const goSettings = { GOFLAGS: '', CC: 'gcc', AR: 'ar' }
  const parameters = externalParameters({ inputs, plan, workflow: readWorkflow(RUNNER), goSettings })
  expect(parameters).toEqual({
    workflow: {
      ref: 'refs/tags/v1.0.0',
      repository: 'https://github.com/octo/tool',
      path: '.github/workflows/release.yml',
    },
    inputs: { matrix: 'all' },
    targets: [
      { goos: 'linux', goarch: 'amd64' },
      { goos: 'linux', goarch: 'arm', goarm: '6', cgo: true, cc: 'arm-cc', env: { CGO_CFLAGS: '-O2' } },
    ],
    goSettings: { AR: 'ar', CC: 'gcc' },
  })
  expect(externalParameters({ inputs, plan, workflow: undefined, goSettings })).not.toHaveProperty('workflow')
})

describe('internalParameters', () => {
  const release = { name: 'tool', version: 'v1.0.0', date: '2026-01-02T03:04:05Z' }
  const facts = {
    inputs: { given: {}, defaults: { cgo: 'false' } },
    release,
    machine: { os: 'linux', arch: 'amd64' },
  }

  test('of a runner of GitHub: its image too', () => {
    const environment = {
      ...{ RUNNER_OS: 'Linux', RUNNER_ARCH: 'X64', RUNNER_ENVIRONMENT: 'github-hosted' },
      ...{ ImageOS: 'ubuntu24', ImageVersion: '20260101.1' },
      ...{ GITHUB_EVENT_NAME: 'push', GITHUB_REPOSITORY_ID: '123', GITHUB_TOKEN: 'canary' },
    }
    expect(internalParameters(facts, environment)).toEqual({
      defaults: { cgo: 'false' },
      release,
      runner: {
        ...{ os: 'Linux', arch: 'X64', environment: 'github-hosted' },
        ...{ imageOS: 'ubuntu24', imageVersion: '20260101.1' },
      },
      github: { eventName: 'push', repositoryId: '123' },
    })
  })

  test('of a laptop: what Go says it is', () => {
    expect(internalParameters(facts, undefined)).toEqual({
      defaults: { cgo: 'false' },
      release,
      runner: { os: 'linux', arch: 'amd64', environment: 'local' },
    })
  })
})
