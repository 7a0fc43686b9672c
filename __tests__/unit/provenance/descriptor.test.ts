// moduleUrl, commitAt and hexOfSum: names, refs and sums as Go and git write them in, those of package URLs and in-toto out.
import { moduleUrl } from '../../../src/go-module.js'
import { commitAt, hexOfSum } from '../../../src/provenance/descriptor.js'

test.each([
  ['golang.org/x/text', 'v0.3.0', 'pkg:golang/golang.org/x/text@v0.3.0'],
  [
    'github.com/Azure/go-autorest',
    'v14.2.0+incompatible',
    'pkg:golang/github.com/Azure/go-autorest@v14.2.0%2Bincompatible',
  ],
  [
    'example.com/~user/a',
    'v0.0.0-20260102030405-0123456789ab',
    'pkg:golang/example.com/~user/a@v0.0.0-20260102030405-0123456789ab',
  ],
  ['example.com/tool', '', 'pkg:golang/example.com/tool'],
  ['example.com/a@b?c#d', 'v1', 'pkg:golang/example.com/a%40b%3Fc%23d@v1'],
])('the URL of %s at %j', (path, version, url) => {
  expect(moduleUrl(path, version)).toBe(url)
})

test.each([
  ['SHA-1', '0123456789abcdef0123456789abcdef01234567', true],
  ['SHA-256', '01'.repeat(32), true],
  ['a tag', 'v1.2.3', false],
  ['a short hash', '0123456', false],
])('a commit named by %s', (_, commit, hasDigest) => {
  expect(commitAt('https://github.com/o/r', 'refs/tags/v1', commit)).toEqual({
    uri: 'git+https://github.com/o/r@refs/tags/v1',
    ...(hasDigest && { digest: { gitCommit: commit } }),
  })
})

// The example of in-toto's own page on the digest set.
test('the hash of go.sum in hex', () => {
  expect(hexOfSum('h1:Khu2En+0gcYPZ2kuIihfswbzxv/mIHXgzPZ018Oty48=')).toBe(
    '2a1bb6127fb481c60f67692e22285fb306f3c6ffe62075e0ccf674d7c3adcb8f',
  )
})

test.each(['', 'h1:', 'h1:Khu2', 'h2:Khu2En+0gcYPZ2kuIihfswbzxv/mIHXgzPZ018Oty48='])(
  'no hash in %j',
  (sum) => {
    expect(hexOfSum(sum)).toBeUndefined()
  },
)
