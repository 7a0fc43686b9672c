// The first bytes of an ELF file -> its header, and where the program headers are.

import { FormatError } from '../errors.js'
import { hex, readFields, type ByteOrder, type Bytes, type Fields } from './bytes.js'

/** Where a class keeps the fields that are read here; in bytes from the start of each structure. */
interface ElfLayout {
  readonly wordBytes: 4 | 8
  readonly header: {
    readonly bytes: number
    readonly entry: number
    readonly phoff: number
    readonly shoff: number
    readonly phentsize: number
    readonly phnum: number
    readonly shentsize: number
    readonly shnum: number
  }
  readonly programHeader: {
    readonly bytes: number
    readonly flags: number
    readonly offset: number
    readonly vaddr: number
    readonly filesz: number
    readonly memsz: number
  }
  readonly sectionHeader: {
    readonly bytes: number
    readonly type: number
    readonly flags: number
    readonly offset: number
    readonly size: number
    readonly info: number
  }
}

/** What an ELF file says first, be it linked or not. */
export interface ElfIdentity {
  readonly class: 32 | 64
  readonly data: ByteOrder
  readonly osabi: string
  readonly machine: string
  /** e_type, ET_*. */
  readonly type: number
}

export const ET_REL = 1

export interface ElfHeader extends Omit<ElfIdentity, 'type'> {
  readonly type: 'EXEC' | 'DYN'
  readonly entry: boolean
  readonly layout: ElfLayout
  /** Bytes from the start of the file. */
  readonly phoff: bigint
  readonly phnum: number
  /** Whether the section headers show a SHT_SYMTAB. */
  readonly symbols: boolean
}

const ELF32: ElfLayout = {
  wordBytes: 4,
  header: { bytes: 52, entry: 24, phoff: 28, shoff: 32, phentsize: 42, phnum: 44, shentsize: 46, shnum: 48 },
  programHeader: { bytes: 32, flags: 24, offset: 4, vaddr: 8, filesz: 16, memsz: 20 },
  sectionHeader: { bytes: 40, type: 4, flags: 8, offset: 16, size: 20, info: 28 },
}

const ELF64: ElfLayout = {
  wordBytes: 8,
  header: { bytes: 64, entry: 24, phoff: 32, shoff: 40, phentsize: 54, phnum: 56, shentsize: 58, shnum: 60 },
  programHeader: { bytes: 56, flags: 4, offset: 8, vaddr: 16, filesz: 32, memsz: 40 },
  sectionHeader: { bytes: 64, type: 4, flags: 8, offset: 24, size: 32, info: 44 },
}

/** By class. */
export const ELF_LAYOUTS = { 32: ELF32, 64: ELF64 } as const

const OSABIS: Readonly<Record<number, string>> = {
  0: 'ELFOSABI_NONE',
  2: 'ELFOSABI_NETBSD',
  3: 'ELFOSABI_GNU',
  6: 'ELFOSABI_SOLARIS',
  9: 'ELFOSABI_FREEBSD',
  12: 'ELFOSABI_OPENBSD',
  97: 'ELFOSABI_ARM',
}

const MACHINES: Readonly<Record<number, string>> = {
  2: 'EM_SPARC',
  3: 'EM_386',
  4: 'EM_68K',
  8: 'EM_MIPS',
  20: 'EM_PPC',
  21: 'EM_PPC64',
  22: 'EM_S390',
  40: 'EM_ARM',
  42: 'EM_SH',
  43: 'EM_SPARCV9',
  50: 'EM_IA_64',
  62: 'EM_X86_64',
  183: 'EM_AARCH64',
  243: 'EM_RISCV',
  247: 'EM_BPF',
  258: 'EM_LOONGARCH',
}

const UNLINKED_TYPES: Readonly<Record<number, string>> = {
  0: 'ET_NONE',
  1: 'ET_REL, an object file that is yet to be linked',
  4: 'ET_CORE, the memory of a crashed program',
}

const PN_XNUM = 0xffff
const SHT_SYMTAB = 2

/** A word of the file's class. */
export const word = (fields: Fields, at: number, layout: ElfLayout): bigint =>
  layout.wordBytes === 8 ? fields.u64(at) : BigInt(fields.u32(at))

