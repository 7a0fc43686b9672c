// The build cache as users have it: fresh runners and one cache service, what is restored and saved, and every kind of trouble.

import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { zipSync, type Zippable } from 'fflate'
import { runAction, type ActionRun, type Event } from '../support/action-runner.js'
import {
  isPack,
  makeTar,
  readEntriesOf,
  readPackOf,
  uploadOf,
  type PackEntry,
} from '../support/cache-packs.js'
import { commitAll, git, temporaryModule, writeFiles } from '../support/modules.js'
import { cleanEnvironment, runChecked } from '../support/processes.js'
import { readChecksums } from '../support/release-files.js'
import { startResultsService, type Fault, type ResultsService } from '../support/results-service.js'
import { temporaryFolder } from '../support/temporary.js'
import { requireTool, toolsFolder } from '../support/test-tools.js'

const withNode = requireTool('node24')
const withCosign = requireTool('node24', 'cosign')

const payload = { repository: { private: true, default_branch: 'main' } }
const MODULE = {
  'go.mod': 'module example.test/app\n\ngo 1.22\n',
  'main.go': `package main

import (
	"encoding/json"
	"fmt"
)

func main() {
	text, err := json.Marshal([]int{1})
	fmt.Println(string(text), err)
}
`,
}
/** All that it needs is what every program needs. */
const SMALL_MODULE = {
  'go.mod': 'module example.test/small\n\ngo 1.22\n',
  'main.go': 'package main\n\nfunc main() { println("hello") }\n',
}

/** What is read of manifest.json. */
interface Manifest {
  readonly cache: {
    readonly hit: boolean
    readonly differs: readonly string[]
    readonly notes: readonly string[]
    readonly restore?: { readonly files: number; readonly refused: number }
    readonly prune?: { readonly files: number }
    readonly save?: { readonly bytes: number }
    readonly notSaved?: string
    readonly modules?: { readonly restore?: object; readonly save?: object }
  }
  readonly targets: readonly {
    readonly target: string
    readonly work?: { readonly compiled: number; readonly cached: number }
  }[]
}

interface Release extends ActionRun {
  readonly manifest: Manifest
  /** SHA-256 by file name. */
  readonly checksums: Readonly<Record<string, string>>
}

interface ReleaseOptions {
  readonly matrix: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly event?: Event
  readonly env?: Readonly<Record<string, string>>
  readonly temp?: string
}

/** Runs the action on a runner of its own, in a job that has `service`. */
function start(folder: string, service: ResultsService, options: ReleaseOptions): Promise<ActionRun> {
  return runAction({
    cwd: folder,
    inputs: { matrix: options.matrix, sbom: 'off', sign: 'off', upload: 'false', ...options.inputs },
    event: { payload, ...options.event },
    env: { ...service.environment, ...options.env },
    ...(options.temp === undefined ? {} : { temp: options.temp }),
  })
}

/** As `start`, to an end that must be good. */
async function release(folder: string, service: ResultsService, options: ReleaseOptions): Promise<Release> {
  const ended = await start(folder, service, options)
  if (ended.exitCode !== 0) throw new Error(`${ended.stdout}${ended.stderr}`)
  return {
    ...ended,
    manifest: JSON.parse(readFileSync(ended.outputs['manifest'] ?? '', 'utf8')) as Manifest,
    checksums: readChecksums(ended.outputs['checksums'] ?? ''),
  }
}

const packsIn = (service: ResultsService) => service.cacheEntries().filter(isPack)
const keysOf = (service: ResultsService): string[] => packsIn(service).map(({ key }) => key)

const compiledBy = ({ manifest }: Release): Record<string, number | undefined> =>
  Object.fromEntries(manifest.targets.map(({ target, work }) => [target, work?.compiled]))

const warningsOf = ({ annotations }: ActionRun): string[] =>
  annotations.filter(({ level }) => level !== 'error').map(({ message }) => message)

interface Upload {
  readonly key: string
  readonly version: string
  readonly bytes: Buffer
}

