// Every workflow that README and examples show, run whole under act: what is released is there, and what is refused is red.

import { readFileSync } from 'node:fs'
import { runAct, type ActRun } from '../support/act.js'
import { startGithubApi, type GithubApi } from '../support/github-api.js'
import { git, temporaryModule, writeFiles } from '../support/modules.js'
import { startResultsService, type ResultsService } from '../support/results-service.js'
import { FAKE_SETUP_GO, selfWorkflow, setupGoReference } from '../support/self-workflow.js'
import { temporaryFolder } from '../support/temporary.js'
import { requireTool } from '../support/test-tools.js'

const withTools = requireTool('act', 'node24', 'syft', 'cosign', 'azurite')

const FILES = {
  'go.mod': 'module example.com/project\n\ngo 1.24\n',
  'main.go': 'package main\n\nvar version string\n\nfunc main() { println(version) }\n',
  LICENSE: 'Free.\n',
}

let service: ResultsService
let api: GithubApi
let repository: string
let setupGo: string
let uploadSarif: string
beforeAll(async () => {
  setupGo = temporaryFolder('setup-go')
  writeFiles(setupGo, { 'action.yml': FAKE_SETUP_GO })
  uploadSarif = temporaryFolder('upload-sarif')
  writeFiles(uploadSarif, { 'upload-sarif/action.yml': FAKE_UPLOAD_SARIF })
  repository = await temporaryModule(FILES, { git: { tags: ['v1.0.0'] } })
})
beforeEach(async () => {
  service = await startResultsService({ blobs: 'azurite' })
  api = await startGithubApi({ tags: ['v1.0.0'] })
})
afterEach(() => Promise.all([service.stop(), api.stop()]))

/** The workflow as somebody pastes it, run for the tag where none else is named. */
function start(workflow: string, options: Partial<Parameters<typeof runAct>[0]> = {}): Promise<ActRun> {
  return runAct({
    repository,
    workflow: workflow.replaceAll('uses: go-cross-release/go-cross-release@v0', 'uses: ./'),
    actions: { [setupGoReference()]: setupGo, [uploadSarifReference()]: uploadSarif },
    env: { ...service.environment, GITHUB_API_URL: api.url, GITHUB_REPOSITORY: api.repository },
    token: api.tokens.write,
    onReady: async (checkout) => {
      api.commit = await git(checkout, 'rev-parse', 'HEAD')
    },
    ...options,
  })
}

function succeeded(ran: ActRun): ActRun {
  if (ran.exitCode !== 0) throw new Error(ran.log)
  return ran
}

/** A fake of github/codeql-action/upload-sarif, which cannot be fetched here: it prints what it would upload. */
const FAKE_UPLOAD_SARIF = `name: fake upload-sarif
description: Prints the file.
inputs:
  sarif_file: { description: The file. }
runs:
  using: composite
  steps: [{ run: 'cat "\${{ inputs.sarif_file }}"', shell: bash }]
`

const uploadSarifReference = (): string => {
  const [, name, version] = /uses: (github\/codeql-action)\/upload-sarif(@\S+)/.exec(example('inspect')) ?? []
  return `${name ?? ''}${version ?? ''}`
}

/** Two targets instead of all, and no signature: act gives no id-token. */
const SMALL = "matrix: 'linux/amd64,windows/arm64'"
const example = (name: string): string => readFileSync(`examples/workflows/${name}.yml`, 'utf8')
const artifacts = () => service.artifacts().map(({ name }) => name)

function expectReleased(): void {
  expect(artifacts()).toEqual(
    expect.arrayContaining(['project_v1.0.0_linux_amd64', 'project_v1.0.0_windows_arm64']),
  )
  expect(api.releases).toMatchObject([{ tag_name: 'v1.0.0', draft: false }])
  const names = api.releases.flatMap(({ assets }) => assets.map(({ name }) => name))
  expect(names.sort()).toEqual([
    'SHA256SUMS',
    'manifest.json',
    'project_v1.0.0_linux_amd64.spdx.json',
    'project_v1.0.0_linux_amd64.tar.gz',
    'project_v1.0.0_windows_arm64.spdx.json',
    'project_v1.0.0_windows_arm64.zip',
  ])
}

withTools('the README calls the reusable workflow', async () => {
  const readme = readFileSync('README.md', 'utf8')
  const fenced = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml)
  const [found = ''] = fenced.filter((yaml) => yaml.includes('go-release.yml@v0'))
  const pasted = found
    .replace(/uses: .*@v0/, 'uses: ./.github/workflows/go-release.yml')
    .replace('publish\n', `publish\n      ${SMALL}\n      shards: '2'\n`)
  succeeded(await start(pasted, { files: selfWorkflow() }))
  expectReleased()
})

withTools('jobs.yml plans, builds and merges', async () => {
  // act finds this action in the checkout, which the job that merges does not have on GitHub.
  const merging =
    '    steps:\n      - uses: go-cross-release/go-cross-release@v0\n        with:\n          mode: merge'
  const pasted = example('jobs')
    .replaceAll('matrix: all', SMALL)
    .replace(merging, merging.replace('steps:\n', 'steps:\n      - uses: actions/checkout@v6\n'))
  succeeded(await start(pasted))
  expectReleased()
})

withTools('release.yml releases in one job', async () => {
  succeeded(
    await start(
      example('release').replace('with:\n          ldflags', `with:\n          ${SMALL}\n          ldflags`),
    ),
  )
  expectReleased()
})

withTools('matrix.yml builds each row in a job of its own', async () => {
  succeeded(await start(example('matrix').replace('branches: [main]', 'tags: [v*]')))
  expect(
    artifacts()
      .filter((name) => !name.includes('_release_'))
      .sort(),
  ).toEqual(['project_v1.0.0_linux_amd64', 'project_v1.0.0_linux_arm64', 'project_v1.0.0_windows_amd64'])
})

withTools('pull-request.yml is green for static programs, and red where one is dynamic', async () => {
  const workflow = example('pull-request').replace('linkage: static', 'linkage: static, matrix: linux/amd64')
  const options = { event: 'pull_request', payload: { repository: { private: false } } }
  succeeded(await start(workflow, options))
  const files = {
    'main.go': 'package main\n\nimport "os/user"\n\nfunc main() { println(user.Current()) }\n',
  }
  const red = await start(workflow.replace('static,', 'static, cgo: true,'), { ...options, files })
  expect(red.exitCode).not.toBe(0)
  const { annotations } = red.jobs['linkage']?.steps['2'] ?? { annotations: [] }
  expect(annotations.map(({ message }) => message).join('\n')).toContain('libc.so.6')
  expect(artifacts()).toEqual([])
})

withTools(
  'inspect.yml is green for static programs, and red where one is dynamic, with results to show',
  async () => {
    const options = { event: 'pull_request', payload: { repository: { private: false } } }
    // dist/ is this action's here.
    const workflow = example('inspect').replaceAll('dist/', 'built/')
    const green = succeeded(await start(workflow, options))
    expect(green.log).toContain('"results": []')
    const files = {
      'main.go': 'package main\n\nimport "os/user"\n\nfunc main() { println(user.Current()) }\n',
    }
    const red = await start(workflow, { ...options, files })
    expect(red.exitCode).not.toBe(0)
    expect(red.log).toContain('"ruleId": "linkage"')
  },
)
