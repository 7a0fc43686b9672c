// One file, and what was asked of it -> what the linkage check says to it.
import { hashFile, type Digest } from './artifact.js'
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

/** A report but for the digest, which is taken where all of the file is read anyway. */
export type Judgement = Omit<FileReport, keyof Digest>

/**
 * Never rejects for what is in the file: one that cannot be read is an inspection too.
 *
 * @param path absolute
 * @param goos undefined for what the file itself says
 */
export function inspectFile(path: string, goos: string | undefined): Promise<Inspection> {
  return inspectProgram(path, { goos }).catch((error: unknown): Inspection => {
    if (!(error instanceof ActionError)) throw error
    return { kind: 'unreadable', problem: error.message }
  })
}

/** @param name as the report is to show it */
export function judgeInspection(
  inspection: Inspection,
  name: string,
  expected: Expected,
  checks: Checks,
): Judgement {
  const about = { name, checks: runChecks(inspection, expected, checks) }
  if (inspection.kind === 'unreadable') {
    return { ...about, verdict: 'unreadable', linkage: inspection.problem }
  }
  const { linkage, verdict, hardening, programs } = inspection
  return {
    ...about,
    verdict: verdict.kind,
    linkage: describeVerdict(verdict),
    ...('libc' in verdict && { libc: verdict.libc }),
    hardening,
    headers: withoutPlaces(linkage),
    // The modules are the SBOM's and the provenance's to list.
    builds: programs.map(({ buildInfo, signature }) => ({
      ...(buildInfo && {
        goVersion: buildInfo.goVersion,
        path: buildInfo.path,
        main: buildInfo.main,
        settings: buildInfo.settings,
      }),
      ...(signature && { signature }),
    })),
  }
}

/** Of a file that nothing has read in full. */
export const UNREAD: Digest = { size: 0, sha256: '' }

/** The digest of a judged file that is not packed; one that cannot be read has none, and its judgement says why. */
export const digestFile = (path: string): Promise<Digest> => hashFile(path).catch(() => UNREAD)

/** What the checks of that outcome say, one by one. */
export const complaints = (
  { checks }: Pick<FileReport, 'checks'>,
  outcome: CheckReport['outcome'],
): { readonly check: string; readonly message: string }[] =>
  checks
    .filter((check) => check.outcome === outcome)
    .flatMap(({ check, messages }) => messages.map((message) => ({ check, message })))

/** What the file says in its format's own words; where things are in it is for the readers only. */
function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces).filter((item) => !isEmpty(item))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
    .filter(([key]) => key !== 'offset' && key !== 'length')
    .map(([key, item]: [string, unknown]) => [key, withoutPlaces(item)] as const)
  return Object.fromEntries(entries.filter(([, item]) => !isEmpty(item)))
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
