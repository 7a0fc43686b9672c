// The fake results service, tried with the real clients: what they save they get back, and what GitHub refuses is refused.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run, type Ended } from './processes.js'
import { startResultsService, type ResultsService } from './results-service.js'
import { temporaryFolder } from './temporary.js'

const MS_PER_DAY = 24 * 3600 * 1000

let service: ResultsService
let workspace: string

beforeEach(async () => {
  service = await startResultsService()
  workspace = temporaryFolder('services')
})
afterEach(() => service.stop())

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

describe('artifacts', () => {
  test('are listed and downloaded as they were uploaded, with one digest', async () => {
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
      uploaded: { id: 1, size: stored?.size, digest: stored?.digest.replace('sha256:', '') },
      artifacts: [{ id: 1, name: 'greetings', size: stored?.size, digest: stored?.digest }],
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

  test('of more than one block come back whole', async () => {
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

  test('a single file without an archive keeps its name', async () => {
    write('notes.md', '# Notes')
    await withClients(`
      const { id } = await artifact.uploadArtifact('ignored', ['notes.md'], '.', { skipArchive: true })
      result(await artifact.downloadArtifact(id, { path: 'back' }))`)
    expect(readFileSync(join(workspace, 'back/notes.md'), 'utf8')).toBe('# Notes')
  })

  test('a name that exists in the run is a conflict, also for another job, until it is deleted', async () => {
    write('a', 'first')
    const upload = `result(await artifact.uploadArtifact('same', ['a'], '.'))`
    await withClients(upload)
    const again = await withClients(upload, service.jobEnvironment('another-job'))
    expect(again.exitCode).toBe(1)
    expect(again.stderr).toMatch(/\(409\) Conflict: an artifact with this name already exists/)

    write('a', 'second')
    const { result } = await withClients(`await artifact.deleteArtifact('same'); ${upload}`)
    expect(result).toMatchObject({ id: 2 })
    expect(service.artifacts()).toHaveLength(1)
    expect(await service.artifacts()[0]?.files()).toEqual({ a: Buffer.from('second') })
  })

  test.each([
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
})

describe('cache entries', () => {
  const save = (key: string): string => `await cache.saveCache(['folder'], ${JSON.stringify(key)})`
  const restore = (...keys: string[]): string =>
    `(await cache.restoreCache(['folder'], ${JSON.stringify(keys[0])}, ${JSON.stringify(keys.slice(1))})) ?? null`

  test('are restored by their key and by prefixes, the newest first', async () => {
    for (const key of ['go-1-old', 'go-2-new', 'other']) {
      write('folder/key', key)
      await withClients(`result(${save(key)})`)
    }
    expect(service.cacheEntries().map(({ key }) => key)).toEqual(['go-1-old', 'go-2-new', 'other'])
    const cases: [keys: string[], matched: string | null][] = [
      [['go-1-old'], 'go-1-old'],
      [['none', 'go-'], 'go-2-new'],
      [['none', 'go-1', 'go-'], 'go-1-old'],
      [['go'], 'go-2-new'],
      [['none', 'ther'], null],
    ]
    for (const [keys, matched] of cases) {
      write('folder/key', 'not restored')
      const { result } = await withClients(`result(${restore(...keys)})`)
      expect(result).toBe(matched)
      expect(readFileSync(join(workspace, 'folder/key'), 'utf8')).toBe(matched ?? 'not restored')
    }
  })

  test('belong to the paths they were saved from', async () => {
    write('folder/key', 'a')
    const { result } = await withClients(
      `${save('key')}; result((await cache.restoreCache(['other-folder'], 'key')) ?? null)`,
    )
    expect(result).toBeNull()
  })

  test('are never changed', async () => {
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
