// A Windows PE file -> its PeLinkage, through the optional header and the import and delay-import directories.

import { FormatError } from '../errors.js'
import { Fields, hex, MAX_LIBRARIES, readFields, readName, type Bytes } from './bytes.js'
import type { PeLinkage } from './linkage.js'
import { mapSections, type PeImage } from './pe-sections.js'

/** Where the two optional headers differ; in bytes from their start. */
interface OptionalLayout {
  readonly magic: PeLinkage['magic']
  readonly directoryCount: number
  imageBase(fields: Fields): bigint
}

const PE32: OptionalLayout = {
  magic: 'PE32',
  directoryCount: 92,
  imageBase: (fields) => BigInt(fields.u32(28)),
}

const PE32_PLUS: OptionalLayout = {
  magic: 'PE32+',
  directoryCount: 108,
  imageBase: (fields) => fields.u64(24),
}

const OPTIONAL_MAGICS: Readonly<Record<number, OptionalLayout>> = { 0x10b: PE32, 0x20b: PE32_PLUS }

export const PE_MACHINES: Readonly<Record<number, string>> = {
  0x14c: 'IMAGE_FILE_MACHINE_I386',
  0x1c4: 'IMAGE_FILE_MACHINE_ARMNT',
  0x8664: 'IMAGE_FILE_MACHINE_AMD64',
  0xaa64: 'IMAGE_FILE_MACHINE_ARM64',
  0xa641: 'IMAGE_FILE_MACHINE_ARM64EC',
}

const SUBSYSTEMS: Readonly<Record<number, string>> = {
  1: 'IMAGE_SUBSYSTEM_NATIVE',
  2: 'IMAGE_SUBSYSTEM_WINDOWS_GUI',
  3: 'IMAGE_SUBSYSTEM_WINDOWS_CUI',
  9: 'IMAGE_SUBSYSTEM_WINDOWS_CE_GUI',
  10: 'IMAGE_SUBSYSTEM_EFI_APPLICATION',
}

const COFF_HEADER_BYTES = 20
const MAX_DIRECTORIES = 16
const IMAGE_FILE_RELOCS_STRIPPED = 0x0001
const IMAGE_FILE_EXECUTABLE_IMAGE = 0x0002
const IMAGE_FILE_DLL = 0x2000

const IMAGE_DIRECTORY_ENTRY_IMPORT = 1
const IMAGE_DIRECTORY_ENTRY_BASERELOC = 5
const IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT = 13
const IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR = 14

const IMPORT_DESCRIPTOR_BYTES = 20
const DELAY_DESCRIPTOR_BYTES = 32

/** Which letters other bytes stand for hangs on the code page of the machine. */
const IS_ASCII = /^[ -~]+$/

/** Bit 0 of a delay descriptor's attributes: its addresses are relative to the image, as all newer linkers write them. */
const DELAY_RVA_BASED = 1

/**
 * Reads an .exe or .dll, PE32 or PE32+. A FormatError for everything that is malformed, or that Windows' loader and other
 * readers would see in two ways. Source: Microsoft's PE Format specification.
 */
export function readPe(bytes: Bytes): PeLinkage {
  const peOffset = readFields(bytes, 0, 64, 'little', 'the DOS header').u32(60)
  const signature = readFields(bytes, peOffset, 4, 'little', 'the PE signature').u32(0)
  if (signature !== 0x4550) {
    throw new FormatError(
      peOffset,
      `an MZ file without a PE signature: ${hex(signature)} where e_lfanew leads`,
    )
  }
  const coff = readFields(bytes, peOffset + 4, COFF_HEADER_BYTES, 'little', 'the COFF header')
  const characteristics = coff.u16(18)
  if ((characteristics & IMAGE_FILE_EXECUTABLE_IMAGE) === 0) {
    throw new FormatError(
      coff.offset + 18,
      'Characteristics lack IMAGE_FILE_EXECUTABLE_IMAGE: it is not linked',
    )
  }
  const { fields: optional, layout, directories } = readOptionalHeader(bytes, coff)
  const image = mapSections(bytes, {
    tableOffset: optional.offset + coff.u16(16),
    count: coff.u16(2),
    headersBytes: optional.u32(60),
  })
  const machine = coff.u16(0)
  const subsystem = optional.u16(68)
  return {
    format: 'pe',
    magic: layout.magic,
    machine: PE_MACHINES[machine] ?? hex(machine),
    dll: (characteristics & IMAGE_FILE_DLL) !== 0,
    subsystem: SUBSYSTEMS[subsystem] ?? String(subsystem),
    dllCharacteristics: optional.u16(70),
    imports: readImports(image, directories[IMAGE_DIRECTORY_ENTRY_IMPORT]),
    delayImports: readDelayImports(
      image,
      directories[IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT],
      layout.imageBase(optional),
    ),
    relocations:
      (characteristics & IMAGE_FILE_RELOCS_STRIPPED) === 0 &&
      (directories[IMAGE_DIRECTORY_ENTRY_BASERELOC]?.rva ?? 0) !== 0,
    sections: image.sections,
    symbols: coff.u32(8) !== 0 && coff.u32(12) !== 0,
    clr: (directories[IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR]?.rva ?? 0) !== 0,
  }
}

