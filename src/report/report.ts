// What is known at the end of a run, whether it went well or not: the manifest and the summary are made from this alone.
import type { Artifact } from '../artifact.js'

export interface ProgramReport {
  readonly importPath: string
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly sha256: string
  /** `static`, `system-only` or `dynamic`; `unlinked` for c-archive, which only another linker links. */
  readonly verdict: string
  /** The verdict with its evidence, in words. */
  readonly linkage: string
}

export interface TargetReport {
  readonly target: string
  readonly goos: string
  readonly goarch: string
  readonly status: 'done' | 'failed'
  /** Why it failed. */
  readonly error?: string
  /** Wall-clock time of the go commands. */
  readonly buildSeconds?: number
  readonly programs: readonly ProgramReport[]
  /** Main packages that have no files for this target. */
  readonly skippedPackages: readonly string[]
}

export interface Report {
  readonly status: 'done' | 'failed'
  /** Why it failed, where not one target's failure tells it. */
  readonly error?: string
  readonly name: string
  readonly version: string
  readonly module: string
  /** Full hash, absent outside a repository. */
  readonly commit?: string
  /** RFC 3339, UTC. */
  readonly date: string
  readonly go: string
  readonly cache: { readonly key: string; readonly matchedKey: string; readonly hit: boolean }
  readonly targets: readonly TargetReport[]
  /** Names that this run may have written; more than `files` where it failed on the way. */
  readonly planned: readonly string[]
  /** Absolute path of the output directory. */
  readonly output: string
  readonly files: readonly Artifact[]
  /** Stages that did not run, and why. */
  readonly skipped: readonly { readonly what: string; readonly why: string }[]
  /** Command with which a stranger verifies a downloaded FILE; absent without signatures. */
  readonly verify?: string
}
