// A release in several jobs, as matrix jobs run it: planned, built in two shards, merged, and what is wrong on the way refused.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { unzipSync, zipSync } from 'fflate'
import { runAction, type ActionRun, type Event } from '../support/action-runner.js'
import { uploadOf } from '../support/cache-packs.js'
import { barsOf } from '../support/gantt-bars.js'
import { startGithubApi, type GithubApi } from '../support/github-api.js'
import { commitAll, git, temporaryModule } from '../support/modules.js'
import { readChecksums } from '../support/release-files.js'
import { startResultsService, type ResultsService } from '../support/results-service.js'
import { temporaryFolder } from '../support/temporary.js'
import { requireTool, toolsFolder } from '../support/test-tools.js'
import { cleanEnvironment } from '../support/processes.js'

const withTools = requireTool('node24', 'syft', 'cosign')
const TAG: Event = { ref: 'refs/tags/v1.0.0' }
const MATRIX = 'linux/amd64, linux/arm64, windows/amd64'
const FILES = {
  'go.mod': 'module example.com/project\n\ngo 1.24\n',
  'main.go': 'package main\n\nvar version string\n\nfunc main() { println(version) }\n',
  LICENSE: 'Free.\n',
}
type Inputs = Readonly<Record<string, string>>
const LINKED: Inputs = { matrix: MATRIX, ldflags: '-s -w -X main.version={version}' }

let folder: string
/** Where there is no Go and no checkout. */
let nowhere: string
let service: ResultsService
let job = 0

/** Each run is a job of its own. */
async function runJob(
  inputs: Inputs,
  options: {
    readonly cwd?: string
    readonly attempt?: number
    readonly env?: Readonly<Record<string, string>>
    readonly event?: Event
  } = {},
): Promise<ActionRun> {
  job++
  return runAction({
    cwd: options.cwd ?? folder,
    event: options.event ?? TAG,
    inputs,
    env: {
      ...service.jobEnvironment(`00000000-0000-0000-0000-${String(job).padStart(12, '0')}`),
      PATH: [toolsFolder, cleanEnvironment()['PATH']].join(delimiter),
      GITHUB_RUN_ATTEMPT: String(options.attempt ?? 1),
      ...options.env,
      GITHUB_SHA: await git(folder, 'rev-parse', 'HEAD'),
    },
  })
}

function succeeded(ended: ActionRun): ActionRun {
  if (ended.exitCode !== 0) throw new Error(`${ended.stdout}${ended.stderr}`)
  return ended
}

const plan = async (inputs: Inputs = {}) =>
  succeeded(await runJob({ ...LINKED, mode: 'plan', shards: '2', ...inputs }))
const shardsOf = ({ outputs }: ActionRun) =>
  (JSON.parse(outputs['matrix'] ?? '') as { include: Record<string, string>[] }).include
const build = (
  planned: ActionRun,
  shard: object,
  inputs: Inputs = {},
  options: Parameters<typeof runJob>[1] = {},
) =>
  runJob(
    {
      ...LINKED,
      mode: 'build',
      shard: JSON.stringify(shard),
      'plan-digest': planned.outputs['plan-digest'] ?? '',
      ...inputs,
    },
    options,
  )
const merge = (planned: ActionRun, inputs: Inputs = {}, options: Parameters<typeof runJob>[1] = {}) =>
  runJob(
    {
      mode: 'merge',
      'plan-digest': planned.outputs['plan-digest'] ?? '',
      'cosign-key': 'throwaway',
      ...inputs,
    },
    { cwd: nowhere, ...options },
  )
const checksumsOf = ({ outputs }: ActionRun) => readChecksums(outputs['checksums'] ?? '')
const said = ({ annotations }: ActionRun) => annotations.map(({ message }) => message).join('\n')
const names = () => service.artifacts().map(({ name }) => name)

beforeAll(async () => {
  folder = await temporaryModule(FILES)
  await commitAll(folder, ['v1.0.0'])
  nowhere = temporaryFolder('nowhere')
})