interface Directory {
  /** Where the file states it. */
  readonly at: number
  readonly rva: number
}

function readOptionalHeader(
  bytes: Bytes,
  coff: Fields,
): { readonly fields: Fields; readonly layout: OptionalLayout; readonly directories: readonly Directory[] } {
  const offset = coff.offset + COFF_HEADER_BYTES
  const size = coff.u16(16)
  if (size < 2) throw new FormatError(coff.offset + 16, 'no optional header')
  const fields = readFields(bytes, offset, size, 'little', 'the optional header')
  const layout = OPTIONAL_MAGICS[fields.u16(0)]
  if (layout === undefined) {
    throw new FormatError(
      offset,
      `optional header ${hex(fields.u16(0))}, allowed: 0x10b (PE32), 0x20b (PE32+)`,
    )
  }
  const first = layout.directoryCount + 4
  if (size < first) {
    throw new FormatError(coff.offset + 16, `an optional header of ${size} bytes, needed: ${first} or more`)
  }
  // Windows would read directories behind the end of the optional header too, where the section table is.
  const count = fields.u32(layout.directoryCount)
  if (count > MAX_DIRECTORIES || first + 8 * count > size) {
    throw new FormatError(
      offset + layout.directoryCount,
      `NumberOfRvaAndSizes is ${count}, allowed: up to ${MAX_DIRECTORIES}, inside an optional header of ${size} bytes`,
    )
  }
  const directories = Array.from({ length: count }, (_, index) => {
    const at = first + 8 * index
    return { at: offset + at, rva: fields.u32(at) }
  })
  return { fields, layout, directories }
}

/** The loader takes descriptors until one is empty; the size that the directory states is not asked. */
function readImports(image: PeImage, directory: Directory | undefined): string[] {
  return readDescriptors(image, directory, IMPORT_DESCRIPTOR_BYTES, 'an import descriptor').map((row) => {
    const name = row.u32(12)
    const firstThunk = row.u32(16)
    if (name === 0 || firstThunk === 0) {
      throw new FormatError(row.offset, 'an import descriptor that is neither whole nor the empty last one')
    }
    return readDllName(image, name, row.offset + 12)
  })
}

function readDelayImports(image: PeImage, directory: Directory | undefined, imageBase: bigint): string[] {
  return readDescriptors(image, directory, DELAY_DESCRIPTOR_BYTES, 'a delay-import descriptor').map((row) => {
    const base = (row.u32(0) & DELAY_RVA_BASED) === 0 ? imageBase : 0n
    const rva = BigInt(row.u32(4)) - base
    if (rva <= 0n) throw new FormatError(row.offset + 4, 'a delay-import descriptor without a name')
    return readDllName(image, Number(rva), row.offset + 4)
  })
}

/** The structures from the directory on, up to one that is all zero. */
function readDescriptors(
  image: PeImage,
  directory: Directory | undefined,
  rowBytes: number,
  what: string,
): Fields[] {
  if (directory === undefined || directory.rva === 0) return []
  const rows: Fields[] = []
  for (;;) {
    const { offset } = image.locate(directory.rva + rows.length * rowBytes, rowBytes, directory.at, what)
    const raw = image.bytes.read(offset, rowBytes, what)
    if (raw.every((byte) => byte === 0)) return rows
    if (rows.length === MAX_LIBRARIES) throw new FormatError(offset, `more than ${MAX_LIBRARIES} DLLs`)
    rows.push(new Fields(raw, offset, 'little'))
  }
}

function readDllName(image: PeImage, rva: number, at: number): string {
  const { offset, end } = image.locate(rva, 1, at, 'the name of a DLL')
  const name = readName(image.bytes, offset, end, 'the name of a DLL')
  if (name === '') throw new FormatError(offset, 'a DLL without a name')
  if (!IS_ASCII.test(name)) throw new FormatError(offset, `the name of a DLL, ${name}, is not ASCII`)
  return name
}
