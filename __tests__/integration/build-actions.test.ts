// What a build tells it did, beside what raw go tells of the same build: cold, again, and after one changed file.
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildTarget, openBudget, openKeptOutputs, type BuildActions } from '../../src/build/index.js'
import { parseActionGraph } from '../../src/build/action-graph.js'
import type { Processes } from '../../src/host/host.js'
import { startHost } from '../support/local-host.js'
import { temporaryModule, writeFiles } from '../support/modules.js'
import { runChecked } from '../support/processes.js'
import { digestsOf } from '../support/release-files.js'
import { temporaryFolder } from '../support/temporary.js'
import { optionsOf, plannedTarget } from '../unit/plan/example-plan.js'

const main = (imports: string, call: string) =>
  `package main\n\nimport ${imports}\n\nfunc main() { ${call} }\n`
const MODULE = {
  'go.mod': 'module example.test/app\n\ngo 1.22\n',
  'changed/changed.go': 'package changed\n\nfunc Do() int { return 1 }\n',
  'between/between.go':
    'package between\n\nimport "example.test/app/changed"\n\nfunc Do() int { return changed.Do() }\n',
  'same/same.go': 'package same\n\nfunc Do() int { return 2 }\n',
  'cmd/far/main.go': main('"example.test/app/between"', 'println(between.Do())'),
  'cmd/near/main.go': main('"example.test/app/changed"', 'println(changed.Do())'),
  'cmd/other/main.go': main('"example.test/app/same"', 'println(same.Do())'),
}
const PROGRAMS = ['far', 'near', 'other'].map((name) => `example.test/app/cmd/${name}`)
const TARGETS = ['linux/amd64', 'windows/arm64', 'js/wasm'] as const

interface Told {
  readonly compiled: readonly string[]
  readonly linked: number
  readonly upToDate: number
}

const tell = (actions: BuildActions | undefined): Told => ({
  compiled: (actions?.packages ?? [])
    .filter(({ compiled }) => compiled)
    .map(({ importPath }) => importPath)
    .sort(),
  linked: actions?.linked ?? -1,
  upToDate: actions?.upToDate ?? -1,
})

/** One run with a place of its own for all that it keeps. */
async function build(folder: string, caches: string, text: string): Promise<Told & { cpuSeconds: number }> {
  await using host = await startHost(caches)
  const target = plannedTarget(optionsOf(text, { packages: PROGRAMS }), { sbom: [] })
  const flags = { trimpath: true, buildvcs: 'auto', mod: undefined } as const
  const place = {
    source: folder,
    output: join(host.folders.scratch, 'build'),
    environment: { GOCACHE: join(caches, 'go-build') },
    budget: openBudget(host, 1, undefined),
    kept: await openKeptOutputs(host, folder, ''),
  }
  const { actions, folder: built, programs } = await buildTarget(host, target, flags, place, () => undefined)
  await place.kept.keep(target, built, await digestsOf(programs))
  const cpuSeconds = (actions?.packages ?? []).reduce((sum, each) => sum + each.cpuSeconds, 0)
  return { ...tell(actions), cpuSeconds }
}

/** Its outputs stay where they are. */
async function buildRaw(folder: string, caches: string, text: string): Promise<Told> {
  const [GOOS, GOARCH] = text.split('/')
  const graph = join(caches, 'graph.json')
  const output = join(caches, 'out', text) + '/'
  const flags = ['-trimpath', '-ldflags=-s -w', `-debug-actiongraph=${graph}`, '-o', output]
  await runChecked(['go', 'build', ...flags, ...PROGRAMS], {
    cwd: folder,
    env: { GOOS, GOARCH, CGO_ENABLED: '0', GOCACHE: join(caches, 'go-build') },
  })
  return tell(parseActionGraph(readFileSync(graph, 'utf8')))
}

test('a go that ends well and writes nothing is told of', async () => {
  await using host = await startHost(temporaryFolder('caches'))
  const folder = await temporaryModule(MODULE)
  const target = plannedTarget(optionsOf('linux/amd64', { packages: PROGRAMS }), { sbom: [] })
  // As a wrapper of go's would, on PATH before it.
  const runChecked: Processes['runChecked'] = (command, options) =>
    host.processes.runChecked(command[1] === 'build' ? ['go', 'version'] : command, options)
  const silent = { ...host, processes: { ...host.processes, runChecked } }
  const place = {
    source: folder,
    output: join(host.folders.scratch, 'build'),
    environment: {},
    budget: openBudget(host, 1, undefined),
    kept: await openKeptOutputs(host, folder, ''),
  }
  const flags = { trimpath: true, buildvcs: 'auto', mod: undefined } as const
  await expect(buildTarget(silent, target, flags, place, () => undefined)).rejects.toThrow(
    /^linux\/amd64: go build ended well but did not write \S+far$/,
  )
})

test('the same packages are compiled and the same programs linked as by raw go', async () => {
  const folder = await temporaryModule(MODULE)
  const copy = await temporaryModule(MODULE)
  const [raw, ours] = [temporaryFolder('raw'), temporaryFolder('ours')]
  for (const text of TARGETS) {
    const cold = await buildRaw(copy, raw, text)
    expect(cold.compiled).toEqual(expect.arrayContaining(['runtime', ...PROGRAMS]))
    if (text === 'linux/amd64') {
      const { cpuSeconds, ...own } = await build(folder, ours, text)
      expect(own).toEqual(cold)
      expect(cpuSeconds).toBeGreaterThan(0)
    }
    expect(await buildRaw(copy, raw, text)).toEqual({ compiled: [], linked: 0, upToDate: 3 })
  }
  // Compiled once is enough.
  cpSync(join(raw, 'go-build'), join(ours, 'go-build'), { recursive: true })
  for (const text of TARGETS) await build(folder, ours, text)

  for (const place of [folder, copy]) {
    writeFiles(place, { 'changed/changed.go': 'package changed\n\nfunc Do() int { return 3 }\n' })
  }
  for (const text of TARGETS) {
    const expected = await buildRaw(copy, raw, text)
    expect(expected.compiled).toContain('example.test/app/changed')
    const { cpuSeconds, ...told } = await build(folder, ours, text)
    expect(told).toEqual(expected)
    expect(told).toMatchObject({ linked: 2, upToDate: 1 })
    expect(cpuSeconds).toBeGreaterThan(0)
    const again = await build(folder, ours, text)
    expect(again).toEqual({ compiled: [], linked: 0, upToDate: 3, cpuSeconds: 0 })
  }
})
