// Kept programs with the real go command: what a second run links, and that it is the same bytes whatever became of what was kept.
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { openBudget, openKeptOutputs, buildTarget, type Built } from '../../src/build/index.js'
import type { TargetOptions } from '../../src/plan/index.js'
import { goEnvironment } from '../support/go-environment.js'
import { startHost, type LocalHost } from '../support/local-host.js'
import { temporaryModule, writeFiles } from '../support/modules.js'
import { digestsOf, sha256 } from '../support/release-files.js'
import { temporaryFolder } from '../support/temporary.js'
import { requireTool } from '../support/test-tools.js'
import { optionsOf, plannedTarget } from '../unit/plan/example-plan.js'

const MODULE = {
  'go.mod': 'module example.test/app\n\ngo 1.22\n',
  'cmd/one/main.go': 'package main\n\nfunc main() { println("one") }\n',
  'cmd/two/main.go': 'package main\n\nfunc main() { println("two") }\n',
}
const PACKAGES = ['example.test/app/cmd/one', 'example.test/app/cmd/two']
const DAY_MS = 24 * 60 * 60 * 1000

let folder: string
let cache: string
beforeEach(async () => {
  folder = await temporaryModule(MODULE)
  cache = temporaryFolder('cache')
})

interface Run {
  readonly links: Pick<NonNullable<Built['actions']>, 'linked' | 'upToDate'>
  /** Digest of each file in the folder of the target. */
  readonly files: Record<string, string>
  /** Warnings. */
  readonly told: readonly string[]
}

/** A build in a run of its own. */
async function build(
  changes: Partial<TargetOptions> = {},
  text = 'linux/amd64',
  before?: () => void,
): Promise<Run> {
  await using host = await startHost(cache)
  return await buildIn(host, changes, text, before)
}

async function buildIn(
  host: LocalHost,
  changes: Partial<TargetOptions> = {},
  text = 'linux/amd64',
  before: () => void = () => undefined,
): Promise<Run> {
  const place = {
    source: folder,
    output: join(host.folders.scratch, 'build'),
    environment: { GOCACHE: (await goEnvironment()).GOCACHE },
    budget: openBudget(host, 1, undefined),
    kept: await openKeptOutputs(host, folder, ''),
  }
  const target = plannedTarget(optionsOf(text, { packages: PACKAGES, ...changes }), { sbom: [] })
  const flags = { trimpath: true, buildvcs: 'auto', mod: undefined } as const
  const built = await buildTarget(host, target, flags, place, before)
  // As a lane does once its archive is made.
  await place.kept.keep(target, built.folder, await digestsOf(built.programs))
  const { linked = -1, upToDate = -1 } = built.actions ?? {}
  return {
    links: { linked, upToDate },
    files: Object.fromEntries(
      readdirSync(built.folder).map((name) => [name, sha256(join(built.folder, name))]),
    ),
    told: host.lines.filter((line) => line.startsWith('warning')),
  }
}

