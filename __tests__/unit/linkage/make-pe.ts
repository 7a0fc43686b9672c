// A few words about a program -> the smallest PE file that says so.

export interface PePlan {
  readonly magic?: 'PE32' | 'PE32+'
  readonly machine?: number
  readonly characteristics?: number
  readonly subsystem?: number
  readonly dllCharacteristics?: number
  readonly imports?: readonly string[]
  readonly delayImports?: readonly string[]
  /** Whether delay-import descriptors hold absolute addresses, as linkers wrote them before 2002. */
  readonly absoluteDelay?: boolean
  /** The address of the base relocations. */
  readonly relocations?: number
  readonly sectionName?: string
  /** Characteristics of the section. */
  readonly sectionFlags?: number
  /** The address of the CLR header. */
  readonly clr?: number
}

export const IMAGE_BASE = 0x40_0000

/** Where structures are in every file that is made here. */
export const PE_AT = 0x40
export const COFF_AT = PE_AT + 4
export const OPTIONAL_AT = COFF_AT + 20
/** NumberOfRvaAndSizes, by the kind of the file. */
export const DIRECTORY_COUNT = { PE32: OPTIONAL_AT + 92, 'PE32+': OPTIONAL_AT + 108 } as const
export const OPTIONAL_BYTES = { PE32: 96 + 16 * 8, 'PE32+': 112 + 16 * 8 } as const
/** The one section: its place in the file and in memory. */
export const SECTION_OFFSET = 0x200
export const SECTION_RVA = 0x1000

/** DOS header, PE header and one section with import descriptors, delay-import descriptors, and the names of DLLs. */
export function makePe(plan: PePlan): Buffer {
  const { magic = 'PE32+', imports = [], delayImports = [] } = plan
  const delayAt = (imports.length + 1) * 20
  const namesAt = delayAt + (delayImports.length + 1) * 32
  const names = [...imports, ...delayImports].map((name) => `${name}\0`)
  const nameRva = (index: number): number => SECTION_RVA + namesAt + names.slice(0, index).join('').length
  const section = Buffer.alloc(namesAt + names.join('').length)
  imports.forEach((_, index) => {
    section.writeUInt32LE(nameRva(index), index * 20 + 12)
    section.writeUInt32LE(SECTION_RVA, index * 20 + 16)
  })
  delayImports.forEach((_, index) => {
    const rva = nameRva(imports.length + index)
    section.writeUInt32LE(plan.absoluteDelay ? 0 : 1, delayAt + index * 32)
    section.writeUInt32LE(plan.absoluteDelay ? rva + IMAGE_BASE : rva, delayAt + index * 32 + 4)
  })
  section.write(names.join(''), namesAt)

  const headers = Buffer.alloc(SECTION_OFFSET)
  headers.write('MZ')
  headers.writeUInt32LE(PE_AT, 60)
  headers.write('PE\0\0', PE_AT)
  headers.writeUInt16LE(plan.machine ?? 0x8664, COFF_AT)
  headers.writeUInt16LE(1, COFF_AT + 2)
  headers.writeUInt16LE(OPTIONAL_BYTES[magic], COFF_AT + 16)
  headers.writeUInt16LE(plan.characteristics ?? 0x22, COFF_AT + 18)
  headers.writeUInt16LE(magic === 'PE32' ? 0x10b : 0x20b, OPTIONAL_AT)
  if (magic === 'PE32') headers.writeUInt32LE(IMAGE_BASE, OPTIONAL_AT + 28)
  else headers.writeBigUInt64LE(BigInt(IMAGE_BASE), OPTIONAL_AT + 24)
  headers.writeUInt32LE(SECTION_OFFSET, OPTIONAL_AT + 60)
  headers.writeUInt16LE(plan.subsystem ?? 3, OPTIONAL_AT + 68)
  headers.writeUInt16LE(plan.dllCharacteristics ?? 0x8160, OPTIONAL_AT + 70)
  headers.writeUInt32LE(16, DIRECTORY_COUNT[magic])
  const directory = (index: number): number => DIRECTORY_COUNT[magic] + 4 + index * 8
  if (imports.length > 0) headers.writeUInt32LE(SECTION_RVA, directory(1))
  if (delayImports.length > 0) headers.writeUInt32LE(SECTION_RVA + delayAt, directory(13))
  headers.writeUInt32LE(plan.relocations ?? 0, directory(5))
  headers.writeUInt32LE(plan.clr ?? 0, directory(14))
  const row = OPTIONAL_AT + OPTIONAL_BYTES[magic]
  headers.writeUInt32LE(section.length, row + 8)
  headers.writeUInt32LE(SECTION_RVA, row + 12)
  headers.writeUInt32LE(section.length, row + 16)
  headers.writeUInt32LE(SECTION_OFFSET, row + 20)
  headers.write(plan.sectionName ?? '', row)
  headers.writeUInt32LE(plan.sectionFlags ?? 0, row + 36)
  return Buffer.concat([headers, section])
}
