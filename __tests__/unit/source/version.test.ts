// chooseVersion: what git knows in, the version of the release out.
import { InputError } from '../../../src/errors.js'
import { chooseVersion, highestTag, tagPrefix, type VersionFacts } from '../../../src/source/version.js'

const NOTHING: VersionFacts = {
  given: undefined,
  runTag: undefined,
  tags: [],
  described: undefined,
  commit: undefined,
  prefix: '',
}
const COMMIT = '0123456789abcdef0123456789abcdef01234567'

describe('chooseVersion', () => {
  const everything = {
    given: 'v9',
    runTag: 'v8.0.0',
    tags: ['v7.0.0'],
    described: 'v6.0.0-1-gabc',
    commit: COMMIT,
  }

  test.each<[name: string, facts: Partial<VersionFacts>, version: string]>([
    ['the input comes first', everything, 'v9'],
    ['then the tag of the run', { ...everything, given: undefined }, 'v8.0.0'],
    ['then the highest tag at HEAD', { ...everything, given: undefined, runTag: undefined }, 'v7.0.0'],
    ['then git describe', { described: 'v6.0.0-1-gabc', commit: COMMIT }, 'v6.0.0-1-gabc'],
    ['then the commit', { commit: COMMIT }, 'v0.0.0-0123456789ab'],
    ['without a commit nothing is known', {}, 'v0.0.0'],
    [
      'tags at HEAD that are no versions do not count',
      { tags: ['latest', 'v1'], commit: COMMIT },
      'v0.0.0-0123456789ab',
    ],
    ['a tag of the run need not be semver', { runTag: 'release-5' }, 'release-5'],
    [
      'the prefix of a module folder goes from the run tag',
      { runTag: 'sub/v1.2.3', prefix: 'sub/' },
      'v1.2.3',
    ],
    ['… from tags at HEAD', { tags: ['sub/v1.2.3', 'v9.0.0'], prefix: 'sub/' }, 'v1.2.3'],
    ['… and from git describe', { described: 'sub/v1.2.3-4-gabc', prefix: 'sub/' }, 'v1.2.3-4-gabc'],
    ['a run tag without the prefix stays', { runTag: 'v1.2.3', prefix: 'sub/' }, 'v1.2.3'],
    ['the input keeps what looks like a prefix', { given: 'sub/v1.2.3', prefix: 'sub/' }, 'sub/v1.2.3'],
    ['v is not added', { given: '1.2.3' }, '1.2.3'],
    ['build metadata', { given: 'v1.2.3+linux.1' }, 'v1.2.3+linux.1'],
  ])('%s', (_, facts, version) => {
    expect(chooseVersion({ ...NOTHING, ...facts })).toBe(version)
  })

  test.each([
    '-v1',
    '.1',
    'v1 2',
    'v1\n',
    'v1;ls',
    '$(ls)',
    'v1..2',
    'v1,2',
    '../v1',
    '/v1',
    'v1"',
    'vé',
    '',
  ])('%j is refused', (given) => {
    const act = () => chooseVersion({ ...NOTHING, given })
    expect(act).toThrow(InputError)
    expect(act).toThrow(
      `input version: ${JSON.stringify(given)} cannot be used; a version begins with a letter or digit and holds letters, digits, and . _ + - /`,
    )
  })
})

test('a tag that cannot be a version is told of as what git gives', () => {
  expect(() => chooseVersion({ ...NOTHING, runTag: 'v1,2' })).toThrow(
    'input version: "v1,2", which git gives, cannot be used; a version begins with a letter or digit',
  )
})

describe('highestTag', () => {
  test.each<[tags: string[], prefix: string, tag: string | undefined]>([
    [[], '', undefined],
    [['latest', 'nightly'], '', undefined],
    [['v1.2.3'], '', 'v1.2.3'],
    [['v1.9.0', 'v1.10.0', 'v1.2.0'], '', 'v1.10.0'],
    [['v2.0.0-rc.1', 'v1.9.9'], '', 'v2.0.0-rc.1'],
    [['v2.0.0-rc.10', 'v2.0.0-rc.9', 'v2.0.0-rc.9.1'], '', 'v2.0.0-rc.10'],
    [['v2.0.0-rc.1', 'v2.0.0'], '', 'v2.0.0'],
    [['v1.0.0', 'other/v9.0.0'], '', 'v1.0.0'],
    [['v9.0.0', 'sub/v1.0.0', 'sub/x/v2.0.0', 'subway/v3.0.0'], 'sub/', 'v1.0.0'],
    [['v9.0.0'], 'sub/', undefined],
  ])('%j with prefix %j -> %j', (tags, prefix, tag) => {
    expect(highestTag(tags, prefix)).toBe(tag)
    expect(highestTag(tags.toReversed(), prefix)).toBe(tag)
  })

  test('does not depend on the order where semver knows none', () => {
    const tags = ['v1.0.0+b', 'v1.0.0', 'v1.0.0+a']
    expect(highestTag(tags, '')).toBe(highestTag(tags.toReversed(), ''))
  })
})

// https://go.dev/ref/mod#vcs-version: a major version suffix, /v2 and up, is not part of the tag's prefix.
describe('tagPrefix', () => {
  test.each([
    ['', ''],
    ['sub', 'sub/'],
    ['a/b', 'a/b/'],
    ['v2', ''],
    ['sub/v2', 'sub/'],
    ['sub/v9', 'sub/'],
    ['sub/v10', 'sub/'],
    ['sub/v19', 'sub/'],
    ['v11', ''],
    ['sub/v20', 'sub/'],
    ['sub/v100', 'sub/'],
    ['sub/v1', 'sub/v1/'],
    ['sub/v0', 'sub/v0/'],
    ['sub/dev2', 'sub/dev2/'],
    ['v2/sub', 'v2/sub/'],
  ])('%j -> %j', (folder, prefix) => {
    expect(tagPrefix(folder)).toBe(prefix)
  })
})
