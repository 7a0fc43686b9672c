// A Linkage and the GOOS it is for -> whether the program is static, needs only the system's own libraries, or more, and why.

import type { ElfLinkage, Linkage, MachoLinkage, PeLinkage, WasmLinkage, XcoffLinkage } from './linkage.js'
import { describeSymbolVersion, highestVersions } from './symbol-version.js'
import { systemOf, type Libc, type Runtime, type System } from './systems.js'

/** A library, and the highest version of each family of its symbols: `libc.so.6`, `GLIBC_2.34`. */
export interface Need {
  readonly library: string
  readonly versions: readonly string[]
}

/** The evidence of a program that does not stand alone. */
interface Needs {
  readonly needs: readonly Need[]
  /** PT_INTERP or LC_LOAD_DYLINKER. */
  readonly loader?: string
  /** What these are part of: `glibc`, `musl`, `Windows`, … */
  readonly runtime?: string
  /** The C library of that runtime, where programs name it. */
  readonly libc?: Libc
  /** What the C library inside a file that looks static loads at run time. */
  readonly opens?: string
  /** What makes it dynamic where no library and no loader does, or what else a reader should know. */
  readonly note?: string
}

/**
 * `static`: needs neither a loader nor a library. `system-only`: its GOOS has no static programs, and it needs only what that
 * system brings. `dynamic`: everything else; `foreign` says, in phrases, what of it the system does not bring. `unlinked`: what
 * the program needs is not known before somebody links it.
 */
export type Verdict =
  | { readonly kind: 'static'; readonly because: string }
  | ({ readonly kind: 'system-only' } & Needs)
  | ({ readonly kind: 'dynamic'; readonly foreign: readonly string[] } & Needs)
  | { readonly kind: 'unlinked'; readonly because: string }

/** Folders that belong to the system, for all runtimes with RPATH, RUNPATH, LC_RPATH or LIBPATH; with what lies in them. */
const SYSTEM_FOLDER = /^(\/(usr\/)?lib(32|64)?|\/System\/Library\/Frameworks)(\/[\w.+@-]+)*\/?$/

/** Without `..`, which leads elsewhere. */
export const isSystemFolder = (folder: string): boolean =>
  SYSTEM_FOLDER.test(folder) && !folder.split('/').some((element) => element === '.' || element === '..')

/** An empty element of a search path means the current folder. */
export const describeFolder = (folder: string): string => (folder === '' ? 'the current folder' : folder)

/**
 * Judges what the bytes say against what the GOOS brings. Pure; knows no policy.
 *
 * @param opens from `findNss`: what the C library inside the file loads at run time
 */
export function judge(linkage: Linkage, goos: string, opens?: string): Verdict {
  const system = systemOf(goos)
  switch (linkage.format) {
    case 'elf':
      return judgeElf(linkage, system, opens)
    case 'macho':
      return judgeMacho(linkage, system)
    case 'pe':
      return judgePe(linkage, system)
    case 'xcoff':
      return judgeXcoff(linkage, system)
    case 'wasm':
      return judgeWasm(linkage, system)
    case 'plan9':
      return { kind: 'static', because: 'a Plan 9 a.out file has no shared libraries' }
    case 'archive':
      return { kind: 'unlinked', because: `an archive of ${linkage.members.length} objects for a C linker` }
  }
}

function judgeElf(elf: ElfLinkage, system: System, opens: string | undefined): Verdict {
  const { interpreter: loader } = elf
  const needs = gatherNeeds([...elf.needed, ...elf.alsoLoaded.map(({ library }) => library)], elf.versions)
  if (loader === undefined && needs.length === 0) {
    const verdict = judgeElfWithoutNeeds(elf, system)
    return verdict.kind === 'static' ? withoutLibc(withOpened(verdict, opens), elf, system) : verdict
  }
  const isProgram = elf.type === 'EXEC' || elf.pie
  return conclude(system, needs, {
    loader,
    note: loader === undefined && !isProgram ? 'it is a shared library' : undefined,
    foreign: [
      ...(loader === undefined && isProgram ? ['a loader for its libraries (no PT_INTERP)'] : []),
      ...foreignFolders('DT_RPATH', elf.rpath),
      ...foreignFolders('DT_RUNPATH', elf.runpath),
    ],
  })
}