async function uploadsOf(service: ResultsService): Promise<Upload[]> {
  return Promise.all(
    packsIn(service).map(async ({ key, version, read }) => ({ key, version, bytes: await read() })),
  )
}

const services: ResultsService[] = []
/** A service that holds these entries and no others. */
async function serviceWith(...uploads: readonly Upload[]): Promise<ResultsService> {
  const service = await startResultsService()
  services.push(service)
  for (const { key, version, bytes } of uploads) await service.addCacheEntry(key, version, bytes)
  return service
}
afterAll(() => Promise.all(services.map((service) => service.stop())))

/** A module after its first run on the default branch: that run, and what it saved. */
interface Filled {
  readonly folder: string
  readonly first: Release
  readonly upload: Upload
}

async function fill(files: Readonly<Record<string, string>>, matrix: string): Promise<Filled> {
  const folder = await temporaryModule(files, { git: {} })
  const service = await serviceWith()
  const first = await release(folder, service, { matrix })
  const [upload, ...others] = await uploadsOf(service)
  if (upload === undefined || others.length > 0) throw new Error(first.stdout)
  return { folder, first, upload }
}

describe('from run to run', () => {
  const matrix = 'linux/amd64,windows/amd64'
  let filled: Filled
  beforeAll(async () => {
    filled = await fill(MODULE, matrix)
  })

  withNode('a cold run saves one entry under the key that it tells', () => {
    const { first, upload } = filled
    expect(first.outputs).toMatchObject({
      'cache-hit': 'false',
      'cache-key': upload.key,
      'cache-matched-key': '',
    })
    expect(first.stdout).toContain('cache: there is nothing to restore')
    expect(first.manifest.cache.save?.bytes).toBeGreaterThan(1e6)
    expect(first.manifest.targets.map(({ work }) => work?.cached)).toEqual([0, 0])
  })

  withNode('another commit compiles its main package alone, and saves nothing', async () => {
    const { folder, upload } = filled
    await git(folder, 'commit', '--quiet', '--allow-empty', '--message=Another')
    const service = await serviceWith(upload)
    const second = await release(folder, service, { matrix })
    expect(second.outputs).toMatchObject({
      'cache-hit': 'true',
      'cache-key': upload.key,
      'cache-matched-key': upload.key,
    })
    expect(compiledBy(second)).toEqual({ 'linux/amd64': 1, 'windows/amd64': 1 })
    expect(second.manifest.cache).toMatchObject({
      hit: true,
      differs: [],
      restore: { refused: 0 },
      notSaved: 'what was restored is all that is needed',
    })
    expect(second.summary).toContain('nothing was saved: what was restored is all that is needed')
    expect(keysOf(service)).toEqual([upload.key])

    const plain = await release(folder, service, { matrix, inputs: { cache: 'off' } })
    expect(plain.outputs['cache-matched-key']).toBe('')
    expect(second.checksums).toEqual(plain.checksums)
    expect(second.checksums).not.toEqual(filled.first.checksums)
  })

  withNode('another list of targets restores what fits, says what differs, and saves its own', async () => {
    const { folder, upload } = filled
    const service = await serviceWith(upload)
    const other = 'linux/amd64,linux/arm64'
    const ended = await release(folder, service, { matrix: other })
    expect(ended.outputs).toMatchObject({ 'cache-hit': 'false', 'cache-matched-key': upload.key })
    expect(ended.manifest.cache.differs).toEqual([
      expect.stringMatching(/^targets: \+ linux\/arm64 cgo=0[^,]*, - windows\/amd64 cgo=0[^,]*$/),
    ])
    expect(ended.stdout).toContain('what is restored is of another kind: targets: + linux/arm64')
    // The commit is the second one where the test before this has run.
    const compiled = compiledBy(ended)
    expect(compiled['linux/amd64']).toBeLessThanOrEqual(1)
    expect(compiled['linux/arm64']).toBeGreaterThan(20)
    expect(ended.manifest.cache.prune?.files).toBeGreaterThan(0)
    expect(keysOf(service)).toEqual([upload.key, ended.outputs['cache-key']])
    expect(new Set(keysOf(service)).size).toBe(2)
  })
})

