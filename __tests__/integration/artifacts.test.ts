// The artifact service of a runner against the fake results service: what is uploaded comes back whatever goes wrong once, or
// an error names the artifact.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { jest } from '@jest/globals'
import { ActionError } from '../../src/errors.js'
import { createArtifactService } from '../../src/host/artifacts.js'
import type { ArtifactService, ListedArtifact } from '../../src/host/host.js'
import { startResultsService, type Fault, type ResultsService } from '../support/results-service.js'
import { temporaryFolder } from '../support/temporary.js'
import { requireTool } from '../support/test-tools.js'

const STORES = { files: test, azurite: requireTool('node24', 'azurite') }

/** Milliseconds: what GitHub's and Azure's clients wait before they try again, and for bytes that do not come, is shortened. */
const CLIENT_WAITS = { from: 3000, to: 30_000, times: 1 / 20 }

const given = { setTimeout: globalThis.setTimeout, environment: { ...process.env } }

beforeAll(() => {
  const shortened = (act: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
    given.setTimeout(
      act,
      ms >= CLIENT_WAITS.from && ms <= CLIENT_WAITS.to ? ms * CLIENT_WAITS.times : ms,
      ...args,
    )
  globalThis.setTimeout = Object.assign(shortened, given.setTimeout)
  // The client prints what it does, as commands of the runner too.
  jest.spyOn(process.stdout, 'write').mockImplementation(() => true)
})
afterAll(() => {
  jest.restoreAllMocks()
  globalThis.setTimeout = given.setTimeout
  process.env = given.environment
})

let service: ResultsService
const waits: number[] = []
const told: string[] = []

beforeEach(() => {
  waits.length = 0
  told.length = 0
})

/** The service as a job sees it. */
function openService(
  environment: Readonly<Record<string, string>> = service.environment,
  attempt = 1,
): ArtifactService {
  Object.assign(process.env, environment)
  delete process.env['GITHUB_SERVER_URL']
  const note = (line: string) => void told.push(line)
  const log = {
    info: note,
    notice: note,
    warning: note,
    error: note,
    group: <T>(_: string, work: () => Promise<T>) => work(),
  }
  return createArtifactService(attempt, log, {
    sleep: (ms) => {
      waits.push(ms)
      return Promise.resolve()
    },
  })
}

function writeRelease(content = 'hello'): string {
  const file = join(temporaryFolder('release'), 'hello.txt')
  writeFileSync(file, content)
  return file
}

const upload = (artifacts: ArtifactService, name: string, file = writeRelease()): Promise<void> =>
  artifacts.upload(name, [file], dirname(file), 3)

async function find(artifacts: ArtifactService, name: string): Promise<ListedArtifact> {
  const found = (await artifacts.list()).find((artifact) => artifact.name === name)
  if (found === undefined) throw new Error(`${name} is not listed`)
  return found
}

const failure = async (work: Promise<unknown>): Promise<ActionError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ActionError)) throw new Error('not an ActionError', { cause: error })
  return error
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const REQUESTS = {
  CreateArtifact: 'upload',
  'Put Block': 'upload',
  'Put Block List': 'upload',
  FinalizeArtifact: 'upload',
  ListArtifacts: 'list',
  GetSignedArtifactURL: 'download',
  'Get Blob': 'download',
} as const

const EVERYWHERE: readonly Fault[] = [
  { status: 429, retryAfterSeconds: 1 },
  500,
  503,
  'reset',
  'lost-answer',
  'cut-upload',
  'cut-download',
  { delayMs: 100 },
]

const cases = Object.entries(REQUESTS).flatMap(([request, step]) => [
  // What is read has no body to cut.
  ...EVERYWHERE.filter((fault) => request !== 'Get Blob' || fault !== 'cut-upload').map(
    (fault) => [request, fault, step] as const,
  ),
  ...(request.includes(' ') ? [[request, 'expired', step] as const] : []),
])

