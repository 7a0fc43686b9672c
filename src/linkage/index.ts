// The door of the linkage check: a file -> its Inspection -> what each check says to it.

import { FormatError } from '../errors.js'
import { inspectBytes, type Inspection } from './inspection.js'
import { withFile } from './reader.js'

export {
  CHECKS,
  parseChecks,
  runChecks,
  type CheckName,
  type CheckResult,
  type Checks,
  type Expected,
} from './checks.js'
export type { CodeSignature } from './code-signature.js'
export type { InspectedProgram, Inspection, ReadableFile } from './inspection.js'
export type * from './linkage.js'
export { PLATFORMS } from './platform.js'
export { formatPolicy, parsePolicy, type Build, type Policy } from './policy.js'
export { describeVerdict, judge, type Verdict } from './verdict.js'

/**
 * Reads what the file at `path` says of itself, and judges it for `goos`, or where that is undefined for the GOOS that the
 * file itself says.
 *
 * @throws ActionError where the file cannot be opened
 */
export function inspectProgram(
  path: string,
  { goos }: { readonly goos?: string | undefined } = {},
): Promise<Inspection> {
  return withFile(path, (bytes): Inspection => {
    try {
      return inspectBytes(bytes, goos)
    } catch (error) {
      if (error instanceof FormatError) return { kind: 'unreadable', problem: error.message }
      throw error
    }
  })
}
