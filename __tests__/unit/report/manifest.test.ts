// formatManifest: the report as JSON that travels with the files, and so names no folder of the machine that made it.
import { formatManifest } from '../../../src/report/manifest.js'
import { createReport, fileOf, OUTPUT, targetReport } from './example-report.js'

const parse = (...[report]: [report?: Parameters<typeof formatManifest>[0]]) =>
  JSON.parse(formatManifest(report ?? createReport(), 'go-cross-release')) as Record<string, unknown>

test('holds all that is known of the release, and who wrote it', () => {
  const { files, targets, ...rest } = parse(createReport({ verify: ['cosign verify-blob FILE'] }))
  expect(rest).toEqual({
    generator: 'go-cross-release',
    status: 'done',
    name: 'age',
    version: 'v1.3.1',
    module: 'filippo.io/age',
    commit: '0123456789abcdef0123456789abcdef01234567',
    date: '2026-01-02T03:04:05Z',
    go: 'go1.26.8',
    cache: { key: 'key-1', matchedKey: '', hit: false, notes: [], differs: [] },
    skipped: [],
    verify: ['cosign verify-blob FILE'],
  })
  expect(targets).toEqual(createReport().targets)
  expect(files).toHaveLength(4)
})

test('a file is its name, kind, target, size and digest', () => {
  const [archive, checksums] = [
    fileOf('a.zip', { target: 'linux/amd64' }),
    fileOf('SHA256SUMS', { kind: 'checksums' }),
  ]
  expect(parse(createReport({ files: [archive, checksums] }))['files']).toEqual([
    { name: 'a.zip', kind: 'archive', target: 'linux/amd64', size: 1_234_567, sha256: 'ab'.repeat(32) },
    { name: 'SHA256SUMS', kind: 'checksums', size: 1_234_567, sha256: 'ab'.repeat(32) },
  ])
})

test('is the same before and after the provenance is there, which tells of it, and which it names', () => {
  const files = [fileOf('SHA256SUMS', { kind: 'checksums' })]
  const provenance = ['provenance.intoto.json', 'provenance.intoto.json.sigstore.json']
  const before = createReport({ files, provenance })
  const after = createReport({ files: [...files, ...provenance.map((name) => fileOf(name))], provenance })
  expect(parse(after)).toEqual(parse(before))
  expect(parse(before)['files']).toEqual([
    expect.objectContaining({ name: 'SHA256SUMS' }),
    ...provenance.map((name) => ({ name })),
  ])
})

test('holds no absolute path', () => {
  const text = formatManifest(createReport(), 'go-cross-release')
  expect(text).not.toContain(OUTPUT)
  expect(text).not.toMatch(/"(?:\/|[A-Za-z]:\\|\\\\)/)
})

test('a failed run tells what failed and what was made all the same', () => {
  const failed = targetReport('windows/arm64', {
    status: 'failed',
    error: 'main.go:1:2: undefined: x',
    programs: [],
  })
  const manifest = parse(
    createReport({
      status: 'failed',
      error: 'the disk is full',
      targets: [targetReport('linux/amd64'), failed],
    }),
  )
  expect(manifest).toMatchObject({
    status: 'failed',
    error: 'the disk is full',
    targets: [
      { target: 'linux/amd64', status: 'done' },
      { status: 'failed', error: 'main.go:1:2: undefined: x' },
    ],
  })
  expect(manifest['files']).toHaveLength(4)
})

test('is readable text that ends with a line end', () => {
  expect(formatManifest(createReport(), 'x')).toMatch(
    /^\{\n {2}"generator": "x",\n {2}"name": "age",\n[^]*\n\}\n$/,
  )
})
