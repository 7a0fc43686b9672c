// A Linkage and the GOOS it is for -> what makes the file harder to attack, and the oldest system it says it runs on.

import type { ElfLinkage, Linkage, MachoLinkage, PeLinkage } from './linkage.js'
import { highestVersions, parseSymbolVersion } from './symbol-version.js'
import { GLIBC } from './systems.js'

/** `n/a`: not a question of the format. */
export type Answer = 'yes' | 'no' | 'n/a'

export interface Hardening {
  /** Whether it can be loaded anywhere: ET_DYN; MH_PIE or a library; DYNAMIC_BASE with relocations. */
  readonly pie: Answer
  /** `full`: PT_GNU_RELRO and DT_BIND_NOW; `partial`: the first alone. */
  readonly relro: 'full' | 'partial' | 'none' | 'n/a'
  /**
   * Whether its stack is not executable: PT_GNU_STACK without PF_X, no MH_ALLOW_STACK_EXECUTION, NX_COMPAT. `unmarked`: no
   * PT_GNU_STACK, for a system that does without.
   */
  readonly nx: Answer | 'unmarked'
  /** Whether its symbol table is left out. */
  readonly stripped: Answer
  /** `['glibc 2.34', 'Linux 3.2.0']`, `['macOS 12.0']`; empty where the file says nothing of it. */
  readonly floor: readonly string[]
  /** HIGH_ENTROPY_VA, of PE32+ only. */
  readonly highEntropyVa?: boolean
}

const answer = (is: boolean): 'yes' | 'no' => (is ? 'yes' : 'no')

/** Of a fat Mach-O file, what holds for its weakest slice. */
export function hardeningOf(linkage: Linkage, goos: string): Hardening {
  switch (linkage.format) {
    case 'elf':
      return hardeningOfElf(linkage, goos)
    case 'macho':
      return hardeningOfMacho(linkage)
    case 'pe':
      return hardeningOfPe(linkage)
    case 'xcoff':
    case 'wasm':
    case 'plan9':
      return { pie: 'n/a', relro: 'n/a', nx: 'n/a', stripped: answer(!linkage.symbols), floor: [] }
    case 'archive':
      return { pie: 'n/a', relro: 'n/a', nx: 'n/a', stripped: 'n/a', floor: [] }
  }
}

function hardeningOfElf(elf: ElfLinkage, goos: string): Hardening {
  return {
    pie: answer(elf.type === 'DYN'),
    relro: elf.relro ? (elf.bindNow ? 'full' : 'partial') : 'none',
    nx:
      elf.gnuStack === undefined && !asksForStackNote(goos)
        ? 'unmarked'
        : answer(elf.gnuStack?.includes('X') === false),
    stripped: answer(!elf.symbols),
    floor: [
      ...glibcFloor(elf),
      ...(elf.abiTag === undefined ? [] : [`${elf.abiTag.system} ${elf.abiTag.version}`]),
    ],
  }
}

/** Without PT_GNU_STACK, these may make the stack executable; the others do not. Source: imgact_elf.c of FreeBSD, binfmt_elf.c of Linux. */
export const asksForStackNote = (goos: string): boolean => goos === 'linux' || goos === 'freebsd'

function glibcFloor({ versions }: ElfLinkage): string[] {
  const own = versions.flatMap(({ library, version }) => (GLIBC.brings(library) ? [version] : []))
  const highest = highestVersions(own)
    .map(parseSymbolVersion)
    .find((version) => version?.family === 'GLIBC')
  return highest === undefined ? [] : [`glibc ${highest.numbers.join('.')}`]
}

function hardeningOfMacho({ slices }: MachoLinkage): Hardening {
  const floor = slices.flatMap(({ builds }) =>
    builds.map(({ platform, minos }) => `${PLATFORM_NAMES[platform] ?? platform} ${minos}`),
  )
  return {
    pie: answer(slices.every(({ pie, filetype }) => pie || filetype !== 'MH_EXECUTE')),
    relro: 'n/a',
    nx: answer(!slices.some(({ allowStackExecution }) => allowStackExecution)),
    stripped: answer(!slices.some(({ symbols }) => symbols)),
    floor: [...new Set(floor)],
  }
}

const PLATFORM_NAMES: Readonly<Record<string, string>> = {
  PLATFORM_MACOS: 'macOS',
  PLATFORM_IOS: 'iOS',
  PLATFORM_IOSSIMULATOR: 'iOS simulator',
  PLATFORM_MACCATALYST: 'Mac Catalyst',
  PLATFORM_TVOS: 'tvOS',
  PLATFORM_WATCHOS: 'watchOS',
}

const IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA = 0x20
const IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE = 0x40
const IMAGE_DLLCHARACTERISTICS_NX_COMPAT = 0x100

/** Windows moves a file only where the flag is set, and can only where there are relocations. */
export const hasDynamicBase = ({ dllCharacteristics }: PeLinkage): boolean =>
  (dllCharacteristics & IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE) !== 0

export const isNxCompatible = ({ dllCharacteristics }: PeLinkage): boolean =>
  (dllCharacteristics & IMAGE_DLLCHARACTERISTICS_NX_COMPAT) !== 0

function hardeningOfPe(pe: PeLinkage): Hardening {
  return {
    pie: answer(hasDynamicBase(pe) && pe.relocations),
    relro: 'n/a',
    nx: answer(isNxCompatible(pe)),
    stripped: answer(!pe.symbols),
    floor: [],
    ...(pe.magic === 'PE32+' && {
      highEntropyVa: (pe.dllCharacteristics & IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA) !== 0,
    }),
  }
}
