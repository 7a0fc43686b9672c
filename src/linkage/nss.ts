// A static ELF file -> whether the glibc in it loads the libraries of its name service switch at run time.

import type { Bytes } from './bytes.js'
import type { BuildInfo } from '../go-module.js'
import type { ElfLinkage } from './linkage.js'
import { mergeExtents, readChunks } from './search.js'

/** What glibc loads: one library for each service that /etc/nsswitch.conf names. */
const NSS = 'libnss_*.so'

/**
 * Strings of that code with the NUL that ends them in C, which the same text in Go code or in a file that it embeds does not
 * have. The first is the pattern of the names since glibc 2.33; before that only the second is there, whose end is the number
 * that all names have. Source: nss/nss_module.c and nss/nsswitch.c of glibc.
 */
const PREFIX = Buffer.from('libnss_', 'latin1')
const ENDS = ['%s.so%s\0', 'files.so.2\0']
const LONGEST_END = Math.max(...ENDS.map(({ length }) => length))

/**
 * What the file loads at run time; undefined where there is no C code in it, or no such code among it. All that is loaded is
 * read through once, a chunk at a time.
 */
export function findNss(bytes: Bytes, elf: ElfLinkage, info: BuildInfo | undefined): string | undefined {
  if (!mayHoldGlibc(elf, info)) return undefined
  for (const part of mergeExtents(elf.loads)) {
    for (const { chunk } of readChunks(bytes, part, PREFIX.length + LONGEST_END - 1)) {
      for (let at = chunk.indexOf(PREFIX); at >= 0; at = chunk.indexOf(PREFIX, at + 1)) {
        const start = at + PREFIX.length
        const end = chunk.toString('latin1', start, start + LONGEST_END)
        if (ENDS.some((each) => end.startsWith(each))) return NSS
      }
    }
  }
  return undefined
}

/**
 * Only where Go says that it took no C code, and the file has no trace of an outside linker, is there none: glibc's start-up
 * code brings NT_GNU_ABI_TAG and, in a static PIE, DT_INIT, and needs PT_TLS for errno; GNU ld makes PT_GNU_RELRO; and Go's own
 * linker makes none of these in a static program.
 */
const mayHoldGlibc = ({ abiTag, init, relro, tls }: ElfLinkage, info: BuildInfo | undefined): boolean =>
  info?.settings.CGO_ENABLED !== '0' || abiTag !== undefined || init || relro || tls
