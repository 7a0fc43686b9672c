// The fake results service, tried with the real clients: what they save they get back, and what GitHub refuses is refused.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run, type Ended } from './processes.js'
import { startResultsService, type Fault, type ResultsService } from './results-service.js'
import { temporaryFolder } from './temporary.js'
import { requireTool } from './test-tools.js'

const MS_PER_DAY = 24 * 3600 * 1000

/** Those with Azurite need the tool; what is skipped without it is run with the store of our own all the same. */
const STORES = { files: test, azurite: requireTool('node24', 'azurite') }

let service: ResultsService
let workspace: string

const startBeforeEach = (blobs: keyof typeof STORES): void => {
  beforeEach(async () => {
    service = await startResultsService({ blobs })
    workspace = temporaryFolder('services')
  })
  afterEach(() => service.stop())
}

function write(path: string, content: string): void {
  const file = join(workspace, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

/**
 * Runs the lines of a module that has the two clients at hand, in the workspace, and returns what it gave to `result`.
 * It is evaluated in the repository's folder, where Node finds the clients.
 */
async function withClients(
  lines: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended & { result: unknown }> {
  const output = join(temporaryFolder('clients'), 'result.json')
  const script = `
    import { writeFileSync } from 'node:fs'
    import { DefaultArtifactClient } from '@actions/artifact'
    import * as cache from '@actions/cache'
    const artifact = new DefaultArtifactClient()
    process.chdir(process.env.GITHUB_WORKSPACE)
    const result = (value) => writeFileSync(${JSON.stringify(output)}, JSON.stringify(value))
    ${lines}`
  const ended = await run([process.execPath, '--input-type=module', '--eval', script], {
    env: {
      ...service.environment,
      GITHUB_WORKSPACE: workspace,
      RUNNER_TEMP: temporaryFolder('runner'),
      ...env,
    },
  })
  return { ...ended, result: ended.exitCode === 0 ? JSON.parse(readFileSync(output, 'utf8')) : undefined }
}

describe.each(Object.keys(STORES) as (keyof typeof STORES)[])('artifacts, with blobs in %s,', (store) => {
  const check = STORES[store]
  startBeforeEach(store)

  check('are listed and downloaded as they were uploaded, with one digest', async () => {
    write('out/hello.txt', 'hello')
    write('out/deep/world.txt', 'world')
    const { result, stderr } = await withClients(`
      const files = ['out/hello.txt', 'out/deep/world.txt']
      const uploaded = await artifact.uploadArtifact('greetings', files, 'out', { retentionDays: 3 })
      const { artifacts } = await artifact.listArtifacts()
      const downloaded = await artifact.downloadArtifact(uploaded.id, {
        path: 'back', expectedHash: 'sha256:' + uploaded.digest })
      result({ uploaded, artifacts, downloaded })`)
    expect(stderr).toBe('')
    const [stored] = service.artifacts()
    expect(result).toMatchObject({
      uploaded: { id: stored?.id, size: stored?.size, digest: stored?.digest.replace('sha256:', '') },
      artifacts: [{ id: stored?.id, name: 'greetings', size: stored?.size, digest: stored?.digest }],
      downloaded: { digestMismatch: false },
    })
    expect(readFileSync(join(workspace, 'back/deep/world.txt'), 'utf8')).toBe('world')
    expect(await stored?.files()).toEqual({
      'hello.txt': Buffer.from('hello'),
      'deep/world.txt': Buffer.from('world'),
    })
    const lifetime = (stored?.expiresAt?.getTime() ?? 0) - (stored?.createdAt.getTime() ?? 0)
    expect(Math.round(lifetime / MS_PER_DAY)).toBe(3)
  })

  check('of more than one block come back whole', async () => {
    const { result } = await withClients(`
      import { randomBytes, createHash } from 'node:crypto'
      const bytes = randomBytes(20 * 1024 * 1024)
      writeFileSync('large', bytes)
      await artifact.uploadArtifact('large', ['large'], '.', { compressionLevel: 0 })
      result(createHash('sha256').update(bytes).digest('hex'))`)
    const files = await service.artifacts()[0]?.files()
    const { createHash } = await import('node:crypto')
    expect(
      createHash('sha256')
        .update(files?.large ?? '')
        .digest('hex'),
    ).toBe(result)
    expect(service.requests.filter(({ operation }) => operation === 'Put Block').length).toBeGreaterThan(2)
  })

  check('a single file without an archive keeps its name', async () => {
    write('notes.md', '# Notes')
    await withClients(`
      const { id } = await artifact.uploadArtifact('ignored', ['notes.md'], '.', { skipArchive: true })
      result(await artifact.downloadArtifact(id, { path: 'back' }))`)
    expect(readFileSync(join(workspace, 'back/notes.md'), 'utf8')).toBe('# Notes')
  })

  check(
    'a name that exists in the run is a conflict, also for another job, until it is deleted',
    async () => {
      write('a', 'first')
      const upload = `result(await artifact.uploadArtifact('same', ['a'], '.'))`
      await withClients(upload)
      const again = await withClients(upload, service.jobEnvironment('another-job'))
      expect(again.exitCode).toBe(1)
      expect(again.stderr).toMatch(/\(409\) Conflict: an artifact with this name already exists/)

      write('a', 'second')
      const { result } = await withClients(`await artifact.deleteArtifact('same'); ${upload}`)
      expect(service.artifacts()).toHaveLength(1)
      expect(result).toMatchObject({ id: service.artifacts()[0]?.id })
      expect(await service.artifacts()[0]?.files()).toEqual({ a: Buffer.from('second') })
    },
  )

  check.each([
    ['another service’s token', `Actions.Results:run:job`, /\(401\) Unauthorized/],
    ['no token at all', undefined, /Unable to get the ACTIONS_RUNTIME_TOKEN/],
  ])('are refused with %s', async (_, scp, message) => {
    write('a', 'a')
    const claims = Buffer.from(JSON.stringify({ scp })).toString('base64url')
    const { exitCode, stderr } = await withClients(`result(await artifact.uploadArtifact('a', ['a'], '.'))`, {
      ACTIONS_RUNTIME_TOKEN: scp === undefined ? '' : `e30.${claims}.c2ln`,
    })
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(message)
    expect(service.artifacts()).toEqual([])
  })

  const ALL = `(await artifact.listArtifacts()).artifacts.map(({ id, name }) => ({ id, name }))`

  check('of another run are not seen, and take no name', async () => {
    write('a', 'a')
    const upload = `result((await artifact.uploadArtifact('same', ['a'], '.')).id)`
    const { result: id } = await withClients(upload)
    const other = service.otherRunEnvironment()
    expect((await withClients(`result(${ALL})`, other)).result).toEqual([])
    const { result: otherId, exitCode } = await withClients(upload, other)
    expect(exitCode).toBe(0)
    expect((await withClients(`result(${ALL})`)).result).toEqual([{ id, name: 'same' }])
    expect((await withClients(`result(${ALL})`, other)).result).toEqual([{ id: otherId, name: 'same' }])
    expect(service.artifacts()).toHaveLength(1)
  })

  check('of an earlier attempt are read by a later one, which has names of its own', async () => {
    write('a', 'first')
    await withClients(`result(await artifact.uploadArtifact('same', ['a'], '.'))`)
    write('a', 'second')
    const again = service.attemptEnvironment(2)
    const { result } = await withClients(
      `const { id } = await artifact.uploadArtifact('same', ['a'], '.')
       const all = ${ALL}
       for (const [index, one] of all.entries()) await artifact.downloadArtifact(one.id, { path: 'back' + index })
       result({ id, all })`,
      again,
    )
    const [first, second] = service.artifacts()
    expect(result).toEqual({
      id: second?.id,
      all: [first, second].map((artifact) => ({ id: artifact?.id, name: 'same' })),
    })
    expect(second?.id).toBeLessThan(first?.id ?? 0)
    expect(['back0', 'back1'].map((folder) => readFileSync(join(workspace, folder, 'a'), 'utf8'))).toEqual([
      'first',
      'second',
    ])
    // An earlier attempt is over before a later one begins; its token shows nothing of that one.
    expect((await withClients(`result(${ALL})`)).result).toEqual([{ id: first?.id, name: 'same' }])
  })

  check.each([
    [true, /^deleted$/],
    [false, /not finalized/],
  ])(
    'that were begun and not finished hold their name, and can be deleted: %s',
    async (unfinishedCanGo, answer) => {
      await service.stop()
      service = await startResultsService({ blobs: store, unfinishedCanGo })
      write('a', 'a')
      service.failNext('FinalizeArtifact', 403)
      const { result } = await withClients(`
      const failed = async (act) => act().then(() => 'done', (error) => error.message)
      const upload = () => failed(() => artifact.uploadArtifact('cut', ['a'], '.'))
      const said = [await upload(), await upload(), await failed(() => artifact.deleteArtifact('cut'))]
      const { scp } = JSON.parse(Buffer.from(process.env.ACTIONS_RUNTIME_TOKEN.split('.')[1], 'base64url'))
      const [, run, job] = scp.split('Actions.Results')[1].split(':')
      const response = await fetch(process.env.ACTIONS_RESULTS_URL +
        'twirp/github.actions.results.api.v1.ArtifactService/DeleteArtifact', {
        method: 'POST',
        headers: { authorization: 'Bearer ' + process.env.ACTIONS_RUNTIME_TOKEN, 'content-type': 'application/json' },
        body: JSON.stringify({ workflow_run_backend_id: run, workflow_job_run_backend_id: job, name: 'cut' }),
      })
      result([...said, response.ok ? 'deleted' : (await response.json()).msg, await upload()])`)
      expect(result).toEqual([
        expect.stringContaining('(403)') as string,
        expect.stringContaining('(409)') as string,
        'Artifact not found for name: cut',
        expect.stringMatching(answer) as string,
        unfinishedCanGo ? 'done' : (expect.stringContaining('(409)') as string),
      ])
    },
  )

  check('can be altered, with and without their digest', async () => {
    write('a', 'a')
    await withClients(`result(await artifact.uploadArtifact('a', ['a'], '.', { compressionLevel: 0 }))`)
    const [before] = service.artifacts()
    const swap = (from: string, to: string) => (zip: Buffer) =>
      Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1')
    await service.alterArtifact('a', swap('a', 'b'))
    expect(service.artifacts()[0]?.digest).toBe(before?.digest)
    expect(await service.artifacts()[0]?.files()).toEqual({ b: Buffer.from('b') })
    await service.alterArtifact('a', swap('b', 'c'), { redigest: true })
    const [after] = service.artifacts()
    expect(after?.digest).not.toBe(before?.digest)
    expect(await after?.files()).toEqual({ c: Buffer.from('c') })
  })
})

describe.each(Object.keys(STORES) as (keyof typeof STORES)[])('cache entries, with blobs in %s,', (store) => {
  const check = STORES[store]
  startBeforeEach(store)

  const save = (key: string): string => `await cache.saveCache(['folder'], ${JSON.stringify(key)})`
  const restore = (...keys: string[]): string =>
    `(await cache.restoreCache(['folder'], ${JSON.stringify(keys[0])}, ${JSON.stringify(keys.slice(1))})) ?? null`

  check('are restored by their key and by prefixes, the newest first', async () => {
    const keys = ['go-1-old', 'go-2-new', 'other']
    write('folder/key', '')
    await withClients(
      keys.map((key) => `writeFileSync('folder/key', '${key}'); ${save(key)}`).join('\n') + '\nresult(0)',
    )
    expect(service.cacheEntries().map(({ key }) => key)).toEqual(keys)
    const cases: [keys: string[], matched: string | null][] = [
      [['go-1-old'], 'go-1-old'],
      [['none', 'go-'], 'go-2-new'],
      [['none', 'go-1', 'go-'], 'go-1-old'],
      [['go'], 'go-2-new'],
      [['none', 'ther'], null],
    ]
    const { result } = await withClients(`
      const { readFileSync } = await import('node:fs')
      const restored = []
      for (const restore of [${cases.map(([wanted]) => `async () => ${restore(...wanted)}`).join(',\n')}]) {
        writeFileSync('folder/key', 'not restored')
        restored.push([await restore(), readFileSync('folder/key', 'utf8')])
      }
      result(restored)`)
    expect(result).toEqual(cases.map(([, matched]) => [matched, matched ?? 'not restored']))
  })

  check('belong to the paths they were saved from', async () => {
    write('folder/key', 'a')
    const { result } = await withClients(
      `${save('key')}; result((await cache.restoreCache(['other-folder'], 'key')) ?? null)`,
    )
    expect(result).toBeNull()
  })

  check('are never changed', async () => {
    write('folder/key', 'first')
    await withClients(`result(${save('key')})`)
    write('folder/key', 'second')
    const { result, stdout } = await withClients(`result(${save('key')})`)
    expect(result).toBe(-1)
    expect(stdout).toMatch('Unable to reserve cache with key key')
    await withClients(`result(${restore('key')})`)
    expect(readFileSync(join(workspace, 'folder/key'), 'utf8')).toBe('first')
  })
})

describe('requests', () => {
  startBeforeEach('files')

  const twirp = 'twirp/github.actions.results.api.v1'
  const call = async (
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<[number, unknown]> => {
    const authorization = `Bearer ${service.environment.ACTIONS_RUNTIME_TOKEN ?? ''}`
    const response = await fetch(`${service.url}/${path}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return [response.status, await response.json()]
  }
  const key = { key: 'k', version: 'v' }

  test.each<[reason: string, path: string, body: unknown, status: number, message: string]>([
    [
      'a field that is not known',
      'CacheService/CreateCacheEntry',
      { ...key, mode: 1 },
      400,
      'unknown field "mode"',
    ],
    [
      'a field of another kind',
      'CacheService/CreateCacheEntry',
      { ...key, key: 1 },
      400,
      'key is not a string: 1',
    ],
    ['a missing field', 'CacheService/CreateCacheEntry', { key: 'k' }, 400, 'missing: version'],
    ['a body that is no JSON', 'CacheService/CreateCacheEntry', 'x', 400, 'the body is not JSON'],
    ['a key with a comma', 'CacheService/CreateCacheEntry', { ...key, key: 'a,b' }, 400, 'a comma'],
    [
      'an entry that was not begun',
      'CacheService/FinalizeCacheEntryUpload',
      { ...key, size_bytes: '1' },
      404,
      'no cache entry',
    ],
    ['an unknown method', 'CacheService/Delete', key, 404, 'no handler'],
    [
      'another run',
      'ArtifactService/ListArtifacts',
      { workflow_run_backend_id: 'r', workflow_job_run_backend_id: 'j' },
      403,
      'another workflow run',
    ],
  ])('are refused for %s', async (_, path, body, status, message) => {
    const [got, answer] = await call(`${twirp}.${path}`, body)
    expect(got).toBe(status)
    expect(answer).toMatchObject({ msg: expect.stringContaining(message) as string })
  })

  test('for a part of a blob get that part, and only by the URL that was signed', async () => {
    const [, { signed_upload_url: upload }] = (await call(`${twirp}.CacheService/CreateCacheEntry`, key)) as [
      number,
      { signed_upload_url: string },
    ]
    const put = (headers: Record<string, string>): Promise<Response> =>
      fetch(upload, { method: 'PUT', headers, body: '0123456789' })
    expect((await put({})).status).toBe(400)
    expect((await put({ 'x-ms-blob-type': 'BlockBlob' })).status).toBe(201)
    const [early] = await call(`${twirp}.CacheService/FinalizeCacheEntryUpload`, { ...key, size_bytes: '9' })
    expect(early).toBe(400)
    await call(`${twirp}.CacheService/FinalizeCacheEntryUpload`, { ...key, size_bytes: '10' })
    const [, { signed_download_url: download }] = (await call(
      `${twirp}.CacheService/GetCacheEntryDownloadURL`,
      key,
    )) as [number, { signed_download_url: string }]
    const part = await fetch(download, { headers: { range: 'bytes=2-4' } })
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
      206,
      'bytes 2-4/10',
      '234',
    ])
    const head = await fetch(download, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '10'])
    expect((await fetch(download, { headers: { range: 'bytes=10-' } })).status).toBe(416)
    expect((await fetch(upload)).status).toBe(403)
    expect((await fetch(download, { method: 'PUT', body: 'x' })).status).toBe(403)
  })

  test.each<[Fault, status: number, headers: Record<string, string>, text: RegExp]>([
    [503, 503, {}, /a planned fault/],
    [{ status: 429, retryAfterSeconds: 7 }, 429, { 'retry-after': '7' }, /a planned fault/],
    ['quota', 403, {}, /insufficient usage/],
    ['conflict', 409, {}, /already exists/],
    ['expired', 403, { 'x-ms-error-code': 'AuthenticationFailed' }, /<Code>AuthenticationFailed</],
    [{ delayMs: 20 }, 200, {}, /signed_upload_url/],
  ])('fail as planned: %j', async (fault, status, headers, text) => {
    service.failNext('CreateCacheEntry', fault)
    const response = await fetch(`${service.url}/${twirp}.CacheService/CreateCacheEntry`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${service.environment.ACTIONS_RUNTIME_TOKEN ?? ''}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(key),
    })
    expect(response.status).toBe(status)
    expect(Object.fromEntries(response.headers)).toMatchObject(headers)
    expect(await response.text()).toMatch(text)
  })

  test.each<[Fault, done: boolean]>([
    ['reset', false],
    ['cut-upload', false],
    ['lost-answer', true],
    ['cut-download', true],
  ])('are cut as planned: %s; what they ask for is done: %s', async (fault, done) => {
    service.failNext('CreateCacheEntry', fault)
    await expect(call(`${twirp}.CacheService/CreateCacheEntry`, key)).rejects.toThrow(
      /fetch failed|terminated/,
    )
    const [again] = await call(`${twirp}.CacheService/CreateCacheEntry`, key)
    expect(again).toBe(done ? 409 : 200)
    expect(service.requests).toEqual([0, again].map((status) => ({ operation: 'CreateCacheEntry', status })))
  })

  test('are refused for a URL that is over, until there is a new one', async () => {
    await service.addCacheEntry('k', 'v', Buffer.from('bytes'))
    const get = async (): Promise<string> => {
      const [, answer] = await call(`${twirp}.CacheService/GetCacheEntryDownloadURL`, key)
      return (answer as { signed_download_url: string }).signed_download_url
    }
    const url = await get()
    service.failNext('Get Blob', 'expired')
    for (const status of [403, 403]) expect((await fetch(url)).status).toBe(status)
    expect(await (await fetch(await get())).text()).toBe('bytes')
  })

  test('fail as planned, and are logged', async () => {
    service.failNext('CreateCacheEntry', 503)
    service.failNext('CreateCacheEntry', 'reset')
    expect((await call(`${twirp}.CacheService/CreateCacheEntry`, key))[0]).toBe(503)
    await expect(call(`${twirp}.CacheService/CreateCacheEntry`, key)).rejects.toThrow('fetch failed')
    expect((await call(`${twirp}.CacheService/CreateCacheEntry`, key))[0]).toBe(200)
    expect(service.requests).toEqual(
      [503, 0, 200].map((status) => ({ operation: 'CreateCacheEntry', status })),
    )
  })
})
