// A few words about a program -> the smallest ELF file that says so, of either class and byte order.

import type { ByteOrder } from '../../../src/linkage/bytes.js'
import { patched } from './bytes-of.js'

export interface ElfPlan {
  readonly class?: 32 | 64
  readonly data?: ByteOrder
  readonly osabi?: number
  /** e_type; 2 is ET_EXEC, 3 is ET_DYN. */
  readonly type?: number
  readonly machine?: number
  readonly entry?: number
  readonly interpreter?: string
  /** p_flags of the one PT_LOAD; PF_R and PF_X where it is absent. */
  readonly loadFlags?: number
  /** Program headers that stand for themselves, such as PT_GNU_STACK. */
  readonly marks?: readonly { readonly type: number; readonly flags: number }[]
  /** The bytes of a PT_NOTE. */
  readonly note?: Uint8Array
  /** Entries of PT_DYNAMIC before DT_STRTAB and DT_STRSZ; a text goes into the string table. */
  readonly dynamic?: readonly (readonly [tag: number, value: number | string])[]
  /** Libraries and their versions, for DT_VERNEED. */
  readonly versions?: Readonly<Record<string, readonly string[]>>
}

export const ET_EXEC = 2
export const ET_DYN = 3
export const PT_LOAD = 1
export const PT_DYNAMIC = 2
export const PT_INTERP = 3
export const PT_NOTE = 4
export const PT_GNU_STACK = 0x6474e551
export const PT_GNU_RELRO = 0x6474e552
export const PF_X = 1
export const PF_W = 2
export const PF_R = 4
export const DT_NULL = 0
export const DT_NEEDED = 1
export const DT_STRTAB = 5
export const DT_STRSZ = 10
export const DT_SONAME = 14
export const DT_DEBUG = 21
export const DT_INIT_ARRAY = 25
export const DT_RPATH = 15
export const DT_BIND_NOW = 24
export const DT_RUNPATH = 29
export const DT_FLAGS = 30
export const DT_FLAGS_1 = 0x6ffffffb
export const DT_AUDIT = 0x6ffffefc
export const DT_FILTER = 0x7fffffff
export const DT_VERNEED = 0x6ffffffe
export const DT_VERNEEDNUM = 0x6fffffff
export const DF_1_PIE = 0x08000000

/** Where the one PT_LOAD puts the file, whole. */
export const BASE = 0x40_0000

const FIELDS = {
  32: { entry: 24, phoff: 28, shoff: 32, phentsize: 42, phnum: 44, shentsize: 46, shnum: 48 },
  64: { entry: 24, phoff: 32, shoff: 40, phentsize: 54, phnum: 56, shentsize: 58, shnum: 60 },
} as const

export const HEADER_BYTES = { 32: 52, 64: 64 } as const
export const SECTION_BYTES = { 32: 40, 64: 64 } as const
/** Where sh_info is in a section header. */
export const SH_INFO = { 32: 28, 64: 44 } as const

export const PROGRAM_FIELDS = {
  32: { bytes: 32, type: 0, flags: 24, offset: 4, vaddr: 8, filesz: 16, memsz: 20 },
  64: { bytes: 56, type: 0, flags: 4, offset: 8, vaddr: 16, filesz: 32, memsz: 40 },
} as const

interface Shape {
  readonly class: 32 | 64
  readonly data: ByteOrder
  /** Types, in the order of the table. */
  readonly programHeaders: readonly number[]
  readonly dynamicAt: number
}

/** A file that can be changed: in its own byte order, each change making a new file. */
export class MadeElf {
  readonly buffer: Buffer
  readonly #shape: Shape

  constructor(buffer: Buffer, shape: Shape) {
    this.buffer = buffer
    this.#shape = shape
  }

  get wordBytes(): 4 | 8 {
    return this.#shape.class === 64 ? 8 : 4
  }

