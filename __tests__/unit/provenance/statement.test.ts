// formatStatement: the facts of a run in, one in-toto statement out.
import { formatStatement, subjectsOf, type StatementFacts } from '../../../src/provenance/statement.js'
import { fileOf } from '../report/example-report.js'

const digest = (byte: string) => ({ sha256: byte.repeat(32) })
const FILES = [
  fileOf('tool_linux_amd64.tar.gz', digest('01')),
  fileOf('tool_linux_amd64.spdx.json', { kind: 'sbom', ...digest('02') }),
  fileOf('tool.exe', { kind: 'binary', ...digest('03') }),
  fileOf('SHA256SUMS', { kind: 'checksums', ...digest('04') }),
  fileOf('SHA256SUMS.sigstore.json', { kind: 'signature' }),
  fileOf('cosign.pub', { kind: 'public-key' }),
]
const FACTS: StatementFacts = {
  files: FILES,
  externalParameters: { inputs: {} },
  internalParameters: {},
  dependencies: [{ name: 'example.com/tool', digest: { gitCommit: 'ab'.repeat(20) } }],
  builder: 'https://example.com/builder',
  invocation: 'urn:x',
  started: new Date('2026-01-02T03:04:05.678Z'),
  finished: new Date('2026-01-02T03:05:06Z'),
  manifest: fileOf('manifest.json', { kind: 'manifest', ...digest('05') }),
}

test('every file that users take away is a subject, by name', () => {
  expect(subjectsOf(FILES).map(({ name }) => name)).toEqual([
    'SHA256SUMS',
    'tool.exe',
    'tool_linux_amd64.spdx.json',
    'tool_linux_amd64.tar.gz',
  ])
})

test('the statement', () => {
  expect(JSON.parse(formatStatement(FACTS))).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name: 'SHA256SUMS', digest: digest('04') },
      { name: 'tool.exe', digest: digest('03') },
      { name: 'tool_linux_amd64.spdx.json', digest: digest('02') },
      { name: 'tool_linux_amd64.tar.gz', digest: digest('01') },
    ],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: expect.stringMatching(/^https:\/\/.*\/docs\/provenance\.md#build-type-v1$/) as string,
        externalParameters: { inputs: {} },
        internalParameters: {},
        resolvedDependencies: FACTS.dependencies,
      },
      runDetails: {
        builder: { id: 'https://example.com/builder' },
        metadata: {
          invocationId: 'urn:x',
          startedOn: '2026-01-02T03:04:05Z',
          finishedOn: '2026-01-02T03:05:06Z',
        },
        byproducts: [{ name: 'manifest.json', digest: digest('05') }],
      },
    },
  })
})

test('the order in which files were made changes no byte', () => {
  expect(formatStatement({ ...FACTS, files: FILES.toReversed() })).toBe(formatStatement(FACTS))
})
