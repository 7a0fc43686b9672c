// decideSigning and decideByToken: the inputs, the event and the token in, how to sign or why not out.
import {
  decideByToken,
  decideSigning,
  type DecisionBeforeToken,
  type SigningFacts,
} from '../../../src/sign/decide.js'

const NOTHING: SigningFacts = {
  sign: 'auto',
  hasKey: false,
  emptyVariable: undefined,
  onTag: false,
  onPullRequest: false,
  untrusted: undefined,
  idTokenAvailable: false,
  privateSigstore: false,
}
const TAG = { onTag: true, idTokenAvailable: true }
const STRANGE = { untrusted: 'workflow_run follows a run of another repository' }

test.each<[name: string, facts: Partial<SigningFacts>, mode: DecisionBeforeToken['mode'], why: string]>([
  ['auto, nothing known', {}, 'off', 'no cosign-key, and no tag started this run'],
  ['auto with a key', { hasKey: true }, 'key', ''],
  ['auto with a key, where keyless could be had', { ...TAG, hasKey: true }, 'key', ''],
  ['auto on a tag', TAG, 'ask', ''],
  ['auto on a branch', { ...TAG, onTag: false }, 'off', 'no tag started this run'],
  [
    'auto on a tag without an id-token',
    { onTag: true },
    'off',
    'the job has no `id-token: write` permission',
  ],
  [
    'auto with a key that a pull request does not get',
    { hasKey: true, emptyVariable: 'RELEASE_KEY', onPullRequest: true },
    'off',
    'RELEASE_KEY is empty, and a pull request from a fork gets no secrets',
  ],
  ['auto with a key that is missing elsewhere', { hasKey: true, emptyVariable: 'RELEASE_KEY' }, 'key', ''],
  ['auto with a key, for a stranger', { ...STRANGE, hasKey: true }, 'impossible', STRANGE.untrusted],
  ['auto on a tag, for a stranger', { ...STRANGE, ...TAG }, 'impossible', STRANGE.untrusted],
  ['auto without anything, for a stranger', STRANGE, 'off', 'no tag started this run'],
  ['key with a key', { sign: 'key', hasKey: true }, 'key', ''],
  ['key in a pull request', { sign: 'key', hasKey: true, onPullRequest: true }, 'key', ''],
  ['key for a stranger', { ...STRANGE, sign: 'key', hasKey: true }, 'impossible', 'or set sign: off'],
  ['key without a key', { ...TAG, sign: 'key' }, 'impossible', 'cosign-key: a path, env://NAME, a KMS URI'],
  ['keyless with an id-token', { sign: 'keyless', idTokenAvailable: true }, 'ask', ''],
  [
    'keyless without one',
    { sign: 'keyless', onTag: true },
    'impossible',
    'add `id-token: write` under permissions, or set sign: off',
  ],
  [
    'keyless in a pull request, which may have no id-token',
    { sign: 'keyless', onPullRequest: true },
    'off',
    'a pull request is not signed keyless',
  ],
  ['keyless for a stranger', { ...STRANGE, ...TAG, sign: 'keyless' }, 'impossible', STRANGE.untrusted],
  ['off', { ...TAG, ...STRANGE, sign: 'off', hasKey: true }, 'off', 'sign: off'],
])('%s', (_, facts, mode, why) => {
  const decision = decideSigning({ ...NOTHING, ...facts })
  expect(decision.mode).toBe(mode)
  const told =
    decision.mode === 'off' ? decision.reason : decision.mode === 'impossible' ? decision.problem : ''
  expect(told).toContain(why)
})

const booleans = [false, true]
const every: SigningFacts[] = (['auto', 'keyless', 'key', 'off'] as const).flatMap((sign) =>
  booleans.flatMap((hasKey) =>
    booleans.flatMap((onTag) =>
      booleans.flatMap((onPullRequest) =>
        [undefined, 'a reason'].flatMap((untrusted) =>
          booleans.map((idTokenAvailable) => ({
            ...{ ...NOTHING, sign, hasKey, onTag, onPullRequest, untrusted, idTokenAvailable },
          })),
        ),
      ),
    ),
  ),
)

test('nothing is signed for a stranger, and a token is asked for only where a job may have one', () => {
  for (const facts of every) {
    const { mode } = decideSigning(facts)
    if (facts.untrusted !== undefined) expect(['off', 'impossible']).toContain(mode)
    if (!facts.idTokenAvailable || facts.onPullRequest) expect(mode).not.toBe('ask')
    if (facts.sign === 'off') expect(mode).toBe('off')
  }
})

describe('by the token', () => {
  const claims = (visibility: string) => ({
    issuer: 'https://token.actions.githubusercontent.com',
    jobWorkflowRef: 'o/r/.github/workflows/release.yml@refs/tags/v1',
    repository: 'o/r',
    ref: 'refs/tags/v1',
    visibility,
  })
  test.each<[sign: SigningFacts['sign'], privateSigstore: boolean, visibility: string, keyless: boolean]>([
    ['auto', false, 'public', true],
    ['auto', false, 'private', false],
    ['auto', false, 'internal', false],
    ['auto', false, 'PUBLIC', false],
    ['auto', true, 'private', true],
    ['keyless', false, 'private', true],
    ['keyless', true, 'internal', true],
  ])('%s, another Sigstore: %s, %s', (sign, privateSigstore, visibility, keyless) => {
    const decision = decideByToken({ sign, privateSigstore }, claims(visibility))
    expect(decision).toEqual(
      keyless
        ? { mode: 'keyless', claims: claims(visibility) }
        : { mode: 'off', reason: expect.stringContaining(`the repository is ${visibility}`) as string },
    )
  })
})
