// completeDocument: what syft found and what Go says in, a document with exactly the modules of each program out.
import { ActionError } from '../../../src/errors.js'
import type { BuildInfo } from '../../../src/go-module.js'
import { completeDocument } from '../../../src/sbom/complete.js'
import { listModules, type ListedProgram } from '../../../src/sbom/modules.js'
import type { Artifact, SyftDocument } from '../../../src/sbom/split.js'

const RELEASE = { modulePath: 'example.com/tool', version: 'v1.2.3', goVersion: 'go1.26.8' }
const BUILD_INFO: BuildInfo = {
  path: 'example.com/tool',
  goVersion: 'go1.26.8',
  main: { path: 'example.com/tool', version: '(devel)' },
  deps: [
    { path: 'example.com/a', version: 'v1.0.0', sum: 'h1:aaaa' },
    { path: 'example.com/b', version: 'v1.0.0', replace: { path: 'example.com/fork', version: 'v2.0.0' } },
  ],
  settings: { GOARCH: 'wasm', '-tags': 'x' },
}
const program = (file: string, changes: Partial<BuildInfo> = {}): ListedProgram =>
  listModules({ file, buildInfo: { ...BUILD_INFO, ...changes } }, RELEASE)

const licence = (value: string) => ({ value })
const found = (
  file: string,
  name: string,
  version: string,
  changes: Partial<Artifact> = {},
): Artifact & { foundBy: string } => ({
  ...{ id: `${file}-${name}`, name, version, foundBy: 'syft', licenses: [licence('by chance')], cpes: [] },
  locations: [{ path: `/${file}`, accessPath: `/${file}` }],
  ...changes,
})
const scan = (...artifacts: Artifact[]): SyftDocument => ({
  artifacts,
  artifactRelationships: artifacts.map(({ id }) => ({ parent: id, child: 'gone', type: 'contains' })),
  files: ['', '/tool', '/other', '/tool.h'].map((path) => ({ id: `file ${path}`, location: { path } })),
  source: { id: 'source' },
})
const LOOKUPS = scan(
  ...['example.com/a@v1.0.0', 'example.com/fork@v2.0.0', 'example.com/tool@v1.2.3'].map((module) => {
    const [name = '', version = ''] = module.split('@')
    const known = { licenses: [licence(`of ${module}`)], cpes: [`cpe of ${module}`] }
    return found('0/go.mod', name, version, known)
  }),
)
const SEEN = scan(
  found('tool', 'example.com/tool', 'v0.0.1-guessed'),
  found('tool', 'example.com/a', 'v1.0.0'),
  found('tool', 'example.com/fork', 'v2.0.0'),
  found('tool', 'stdlib', 'go1.26.8', { licenses: [licence('BSD')], cpes: ['go'] }),
)
const MODULES = [
  'example.com/tool v1.2.3',
  'example.com/a v1.0.0',
  'example.com/fork v2.0.0',
  'stdlib go1.26.8',
]
const namesIn = ({ artifacts }: SyftDocument, path = '/tool') =>
  artifacts
    .filter(({ locations }) => locations[0]?.path === path)
    .map(({ name, version }) => `${name} ${version}`)

test.each<[name: string, document: SyftDocument]>([
  ['what syft saw', SEEN],
  ['what syft saw nothing of', scan()],
  ['a main module whose version syft does not know', scan(found('tool', 'example.com/tool', 'UNKNOWN'))],
  ['a module of another version', scan(found('tool', 'example.com/a', 'v0.9.0'))],
  ['a module that is not in it', scan(found('tool', 'example.com/gone', 'v1.0.0'))],
  ['what syft saw in another program only', scan(found('other', 'example.com/a', 'v1.0.0'))],
])('%s: exactly the modules that Go says', (_, document) => {
  const completed = completeDocument(document, [program('tool')], LOOKUPS)
  expect(namesIn(completed)).toEqual(MODULES)
  expect(completed.artifacts).toHaveLength(MODULES.length)
})

