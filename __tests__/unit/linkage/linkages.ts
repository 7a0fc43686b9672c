// Linkages of ordinary programs, each to be changed where a test needs it.

import type {
  ElfLinkage,
  MachoLinkage,
  MachoSlice,
  PeLinkage,
  Plan9Linkage,
  WasmLinkage,
  XcoffLinkage,
} from '../../../src/linkage/linkage.js'

/** What Go makes for linux/amd64 without cgo. */
export const elf = (overrides: Partial<ElfLinkage> = {}): ElfLinkage => ({
  format: 'elf',
  class: 64,
  data: 'little',
  osabi: 'ELFOSABI_NONE',
  machine: 'EM_X86_64',
  type: 'EXEC',
  entry: true,
  dynamic: false,
  pie: false,
  debug: false,
  init: false,
  needed: [],
  alsoLoaded: [],
  rpath: [],
  runpath: [],
  versions: [],
  loads: [
    { flags: 'RX', offset: 0, length: 0x80000 },
    { flags: 'R', offset: 0x80000, length: 0x9e000 },
    { flags: 'RW', offset: 0x11e000, length: 0x5000 },
  ],
  gnuStack: 'RW',
  tls: false,
  relro: false,
  bindNow: false,
  symbols: true,
  ...overrides,
})

export const GLIBC_LOADER = '/lib64/ld-linux-x86-64.so.2'

/** Needs libc.so.6 in these versions, but names no loader; without overrides a broken program. */
export const loaderlessElf = (versions: readonly string[], overrides: Partial<ElfLinkage> = {}): ElfLinkage =>
  elf({
    dynamic: true,
    needed: ['libc.so.6'],
    versions: versions.map((version) => ({ library: 'libc.so.6', version })),
    ...overrides,
  })

/** What Go makes for linux/amd64 with cgo. */
export const cgoElf = (versions: readonly string[], overrides: Partial<ElfLinkage> = {}): ElfLinkage =>
  loaderlessElf(versions, { interpreter: GLIBC_LOADER, ...overrides })

/** Names no loader; without overrides a broken program. */
export const loaderlessSlice = (overrides: Partial<MachoSlice> = {}): MachoSlice => ({
  offset: 0,
  length: 0x112000,
  cpu: 'CPU_TYPE_ARM64',
  filetype: 'MH_EXECUTE',
  dylibs: [{ name: '/usr/lib/libSystem.B.dylib', kind: 'LC_LOAD_DYLIB' }],
  rpaths: [],
  dyldEnvironment: [],
  builds: [{ platform: 'PLATFORM_MACOS', minos: '12.0', sdk: '12.0' }],
  pie: true,
  allowStackExecution: false,
  segments: [
    { name: '__TEXT', initprot: 'RX', maxprot: 'RWX', offset: 0, length: 0x80000 },
    { name: '__DATA', initprot: 'RW', maxprot: 'RW', offset: 0x10c000, length: 0x5000 },
  ],
  symbols: true,
  ...overrides,
})

/** What Go makes for darwin/arm64. */
export const slice = (overrides: Partial<MachoSlice> = {}): MachoSlice =>
  loaderlessSlice({ dylinker: '/usr/lib/dyld', ...overrides })

export const macho = (...slices: readonly MachoSlice[]): MachoLinkage => ({ format: 'macho', slices })

/** What Go makes for windows/amd64. */
export const pe = (overrides: Partial<PeLinkage> = {}): PeLinkage => ({
  format: 'pe',
  magic: 'PE32+',
  machine: 'IMAGE_FILE_MACHINE_AMD64',
  dll: false,
  subsystem: 'IMAGE_SUBSYSTEM_WINDOWS_CUI',
  dllCharacteristics: 0x8160,
  imports: ['kernel32.dll'],
  delayImports: [],
  clr: false,
  relocations: true,
  sections: [
    { name: '.text', flags: 'RX', offset: 0x600, length: 0x80000 },
    { name: '.data', flags: 'RW', offset: 0x10a400, length: 0x6e00 },
  ],
  symbols: true,
  ...overrides,
})

/** What Go makes for aix/ppc64. */
export const xcoff = (overrides: Partial<XcoffLinkage> = {}): XcoffLinkage => ({
  format: 'xcoff',
  class: 64,
  libpath: ['/usr/lib', '/lib'],
  imports: [{ path: '', base: 'libc.a', member: 'shr_64.o' }],
  data: [{ offset: 0x10d0c0, length: 0xbf80 }],
  symbols: true,
  ...overrides,
})

export const wasm = (...modules: readonly string[]): WasmLinkage => ({
  format: 'wasm',
  imports: modules.map((module) => ({ module, name: 'f' })),
  symbols: true,
})

/** What Go makes for plan9. */
export const plan9 = (machine: Plan9Linkage['machine']): Plan9Linkage => ({
  format: 'plan9',
  machine,
  data: { offset: 0xf3960, length: 0x52e0 },
  symbols: true,
})
