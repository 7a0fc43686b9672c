// The door of the linkage check: a file -> its Linkage -> a Verdict -> the reasons to refuse it.

import { FormatError } from '../errors.js'
import { readLinkage } from './inspect.js'
import type { Linkage } from './linkage.js'
import { platformRefusals, type GoPlatform } from './platform.js'
import { policyRefusals, type Policy } from './policy.js'
import { withFile } from './reader.js'
import type { Verdict } from './verdict.js'

export type * from './linkage.js'
export type { GoPlatform } from './platform.js'
export { formatPolicy, parsePolicy, type Policy } from './policy.js'
export { describeVerdict, judge, type Need, type Verdict } from './verdict.js'

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
