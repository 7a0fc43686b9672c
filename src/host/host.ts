// What the stages may ask of the world: the log, child processes, folders, and the two services of a runner.

import type { Place } from '../errors.js'

export type Environment = Readonly<Record<string, string | undefined>>

/** Something to tell of a place in the user's files, or of none. */
export interface Told {
  readonly message: string
  readonly place?: Place | undefined
}

export type Level = 'notice' | 'warning' | 'error'

export interface Log {
  info(line: string): void
  notice(message: string, place?: Place): void
  warning(message: string, place?: Place): void
  error(message: string, place?: Place): void
  /** Folds everything `work` prints under `title`, where the host can fold. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>
}

export interface RunOptions {
  readonly cwd?: string
  /** Laid over the child's base environment, which holds no inputs, no credentials of the runner and no cosign secrets. */
  readonly env?: Environment
}

/** How a child process ended. */
export interface Finished {
  readonly command: readonly string[]
  /** `undefined` where a signal ended it; `signal` names it. */
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  readonly stdout: string
  readonly stderr: string
  /** Wall-clock time. */
  readonly seconds: number
}

/** Starts child processes from argument arrays, never through a shell. */
export interface Processes {
  /** Resolves whatever the exit code is; throws a ToolError only where the program cannot be started. */
  run(command: readonly string[], options?: RunOptions): Promise<Finished>
  /** As `run`, but any end other than exit code 0 throws a ToolError with the command and the end of its stderr. */
  runChecked(command: readonly string[], options?: RunOptions): Promise<Finished>
  /** Absolute path of a program on PATH, or undefined. */
  find(program: string): Promise<string | undefined>
  /** Stops every child that runs, and resolves when all have ended; whoever waits for one, or starts another, waits for ever. */
  readonly stopAll: () => Promise<void>
}

/** All absolute. */
export interface Folders {
  /** What paths in messages and annotations are relative to. */
  readonly workspace: string
  /** This action's own folder, outside the checkout; kept between runs on a laptop, gone with the job on a runner. */
  readonly work: string
  /** A folder in `work` that is this run's alone and goes with it; the temporary folder of every child. */
  readonly scratch: string
  /** Where syft and cosign are kept. */
  readonly tools: string
  /** The default of `output-directory`. */
  readonly output: string
}

/** The runner's cache service, as @actions/cache speaks it; entries hold one file each, a child of `Folders.work`. */
export interface CacheService {
  /**
   * Writes the file `name` from the newest entry whose key begins with the first of `prefixes` that any key begins with.
   *
   * @returns that key, or undefined
   */
  restore(name: string, prefixes: readonly string[]): Promise<string | undefined>
  /** Whether there is an entry of exactly this key. */
  has(name: string, key: string): Promise<boolean>
  /** False where the service did not take it, as where another job was first; why is told. */
  save(name: string, key: string): Promise<boolean>
}

/** An artifact of this run whose upload was finished. */
export interface ListedArtifact {
  readonly id: number
  readonly name: string
  /** Bytes of the zip. */
  readonly size: number
  /** Of the zip, lower-case hex; undefined where the service does not tell. */
  readonly sha256: string | undefined
}

/** The runner's artifact service, as @actions/artifact speaks it. What fails is tried again; what fails for good is an ActionError. */
export interface ArtifactService {
  /** Uploads `files`, all inside `rootDirectory`, as one artifact; on a further attempt of the run it replaces one of the same name. */
  upload(
    name: string,
    files: readonly string[],
    rootDirectory: string,
    retentionDays: number | undefined,
  ): Promise<void>
  /** Those of this run, the latest of each name. */
  list(): Promise<ListedArtifact[]>
  /**
   * Fetches the zip as it was uploaded; its size, and its digest where the service tells one, are checked.
   *
   * @param folder absolute path of one that exists
   * @returns absolute path of the zip, in `folder`
   */
  download(artifact: ListedArtifact, folder: string): Promise<string>
}

/** What the runner tells about the event that started this run; unknown fields are absent. */
export interface RunEvent {
  /** The tag's name, where a tag started this run. */
  readonly tag?: string
  /** The branch's name, where the run is one of a branch. */
  readonly branch?: string
  /** Where the event is `pull_request`: its number, and the name of the branch that it would be merged into. */
  readonly pullRequest?: { readonly number: number; readonly base: string }
  /** Number of the run and of its attempt, `1234567890.1`; empty outside a workflow. */
  readonly run: string
  /** `push`, `pull_request` and so on; empty outside a workflow. */
  readonly name: string
  /** Whether it is the default branch that was pushed to, or is worked for; an unknown one is not. */
  readonly onDefaultBranch: boolean
  /** Why what is built may be somebody else's than the repository's though the job has its rights; absent where it is not. */
  readonly untrusted?: string
  /** Whether the job has the permission `id-token: write`. */
  readonly mayHaveIdToken: boolean
}

export interface Host {
  readonly kind: 'github' | 'local'
  readonly environment: Environment
  readonly folders: Folders
  readonly log: Log
  /** Draws lines anew below all that is logged; absent where nobody looks on. */
  readonly display?: (lines: readonly string[]) => void
  readonly processes: Processes
  /** Cores and bytes of memory that this process may use, and the machine's GOOS and GOARCH. */
  readonly machine: {
    readonly cores: number
    readonly memory: number
    readonly goos: string
    readonly goarch: string
  }
  readonly event: RunEvent
  /** Absent on a laptop, where the Go build cache is Go's own, and in a job without a runtime token. */
  readonly cache?: CacheService
  /** Absent on a laptop, where the files stay in the output directory, and in a job without a runtime token. */
  readonly artifacts?: ArtifactService
  /** Logs several that are known at once, the weightiest first: of many a runner shows only so many beside the files. */
  tellAll(level: Level, all: readonly Told[]): void
  setOutput(name: string, value: string): void
  /** Hides a secret's contents in everything printed from now on. */
  mask(secret: string): void
  /** Shows the report: the step summary on a runner, text on a laptop. */
  summarize(report: { readonly markdown: string; readonly text: string }): Promise<void>
  /** An OIDC token of this job for `audience`; throws where `mayHaveIdToken` is false. */
  idToken(audience: string): Promise<string>
}
