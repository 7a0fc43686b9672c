// Releases made by the real client at a fake GitHub that is busy, broken, or used by others too. The waiting is only written down.

import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { inspect } from 'node:util'
import type { Artifact } from '../../src/artifact.js'
import { openRelease, type ReleaseRequest } from '../../src/publish/index.js'
import {
  NAME_TAKEN,
  githubApis,
  type Fault,
  type GithubApi,
  type Operation,
  type Options,
  type StoredAsset,
  type StoredRelease,
} from '../support/github-api.js'
import { startHost, type LocalHost } from '../support/local-host.js'
import { temporaryFolder } from '../support/temporary.js'

const TAG = 'v1.2.3'
const REQUEST: ReleaseRequest = {
  publish: true,
  tag: TAG,
  commit: undefined,
  title: 'Tool 1.2.3',
  notes: { text: 'What is new.' },
  makeLatest: undefined,
  overwrite: false,
}

let host: LocalHost
let files: Artifact[]
beforeAll(async () => {
  host = await startHost(temporaryFolder('publish'))
  const folder = temporaryFolder('release')
  files = [
    makeFile(folder, 'tool_v1.2.3_linux_amd64.tar.gz', Buffer.alloc(300_000, 'archive ')),
    makeFile(folder, 'SHA256SUMS', Buffer.from('sums\n')),
  ]
})
afterAll(() => host[Symbol.asyncDispose]())

