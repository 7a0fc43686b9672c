// What the source is found to be, with the real go and git: the changed files, the modules, and a go.mod left as it is.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Host } from '../../src/host/host.js'
import { createLocalHost } from '../../src/host/local.js'
import { createProcesses } from '../../src/host/process.js'
import { planTargets } from '../../src/planning.js'
import { downloadModules, inspectSource } from '../../src/source/index.js'
import { temporaryModule, writeFiles } from '../support/modules.js'
import { cleanEnvironment } from '../support/processes.js'
import { createInputs } from '../unit/example-inputs.js'

const MAIN = 'package main\n\nfunc main() {}\n'

function createHost(folder: string, variables: Readonly<Record<string, string>> = {}) {
  const environment = { ...cleanEnvironment(), ...variables }
  const lines: string[] = []
  const host = createLocalHost(environment)
  const put = (line: string) => void lines.push(line)
  return {
    ...host,
    lines,
    log: { ...host.log, info: put, notice: put },
    folders: { ...host.folders, workspace: folder },
    processes: createProcesses(environment),
  } satisfies Host & { lines: string[] }
}

const inputs = createInputs({ matrix: 'linux/amd64', packages: '.' })

test('planning leaves go.mod as it is, though GOFLAGS lets go change it', async () => {
  // Without a go line: -mod=mod adds one.
  const text = 'module example.test/app\n'
  const folder = await temporaryModule({ 'go.mod': text, 'main.go': MAIN })
  const host = createHost(folder, { GOFLAGS: '-mod=mod' })
  const plan = await planTargets(host, inputs, await inspectSource(host, inputs))
  expect(plan.targets).toHaveLength(1)
  expect(readFileSync(join(folder, 'go.mod'), 'utf8')).toBe(text)
})

test('commands that no target has are named, and only they', async () => {
  const tagged = (constraint: string) => `//go:build ${constraint}\n\n${MAIN}`
  const folder = await temporaryModule({
    'go.mod': 'module example.test/app\n\ngo 1.22\n',
    'main.go': tagged('plan9'),
    'cmd/good/main.go': MAIN,
    'cmd/good/gen.go': tagged('ignore'),
    'cmd/gen/gen.go': tagged('ignore'),
    'cmd/misspelt/main.go': tagged('lniux'),
    'cmd/windows/main_windows.go': MAIN,
    'cmd/c/main.go': tagged('cgo'),
    'cmd/lib/lib_plan9.go': 'package lib\n',
    'cmd/testdata/t/main.go': tagged('lniux'),
    'cmd/_old/main.go': tagged('lniux'),
    'cmd/inner/go.mod': 'module example.test/inner\n\ngo 1.22\n',
    'cmd/inner/main.go': MAIN,
  })
  const told = async (given: Readonly<Record<string, string>>) => {
    const host = createHost(folder)
    const asked = createInputs({ sbom: 'off', ...given })
    await planTargets(host, asked, await inspectSource(host, asked))
    return host.lines
  }
  const why =
    'skipped, since build constraints leave no file for any target; name the packages to release where that is meant'
  expect(await told({ matrix: 'linux/amd64, windows/amd64' })).toEqual([
    `example.test/app, example.test/app/cmd/misspelt: ${why}`,
  ])
  expect(await told({ matrix: 'plan9/amd64' })).toEqual([
    `example.test/app/cmd/misspelt, example.test/app/cmd/windows: ${why}`,
  ])
  expect(await told({ matrix: 'linux/amd64', packages: './cmd/good' })).toEqual([])
})

test('planning reads the vendor folder where there is one', async () => {
  const folder = await temporaryModule({
    'go.mod': 'module example.test/app\n\ngo 1.22\n\nrequire example.test/dep v1.0.0\n',
    'main.go': 'package main\n\nimport _ "example.test/dep"\n\nfunc main() {}\n',
    'vendor/modules.txt': '# example.test/dep v1.0.0\n## explicit; go 1.22\nexample.test/dep\n',
    'vendor/example.test/dep/dep.go': 'package dep\n',
  })
  const named = createInputs({ matrix: 'linux/amd64', packages: 'example.test/app example.test/dep' })
  const host = createHost(folder, { GOFLAGS: '-mod=mod', GOPROXY: 'off' })
  // Found in the vendor folder: otherwise go would say that it cannot be downloaded.
  await expect(planTargets(host, named, await inspectSource(host, named))).rejects.toThrow(
    'example.test/dep is package dep, not a main package',
  )
})

