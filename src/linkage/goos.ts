// A Linkage, and the GOOS in its build info -> the GOOS that the file is for, where anything in it tells.

import type { Linkage } from './linkage.js'
import { platformsOf } from './platform.js'
import { systemOf } from './systems.js'

/** AbiTag's names of systems. */
const TAGS: Readonly<Record<string, string>> = {
  Linux: 'linux',
  Android: 'android',
  FreeBSD: 'freebsd',
  NetBSD: 'netbsd',
  'DragonFly BSD': 'dragonfly',
  Solaris: 'solaris',
}

/**
 * The header's word counts first; where several systems write such a header, that of the loader, the ABI note and the symbol
 * versions, then that of the build info. Undefined where none of them tells.
 *
 * @param stated GOOS of the file's build info
 */
export function findGoos(linkage: Linkage, stated: string | undefined): string | undefined {
  const fitting = [...new Set(platformsOf(linkage).map(({ goos }) => goos))]
  const narrowed = [loaderOf, tagOf, versionsOf].reduce((left, test) => narrow(left, test(linkage)), fitting)
  const [only, another] = narrowed
  if (another === undefined) return only
  return stated !== undefined && narrowed.includes(stated) ? stated : undefined
}

type Test = ((goos: string) => boolean) | undefined

/** Where the test leaves none, it tells nothing. */
function narrow(systems: string[], test: Test): string[] {
  const left = test === undefined ? [] : systems.filter(test)
  return left.length === 0 ? systems : left
}

function loaderOf(linkage: Linkage): Test {
  const loader = linkage.format === 'elf' ? linkage.interpreter : undefined
  return loader === undefined
    ? undefined
    : (goos) => systemOf(goos).runtimes.some(({ loaders }) => loaders.includes(loader))
}

function tagOf(linkage: Linkage): Test {
  const tag = linkage.format === 'elf' ? linkage.abiTag : undefined
  return tag === undefined ? undefined : (goos) => TAGS[tag.system] === goos
}

function versionsOf(linkage: Linkage): Test {
  const isGlibc = linkage.format === 'elf' && linkage.versions.some(({ version }) => /^GLIBC_/.test(version))
  return isGlibc ? (goos) => goos === 'linux' : undefined
}
