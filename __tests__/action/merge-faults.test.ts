// A release of two targets, merged and published while a request of the merge meets a fault: it ends well, or says what failed and
// publishes nothing by halves, and a second run finishes it. A sample of requests and faults; with ALL_FAULTS=1 all, for an hour.

import { createHash } from 'node:crypto'
import { delimiter } from 'node:path'
import { runAction, type ActionRun } from '../support/action-runner.js'
import { NAME_TAKEN, startGithubApi, type GithubApi, type Refusal } from '../support/github-api.js'
import type { Fault as ApiFault, Operation } from '../support/github-api.js'
import { createKeyPair, type KeyPair } from '../support/key-pair.js'
import { commitAll, git, temporaryModule } from '../support/modules.js'
import { cleanEnvironment } from '../support/processes.js'
import { startResultsService, type Fault, type ResultsService } from '../support/results-service.js'
import { temporaryFolder } from '../support/temporary.js'
import { requireTool, toolsFolder } from '../support/test-tools.js'

const withTools = requireTool('node24', 'cosign')
const TAG = 'v1.0.0'
const RELEASE_ARTIFACT = /^project_v1\.0\.0_release_/

/** What a merge without faults asks of the two services, and how often. */
const RESULTS_REQUESTS = {
  ListArtifacts: 5,
  GetSignedArtifactURL: 3,
  'Get Blob': 3,
  CreateArtifact: 1,
  'Put Block': 1,
  'Put Block List': 1,
  FinalizeArtifact: 1,
} as const
const API_REQUESTS: Readonly<Partial<Record<Operation, number>>> = {
  'get tag': 2,
  'list releases': 2,
  'create release': 1,
  'get release': 2,
  'list assets': 2,
  'upload asset': 10,
  'update release': 1,
}
type ResultsOperation = keyof typeof RESULTS_REQUESTS

/** More often than a merge asks for the same. */
const FOR_GOOD = 60
const BUSY = { status: 429, retryAfterSeconds: 1 }
const SLOW = { delayMs: 3000 }
const limited = (seconds: number): Refusal => ({
  status: 429,
  headers: { 'retry-after': String(seconds) },
  message: 'You have exceeded a secondary rate limit.',
})

/** Faults by their names, and how many of the requests meet them. */
const RESULTS_FAULTS: Readonly<Record<string, readonly [Fault, number]>> = {
  'busy for a second': [BUSY, 1],
  'an internal error': [500, 1],
  'a dropped connection': ['reset', 1],
  'no connection any more': ['reset', FOR_GOOD],
  'a lost answer': ['lost-answer', 1],
  'a cut upload': ['cut-upload', 1],
  'a cut download': ['cut-download', 1],
  'a slow answer': [SLOW, 1],
  'an expired URL': ['expired', 1],
  'the quota': ['quota', 1],
  'a conflict of names': ['conflict', 1],
}
const API_FAULTS: Readonly<Record<string, readonly [ApiFault, number]>> = {
  'busy for a second': [limited(1), 1],
  'busy for long': [limited(3600), 1],
  'an internal error': [{ status: 500, message: 'Server Error' }, 1],
  'a dropped connection': ['drop', 1],
  'a lost answer': ['lose', 1],
  'a cut upload or answer': ['cut', 1],
  'a changed byte': ['corrupt', 1],
  'a late digest': ['late digest', 1],
  'a conflict of names': [NAME_TAKEN, 1],
}

/** What asks the fake for them, with no right to anything. */
const BLOB_ROUTES: Readonly<Partial<Record<ResultsOperation, readonly [method: string, path: string]>>> = {
  'Get Blob': ['GET', '/blobs/none'],
  'Put Block': ['PUT', '/blobs/none?comp=block'],
  'Put Block List': ['PUT', '/blobs/none?comp=blocklist'],
}

type Case =
  | readonly ['results', operation: ResultsOperation, nth: number, fault: string]
  | readonly ['API', operation: Operation, nth: number, fault: string]

/** Those that need little waiting. */
const SAMPLE: readonly Case[] = [
  ['results', 'ListArtifacts', 1, 'a dropped connection'],
  ['results', 'GetSignedArtifactURL', 2, 'a slow answer'],
  ['results', 'Get Blob', 3, 'a dropped connection'],
  ['results', 'CreateArtifact', 1, 'the quota'],
  ['results', 'CreateArtifact', 1, 'a conflict of names'],
  ['results', 'Put Block', 1, 'a cut upload'],
  ['results', 'FinalizeArtifact', 1, 'a lost answer'],
  ['API', 'create release', 1, 'a lost answer'],
  ['API', 'list releases', 2, 'busy for long'],
  ['API', 'upload asset', 1, 'a cut upload or answer'],
  ['API', 'upload asset', 5, 'busy for long'],
  ['API', 'list assets', 2, 'an internal error'],
  ['API', 'update release', 1, 'a lost answer'],
  ['API', 'update release', 1, 'busy for long'],
]

