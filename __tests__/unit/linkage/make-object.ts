// What an object file is for -> the first bytes of one.

import { patched } from './bytes-of.js'
import { LC_BUILD_VERSION, makeMacho, MH_OBJECT, version } from './make-macho.js'

export interface ElfObjectPlan {
  readonly class?: 32 | 64
  readonly data?: 'little' | 'big'
  readonly osabi?: number
  /** ET_*; ET_REL unless told otherwise. */
  readonly type?: number
  readonly machine: number
}

/** e_ident, e_type and e_machine, in a header of zeroes. */
export function elfObject(plan: ElfObjectPlan): Buffer {
  const { class: bits = 64, data = 'little', osabi = 0, type = 1, machine } = plan
  const file = Buffer.alloc(bits === 64 ? 64 : 52)
  file.set([0x7f, 0x45, 0x4c, 0x46, bits / 32, data === 'little' ? 1 : 2, 1, osabi])
  return patched(patched(file, 16, 2, type, data), 18, 2, machine, data)
}

export const machoObject = (cpu: number, platform?: number): Buffer =>
  makeMacho({
    cpu,
    filetype: MH_OBJECT,
    commands: platform === undefined ? [] : [[LC_BUILD_VERSION, [platform, version(12, 0), 0, 0]]],
  })

/** A COFF header without sections. */
export function coffObject(machine: number, optionalHeaderBytes = 0): Buffer {
  const file = Buffer.alloc(20 + optionalHeaderBytes)
  file.writeUInt16LE(machine)
  file.writeUInt16LE(optionalHeaderBytes, 16)
  return file
}

/** What stands in an import library, and before objects with very many sections. */
export function anonymousCoffObject(machine: number): Buffer {
  const file = Buffer.alloc(20)
  file.writeUInt16LE(0xffff, 2)
  file.writeUInt16LE(machine, 6)
  return file
}

export function xcoffObject(magic: number): Buffer {
  const file = Buffer.alloc(24)
  file.writeUInt16BE(magic)
  return file
}
