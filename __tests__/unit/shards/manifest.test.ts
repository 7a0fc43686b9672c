// A shard manifest: read back as it was written, of the target and plan that it was written for, and with no byte changed.
import { formatShardManifest, parseShardManifest } from '../../../src/shards/manifest.js'
import { plannedTarget } from '../plan/example-plan.js'

const PLAN = 'a'.repeat(64)
const MANIFEST = {
  planDigest: PLAN,
  target: 'linux/amd64',
  files: [{ name: 'age.tar.gz', kind: 'archive', size: 3, sha256: 'b'.repeat(64) }],
  report: { status: 'done' },
  modules: [{ path: 'example.com/a', version: 'v1.0.0' }],
  modified: false,
  go: { name: 'go' },
} as const
const target = plannedTarget('linux/amd64')
const text = formatShardManifest(MANIFEST)

test('is read back', () => {
  expect(parseShardManifest(text, target, PLAN)).toEqual(MANIFEST)
})

test.each<[string, string, string]>([
  ['of another target', formatShardManifest({ ...MANIFEST, target: 'linux/arm64' }), 'it holds linux/arm64'],
  ['of another plan', formatShardManifest({ ...MANIFEST, planDigest: 'c'.repeat(64) }), 'another plan'],
  ['cut short', text.slice(0, -2), 'linux_amd64.shard.json was changed'],
  ['empty', '', 'linux_amd64.shard.json was changed'],
])('is refused where it is %s, by the name of target and artifact', (_, changed, problem) => {
  const read = () => parseShardManifest(changed, target, PLAN)
  expect(read).toThrow(problem)
  expect(read).toThrow(/^linux\/amd64: age_v1\.3\.1_linux_amd64: /)
})

test('any byte changed is refused', () => {
  for (let at = 0; at < text.length; at++) {
    const changed = text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1)
    expect(() => parseShardManifest(changed, target, PLAN)).toThrow('was changed')
  }
})