/** Which requests can meet a fault; those that are not here, any can. */
const PLACES: Readonly<Record<string, RegExp>> = {
  'a cut upload': /^Put/,
  'an expired URL': /^(Get|Put) Bl/,
  'the quota': /^CreateArtifact$/,
  'a conflict of names': /^(CreateArtifact|create release|upload asset|update release)$/,
  'a changed byte': /^upload asset$/,
  'a late digest': /^upload asset$/,
}

function casesOf<Name extends string>(
  requests: Readonly<Partial<Record<Name, number>>>,
  faults: object,
): (readonly [operation: Name, nth: number, fault: string])[] {
  return (Object.entries(requests) as [Name, number][]).flatMap(([operation, count]) =>
    Object.keys(faults)
      .filter((fault) => PLACES[fault]?.test(operation) ?? true)
      .flatMap((fault) =>
        Array.from({ length: count }, (_, index) => [operation, index + 1, fault] as const),
      ),
  )
}

const ALL: readonly Case[] = [
  ...casesOf<ResultsOperation>(RESULTS_REQUESTS, RESULTS_FAULTS).map((one) => ['results', ...one] as const),
  ...casesOf<Operation>(API_REQUESTS, API_FAULTS).map((one) => ['API', ...one] as const),
]

interface Built {
  readonly planDigest: string
  /** By the artifact's name. */
  readonly zips: ReadonlyMap<string, Buffer>
}

let module: string
let commit: string
/** Where there is no Go and no checkout. */
let nowhere: string
let keys: KeyPair
let built: Built
let service: ResultsService
let api: GithubApi
/** Of the files of a merge without faults. */
let names: string[]
/** Its requests, counted. */
let asked: object

function runJob(
  cwd: string,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<ActionRun> {
  return runAction({
    cwd,
    event: { ref: `refs/tags/${TAG}` },
    inputs,
    env: {
      PATH: [toolsFolder, cleanEnvironment()['PATH']].join(delimiter),
      ...env,
      GITHUB_SHA: commit,
    },
  })
}

function succeeded(ended: ActionRun): ActionRun {
  if (ended.exitCode !== 0) throw new Error(`${ended.stdout}${ended.stderr}`)
  return ended
}

async function planAndBuild(): Promise<Built> {
  const first = await startResultsService()
  try {
    const inputs = { matrix: 'linux/amd64, windows/arm64', sbom: 'off' }
    const planned = succeeded(await runJob(module, { ...inputs, mode: 'plan' }, first.environment))
    const planDigest = planned.outputs['plan-digest'] ?? ''
    const { include } = JSON.parse(planned.outputs['matrix'] ?? '') as { include: object[] }
    for (const shard of include) {
      const given = { ...inputs, mode: 'build', shard: JSON.stringify(shard), 'plan-digest': planDigest }
      succeeded(await runJob(module, given, first.environment))
    }
    const zips = new Map<string, Buffer>()
    for (const { name } of first.artifacts()) {
      await first.alterArtifact(name, (zip) => {
        zips.set(name, zip)
        return zip
      })
    }
    return { planDigest, zips }
  } finally {
    await first.stop()
  }
}

/** Uploads as the jobs of the first attempt did, in three requests. */
async function addArtifact(name: string, zip: Buffer): Promise<void> {
  const { ACTIONS_RESULTS_URL: url = '', ACTIONS_RUNTIME_TOKEN: token = '' } = service.environment
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
  const [, run, job] = /Actions\.Results:([^:"]+):([^:"]+)/.exec(claims) ?? []
  async function call(method: string, more: object): Promise<{ readonly signed_upload_url?: string }> {
    const answer = await fetch(
      new URL(`twirp/github.actions.results.api.v1.ArtifactService/${method}`, url),
      {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          workflow_run_backend_id: run,
          workflow_job_run_backend_id: job,
          name,
          ...more,
        }),
      },
    )
    if (!answer.ok) throw new Error(`${method} ${name}: ${await answer.text()}`)
    return (await answer.json()) as object
  }
  const { signed_upload_url: blob = '' } = await call('CreateArtifact', { version: 7 })
  const headers = { 'x-ms-blob-type': 'BlockBlob' }
  const stored = await fetch(blob, { method: 'PUT', headers, body: new Uint8Array(zip) })
  if (!stored.ok) throw new Error(`${name}: ${await stored.text()}`)
  await call('FinalizeArtifact', { size: String(zip.length) })
}

/** With what was built, and no release yet. */
async function startServices(): Promise<void> {
  service = await startResultsService()
  for (const [name, zip] of built.zips) await addArtifact(name, zip)
  api = await startGithubApi({ tags: [TAG], commit })
}

async function stopServices(): Promise<void> {
  await Promise.all([service.stop(), api.stop()])
}