test('what syft knows stays, and what it does not is written in its words', () => {
  const [main, known] = completeDocument(SEEN, [program('tool')], LOOKUPS).artifacts
  expect([main, known]).toMatchObject([
    { foundBy: 'syft', purl: 'pkg:golang/example.com/tool@v1.2.3' },
    { foundBy: 'syft' },
  ])
  const [made, dependency, , library] = completeDocument(scan(), [program('tool')], LOOKUPS).artifacts
  const location = { path: '/tool', accessPath: '/tool', annotations: { evidence: 'primary' } }
  expect(made).toMatchObject({
    ...{
      type: 'go-module',
      language: 'go',
      metadataType: 'go-module-buildinfo-entry',
      locations: [location],
    },
    metadata: {
      goBuildSettings: [
        { key: 'GOARCH', value: 'wasm' },
        { key: '-tags', value: 'x' },
      ],
      ...{ goCompiledVersion: 'go1.26.8', architecture: 'wasm', mainModule: 'example.com/tool' },
    },
  })
  expect(dependency).toMatchObject({ metadata: { h1Digest: 'h1:aaaa', mainModule: 'example.com/tool' } })
  expect(library).toMatchObject({
    licenses: [{ value: 'BSD-3-Clause', spdxExpression: 'BSD-3-Clause' }],
    cpes: [{ cpe: 'cpe:2.3:a:golang:go:1.26.8:-:*:*:*:*:*:*' }],
    metadata: { goCompiledVersion: 'go1.26.8', architecture: '' },
  })
})

test.each<[name: string, document: SyftDocument]>([
  ['seen', SEEN],
  ['not seen', scan()],
])('the licences of what is in a program that is %s, not of what was there by chance', (_, document) => {
  const { artifacts } = completeDocument(document, [program('tool')], LOOKUPS)
  expect(artifacts.slice(0, 3).map(({ licenses, cpes }) => ({ licenses, cpes }))).toEqual([
    { licenses: [], cpes: ['cpe of example.com/tool@v1.2.3'] },
    { licenses: [licence('of example.com/a@v1.0.0')], cpes: ['cpe of example.com/a@v1.0.0'] },
    { licenses: [licence('of example.com/fork@v2.0.0')], cpes: ['cpe of example.com/fork@v2.0.0'] },
  ])
  expect(artifacts.every(({ locations }) => locations[0]?.path === '/tool')).toBe(true)
})

test('identifiers depend on what is said only', () => {
  const idsOf = (document: SyftDocument) =>
    completeDocument(document, [program('tool')], LOOKUPS).artifacts.map(({ id }) => id)
  const ids = idsOf(SEEN)
  const other = SEEN.artifacts.map((artifact) => ({ ...artifact, id: 'x' }))
  const elsewhere = other.map((each) => (each.name === 'stdlib' ? each : { ...each, licenses: [] }))
  expect(idsOf({ ...SEEN, artifacts: elsewhere })).toEqual(ids)
  expect(new Set(ids).size).toBe(MODULES.length)
})

test('each program has its own modules, its file and its relationships', () => {
  const programs = [program('tool'), program('other', { deps: [] })]
  const completed = completeDocument(SEEN, programs, LOOKUPS)
  expect(namesIn(completed)).toEqual(MODULES)
  expect(namesIn(completed, '/other')).toEqual(['example.com/tool v1.2.3', 'stdlib go1.26.8'])
  expect(completed.files.map(({ location }) => location.path)).toEqual(['/tool', '/other'])
  const [, , , , main, library] = completed.artifacts.map(({ id }) => id)
  expect(completed.artifactRelationships.slice(-3)).toEqual([
    { parent: main, child: 'file /other', type: 'evident-by', metadata: { kind: 'primary' } },
    { parent: library, child: 'file /other', type: 'evident-by', metadata: { kind: 'primary' } },
    { parent: library, child: main, type: 'dependency-of' },
  ])
  expect(completed.artifactRelationships.some(({ child }) => child === 'gone')).toBe(false)
})

test('a program that syft does not list is an error', () => {
  const act = () => completeDocument(SEEN, [program('missing')], LOOKUPS)
  expect(act).toThrow(ActionError)
  expect(act).toThrow('syft does not list the file missing, ')
})
