// The programs that install-tools.mjs installed, and those that the system has, for the tests that run them.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { tools, type Tool } from './install-tools.mjs'

export { tools }

/** The folder that holds syft, cosign and the other programs but Node, to be put on PATH. */
export const toolsFolder = dirname(tools.syft)

/** A program that is looked up on PATH. */
type SystemProgram = 'gcc' | 'unzip' | 'sha256sum' | 'shasum'

const isTool = (name: string): name is Tool => name in tools

function isMissing(name: Tool | SystemProgram): boolean {
  return isTool(name) ? !existsSync(tools[name]) : spawnSync(name, ['--version']).error !== undefined
}

/**
 * `test` for tests that need all of `names`; where one is missing, `test.skip` and a line with the reason. Where the variable CI
 * is set nothing may be skipped: there a missing program is an error.
 */
export function requireTool(...names: readonly (Tool | SystemProgram)[]): jest.It {
  return testUnless(
    names
      .filter(isMissing)
      .map((name) =>
        isTool(name)
          ? `${name} missing: run node __tests__/support/install-tools.mjs`
          : `${name} is not on PATH`,
      ),
  )
}

/** The same for anything else that may stand against a test. */
export function testUnless(reasons: readonly string[]): jest.It {
  if (reasons.length === 0) return test
  const reason = reasons.join('; ')
  if (process.env.CI) throw new Error(reason)
  process.stderr.write(`skipped: ${reason}\n`)
  return test.skip
}
