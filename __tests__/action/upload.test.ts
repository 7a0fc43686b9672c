// Uploading again: what another job uploaded is never replaced, what an earlier attempt of the same job uploaded is.

import { runAction } from '../support/action-runner.js'
import { temporaryModule } from '../support/modules.js'
import { startResultsService, type ResultsService } from '../support/results-service.js'
import { requireTool } from '../support/test-tools.js'

const withNode = requireTool('node24')
let service: ResultsService
let folder: string
const upload = (env: Record<string, string>) =>
  runAction({
    cwd: folder,
    inputs: { matrix: 'linux/amd64', sbom: 'off', cache: 'off', 'retention-days': '3' },
    env: { ...service.environment, ...env },
  })

beforeAll(async () => {
  service = await startResultsService()
  folder = await temporaryModule(
    { 'go.mod': 'module example.com/project\n', 'main.go': 'package main\n\nfunc main() {}\n' },
    { git: { tags: ['v1.0.0'] } },
  )
})
afterAll(() => service.stop())

withNode('a second job of the same name is refused, a second attempt replaces the first', async () => {
  const first = await upload({})
  expect(first.exitCode).toBe(0)
  expect(service.artifacts().map(({ name }) => name)).toEqual([
    'project_v1.0.0_linux_amd64',
    expect.stringMatching(/^project_v1\.0\.0_release_[0-9a-f]{8}$/),
  ])
  const [{ digest, createdAt, expiresAt } = { digest: '' }] = service.artifacts()
  expect(Math.round((Number(expiresAt) - Number(createdAt)) / 86_400_000)).toBe(3)
  const created = service.artifacts().map((artifact) => artifact.createdAt.getTime())
  const operations = () => service.requests.map(({ operation }) => operation)

  const other = await upload({})
  expect(other.exitCode).toBe(1)
  expect(other.annotations.map(({ message }) => message)).toContainEqual(
    expect.stringContaining('has uploaded an artifact project_v1.0.0_linux_amd64 already'),
  )
  expect(service.artifacts()[0]?.digest).toBe(digest)
  expect(operations()).not.toContain('DeleteArtifact')

  const again = await upload({ GITHUB_RUN_ATTEMPT: '2' })
  expect(again.exitCode).toBe(0)
  expect(operations().filter((name) => name === 'DeleteArtifact')).toHaveLength(2)
  expect(service.artifacts()).toHaveLength(2)
  for (const artifact of service.artifacts()) expect(created).not.toContain(artifact.createdAt.getTime())
  // Outputs that were known are set in spite of the failure.
  expect(other.outputs['checksums']).toMatch(/SHA256SUMS$/)
})

withNode('a plan without the artifact service is refused', async () => {
  const ended = await runAction({ cwd: folder, inputs: { mode: 'plan' } })
  expect(ended.exitCode).toBe(1)
  expect(ended.annotations.map(({ message }) => message)).toEqual([
    'mode: plan, build and merge hand their files on by the artifact service, which this job does not have; use mode: release',
  ])
})

withNode('on GitHub Enterprise Server the error says what to set', async () => {
  const ended = await upload({ GITHUB_SERVER_URL: 'https://git.example.com' })
  expect(ended.exitCode).toBe(1)
  expect(ended.annotations.map(({ message }) => message).join('\n')).toContain('upload: false')
})

withNode('a cache service in trouble costs a warning, not the run', async () => {
  service.failNext('GetCacheEntryDownloadURL', 400)
  // The build cache, and what pull requests are compared with.
  service.failNext('CreateCacheEntry', 400, 2)
  const ended = await runAction({
    cwd: folder,
    inputs: { matrix: 'linux/amd64', sbom: 'off', upload: 'false' },
    // Only runs of the default branch save.
    event: { payload: { repository: { default_branch: 'main' } } },
    env: service.environment,
  })
  expect(ended.exitCode).toBe(0)
  for (const operation of ['GetCacheEntryDownloadURL', 'CreateCacheEntry'])
    expect(service.requests).toContainEqual({ operation, status: 400 })
  const warnings = ended.annotations.filter(({ level }) => level === 'warning')
  // In the client's own words.
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^Failed to restore: .*\(400\) Bad Request/),
  ])
  expect(ended.stdout).toContain('cache: nothing was saved')
  expect(service.cacheEntries()).toEqual([])
})
