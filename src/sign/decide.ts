// Decides whether and how to sign from the inputs and the event, before anything is compiled.

export interface SigningFacts {
  readonly sign: 'auto' | 'keyless' | 'key' | 'off'
  readonly hasKey: boolean
  /** Whether a tag started the run. */
  readonly onTag: boolean
  /** An unknown repository counts as private: keyless signing writes its name into a public log for ever. */
  readonly publicRepository: boolean
  readonly idTokenAvailable: boolean
}

export type SigningDecision =
  | { readonly mode: 'key' | 'keyless' }
  | { readonly mode: 'off'; readonly reason: string }
  /** The inputs contradict one another or the job. */
  | { readonly mode: 'impossible'; readonly problem: string }

export function decideSigning(facts: SigningFacts): SigningDecision {
  switch (facts.sign) {
    case 'off':
      return { mode: 'off', reason: 'sign: off' }
    case 'key':
      return facts.hasKey
        ? { mode: 'key' }
        : {
            mode: 'impossible',
            problem: 'sign: key needs cosign-key: a path, env://NAME, a KMS URI or throwaway',
          }
    case 'keyless':
      return facts.idTokenAvailable
        ? { mode: 'keyless' }
        : {
            mode: 'impossible',
            problem:
              'there is no id-token: in a job, add `id-token: write` under permissions, or set sign: off; elsewhere, sign with a cosign-key',
          }
    case 'auto':
      if (facts.hasKey) return { mode: 'key' }
      if (!facts.onTag) return { mode: 'off', reason: 'no cosign-key, and no tag started this run' }
      if (!facts.publicRepository) {
        return {
          mode: 'off',
          reason:
            'no cosign-key, and the repository is not known to be public; sign: keyless signs all the same',
        }
      }
      if (!facts.idTokenAvailable) {
        return { mode: 'off', reason: 'no cosign-key, and the job has no `id-token: write` permission' }
      }
      return { mode: 'keyless' }
  }
}
