// Turns what was thrown into what a person is told.
import { ActionError, BuildError, LinkageError, ToolError, type Complaint } from './errors.js'

export interface Failure {
  readonly text: string
  /** Where in the user's own files. */
  readonly complaint?: Complaint
  /** The targets that it happened to. */
  readonly targets: readonly string[]
}

/** Merges the failures of several targets, so that one mistake in the source is one message. */
export function collectFailures(
  failed: readonly { readonly report: { readonly target: string }; readonly error?: unknown }[],
): Failure[] {
  const all: OneFailure[] = []
  const add = (target: string, text: string, complaint?: Complaint) => {
    all.push({ target, text, ...(complaint === undefined ? {} : { complaint }) })
  }
  for (const { report, error } of failed) {
    const isPlaced = (error instanceof BuildError && !isFullFor(error)) || error instanceof LinkageError
    const complaints = isPlaced ? error.complaints : []
    for (const complaint of complaints) add(report.target, complaint.message, complaint)
    // What is wrong with a program is more than the lines that make it so.
    if (complaints.length === 0 || error instanceof LinkageError) add(report.target, describeFailure(error))
  }
  return mergeFailures(all)
}

type OneFailure = Omit<Failure, 'targets'> & { readonly target: string }

/** What is told alike of several targets is told once. */
export function mergeFailures(all: readonly OneFailure[]): Failure[] {
  const merged = new Map<string, Failure & { targets: string[] }>()
  for (const { target, ...failure } of all) {
    const key = JSON.stringify([failure.text, failure.complaint])
    const known = merged.get(key)
    if (known === undefined) merged.set(key, { ...failure, targets: [target] })
    else if (!known.targets.includes(target)) known.targets.push(target)
  }
  return [...merged.values()]
}

/** So many targets are named; whoever builds for more has them in the summary. */
const MAX_NAMED = 3

/** The failure and, behind its first line, the targets that it happened to. */
export function withTargets({ text, targets }: Failure, all: number): string {
  if (all === 1) return text
  const names = targets.length < all && targets.length <= MAX_NAMED ? `: ${targets.join(', ')}` : ''
  const [first = '', ...others] = text.split('\n')
  const told = ` (on ${targets.length} of ${all} targets${names})`
  return [first.replace(/:?$/, (colon) => told + colon), ...others].join('\n')
}

/** Whatever was thrown, as something to be thrown again. */
export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/** In its own words, where it is no more than a warning. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** As the systems put it, behind the file. A compiler's complaint may hold these words too, but does not end with them. */
const SAID_FULL = /: (no space left on device|There is not enough space on the disk\.)$/m

/** Whether a program that this one has started met a full disk. */
const isFullFor = (error: unknown): boolean =>
  (error instanceof BuildError || error instanceof ToolError) && SAID_FULL.test(error.message)

/** One message; what is not explained by this action itself is the system's word or a bug, which keeps its stack. */
export function describeFailure(error: unknown): string {
  // Each of many compilers and tools says it in words of its own, of a file that is gone by now.
  if (isFullFor(error))
    return 'the disk is full where this action works; free some space, or set RUNNER_TEMP, or XDG_CACHE_HOME outside of a runner, to a folder on another disk'
  if (error instanceof ActionError) return error.message
  if (!(error instanceof Error)) return String(error)
  const { code, path: from, dest, syscall } = error as NodeJS.ErrnoException & { readonly dest?: string }
  const path = dest ?? from
  const where = path === undefined ? '' : ` (${path})`
  if (code === 'ENOSPC')
    return `the disk is full${where}; free some space, or name an output-directory on another disk`
  if (code !== undefined && syscall !== undefined)
    return `${error.message}${path === undefined || error.message.includes(path) ? '' : where}`
  return `this is a bug in go-cross-release, please report it: ${error.stack ?? error.message}`
}