function makeFile(folder: string, name: string, bytes: Buffer): Artifact {
  const path = join(folder, name.replace('/', '_'))
  writeFileSync(path, bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { name, path, kind: 'archive', size: bytes.length, sha256 }
}

const startApi = githubApis()
const start = (options: Options = {}): Promise<GithubApi> => startApi({ tags: [TAG], ...options })

let waits: number[]
beforeEach(() => {
  waits = []
  ;(host.lines as string[]).length = 0
})

interface Run {
  readonly request?: Partial<ReleaseRequest>
  readonly token?: string
  readonly files?: readonly Artifact[]
  readonly sleep?: (milliseconds: number) => Promise<unknown>
}

const record = (milliseconds: number) => Promise.resolve(waits.push(milliseconds))

async function release(api: GithubApi, { request, token, files: some = files, sleep = record }: Run = {}) {
  const place = { api: api.url, repository: api.repository, token: token ?? api.tokens.write }
  const open = await openRelease(host, place, { ...REQUEST, ...request }, { sleep })
  return open.fill(some)
}

/** What a failed run says, after a look for the token in all that it tells. */
async function failure(api: GithubApi, run: Run = {}): Promise<string> {
  const error: unknown = await release(api, run).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  for (const token of Object.values(api.tokens)) {
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(token)
    expect(host.lines.join('\n')).not.toContain(token)
  }
  if (error === undefined) return ''
  expect(error).toMatchObject({ name: 'ActionError' })
  return (error as Error).message
}

const namesIn = ({ assets }: StoredRelease) => assets.map(({ name }) => name).sort()
const operations = (api: GithubApi) => api.requests.map(({ operation }) => operation)
const count = (api: GithubApi, wanted: Operation) =>
  operations(api).filter((operation) => operation === wanted).length

function isComplete({ assets }: StoredRelease): boolean {
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  return files.every(({ name, sha256 }) =>
    assets.some(
      (asset) => asset.name === name && asset.state === 'uploaded' && digest(asset.bytes) === sha256,
    ),
  )
}

/** One release of the tag, published, with all files and nothing else. */
function expectFinished(api: GithubApi): void {
  expect(api.releases).toHaveLength(1)
  const [only] = api.releases as [StoredRelease]
  expect(only).toMatchObject({ tag_name: TAG, draft: false })
  expect(namesIn(only)).toEqual(files.map(({ name }) => name).sort())
  expect(isComplete(only)).toBe(true)
}

describe('a release', () => {
  test('is drafted, filled and published', async () => {
    const api = await start()
    const result = await release(api)
    expectFinished(api)
    expect(api.releases[0]).toMatchObject({ name: 'Tool 1.2.3', body: 'What is new.', prerelease: false })
    expect(api.releases[0]).not.toHaveProperty('make_latest')
    expect(result).toEqual({
      url: `${api.url}/octo/tool/releases/tag/${TAG}`,
      uploaded: files.map(({ name }) => name),
      kept: [],
      published: true,
    })
    expect(operations(api).at(-1)).toBe('update release')
    expect(waits).toEqual([])
  })

  test('is published only when all files are there', async () => {
    const api = await start()
    const opened = await openRelease(
      host,
      { api: api.url, repository: api.repository, token: api.tokens.write },
      REQUEST,
    )
    expect(opened.url).toContain('untagged-')
    expect(api.releases).toMatchObject([{ draft: true, assets: [] }])
    await opened.fill(files)
    expectFinished(api)
  })

  test('stays a draft where that is asked for', async () => {
    const api = await start()
    const result = await release(api, { request: { publish: false } })
    expect(result).toMatchObject({ published: false })
    expect(api.releases).toMatchObject([{ draft: true }])
    expect(await release(api)).toMatchObject({
      published: true,
      uploaded: [],
      kept: files.map(({ name }) => name),
    })
    expectFinished(api)
  })

  test.each<[string, Partial<ReleaseRequest>, object]>([
    ['GitHub’s own notes', { notes: 'generate' }, { body: 'generated notes' }],
    ['no notes', { notes: undefined }, { body: '' }],
    ['the name of the latest', { makeLatest: 'true' }, { make_latest: 'true', prerelease: false }],
    ['another one as the latest', { makeLatest: 'false' }, { make_latest: 'false' }],
    [
      'a tag of a pre-release',
      { tag: 'v2.0.0-rc.1', makeLatest: 'true' },
      { make_latest: 'false', prerelease: true },
    ],
    ['a tag of a module in a folder', { tag: 'sub/v1.0.0' }, { tag_name: 'sub/v1.0.0', draft: false }],
  ])('may have %s', async (_, request, expected) => {
    const api = await start({ tags: [TAG, 'v2.0.0-rc.1', 'sub/v1.0.0'] })
    await release(api, { request })
    expect(api.releases).toMatchObject([expected])
  })

  test('keeps the token to itself', async () => {
    const api = await start()
    const masked: string[] = []
    const careful = { ...host, mask: (secret: string) => void masked.push(secret) }
    const place = { api: api.url, repository: api.repository, token: api.tokens.write }
    const opened = await openRelease(careful, place, REQUEST)
    expect(masked).toEqual([api.tokens.write])
    const told = JSON.stringify([opened, await opened.fill(files), host.lines])
    expect(told).not.toContain(api.tokens.write)
  })

  test('needs a tag that was pushed', async () => {
    const api = await start({ tags: ['v1.2.30'] })
    expect(await failure(api)).toBe(
      'release: octo/tool has no tag v1.2.3, or the token may not read it; push the tag first: git push origin v1.2.3',
    )
    expect(operations(api)).toEqual(['get tag'])
  })

  test.each([false, true])(
    'needs the tag to be of the commit that is released, annotated: %j',
    async (annotated) => {
      const [commit, other] = ['1'.repeat(40), '2'.repeat(40)]
      const api = await start({ annotated, commit })
      expect(await failure(api, { request: { commit: other } })).toBe(
        `release: the tag v1.2.3 of octo/tool is the commit ${commit}, and what is released is ${other}; release the commit of the tag, or move the tag back`,
      )
      expect(api.releases).toEqual([])
      expect(await release(api, { request: { commit } })).toMatchObject({ published: true })
    },
  )

  test('is not published where the tag was moved meanwhile', async () => {
    const api = await start({ commit: '1'.repeat(40) })
    const place = { api: api.url, repository: api.repository, token: api.tokens.write }
    const open = await openRelease(host, place, { ...REQUEST, commit: api.commit }, { sleep: record })
    api.commit = '2'.repeat(40)
    await expect(open.fill(files)).rejects.toThrow('move the tag back')
    expect(api.releases).toMatchObject([{ draft: true }])
  })

  test('is not published where the tag was removed meanwhile, since GitHub would make another', async () => {
    const api = await start()
    const sleep = () => {
      api.tags.clear()
      return Promise.resolve()
    }
    api.fail({ status: 500, message: 'Server Error' }, { operation: 'upload asset' })
    expect(await failure(api, { sleep })).toContain('has no tag v1.2.3')
    expect(api.releases).toMatchObject([{ draft: true }])
  })
})

describe('the release of the tag is found', () => {
  test('as a draft, on whatever page', async () => {
    const api = await start({ pageSize: 2 })
    const { id } = api.addRelease({ tag_name: TAG, draft: true, name: 'by hand', body: 'by hand' })
    for (let other = 0; other < 7; other++) api.addRelease({ tag_name: `v0.${other}.0` })
    await release(api)
    expect(count(api, 'create release')).toBe(0)
    expect(count(api, 'list releases')).toBe(4)
    expect(api.releases.find((each) => each.id === id)).toMatchObject({ draft: false, name: 'by hand' })
  })

  test('the first of several drafts', async () => {
    const api = await start()
    for (let draft = 0; draft < 3; draft++) api.addRelease({ tag_name: TAG, draft: true })
    await release(api)
    expect(api.releases.map(({ draft }) => draft)).toEqual([false, true, true])
  })

  test('published already: it gets the files', async () => {
    const api = await start()
    const published = api.addRelease({ tag_name: TAG, name: 'by hand' })
    api.addAsset(published, 'notes.txt', Buffer.from('notes'))
    expect(await release(api)).toMatchObject({ published: true, uploaded: files.map(({ name }) => name) })
    expect(namesIn(published)).toEqual([...files.map(({ name }) => name), 'notes.txt'].sort())
    expect(count(api, 'update release')).toBe(0)
  })

  test('with files on several pages', async () => {
    const api = await start({ pageSize: 1 })
    await release(api)
    expect(await release(api)).toMatchObject({ uploaded: [] })
    expectFinished(api)
  })
})

describe('a token that may only read', () => {
  const told =
    'HTTP 403: Resource not accessible by integration; give the job `contents: write` under `permissions:`'

  test('is refused before anything is built', async () => {
    const api = await start()
    const place = { api: api.url, repository: api.repository, token: api.tokens.read }
    await expect(openRelease(host, place, REQUEST)).rejects.toThrow(`release: the draft of v1.2.3: ${told}`)
    expect(api.releases).toEqual([])
  })

  test('also for a release that everybody sees', async () => {
    const api = await start()
    api.addRelease({ tag_name: TAG })
    const place = { api: api.url, repository: api.repository, token: api.tokens.read }
    await expect(openRelease(host, place, REQUEST)).rejects.toThrow(told)
  })

  test.each<[Operation, number, string]>([
    ['list releases', 403, 'contents: write'],
    ['list releases', 404, 'contents: write'],
    ['create release', 404, 'contents: write'],
    ['create release', 401, 'the token is not valid here'],
  ])('%s: HTTP %d', async (operation, status, advice) => {
    const api = await start()
    api.fail({ status, message: 'no' }, { operation })
    expect(await failure(api)).toContain(advice)
    expect(waits).toEqual([])
  })

  test('trouble with notes that nobody wants is none', async () => {
    const api = await start()
    api.addRelease({ tag_name: TAG })
    api.fail({ status: 500, message: 'Server Error' }, { operation: 'generate notes' })
    expect(await release(api)).toMatchObject({ published: true })
  })
})

describe('files that are there', () => {
  const [wrong] = [Buffer.from('other bytes')]

  test('are kept where they are the same', async () => {
    const api = await start()
    await release(api)
    const result = await release(api)
    expect(result).toMatchObject({ uploaded: [], kept: files.map(({ name }) => name), published: true })
    expect(count(api, 'upload asset')).toBe(2)
    expectFinished(api)
  })

  test('are refused by name where they are not, and nothing is uploaded', async () => {
    const api = await start()
    const draft = api.addRelease({ tag_name: TAG, draft: true })
    api.addAsset(draft, 'SHA256SUMS', wrong)
    expect(await failure(api)).toBe(
      'release: v1.2.3 has SHA256SUMS already, with other bytes; remove them there, or set overwrite: true',
    )
    expect([namesIn(draft), draft.draft]).toEqual([['SHA256SUMS'], true])
  })

  test('are replaced where that is asked for', async () => {
    const api = await start()
    api.addAsset(api.addRelease({ tag_name: TAG, draft: true }), 'SHA256SUMS', wrong)
    expect(await release(api, { request: { overwrite: true } })).toMatchObject({ published: true })
    expectFinished(api)
  })

  test('are removed where an upload was left unfinished', async () => {
    const api = await start()
    api.addAsset(api.addRelease({ tag_name: TAG, draft: true }), 'SHA256SUMS', 'starter')
    await release(api)
    expectFinished(api)
    expect(waits).toEqual([1000, 2000, 4000])
  })

  test('are waited for where another run is sending them', async () => {
    const api = await start()
    const draft = api.addRelease({ tag_name: TAG, draft: true })
    const asset = api.addAsset(draft, 'SHA256SUMS', 'starter')
    const sleep = () => {
      Object.assign(asset, { state: 'uploaded', bytes: Buffer.from('sums\n') })
      return Promise.resolve()
    }
    await release(api, { sleep })
    expectFinished(api)
    expect(draft.assets).toContain(asset)
    expect(count(api, 'delete asset')).toBe(0)
  })
})

test('what another run has begun while this one had to wait is not removed', async () => {
  const api = await start()
  const draft = api.addRelease({ tag_name: TAG, draft: true })
  let asset: StoredAsset | undefined
  const sleep = () => {
    if (asset === undefined) asset = api.addAsset(draft, 'SHA256SUMS', 'starter')
    else Object.assign(asset, { state: 'uploaded', bytes: Buffer.from('sums\n') })
    return Promise.resolve()
  }
  api.fail({ status: 429, message: 'slow down' }, { operation: 'upload asset' })
  await release(api, { sleep, files: files.slice(1) })
  expect(draft).toMatchObject({ draft: false, assets: [asset] })
  expect(count(api, 'delete asset')).toBe(0)
})

describe('what each run makes anew', () => {
  const SIGNATURE = 'SHA256SUMS.sigstore.json'
  const MANIFEST = 'manifest.json'
  const [mine, others] = [Buffer.from('mine'), Buffer.from("another run's")]
  let signed: Artifact[]
  beforeAll(() => {
    const folder = temporaryFolder('signed')
    signed = [
      ...files,
      { ...makeFile(folder, SIGNATURE, mine), kind: 'signature' },
      { ...makeFile(folder, MANIFEST, mine), kind: 'manifest' },
    ]
  })
  const bytesOf = ({ assets }: StoredRelease, wanted: string) =>
    assets.find(({ name }) => name === wanted)?.bytes

  test('replaces what an earlier run has left in a draft', async () => {
    const api = await start()
    const draft = api.addRelease({ tag_name: TAG, draft: true })
    api.addAsset(draft, SIGNATURE, others)
    expect(await release(api, { files: signed })).toMatchObject({ published: true, kept: [] })
    expect(bytesOf(draft, SIGNATURE)).toEqual(mine)
    expect(isComplete(draft)).toBe(true)
  })

  test('leaves what an earlier run has published', async () => {
    const api = await start()
    const published = api.addRelease({ tag_name: TAG, draft: false })
    for (const name of [SIGNATURE, MANIFEST]) api.addAsset(published, name, others)
    expect(await release(api, { files: signed })).toMatchObject({
      uploaded: files.map(({ name }) => name),
      kept: [SIGNATURE, MANIFEST],
    })
    expect(bytesOf(published, SIGNATURE)).toEqual(others)
  })

  test('replaces the half that an earlier run has got into a published release', async () => {
    const api = await start()
    const published = api.addRelease({ tag_name: TAG, draft: false })
    api.addAsset(published, SIGNATURE, others)
    expect(await release(api, { files: signed })).toMatchObject({ kept: [] })
    expect(bytesOf(published, SIGNATURE)).toEqual(mine)
  })
})

describe('names', () => {
  test('that GitHub would change are refused before anything is uploaded', async () => {
    const api = await start()
    const odd = ['tool~rc1.zip', 'my tool.zip', '.tool'].map((name) => ({ ...(files[0] as Artifact), name }))
    expect(await failure(api, { files: [...files, ...odd] })).toContain(
      'GitHub would rename tool~rc1.zip, my tool.zip, .tool;',
    )
    expect(count(api, 'upload asset')).toBe(0)
  })

  test('that it changes all the same are told, and not published', async () => {
    const api = await start({ rename: (name) => name.replace('SHA256SUMS', 'sums') })
    expect(await failure(api)).toContain('GitHub renamed SHA256SUMS to sums, which was removed again')
    expect(api.releases).toMatchObject([{ draft: true }])
    expect(api.releases[0]?.assets.map(({ name }) => name)).not.toContain('sums')
  })

  test('with a plus stay', async () => {
    const api = await start()
    const plus = { ...(files[0] as Artifact), name: 'tool_v1.2.3+meta.tar.gz' }
    await release(api, { files: [plus] })
    expect(api.releases[0]?.assets).toMatchObject([{ name: 'tool_v1.2.3+meta.tar.gz' }])
  })
})

describe('an immutable release', () => {
  test('has all files when it is published, and a second run is content', async () => {
    const api = await start({ immutable: true })
    await release(api)
    expectFinished(api)
    expect(api.releases).toMatchObject([{ immutable: true }])
    expect(await release(api)).toMatchObject({ uploaded: [], published: true })
  })

  test.each([false, true])('that lacks a file is an error, with overwrite %j', async (overwrite) => {
    const api = await start({ immutable: true })
    const published = api.addRelease({ tag_name: TAG, immutable: true })
    api.addAsset(published, 'SHA256SUMS', Buffer.from('sums\n'))
    expect(await failure(api, { request: { overwrite } })).toBe(
      'release: v1.2.3 is published and immutable, and has not these bytes of tool_v1.2.3_linux_amd64.tar.gz; release them under a new tag',
    )
    expect(count(api, 'upload asset')).toBe(0)
  })
})

describe('patience', () => {
  const busy = (headers: Record<string, string>) => ({ status: 429, message: 'slow down', headers })
  const secondary = {
    status: 403,
    message: 'You have exceeded a secondary rate limit. Please wait a few minutes.',
  }

  test.each<[string, Fault, number]>([
    ['as long as GitHub asks', busy({ 'retry-after': '90' }), 90_000],
    ['also where it limits what is written', { ...secondary, headers: { 'retry-after': '120' } }, 120_000],
    ['a minute where it does not say', secondary, 60_000],
    ['a moment where it is broken', { status: 502, message: 'Bad Gateway' }, 1000],
    ['a moment where the connection drops', 'drop', 1000],
  ])('waits %s', async (_, fault, expected) => {
    const api = await start()
    api.fail(fault, { operation: 'upload asset' })
    await release(api)
    expectFinished(api)
    expect(waits).toEqual([expected])
    expect(host.lines.join('\n')).toMatch(/info: release: \S+: .*; trying again in \d+ s/)
  })

  test('ends where it asks for more than some minutes', async () => {
    const api = await start()
    api.fail(busy({ 'retry-after': '3600' }), { operation: 'upload asset', times: 9 })
    expect(await failure(api)).toMatch(
      /^release: (tool_v1\.2\.3_linux_amd64\.tar\.gz|SHA256SUMS): HTTP 429: slow down; GitHub asks to be left alone for 3600 s; run this again later/,
    )
    expect(waits).toEqual([])
  })

  test('ends after five attempts, with nothing published', async () => {
    const api = await start()
    const [first] = files as [Artifact]
    api.fail({ status: 500, message: 'Server Error' }, { operation: 'upload asset', times: 99 })
    expect(await failure(api, { files: [first] })).toBe(
      `release: ${first.name}: HTTP 500: Server Error; run this again later, and it goes on where it stopped`,
    )
    expect([count(api, 'upload asset'), waits]).toEqual([5, [1000, 2000, 4000, 8000]])
    expect(api.releases).toMatchObject([{ draft: true, assets: [] }])
  })

  test('does not go through all files where one cannot be had', async () => {
    const api = await start()
    const many = Array.from({ length: 20 }, (_, index) => ({
      ...(files[0] as Artifact),
      name: `file-${index}`,
    }))
    api.fail({ status: 403, message: 'no' }, { operation: 'upload asset', times: 99 })
    expect(await failure(api, { files: many })).toContain('release: file-0: HTTP 403: no; give the job')
    expect(count(api, 'upload asset')).toBe(3)
  })

  test.each<[string, Fault]>([
    ['breaks off', 'cut'],
    ['gets no answer', 'lose'],
    ['arrives altered', 'corrupt'],
  ])('bears an upload that %s four times', async (_, fault) => {
    const api = await start()
    api.fail(fault, { operation: 'upload asset', times: 4 })
    await release(api)
    expectFinished(api)
  })

  test('is not for what a broken upload has left', async () => {
    const api = await start()
    api.fail('cut', { operation: 'upload asset', times: 4 })
    await release(api, { files: files.slice(1) })
    expect([count(api, 'delete asset'), waits]).toEqual([4, [1000, 2000, 4000, 8000]])
  })

  test('does nothing again that was done though the answer was lost', async () => {
    const api = await start()
    api.addAsset(api.addRelease({ tag_name: TAG, draft: true }), 'SHA256SUMS', Buffer.from('other bytes'))
    for (const operation of ['delete asset', 'upload asset', 'update release'] as const)
      api.fail('lose', { operation })
    await release(api, { request: { overwrite: true } })
    expectFinished(api)
    expect([count(api, 'delete asset'), count(api, 'upload asset'), count(api, 'update release')]).toEqual([
      2, 2, 1,
    ])
  })

  test('names what GitHub has instead of the bytes that were sent', async () => {
    const api = await start()
    api.fail('corrupt', { operation: 'upload asset', times: 99 })
    expect(await failure(api, { files: files.slice(1) })).toMatch(
      /^release: SHA256SUMS: GitHub received 5 bytes, sha256:[0-9a-f]{64} instead of 5 bytes, sha256:[0-9a-f]{64};/,
    )
    expect(api.releases).toMatchObject([{ draft: true, assets: [] }])
  })

  test('waits for a digest that is told late', async () => {
    const api = await start()
    api.fail('late digest', { operation: 'upload asset' })
    await release(api)
    expectFinished(api)
    expect(waits).toEqual([1000])
  })

  test('a file that is gone from this machine is an error of this machine', async () => {
    const api = await start()
    const gone = { ...(files[1] as Artifact), path: join(temporaryFolder('gone'), 'SHA256SUMS') }
    await expect(release(api, { files: [gone] })).rejects.toMatchObject({ code: 'ENOENT', path: gone.path })
    expect(waits).toEqual([])
  })
})

describe('what is not there at the end', () => {
  test('is told, and the release is not published', async () => {
    const api = await start()
    const draft = api.addRelease({ tag_name: TAG, draft: true })
    const sleep = () => {
      // Somebody removes a file that was there.
      draft.assets = draft.assets.filter(({ name }) => name !== 'SHA256SUMS')
      return Promise.resolve()
    }
    api.addAsset(draft, 'SHA256SUMS', Buffer.from('sums\n'))
    api.fail({ status: 500, message: 'Server Error' }, { operation: 'upload asset' })
    expect(await failure(api, { sleep })).toBe(
      'release: v1.2.3 does not hold what was uploaded: SHA256SUMS (not there); see that nothing else writes to it, and run this again',
    )
    expect(draft.draft).toBe(true)
    expect(await release(api)).toMatchObject({ published: true, uploaded: ['SHA256SUMS'] })
  })
})

describe('every fault at every request', () => {
  const REQUESTS = 12
  const FAULTS: readonly (readonly [string, Fault, ends: 'well' | 'badly'])[] = [
    ['429 with Retry-After', { status: 429, message: 'slow down', headers: { 'retry-after': '30' } }, 'well'],
    ['500', { status: 500, message: 'Server Error' }, 'well'],
    ['a dropped connection', 'drop', 'well'],
    ['a connection cut halfway', 'cut', 'well'],
    ['a lost answer', 'lose', 'well'],
    ['a taken name', NAME_TAKEN, 'well'],
    ['403', { status: 403, message: 'Resource not accessible by integration' }, 'badly'],
    ['422', { status: 422, message: 'Validation Failed' }, 'badly'],
  ]

  test('there are so many', async () => {
    const api = await start()
    await release(api)
    expect(api.requests).toHaveLength(REQUESTS)
  })

  test.each(FAULTS)('%s', async (_, fault, ends) => {
    for (let nth = 1; nth <= REQUESTS; nth++) {
      const api = await start()
      api.fail(fault, { nth })
      const message = await failure(api)
      const { operation } = api.requests[nth - 1] as { readonly operation: Operation }
      const at = `request ${nth}, ${operation}: ${message}`
      for (const each of api.releases) expect([at, each.draft || isComplete(each)]).toEqual([at, true])
      if (ends === 'well') expect(at).toBe(`request ${nth}, ${operation}: `)
      else if (operation === 'upload asset')
        expect(at).toMatch(/: release: (tool_v1\.2\.3_linux_amd64\.tar\.gz|SHA256SUMS): HTTP 4/)
      else expect(at).toMatch(/: release: .*v1\.2\.3: HTTP 4/)
      await release(api)
      expectFinished(api)
    }
  })
})

describe('two runs at once', () => {
  /** Long enough for the other one to do something. */
  const sleep = (milliseconds: number) => pause(milliseconds / 100)

  test.each<[string, readonly Operation[], Options]>([
    ['make one draft', ['list releases'], {}],
    ['make one draft, on several pages', ['list releases'], { pageSize: 1 }],
    ['send the same files', ['list releases', 'list assets'], {}],
    ['publish together', ['list releases', 'update release'], {}],
    ['publish what then is immutable', ['list releases', 'list assets'], { immutable: true }],
  ])('%s', async (_, meetings, options) => {
    for (let round = 0; round < 5; round++) {
      const api = await start(options)
      for (const operation of meetings) api.gather(operation, 2)
      const results = await Promise.all([release(api, { sleep }), release(api, { sleep })])
      expect(results).toMatchObject([{ published: true }, { published: true }])
      expect(count(api, 'create release')).toBe(2)
      expectFinished(api)
    }
  })

  test('one that comes while the other sends finds its files', async () => {
    const api = await start({ immutable: true })
    const first = release(api, { sleep })
    const sending = async () => {
      for (let look = 0; look < 9999 && count(api, 'upload asset') === 0; look++) await pause(1)
    }
    await Promise.race([first, sending()])
    const results = await Promise.all([first, release(api, { sleep })])
    expect(results).toMatchObject([{ published: true }, { published: true }])
    expect(count(api, 'create release')).toBe(1)
    expectFinished(api)
  })
})
