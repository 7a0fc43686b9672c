// The bytes of a file -> all that is known of it: its linkage and the verdict on it, its programs, and how hardened it is.

import { ActionError } from '../errors.js'
import type { BuildInfo } from './build-info-text.js'
import { programsOf, readBuildInfo } from './build-info.js'
import type { Bytes } from './bytes.js'
import { verifyCodeSignature, type CodeSignature } from './code-signature.js'
import { findGoos } from './goos.js'
import { hardeningOf, type Hardening } from './hardening.js'
import { readLinkage } from './inspect.js'
import type { Linkage } from './linkage.js'
import { findNss } from './nss.js'
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
  readonly linkage: Linkage
  readonly verdict: Verdict
  readonly programs: readonly InspectedProgram[]
  readonly hardening: Hardening
}

/** `unreadable`: no whole program or library of a known format; `problem` says what is wrong with it, and where. */
export type Inspection = ReadableFile | { readonly kind: 'unreadable'; readonly problem: string }

/**
 * A FormatError for what is malformed.
 *
 * @param asked what it is to be judged for; where it is undefined, what the file itself says
 * @throws ActionError where the file does not say either
 */
export function inspectBytes(bytes: Bytes, asked: string | undefined): ReadableFile {
  const linkage = readLinkage(bytes)
  const programs = programsOf(linkage).map((program) => inspectProgramBytes(bytes, program))
  const [first] = programs
  const goos = asked ?? findGoos(linkage, first?.buildInfo?.settings.GOOS)
  if (goos === undefined) {
    throw new ActionError(
      'neither its header nor its build info says which system it is for; name its GOOS, such as linux',
    )
  }
  const verdict = judge(linkage, goos)
  const opens =
    verdict.kind === 'static' && goos === 'linux' && linkage.format === 'elf'
      ? findNss(bytes, linkage, first?.buildInfo)
      : undefined
  return {
    kind: 'readable',
    goos,
    linkage,
    verdict: opens === undefined ? verdict : judge(linkage, goos, opens),
    programs,
    hardening: hardeningOf(linkage, goos),
  }
}

function inspectProgramBytes(bytes: Bytes, linkage: Linkage): InspectedProgram {
  const buildInfo = readBuildInfo(bytes, linkage)
  const [slice] = linkage.format === 'macho' ? linkage.slices : []
  const signature = slice && verifyCodeSignature(bytes, slice)
  return { linkage, ...(buildInfo && { buildInfo }), ...(signature && { signature }) }
}
