// The input `checks`, an Inspection and what was asked of the file -> what each named check says to it.

import { InputError } from '../errors.js'
import { didYouMean } from '../nearest.js'
import { checkCgo, checkCommit, checkModified, checkPlatform } from './build-info-checks.js'
import {
  checkAslr,
  checkNx,
  checkSearchPaths,
  checkStack,
  checkWritableCode,
  type Finding,
} from './header-checks.js'
import type { InspectedProgram, Inspection, ReadableFile, UnreadableFile } from './inspection.js'
import { policyRefusals, type Build, type Policy } from './policy.js'

/** Every check, in the order of its results, with what it refuses. */
export const CHECKS = {
  readable:
    'A file that is no whole program or library of a known format; let through by `warn` or `off`, nothing else of it is checked.',
  platform: 'A format, machine, GOOS or GOARCH other than asked for, by the header and by the Go build info.',
  linkage: 'What the input `linkage` does not allow; `off` is as `linkage: any`.',
  cgo: 'CGO_ENABLED in the build info other than asked for.',
  rpath:
    'An element of DT_RPATH, DT_RUNPATH, LC_RPATH or LIBPATH that is neither relative to the file ($ORIGIN, @loader_path, @executable_path) nor a folder of the system.',
  wx: 'A segment or section that is writable and executable at once (Mach-O: by initprot).',
  stack:
    'An executable stack: PT_GNU_STACK with PF_X, on linux and freebsd also none at all, or MH_ALLOW_STACK_EXECUTION.',
  signature: 'A darwin/arm64 file without a code signature, and any signature that is not that of the file.',
  nx: 'A Windows file without NX_COMPAT.',
  aslr: 'A Windows file without DYNAMIC_BASE or without relocations; where `buildmode: exe` was asked for, only a warning.',
  commit: 'vcs.revision in the build info other than HEAD.',
  modified: 'vcs.modified=true in the build info of a file that is built on a tag.',
} as const

export type CheckName = keyof typeof CHECKS

export type Severity = 'error' | 'warn' | 'off'

export type Checks = Readonly<Record<CheckName, Severity>>

/** What was asked of the file; what is absent was not. */
export interface Expected extends Build {
  /** Of what the file was built or is inspected for; else what the file itself says. */
  readonly goos?: string
  readonly goarch?: string
  readonly cgo?: boolean
  readonly policy: Policy
  /** Full hash of HEAD. */
  readonly commit?: string
  /** Whether HEAD carries a tag. */
  readonly onTag?: boolean
}

export interface CheckResult {
  readonly check: CheckName
  readonly outcome: 'passed' | 'refused' | 'warned' | 'not checked' | 'n/a' | 'off'
  /** Whole sentences: what was got and what to do; of what is `not checked` or `n/a`, why. */
  readonly messages: readonly string[]
}

const NAMES = Object.keys(CHECKS) as readonly CheckName[]
const SEVERITIES = ['error', 'warn', 'off'] as const

/**
 * Reads `name=error|warn|off`, separated by commas or lines; a check that is not named is an error.
 *
 * @throws InputError for a name or a severity that does not exist, and for a check that is named twice
 */
export function parseChecks(text: string): Checks {
  const given = new Map<CheckName, Severity>()
  for (const item of text.split(/[,\r\n]+/).map((each) => each.trim())) {
    if (item === '') continue
    const { name, severity } = parseItem(item)
    if (given.has(name)) throw new InputError('checks', `${name} is named twice`)
    given.set(name, severity)
  }
  const severities = NAMES.map((name) => [name, given.get(name) ?? 'error'] as const)
  return Object.fromEntries(severities) as Record<CheckName, Severity>
}