function merge(attempt: 1 | 2): Promise<ActionRun> {
  return runJob(
    nowhere,
    {
      mode: 'merge',
      'plan-digest': built.planDigest,
      'cosign-key': 'env://RELEASE_KEY',
      'cosign-password': keys.password,
      release: 'publish',
      'github-token': api.tokens.write,
    },
    {
      ...service.attemptEnvironment(attempt),
      GITHUB_RUN_ATTEMPT: String(attempt),
      GITHUB_API_URL: api.url,
      GITHUB_REPOSITORY: api.repository,
      RELEASE_KEY: keys.privateKey,
    },
  )
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Digest by name, of all files that a run has made. */
const filesOf = ({ outputs }: ActionRun): Record<string, string> =>
  Object.fromEntries(
    (JSON.parse(outputs['artifacts'] ?? '[]') as { name: string; sha256: string }[]).map((file) => [
      file.name,
      file.sha256,
    ]),
  )

/** One release, published, with all files of one run; and the artifact of the last run. */
async function expectFinished(runs: readonly ActionRun[]): Promise<void> {
  expect(api.releases).toMatchObject([{ tag_name: TAG, draft: false }])
  const assets = api.releases.flatMap((release) => release.assets)
  expect(assets.filter(({ state }) => state !== 'uploaded')).toEqual([])
  const digests = Object.fromEntries(assets.map(({ name, bytes }) => [name, sha256(bytes)]))
  expect(runs.map(filesOf)).toContainEqual(digests)
  expect(Object.keys(digests).sort()).toEqual(names)

  const artifact = service.artifacts().findLast(({ name }) => RELEASE_ARTIFACT.test(name))
  const uploaded = Object.entries((await artifact?.files()) ?? {})
  expect(Object.fromEntries(uploaded.map(([name, bytes]) => [name, sha256(bytes)]))).toEqual(
    filesOf(runs.at(-1) as ActionRun),
  )
}

/** The errors of a run, each of which names a file, an artifact, the list of them, or the release. */
function expectNamed({ annotations }: ActionRun): void {
  const errors = annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
  expect(errors).not.toEqual([])
  const known = [...names, ...built.zips.keys(), 'project_v1.0.0_release_', TAG, 'the list of the artifacts']
  // How many targets have failed is told after what each failed of.
  const told = errors.filter((message) => !/^\d of 2 targets failed/.test(message))
  expect(told).not.toEqual([])
  expect(told.filter((message) => !known.some((name) => message.includes(name)))).toEqual([])
}

const countOf = (requests: readonly { readonly operation: string }[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { operation } of requests) counts[operation] = (counts[operation] ?? 0) + 1
  return counts
}

beforeAll(async () => {
  module = await temporaryModule({
    'go.mod': 'module example.com/project\n\ngo 1.24\n',
    'main.go': 'package main\n\nfunc main() { println("hello") }\n',
    LICENSE: 'Free.\n',
  })
  await commitAll(module, [TAG])
  commit = await git(module, 'rev-parse', 'HEAD')
  nowhere = temporaryFolder('nowhere')
  keys = await createKeyPair()
  built = await planAndBuild()
  await startServices()
  const before = service.requests.length
  const merged = succeeded(await merge(1))
  names = Object.keys(filesOf(merged)).sort()
  await expectFinished([merged])
  asked = { results: countOf(service.requests.slice(before)), api: countOf(api.requests) }
  await stopServices()
})
beforeEach(startServices)
afterEach(stopServices)

withTools('a merge without faults finishes it, with these requests', () => {
  expect(asked).toEqual({ results: RESULTS_REQUESTS, api: API_REQUESTS })
})

withTools.each(process.env['ALL_FAULTS'] === '1' ? ALL : SAMPLE)(
  'of the %s, %s number %i meets %s',
  async (...one) => {
    const [where, operation, nth, fault] = one as Case
    if (where === 'results') {
      const [planned, times] = RESULTS_FAULTS[fault] as [Fault, number]
      // Requests before it take their turn, and nothing happens to them.
      service.failNext(operation, { delayMs: 0 }, nth - 1)
      service.failNext(operation, planned, times)
    } else {
      const [planned, times] = API_FAULTS[fault] as [ApiFault, number]
      api.fail(planned, { operation, nth, times })
    }
    const { requests } = where === 'results' ? service : api
    const before = requests.length
    const first = await merge(1)
    expect(countOf(requests.slice(before))[operation]).toBeGreaterThanOrEqual(nth)
    if (first.exitCode === 0) {
      await expectFinished([first])
      return
    }
    expectNamed(first)
    expectNothingByHalves()
    if (where === 'results') await useUp(operation)
    await expectFinished([first, succeeded(await merge(2))])
  },
)

function expectNothingByHalves(): void {
  for (const { assets } of api.releases.filter(({ draft }) => !draft)) {
    const whole = assets.filter(({ state }) => state === 'uploaded')
    expect(whole.map(({ name }) => name).sort()).toEqual(names)
  }
}

/** The faults that are left. */
async function useUp(operation: ResultsOperation): Promise<void> {
  const [method, path] = BLOB_ROUTES[operation] ?? ['POST', `/twirp/any/${operation}`]
  for (let times = 0; times < FOR_GOOD; times++) {
    await fetch(new URL(path, service.url), { method }).then(
      (answer) => answer.body?.cancel(),
      () => undefined,
    )
  }
}