test('a module of a workspace that is required unpublished is told from a private one', async () => {
  const require = 'require example.test/b v0.1.0\n'
  const folder = await temporaryModule({
    'go.work': 'go 1.22\n\nuse (\n\t./a\n\t./b\n)\n',
    'a/go.mod': `module example.test/a\n\ngo 1.22\n\n${require}`,
    'a/main.go': 'package main\n\nimport _ "example.test/b"\n\nfunc main() {}\n',
    'b/go.mod': 'module example.test/b\n\ngo 1.22\n',
    'b/b.go': 'package b\n',
    'alone/go.mod': `module example.test/alone\n\ngo 1.22\n\n${require}`,
    'alone/main.go': MAIN,
  })
  const verify = async (workingDirectory: string, variables: Readonly<Record<string, string>>) => {
    const host = createHost(folder, { GOPROXY: 'off', ...variables })
    const asked = createInputs({ 'working-directory': workingDirectory })
    return downloadModules(host, (await inspectSource(host, asked)).toolchain, {})
  }
  await expect(verify('a', {})).rejects.toThrow(
    'verify-modules: `go mod download` failed: a module of go.work is required at a version that cannot be downloaded; add a replace to go.mod, or set verify-modules: false\n',
  )
  await expect(verify('alone', { GOWORK: 'off' })).rejects.toThrow('private ones need GOPRIVATE')
})

test('a version that cannot be had, and a host that cannot be reached, are told from a private module', async () => {
  const folder = await temporaryModule({
    'go.mod': 'module example.test/app\n\ngo 1.22\n\nrequire example.test/b v0.1.0\n',
    'main.go': MAIN,
  })
  const proxy = createServer(({ url }, response) => {
    response.writeHead(Number(url?.split('/')[1])).end()
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const download = async (GOPROXY: string) => {
    const host = createHost(folder, { GOPROXY, GONOSUMDB: '*' })
    return downloadModules(host, (await inspectSource(host, inputs)).toolchain, {})
  }
  try {
    for (const status of [403, 404, 410])
      await expect(download(`${url}/${status}`)).rejects.toThrow(
        'verify-modules: `go mod download` failed: a version that go.mod asks for cannot be had; `go list -m -versions MODULE` tells which there are',
      )
    await expect(download(`${url}/500`)).rejects.toThrow('private ones need GOPRIVATE')
  } finally {
    proxy.close()
    await once(proxy, 'close')
  }
  // Nobody listens there any more.
  await expect(download(url)).rejects.toThrow(
    'a host cannot be reached; try again, or name a proxy in GOPROXY that can be reached from here',
  )
})

test('the first changed files are named', async () => {
  const folder = await temporaryModule(
    { 'go.mod': 'module example.test/app\n\ngo 1.22\n', 'main.go': MAIN },
    { git: {} },
  )
  const clean = createHost(folder)
  expect((await inspectSource(clean, inputs)).repository).toMatchObject({ modified: false, changed: [] })
  expect(clean.lines).toEqual([])

  writeFiles(folder, { 'main.go': `${MAIN}\n`, 'a file': '' })
  const host = createHost(folder)
  expect((await inspectSource(host, inputs)).repository?.changed).toEqual(['main.go', '"a file"'])
  expect(host.lines).toEqual([
    'the work tree is not as it was committed (main.go, "a file"), and the programs will say so: vcs.modified=true; commit, ignore or remove these files',
  ])

  writeFiles(folder, Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`b${n}`, ''])))
  const many = createHost(folder)
  expect((await inspectSource(many, inputs)).repository?.changed).toHaveLength(10)
  expect(many.lines[0]).toContain('(main.go, "a file", b0, …)')
})