const outputs = () => join(cache, 'go-cross-release', 'work', 'outputs')
/** Absolute paths of all kept files. */
const kept = (): string[] =>
  existsSync(outputs())
    ? readdirSync(outputs(), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
    : []

const ALL = { linked: 2, upToDate: 0 }
const NONE = { linked: 0, upToDate: 2 }

test.each(['linux/amd64', 'windows/arm64', 'darwin/arm64', 'js/wasm', 'plan9/386'])(
  'a second run links nothing, and its programs are those of a run that links all: %s',
  async (target) => {
    const first = await build({}, target)
    expect(first.links).toEqual(ALL)
    expect(Object.keys(first.files)).toHaveLength(2)
    const second = await build({}, target)
    expect(second).toEqual({ ...first, links: NONE })
    expect(kept()).toHaveLength(2)
    cache = temporaryFolder('cache')
    expect(await build({}, target)).toEqual(first)
  },
)

test('after a change the programs that it reaches are linked, and only the new ones are kept', async () => {
  const first = await build()
  writeFiles(folder, { 'cmd/two/main.go': 'package main\n\nfunc main() { println("2") }\n' })
  const second = await build()
  expect(second.links).toEqual({ linked: 1, upToDate: 1 })
  expect(second.files['one']).toBe(first.files['one'])
  expect(second.files['two']).not.toBe(first.files['two'])
  expect(kept().map(sha256).sort()).toEqual(Object.values(second.files).sort())
  expect((await build()).links).toEqual(NONE)
})

test('other flags link again', async () => {
  await build()
  expect((await build({ ldflags: '' })).links).toEqual(ALL)
  expect((await build({ ldflags: '' })).links).toEqual(NONE)
})

test('programs that the plan does not have any more are not brought', async () => {
  await build()
  const { files, links } = await build({ packages: PACKAGES.slice(1) })
  expect(Object.keys(files)).toEqual(['two'])
  expect(links).toEqual({ linked: 0, upToDate: 1 })
})

test.each<[name: string, spoil: (file: string) => void]>([
  [
    'one that lost its end',
    (file) => {
      truncateSync(file, 500_000)
    },
  ],
  [
    'one that lost all',
    (file) => {
      truncateSync(file)
    },
  ],
  [
    'one that grew',
    (file) => {
      appendFileSync(file, 'more')
    },
  ],
  [
    'one of which a byte was changed, not the build ID',
    (file) => {
      const bytes = readFileSync(file)
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
      writeFileSync(file, bytes)
    },
  ],
])('never seen by go: %s', async (_, spoil) => {
  const first = await build()
  const [file = ''] = kept()
  spoil(file)
  const second = await build()
  expect(second).toEqual({ ...first, links: { linked: 1, upToDate: 1 } })
  expect((await build()).links).toEqual(NONE)
})

test('a file that no run wrote there is none of the release, and harms nothing', async () => {
  const first = await build()
  const [file = ''] = kept()
  writeFileSync(join(file, '..', 'other'), 'other')
  writeFileSync(join(file, '..', `${'0'.repeat(64)}-other`), 'other')
  expect(await build()).toEqual({ ...first, links: NONE })
})

test('two runs at once: one of them changes what is kept while the other one builds', async () => {
  const first = await build()
  const second = await build({}, 'linux/amd64', () => {
    for (const file of kept()) {
      rmSync(file)
      writeFileSync(file, 'changed')
    }
  })
  expect(second).toEqual({ ...first, links: NONE })
  await using one = await startHost(cache)
  await using other = await startHost(cache)
  const runs = await Promise.all([buildIn(one), buildIn(other)])
  for (const run of runs) expect(run.files).toEqual(first.files)
  expect(await build()).toEqual({ ...first, links: NONE })
})

test('what no run has used for five days goes, of all modules; what one uses stays', async () => {
  await build()
  const other = folder
  folder = await temporaryModule(MODULE)
  await build()
  expect(kept()).toHaveLength(4)
  const age = (days: number) => {
    const then = new Date(Date.now() - days * DAY_MS)
    for (const file of kept()) utimesSync(file, then, then)
  }
  age(4)
  expect((await build()).links).toEqual(NONE)
  folder = other
  age(6)
  expect((await build()).links).toEqual(ALL)
  expect(kept()).toHaveLength(2)
})

test('what cannot be kept is told once, and built all the same', async () => {
  const first = await build()
  cache = temporaryFolder('cache')
  writeFiles(cache, { 'go-cross-release/work/outputs': 'no folder' })
  const { files, links, told } = await build()
  expect({ files, links }).toEqual({ files: first.files, links: ALL })
  expect(told).toEqual([
    expect.stringMatching(/^warning: programs cannot be kept for the next run, .*outputs/),
  ])
})

requireTool('gcc')(
  'programs with cgo, and those that another linker may have a part in, are not kept',
  async () => {
    for (const changes of [{ cgo: true }, { ldflags: '-linkmode=internal' }]) {
      expect((await build(changes)).links).toEqual(ALL)
      expect((await build(changes)).links).toEqual(ALL)
    }
    expect(kept()).toEqual([])
  },
)