/** Tells what is static from what only looks it: a file that something else would have to relocate, and a library. */
function judgeElfWithoutNeeds(elf: ElfLinkage, system: System): Verdict {
  if (elf.type === 'EXEC') return { kind: 'static', because: 'no PT_INTERP, no DT_NEEDED' }
  if (!elf.dynamic) return judgeUnrelocated(system, 'no PT_DYNAMIC')
  // Only the start-up code of a C library relocates its own program; what Go's linker makes leaves that to a loader.
  if (elf.debug && !elf.init) return judgeUnrelocated(system, 'DT_DEBUG, but no DT_INIT')
  if (elf.pie || (elf.entry && elf.soname === undefined)) {
    return { kind: 'static', because: 'no PT_INTERP, no DT_NEEDED, relocates itself (static-pie)' }
  }
  return conclude(system, [], { note: 'it is a shared library, though one that needs no other' })
}

/**
 * Where there are no static programs, the kernel takes system calls from the system's own libc alone, or changes them with each
 * release; a program that makes them itself is none of Go's.
 */
function withoutLibc(verdict: Verdict, elf: ElfLinkage, system: System): Verdict {
  const [runtime] = system.runtimes
  const loaders = runtime?.loaders ?? []
  const loader = loaders.find((each) => elf.class === 64 && each.includes('64')) ?? loaders[0]
  if (system.hasStatic || runtime === undefined || loader === undefined) return verdict
  const note = `no PT_INTERP: Go's programs for ${runtime.name} have the loader ${loader}`
  return conclude(system, [], { note, foreign: [`system calls without its libc (${note})`] })
}

/** A static file with a glibc that loads libraries by itself is as dynamic as one whose headers say so. */
const withOpened = (verdict: Verdict, opens: string | undefined): Verdict =>
  verdict.kind !== 'static' || opens === undefined
    ? verdict
    : {
        kind: 'dynamic',
        needs: [],
        runtime: 'glibc',
        libc: 'glibc',
        opens,
        note: `looks static (${verdict.because}), but the glibc in it loads ${opens} at run time`,
        foreign: [],
      }

const judgeUnrelocated = (system: System, sign: string): Verdict =>
  conclude(system, [], {
    note: `ET_DYN that names no loader and does not relocate itself (${sign}), so that it cannot start`,
    foreign: [`a loader to relocate it (no PT_INTERP, ${sign})`],
  })

function judgeMacho({ slices }: MachoLinkage, system: System): Verdict {
  const loaders = slices.flatMap(({ dylinker }) => dylinker ?? [])
  return conclude(system, gatherNeeds(slices.flatMap(({ dylibs }) => dylibs.map(({ name }) => name))), {
    loader: loaders.find((loader) => !bringsLoader(system, loader)) ?? loaders[0],
    foreign: slices.flatMap(({ cpu, filetype, dylinker, dyldEnvironment }) => [
      ...(filetype === 'MH_EXECUTE' && dylinker === undefined
        ? [`a loader to relocate it (no LC_LOAD_DYLINKER for ${cpu})`]
        : []),
      ...dyldEnvironment.map((setting) => `the setting ${setting} (LC_DYLD_ENVIRONMENT)`),
    ]),
  })
}

function judgePe({ imports, delayImports, clr }: PeLinkage, system: System): Verdict {
  return conclude(system, gatherNeeds([...imports, ...delayImports]), {
    foreign: clr ? ['the .NET runtime (IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR)'] : [],
  })
}

function judgeXcoff({ imports, libpath }: XcoffLinkage, system: System): Verdict {
  const names = imports.map(({ path, base, member }) => {
    const folder = path === '' || isSystemFolder(path) ? '' : `${path}/`
    return `${folder}${base}${member === '' ? '' : `(${member})`}`
  })
  return conclude(system, gatherNeeds(names), { foreign: foreignFolders('LIBPATH', libpath) })
}

/** A host that brings the imports is to wasm what the kernel is to other programs. */
function judgeWasm({ imports }: WasmLinkage, system: System): Verdict {
  const needs = gatherNeeds(imports.map(({ module }) => module))
  if (foreignLibraries(system.runtimes, needs).length > 0) return conclude(system, needs, {})
  const modules = needs.map(({ library }) => library).join(', ')
  return { kind: 'static', because: modules === '' ? 'no imports' : `imports only ${modules} of its host` }
}

interface Evidence {
  readonly loader?: string | undefined
  readonly note?: string | undefined
  /** What the format alone shows to be foreign, beside the loader and the libraries. */
  readonly foreign?: readonly string[]
}

