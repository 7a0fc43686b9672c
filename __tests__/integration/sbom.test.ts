// listContents with real syft: one scan of all targets gives each what a scan of its own folder alone gives it.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Artifact } from '../../src/artifact.js'
import { ActionError, ToolError } from '../../src/errors.js'
import { listContents, type SbomRequest } from '../../src/sbom/index.js'
import { startHost } from '../support/local-host.js'
import { ageModule } from '../support/modules.js'
import { runChecked } from '../support/processes.js'
import { sha256 } from '../support/release-files.js'
import { temporaryFolder } from '../support/temporary.js'
import { requireTool, tools } from '../support/test-tools.js'
import { optionsOf, planOf } from '../unit/plan/example-plan.js'

const withSyft = requireTool('syft')
const onUnix = process.platform === 'win32' ? test.skip : test
const FORMATS = ['spdx-json', 'cyclonedx-json'] as const
const FACTS = { modulePath: 'filippo.io/age', name: 'age', date: '2026-01-02T03:04:05Z' }
const BUILT = ['linux/amd64', 'windows/arm64', 'freebsd/amd64']
/** Of which nothing is a Go program. */
const BROKEN = 'linux/arm64'
const { targets } = planOf(
  [...BUILT, BROKEN].map((id) =>
    optionsOf(id, { packages: ['age', 'age-keygen'].map((name) => `filippo.io/age/cmd/${name}`) }),
  ),
  { sbom: [...FORMATS] },
)
const targetOf = (id: string) => {
  const target = targets.find((each) => each.id === id)
  if (target === undefined) throw new Error(`${id} is not in the plan`)
  return target
}

let folder: string
beforeAll(async () => {
  folder = temporaryFolder('built')
  const module = await ageModule()
  for (const id of BUILT) {
    const [GOOS, GOARCH] = id.split('/')
    const output = join(folder, targetOf(id).folder)
    mkdirSync(output)
    const command = [
      'go',
      'build',
      '-trimpath',
      '-ldflags=-s -w',
      '-o',
      output,
      './cmd/age',
      './cmd/age-keygen',
    ]
    await runChecked(command, { cwd: module, env: { GOOS, GOARCH, CGO_ENABLED: '0' } })
  }
  mkdirSync(join(folder, targetOf(BROKEN).folder))
  writeFileSync(join(folder, targetOf(BROKEN).folder, 'age'), 'a text')
})

async function list(ids: readonly string[], changes: Partial<SbomRequest> = {}) {
  await using host = await startHost(temporaryFolder('cache'))
  const asked = ids.map(targetOf)
  const request = {
    ...FACTS,
    syft: tools.syft,
    version: 'v1.3.1',
    targets: asked,
    folder,
    output: temporaryFolder('sboms'),
  }
  return await listContents(host, { ...request, ...changes })
}

/** What `id` was given, where it was given documents. */
function documentsOf(contents: Awaited<ReturnType<typeof list>>, id: string): Artifact[] {
  const given = contents.get(id)
  if (given === undefined || given instanceof Error) throw given ?? new Error(`nothing was said of ${id}`)
  return given
}

const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))

/** A document by names: every identifier replaced by what it names, every list sorted, and nothing of this one scan. */
function byNames(document: unknown): unknown {
  const names = new Map<string, string>()
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const {
      SPDXID,
      'bom-ref': ref,
      name,
      fileName,
      versionInfo,
      version,
      sourceInfo,
      properties,
    } = value as Record<string, unknown>
    const id = SPDXID ?? ref
    if (typeof id === 'string')
      names.set(
        id,
        JSON.stringify([baseName(name), fileName, versionInfo ?? version, sourceInfo, properties]),
      )
    Object.values(value).forEach(collect)
  }
  collect(document)
  const SCAN = ['documentNamespace', 'created', 'serialNumber', 'timestamp']
  const rewrite = (value: unknown): unknown => {
    if (typeof value === 'string') return names.get(value) ?? value
    if (Array.isArray(value))
      return value
        .map(rewrite)
        .map((item) => JSON.stringify(item))
        .sort()
    if (typeof value !== 'object' || value === null) return value
    const isFile = 'type' in value && value.type === 'file'
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => !SCAN.includes(key))
        .map(([key, item]: [string, unknown]) => [
          key,
          key === 'name' && isFile ? baseName(item) : rewrite(item),
        ]),
    )
  }
  return rewrite(document)
}