/** Reads the first fields of the ELF file at `offset`, which may be one inside an archive. */
export function readElfIdentity(bytes: Bytes, offset: number): ElfIdentity {
  const ident = readFields(bytes, offset, 16, 'little', 'e_ident')
  const fileClass = choose(ident, 4, 'EI_CLASS', { 1: 32, 2: 64 } as const)
  const data = choose(ident, 5, 'EI_DATA', { 1: 'little', 2: 'big' } as const)
  choose(ident, 6, 'EI_VERSION', { 1: 'EV_CURRENT' })
  const fields = readFields(bytes, offset + 16, 4, data, 'e_type and e_machine')
  const osabi = ident.u8(7)
  const machine = fields.u16(2)
  return {
    class: fileClass,
    data,
    osabi: OSABIS[osabi] ?? hex(osabi),
    machine: MACHINES[machine] ?? hex(machine),
    type: fields.u16(0),
  }
}

/** Reads the header; a FormatError for what is no ELF, or an ELF that is neither an executable nor a shared library. */
export function readElfHeader(bytes: Bytes): ElfHeader {
  const identity = readElfIdentity(bytes, 0)
  const { data } = identity
  const layout = ELF_LAYOUTS[identity.class]
  const fields = readFields(bytes, 0, layout.header.bytes, data, 'the ELF header')
  return {
    ...identity,
    type: readType(identity.type),
    entry: word(fields, layout.header.entry, layout) !== 0n,
    layout,
    phoff: word(fields, layout.header.phoff, layout),
    phnum: countProgramHeaders(bytes, fields, data, layout),
    symbols: hasSymbolTable(bytes, fields, data, layout),
  }
}

function choose<T>(ident: Fields, at: number, name: string, allowed: Readonly<Record<number, T>>): T {
  const got = ident.u8(at)
  const value = allowed[got]
  if (value === undefined) {
    throw new FormatError(ident.offset + at, `${name} is ${got}, allowed: ${Object.keys(allowed).join(', ')}`)
  }
  return value
}

function readType(type: number): 'EXEC' | 'DYN' {
  if (type === 2) return 'EXEC'
  if (type === 3) return 'DYN'
  const name = UNLINKED_TYPES[type] ?? hex(type)
  throw new FormatError(16, `e_type is ${name}: only an executable or a shared library has a linkage`)
}

/**
 * A count of PN_XNUM means that the real one, which is not smaller, is in sh_info of section header 0 (gABI, "ELF Header").
 * A smaller one would hide program headers from whoever goes by it.
 */
function countProgramHeaders(bytes: Bytes, fields: Fields, data: ByteOrder, layout: ElfLayout): number {
  const { header, sectionHeader } = layout
  const phnum = fields.u16(header.phnum)
  if (phnum === 0) {
    throw new FormatError(header.phnum, 'e_phnum is 0: there is nothing that a kernel could load')
  }
  checkEntrySize(fields, header.phentsize, 'e_phentsize', layout.programHeader.bytes)
  if (phnum !== PN_XNUM) return phnum
  checkEntrySize(fields, header.shentsize, 'e_shentsize', sectionHeader.bytes)
  const shoff = word(fields, header.shoff, layout)
  if (shoff === 0n) {
    throw new FormatError(header.shoff, 'e_phnum is PN_XNUM, but there is no section header 0')
  }
  if (shoff > BigInt(bytes.size)) {
    throw new FormatError(header.shoff, `e_shoff ${hex(shoff)} is outside the file`)
  }
  const section = readFields(bytes, Number(shoff), sectionHeader.bytes, data, 'section header 0')
  const count = section.u32(sectionHeader.info)
  if (count < PN_XNUM) {
    throw new FormatError(
      section.offset + sectionHeader.info,
      `e_phnum is PN_XNUM, but sh_info is ${count}, allowed: ${PN_XNUM} or more`,
    )
  }
  return count
}

/** Only to be told: section headers that are missing or false show no symbol table, and are no error. */
function hasSymbolTable(bytes: Bytes, fields: Fields, data: ByteOrder, layout: ElfLayout): boolean {
  const { header, sectionHeader } = layout
  const shoff = word(fields, header.shoff, layout)
  const length = fields.u16(header.shnum) * sectionHeader.bytes
  const isInFile = shoff + BigInt(length) <= BigInt(bytes.size)
  if (fields.u16(header.shentsize) !== sectionHeader.bytes || !isInFile) return false
  const table = readFields(bytes, Number(shoff), length, data, 'the section headers')
  for (let row = 0; row < length; row += sectionHeader.bytes) {
    if (table.u32(row + sectionHeader.type) === SHT_SYMTAB) return true
  }
  return false
}

function checkEntrySize(fields: Fields, at: number, name: string, expected: number): void {
  const got = fields.u16(at)
  if (got !== expected) throw new FormatError(at, `${name} is ${got}, but this class has ${expected}`)
}