function conclude(
  system: System,
  needs: readonly Need[],
  { loader, note, foreign: shown = [] }: Evidence,
): Verdict {
  const runtime = findRuntime(system, needs, loader)
  const foreign = [
    ...(loader === undefined || bringsLoader(system, loader) ? [] : [`the loader ${loader}`]),
    ...foreignLibraries(runtime ? [runtime] : system.runtimes, needs),
    ...shown,
  ]
  const evidence: Needs = {
    needs,
    ...(loader !== undefined && { loader }),
    ...(runtime && { runtime: runtime.name }),
    ...(runtime?.libc && { libc: runtime.libc }),
    ...(note !== undefined && { note }),
  }
  if (system.hasStatic || foreign.length > 0) return { kind: 'dynamic', ...evidence, foreign }
  return { kind: 'system-only', ...evidence }
}

function gatherNeeds(names: readonly string[], versions: ElfLinkage['versions'] = []): Need[] {
  const versionsOf = new Map(names.map((library): [string, string[]] => [library, []]))
  for (const { library, version } of versions) {
    const known = versionsOf.get(library)
    if (known === undefined) versionsOf.set(library, [version])
    else known.push(version)
  }
  return [...versionsOf].map(([library, all]) => ({ library, versions: highestVersions(all) }))
}

/** The loader decides which runtime it is; a file without one is of the only one that brings any of what it needs. */
function findRuntime(
  { runtimes }: System,
  needs: readonly Need[],
  loader: string | undefined,
): Runtime | undefined {
  if (loader !== undefined) return runtimes.find(({ loaders }) => loaders.includes(loader))
  const [only, another] =
    runtimes.length === 1
      ? runtimes
      : runtimes.filter(({ brings }) => needs.some(({ library }) => brings(library)))
  return another === undefined ? only : undefined
}

const bringsLoader = (system: System, loader: string): boolean =>
  system.runtimes.some(({ loaders }) => loaders.includes(loader))

const foreignLibraries = (runtimes: readonly Runtime[], needs: readonly Need[]): string[] =>
  needs.filter(({ library }) => !runtimes.some(({ brings }) => brings(library))).map(({ library }) => library)

/** Libraries in such a folder would be taken instead of the system's. */
const foreignFolders = (name: string, folders: readonly string[]): string[] =>
  folders
    .filter((folder) => !isSystemFolder(folder))
    .map((folder) => `libraries of ${describeFolder(folder)} (${name})`)

/** One line, in words to act on: `dynamic: needs libc.so.6 (GLIBC_2.34 or later) through /lib64/ld-linux-x86-64.so.2`. */
export function describeVerdict(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'static':
      return `static: ${verdict.because}`
    case 'system-only':
      return `system-only: needs only what ${verdict.runtime ?? 'the system'} brings: ${describeNeeds(verdict)}`
    case 'dynamic':
      return `dynamic: ${describeDynamic(verdict)}`
    case 'unlinked':
      return `unlinked: ${verdict.because}`
  }
}

function describeDynamic(verdict: Extract<Verdict, { readonly kind: 'dynamic' }>): string {
  const { needs, loader, note, foreign } = verdict
  if (needs.length === 0 && loader === undefined && note !== undefined) return note
  const rest = foreign.length === 0 ? '' : `; not brought by the system: ${listed(foreign)}`
  return `needs ${describeNeeds(verdict)}${note === undefined ? '' : `; ${note}`}${rest}`
}

/** `libc.so.6 (GLIBC_2.34 or later), libm.so.6 through /lib64/ld-linux-x86-64.so.2` */
function describeNeeds({ needs, loader }: Needs): string {
  const libraries = needs.map(({ library, versions }) =>
    versions.length === 0
      ? library
      : `${library} (${versions.map(describeSymbolVersion).join(', ')} or later)`,
  )
  if (libraries.length === 0) {
    return loader === undefined ? 'no library' : `the loader ${loader}, but no library`
  }
  return `${listed(libraries)}${loader === undefined ? '' : ` through ${loader}`}`
}

/** More names than this are counted, not told. */
const MAX_LISTED = 12

export function listed(names: readonly string[]): string {
  const more = names.length - MAX_LISTED
  return more > 0 ? `${names.slice(0, MAX_LISTED).join(', ')} and ${more} more` : names.join(', ')
}
