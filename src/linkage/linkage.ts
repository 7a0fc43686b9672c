// What a program's file says of itself and of what it needs: one type per file format, in that format's own words.

import type { ByteOrder } from './bytes.js'

/** A symbol version that a library must have, from the DT_VERNEED table: `libc.so.6`, `GLIBC_2.34`. */
export interface NeededVersion {
  readonly library: string
  readonly version: string
}

/** A library that ELF's dynamic linker loads though no DT_NEEDED names it. */
export interface AlsoLoaded {
  readonly tag: 'DT_AUXILIARY' | 'DT_FILTER' | 'DT_AUDIT' | 'DT_DEPAUDIT'
  readonly library: string
}

export interface ElfLinkage {
  readonly format: 'elf'
  /** Bits, from EI_CLASS. */
  readonly class: 32 | 64
  /** From EI_DATA. */
  readonly data: ByteOrder
  /** `ELFOSABI_FREEBSD`, …; the number in hex where it has no name here. */
  readonly osabi: string
  /** `EM_X86_64`, …; the number in hex where it has no name here. */
  readonly machine: string
  readonly type: 'EXEC' | 'DYN'
  /** Whether e_entry says where to start. */
  readonly entry: boolean
  /** PT_INTERP. */
  readonly interpreter?: string
  /** Whether there is a PT_DYNAMIC; without one all of the following is empty. */
  readonly dynamic: boolean
  /** DT_SONAME. */
  readonly soname?: string
  /** DF_1_PIE of DT_FLAGS_1. */
  readonly pie: boolean
  /** DT_DEBUG, which linkers put into programs for the dynamic linker to fill in. */
  readonly debug: boolean
  /** DT_INIT or DT_INIT_ARRAY: there is the start-up code of a C library. */
  readonly init: boolean
  /** DT_NEEDED, in order. */
  readonly needed: readonly string[]
  readonly alsoLoaded: readonly AlsoLoaded[]
  /** Elements of DT_RPATH. */
  readonly rpath: readonly string[]
  /** Elements of DT_RUNPATH. */
  readonly runpath: readonly string[]
  readonly versions: readonly NeededVersion[]
}

export type DylibKind =
  | 'LC_LOAD_DYLIB'
  | 'LC_LOAD_WEAK_DYLIB'
  | 'LC_REEXPORT_DYLIB'
  | 'LC_LAZY_LOAD_DYLIB'
  | 'LC_LOAD_UPWARD_DYLIB'
  | 'LC_LOADFVMLIB'

/** One LC_BUILD_VERSION or LC_VERSION_MIN_*. */
export interface BuildVersion {
  /** `PLATFORM_MACOS`, …; the number where it has no name here. */
  readonly platform: string
  /** `12.0`, or `12.0.1` where the third number is not 0. */
  readonly minos: string
  readonly sdk: string
}

export interface MachoSlice {
  /** `CPU_TYPE_ARM64`, …; the number in hex where it has no name here. */
  readonly cpu: string
  readonly filetype: 'MH_EXECUTE' | 'MH_DYLIB' | 'MH_BUNDLE'
  /** LC_LOAD_DYLINKER. */
  readonly dylinker?: string
  readonly dylibs: readonly { readonly name: string; readonly kind: DylibKind }[]
  /** LC_RPATH. */
  readonly rpaths: readonly string[]
  /** LC_DYLD_ENVIRONMENT: variables that dyld obeys as if they were set. */
  readonly dyldEnvironment: readonly string[]
  readonly builds: readonly BuildVersion[]
}

export interface MachoLinkage {
  readonly format: 'macho'
  /** One for a thin file. */
  readonly slices: readonly MachoSlice[]
}

export interface PeLinkage {
  readonly format: 'pe'
  readonly magic: 'PE32' | 'PE32+'
  /** `IMAGE_FILE_MACHINE_AMD64`, …; the number in hex where it has no name here. */
  readonly machine: string
  /** IMAGE_FILE_DLL. */
  readonly dll: boolean
  /** `IMAGE_SUBSYSTEM_WINDOWS_CUI`, …; the number where it has no name here. */
  readonly subsystem: string
  /** The bits as they are. */
  readonly dllCharacteristics: number
  /** DLLs of IMAGE_DIRECTORY_ENTRY_IMPORT, in order and as they are written. */
  readonly imports: readonly string[]
  /** DLLs of IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT. */
  readonly delayImports: readonly string[]
  /** IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR: code for the .NET runtime. */
  readonly clr: boolean
}

export interface XcoffLinkage {
  readonly format: 'xcoff'
  readonly class: 64
  /** Elements of the LIBPATH, which is import file 0 of the loader section. */
  readonly libpath: readonly string[]
  /** The other import files: `{path: '', base: 'libc.a', member: 'shr_64.o'}`. */
  readonly imports: readonly { readonly path: string; readonly base: string; readonly member: string }[]
}

export interface WasmLinkage {
  readonly format: 'wasm'
  readonly imports: readonly { readonly module: string; readonly name: string }[]
}

export interface Plan9Linkage {
  readonly format: 'plan9'
  /** From the magic of the a.out header. */
  readonly machine: '386' | 'amd64' | 'arm'
}

export type Linkage = ElfLinkage | MachoLinkage | PeLinkage | XcoffLinkage | WasmLinkage | Plan9Linkage
