// What is settled about a release before its first compile.
import type { CachePolicy, ModuleCache } from './cache/index.js'
import type { Host } from './host/host.js'
import type { Inputs } from './inputs.js'
import type { Checks } from './linkage/index.js'
import type { Plan } from './plan/index.js'
import type { GivenInputs } from './provenance/index.js'
import type { PrivateSigstore, SigningDecision } from './sign/index.js'
import type { Source } from './source/index.js'
import type { ToolSource } from './tools/index.js'

/** Nothing of it changes once it is there, but for what is skipped. */
export interface Release {
  readonly host: Host
  readonly started: Date
  readonly inputs: Inputs
  /** The inputs as they were written. */
  readonly given: GivenInputs
  readonly source: Source
  readonly plan: Plan
  readonly tools: ToolSource
  readonly checks: Checks
  readonly signing: SigningDecision
  /** Another Sigstore than the public one, for keyless signing. */
  readonly sigstore: PrivateSigstore | undefined
  readonly caching: CachePolicy
  readonly modules: ModuleCache
  /** Absolute path of the output directory. */
  readonly output: string
  /** Stages that do not run, and why. */
  readonly skipped: { readonly what: string; readonly why: string }[]
}

/** Tells of a stage that does not run, now and in the report. */
export function skip({ host, skipped }: Release, what: string, why: string): void {
  skipped.push({ what, why })
  host.log.info(`${what} skipped: ${why}`)
}
