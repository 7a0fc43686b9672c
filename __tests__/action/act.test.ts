// Whole workflows by act in host mode: the action as users write it, and a second job that finds the first one's build cache.

import { runAct, type ActRun } from '../support/act.js'
import { isPack } from '../support/cache-packs.js'
import { ageModule, git } from '../support/modules.js'
import { startResultsService, type ResultsService } from '../support/results-service.js'
import { requireTool } from '../support/test-tools.js'

const WORKFLOW = `
on: push
jobs:
  first:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - id: release
        uses: ./
        with: { cache: 'on', cosign-key: throwaway, version: v1.3.1 }
  second:
    needs: first
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - id: release
        uses: ./
        with:
          cache: 'on'
          version: v1.3.1
          sign: 'off'
          sbom: 'off'
          artifact-name: second-{goos}-{goarch}{variant}
`

describe('age v1.3.1 in a workflow of two jobs', () => {
  let service: ResultsService
  let ran: ActRun
  const step = (job: string) => {
    const found = ran.jobs[job]?.steps['release']
    if (found === undefined) throw new Error(ran.log)
    return found
  }

  beforeAll(async () => {
    service = await startResultsService()
    const repository = await ageModule()
    // With it act would tell the jobs that a tag started them, and a tag run saves no cache.
    await git(repository, 'tag', '--delete', 'v1.3.1')
    // Only runs of the default branch save a cache, and act does not know which that is.
    const payload = { repository: { default_branch: 'main' } }
    ran = await runAct({ repository, workflow: WORKFLOW, payload, env: service.environment })
    if (ran.exitCode !== 0) throw new Error(ran.log)
  })
  afterAll(() => service.stop())

  requireTool(
    'act',
    'node24',
    'syft',
    'cosign',
  )('releases all targets, and the second job hits the cache', () => {
    expect(step('first').outputs['cache-hit']).toBe('false')
    expect(
      service
        .cacheEntries()
        .filter(isPack)
        .map(({ key }) => key),
    ).toEqual([step('first').outputs['cache-key']])
    expect(step('second').outputs['cache-hit']).toBe('true')
    expect(step('second').outputs['cache-matched-key']).toBe(step('first').outputs['cache-key'])
    expect(step('first').summary).toContain('age v1.3.1: 7 of 7 targets')
    expect(step('second').summary).toContain('age v1.3.1: 7 of 7 targets')

    const names = service.artifacts().map(({ name }) => name)
    expect(names).toHaveLength(16)
    expect(names).toContain('age_v1.3.1_windows_arm64')
    expect(names).toContain('second-windows-arm64')

    // What the cache gave back is what was compiled: both jobs made the same archives.
    const archives = (job: string) =>
      (JSON.parse(step(job).outputs['artifacts'] ?? '') as { kind: string; name: string; sha256: string }[])
        .filter(({ kind }) => kind === 'archive')
        .map(({ name, sha256 }) => ({ name, sha256 }))
    expect(archives('second')).toEqual(archives('first'))
    expect(archives('second')).toHaveLength(7)
  })
})
