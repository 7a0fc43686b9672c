// The programs that install-tools.mjs installed, for the tests that run them.

import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { tools, type Tool } from './install-tools.mjs'

export { tools }

/** The folder that holds syft, cosign, act and actionlint, to be put on PATH. */
export const toolsFolder = dirname(tools.syft)

/**
 * `test` for tests that need all of `names`; where one is missing, `test.skip` and a line with the reason. Where the variable CI
 * is set nothing may be skipped: there a missing tool is an error.
 */
export function requireTool(...names: readonly Tool[]): jest.It {
  const missing = names.filter((name) => !existsSync(tools[name]))
  if (missing.length === 0) return test
  const reason = `${missing.join(', ')} missing: run node __tests__/support/install-tools.mjs`
  if (process.env.CI) throw new Error(reason)
  process.stderr.write(`skipped: ${reason}\n`)
  return test.skip
}
