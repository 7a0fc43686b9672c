// A Linkage and the platform it was built for -> whether the file's own header says the same.

import type { ArchiveLinkage, ElfLinkage, Linkage, MachoSlice, ObjectHeader } from './linkage.js'

/** As Go names it. */
export interface GoPlatform {
  readonly goos: string
  readonly goarch: string
}

/**
 * What a header says, from the general to the particular:
 * `['ELF', '64-bit', 'little-endian', 'EM_X86_64', 'ELFOSABI_NONE']`. One that ends early does not tell the rest.
 */
type Header = readonly string[]

/** What it may say for one pair: the words allowed in each place. */
type Expected = readonly (readonly string[])[]

const ELF64 = ['ELF', '64-bit', 'little-endian']
const ELF32 = ['ELF', '32-bit', 'little-endian']
const ELF64_BIG = ['ELF', '64-bit', 'big-endian']
const ELF32_BIG = ['ELF', '32-bit', 'big-endian']

const X86 = [...ELF32, 'EM_386']
const X86_64 = [...ELF64, 'EM_X86_64']
const ARM = [...ELF32, 'EM_ARM']
const AARCH64 = [...ELF64, 'EM_AARCH64']
const RISCV64 = [...ELF64, 'EM_RISCV']
const PPC64 = [...ELF64_BIG, 'EM_PPC64']

const expect = (header: Header, ...lastWords: readonly string[]): Expected => [
  ...header.map((word) => [word]),
  lastWords,
]

/** GNU ld marks files with GNU symbol types, as static glibc has them. */
const linux = (machine: Header): Expected => expect(machine, 'ELFOSABI_NONE', 'ELFOSABI_GNU')
const android = (machine: Header): Expected => expect(machine, 'ELFOSABI_NONE')
const freebsd = (machine: Header): Expected => expect(machine, 'ELFOSABI_FREEBSD')
/** Go's linker marks the file; the system's own, which links cgo programs, does not. */
const netbsd = (machine: Header): Expected => expect(machine, 'ELFOSABI_NETBSD', 'ELFOSABI_NONE')
const openbsd = (machine: Header): Expected => expect(machine, 'ELFOSABI_OPENBSD', 'ELFOSABI_NONE')
/** The other way round: the system's own linker may mark it, Go's does not. */
const solaris = (machine: Header): Expected => expect(machine, 'ELFOSABI_NONE', 'ELFOSABI_SOLARIS')

const macos = (cpu: string): Expected => expect(['Mach-O', cpu], 'PLATFORM_MACOS')
const ios = (cpu: string): Expected =>
  expect(['Mach-O', cpu], 'PLATFORM_IOS', 'PLATFORM_IOSSIMULATOR', 'PLATFORM_MACCATALYST')

/** Not a driver, and not a program for EFI. */
const windows = (...header: Header): Expected =>
  expect(header, 'IMAGE_SUBSYSTEM_WINDOWS_GUI', 'IMAGE_SUBSYSTEM_WINDOWS_CUI')

/** A row for every pair of `go tool dist list`. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  'aix/ppc64': expect([], 'XCOFF64'),
  'android/386': android(X86),
  'android/amd64': android(X86_64),
  'android/arm': android(ARM),
  'android/arm64': android(AARCH64),
  'darwin/amd64': macos('CPU_TYPE_X86_64'),
  'darwin/arm64': macos('CPU_TYPE_ARM64'),
  'dragonfly/amd64': expect(X86_64, 'ELFOSABI_NONE'),
  'freebsd/386': freebsd(X86),
  'freebsd/amd64': freebsd(X86_64),
  'freebsd/arm': freebsd(ARM),
  'freebsd/arm64': freebsd(AARCH64),
  'freebsd/riscv64': freebsd(RISCV64),
  'illumos/amd64': solaris(X86_64),
  'ios/amd64': ios('CPU_TYPE_X86_64'),
  'ios/arm64': ios('CPU_TYPE_ARM64'),
  'js/wasm': expect(['wasm that imports'], 'gojs'),
  'linux/386': linux(X86),
  'linux/amd64': linux(X86_64),
  'linux/arm': linux(ARM),
  'linux/arm64': linux(AARCH64),
  'linux/loong64': linux([...ELF64, 'EM_LOONGARCH']),
  'linux/mips': linux([...ELF32_BIG, 'EM_MIPS']),
  'linux/mips64': linux([...ELF64_BIG, 'EM_MIPS']),
  'linux/mips64le': linux([...ELF64, 'EM_MIPS']),
  'linux/mipsle': linux([...ELF32, 'EM_MIPS']),
  'linux/ppc64': linux(PPC64),
  'linux/ppc64le': linux([...ELF64, 'EM_PPC64']),
  'linux/riscv64': linux(RISCV64),
  'linux/s390x': linux([...ELF64_BIG, 'EM_S390']),
  'netbsd/386': netbsd(X86),
  'netbsd/amd64': netbsd(X86_64),
  'netbsd/arm': netbsd(ARM),
  'netbsd/arm64': netbsd(AARCH64),
  'openbsd/386': openbsd(X86),
  'openbsd/amd64': openbsd(X86_64),
  'openbsd/arm': openbsd(ARM),
  'openbsd/arm64': openbsd(AARCH64),
  'openbsd/ppc64': openbsd(PPC64),
  'openbsd/riscv64': openbsd(RISCV64),
  'plan9/386': expect(['Plan 9 a.out'], '386'),
  'plan9/amd64': expect(['Plan 9 a.out'], 'amd64'),
  'plan9/arm': expect(['Plan 9 a.out'], 'arm'),
  'solaris/amd64': solaris(X86_64),
  'wasip1/wasm': expect(['wasm that imports'], 'wasi_snapshot_preview1'),
  'windows/386': windows('PE32', 'IMAGE_FILE_MACHINE_I386'),
  'windows/amd64': windows('PE32+', 'IMAGE_FILE_MACHINE_AMD64'),
  'windows/arm64': windows('PE32+', 'IMAGE_FILE_MACHINE_ARM64'),
}

/** `goos/goarch` of each. */
export const PLATFORMS: readonly string[] = Object.keys(EXPECTED)

