// What a program's file says of itself and of what it needs: one type per file format, in that format's own words.

import type { ByteOrder, Extent } from './bytes.js'

/** A symbol version that a library must have, from the DT_VERNEED table: `libc.so.6`, `GLIBC_2.34`. */
export interface NeededVersion {
  readonly library: string
  readonly version: string
}

/** A library that ELF's dynamic linker loads though no DT_NEEDED names it; with DT_CONFIG, the file that tells it of such. */
export interface AlsoLoaded {
  readonly tag:
    | 'DT_AUXILIARY'
    | 'DT_FILTER'
    | 'DT_AUDIT'
    | 'DT_DEPAUDIT'
    | 'DT_CONFIG'
    | 'DT_SUNW_AUXILIARY'
    | 'DT_SUNW_FILTER'
  readonly library: string
}

/** A PT_LOAD: its p_flags as letters, `RX` for PF_R and PF_X, and its bytes in the file. */
export interface ElfLoad extends Extent {
  readonly flags: string
}

/** The note by which a file says what system it is for: NT_GNU_ABI_TAG and its likes. */
export interface AbiTag {
  /** `Linux`, `FreeBSD`, `NetBSD`, `DragonFly BSD`, `Android`, … */
  readonly system: string
  /** The oldest kernel or API level that it runs on, as the system writes it: `3.2.0`. */
  readonly version: string
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
  /** In the order of the program headers. */
  readonly loads: readonly ElfLoad[]
  /** p_flags of PT_GNU_STACK, of all of them where there is more than one; absent where there is none. */
  readonly gnuStack?: string
  /** Whether there is a PT_TLS. */
  readonly tls: boolean
  /** Whether there is a PT_GNU_RELRO. */
  readonly relro: boolean
  /** DT_BIND_NOW, DF_BIND_NOW of DT_FLAGS or DF_1_NOW of DT_FLAGS_1. */
  readonly bindNow: boolean
  /** Whether the section headers show a SHT_SYMTAB; no loader asks for it, so that it is only to be told. */
  readonly symbols: boolean
  readonly abiTag?: AbiTag
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

/** LC_SEGMENT or LC_SEGMENT_64, with its bytes in the file. */
export interface MachoSegment extends Extent {
  readonly name: string
  /** VM_PROT_* as letters: `RX` for VM_PROT_READ and VM_PROT_EXECUTE. */
  readonly initprot: string
  readonly maxprot: string
}

/** A program for one processor, with its bytes in the file: all of them but in a fat file. */
export interface MachoSlice extends Extent {
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
  /** MH_PIE. */
  readonly pie: boolean
  /** MH_ALLOW_STACK_EXECUTION. */
  readonly allowStackExecution: boolean
  readonly segments: readonly MachoSegment[]
  /** Whether LC_DYSYMTAB counts local symbols, which no loader asks for. */
  readonly symbols: boolean
  /** The bytes that LC_CODE_SIGNATURE leads to. */
  readonly codeSignature?: Extent
}

export interface MachoLinkage {
  readonly format: 'macho'
  /** One for a thin file. */
  readonly slices: readonly MachoSlice[]
}

/** A section, with its bytes in the file. */
export interface PeSection extends Extent {
  readonly name: string
  /** IMAGE_SCN_MEM_* as letters: `RX` for IMAGE_SCN_MEM_READ and IMAGE_SCN_MEM_EXECUTE. */
  readonly flags: string
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
  /** Whether Windows can move it: IMAGE_DIRECTORY_ENTRY_BASERELOC is there and IMAGE_FILE_RELOCS_STRIPPED is not set. */
  readonly relocations: boolean
  readonly sections: readonly PeSection[]
  /** Whether there is a COFF symbol table, which no loader asks for. */
  readonly symbols: boolean
}

export interface XcoffLinkage {
  readonly format: 'xcoff'
  readonly class: 64
  /** Elements of the LIBPATH, which is import file 0 of the loader section. */
  readonly libpath: readonly string[]
  /** The other import files: `{path: '', base: 'libc.a', member: 'shr_64.o'}`. */
  readonly imports: readonly { readonly path: string; readonly base: string; readonly member: string }[]
  /** The sections of type STYP_DATA. */
  readonly data: readonly Extent[]
  /** Whether there is a symbol table, which no loader asks for. */
  readonly symbols: boolean
}

export interface WasmLinkage {
  readonly format: 'wasm'
  readonly imports: readonly { readonly module: string; readonly name: string }[]
  /** The data section, with what is to be in memory at the start. */
  readonly data?: Extent
  /** `go1.26.8`: the version of the language Go in the custom section `producers`. */
  readonly goVersion?: string
  /** Whether there is a custom section `name`, which hosts do not ask for. */
  readonly symbols: boolean
}

export interface Plan9Linkage {
  readonly format: 'plan9'
  /** From the magic of the a.out header. */
  readonly machine: '386' | 'amd64' | 'arm'
  readonly data: Extent
  /** Whether there is a symbol table, which the system does not ask for. */
  readonly symbols: boolean
}

/** What the header of an object file says; `other` is none that a linker of Go's platforms is known to take. */
export type ObjectHeader =
  | ({ readonly format: 'elf' } & Pick<ElfLinkage, 'class' | 'data' | 'osabi' | 'machine'>)
  | ({ readonly format: 'macho' } & Pick<MachoSlice, 'cpu' | 'builds'>)
  | { readonly format: 'coff'; readonly machine: PeLinkage['machine'] }
  | { readonly format: 'xcoff'; readonly class: 32 | 64 }
  | { readonly format: 'other'; readonly magic: string }

/** A file in an archive, with its bytes there. */
export interface ArchiveMember extends Extent {
  readonly name: string
  readonly object: ObjectHeader
  /** Its sections that a program can write to. */
  readonly data: readonly Extent[]
}

/** What buildmode c-archive makes: nothing in it is linked, so that only the program that takes it in has a linkage. */
export interface ArchiveLinkage {
  readonly format: 'archive'
  /** In order, without the symbol tables and the table of long names. */
  readonly members: readonly ArchiveMember[]
}

export type Linkage =
  ElfLinkage | MachoLinkage | PeLinkage | XcoffLinkage | WasmLinkage | Plan9Linkage | ArchiveLinkage
