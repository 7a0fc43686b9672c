// decideCaching and keepsTexts: whether the build cache is restored and saved, whose it is, and why not; and what else is saved.
import { decideCaching, keepsTexts } from '../../../src/cache/index.js'

type Choice = Parameters<typeof decideCaching>[0]
type Facts = Parameters<typeof decideCaching>[2]

const MAIN: Facts = {
  onRunner: true,
  available: true,
  onTag: false,
  signing: false,
  event: 'push',
  onDefaultBranch: true,
}
const BRANCH: Facts = { ...MAIN, onDefaultBranch: false }
const TAG: Facts = { ...BRANCH, onTag: true }
const SIGNING: Facts = { ...MAIN, signing: true }
const PULL_REQUEST: Facts = { ...BRANCH, event: 'pull_request' }

/** r: restores, s: saves, o: Go keeps its cache in a folder of this action's own, c: and in one that nothing was restored to. */
const decide = (cache: Choice, facts: Facts, cacheSave: 'auto' | 'always' = 'auto') => {
  const { own, clean, restore, save, reasons } = decideCaching(cache, cacheSave, facts)
  return { does: `${clean ? 'c' : own ? 'o' : '-'}${restore ? 'r' : '-'}${save ? 's' : '-'}`, reasons }
}

describe('what is done', () => {
  test.each<[cache: Choice, where: string, facts: Facts, does: string, always: string]>([
    ['auto', 'the default branch', MAIN, 'ors', 'ors'],
    ['auto', 'another branch', BRANCH, 'or-', 'ors'],
    ['auto', 'a pull request', PULL_REQUEST, 'or-', 'ors'],
    ['auto', 'a schedule', { ...MAIN, event: 'schedule' }, 'ors', 'ors'],
    ['auto', 'a merge queue', { ...BRANCH, event: 'merge_group' }, 'or-', 'ors'],
    // They write where the default branch reads, perhaps with what anybody sent.
    ['auto', 'a comment', { ...MAIN, event: 'issue_comment' }, 'or-', 'or-'],
    ['auto', 'a workflow_run', { ...MAIN, event: 'workflow_run' }, 'or-', 'or-'],
    ['auto', 'a pull_request_target', { ...MAIN, event: 'pull_request_target' }, 'or-', 'or-'],
    ['auto', 'a tag', TAG, 'c--', 'c--'],
    ['auto', 'a signing branch', SIGNING, 'c-s', 'c-s'],
    ['on', 'the default branch', MAIN, 'ors', 'ors'],
    ['on', 'another branch', BRANCH, 'or-', 'ors'],
    ['on', 'a tag', TAG, 'or-', 'or-'],
    ['on', 'a signing branch', SIGNING, 'ors', 'ors'],
    ['restore', 'the default branch', MAIN, 'or-', 'or-'],
    ['restore', 'a tag', TAG, 'or-', 'or-'],
    ['off', 'the default branch', MAIN, '---', '---'],
    ['off', 'a tag', TAG, 'c--', 'c--'],
    ['off', 'a signing branch', SIGNING, 'c--', 'c--'],
    ['off', 'a laptop', { ...SIGNING, onRunner: false, available: false }, '---', '---'],
    // What another step put into Go's own folder is no better than what would be restored here.
    ['auto', 'a tag without a cache service', { ...TAG, available: false }, 'c--', 'c--'],
    ['auto', 'a branch without a cache service', { ...MAIN, available: false }, '---', '---'],
    ['on', 'a tag without a cache service', { ...TAG, available: false }, '---', '---'],
    ['auto', 'a laptop', { ...SIGNING, onRunner: false, available: false }, '---', '---'],
    ['on', 'a laptop', { ...MAIN, onRunner: false, available: false }, '---', '---'],
  ])('cache: %s on %s', (cache, _, facts, does, always) => {
    expect(decide(cache, facts).does).toBe(does)
    expect(decide(cache, facts, 'always').does).toBe(always)
  })
})

describe('why', () => {
  test.each<[cache: Choice, where: string, facts: Facts, reasons: RegExp[]]>([
    ['auto', 'the default branch', MAIN, []],
    ['auto', 'another branch', BRANCH, [/but from the default branch; cache-save: always/]],
    ['auto', 'a pull request', PULL_REQUEST, [/on pull_request; cache-save: always/]],
    ['auto', 'a tag', TAG, [/nothing is restored on a tag.*cache: on restores/, /nothing is saved on a tag/]],
    ['auto', 'a signing branch', SIGNING, [/nothing is restored when signing/]],
    ['on', 'a tag', TAG, [/cache: on restores what other runs compiled/, /nothing is saved on a tag/]],
    ['restore', 'a signing branch', SIGNING, [/cache: restore restores what other runs compiled/]],
    // That nothing is saved is what the input says by itself.
    ['restore', 'another branch', BRANCH, []],
    ['off', 'a tag', TAG, [/^cache: off$/]],
    ['on', 'a job without the service', { ...MAIN, available: false }, [/no cache service/]],
    ['on', 'a laptop', { ...TAG, onRunner: false }, []],
  ])('cache: %s on %s', (cache, _, facts, reasons) => {
    const told = decide(cache, facts).reasons
    expect(told).toHaveLength(reasons.length)
    reasons.forEach((reason, index) => {
      expect(told[index]).toMatch(reason)
    })
  })
})

test.each<[cache: Choice, event: string, keeps: boolean]>([
  ['auto', 'push', true],
  ['on', 'push', true],
  ['auto', 'schedule', true],
  ['auto', 'workflow_dispatch', true],
  ['restore', 'push', false],
  ['off', 'push', false],
  ['auto', 'pull_request', false],
  ['on', 'merge_group', false],
  ['on', 'pull_request_target', false],
  ['on', 'workflow_run', false],
  ['on', 'issue_comment', false],
  ['on', '', false],
])('cache: %s on %s: texts are kept: %s', (cache, event, keeps) => {
  expect(keepsTexts(cache, event)).toBe(keeps)
})
