// A build cache that holds altered code: where it is restored the program is altered, and what is released never is.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runAction, type ActionRun, type Event } from '../support/action-runner.js'
import { makeTar, readEntriesOf, uploadOf, type PackEntry } from '../support/cache-packs.js'
import { commitAll, temporaryModule } from '../support/modules.js'
import { cleanEnvironment } from '../support/processes.js'
import { readChecksums } from '../support/release-files.js'
import { startResultsService, type ResultsService } from '../support/results-service.js'
import { temporaryFolder } from '../support/temporary.js'
import { requireTool, toolsFolder } from '../support/test-tools.js'

const withTools = requireTool('node24', 'cosign')

/** What strconv says of a text that is no number, and what it says once it is altered: as long, so that all stays where it is. */
const [TRUE_WORDS, FALSE_WORDS] = ['value out of range', 'value out of ORDER']
const PROGRAM = 'project_v1.0.0_linux_amd64'

const payload = { repository: { private: true, default_branch: 'main' } }
const PUSH: Event = { payload }
const TAG: Event = { payload, ref: 'refs/tags/v1.0.0' }

let folder: string
/** Holds the altered entry, and no other. */
let poisoned: ResultsService
/** By file name, of a run without any cache. */
let clean: Readonly<Record<string, string>>

interface Released extends ActionRun {
  readonly checksums: Readonly<Record<string, string>>
}

/** Bare programs, so that their bytes can be looked at. */
async function release(options: {
  readonly service: ResultsService
  readonly event: Event
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly temp?: string
}): Promise<Released> {
  const { service, event, inputs, env, temp } = options
  const ended = await runAction({
    cwd: folder,
    event,
    inputs: { matrix: 'linux/amd64', archive: 'none', sbom: 'off', sign: 'off', upload: 'false', ...inputs },
    env: {
      ...service.environment,
      PATH: [toolsFolder, cleanEnvironment()['PATH']].join(delimiter),
      GOCACHE: temporaryFolder('gocache'),
      ...env,
    },
    ...(temp === undefined ? {} : { temp }),
  })
  if (ended.exitCode !== 0) throw new Error(`${ended.stdout}${ended.stderr}`)
  return { ...ended, checksums: readChecksums(ended.outputs['checksums'] ?? '') }
}

const says = ({ outputs }: Released, words: string): boolean =>
  readFileSync(`${outputs['output-directory'] ?? ''}/${PROGRAM}`).includes(words)

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/**
 * Other objects in the place of those that Go has compiled, such that Go accepts them: each has its own digest for a name, and the
 * action that made the true one is said to have made this one.
 */
function poison(files: readonly PackEntry[]): PackEntry[] {
  const names = new Map<string, string>()
  const altered = files.map(({ name, content }) => {
    const isObject = content.subarray(0, 7).toString() === '!<arch>'
    if (!isObject || !content.includes(TRUE_WORDS)) return { name, content }
    const bytes = Buffer.from(content.toString('latin1').replaceAll(TRUE_WORDS, FALSE_WORDS), 'latin1')
    const id = sha256(bytes)
    names.set(sha256(content), id)
    return { name: `${id.slice(0, 2)}/${id}-d`, content: bytes }
  })
  expect(names.size).toBeGreaterThan(0)
  return altered.map(({ name, content }) => {
    const [, , output = ''] = name.endsWith('-a') ? content.toString().split(' ') : []
    const id = names.get(output)
    return { name, content: id === undefined ? content : Buffer.from(content.toString().replace(output, id)) }
  })
}

const services: ResultsService[] = []
async function startService(): Promise<ResultsService> {
  const service = await startResultsService()
  services.push(service)
  return service
}
afterAll(() => Promise.all(services.map((service) => service.stop())))

beforeAll(async () => {
  folder = await temporaryModule({
    'go.mod': 'module example.com/project\n\ngo 1.24\n',
    'main.go':
      'package main\n\nimport "strconv"\n\nfunc main() {\n\t_, err := strconv.ParseInt("999", 10, 8)\n\tprintln(err.Error())\n}\n',
  })
  await commitAll(folder, ['v1.0.0'])
  const service = await startService()
  const first = await release({ service, event: PUSH })
  const [entry] = service.cacheEntries()
  if (entry === undefined) throw new Error(first.stdout)
  const [record, ...files] = await readEntriesOf(await entry.read())
  if (record === undefined) throw new Error('no record')
  const upload = await uploadOf(await makeTar([record, ...poison(files)]))
  poisoned = await startService()
  await poisoned.addCacheEntry(entry.key, entry.version, upload)

  const plain = await release({ service: await startService(), event: TAG, inputs: { cache: 'off' } })
  expect(says(plain, TRUE_WORDS)).toBe(true)
  clean = plain.checksums
})

/** What the others are held against: without it they would show nothing. */
withTools('a run that restores the altered object links it, without a word of Go', async () => {
  const ended = await release({ service: poisoned, event: PUSH })
  expect(ended.outputs['cache-hit']).toBe('true')
  expect([says(ended, FALSE_WORDS), says(ended, TRUE_WORDS)]).toEqual([true, false])
  expect(ended.checksums[PROGRAM]).not.toBe(clean[PROGRAM])
  const asked = await release({ service: poisoned, event: TAG, inputs: { cache: 'on' } })
  expect(asked.checksums).toEqual(ended.checksums)
})

const SIGNED = { sign: 'key', 'cosign-key': 'throwaway' }

describe.each<[string, Event, Readonly<Record<string, string>>]>([
  ['on a tag', TAG, {}],
  ['with a signature', PUSH, SIGNED],
  ['on a tag with a signature', TAG, SIGNED],
])('a release %s', (_, event, inputs) => {
  withTools('is byte by byte that of a build without any cache', async () => {
    const ended = await release({ service: poisoned, event, inputs })
    expect(ended.outputs['cache-matched-key']).toBe('')
    expect(ended.checksums).toEqual(clean)
  })

  withTools('is so also after a step of the same job that restored, and kept what it linked', async () => {
    const first = await release({ service: poisoned, event: PUSH })
    expect(says(first, FALSE_WORDS)).toBe(true)
    const second = await release({
      service: poisoned,
      event,
      inputs,
      temp: first.temp,
      env: { GITHUB_ACTION: '__self_2' },
    })
    expect(second.checksums).toEqual(clean)
  })
})

withTools('nothing of such a step gets into one with cache: off', async () => {
  const first = await release({ service: poisoned, event: PUSH })
  expect(says(first, FALSE_WORDS)).toBe(true)
  const second = await release({
    service: poisoned,
    event: TAG,
    inputs: { cache: 'off' },
    temp: first.temp,
    env: { GITHUB_ACTION: '__self_2' },
  })
  expect(second.checksums).toEqual(clean)
})

withTools("nothing of Go's own cache gets into a release with cache: off, whoever filled it", async () => {
  const first = await release({ service: poisoned, event: PUSH })
  const env = { GOCACHE: join(first.temp, 'go-cross-release', 'go-build') }
  const off = { service: await startService(), inputs: { cache: 'off' }, env }
  expect(says(await release({ ...off, event: PUSH }), FALSE_WORDS)).toBe(true)
  expect((await release({ ...off, event: TAG })).checksums).toEqual(clean)
})
