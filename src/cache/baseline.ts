// What a branch's run has built <-> an entry of the cache service, for the pull requests into that branch.
import type { Host } from '../host/host.js'
import { restoreText, saveText, shortHash, type KeptText } from './kept-text.js'

const BASELINE: KeptText = { what: 'what was built', file: 'baseline.json' }

export interface BaselinePlace {
  readonly modulePath: string
  readonly branch: string
  /** Those of this job: the jobs of a matrix keep one each. */
  readonly targets: readonly string[]
  /** What tells builds of the same targets apart: job, step, name, packages. */
  readonly build: readonly string[]
}

/** @returns the text that was saved last, best of the same targets and build, else of the same targets, else of any; empty where there is none, undefined where it cannot be had */
export const restoreBaseline = (host: Host, place: BaselinePlace): Promise<string | undefined> =>
  restoreText(host, BASELINE, prefixesOf(place))

export const saveBaseline = (host: Host, place: BaselinePlace, text: string): Promise<void> =>
  saveText(host, BASELINE, prefixesOf(place)[0], text)

function prefixesOf({ modulePath, branch, targets, build }: BaselinePlace) {
  const ofBranch = `go-cross-release-baseline-1-${hashOf(modulePath, branch)}-`
  const ofTargets = `${ofBranch}${hashOf(...targets.toSorted())}-`
  return [`${ofTargets}${hashOf(...build)}-`, ofTargets, ofBranch] as const
}

const hashOf = (...parts: readonly string[]): string => shortHash(JSON.stringify(parts))