const baseName = (name: unknown) => (typeof name === 'string' ? name.replace(/^.*\//, '') : name)

withSyft('each target has what a scan of its folder alone says', async () => {
  const asked = ['linux/amd64', 'windows/arm64']
  const contents = await list(asked)
  expect([...contents.keys()]).toEqual(asked)
  for (const id of asked) {
    const target = targetOf(id)
    const documents = documentsOf(contents, id)
    expect(documents.map(({ name }) => name)).toEqual(target.sboms.map(({ file }) => file))
    const alone = temporaryFolder('alone')
    const outputs = ['spdx-json@2.3', 'cyclonedx-json@1.6'].map((format) => ({
      format,
      path: join(alone, format),
    }))
    await runChecked(
      [
        ...[
          tools.syft,
          'scan',
          'dir:.',
          '--quiet',
          '--override-default-catalogers',
          'go-module-binary-cataloger',
        ],
        ...['--source-name', 'age', '--source-version', 'v1.3.1'],
        ...outputs.flatMap(({ format, path }) => ['--output', `${format}=${path}`]),
      ],
      {
        cwd: join(folder, target.folder),
        env: { SYFT_CHECK_FOR_APP_UPDATE: 'false', SYFT_GOLANG_SEARCH_LOCAL_MOD_CACHE_LICENSES: 'true' },
      },
    )
    for (const [index, document] of documents.entries()) {
      expect(document).toMatchObject({ kind: 'sbom', target: id, sha256: sha256(document.path) })
      const text = readFileSync(document.path, 'utf8')
      expect(text).toContain('golang.org/x/crypto')
      expect(text).toContain('BSD-3-Clause')
      for (const foreign of [folder, ...targets.map((each) => each.folder)])
        expect(text).not.toContain(foreign)
      expect(byNames(JSON.parse(text))).toEqual(byNames(read(outputs[index]?.path ?? '')))
    }
  }
})

withSyft('a document depends on its own target only, and not on the folder', async () => {
  const id = 'linux/amd64'
  const moved = temporaryFolder('moved')
  cpSync(join(folder, targetOf(id).folder), join(moved, targetOf(id).folder), { recursive: true })
  const among = documentsOf(await list(BUILT), id)
  const alone = documentsOf(await list([id], { folder: moved }), id)
  expect(alone.map(({ sha256 }) => sha256)).toEqual(among.map(({ sha256 }) => sha256))
})

withSyft('a target that syft lists no main module of fails alone', async () => {
  const contents = await list(['linux/amd64', BROKEN])
  expect(documentsOf(contents, 'linux/amd64')).toHaveLength(FORMATS.length)
  const error = contents.get(BROKEN)
  expect(error).toBeInstanceOf(ActionError)
  expect(error).toMatchObject({
    message: expect.stringMatching(/^syft listed no Go module filippo\.io\/age /) as string,
  })
})

withSyft('where nothing is a Go program, every target fails with its own reason', async () => {
  const empty = temporaryFolder('empty')
  const contents = await list(BUILT, { folder: empty })
  expect([...contents.keys()]).toEqual(BUILT)
  for (const error of contents.values()) expect(error).toBeInstanceOf(ActionError)
})

onUnix('syft that fails, and syft that writes something else, is the failure of all', async () => {
  await expect(list(BUILT, { syft: 'false' })).rejects.toThrow(ToolError)
  const other = join(temporaryFolder('other'), 'syft')
  writeFileSync(
    other,
    '#!/bin/sh\nfor last; do :; done\necho \'{"descriptor":{"version":"9.9"}}\' > "${last#*=}"\n',
    { mode: 0o755 },
  )
  await expect(list(BUILT, { syft: other })).rejects.toThrow(
    /^syft 9\.9 describes the programs in a form .* no usable "artifacts"/,
  )
})

test('nothing is started where no target asks for a document', async () => {
  expect(await list([], { syft: 'false' })).toEqual(new Map())
})