describe.each(Object.keys(STORES) as (keyof typeof STORES)[])('with blobs in %s', (store) => {
  const check = STORES[store]
  beforeAll(async () => {
    if (check !== test.skip) service = await startResultsService({ blobs: store })
  })
  afterAll(async () => {
    if (check !== test.skip) await service.stop()
  })

  check.each(cases)('%s meets %j: what was uploaded comes back', async (request, fault, step) => {
    const name = `${request} ${JSON.stringify(fault)}`.replaceAll(/[^\w ]/g, '')
    const artifacts = openService()
    const plan = (now: string) => {
      if (now === step) service.failNext(request, fault)
    }
    plan('upload')
    await upload(artifacts, name)
    plan('list')
    const listed = await find(artifacts, name)
    plan('download')
    const folder = temporaryFolder('download')
    const zip = await artifacts.download(listed, folder)

    const stored = service.artifacts().filter((artifact) => artifact.name === name)
    expect(stored).toHaveLength(1)
    expect(listed).toEqual({
      id: stored[0]?.id,
      name,
      size: stored[0]?.size,
      sha256: stored[0]?.digest.replace('sha256:', ''),
    })
    expect(sha256(readFileSync(zip))).toBe(listed.sha256)
    expect(await stored[0]?.files()).toEqual({ 'hello.txt': Buffer.from('hello') })
    expect(readdirSync(folder).map((entry) => join(folder, entry))).toEqual([zip])
  })

  check('altered bytes are refused, with both digests', async () => {
    const artifacts = openService()
    await upload(artifacts, 'altered')
    const listed = await find(artifacts, 'altered')
    let altered = Buffer.alloc(0)
    await service.alterArtifact('altered', (zip) => {
      altered = Buffer.from(zip)
      altered[40] = (altered[40] ?? 0) ^ 1
      return altered
    })
    const folder = temporaryFolder('download')
    const { message } = await failure(artifacts.download(listed, folder))
    expect(message).toMatch(/^download: altered: .* at each of 3 attempts; /)
    expect(message).toContain(`${sha256(altered)} instead of ${listed.sha256 ?? ''}`)
    expect(readdirSync(folder)).toEqual([])
  })

  check('a short file is refused also where the service told no digest', async () => {
    const artifacts = openService()
    await upload(artifacts, 'short')
    const listed = await find(artifacts, 'short')
    await service.alterArtifact('short', (zip) => zip.subarray(0, -1))
    const { message } = await failure(
      artifacts.download({ ...listed, sha256: undefined }, temporaryFolder('download')),
    )
    expect(message).toMatch(
      new RegExp(`^download: short: ${listed.size - 1} bytes instead of ${listed.size} `),
    )
  })

  check('an artifact that was altered with its digest is downloaded: other checks are for that', async () => {
    const artifacts = openService()
    await upload(artifacts, 'other')
    await service.alterArtifact('other', () => Buffer.from('other'), { redigest: true })
    const zip = await artifacts.download(await find(artifacts, 'other'), temporaryFolder('download'))
    expect(readFileSync(zip, 'utf8')).toBe('other')
  })
})

