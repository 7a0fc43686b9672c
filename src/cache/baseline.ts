// What a branch's run has built <-> an entry of the cache service, for the pull requests into that branch.
import type { Host } from '../host/host.js'
import { restoreText, saveText, shortHash, type KeptText } from './kept-text.js'

const BASELINE: KeptText = { what: 'what was built', file: 'baseline.json' }

export interface BaselinePlace {
  readonly modulePath: string
  readonly branch: string
  /** Those of this job: the jobs of a matrix keep one each. */
  readonly targets: readonly string[]
}

/** @returns the text that was saved last, best of the same targets and job, else of the same targets, else of any; empty where there is none */
export const restoreBaseline = (host: Host, place: BaselinePlace): Promise<string> =>
  restoreText(host, BASELINE, prefixesOf(host, place))

export const saveBaseline = (host: Host, place: BaselinePlace, text: string): Promise<void> =>
  saveText(host, BASELINE, prefixesOf(host, place)[0], text)

/** Two jobs may build the same targets with other flags. */
function prefixesOf({ environment }: Host, { modulePath, branch, targets }: BaselinePlace) {
  const { GITHUB_WORKFLOW, GITHUB_JOB } = environment
  const ofBranch = `go-cross-release-baseline-1-${hashOf(modulePath, branch)}-`
  const ofTargets = `${ofBranch}${hashOf(...targets.toSorted())}-`
  return [`${ofTargets}${hashOf(GITHUB_WORKFLOW, GITHUB_JOB)}-`, ofTargets, ofBranch] as const
}

const hashOf = (...parts: readonly (string | undefined)[]): string => shortHash(JSON.stringify(parts))
