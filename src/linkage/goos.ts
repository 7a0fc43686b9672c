// A Linkage, and the GOOS in its build info -> the GOOSes that the file can be for.

import type { Linkage } from './linkage.js'
import { headerSystems } from './platform.js'
import { systemOf } from './systems.js'

/** AbiTag's names of systems. */
const TAGS: Readonly<Record<string, readonly string[]>> = {
  Linux: ['linux'],
  Android: ['android'],
  FreeBSD: ['freebsd'],
  NetBSD: ['netbsd'],
  'DragonFly BSD': ['dragonfly'],
  Solaris: ['solaris', 'illumos'],
}

/** Something in a file that only some systems' files have. */
interface Sign {
  /** As a reader finds it: `the loader /usr/libexec/ld.so`. */
  readonly what: string
  readonly fits: (goos: string) => boolean
}

/**
 * The header's word counts first; where several systems write such a header, that of the loader, the ABI note and the symbol
 * versions, then that of the build info, then whether the system's programs do without a loader. Several where all of these
 * leave them open; none where Go builds for no system with such a header.
 *
 * @param stated GOOS of the file's build info
 */
export function fittingSystems(linkage: Linkage, stated: string | undefined): string[] {
  const narrowed = signsOf(linkage).reduce(narrow, headerSystems(linkage))
  return stated !== undefined && narrowed.includes(stated)
    ? [stated]
    : startOf(linkage).reduce(narrow, narrowed)
}

/** The first sign in the file that another system with such a header has, but `goos` has not. */
export function foreignSign(
  linkage: Linkage,
  goos: string,
): { readonly what: string; readonly systems: readonly string[] } | undefined {
  let systems = headerSystems(linkage)
  for (const sign of signsOf(linkage)) {
    systems = narrow(systems, sign)
    if (!systems.includes(goos)) return { what: sign.what, systems }
  }
  return undefined
}

/** A sign that is none of theirs tells nothing. */
function narrow(systems: string[], { fits }: Sign): string[] {
  const left = systems.filter(fits)
  return left.length === 0 ? systems : left
}

function signsOf(linkage: Linkage): Sign[] {
  if (linkage.format !== 'elf') return []
  const { interpreter, abiTag, versions } = linkage
  const signs: Sign[] = []
  if (interpreter !== undefined) {
    signs.push({
      what: `the loader ${interpreter}`,
      fits: (goos) => systemOf(goos).runtimes.some(({ loaders }) => loaders.includes(interpreter)),
    })
  }
  if (abiTag !== undefined) {
    signs.push({
      what: `the ABI note of ${abiTag.system}`,
      fits: (goos) => TAGS[abiTag.system]?.includes(goos) === true,
    })
  }
  const ofGlibc = versions.find(({ version }) => version.startsWith('GLIBC_'))
  if (ofGlibc !== undefined) {
    signs.push({ what: `the symbol version ${ofGlibc.version}`, fits: (goos) => goos === 'linux' })
  }
  return signs
}

/** Weaker than the others: a system whose programs have a loader may start one without all the same. */
function startOf(linkage: Linkage): Sign[] {
  const isAlone =
    linkage.format === 'elf' &&
    linkage.interpreter === undefined &&
    linkage.soname === undefined &&
    linkage.needed.length === 0 &&
    (linkage.type === 'EXEC' || linkage.entry)
  return isAlone ? [{ what: 'no PT_INTERP', fits: (goos) => systemOf(goos).hasStatic }] : []
}
