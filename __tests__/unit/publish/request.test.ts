// describeDraft, describePublication, choose and keepsName: what is asked for in, what GitHub is told out.
import type { Release } from '../../../src/publish/repository.js'
import {
  choose,
  describeDraft,
  describePublication,
  keepsName,
  type ReleaseRequest,
} from '../../../src/publish/request.js'

const REQUEST: ReleaseRequest = {
  publish: true,
  tag: 'v1.2.3',
  title: 'Tool 1.2.3',
  notes: undefined,
  makeLatest: undefined,
  commit: undefined,
  overwrite: false,
}

test('a draft has the title, and the notes where there are any', () => {
  const draft = { tag_name: 'v1.2.3', name: 'Tool 1.2.3', prerelease: false, generate_release_notes: false }
  expect(describeDraft(REQUEST)).toEqual(draft)
  expect(describeDraft({ ...REQUEST, notes: { text: '' } })).toEqual({ ...draft, body: '' })
  expect(describeDraft({ ...REQUEST, notes: { text: 'new' } })).toEqual({ ...draft, body: 'new' })
  expect(describeDraft({ ...REQUEST, notes: 'generate' })).toEqual({ ...draft, generate_release_notes: true })
})

test.each([
  ['v1.2.3', false],
  ['1.2.3', false],
  ['v1.2.3+build.4', false],
  ['v1.2.3-rc.1', true],
  ['1.2.3-0', true],
  ['sub/v1.2.3-beta', true],
  ['sub-rc.1/v1.2.3', false],
  ['nightly-1', false],
])('%s is a pre-release: %j', (tag, prerelease) => {
  expect(describeDraft({ ...REQUEST, tag })).toMatchObject({ prerelease })
})

test.each<[string, ReleaseRequest['makeLatest'], boolean, object]>([
  ['v1.2.3', undefined, false, { prerelease: false }],
  ['v1.2.3', 'true', false, { prerelease: false, make_latest: 'true' }],
  ['v1.2.3', 'legacy', false, { prerelease: false, make_latest: 'legacy' }],
  ['v1.2.3', 'true', true, { prerelease: true, make_latest: 'false' }],
  ['v1.2.3-rc.1', 'true', false, { prerelease: true, make_latest: 'false' }],
  ['v1.2.3-rc.1', undefined, false, { prerelease: true, make_latest: 'false' }],
])('%s, make-latest %j, a pre-release there: %j', (tag, makeLatest, prerelease, expected) => {
  expect(describePublication({ ...REQUEST, tag, makeLatest }, { prerelease })).toEqual(expected)
})

test('the published release of the tag is chosen, else the first draft', () => {
  const release = (id: number, tag_name: string, draft: boolean): Release => ({
    id,
    tag_name,
    draft,
    prerelease: false,
    html_url: '',
    upload_url: '',
  })
  const all = [
    release(9, 'v1', false),
    release(7, 'v1', true),
    release(5, 'v1', true),
    release(1, 'v2', true),
  ]
  expect(choose(all, 'v1')?.id).toBe(9)
  expect(choose(all.slice(1), 'v1')?.id).toBe(5)
  expect(choose(all, 'v3')).toBeUndefined()
})

test.each([
  ['tool_v1.2.3_linux_amd64.tar.gz', true],
  ['SHA256SUMS.sigstore.json', true],
  ['tool_1.2.3+dirty.zip', true],
  ['-_', true],
  ['tool~rc1.deb', false],
  ['tool (1).zip', false],
  ['tool@1.zip', false],
  ['häuser.zip', false],
  ['.tool', false],
  ['tool.', false],
  ['a/b', false],
  ['', false],
])('GitHub keeps the name %j: %j', (name, kept) => {
  expect(keepsName(name)).toBe(kept)
})