function parseItem(item: string): { readonly name: CheckName; readonly severity: Severity } {
  const [left = '', right, ...rest] = item.split('=').map((part) => part.trim())
  if (right === undefined || rest.length > 0) {
    throw new InputError(
      'checks',
      `got "${item}", allowed: name=warn, name=off or name=error, as in stack=warn`,
    )
  }
  const name = NAMES.find((each) => each === left)
  if (name === undefined) {
    const hint = didYouMean(left, NAMES)
    throw new InputError('checks', `there is no check "${left}"${hint || ','} allowed: ${NAMES.join(', ')}`)
  }
  const severity = SEVERITIES.find((each) => each === right)
  if (severity === undefined) {
    throw new InputError('checks', `${name}: "${right}" is not one of ${SEVERITIES.join(', ')}`)
  }
  return { name, severity }
}

/** One result for each check, in the order of CHECKS. Pure. */
export function runChecks(inspection: Inspection, expected: Expected, checks: Checks): CheckResult[] {
  return NAMES.map((check) => {
    if (checks[check] === 'off') return { check, outcome: 'off', messages: [] }
    const finding =
      inspection.kind === 'readable' ? find(check, inspection, expected) : unread(check, inspection)
    if ('notChecked' in finding) return { check, outcome: 'not checked', messages: [finding.notChecked] }
    if ('notApplicable' in finding) return { check, outcome: 'n/a', messages: [finding.notApplicable] }
    const { reasons, asked = false } = finding
    if (reasons.length === 0) return { check, outcome: 'passed', messages: [] }
    return { check, outcome: checks[check] === 'warn' || asked ? 'warned' : 'refused', messages: reasons }
  })
}

const unread = (check: CheckName, { problem, undecided = false }: UnreadableFile): Finding =>
  check === 'readable'
    ? { reasons: [undecided ? `${problem}.` : `it cannot be read: ${problem}.`] }
    : { notChecked: undecided ? 'the file cannot be judged' : 'the file cannot be read' }

function find(check: CheckName, file: ReadableFile, expected: Expected): Finding {
  const { linkage, verdict, programs } = file
  const { goos = file.goos, cgo, policy, buildmode, commit, onTag } = expected
  switch (check) {
    case 'readable':
      return { reasons: [] }
    case 'platform':
      return checkPlatform(file, expected)
    case 'linkage':
      return { reasons: policyRefusals(verdict, goos, policy, expected) }
    case 'cgo':
      return checkCgo(file, cgo)
    case 'rpath':
      return checkSearchPaths(linkage)
    case 'wx':
      return checkWritableCode(linkage)
    case 'stack':
      return checkStack(linkage, expected.goos === undefined ? (file.fits ?? [goos]) : [goos])
    case 'signature':
      return checkSignatures(programs, goos)
    case 'nx':
      return checkNx(linkage)
    case 'aslr':
      return checkAslr(linkage, buildmode)
    case 'commit':
      return checkCommit(file, commit)
    case 'modified':
      return checkModified(file, onTag)
  }
}

function checkSignatures(programs: readonly InspectedProgram[], goos: string): Finding {
  const signed = programs.filter(({ signature }) => signature !== undefined)
  if (signed.length === 0) return { notApplicable: 'only Mach-O files have a code signature' }
  return { reasons: signed.flatMap((program) => signatureReasons(program, goos)) }
}

/** Source: the kernel of macOS on arm64 starts only signed programs; an ad-hoc signature is enough. */
function signatureReasons({ linkage, signature }: InspectedProgram, goos: string): string[] {
  const [slice] = linkage.format === 'macho' ? linkage.slices : []
  if (slice === undefined || signature === undefined) return []
  const { cpu } = slice
  if (signature.kind === 'wrong') {
    return [
      `the code signature for ${cpu} is wrong: ${signature.problem}; sign it after the last change to the file, as with codesign --force --sign -.`,
    ]
  }
  if (signature.kind === 'none' && goos === 'darwin' && cpu === 'CPU_TYPE_ARM64') {
    return [
      `no code signature for ${cpu}, and macOS ends unsigned arm64 programs at once; leave the one that Go's linker makes (strip takes it away), or sign it with codesign --sign -.`,
    ]
  }
  return []
}