describe('the service', () => {
  beforeEach(async () => {
    service = await startResultsService()
  })
  afterEach(() => service.stop())

  const count = (operation: string): number =>
    service.requests.filter((request) => request.operation === operation).length

  test('that has no room is not asked again, and the error says what to do', async () => {
    service.failNext('CreateArtifact', 'quota')
    const { message } = await failure(upload(openService(), 'large'))
    expect(message).toMatch(
      /^upload: large: .* quota .* delete artifacts .* retention-days, or upload: false/,
    )
    expect(count('CreateArtifact')).toBe(1)
    expect(waits).toEqual([])
  })

  test('serves several downloads at once, each with trouble of its own', async () => {
    const names = ['one', 'two', 'three']
    for (const name of names) await upload(openService(), name, writeRelease(name))
    const artifacts = openService()
    const listed = await artifacts.list()
    service.failNext('GetSignedArtifactURL', 'reset', 2)
    service.failNext('ListArtifacts', 'cut-download')
    const folder = temporaryFolder('download')
    const zips = await Promise.all(listed.map((artifact) => artifacts.download(artifact, folder)))
    expect(zips.map((zip) => sha256(readFileSync(zip)))).toEqual(listed.map((artifact) => artifact.sha256))
    expect(waits.length).toBeGreaterThanOrEqual(2)
  })

  test('that refuses is not asked again', async () => {
    service.failNext('CreateArtifact', 400)
    const { message } = await failure(upload(openService(), 'refused'))
    expect(message).toMatch(/^upload: refused: Failed to CreateArtifact: .*\(400\).*; the files are in /)
    service.failNext('ListArtifacts', 401)
    expect((await failure(openService().list())).message).toMatch(
      /^download: the list .*\(401\).*; run the failed jobs again, and see https:\/\/www\.githubstatus\.com/,
    )
    expect(waits).toEqual([])
  })

  test('that stays in trouble ends in an error that names the artifact', async () => {
    const artifacts = openService()
    await upload(artifacts, 'lost')
    const listed = await find(artifacts, 'lost')
    service.failNext('GetSignedArtifactURL', 'reset', 5)
    const { message } = await failure(artifacts.download(listed, temporaryFolder('download')))
    expect(message).toMatch(
      /^download: lost: .*ECONNRESET.*, at each of 5 attempts; run the failed jobs again, and see https:\/\/www\.githubstatus\.com where it stays so$/,
    )
    expect(waits).toEqual([2000, 4000, 8000, 16_000])
    expect(told).toHaveLength(4)
    expect(told[0]).toMatch(/^download: lost: .* trying again in 2 s$/)
  })

  test('that takes no upload ends in an error that says where the files are', async () => {
    service.failNext('CreateArtifact', 'reset', 5)
    expect((await failure(upload(openService(), 'lost'))).message).toMatch(
      /^upload: lost: .*ECONNRESET.*, at each of 5 attempts; the files are in \S+$/,
    )
    waits.length = 0
    service.failNext('CreateArtifact', { status: 429, retryAfterSeconds: 600 }, 5)
    expect((await failure(upload(openService(), 'busy'))).message).toMatch(
      /^upload: busy: .*, and the service asks to be left alone for 600 s; the files are in \S+$/,
    )
    expect(waits).toEqual([])
  })

  test.each([
    [7, [7000], undefined],
    [600, [], /, and the service asks to be left alone for 600 s; run the failed jobs again, and see/],
  ])('that asks for %i s gets them, within reason', async (retryAfterSeconds, waited, refusal) => {
    // As often as the client asks by itself.
    service.failNext('ListArtifacts', { status: 429, retryAfterSeconds }, 5)
    const listing = openService().list()
    if (refusal === undefined) expect(await listing).toEqual([])
    else expect((await failure(listing)).message).toMatch(refusal)
    expect(waits).toEqual(waited)
  })

  test('that refuses the end of an upload for a moment gets it again', async () => {
    service.failNext('FinalizeArtifact', 403)
    const artifacts = openService()
    await upload(artifacts, 'finalized')
    expect(service.artifacts().map(({ name }) => name)).toEqual(['finalized'])
  })

  test('that keeps the name of an upload that was cut off for good is told so', async () => {
    await service.stop()
    service = await startResultsService({ unfinishedCanGo: false })
    service.failNext('CreateArtifact', 'lost-answer')
    const { message } = await failure(upload(openService(), 'held'))
    expect(message).toMatch(
      'an upload of this job was cut off, and GitHub keeps its name for it; run the failed jobs again',
    )
    // A further attempt has names of its own.
    await upload(openService(service.attemptEnvironment(2), 2), 'held')
    expect(service.artifacts().map(({ name }) => name)).toEqual(['held'])
  })

  test.each<Fault | undefined>([undefined, 'conflict', 'reset', 500, 'lost-answer'])(
    'keeps what another job has uploaded: %j',
    async (fault) => {
      await upload(openService(service.jobEnvironment('other')), 'taken', writeRelease('of the other job'))
      if (fault !== undefined) service.failNext('CreateArtifact', fault)
      const { message } = await failure(upload(openService(), 'taken'))
      expect(message).toMatch(/^upload: another job .* has uploaded an artifact taken already/)
      expect(await service.artifacts()[0]?.files()).toEqual({ 'hello.txt': Buffer.from('of the other job') })
      expect(count('DeleteArtifact')).toBe(0)
    },
  )

  test('replaces an artifact on a further attempt', async () => {
    await upload(openService(), 'again', writeRelease('first'))
    await upload(openService(service.environment, 2), 'again', writeRelease('second'))
    expect(service.artifacts()).toHaveLength(1)
    expect(await service.artifacts()[0]?.files()).toEqual({ 'hello.txt': Buffer.from('second') })
  })

  test.each<Fault>([500, 'reset', 'lost-answer'])('is asked again to delete: %j', async (fault) => {
    await upload(openService(), 'again', writeRelease('first'))
    service.failNext('DeleteArtifact', fault)
    await upload(openService(service.environment, 2), 'again', writeRelease('second'))
    expect(await service.artifacts()[0]?.files()).toEqual({ 'hello.txt': Buffer.from('second') })
  })

  test('lists the latest of each name, whatever its id, and nothing of another run', async () => {
    await upload(openService(), 'same', writeRelease('first'))
    await upload(openService(), 'only')
    await upload(openService(service.otherRunEnvironment()), 'foreign')
    const later = openService(service.attemptEnvironment(2), 2)
    await upload(later, 'same', writeRelease('second'))
    const listed = await later.list()
    expect(listed.map(({ name }) => name).sort()).toEqual(['only', 'same'])
    const [first, , second] = service.artifacts()
    expect(second?.id).toBeLessThan(first?.id ?? 0)
    expect(listed).toContainEqual(expect.objectContaining({ id: second?.id }))
  })

  test('of GitHub Enterprise Server, and files that are not there, are told at once', async () => {
    const artifacts = openService()
    process.env['GITHUB_SERVER_URL'] = 'https://git.example.com'
    expect((await failure(upload(artifacts, 'a'))).message).toMatch(
      'GitHub Enterprise Server does not take artifacts from this client; set upload: false and upload',
    )
    expect((await failure(artifacts.list())).message).toMatch(
      'GitHub Enterprise Server does not take artifacts from this client; build all targets in one job',
    )
    delete process.env['GITHUB_SERVER_URL']
    const missing = join(temporaryFolder('release'), 'missing')
    expect((await failure(upload(artifacts, 'b', missing))).message).toMatch(/^upload: b: .*missing/)
    expect(service.requests).toEqual([])
    expect(waits).toEqual([])
  })
})
