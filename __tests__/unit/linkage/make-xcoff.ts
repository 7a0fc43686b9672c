// A few words about a program -> the smallest XCOFF64 file that says so.

export interface XcoffPlan {
  readonly flags?: number
  /** Three strings each; the first is the LIBPATH. */
  readonly imports?: readonly (readonly [path: string, base: string, member: string])[]
}

export const SECTION_AT = 24
export const LOADER_AT = SECTION_AT + 72
export const STRINGS_AT = LOADER_AT + 56

/** File header, one section header, the loader section. */
export function makeXcoff(plan: XcoffPlan): Buffer {
  const imports = plan.imports ?? []
  const strings = Buffer.from(imports.flatMap((parts) => parts.map((part) => `${part}\0`)).join(''))
  const file = Buffer.alloc(STRINGS_AT + strings.length)
  file.writeUInt16BE(0x1f7, 0)
  file.writeUInt16BE(1, 2)
  file.writeUInt16BE(plan.flags ?? 2, 18)
  file.writeBigUInt64BE(BigInt(file.length - LOADER_AT), SECTION_AT + 24)
  file.writeBigUInt64BE(BigInt(LOADER_AT), SECTION_AT + 32)
  file.writeUInt32BE(0x1000, SECTION_AT + 64)
  file.writeUInt32BE(2, LOADER_AT)
  file.writeUInt32BE(strings.length, LOADER_AT + 12)
  file.writeUInt32BE(imports.length, LOADER_AT + 16)
  file.writeBigUInt64BE(BigInt(STRINGS_AT - LOADER_AT), LOADER_AT + 24)
  file.set(strings, STRINGS_AT)
  return file
}
