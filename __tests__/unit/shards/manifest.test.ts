// A shard manifest: read back as it was written, of the target and plan that it was written for, and with no byte changed.
import { ActionError } from '../../../src/errors.js'
import { formatShardManifest, parseShardManifest } from '../../../src/shards/manifest.js'
import { plannedTarget } from '../plan/example-plan.js'

const PLAN = 'a'.repeat(64)
const MANIFEST = {
  planDigest: PLAN,
  target: 'linux/amd64',
  files: [{ name: 'age.tar.gz', kind: 'archive', size: 3, sha256: 'b'.repeat(64) }],
  report: {
    target: 'linux/amd64',
    goos: 'linux',
    goarch: 'amd64',
    status: 'done',
    programs: [{ importPath: 'filippo.io/age/cmd/age' }],
  },
  modules: [
    { path: 'example.com/a', version: 'v1.0.0', sum: 'h1:x' },
    { path: 'example.com/b', version: 'v1.0.0', replace: { path: './b', version: '' } },
  ],
  modified: false,
  go: { hostOs: 'linux', hostArch: 'amd64', dirHash: 'c'.repeat(64) },
} as const
const target = plannedTarget('linux/amd64')
const text = formatShardManifest(MANIFEST)

test('is read back', () => {
  expect(parseShardManifest(text, target, PLAN)).toEqual(MANIFEST)
})

test.each<[string, string, string]>([
  [
    'of another target',
    formatShardManifest({ ...MANIFEST, target: 'linux/arm64' }),
    'it holds linux/arm64, not linux/amd64; give each target an artifact-name of its own',
  ],
  [
    'of another plan',
    formatShardManifest({ ...MANIFEST, planDigest: 'c'.repeat(64) }),
    'it was built by another plan; run the whole workflow again',
  ],
  ['cut short', text.slice(0, -2), 'linux_amd64.shard.json was changed after it was written; run the job'],
  [
    'of other programs',
    formatShardManifest({ ...MANIFEST, report: { ...MANIFEST.report, programs: [{ importPath: 'evil' }] } }),
    'linux_amd64.shard.json does not tell of the programs of linux/amd64; run the job',
  ],
  [
    'of another form',
    formatShardManifest({ ...MANIFEST, files: [] as never, go: null as never }),
    'linux_amd64.shard.json is not what this version of the action writes; use the same one in every job',
  ],
  ['empty', '', 'linux_amd64.shard.json was changed'],
])('is refused where it is %s', (_, changed, problem) => {
  expect(() => parseShardManifest(changed, target, PLAN)).toThrow(problem)
})

const { report, go, files, modules } = MANIFEST
test.each<object>([
  ...[null, [], 1, {}].map((value) => ({ report: value })),
  { report: { ...report, status: 'failed' } },
  { report: { ...report, target: 'plan9/386' } },
  { report: { ...report, goos: 'plan9' } },
  { report: { ...report, goarch: '386' } },
  { report: { ...report, programs: undefined } },
  { report: { ...report, programs: [] } },
  { report: { ...report, programs: [{ importPath: 'evil' }] } },
  { report: { ...report, programs: [null] } },
  { modules: null },
  { modules: [null] },
  { modules: [{ path: 'a' }] },
  { modules: [{ ...modules[0], replace: 1 }] },
  { files: null },
  { files: [{ ...files[0], sha256: 'x' }] },
  { files: [{ ...files[0], size: '3' }] },
  { modified: 'no' },
  { go: null },
  { go: { ...go, hostOs: 'linux\nevil' } },
  { go: { ...go, dirHash: 'evil' } },
  { planDigest: 1 },
])('is refused with %j', (changes) => {
  const forged = formatShardManifest({ ...MANIFEST, ...changes })
  expect(() => parseShardManifest(forged, target, PLAN)).toThrow(ActionError)
})

test('any byte changed is refused', () => {
  for (let at = 0; at < text.length; at++) {
    const changed = text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1)
    expect(() => parseShardManifest(changed, target, PLAN)).toThrow('was changed')
  }
})
