// One file, and what was asked of it -> what the linkage check says to it.
import { hashFile } from './artifact.js'
import { ActionError } from './errors.js'
import {
  describeVerdict,
  inspectProgram,
  runChecks,
  type Checks,
  type Expected,
  type Inspection,
} from './linkage/index.js'
import type { CheckReport, FileReport } from './report/index.js'

/**
 * Never rejects for what is in the file: one that cannot be read is a report too.
 *
 * @param path absolute
 * @param name as the report is to show it
 */
export async function judgeFile(
  path: string,
  name: string,
  expected: Expected,
  checks: Checks,
): Promise<FileReport> {
  const digest = await hashFile(path)
  const inspection = await inspectProgram(path, { goos: expected.goos }).catch(
    (error: unknown): Inspection => {
      if (!(error instanceof ActionError)) throw error
      return { kind: 'unreadable', problem: error.message }
    },
  )
  const about = { name, ...digest, checks: runChecks(inspection, expected, checks) }
  if (inspection.kind === 'unreadable') {
    return { ...about, verdict: 'unreadable', linkage: inspection.problem }
  }
  const { verdict, hardening } = inspection
  return { ...about, verdict: verdict.kind, linkage: describeVerdict(verdict), hardening }
}

/** What the checks of that outcome say. */
export const messages = ({ checks }: FileReport, outcome: CheckReport['outcome']): string[] =>
  checks.flatMap((check) => (check.outcome === outcome ? check.messages : []))
