// Whether the programs that tests need are here -> `describe`, or a skip with its reason.

import { spawnSync } from 'node:child_process'

/**
 * `describe` on `system` (Node's platform/arch, or `any`) where all of `programs` are on PATH. Else a skip that says why; where
 * the variable CI is set, a missing program is an error.
 */
export function describeOn(system: 'any' | 'linux/x64', programs: readonly string[]): jest.Describe {
  const here = `${process.platform}/${process.arch}`
  const isHere = system === 'any' || system === here
  const missing = programs.filter((program) => spawnSync(program, ['--version']).error !== undefined)
  if (isHere && missing.length === 0) return describe
  const reason = isHere ? `${missing.join(', ')} not on PATH` : `for ${system}, not ${here}`
  if (isHere && process.env.CI) throw new Error(reason)
  process.stderr.write(`skipped: ${reason}\n`)
  return describe.skip
}
