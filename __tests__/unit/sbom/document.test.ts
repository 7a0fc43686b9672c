// finishDocument: what syft writes twice for the same programs becomes the same bytes; with other modules than it should have it fails.
import { ActionError } from '../../../src/errors.js'
import { finishDocument, type SbomFacts } from '../../../src/sbom/document.js'

const FACTS: SbomFacts = { name: 'age', date: '2026-01-02T03:04:05Z' }
type Format = Parameters<typeof finishDocument>[0]
const FORMATS: Format[] = ['spdx-json', 'cyclonedx-json']

interface Module {
  readonly name: string
  readonly version: string
}
const MODULES = [
  { name: 'filippo.io/age', version: 'v1.3.1' },
  { name: 'golang.org/x/crypto', version: 'v0.45.0' },
]

/** What syft 1.52 writes for a folder of programs, cut down to the parts that matter here. */
const syft = {
  'spdx-json': (random: string, time: string, modules: readonly Module[], source = 'age') =>
    JSON.stringify({
      spdxVersion: 'SPDX-2.3',
      name: source,
      documentNamespace: `https://anchore.com/syft/dir/${source}-${random}`,
      creationInfo: { licenseListVersion: '3.28', creators: ['Tool: syft-1.52.0'], created: time },
      packages: [
        ...modules.map(({ name, version }) => ({
          name,
          SPDXID: `SPDXRef-Package-go-module-${name.replaceAll('/', '-')}`,
          versionInfo: version,
          externalRefs: [
            {
              referenceCategory: 'PACKAGE-MANAGER',
              referenceType: 'purl',
              referenceLocator: `pkg:golang/${name}@${version}`,
            },
          ],
        })),
        // The folder that was scanned is a package too, of the name that syft was given.
        { name: source, SPDXID: `SPDXRef-DocumentRoot-Directory-${source}`, primaryPackagePurpose: 'FILE' },
      ],
    }),
  'cyclonedx-json': (random: string, time: string, modules: readonly Module[], source = 'age') =>
    JSON.stringify({
      bomFormat: 'CycloneDX',
      serialNumber: `urn:uuid:${random}`,
      metadata: { timestamp: time, component: { type: 'file', name: source } },
      ...(modules.length === 0
        ? {}
        : {
            components: modules.map(({ name, version }) => ({
              type: 'library',
              name,
              version,
              purl: `pkg:golang/${name}@${version}`,
            })),
          }),
    }),
}
const once = (format: Format, modules: readonly Module[] = MODULES, source?: string) =>
  syft[format]('0379d0a6-249d-4ac0-b34b-8162d93d2cae', '2026-11-21T04:10:37Z', modules, source)
const finish = (format: Format, text: string, facts = FACTS, modules = MODULES) =>
  finishDocument(format, text, facts, modules)
const again = (format: Format) =>
  syft[format]('f81d4fae-7dec-41d0-a765-00a0c91e6bf6', '2026-12-24T12:00:00Z', MODULES)

describe.each(FORMATS)('%s', (format) => {
  test('two scans of the same programs give the same bytes', () => {
    expect(finish(format, once(format), FACTS)).toBe(finish(format, again(format), FACTS))
  })

  test('says nothing of the scan: neither its identity nor its time', () => {
    const text = finish(format, once(format), FACTS)
    expect(text).not.toContain('0379d0a6')
    expect(text).not.toContain('2026-11-21')
    expect(text).toContain('"2026-01-02T03:04:05Z"')
  })

  test.each<[name: string, modules: Module[], facts: Partial<SbomFacts>]>([
    ['another version of a module', [{ name: 'filippo.io/age', version: 'v1.3.0' }], {}],
    ['another commit time', MODULES, { date: '2026-01-02T03:04:06Z' }],
  ])('%s: another identity', (_, modules, facts) => {
    const identity = (text: string) =>
      /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/.exec(text)?.[0]
    const one = identity(finish(format, once(format), FACTS))
    const other = identity(finish(format, once(format, modules), { ...FACTS, ...facts }, modules))
    expect(one).toBeDefined()
    expect(other).toBeDefined()
    expect(other).not.toBe(one)
  })

  test('keeps everything else, and ends with a line end', () => {
    const text = finish(format, once(format), FACTS)
    const without = (document: string) =>
      document.replaceAll(/"(documentNamespace|created|serialNumber|timestamp)":"[^"]*"/g, '"$1":""')
    expect(without(text)).toBe(`${without(once(format))}\n`)
  })

  const AGE = MODULES.slice(0, 1)
  test.each<[name: string, listed: Module[], asked: Module[], problem: string]>([
    [
      'no packages at all',
      [],
      AGE,
      'is not what Go says of these programs: it leaves out filippo.io/age v1.3.1;',
    ],
    ['a module too few', AGE, MODULES, 'it leaves out golang.org/x/crypto v0.45.0;'],
    ['a module too many', MODULES, AGE, 'it adds golang.org/x/crypto v0.45.0;'],
    [
      'another version',
      [{ name: 'filippo.io/age', version: 'UNKNOWN' }],
      AGE,
      'it leaves out filippo.io/age v1.3.1, and adds filippo.io/age UNKNOWN;',
    ],
    ['nothing, where nothing was asked', [], [], 'it is of no module;'],
    // The entry of the scanned folder bears the project's name, which may be the module's.
    ['its own subject only', [], [{ name: 'age', version: 'v1' }], 'it leaves out age v1;'],
  ])('lists %s: refused', (_, listed, asked, problem) => {
    const act = () => finish(format, once(format, listed), FACTS, asked)
    expect(act).toThrow(ActionError)
    expect(act).toThrow(problem)
  })

  test('a module of two programs may be listed once for each', () => {
    expect(() =>
      finish(format, once(format, [...MODULES, ...AGE]), FACTS, [...MODULES, ...MODULES]),
    ).not.toThrow()
  })
})

test('the namespace of SPDX is a URI, whatever the name is', () => {
  const text = finish('spdx-json', once('spdx-json'), { ...FACTS, name: 'my tool/ü' })
  const { documentNamespace } = JSON.parse(text) as { documentNamespace: string }
  expect(documentNamespace).toMatch(
    /^https:\/\/spdx\.org\/spdxdocs\/my%20tool%2F%C3%BC-[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
})

test.each([
  ['/home/runner/work/_temp/build/linux_amd64/age', 'age'],
  ['D:\\a\\_temp\\build\\windows_amd64\\age.exe', 'age.exe'],
  ['age', 'age'],
])('CycloneDX names the program %s by its file name', (name, expected) => {
  const document = JSON.parse(once('cyclonedx-json')) as { components: { type: string; name: string }[] }
  document.components.push({ type: 'file', name })
  const { components } = JSON.parse(
    finish('cyclonedx-json', JSON.stringify(document), FACTS),
  ) as typeof document
  expect(components.map((component) => component.name)).toEqual([
    'filippo.io/age',
    'golang.org/x/crypto',
    expected,
  ])
})

test('the serial number of CycloneDX is a UUID as its schema demands', () => {
  const text = finish('cyclonedx-json', once('cyclonedx-json'), FACTS)
  const { serialNumber } = JSON.parse(text) as { serialNumber: string }
  expect(serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
})