describe('plan, build and merge', () => {
  beforeAll(async () => {
    service = await startResultsService()
  })
  afterAll(() => service.stop())

  withTools('make what one job makes, byte by byte', async () => {
    const inputs = { sbom: 'spdx-json, cyclonedx-json' }
    const planned = await plan(inputs)
    expect(planned.outputs['plan-digest']).toMatch(/^[0-9a-f]{64}$/)
    expect(planned.summary).toContain('project v1.0.0 planned: 3 targets in 2 jobs')
    expect(planned.summary).toContain('| 1 | ubuntu-latest | 2 | linux/amd64, windows/amd64 |')
    const shards = shardsOf(planned)
    expect(shards).toEqual([
      { shard: '1/2', runner: 'ubuntu-latest', targets: 'linux/amd64, windows/amd64' },
      { shard: '2/2', runner: 'ubuntu-latest', targets: 'linux/arm64' },
    ])
    expect(names()).toEqual([expect.stringMatching(/^plan-[0-9a-f]{16}$/)])
    const built: ActionRun[] = []
    for (const shard of shards) built.push(succeeded(await build(planned, { ...shard, go: '1.26' }, inputs)))
    expect(built.map(({ summary }) => summary.split('\n')[0])).toEqual([
      expect.stringMatching(/^## ✅ project v1\.0\.0: 2 of 2 targets, /),
      expect.stringMatching(/^## ✅ project v1\.0\.0: 1 of 1 targets, /),
    ])
    expect(barsOf(built[1]?.summary ?? '')).toMatchObject({
      'linux/arm64': ['compile', 'link', 'check', 'package'],
    })
    expect(names().slice(1).sort()).toEqual([
      'project_v1.0.0_linux_amd64',
      'project_v1.0.0_linux_arm64',
      'project_v1.0.0_windows_amd64',
    ])

    const merged = succeeded(await merge(planned))
    expect(names().at(-1)).toMatch(/^project_v1\.0\.0_release_/)
    expect(merged.summary).toContain('project v1.0.0: 3 of 3 targets')
    expect(barsOf(merged.summary)).toMatchObject({ sign: ['sign'] })
    const single = succeeded(
      await runJob({ ...LINKED, ...inputs, 'cosign-key': 'throwaway', upload: 'false' }),
    )
    expect(checksumsOf(merged)).toEqual(checksumsOf(single))
    expect(readFileSync(merged.outputs['checksums'] ?? '')).toEqual(
      readFileSync(single.outputs['checksums'] ?? ''),
    )
    for (const name of Object.keys(checksumsOf(single))) {
      const [one, other] = [merged, single].map(({ outputs }) =>
        readFileSync(join(outputs['output-directory'] ?? '', name)),
      )
      expect(one).toEqual(other)
    }
    const statement = (ended: ActionRun) =>
      JSON.parse(
        readFileSync(join(ended.outputs['output-directory'] ?? '', 'provenance.intoto.json'), 'utf8'),
      ) as { subject: object; predicate: { buildDefinition: { resolvedDependencies: object } } }
    const [one, other] = [statement(merged), statement(single)]
    expect(one.subject).toEqual(other.subject)
    expect(one.predicate.buildDefinition.resolvedDependencies).toEqual(
      other.predicate.buildDefinition.resolvedDependencies,
    )
  })
})

describe('how long targets took', () => {
  const MAIN: Event = { payload: { repository: { private: true, default_branch: 'main' } } }
  const matrix = 'linux/amd64, linux/arm64, windows/amd64'
  const inputs = { sbom: 'off', matrix, cache: 'on' }
  beforeAll(async () => {
    service = await startResultsService()
  })
  afterAll(() => service.stop())

  withTools('is kept by a run of the default branch, and the next plan goes by it', async () => {
    const event = { event: MAIN }
    const planned = succeeded(await runJob({ ...inputs, mode: 'plan', shards: '1' }, event))
    for (const shard of shardsOf(planned))
      succeeded(await build(planned, shard, { ...inputs, ldflags: '' }, event))
    succeeded(await merge(planned, { 'cosign-key': '' }, event))
    const durations = service.cacheEntries().find(({ key }) => key.includes('durations'))
    if (durations === undefined) throw new Error('nothing was kept')

    // What was built is kept as well, for the same merge of a pull request.
    const pullRequest = { number: 1, base: { ref: 'main' } }
    const compared = succeeded(
      await merge(
        planned,
        { 'cosign-key': '', 'max-size-increase': '0%' },
        {
          event: { name: 'pull_request', ref: 'refs/pull/1/merge', payload: { pull_request: pullRequest } },
          env: service.attemptEnvironment(2),
          attempt: 2,
        },
      ),
    )
    expect(compared.summary).toMatch(/project compared with main at [0-9a-f]{12}: nothing has changed/)
    const { targets } = JSON.parse(compared.outputs['comparison'] ?? '') as { targets: { target: string }[] }
    expect(targets.map(({ target }) => target)).toEqual(matrix.split(', '))

    const known = { 'linux/amd64': 1, 'linux/arm64': 1, 'windows/amd64': 9 }
    const upload = await uploadOf(Buffer.from(JSON.stringify(known)), 'durations.json')
    await service.addCacheEntry(`${durations.key}-later`, durations.version, upload)
    // A run has one plan of a digest.
    const other = { ...event, env: service.otherRunEnvironment() }
    const next = succeeded(await runJob({ ...inputs, mode: 'plan', shards: '2' }, other))
    expect(shardsOf(next).map(({ targets }) => targets)).toEqual([
      'linux/amd64, linux/arm64',
      'windows/amd64',
    ])
  })
})

describe('the build caches of shards', () => {
  const MAIN: Event = { payload: { repository: { private: true, default_branch: 'main' } } }
  const inputs = { sbom: 'off', cache: 'on' }
  beforeAll(async () => {
    service = await startResultsService()
  })
  afterAll(() => service.stop())

  async function runAll(env: Readonly<Record<string, string>>): Promise<ActionRun[]> {
    const options = { event: MAIN, env }
    const planned = succeeded(await runJob({ ...LINKED, ...inputs, mode: 'plan', shards: '2' }, options))
    const built: ActionRun[] = []
    for (const shard of shardsOf(planned)) built.push(succeeded(await build(planned, shard, inputs, options)))
    return built
  }
  const compiledBy = ({ outputs }: ActionRun): number[] =>
    (
      JSON.parse(readFileSync(outputs['manifest'] ?? '', 'utf8')) as {
        targets: { work: { compiled: number } }[]
      }
    ).targets.map(({ work }) => work.compiled)

  withTools('are an entry each, which the same shard of the next run restores', async () => {
    const first = await runAll({})
    const keys = first.map(({ outputs }) => outputs['cache-key'] ?? '')
    expect(new Set(keys).size).toBe(2)
    expect(
      service
        .cacheEntries()
        .map(({ key }) => key)
        .sort(),
    ).toEqual(keys.toSorted())
    expect(service.requests.filter(({ status }) => status === 409)).toEqual([])
    for (const compiled of first.flatMap(compiledBy)) expect(compiled).toBeGreaterThan(10)

    const next = await runAll(service.otherRunEnvironment())
    expect(next.map(({ outputs }) => [outputs['cache-hit'], outputs['cache-matched-key']])).toEqual(
      keys.map((key) => ['true', key]),
    )
    expect(next.flatMap(compiledBy)).toEqual([0, 0, 0])
  })
})

describe('once two of three targets are built', () => {
  const LINUX = 'project_v1.0.0_linux_amd64'
  let planned: ActionRun
  let shards: Record<string, string>[]
  beforeAll(async () => {
    service = await startResultsService()
    planned = await plan({ sbom: 'off', shards: '3' })
    shards = shardsOf(planned)
    for (const shard of shards.slice(0, 2)) succeeded(await build(planned, shard, { sbom: 'off' }))
  })
  afterAll(() => service.stop())

  withTools('the merge names the one that is missing, and a second merge completes the release', async () => {
    const early = await merge(planned, { sign: 'off' })
    expect(early.exitCode).toBe(1)
    expect(said(early)).toContain('windows/amd64: this run has no artifact project_v1.0.0_windows_amd64')
    expect(said(early)).toContain('1 of 3 targets failed: windows/amd64')
    expect(names().filter((name) => name.includes('release'))).toEqual([])

    succeeded(await build(planned, shards[2] ?? {}, { sbom: 'off' }))
    const merged = succeeded(await merge(planned, { sign: 'off' }))
    // A further attempt replaces what the first one uploaded, and makes the same.
    const attempt = { env: service.attemptEnvironment(2), attempt: 2 }
    const again = succeeded(await merge(planned, { sign: 'off' }, attempt))
    expect(checksumsOf(again)).toEqual(checksumsOf(merged))
  })

  withTools('a job that builds again replaces its own artifacts and nothing else', async () => {
    const before = service.artifacts()
    const attempt = { env: service.attemptEnvironment(2), attempt: 2 }
    succeeded(await build(planned, shards[0] ?? {}, { sbom: 'off' }, attempt))
    const others = (list: readonly { readonly name: string }[]) => list.filter(({ name }) => name !== LINUX)
    expect(others(service.artifacts()).map(({ name }) => name)).toEqual(
      others(before).map(({ name }) => name),
    )
  })

  describe('an artifact is refused, by its name,', () => {
    const rezip = (change: (files: Record<string, Uint8Array>) => unknown) => (zip: Buffer) => {
      const files = unzipSync(zip)
      change(files)
      return Buffer.from(zipSync(files, { level: 0 }))
    }
    const flip = (at: (zip: Buffer) => number) => (zip: Buffer) => {
      const changed = Buffer.from(zip)
      changed[at(zip)] = (changed[at(zip)] ?? 0) ^ 1
      return changed
    }
    const archive = `${LINUX}.tar.gz`

    withTools.each<[string, (zip: Buffer) => Buffer, boolean, string]>([
      [
        'with a byte changed in its middle',
        flip((zip) => zip.length >> 1),
        false,
        'the bytes are not those that were uploaded',
      ],
      ['with its first byte changed', flip(() => 0), false, 'the bytes are not those that were uploaded'],
      [
        'with a byte changed, whatever GitHub says',
        flip((zip) => zip.length >> 1),
        true,
        `${archive} was changed`,
      ],
      [
        'with a file more',
        rezip((files) => (files['evil.txt'] = Buffer.from('evil'))),
        true,
        'holds "evil.txt"',
      ],
      [
        'with a file less',
        rezip((files) => Reflect.deleteProperty(files, archive)),
        true,
        `does not hold ${archive}`,
      ],
      [
        'with another archive under the name',
        rezip((files) => (files[archive] = Buffer.from('evil'))),
        true,
        `${archive} was changed after it was built`,
      ],
      [
        'with a manifest that was changed',
        rezip((files) => {
          const name = 'linux_amd64.shard.json'
          files[name] = Buffer.from(
            Buffer.from(files[name] ?? [])
              .toString()
              .replace('"done"', '"gone"'),
          )
        }),
        true,
        'linux_amd64.shard.json was changed',
      ],
      [
        'with a manifest of a file that it does not hold',
        rezip((files) => {
          const name = 'linux_amd64.shard.json'
          const [, body = ''] = Buffer.from(files[name] ?? [])
            .toString()
            .split(/ {2}(.*)\n$/s)
          const ghost = { name: 'project.h', size: 1, sha256: '0'.repeat(64) }
          const changed = body.replace('"files":[', `"files":[${JSON.stringify(ghost)},`)
          files[name] = Buffer.from(`${createHash('sha256').update(changed).digest('hex')}  ${changed}\n`)
        }),
        true,
        'project.h was built and is not there',
      ],
      ['that is no zip', () => Buffer.from('no zip'), true, 'is no zip'],
    ])('%s', async (_, change, redigest, problem) => {
      let original: Buffer = Buffer.alloc(0)
      await service.alterArtifact(
        LINUX,
        (zip) => {
          original = zip
          return change(zip)
        },
        { redigest },
      )
      const attempt = { env: service.attemptEnvironment(2), attempt: 2 }
      const ended = await merge(planned, { sign: 'off' }, attempt)
      await service.alterArtifact(LINUX, () => original, { redigest: true })
      expect(ended.exitCode).toBe(1)
      expect(said(ended)).toContain(problem)
      expect(said(ended)).toContain(LINUX)
    })
  })

  withTools('an artifact of which GitHub tells no digest is refused', async () => {
    const as = (untold: boolean) => service.alterArtifact(LINUX, (zip) => zip, { untold })
    await as(true)
    const attempt = { env: service.attemptEnvironment(2), attempt: 2 }
    const ended = await merge(planned, { sign: 'off' }, attempt)
    await as(false)
    expect(ended.exitCode).toBe(1)
    expect(said(ended)).toContain(
      `linux/amd64: GitHub tells no digest of ${LINUX}, by which it could be checked; use mode: release`,
    )
  })

  describe('a job is refused', () => {
    const digest = () => planned.outputs['plan-digest'] ?? ''
    withTools.each<[string, () => Promise<ActionRun>, string | RegExp]>([
      [
        'that would build with other flags',
        () => build(planned, shards[0] ?? {}, { sbom: 'off', ldflags: '-s' }),
        'linux/amd64: ldflags is "-s" here and "-s -w -X main.version=v1.0.0" in the plan',
      ],
      [
        'that would judge by another policy',
        () => build(planned, shards[0] ?? {}, { sbom: 'off', linkage: 'glibc<=2.31' }),
        /^build: this job would not build what was planned: .*linkage.*; give both jobs the same inputs, commit and Go$/m,
      ],
      [
        'with a target that is not planned',
        () => build(planned, { targets: 'linux/386' }, { sbom: 'off' }),
        'input shard: "linux/386" is not in the plan, which has linux/amd64',
      ],
      [
        'without a shard',
        () => runJob({ ...LINKED, mode: 'build', 'plan-digest': digest() }),
        'input shard: "" is no row of a plan\'s matrix; write shard: ',
      ],
      [
        'without the digest',
        () => runJob({ ...LINKED, mode: 'build', shard: '{"targets":"linux/amd64"}' }),
        'input plan-digest: mode: build needs it; write plan-digest: ${{ needs.plan.outputs.plan-digest }}',
      ],
      [
        'with what is no digest',
        () => runJob({ mode: 'merge', 'plan-digest': 'abc' }, { cwd: nowhere }),
        'input plan-digest: "abc" is no SHA-256; write plan-digest: ${{ needs.plan.outputs.plan-digest }}',
      ],
      [
        'with the digest of another plan',
        () => runJob({ mode: 'merge', 'plan-digest': '0'.repeat(64) }, { cwd: nowhere }),
        'plan: this run has no artifact plan-0000000000000000; let a job with mode: plan run before',
      ],
      [
        'that builds and is given a key',
        () => build(planned, shards[0] ?? {}, { 'cosign-key': 'throwaway' }),
        'it goes with mode: release or merge only, and this is mode: build',
      ],
      [
        'that builds in another mode',
        () => build(planned, shards[0] ?? {}, { sbom: 'off', buildmode: 'pie' }),
        'linux/amd64: buildmode is "pie" here and not set in the plan',
      ],
      [
        'that builds and would keep its files to itself',
        () => build(planned, shards[0] ?? {}, { sbom: 'off', upload: 'false' }),
        'input upload: it goes with mode: release or merge only',
      ],
      [
        'that merges and is given what the plan has settled',
        () => merge(planned, { linkage: 'musl' }),
        'input linkage: the plan has settled it',
      ],
      [
        'that plans for what is no label',
        () => runJob({ ...LINKED, mode: 'plan', runner: 'self-hosted, linux' }),
        'is no label of a runner',
      ],
      [
        'that plans and would release',
        () => runJob({ ...LINKED, mode: 'plan', release: 'draft' }),
        'this is mode: plan',
      ],
    ])('%s', async (_, run, problem) => {
      const ended = await run()
      expect(ended.exitCode).toBe(1)
      expect(said(ended)).toMatch(problem)
    })
  })
})

describe('the GitHub release', () => {
  let api: GithubApi
  let planned: ActionRun
  beforeAll(async () => {
    service = await startResultsService()
    planned = await plan({ sbom: 'off', shards: '1', matrix: 'linux/amd64' })
    for (const shard of shardsOf(planned))
      succeeded(await build(planned, shard, { sbom: 'off', matrix: 'linux/amd64' }))
  })
  afterAll(() => service.stop())
  beforeEach(async () => {
    api = await startGithubApi({ tags: ['v1.0.0'], commit: await git(folder, 'rev-parse', 'HEAD') })
  })
  afterEach(() => api.stop())

  const token = () => ({ 'github-token': api.tokens.write })
  const env = () => ({ GITHUB_API_URL: api.url, GITHUB_REPOSITORY: api.repository })
  const filesOf = ({ outputs }: ActionRun) =>
    (JSON.parse(outputs['artifacts'] ?? '') as { name: string }[]).map(({ name }) => name).sort()
  const assetsOf = ({ assets }: { readonly assets: readonly { readonly name: string }[] }) =>
    assets.map(({ name }) => name).sort()

  withTools('is published by the merge with all files, and a second attempt is content with it', async () => {
    const inputs = { release: 'publish', 'make-latest': 'false', ...token() }
    const merged = succeeded(await merge(planned, inputs, { env: env() }))
    expect(api.releases).toMatchObject([
      { tag_name: 'v1.0.0', name: 'project v1.0.0', draft: false, make_latest: 'false' },
    ])
    expect(api.releases.map(assetsOf)).toEqual([filesOf(merged)])
    expect(filesOf(merged)).toContain('provenance.intoto.json.sigstore.json')
    expect(merged.outputs['release-url']).toContain('v1.0.0')
    const shown = merged.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'))
    expect(JSON.stringify([shown, merged.stderr, merged.outputs, merged.summary])).not.toContain(
      api.tokens.write,
    )
    const attempt = (number: number) => ({
      env: { ...env(), ...service.attemptEnvironment(number) },
      attempt: number,
    })
    const again = await merge(planned, inputs, attempt(2))
    // The key is another one, and so is the public key beside the signatures.
    expect(said(again)).toContain('v1.0.0 has cosign.pub already, with other bytes')
    succeeded(await merge(planned, { ...inputs, sign: 'off', 'cosign-key': '' }, attempt(3)))
  })

  withTools('is a draft by one job alone, with notes of a file', async () => {
    const inputs = { ...LINKED, matrix: 'linux/amd64', sbom: 'off', sign: 'off', upload: 'false' }
    const notes = { release: 'draft', 'release-notes': 'LICENSE', ...token() }
    const ended = succeeded(await runJob({ ...inputs, ...notes }, { env: env() }))
    expect(api.releases).toMatchObject([{ draft: true, body: FILES.LICENSE }])
    expect(api.releases.map(assetsOf)).toEqual([filesOf(ended)])
  })

  withTools.each<[string, () => Promise<ActionRun>, string | RegExp]>([
    [
      'without the right to write, before anything is built',
      () => runJob({ ...LINKED, release: 'draft', 'github-token': api.tokens.read }, { env: env() }),
      'contents: write',
    ],
    [
      'of a tag that was not pushed',
      () => {
        api.tags.clear()
        return merge(planned, { release: 'publish', ...token() }, { env: env() })
      },
      'git push origin v1.0.0',
    ],
    [
      'of a tag that is another commit by now',
      () => {
        api.commit = 'f'.repeat(40)
        return merge(planned, { release: 'publish', ...token() }, { env: env() })
      },
      `is the commit ${'f'.repeat(40)}`,
    ],
    [
      'without a tag',
      async () => {
        const cwd = await temporaryModule(FILES, { git: {} })
        return runJob({ ...LINKED, release: 'draft', ...token() }, { cwd, env: env(), event: {} })
      },
      'there is no tag to release',
    ],
    [
      'for an event by which strangers get the rights of the repository',
      () =>
        merge(
          planned,
          { release: 'draft', sign: 'off', ...token() },
          { env: env(), event: { ...TAG, name: 'pull_request_target' } },
        ),
      'nothing is released here: pull_request_target',
    ],
    [
      'without a token',
      () => merge(planned, { release: 'draft' }, { env: env() }),
      'input github-token: release: draft needs one; leave it at its default',
    ],
    [
      'with notes that are not there',
      () => merge(planned, { release: 'draft', 'release-notes': 'NEWS.md', ...token() }, { env: env() }),
      /input release-notes: \S+NEWS\.md cannot be read: /,
    ],
  ])('is refused %s', async (_, run, problem) => {
    const ended = await run()
    expect(ended.exitCode).toBe(1)
    expect(said(ended)).toMatch(problem)
    expect(api.releases).toEqual([])
    expect(ended.outputs['checksums'] ?? '').toBe('')
  })
})
