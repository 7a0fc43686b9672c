// parseSyftDocument, cutDocument: what syft found in a folder of targets in, what it would have found in one of them out.
import { ActionError } from '../../../src/errors.js'
import { cutDocument, parseSyftDocument } from '../../../src/sbom/split.js'

const at = (path: string) => ({ path, accessPath: path, annotations: { evidence: 'primary' } })
const artifact = (id: string, ...paths: string[]) => ({
  id,
  name: `module of ${id}`,
  version: 'v1.0.0',
  locations: paths.map(at),
  licenses: [],
  cpes: [],
})
const file = (id: string, path: string) => ({ id, location: { path }, metadata: { size: 1 } })
const edge = (parent: string, child: string) => ({ parent, child, type: 'dependency-of' })

const SCAN = {
  artifacts: [
    artifact('a', '/linux_amd64/age'),
    artifact('b', '/linux_amd64/age'),
    artifact('c', '/windows_amd64/age.exe'),
    artifact('both', '/linux_amd64/age-keygen', '/windows_amd64/age-keygen.exe'),
    artifact('longer', '/linux_amd64_v3/age'),
    artifact('top', '/age'),
    artifact('nowhere'),
  ],
  artifactRelationships: [
    ...['a', 'b', 'c', 'both', 'longer', 'top', 'nowhere'].map((id) => edge('source', id)),
    edge('b', 'a'),
    edge('c', 'a'),
    edge('both', 'c'),
    edge('a', 'file-a'),
    edge('c', 'file-c'),
    edge('a', 'file-c'),
    edge('a', 'gone'),
    edge('gone', 'a'),
  ],
  files: [
    file('file-a', '/linux_amd64/age'),
    file('file-c', '/windows_amd64/age.exe'),
    file('file-longer', '/linux_amd64_v3/age'),
    file('file-top', '/age'),
  ],
  source: { id: 'source', name: 'age', version: 'v1.3.1', metadata: { path: '.' } },
  distro: {},
  descriptor: { name: 'syft', version: '1.52.0' },
  schema: { version: '16.1.10' },
}

test.each([
  [
    'linux_amd64',
    {
      artifacts: [artifact('a', '/age'), artifact('b', '/age'), artifact('both', '/age-keygen')],
      artifactRelationships: [
        ...['a', 'b', 'both'].map((id) => edge('source', id)),
        edge('b', 'a'),
        edge('a', 'file-a'),
      ],
      files: [file('file-a', '/age')],
    },
  ],
  [
    'windows_amd64',
    {
      artifacts: [artifact('c', '/age.exe'), artifact('both', '/age-keygen.exe')],
      artifactRelationships: [
        ...['c', 'both'].map((id) => edge('source', id)),
        edge('both', 'c'),
        edge('c', 'file-c'),
      ],
      files: [file('file-c', '/age.exe')],
    },
  ],
  ['linux_arm64', { artifacts: [], artifactRelationships: [], files: [] }],
  // A name is no pattern.
  ['linux.amd64', { artifacts: [], artifactRelationships: [], files: [] }],
])('%s: its own only, from its own folder on, and all else as it was', (folder, own) => {
  expect(cutDocument(parseSyftDocument(JSON.stringify(SCAN)), folder)).toEqual({ ...SCAN, ...own })
})

test('what is reached through another target is in neither', () => {
  const linked = {
    ...artifact('a'),
    locations: [{ path: '/linux_amd64/age', accessPath: '/windows_amd64/age' }],
  }
  const document = parseSyftDocument(JSON.stringify({ ...SCAN, artifacts: [linked] }))
  expect(cutDocument(document, 'linux_amd64').artifacts).toEqual([])
  expect(cutDocument(document, 'windows_amd64').artifacts).toEqual([])
})

test('syft writes no list of files where it found nothing', () => {
  const { files, ...rest } = { ...SCAN, artifacts: [], artifactRelationships: [] }
  expect(files).not.toEqual([])
  expect(parseSyftDocument(JSON.stringify(rest)).files).toEqual([])
})

const without = (key: keyof typeof SCAN) => ({ ...SCAN, [key]: undefined })
const MEND = 'take this syft off PATH, so that the action gets its own, or set sbom: off'
const KNOWN = 'syft 1.52.0 describes the programs in a form that this action does not know (schema 16.1.10): '
const UNKNOWN =
  'syft unknown describes the programs in a form that this action does not know (schema unknown): '

test.each<[name: string, document: unknown, message: string]>([
  ['no artifacts', without('artifacts'), `${KNOWN}no usable "artifacts" in it; ${MEND}`],
  ['artifacts that are no list', { ...SCAN, artifacts: {} }, `${KNOWN}no usable "artifacts" in it; ${MEND}`],
  [
    'no relationships',
    without('artifactRelationships'),
    `${KNOWN}no usable "artifactRelationships" in it; ${MEND}`,
  ],
  ['no files though there are artifacts', without('files'), `${KNOWN}no usable "files" in it; ${MEND}`],
  ['no source', without('source'), `${KNOWN}no usable "source" in it; ${MEND}`],
  ...['id', 'name', 'version', 'locations', 'licenses', 'cpes'].map((key): [string, unknown, string] => [
    `an artifact without ${key}`,
    { ...SCAN, artifacts: [{ ...artifact('a'), [key]: undefined }] },
    'no usable "artifacts"',
  ]),
  [
    'a location without a path',
    { ...SCAN, artifacts: [{ ...artifact('a'), locations: [{}] }] },
    'no usable "artifacts"',
  ],
  [
    'an access path that is no text',
    { ...SCAN, artifacts: [{ ...artifact('a'), locations: [{ path: '/a', accessPath: null }] }] },
    'no usable "artifacts"',
  ],
  ['a file without a location', { ...SCAN, files: [{ id: 'f' }] }, 'no usable "files"'],
  [
    'a relationship with one end',
    { ...SCAN, artifactRelationships: [{ parent: 'a', type: 'evident-by' }] },
    'no usable "artifactRelationships"',
  ],
  ['a version that is no text', { ...SCAN, descriptor: { version: 1 }, artifacts: 0 }, 'syft unknown '],
  ['a list', [], `${UNKNOWN}no object; ${MEND}`],
  ['nothing', null, `${UNKNOWN}no object; ${MEND}`],
])('%s: refused', (_, document, message) => {
  const act = () => parseSyftDocument(JSON.stringify(document))
  expect(act).toThrow(ActionError)
  expect(act).toThrow(message)
})

test('half a document is refused', () => {
  const act = () => parseSyftDocument('{"artifacts":[')
  expect(act).toThrow(ActionError)
  expect(act).toThrow(
    /^syft unknown describes the programs in a form .* \(schema unknown\): no JSON: .*; take this syft off PATH/,
  )
})
