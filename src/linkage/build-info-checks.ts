// What was asked of a build and what its file says -> whether it is another platform's, or not built as asked.

import type { BuildInfo } from '../go-module.js'
import { foreignSign } from './goos.js'
import type { Finding } from './header-checks.js'
import type { InspectedProgram, ReadableFile } from './inspection.js'
import { headerSystems, platformInput, platformRefusals, type GoPlatform } from './platform.js'

/** Format, machine, GOOS and GOARCH: by the header and what else tells the system, and by the build info where there is one. */
export function checkPlatform(file: ReadableFile, asked: Partial<GoPlatform>): Finding {
  const { goos = file.goos, goarch } = asked
  const header =
    goarch === undefined ? headerReasons(file, goos) : platformRefusals(file.linkage, { goos, goarch })
  const reasons = [
    ...header,
    ...(header.length === 0 ? signReasons(file, goos) : []),
    ...file.programs.flatMap((program) => statedReasons(program, goos)),
  ]
  if (reasons.length > 0 || asked.goos !== undefined || file.fits === undefined) return { reasons }
  return {
    notChecked: `its header fits ${file.fits.join(', ')}; set ${platformInput(file.linkage, goos)} to have it compared`,
  }
}

function headerReasons({ linkage }: ReadableFile, goos: string): string[] {
  const fitting = headerSystems(linkage)
  if (fitting.includes(goos)) return []
  return [
    `its header is not that of a file for ${goos}, but for ${fitting.join(' or ') || 'no GOOS that is known here'}: check GOOS of its build.`,
  ]
}

function signReasons({ linkage }: ReadableFile, goos: string): string[] {
  const sign = foreignSign(linkage, goos)
  if (sign === undefined) return []
  return [
    `${sign.what} is of a file for ${sign.systems.join(' or ')}, not for ${goos}: check GOOS of its build.`,
  ]
}

/** Where headers are alike, as those of linux and dragonfly, only the build info tells. */
function statedReasons({ linkage, buildInfo }: InspectedProgram, goos: string): string[] {
  const { GOOS, GOARCH } = buildInfo?.settings ?? {}
  if (GOOS === undefined || GOARCH === undefined) return []
  if (GOOS !== goos) {
    return [`its build info says GOOS=${shown(GOOS)}, but ${goos} was asked for: check GOOS of its build.`]
  }
  const stated = { goos: GOOS, goarch: GOARCH }
  if (platformRefusals(linkage, stated).length === 0) return []
  return [
    `its build info says GOARCH=${shown(GOARCH)}, which is not what its header says: the file was put together from two.`,
  ]
}

/** @param cgo as it was asked for */
export function checkCgo(file: ReadableFile, cgo: boolean | undefined): Finding {
  if (cgo === undefined) return { notChecked: 'no cgo was asked for' }
  const wanted = cgo ? '1' : '0'
  return compare(file, 'CGO_ENABLED', (got) =>
    got === wanted
      ? []
      : [
          `its build info says CGO_ENABLED=${shown(got)}, but cgo: ${cgo} was asked for: check cgo and the env of its row.`,
        ],
  )
}

/** @param commit full hash of HEAD */
export function checkCommit(file: ReadableFile, commit: string | undefined): Finding {
  if (commit === undefined) return { notChecked: 'there is no commit to compare it with' }
  return compare(file, 'vcs.revision', (got) =>
    got === commit
      ? []
      : [`it was built from commit ${shown(got)}, but HEAD is ${commit}: build it again from HEAD.`],
  )
}

/** @param onTag whether HEAD carries a tag */
export function checkModified(file: ReadableFile, onTag: boolean | undefined): Finding {
  if (onTag !== true) return { notApplicable: 'it is no build of a tag' }
  return compare(file, 'vcs.modified', (got) =>
    got === 'false'
      ? []
      : [
          `vcs.modified=${shown(got)}: it was built on a tag, but from files that are not in its commit; commit them, or let .gitignore leave them out (git status names them).`,
        ],
  )
}

/** All programs of a file must say what was asked; where one says nothing, the file is not checked. */
function compare(file: ReadableFile, setting: string, reasonsOf: (got: string) => string[]): Finding {
  const settings = file.programs.map(({ buildInfo }) => buildInfo?.settings[setting])
  const reasons = settings.flatMap((got) => (got === undefined ? [] : reasonsOf(got)))
  if (reasons.length > 0 || settings.every((got) => got !== undefined)) return { reasons }
  return { notChecked: whyUnsaid(file.programs, setting) }
}

function whyUnsaid(programs: readonly InspectedProgram[], setting: string): string {
  const infos = programs.map(({ buildInfo }): BuildInfo | undefined => buildInfo)
  if (infos.includes(undefined)) return 'there is no Go build info in it that is certainly its own'
  return setting.startsWith('vcs.')
    ? `its build info has no ${setting}, as with buildvcs: false or outside a repository`
    : `its build info has no ${setting}`
}

const MAX_SHOWN_CHARACTERS = 64

/** Build info holds what the builder gave it: here on one line, and not long. */
function shown(text: string): string {
  const cut = text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text
  return /^[!-~]+…?$/.test(cut) ? cut : JSON.stringify(cut)
}
