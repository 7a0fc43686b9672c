// What is settled about a release before anything is built for it, or fetched.
import type { CachePolicy, ModuleCache } from './cache/index.js'
import { describeFailure } from './failures.js'
import type { Host } from './host/host.js'
import type { Inputs } from './inputs.js'
import type { Checks } from './linkage/index.js'
import type { Plan } from './plan/index.js'
import type { GivenInputs } from './provenance/index.js'
import type { PrivateSigstore, SigningDecision } from './sign/index.js'
import type { Source } from './source/index.js'
import type { Timeline } from './timeline.js'
import type { ToolSource } from './tools/index.js'

/** Of the source, what is told of it, wherever the files were built. */
export type ReleasedSource = Pick<Source, 'modulePath' | 'tag' | 'name' | 'version' | 'date'> & {
  readonly repository: { readonly commit: string; readonly modified: boolean } | undefined
  readonly toolchain: { readonly version: string }
}

/** A release whose files are built here or elsewhere. Nothing of it changes once it is there, but for what is compared and skipped. */
export interface Released {
  readonly host: Host
  readonly started: Date
  /** Tells in the report what was done when. */
  readonly timeline: Timeline
  readonly inputs: Inputs
  /** The inputs as they were written. */
  readonly given: GivenInputs
  readonly source: ReleasedSource
  readonly plan: Plan
  readonly tools: ToolSource
  readonly signing: SigningDecision
  /** Another Sigstore than the public one, for keyless signing. */
  readonly sigstore: PrivateSigstore | undefined
  /** Absolute path of the output directory. */
  readonly output: string
  /** Lines of Markdown on what a pull request changes; none until that is known. */
  readonly comparison: string[]
  /** Stages that do not run, and why. */
  readonly skipped: { readonly what: string; readonly why: string }[]
}

/** One whose files are built here. */
export interface Release extends Released {
  readonly source: Source
  readonly checks: Checks
  readonly caching: CachePolicy
  readonly modules: ModuleCache
}

/** Tells of a stage that does not run, now and in the report. */
export function skip({ host, skipped }: Pick<Released, 'host' | 'skipped'>, what: string, why: string): void {
  skipped.push({ what, why })
  host.log.info(`${what} skipped: ${why}`)
}

/** Whatever becomes of the summary, the files are made. */
export async function summarize(host: Host, summary: Parameters<Host['summarize']>[0]): Promise<void> {
  await host.summarize(summary).catch((error: unknown) => {
    host.log.warning(`the summary cannot be written: ${describeFailure(error)}`)
  })
}

/** Reviews of one run for its merge commit too, and a merge queue for what it would merge. */
export const isOfPullRequest = ({ event }: Host): boolean =>
  /^(?:pull_request(?!_target)|merge_group$)/.test(event.name)