describe('with one small program', () => {
  const matrix = 'linux/amd64'
  /** Of this one the first run saved nothing. */
  const other = 'linux/arm64'
  let filled: Filled
  let expected: Release['checksums']
  beforeAll(async () => {
    filled = await fill(SMALL_MODULE, matrix)
    const plain = await release(filled.folder, await serviceWith(), { matrix, inputs: { cache: 'off' } })
    expected = plain.checksums
    expect(filled.first.checksums).toEqual(expected)
  })

  describe('who may restore and save', () => {
    withNode.each<[string, Event, string]>([
      [
        'a pull request',
        { name: 'pull_request', ref: 'refs/pull/1/merge' },
        'nothing is saved on pull_request',
      ],
      ['another branch', { ref: 'refs/heads/topic' }, 'nothing is saved but from the default branch'],
    ])('%s restores and does not save', async (_, event, note) => {
      const service = await serviceWith(filled.upload)
      const ended = await release(filled.folder, service, { matrix: other, event })
      expect(ended.outputs['cache-matched-key']).toBe(filled.upload.key)
      expect(compiledBy(ended)[other]).toBeGreaterThan(1)
      expect(ended.manifest.cache.notes).toEqual([expect.stringContaining(note)])
      expect(keysOf(service)).toEqual([filled.upload.key])
    })

    withNode('cache-save: always saves from a pull request too', async () => {
      const service = await serviceWith(filled.upload)
      const ended = await release(filled.folder, service, {
        matrix: other,
        event: { name: 'pull_request', ref: 'refs/pull/1/merge' },
        inputs: { 'cache-save': 'always' },
      })
      expect(keysOf(service)).toEqual([filled.upload.key, ended.outputs['cache-key']])
    })

    withNode('a tag neither restores nor saves', async () => {
      const service = await serviceWith(filled.upload)
      const ended = await release(filled.folder, service, { matrix, event: { ref: 'refs/tags/v1.0.0' } })
      expect(ended.outputs['cache-matched-key']).toBe('')
      expect(compiledBy(ended)[matrix]).toBe(compiledBy(filled.first)[matrix])
      expect(ended.stdout).toContain('nothing is restored on a tag')
      expect(service.requests).toEqual([])
    })

    withNode('a tag with cache: on restores, says so, and does not save', async () => {
      const service = await serviceWith(filled.upload)
      const ended = await release(filled.folder, service, {
        matrix,
        event: { ref: 'refs/tags/v1.0.0' },
        inputs: { cache: 'on', 'cache-save': 'always' },
      })
      expect(ended.outputs['cache-hit']).toBe('true')
      expect(ended.stdout).toContain('cache: on restores what other runs compiled')
      expect(ended.summary).toContain('nothing is saved on a tag')
      expect(keysOf(service)).toEqual([filled.upload.key])
    })

    withCosign('a run that signs does not restore; a full disk keeps it from saving, no more', async () => {
      const service = await serviceWith(filled.upload)
      const temp = temporaryFolder('temp')
      const work = join(temp, 'go-cross-release')
      mkdirSync(work)
      // Whatever is written there ends as on a disk without room; where there is no such file, it cannot be written.
      if (process.platform === 'linux') symlinkSync('/dev/full', join(work, 'go-build.pack'))
      else mkdirSync(join(work, 'go-build.pack'))
      const ended = await release(filled.folder, service, {
        matrix: other,
        inputs: { sign: 'key', 'cosign-key': 'throwaway' },
        env: { PATH: [toolsFolder, cleanEnvironment()['PATH']].join(delimiter) },
        temp,
      })
      expect(ended.outputs['cache-matched-key']).toBe('')
      expect(ended.stdout).toContain('nothing is restored when signing')
      expect(service.requests.map(({ operation }) => operation)).not.toContain('Get Blob')
      expect(warningsOf(ended)).toContainEqual(
        expect.stringMatching(
          process.platform === 'linux'
            ? /^cache: nothing was saved: ENOSPC: /
            : /^cache: nothing was saved: /,
        ),
      )
      expect(keysOf(service)).toEqual([filled.upload.key])
    })
  })

  describe('trouble costs a warning, not the build', () => {
    /** @returns what it warned of */
    async function releaseInTrouble(service: ResultsService, options: Partial<ReleaseOptions> = {}) {
      const ended = await release(filled.folder, service, { matrix, ...options })
      expect(ended.checksums).toEqual(expected)
      expect(ended.annotations.filter(({ level }) => level === 'error')).toEqual([])
      return { ended, warnings: warningsOf(ended).join('\n') }
    }

    /** As often as the client tries. */
    const ATTEMPTS = 5
    withNode.each<[string, Fault, RegExp]>([
      ['GetCacheEntryDownloadURL', 429, /Failed to restore: .*Rate limited/],
      ['GetCacheEntryDownloadURL', 500, /Failed to restore: .*after 5 attempts.*\(500\)/],
      ['GetCacheEntryDownloadURL', 'reset', /Failed to restore: .*ECONNRESET/s],
      ['Get Blob', 429, /Failed to restore: /],
      ['Get Blob', 500, /Failed to restore: /],
      ['Get Blob', 'reset', /Failed to restore: /],
    ])('%s: %s', async (operation, fault, warning) => {
      const service = await serviceWith(filled.upload)
      service.failNext(operation, fault, ATTEMPTS)
      const { ended, warnings } = await releaseInTrouble(service)
      expect(warnings).toMatch(warning)
      expect(ended.outputs['cache-matched-key']).toBe('')
      expect(compiledBy(ended)).toEqual(compiledBy(filled.first))
    })

    withNode('a lookup that fails once is tried again', async () => {
      const service = await serviceWith(filled.upload)
      service.failNext('GetCacheEntryDownloadURL', 500)
      const { ended } = await releaseInTrouble(service)
      expect(ended.outputs['cache-hit']).toBe('true')
      expect(ended.stdout).toMatch(/Attempt 1 of 5 failed/)
    })

    withNode.each<[string, Fault, RegExp]>([
      ['CreateCacheEntry', 403, /^cache: nothing was saved: the cache service did not take it$/m],
      ['CreateCacheEntry', 'reset', /^cache: nothing was saved: the cache service did not take it$/m],
      ['Put Blob', 'reset', /^Failed to save: /m],
      ['FinalizeCacheEntryUpload', 403, /^Failed to save: /m],
    ])('%s: %s', async (operation, fault, warning) => {
      const service = await serviceWith()
      service.failNext(operation, fault, ATTEMPTS)
      const { ended, warnings } = await releaseInTrouble(service)
      expect(service.requests.map((request) => request.operation)).toContain(operation)
      expect(warnings).toMatch(warning)
      expect(ended.manifest.cache.notSaved).toBe('the cache service did not take it')
      expect(keysOf(service)).toEqual([])
    })

    withNode.each<[string, (pack: Buffer) => Buffer | string]>([
      ['truncated', (pack) => pack.subarray(0, pack.length / 2)],
      ['changed in one byte of its middle', flipMiddle],
      ['a text', () => 'this is not a pack\n'],
      ['empty', () => ''],
    ])('a pack that is %s', async (_, change) => {
      const pack = Buffer.from(change(await readPackOf(filled.upload.bytes)))
      const service = await serviceWith({ ...filled.upload, bytes: await uploadOf(pack) })
      const { ended, warnings } = await releaseInTrouble(service)
      expect(warnings).toContain('cache: what was restored cannot be used, and Go compiles anew')
      expect(warnings).toContain(`delete the entry ${filled.upload.key}`)
      expect(ended.outputs['cache-hit']).toBe('false')
      expectCacheFilesOnly(ended)
    })

    withNode('an upload that is no archive', async () => {
      const service = await serviceWith({ ...filled.upload, bytes: Buffer.from('no archive') })
      const { warnings } = await releaseInTrouble(service)
      expect(warnings).toContain('Failed to restore')
    })

    withNode('a small pack that would fill the disk', async () => {
      const [record] = await readEntriesOf(filled.upload.bytes)
      if (record === undefined) throw new Error('no record')
      const content = Buffer.alloc(40 * 1024 ** 2)
      const digest = createHash('sha256').update(content).digest('hex')
      const bomb = await makeTar([record, { name: `${digest.slice(0, 2)}/${digest}-d`, content }])
      const service = await serviceWith({ ...filled.upload, bytes: await uploadOf(bomb) })
      const { ended, warnings } = await releaseInTrouble(service)
      expect(warnings).toContain('it unpacks to more than 200 times its size')
      expectCacheFilesOnly(ended)
    })

    withNode('a pack whose files lead elsewhere, or are not what their names say', async () => {
      const [record, ...files] = await readEntriesOf(filled.upload.bytes)
      const output = files.find(({ name }) => name.endsWith('-d'))
      const entry = files.find(({ name }) => name.endsWith('-a'))
      if (record === undefined || output === undefined || entry === undefined) throw new Error('no files')
      const outside = temporaryFolder('outside')
      const content = Buffer.from('evil')
      const evil: PackEntry[] = [
        { name: '../../evil', content },
        { name: join(outside, 'evil'), content },
        { name: '00/../../evil-d', content },
        // Where this were made, the entry after it would be written outside.
        { name: entry.name.slice(0, 2), type: 'symlink', linkname: outside, content: Buffer.alloc(0) },
        { name: output.name, content: Buffer.concat([output.content, content]) },
        {
          name: `${'a'.repeat(2)}/${'a'.repeat(64)}-d`,
          type: 'symlink',
          linkname: '/dev/zero',
          content: Buffer.alloc(0),
        },
        { name: 'trim.txt', content: Buffer.from('0') },
      ]
      const pack = await makeTar([record, ...evil, ...files.filter((file) => file !== output)])
      const service = await serviceWith({ ...filled.upload, bytes: await uploadOf(pack) })
      const temp = temporaryFolder('temp')
      const { ended, warnings } = await releaseInTrouble(service, { temp })
      expect(ended.manifest.cache.restore).toMatchObject({ files: files.length - 1, refused: evil.length })
      expect(warnings).toContain(`${evil.length} files of ${filled.upload.key} are not what their names say`)
      expect(readdirSync(outside)).toEqual([])
      expect(readdirSync(temp, { recursive: true }).filter((name) => String(name).includes('evil'))).toEqual(
        [],
      )
      expectCacheFilesOnly(ended)
    })

    withNode('a pack that holds a name twice', async () => {
      const entries = await readEntriesOf(filled.upload.bytes)
      const last = entries.at(-1)
      if (last === undefined) throw new Error('no files')
      const service = await serviceWith({
        ...filled.upload,
        bytes: await uploadOf(await makeTar([...entries, last])),
      })
      const { ended, warnings } = await releaseInTrouble(service)
      expect(warnings).toContain(`it holds ${last.name} twice`)
      expectCacheFilesOnly(ended)
    })

    withNode('a folder where the pack must be', async () => {
      const service = await serviceWith(filled.upload)
      const temp = temporaryFolder('temp')
      mkdirSync(join(temp, 'go-cross-release', 'go-build.pack', 'in-the-way'), { recursive: true })
      const { warnings } = await releaseInTrouble(service, { temp })
      expect(warnings).toContain('Failed to restore')
    })
  })

  withNode('a second step of the job saves what it used, and nothing of the first', async () => {
    const service = await serviceWith()
    const first = await release(filled.folder, service, { matrix })
    const second = await release(filled.folder, service, {
      matrix: other,
      temp: first.temp,
      env: { GITHUB_ACTION: '__self_2' },
    })
    expect(existsSync(first.outputs['checksums'] ?? '')).toBe(true)
    expect(second.manifest.cache.prune?.files).toBeGreaterThan(0)
    const [ofFirst, ofSecond] = await uploadsOf(service)
    if (ofFirst === undefined || ofSecond === undefined) throw new Error(second.stdout)
    expect([ofFirst.key, ofSecond.key]).toEqual([first.outputs['cache-key'], second.outputs['cache-key']])
    // What Go knows of the folders of its sources serves both.
    const packages = async ({ bytes }: Upload) =>
      (await readEntriesOf(bytes))
        .filter(({ content }) => content.subarray(0, 7).toString() === '!<arch>')
        .map(({ name }) => name)
    const names = await packages(ofFirst)
    const own = await packages(ofSecond)
    expect(names.length).toBeGreaterThan(20)
    expect(own.length).toBeGreaterThan(20)
    expect(own.filter((name) => names.includes(name))).toEqual([])

    const alone = await release(filled.folder, await serviceWith(ofSecond), { matrix: other })
    expect(alone.outputs['cache-hit']).toBe('true')
    expect(compiledBy(alone)).toEqual({ [other]: 0 })
    expect(alone.checksums).toEqual(second.checksums)
  })
})

