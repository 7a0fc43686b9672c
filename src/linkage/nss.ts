// A static ELF file -> whether the glibc in it loads the libraries of its name service switch at run time.

import type { Bytes } from './bytes.js'
import type { BuildInfo } from './build-info-text.js'
import type { ElfLinkage } from './linkage.js'
import { readChunks } from './search.js'

/** What glibc loads: one library for each service that /etc/nsswitch.conf names. */
const NSS = 'libnss_*.so'

/**
 * Strings of that code with the NUL that ends them in C, which the same text in Go code or in a file that it embeds does not
 * have. The first is the pattern of the names since glibc 2.33; before that only the second is there, whose end is the number
 * that all names have. Source: nss/nss_module.c and nss/nsswitch.c of glibc.
 */
const STRINGS = ['libnss_%s.so%s\0', 'libnss_files.so.2\0'].map((text) => Buffer.from(text, 'latin1'))

const LONGEST = Math.max(...STRINGS.map(({ length }) => length))

/**
 * What the file loads at run time; undefined where there is no C code in it, or no such code among it. All that is loaded is
 * read through once, a chunk at a time.
 */
export function findNss(bytes: Bytes, elf: ElfLinkage, info: BuildInfo | undefined): string | undefined {
  if (!mayHoldGlibc(elf, info)) return undefined
  const isThere = elf.loads.some((load) => {
    for (const { chunk } of readChunks(bytes, load, LONGEST - 1)) {
      if (STRINGS.some((text) => chunk.includes(text))) return true
    }
    return false
  })
  return isThere ? NSS : undefined
}

/**
 * Only where Go says that it took no C code, and the file has no trace of an outside linker, is there none: glibc's start-up
 * code brings NT_GNU_ABI_TAG and, in a static PIE, DT_INIT; GNU ld makes PT_GNU_RELRO; and Go's own linker makes none of these.
 */
const mayHoldGlibc = ({ abiTag, init, relro }: ElfLinkage, info: BuildInfo | undefined): boolean =>
  info?.settings.CGO_ENABLED !== '0' || abiTag !== undefined || init || relro
