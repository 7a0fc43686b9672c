// The door of the linkage check: a file -> its Inspection -> what each check says to it.

import { FormatError } from '../errors.js'
import { readLinkage } from './inspect.js'
import { inspectBytes, type Inspection } from './inspection.js'
import type { Linkage } from './linkage.js'
import { platformRefusals, type GoPlatform } from './platform.js'
import { policyRefusals, type Policy } from './policy.js'
import { withFile } from './reader.js'
import type { Verdict } from './verdict.js'

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

/**
 * Reads what the file at `path` says of itself. A FormatError, which names the file and the offset, where it is no whole
 * program or shared library of a format that is known here; an ActionError where it cannot be read at all.
 */
export async function inspectLinkage(path: string): Promise<Linkage> {
  try {
    return await withFile(path, readLinkage)
  } catch (error) {
    if (error instanceof FormatError) error.message = `${path}: ${error.message}`
    throw error
  }
}

/**
 * Every reason why the file is refused, each a whole sentence with what was got and what to do: a header for another
 * platform, or what the policy does not allow. Empty where the file is accepted.
 */
export const refusals = (
  linkage: Linkage,
  verdict: Verdict,
  platform: GoPlatform,
  policy: Policy,
): string[] => [...platformRefusals(linkage, platform), ...policyRefusals(verdict, platform.goos, policy)]