function flipMiddle(pack: Buffer): Buffer {
  const changed = Buffer.from(pack)
  const middle = Math.floor(changed.length / 2)
  changed[middle] = (changed[middle] ?? 0) ^ 0xff
  return changed
}

/** In the GOCACHE that the action made there is nothing but what Go itself has there. */
function expectCacheFilesOnly({ temp }: ActionRun): void {
  const gocache = join(temp, 'go-cross-release', 'go-build')
  const entries = readdirSync(gocache, { recursive: true, withFileTypes: true })
  expect(entries.filter((entry) => !entry.isFile() && !entry.isDirectory())).toEqual([])
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  expect(files.length).toBeGreaterThan(10)
  expect(
    files.filter((name) => !/^([0-9a-f]{64}-[ad]|README|trim\.txt|testexpire\.txt)$/.test(name)),
  ).toEqual([])
}

describe('the downloads of modules', () => {
  const matrix = 'linux/amd64'
  const DEPENDENCY = 'example.test/dependency'
  const LARGE = 52e6

  const zipOf = (text: string, data: Uint8Array): Buffer => {
    const prefix = `${DEPENDENCY}@v1.0.0`
    const files: Zippable = {
      [`${prefix}/go.mod`]: Buffer.from(`module ${DEPENDENCY}\n`),
      [`${prefix}/dependency.go`]: Buffer.from(`package dependency\n\nfunc Say() { println("${text}") }\n`),
      [`${prefix}/data.bin`]: data,
    }
    return Buffer.from(zipSync(files, { level: 0 }))
  }

  /** A module that needs one other, which a folder serves; and the variables by which Go asks that folder. */
  async function moduleWith(data: Uint8Array) {
    const proxy = temporaryFolder('proxy')
    writeFiles(proxy, {
      [`${DEPENDENCY}/@v/list`]: 'v1.0.0\n',
      [`${DEPENDENCY}/@v/v1.0.0.info`]: '{"Version":"v1.0.0","Time":"2026-01-02T03:04:05Z"}',
      [`${DEPENDENCY}/@v/v1.0.0.mod`]: `module ${DEPENDENCY}\n`,
    })
    writeFileSync(join(proxy, DEPENDENCY, '@v', 'v1.0.0.zip'), zipOf('right', data))
    const env = { GOPROXY: pathToFileURL(proxy).href, GOSUMDB: 'off' }
    const folder = await temporaryModule({
      'go.mod': `module example.test/needs\n\ngo 1.22\n\nrequire ${DEPENDENCY} v1.0.0\n`,
      'main.go': `package main\n\nimport "${DEPENDENCY}"\n\nfunc main() { dependency.Say() }\n`,
    })
    await runChecked(['go', 'mod', 'tidy'], {
      cwd: folder,
      env: { ...env, GOMODCACHE: temporaryFolder('modules') },
    })
    await commitAll(folder)
    return { folder, env }
  }

  const isOfModules = ({ key }: { readonly key: string }) => key.startsWith('go-cross-release-modules-')
  const offline = () => ({ GOPROXY: 'off', GOSUMDB: 'off', GOMODCACHE: temporaryFolder('modules') })

  withNode('of a large one are saved, restored, and held against go.sum', async () => {
    const data = randomBytes(LARGE)
    const { folder, env } = await moduleWith(data)
    const service = await serviceWith()
    const first = await release(folder, service, {
      matrix,
      env: { ...env, GOMODCACHE: temporaryFolder('modules') },
    })
    expect(first.manifest.cache.modules).toEqual({ save: expect.anything() as object })
    const uploads = await uploadsOf(service)
    const ofModules = uploads.find(isOfModules)
    if (uploads.length !== 2 || ofModules === undefined) throw new Error(first.stdout)

    const second = await release(folder, service, { matrix, env: offline() })
    expect(second.manifest.cache.modules).toEqual({ restore: expect.anything() as object })
    expect(second.checksums).toEqual(first.checksums)
    expect(keysOf(service)).toHaveLength(2)

    const entries = await readEntriesOf(ofModules.bytes)
    const changed = entries.map((entry) =>
      entry.name.endsWith('.zip') ? { ...entry, content: zipOf('evil', data) } : entry,
    )
    expect(entries.filter(({ name }) => name.endsWith('.zip'))).toHaveLength(1)
    const pack = await makeTar(changed)
    const poisoned = { ...ofModules, bytes: await uploadOf(pack, 'go-modules.pack') }
    for (const verify of ['true', 'false']) {
      const ended = await start(folder, await serviceWith(poisoned), {
        matrix,
        inputs: { 'verify-modules': verify },
        env: offline(),
      })
      expect(ended.exitCode).toBe(1)
      expect(`${ended.stdout}${ended.stderr}`).toContain('checksum mismatch')
      expect(ended.outputs['checksums'] ?? '').toBe('')
    }

    const outside = temporaryFolder('outside')
    const content = Buffer.from('evil')
    const [record, ...files] = entries
    const zip = files.find(({ name }) => name.endsWith('.zip'))
    if (record === undefined || zip === undefined) throw new Error('no files')
    const evil: PackEntry[] = [
      { name: '../../evil.zip', content },
      { name: `${DEPENDENCY}/../../../@v/evil.zip`, content },
      { name: join(outside, '@v/evil.zip'), content },
      { name: 'golang.org/toolchain/@v/evil.zip', content },
      { name: `${DEPENDENCY}/@v/v1.0.0.ziphash`, content },
      { name: DEPENDENCY, type: 'symlink', linkname: outside, content: Buffer.alloc(0) },
    ]
    const modules = temporaryFolder('modules')
    const temp = temporaryFolder('temp')
    const astray = await release(
      folder,
      await serviceWith({
        ...ofModules,
        bytes: await uploadOf(await makeTar([record, ...evil, ...files]), 'go-modules.pack'),
      }),
      { matrix, temp, env: { ...offline(), GOMODCACHE: modules } },
    )
    expect(astray.checksums).toEqual(first.checksums)
    expect(readdirSync(outside)).toEqual([])
    for (const place of [modules, temp])
      expect(readdirSync(place, { recursive: true }).filter((name) => String(name).includes('evil'))).toEqual(
        [],
      )

    const twice = await release(
      folder,
      await serviceWith({
        ...ofModules,
        bytes: await uploadOf(
          await makeTar([record, ...files, { ...zip, content: zipOf('evil', data) }]),
          'go-modules.pack',
        ),
      }),
      { matrix, env: { ...env, GOMODCACHE: temporaryFolder('modules') } },
    )
    expect(`${twice.stdout}${twice.stderr}`).toContain(`it holds ${zip.name} twice`)
    expect(twice.checksums).toEqual(first.checksums)
  })

  withNode('of a small one are not saved', async () => {
    const { folder, env } = await moduleWith(Buffer.from('small'))
    const service = await serviceWith()
    const ended = await release(folder, service, {
      matrix,
      env: { ...env, GOMODCACHE: temporaryFolder('modules') },
    })
    expect(service.cacheEntries().filter(isOfModules)).toEqual([])
    expect(keysOf(service)).toEqual([ended.outputs['cache-key']])
  })
})