  put(at: number, size: 1 | 2 | 4 | 8, value: number | bigint): MadeElf {
    return new MadeElf(patched(this.buffer, at, size, value, this.#shape.data), this.#shape)
  }

  word(at: number, value: number | bigint): MadeElf {
    return this.put(at, this.wordBytes, value)
  }

  append(bytes: Uint8Array): MadeElf {
    return new MadeElf(Buffer.concat([this.buffer, bytes]), this.#shape)
  }

  header(name: keyof (typeof FIELDS)[64], value: number | bigint): MadeElf {
    const at = FIELDS[this.#shape.class][name]
    const isWord = name === 'entry' || name === 'phoff' || name === 'shoff'
    return isWord ? this.word(at, value) : this.put(at, 2, value)
  }

  /** Where the program header is that was made with type `type`. */
  programAt(type: number): number {
    const { class: fileClass, programHeaders } = this.#shape
    return HEADER_BYTES[fileClass] + PROGRAM_FIELDS[fileClass].bytes * programHeaders.indexOf(type)
  }

  program(
    type: number,
    name: 'type' | 'flags' | 'offset' | 'vaddr' | 'filesz' | 'memsz',
    value: number | bigint,
  ): MadeElf {
    const at = this.programAt(type) + PROGRAM_FIELDS[this.#shape.class][name]
    return name === 'type' || name === 'flags' ? this.put(at, 4, value) : this.word(at, value)
  }

  /** The tag of entry `index` of PT_DYNAMIC. */
  tag(index: number, tag: number | bigint): MadeElf {
    return this.word(this.#shape.dynamicAt + 2 * this.wordBytes * index, tag)
  }

  /** The value of entry `index` of PT_DYNAMIC. */
  value(index: number, value: number | bigint): MadeElf {
    return this.word(this.#shape.dynamicAt + 2 * this.wordBytes * index + this.wordBytes, value)
  }
}

/** Order in the file: header, PT_INTERP, PT_LOAD, PT_DYNAMIC, PT_NOTE, marks, the interpreter, the dynamic section, versions, strings, notes. */
export function makeElf(plan: ElfPlan): MadeElf {
  const { class: fileClass = 64, data = 'little' } = plan
  const wordBytes = fileClass === 64 ? 8 : 4
  const headerBytes = HEADER_BYTES[fileClass]
  const strings = new Strings()
  const programHeaders = [
    ...(plan.interpreter === undefined ? [] : [PT_INTERP]),
    PT_LOAD,
    ...(plan.dynamic === undefined ? [] : [PT_DYNAMIC]),
    ...(plan.note === undefined ? [] : [PT_NOTE]),
  ]
  const { marks = [], note = new Uint8Array() } = plan
  const interpreter = plan.interpreter === undefined ? '' : `${plan.interpreter}\0`
  const headers = programHeaders.length + marks.length
  const interpreterAt = headerBytes + headers * PROGRAM_FIELDS[fileClass].bytes
  const dynamicAt = Math.ceil((interpreterAt + interpreter.length) / 8) * 8

  const given = (plan.dynamic ?? []).map(([tag, value]): [number, number] => [
    tag,
    typeof value === 'string' ? strings.add(value) : value,
  ])
  const versions = Object.entries(plan.versions ?? {})
  const entryCount = given.length + 2 + (versions.length === 0 ? 0 : 2) + 1
  const versionsAt = dynamicAt + (plan.dynamic === undefined ? 0 : entryCount * 2 * wordBytes)
  const records = versionRecords(versions, strings)
  const stringsAt = versionsAt + records.length * 16
  const noteAt = Math.ceil((stringsAt + strings.size) / 4) * 4
  const size = plan.note === undefined ? stringsAt + strings.size : noteAt + note.length
  const entries = [
    ...given,
    [DT_STRTAB, BASE + stringsAt],
    [DT_STRSZ, strings.size],
    ...(versions.length === 0
      ? []
      : [
          [DT_VERNEED, BASE + versionsAt],
          [DT_VERNEEDNUM, versions.length],
        ]),
    [DT_NULL, 0],
  ] as const

  let elf = new MadeElf(Buffer.alloc(size), { class: fileClass, data, programHeaders, dynamicAt })
  elf.buffer.set([
    0x7f,
    0x45,
    0x4c,
    0x46,
    fileClass === 64 ? 2 : 1,
    data === 'little' ? 1 : 2,
    1,
    plan.osabi ?? 0,
  ])
  elf.buffer.write(interpreter, interpreterAt)
  elf.buffer.write(strings.text, stringsAt)
  if (plan.note !== undefined) elf.buffer.set(note, noteAt)
  elf = elf
    .put(16, 2, plan.type ?? ET_EXEC)
    .put(18, 2, plan.machine ?? 62)
    .put(20, 4, 1)
  elf = elf
    .header('entry', plan.entry ?? BASE)
    .header('phoff', headerBytes)
    .header('phnum', headers)
  elf = elf.header('phentsize', PROGRAM_FIELDS[fileClass].bytes).header('shentsize', SECTION_BYTES[fileClass])
  const extents = new Map([
    [PT_INTERP, [interpreterAt, interpreter.length]],
    [PT_LOAD, [0, size]],
    [PT_DYNAMIC, [dynamicAt, entryCount * 2 * wordBytes]],
    [PT_NOTE, [noteAt, note.length]],
  ])
  for (const type of programHeaders) {
    const [offset = 0, length = 0] = extents.get(type) ?? []
    elf = elf
      .program(type, 'type', type)
      .program(type, 'offset', offset)
      .program(type, 'vaddr', BASE + offset)
    elf = elf.program(type, 'filesz', length).program(type, 'memsz', length)
  }
  elf = elf.program(PT_LOAD, 'flags', plan.loadFlags ?? PF_R | PF_X)
  marks.forEach(({ type, flags }, index) => {
    const at = interpreterAt - (marks.length - index) * PROGRAM_FIELDS[fileClass].bytes
    elf = elf.put(at, 4, type).put(at + PROGRAM_FIELDS[fileClass].flags, 4, flags)
  })
  if (plan.dynamic === undefined) return elf
  entries.forEach(([tag, value], index) => {
    elf = elf.tag(index, tag).value(index, value)
  })
  records.forEach((record, index) => {
    for (const [at, bytes, value] of record) elf = elf.put(versionsAt + index * 16 + at, bytes, value)
  })
  return elf
}

type RecordField = readonly [at: number, size: 2 | 4, value: number]

/** Elf_Verneed of a library, its Elf_Vernaux, the Elf_Verneed of the next library, … */
function versionRecords(
  versions: readonly (readonly [string, readonly string[]])[],
  strings: Strings,
): RecordField[][] {
  return versions.flatMap(([library, names], index) => {
    const isLast = index === versions.length - 1
    const need: RecordField[] = [
      [0, 2, 1],
      [2, 2, names.length],
      [4, 4, strings.add(library)],
      [8, 4, 16],
      [12, 4, isLast ? 0 : 16 * (names.length + 1)],
    ]
    const auxiliaries = names.map((name, place): RecordField[] => [
      [8, 4, strings.add(name)],
      [12, 4, place === names.length - 1 ? 0 : 16],
    ])
    return [need, ...auxiliaries]
  })
}

class Strings {
  text = '\0'

  get size(): number {
    return this.text.length
  }

  add(name: string): number {
    const index = this.text.length
    this.text += `${name}\0`
    return index
  }
}
