// decideCaching: whether the build cache is restored and saved, and why not.
import { decideCaching, type CachePolicy } from '../../../src/cache/index.js'

type Choice = Parameters<typeof decideCaching>[0]
type Facts = Parameters<typeof decideCaching>[1]

const BRANCH: Facts = { onRunner: true, available: true, onTag: false, signing: false }
const TAG: Facts = { ...BRANCH, onTag: true }
const SIGNING: Facts = { ...BRANCH, signing: true }

test.each<
  [cache: Choice, where: string, facts: Facts, restore: boolean, save: boolean, reason: string | undefined]
>([
  ['auto', 'a branch', BRANCH, true, true, undefined],
  ['auto', 'a tag', TAG, false, false, 'nothing is restored or saved on a tag; cache: on restores'],
  ['auto', 'a signing branch', SIGNING, false, true, 'nothing is restored when signing; cache: on restores'],
  [
    'auto',
    'a signing tag',
    { ...TAG, signing: true },
    false,
    false,
    'nothing is restored or saved on a tag; cache: on restores',
  ],
  ['on', 'a branch', BRANCH, true, true, undefined],
  ['on', 'a tag', TAG, true, false, 'nothing is saved on a tag'],
  ['on', 'a signing branch', SIGNING, true, true, undefined],
  ['restore', 'a branch', BRANCH, true, false, undefined],
  // That nothing is saved is what the input says by itself.
  ['restore', 'a tag', TAG, true, false, undefined],
  ['restore', 'a signing branch', SIGNING, true, false, undefined],
  ['off', 'a branch', BRANCH, false, false, 'cache: off'],
  ['off', 'a tag', TAG, false, false, 'cache: off'],
])('cache: %s on %s', (cache, _, facts, restore, save, reason) => {
  expect(decideCaching(cache, facts)).toEqual<CachePolicy>({ restore, save, reason })
})

test.each<Choice>(['auto', 'on', 'restore', 'off'])(
  "cache: %s on a laptop: the cache is Go's own",
  (cache) => {
    const laptop = { ...TAG, onRunner: false, available: false, signing: true }
    expect(decideCaching(cache, laptop)).toEqual<CachePolicy>({
      restore: false,
      save: false,
      reason: undefined,
    })
  },
)

test.each<Choice>(['auto', 'on', 'restore'])(
  'cache: %s on a runner without a cache service says so',
  (cache) => {
    expect(decideCaching(cache, { ...TAG, available: false })).toEqual<CachePolicy>({
      restore: false,
      save: false,
      reason: 'this job has no cache service',
    })
  },
)
