// The reusable workflow: its inputs are the action's, plan and build get the same ones, and only a job that runs nothing else can sign.

import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { verifyHint, type Signer } from '../../../src/sign/command.js'
import { CONTRACT } from '../example-inputs.js'

interface Job {
  readonly permissions: Readonly<Record<string, string>>
  readonly steps: readonly { readonly uses: string; readonly with?: Readonly<Record<string, unknown>> }[]
}
const { on, jobs } = parse(readFileSync('.github/workflows/go-release.yml', 'utf8')) as {
  readonly on: { readonly workflow_call: { readonly inputs: Readonly<Record<string, unknown>> } }
  readonly jobs: Readonly<Record<'plan' | 'build' | 'release', Job>>
}
const inputs = Object.keys(on.workflow_call.inputs)
const known = CONTRACT.map(({ name }) => name)

const givenTo = (job: keyof typeof jobs): Readonly<Record<string, unknown>> =>
  jobs[job].steps.find(({ uses }) => uses === '$/self')?.with ?? {}
const ownOf = (job: keyof typeof jobs) => Object.keys(givenTo(job)).filter((name) => !inputs.includes(name))

test('every input is one of the action, or for setup-go', () => {
  expect(inputs.filter((name) => !known.includes(name))).toEqual(['go-version'])
})

test('every input is handed on under its own name', () => {
  const handed = Object.entries({ ...givenTo('plan'), ...givenTo('build'), ...givenTo('release') })
  for (const [name, value] of handed.filter(([name]) => inputs.includes(name)))
    expect(String(value)).toContain(`inputs.${name}`)
  expect([...handed.map(([name]) => name), 'go-version']).toEqual(expect.arrayContaining(inputs))
})

test('plan and build get the same, but for what each has of its own', () => {
  expect([ownOf('plan'), ownOf('build'), ownOf('release')]).toEqual([
    ['mode'],
    ['mode', 'shard', 'plan-digest'],
    ['mode', 'plan-digest'],
  ])
  const shared = (job: 'plan' | 'build') =>
    Object.keys(givenTo(job)).filter((name) => !['shards', 'runner', 'sign', ...ownOf(job)].includes(name))
  expect(shared('build')).toEqual(shared('plan'))
})

test('what no job can have is left out of it, and nothing else', () => {
  const left = known.filter((name) => !inputs.includes(name))
  expect(left).toEqual([
    // Environments and files of a job.
    ...[
      'pass-env',
      'dry-run',
      'cosign-key',
      'cosign-password',
      'sigstore-signing-config',
      'sigstore-trusted-root',
    ],
    ...['upload', 'cache-save', 'parallel', 'output-directory', 'tools-base-url'],
    ...['mode', 'shard', 'plan-digest'],
    // Every caller would have to give a permission for it.
    'comment',
    ...['github-token', 'files', 'platform', 'sarif'],
  ])
})

test('only the last job can sign and release, and it runs nothing but this action', () => {
  expect(jobs.plan.permissions).toEqual({ contents: 'read' })
  expect(jobs.build.permissions).toEqual({ contents: 'read' })
  expect(jobs.release.permissions).toEqual({ contents: 'write', 'id-token': 'write' })
  expect(jobs.release.steps.map(({ uses }) => uses)).toEqual(['$/self'])
})

test('what README and docs show calls it by its name', () => {
  for (const page of ['README.md', 'docs/jobs.md'])
    expect(readFileSync(page, 'utf8')).toContain('go-cross-release/.github/workflows/go-release.yml@v0')
})

test('self/action.yml is action.yml for a folder below', () => {
  const [own, action] = ['self/action.yml', 'action.yml'].map(
    (file) => parse(readFileSync(file, 'utf8')) as { readonly runs: object },
  )
  expect(own).toEqual({ ...action, runs: { ...action?.runs, main: '../dist/index.js' } })
})

test('the README verifies a file by this workflow, and by the repository and the ref of the caller', () => {
  const readme = readFileSync('README.md', 'utf8')
  const [command = ''] = /cosign verify-blob[^`]*/.exec(readme) ?? []
  const signer: Signer = {
    mode: 'keyless',
    identity: 'IDENTITY',
    issuer: 'ISSUER',
    repository: 'YOU/YOUR-REPOSITORY',
    ref: 'refs/tags/v1.2.3',
  }
  const flags = (text: string) => (text.match(/--[a-z-]+/g) ?? []).toSorted()
  expect(flags(command)).toEqual(flags(verifyHint(signer)))
  expect(command).toContain('/.github/workflows/go-release.yml@refs/tags/v0')
})
