// describeModules: modules of Go's build info in, dependencies with a digest or the reason why there is none out.
import type { GoModule } from '../../../src/go-module.js'
import { describeModules } from '../../../src/provenance/modules.js'

const SUM = 'h1:Khu2En+0gcYPZ2kuIihfswbzxv/mIHXgzPZ018Oty48='
const DIGEST = { dirHash: '2a1bb6127fb481c60f67692e22285fb306f3c6ffe62075e0ccf674d7c3adcb8f' }
const TEXT: GoModule = { path: 'golang.org/x/text', version: 'v0.3.0', sum: SUM }

test.each<[name: string, module: GoModule, expected: object]>([
  ['one with a sum', TEXT, { uri: 'pkg:golang/golang.org/x/text@v0.3.0', digest: DIGEST }],
  [
    'one replaced by another',
    {
      path: 'golang.org/x/text',
      version: 'v0.3.0',
      replace: { path: 'example.com/fork', version: 'v1.0.0', sum: SUM },
    },
    {
      uri: 'pkg:golang/example.com/fork@v1.0.0',
      digest: DIGEST,
      annotations: { replaces: 'pkg:golang/golang.org/x/text@v0.3.0' },
    },
  ],
  [
    'one replaced by a folder beside the module',
    { ...TEXT, replace: { path: '../my text', version: '' } },
    {
      uri: 'file:../my%20text',
      annotations: {
        replaces: 'pkg:golang/golang.org/x/text@v0.3.0',
        unverified: 'go.sum has no hash of it',
      },
    },
  ],
  [
    'one of the workspace',
    { path: 'example.com/other', version: '(devel)' },
    {
      uri: 'pkg:golang/example.com/other@(devel)',
      annotations: { unverified: 'go.sum has no hash of it' },
    },
  ],
  [
    'one with a sum of another kind',
    { ...TEXT, sum: 'h2:abc' },
    { uri: 'pkg:golang/golang.org/x/text@v0.3.0', annotations: { unverified: 'its hash is h2:abc' } },
  ],
])('%s', (_, module, expected) => {
  expect(describeModules([module])).toEqual([expected])
})

test('each once and sorted, in whatever order the programs have them', () => {
  const crypto = { path: 'golang.org/x/crypto', version: 'v0.1.0', sum: SUM }
  const described = describeModules([TEXT, crypto, TEXT])
  expect(described.map(({ uri }) => uri)).toEqual([
    'pkg:golang/golang.org/x/crypto@v0.1.0',
    'pkg:golang/golang.org/x/text@v0.3.0',
  ])
  expect(describeModules([crypto, TEXT, crypto])).toEqual(described)
})
