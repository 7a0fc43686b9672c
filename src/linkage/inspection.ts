// The bytes of a file -> all that is known of it: its linkage and the verdict on it, its programs, and how hardened it is.

import { isDeepStrictEqual } from 'node:util'
import type { BuildInfo } from '../go-module.js'
import { programsOf, readBuildInfo } from './build-info.js'
import type { Bytes } from './bytes.js'
import { verifyCodeSignature, type CodeSignature } from './code-signature.js'
import { fittingSystems } from './goos.js'
import { hardeningOf, type Hardening } from './hardening.js'
import { readLinkage } from './inspect.js'
import type { Linkage } from './linkage.js'
import { findNss } from './nss.js'
import { platformInput } from './platform.js'
import { judge, type Verdict } from './verdict.js'

/** A file holds one program, or one for each slice of a fat Mach-O file. */
export interface InspectedProgram {
  /** Of a fat Mach-O file, that of its slice alone. */
  readonly linkage: Linkage
  /** Absent where Go left none. */
  readonly buildInfo?: BuildInfo
  /** Of Mach-O only. */
  readonly signature?: CodeSignature
}

export interface ReadableFile {
  readonly kind: 'readable'
  /** What it was judged for. */
  readonly goos: string
  /** The GOOSes that it can be for, where nothing tells which of several: the verdict is the same for each. */
  readonly fits?: readonly string[]
  readonly linkage: Linkage
  readonly verdict: Verdict
  readonly programs: readonly InspectedProgram[]
  readonly hardening: Hardening
}

/**
 * No verdict. `unreadable`: no whole program or library of a known format; `undecided`: nothing says which of several systems
 * it is for, and they differ. `problem` says what is wrong with it, and where.
 */
export interface UnreadableFile {
  readonly kind: 'unreadable'
  readonly undecided?: boolean
  readonly problem: string
}

export type Inspection = ReadableFile | UnreadableFile

/**
 * A FormatError for what is malformed.
 *
 * @param asked what it is to be judged for; where it is undefined, what the file itself says
 */
export function inspectBytes(bytes: Bytes, asked: string | undefined): Inspection {
  const linkage = readLinkage(bytes)
  const programs = programsOf(linkage).map((program) => inspectProgramBytes(bytes, program))
  const [first] = programs
  const fits = asked === undefined ? fittingSystems(linkage, first?.buildInfo?.settings.GOOS) : [asked]
  const decided = decide(linkage, fits)
  if ('problem' in decided) return { kind: 'unreadable', undecided: true, ...decided }
  const { goos, verdict } = decided
  const opens =
    verdict.kind === 'static' && goos === 'linux' && linkage.format === 'elf'
      ? findNss(bytes, linkage, first?.buildInfo)
      : undefined
  return {
    kind: 'readable',
    goos,
    ...(fits.length > 1 && { fits }),
    linkage,
    verdict: opens === undefined ? verdict : judge(linkage, goos, opens),
    programs,
    hardening: hardeningOf(linkage, goos),
  }
}

type Decision = { readonly goos: string; readonly verdict: Verdict } | { readonly problem: string }

/** One verdict for all systems that it can be for; linux first, as the one whose policies ask for most. */
function decide(linkage: Linkage, fits: readonly string[]): Decision {
  const goos = fits.includes('linux') ? 'linux' : fits[0]
  if (goos === undefined) return { problem: 'its header is that of no system that Go builds for' }
  const verdict = judge(linkage, goos)
  const other = fits.find((each) => !isAlike(judge(linkage, each), verdict))
  if (other === undefined) return { goos, verdict }
  return {
    problem: `it could be for ${goos} or ${other}, which are judged differently; set platform, as in ${platformInput(linkage, goos)}`,
  }
}

/** The same, but for the name of the system whose libraries they are. */
function isAlike(a: Verdict, b: Verdict): boolean {
  const nameless = (verdict: Verdict) => ({ ...verdict, runtime: undefined, libc: undefined })
  return isDeepStrictEqual(nameless(a), nameless(b))
}

function inspectProgramBytes(bytes: Bytes, linkage: Linkage): InspectedProgram {
  const buildInfo = readBuildInfo(bytes, linkage)
  const [slice] = linkage.format === 'macho' ? linkage.slices : []
  const signature = slice && verifyCodeSignature(bytes, slice)
  return { linkage, ...(buildInfo && { buildInfo }), ...(signature && { signature }) }
}
