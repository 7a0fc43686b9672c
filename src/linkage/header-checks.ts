// A Linkage -> what its headers show that no release file should have, whatever it is linked against.

import { asksForStackNote, hasDynamicBase, isNxCompatible } from './hardening.js'
import type { ElfLinkage, Linkage, PeLinkage } from './linkage.js'
import { describeFolder, isSystemFolder, listed } from './verdict.js'

/** Reasons to refuse, each a whole sentence; or why the file does not tell, or why it is no question of such a file. */
export type Finding =
  | {
      readonly reasons: readonly string[]
      /** The user asked for what causes it: a warning, never an error. */
      readonly asked?: boolean
    }
  | { readonly notChecked: string }
  | { readonly notApplicable: string }

const PASSED: Finding = { reasons: [] }

const notAskedOf = (what: string, linkage: Linkage): Finding => ({
  notApplicable: `${FORMAT_NAMES[linkage.format]} files have no ${what}`,
})

const FORMAT_NAMES: Readonly<Record<Linkage['format'], string>> = {
  elf: 'ELF',
  macho: 'Mach-O',
  pe: 'PE',
  xcoff: 'XCOFF',
  wasm: 'wasm',
  plan9: 'Plan 9 a.out',
  archive: 'ar archive',
}

/** The file's own folder, as loaders write it, or one below or beside it. Sources: ld.so(8), dyld(1). */
const OWN_FOLDER = /^(\$ORIGIN|\$\{ORIGIN\}|@loader_path|@executable_path)(\/|$)/

/** Search paths that lead to where somebody else may put libraries. */
export function checkSearchPaths(linkage: Linkage): Finding {
  const paths = searchPathsOf(linkage)
  if (paths === undefined) return notAskedOf('search paths for libraries', linkage)
  return {
    reasons: paths
      .filter(({ folder }) => !OWN_FOLDER.test(folder) && !isSystemFolder(folder))
      .map(
        ({ tag, folder }) =>
          `${tag} has libraries looked for in ${describeFolder(folder)}, which is not the system's; leave the -rpath out that the linker was given, or make it relative to the file ($ORIGIN, @loader_path, @executable_path).`,
      ),
  }
}

interface SearchPath {
  readonly tag: string
  readonly folder: string
}

function searchPathsOf(linkage: Linkage): SearchPath[] | undefined {
  const tagged = (tag: string, folders: readonly string[]): SearchPath[] =>
    folders.map((folder) => ({ tag, folder }))
  switch (linkage.format) {
    case 'elf':
      return [...tagged('DT_RPATH', linkage.rpath), ...tagged('DT_RUNPATH', linkage.runpath)]
    case 'macho':
      return tagged(
        'LC_RPATH',
        linkage.slices.flatMap(({ rpaths }) => rpaths),
      )
    case 'xcoff':
      return tagged('LIBPATH', linkage.libpath)
    default:
      return undefined
  }
}

/** Memory that is writable and executable at once when the program starts. */
export function checkWritableCode(linkage: Linkage): Finding {
  const places = writableCodeIn(linkage)
  if (places === undefined) return notAskedOf('memory protection', linkage)
  if (places.length === 0) return PASSED
  return {
    reasons: [
      `writable and executable at once: ${listed(places)}; leave out what makes it so: -Wl,--omagic, a linker script, or a packer such as UPX.`,
    ],
  }
}

function writableCodeIn(linkage: Linkage): string[] | undefined {
  const isBoth = (flags: string): boolean => flags.includes('W') && flags.includes('X')
  switch (linkage.format) {
    case 'elf':
      return linkage.loads.flatMap(({ flags }, index) =>
        isBoth(flags) ? [`PT_LOAD ${index + 1} (${flags})`] : [],
      )
    case 'macho':
      return linkage.slices.flatMap(({ segments }) =>
        segments.flatMap(({ name, initprot }) =>
          isBoth(initprot) ? [`segment ${name} (initprot ${initprot})`] : [],
        ),
      )
    case 'pe':
      return linkage.sections.flatMap(({ name, flags }) =>
        isBoth(flags) ? [`section ${name} (${flags})`] : [],
      )
    default:
      return undefined
  }
}

/**
 * An executable stack, asked for or by default.
 *
 * @param systems the GOOSes that the file can be for
 */
export function checkStack(linkage: Linkage, systems: readonly string[]): Finding {
  switch (linkage.format) {
    case 'elf':
      return checkElfStack(linkage, systems)
    case 'macho':
      return {
        reasons: linkage.slices
          .filter(({ allowStackExecution }) => allowStackExecution)
          .map(
            ({ cpu }) =>
              `executable stack: MH_ALLOW_STACK_EXECUTION is set for ${cpu}; link without -allow_stack_execute.`,
          ),
      }
    default:
      return notAskedOf('say over the stack', linkage)
  }
}

const STACK_MEND =
  'as after assembled C objects without .note.GNU-stack; link with -Wl,-z,noexecstack (ldflags: -extldflags=-Wl,-z,noexecstack)'

function checkElfStack({ gnuStack }: ElfLinkage, systems: readonly string[]): Finding {
  if (gnuStack?.includes('X')) {
    return { reasons: [`executable stack: PT_GNU_STACK is ${gnuStack}, ${STACK_MEND}.`] }
  }
  if (gnuStack !== undefined) return PASSED
  const asking = systems.filter(asksForStackNote)
  const others = systems.filter((goos) => !asksForStackNote(goos))
  if (asking.length === 0) return PASSED
  if (others.length > 0) {
    return {
      notChecked: `no PT_GNU_STACK, which ${asking.join(', ')} should have, but ${others.join(', ')} not; set platform to have it checked`,
    }
  }
  return {
    reasons: [
      `no PT_GNU_STACK, so that ${asking.join(' or ')} may make the stack executable, ${STACK_MEND}.`,
    ],
  }
}

/** Data that Windows may run as code. */
export function checkNx(linkage: Linkage): Finding {
  if (linkage.format !== 'pe') return notAskedOf('NX_COMPAT', linkage)
  if (isNxCompatible(linkage)) return PASSED
  return {
    reasons: [
      'IMAGE_DLLCHARACTERISTICS_NX_COMPAT is not set, so that Windows may run data as code; link with -Wl,--nxcompat.',
    ],
  }
}

/**
 * A PE file that Windows puts at the same address each time.
 *
 * @param buildmode as it was asked for, undefined for Go's default
 */
export function checkAslr(linkage: Linkage, buildmode: string | undefined): Finding {
  if (linkage.format !== 'pe') return notAskedOf('DYNAMIC_BASE', linkage)
  const missing = missingForAslr(linkage)
  if (missing.length === 0) return PASSED
  const what = missing.join(' and ')
  if (buildmode === 'exe') {
    return {
      reasons: [`${what}, as buildmode: exe has it: leave buildmode out for Go's default, which sets both.`],
      asked: true,
    }
  }
  return {
    reasons: [
      `${what}, so that Windows puts it at the same address each time; link with -linkmode external -extldflags=-Wl,--dynamicbase in ldflags${buildmode === 'pie' ? '' : ', or set buildmode: pie'}.`,
    ],
  }
}

const missingForAslr = (pe: PeLinkage): string[] => [
  ...(hasDynamicBase(pe) ? [] : ['IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE is not set']),
  ...(pe.relocations ? [] : ['there are no relocations']),
]