/**
 * One sentence where the file's header says another platform than was asked for, or where the pair is not known here; else
 * empty. Systems whose headers are alike (linux and dragonfly, solaris and illumos) are not told apart. Of an archive, every
 * member counts.
 */
export function platformRefusals(linkage: Linkage, { goos, goarch }: GoPlatform): string[] {
  const expected = EXPECTED[`${goos}/${goarch}`]
  if (expected === undefined) {
    return [
      `${goos}/${goarch} is not known to the linkage check, so the file's header cannot be compared with it.`,
    ]
  }
  const wanted = `${goos}/${goarch} is ${expected.map((words) => words.join(' or ')).join(' ')}`
  if (linkage.format === 'archive') return memberRefusals(linkage, expected, wanted)
  const headers = headersOf(linkage)
  if (isAny(headers, expected)) return []
  return [`This file is ${told(headers)}, but ${wanted}: check GOOS and GOARCH of its build.`]
}

const isAny = (headers: readonly Header[], expected: Expected): boolean =>
  headers.some((header) => header.every((word, place) => expected[place]?.includes(word) === true))

const told = (headers: readonly Header[]): string => headers.map((header) => header.join(' ')).join(' and ')

/** A linker takes from an archive what a program asks for: every member has to be for the platform. */
function memberRefusals({ members }: ArchiveLinkage, expected: Expected, wanted: string): string[] {
  if (members.length === 0) return [`This archive has no members, but ${wanted}: check how it was made.`]
  const [first, ...others] = members.filter(({ object }) => !isAny(headersOfObject(object), expected))
  if (first === undefined) return []
  const { name, object } = first
  const more = others.length === 0 ? '' : ` (and ${others.length} more members are not either)`
  if (object.format === 'other') {
    return [
      `${name} in this archive is no object file, as it begins with ${object.magic}${more}: leave it out, and compile C code without -flto.`,
    ]
  }
  return [
    `${name} in this archive is for ${told(headersOfObject(object))}, but ${wanted}${more}: check GOOS and GOARCH of its build, and its C compiler.`,
  ]
}

/** The pairs whose header such a file could have. */
const platformsOf = (linkage: Linkage): GoPlatform[] =>
  Object.keys(EXPECTED)
    .map((pair) => {
      const [goos = '', goarch = ''] = pair.split('/')
      return { goos, goarch }
    })
    .filter((platform) => platformRefusals(linkage, platform).length === 0)

/** The GOOSes of those pairs. */
export const headerSystems = (linkage: Linkage): string[] => [
  ...new Set(platformsOf(linkage).map(({ goos }) => goos)),
]

/** The input `platform` as it would be written for the file: the first pair of `goos` that has such a header. */
export function platformInput(linkage: Linkage, goos: string): string {
  const goarch = platformsOf(linkage).find((platform) => platform.goos === goos)?.goarch ?? 'amd64'
  return `platform: ${goos}/${goarch}`
}

/** One header for most files; a fat Mach-O file has one for each slice, and wasm one for each module it imports. */
function headersOf(linkage: Exclude<Linkage, ArchiveLinkage>): Header[] {
  switch (linkage.format) {
    case 'elf':
      return [[...machineOf(linkage), linkage.osabi]]
    case 'macho':
      return linkage.slices.flatMap(buildsOf)
    case 'pe':
      return [[linkage.magic, linkage.machine, linkage.subsystem]]
    case 'xcoff':
      return [['XCOFF64']]
    case 'wasm': {
      const modules = new Set(linkage.imports.map(({ module }) => module))
      return [...(modules.size === 0 ? ['nothing'] : modules)].map((module) => ['wasm that imports', module])
    }
    case 'plan9':
      return [['Plan 9 a.out', linkage.machine]]
  }
}

/** The same in what a program is linked from, which often leaves the system open. */
function headersOfObject(object: ObjectHeader): Header[] {
  switch (object.format) {
    case 'elf':
      return [[...machineOf(object), ...(object.osabi === 'ELFOSABI_NONE' ? [] : [object.osabi])]]
    case 'macho':
      return buildsOf(object)
    case 'coff':
      return [[MACHINES_OF_PE32.has(object.machine) ? 'PE32' : 'PE32+', object.machine]]
    case 'xcoff':
      return [[`XCOFF${object.class}`]]
    case 'other':
      return [[object.magic]]
  }
}

const machineOf = (elf: Pick<ElfLinkage, 'class' | 'data' | 'machine'>): Header => [
  'ELF',
  `${elf.class}-bit`,
  `${elf.data}-endian`,
  elf.machine,
]

function buildsOf({ cpu, builds }: Pick<MachoSlice, 'cpu' | 'builds'>): Header[] {
  const header = ['Mach-O', cpu]
  return builds.length === 0 ? [header] : builds.map(({ platform }) => [...header, platform])
}

const MACHINES_OF_PE32: ReadonlySet<string> = new Set(['IMAGE_FILE_MACHINE_I386', 'IMAGE_FILE_MACHINE_ARMNT'])
