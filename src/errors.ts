// The failures this action explains itself; anything else that is thrown is a bug and keeps its stack.

/** A place in the user's repository. `file` is absolute, or relative to the workspace. */
export interface Place {
  readonly file: string
  readonly line?: number
  readonly column?: number | undefined
}

export interface ActionErrorOptions extends ErrorOptions {
  readonly place?: Place | undefined
}

/** Base of every explained failure. `message` says what, where, what was got and what to do. */
export class ActionError extends Error {
  override name = 'ActionError'
  /** What has to be mended, where that is a line of the user's. */
  readonly place: Place | undefined

  constructor(message: string, options?: ActionErrorOptions) {
    super(message, options)
    this.place = options?.place
  }
}

/** An input that cannot be used. The message names the input, what was got and what is allowed. */
export class InputError extends ActionError {
  override name = 'InputError'
  readonly input: string
  /** The message without the input's name. */
  readonly problem: string

  constructor(input: string, problem: string, options?: ActionErrorOptions) {
    super(`input ${input}: ${problem}`, options)
    this.input = input
    this.problem = problem
  }
}

/** Bytes that are not what their format demands. `offset` is in bytes from the start of the file. */
export class FormatError extends ActionError {
  override name = 'FormatError'
  readonly offset: number

  constructor(offset: number, problem: string) {
    super(`${problem} (at offset 0x${offset.toString(16)})`)
    this.offset = offset
  }
}

/** A program that could not be started or that failed. */
export class ToolError extends ActionError {
  override name = 'ToolError'
  readonly exitCode: number | undefined
  readonly stderr: string
  /** The signal that ended it, such as SIGKILL. */
  readonly signal: string | undefined

  constructor(
    problem: string,
    exitCode: number | undefined,
    stderr: string,
    options?: ErrorOptions & { readonly signal?: string | undefined },
  ) {
    super(stderr === '' ? problem : `${problem}\n${stderr}`, options)
    this.exitCode = exitCode
    this.stderr = stderr
    this.signal = options?.signal
  }
}

/** What is wrong with a line of the user's. */
export interface Complaint extends Place {
  readonly message: string
}

/** A target that does not compile. */
export class BuildError extends ActionError {
  override name = 'BuildError'
  readonly complaints: readonly Complaint[]

  constructor(problem: string, complaints: readonly Complaint[], options?: ErrorOptions) {
    super(problem, options)
    this.complaints = complaints
  }
}

/** A binary that a check refuses. */
export class LinkageError extends ActionError {
  override name = 'LinkageError'
  /** Lines that make it what it is. */
  readonly complaints: readonly Complaint[]

  constructor(problem: string, complaints: readonly Complaint[] = []) {
    super(problem)
    this.complaints = complaints
  }
}

/** One or more targets failed; each failure was reported where it happened. */
export class TargetsError extends ActionError {
  override name = 'TargetsError'
}
