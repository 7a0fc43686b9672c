// What is known at the end of a run, whether it went well or not: the manifest and the summary are made from this alone.
import type { Artifact } from '../artifact.js'
import type { CacheReport } from '../cache-report.js'
import type { Span } from '../timeline.js'

/** What one named check says to a file. */
export interface CheckReport {
  readonly check: string
  readonly outcome: 'passed' | 'refused' | 'warned' | 'not checked' | 'n/a' | 'off'
  /** Whole sentences: what was got and what to do; of what is `not checked` or `n/a`, why. */
  readonly messages: readonly string[]
}

/** `yes`, `no`, `n/a` and the formats' own words. */
export interface HardeningReport {
  readonly pie: string
  readonly relro: string
  readonly nx: string
  readonly stripped: string
  /** The oldest systems it says it runs on: `glibc 2.34`, `macOS 12.0`. */
  readonly floor: readonly string[]
  readonly highEntropyVa?: boolean
}

/** What the linkage check says to one file. */
export interface FileReport {
  /** Base name of a program that was built here; else the path, relative to the workspace, with `/`. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly sha256: string
  /** `static`, `system-only`, `dynamic`, `unlinked` (an archive, which only another linker links) or `unreadable`. */
  readonly verdict: string
  /** The verdict with its evidence, in words. */
  readonly linkage: string
  /** glibc, musl, bionic or BSD, where the verdict tells. */
  readonly libc?: string | undefined
  /** These three are absent of an unreadable one. */
  readonly hardening?: HardeningReport
  /** What the file says in its format's own words, as `Linkage` in src/linkage/linkage.ts has them. */
  readonly headers?: unknown
  /** Go's build info but for the modules, and the code signature; one for each slice of a universal file. */
  readonly builds?: readonly unknown[]
  readonly checks: readonly CheckReport[]
}

export interface ProgramReport extends FileReport {
  readonly importPath: string
  /** What makes it dynamic, and what to write to mend it: lines to print. */
  readonly why?: readonly string[]
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
  /** What the go commands did; absent where Go does not tell. */
  readonly work?: {
    /** Packages that were compiled, and those that the build cache had. */
    readonly compiled: number
    readonly cached: number
    /** Programs that were linked, and those of a former run that are what this one would link. */
    readonly linked: number
    readonly upToDate: number
  }
  /** Why it was built a second time. */
  readonly retried?: string
  readonly programs: readonly ProgramReport[]
  /** Import paths of packages that C is compiled for; absent where Go does not tell. */
  readonly cgoPackages?: readonly string[]
  /** Main packages that are left out of this target, by import path. */
  readonly skippedPackages: readonly { readonly importPath: string; readonly why: string }[]
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
  /** Whether the work tree was other than that commit, absent with it. */
  readonly modified?: boolean
  /** RFC 3339, UTC. */
  readonly date: string
  readonly go: string
  /** Since the run began. */
  readonly seconds: number
  readonly spans: readonly Span[]
  /** Absent where nothing was compiled. */
  readonly cache?: CacheReport | undefined
  readonly targets: readonly TargetReport[]
  /** Names that this run may have written; more than `files` where it failed on the way. */
  readonly planned: readonly string[]
  /** Absolute path of the output directory. */
  readonly output: string
  readonly files: readonly Artifact[]
  /** Lines of Markdown on what a pull request has changed; none where nothing is compared. */
  readonly comparison: readonly string[]
  /** Stages that did not run, and why. */
  readonly skipped: readonly { readonly what: string; readonly why: string }[]
  /** Names of the statement of origin and its signature, which tell of the manifest itself and so are not described in it. */
  readonly provenance: readonly string[]
  /** Commands with which a stranger verifies a downloaded FILE; none without signatures. */
  readonly verify: readonly string[]
}
