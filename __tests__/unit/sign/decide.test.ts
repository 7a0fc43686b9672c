// decideSigning: the inputs and the event in, how to sign or why not out.
import { decideSigning, type SigningDecision, type SigningFacts } from '../../../src/sign/decide.js'

const NOTHING: SigningFacts = {
  sign: 'auto',
  hasKey: false,
  onTag: false,
  publicRepository: false,
  idTokenAvailable: false,
}
const PUBLIC_TAG = { onTag: true, publicRepository: true, idTokenAvailable: true }

test.each<[name: string, facts: Partial<SigningFacts>, mode: SigningDecision['mode'], why: string]>([
  ['auto, nothing known', {}, 'off', 'no cosign-key, and no tag started this run'],
  ['auto with a key', { hasKey: true }, 'key', ''],
  ['auto with a key, where keyless could be had', { ...PUBLIC_TAG, hasKey: true }, 'key', ''],
  ['auto on a tag of a public repository', PUBLIC_TAG, 'keyless', ''],
  [
    'auto on a branch of a public repository',
    { ...PUBLIC_TAG, onTag: false },
    'off',
    'no tag started this run',
  ],
  [
    'auto on a tag of a private or unknown repository',
    { ...PUBLIC_TAG, publicRepository: false },
    'off',
    'the repository is not known to be public; sign: keyless signs all the same',
  ],
  [
    'auto on a public tag without an id-token',
    { ...PUBLIC_TAG, idTokenAvailable: false },
    'off',
    'the job has no `id-token: write` permission',
  ],
  ['key with a key', { sign: 'key', hasKey: true }, 'key', ''],
  [
    'key without a key',
    { ...PUBLIC_TAG, sign: 'key' },
    'impossible',
    'cosign-key: a path, env://NAME, a KMS URI',
  ],
  ['keyless with an id-token', { sign: 'keyless', idTokenAvailable: true }, 'keyless', ''],
  [
    'keyless without one',
    { ...PUBLIC_TAG, sign: 'keyless', idTokenAvailable: false },
    'impossible',
    'add `id-token: write` under permissions, or set sign: off',
  ],
  ['off', { ...PUBLIC_TAG, sign: 'off', hasKey: true }, 'off', 'sign: off'],
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
      booleans.flatMap((publicRepository) =>
        booleans.map((idTokenAvailable) => ({ sign, hasKey, onTag, publicRepository, idTokenAvailable })),
      ),
    ),
  ),
)

test('a private repository is never signed keyless unless keyless was asked for', () => {
  const keyless = every.filter((facts) => facts.sign !== 'keyless' && decideSigning(facts).mode === 'keyless')
  expect(keyless).toEqual([{ sign: 'auto', hasKey: false, ...PUBLIC_TAG }])
})

test('auto is never impossible, and what was asked for is never left out', () => {
  for (const facts of every) {
    const { mode } = decideSigning(facts)
    if (facts.sign === 'auto') expect(mode).not.toBe('impossible')
    if (facts.sign === 'key' || facts.sign === 'keyless') expect([facts.sign, 'impossible']).toContain(mode)
    if (facts.sign === 'off') expect(mode).toBe('off')
  }
})
