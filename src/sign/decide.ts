// Decides whether and how to sign from the inputs, the event and the job's token, before anything is compiled.
import type { TokenClaims } from './token.js'

export interface SigningFacts {
  readonly sign: 'auto' | 'keyless' | 'key' | 'off'
  readonly hasKey: boolean
  /** The name of a variable that the key is to come from and that is empty, as in a pull request from a fork. */
  readonly emptyVariable: string | undefined
  /** Whether a tag started the run. */
  readonly onTag: boolean
  readonly onPullRequest: boolean
  /** Why what is built may be somebody else's than the repository's, where that is so. */
  readonly untrusted: string | undefined
  readonly idTokenAvailable: boolean
  /** Whether another Sigstore than the public one is given. */
  readonly privateSigstore: boolean
}

export type SigningDecision =
  | { readonly mode: 'key' }
  | { readonly mode: 'keyless'; readonly claims: TokenClaims }
  | { readonly mode: 'off'; readonly reason: string }

export type DecisionBeforeToken =
  | Exclude<SigningDecision, { mode: 'keyless' }>
  /** A token is asked for only where all else speaks for keyless signing. */
  | { readonly mode: 'ask' }
  /** The inputs contradict one another or the job. */
  | { readonly mode: 'impossible'; readonly problem: string }

const NOT_FOR_PULL_REQUESTS =
  'a pull request is not signed keyless: its signature would stay in a log for ever'

export function decideSigning(facts: SigningFacts): DecisionBeforeToken {
  const decision = decideMode(facts)
  const signs = decision.mode === 'key' || decision.mode === 'ask'
  return signs && facts.untrusted !== undefined
    ? {
        mode: 'impossible',
        problem: `nothing is signed here: ${facts.untrusted}; sign in a workflow that a tag or a push starts, or set sign: off`,
      }
    : decision
}

function decideMode(facts: SigningFacts): DecisionBeforeToken {
  switch (facts.sign) {
    case 'off':
      return off('sign: off')
    case 'key':
      return facts.hasKey
        ? { mode: 'key' }
        : {
            mode: 'impossible',
            problem: 'sign: key needs cosign-key: a path, env://NAME, a KMS URI or throwaway',
          }
    case 'keyless':
      if (facts.onPullRequest) return off(NOT_FOR_PULL_REQUESTS)
      return facts.idTokenAvailable
        ? { mode: 'ask' }
        : {
            mode: 'impossible',
            problem:
              'there is no id-token: in a job, add `id-token: write` under permissions, or set sign: off; elsewhere, sign with a cosign-key',
          }
    case 'auto':
      if (facts.hasKey && facts.onPullRequest && facts.emptyVariable !== undefined)
        return off(`${facts.emptyVariable} is empty, and a pull request from a fork gets no secrets`)
      if (facts.hasKey) return { mode: 'key' }
      if (facts.onPullRequest) return off(`no cosign-key, and ${NOT_FOR_PULL_REQUESTS}`)
      if (!facts.onTag) return off('no cosign-key, and no tag started this run')
      if (!facts.idTokenAvailable)
        return off('no cosign-key, and the job has no `id-token: write` permission')
      return { mode: 'ask' }
  }
}

/** Keyless signing writes the repository's name into a public log for ever, which a private one has to ask for. */
export function decideByToken(
  { sign, privateSigstore }: Pick<SigningFacts, 'sign' | 'privateSigstore'>,
  claims: TokenClaims,
): SigningDecision {
  if (sign === 'keyless' || privateSigstore || claims.visibility === 'public')
    return { mode: 'keyless', claims }
  return off(
    `no cosign-key, and the repository is ${claims.visibility}; sign: keyless signs all the same, with the repository's name in a public log`,
  )
}

const off = (reason: string): { readonly mode: 'off'; readonly reason: string } => ({ mode: 'off', reason })
