// The load commands of one Mach-O slice -> what it loads, by whom, and what it was built for.

import { FormatError } from '../errors.js'
import { decodeName, Fields, MAX_LIBRARIES, type ByteOrder, type Extent } from './bytes.js'
import type { BuildVersion, DylibKind, MachoSegment, MachoSlice } from './linkage.js'

/** Go's programs have about 20. */
export const MAX_LOAD_COMMANDS = 4096

const LC_SEGMENT = 0x1
const LC_DYSYMTAB = 0xb
const LC_LOAD_DYLINKER = 0xe
const LC_SEGMENT_64 = 0x19
const LC_CODE_SIGNATURE = 0x1d
const LC_DYLD_ENVIRONMENT = 0x27
const LC_BUILD_VERSION = 0x32
const LC_RPATH = 0x8000_001c

const DYLIB_KINDS: Readonly<Record<number, DylibKind>> = {
  0x6: 'LC_LOADFVMLIB',
  0xc: 'LC_LOAD_DYLIB',
  0x20: 'LC_LAZY_LOAD_DYLIB',
  0x8000_0018: 'LC_LOAD_WEAK_DYLIB',
  0x8000_001f: 'LC_REEXPORT_DYLIB',
  0x8000_0023: 'LC_LOAD_UPWARD_DYLIB',
}

/** LC_VERSION_MIN_*, which tools wrote before LC_BUILD_VERSION. */
const VERSION_MIN_PLATFORMS: Readonly<Record<number, string>> = {
  0x24: 'PLATFORM_MACOS',
  0x25: 'PLATFORM_IOS',
  0x2f: 'PLATFORM_TVOS',
  0x30: 'PLATFORM_WATCHOS',
}

const PLATFORMS: Readonly<Record<number, string>> = {
  1: 'PLATFORM_MACOS',
  2: 'PLATFORM_IOS',
  3: 'PLATFORM_TVOS',
  4: 'PLATFORM_WATCHOS',
  6: 'PLATFORM_MACCATALYST',
  7: 'PLATFORM_IOSSIMULATOR',
}

type Commands = Omit<MachoSlice, keyof Extent | 'cpu' | 'filetype' | 'pie' | 'allowStackExecution'>

/** One load command: its number, all its bytes, and these as fields. */
interface Command {
  readonly cmd: number
  readonly raw: Uint8Array
  readonly fields: Fields
}

/**
 * Reads `count` load commands out of `raw`, which stands at `offset` in the file; `slice` is what their segments must keep
 * to.
 */
export function readCommands(
  raw: Uint8Array,
  offset: number,
  count: number,
  order: ByteOrder,
  slice: Extent,
): Commands {
  const dylinkers: string[] = []
  const dylibs: { readonly name: string; readonly kind: DylibKind }[] = []
  const rpaths: string[] = []
  const dyldEnvironment: string[] = []
  const builds: BuildVersion[] = []
  const segments: MachoSegment[] = []
  const signatures: Extent[] = []
  let symbols = false
  for (const command of splitCommands(raw, offset, count, order)) {
    const { cmd } = command
    const kind = DYLIB_KINDS[cmd]
    if (kind !== undefined) dylibs.push({ name: readString(command, kind), kind })
    else if (cmd === LC_LOAD_DYLINKER) dylinkers.push(readString(command, 'LC_LOAD_DYLINKER'))
    else if (cmd === LC_RPATH) rpaths.push(readString(command, 'LC_RPATH'))
    else if (cmd === LC_DYLD_ENVIRONMENT) dyldEnvironment.push(readString(command, 'LC_DYLD_ENVIRONMENT'))
    else if (cmd === LC_SEGMENT || cmd === LC_SEGMENT_64) segments.push(readSegment(command, slice))
    else if (cmd === LC_CODE_SIGNATURE) signatures.push(readSignaturePlace(command, slice))
    else if (cmd === LC_DYSYMTAB) symbols ||= hasLocalSymbols(command)
    else builds.push(...readBuildVersion(command))
  }
  for (const [what, { length }] of Object.entries({ dylibs, rpaths, dyldEnvironment })) {
    if (length > MAX_LIBRARIES) {
      throw new FormatError(offset, `${length} ${what}, allowed: up to ${MAX_LIBRARIES}`)
    }
  }
  const [dylinker, second] = dylinkers
  if (second !== undefined) throw new FormatError(offset, 'a second LC_LOAD_DYLINKER')
  const [codeSignature, another] = signatures
  if (another !== undefined) throw new FormatError(another.offset, 'a second LC_CODE_SIGNATURE')
  return {
    ...(dylinker !== undefined && { dylinker }),
    dylibs,
    rpaths,
    dyldEnvironment,
    builds,
    segments,
    symbols,
    ...(codeSignature && { codeSignature }),
  }
}

/** What the load commands of an MH_OBJECT say of its platform, and the sections in it that are for __DATA. */
export function readObjectCommands(
  raw: Uint8Array,
  offset: number,
  count: number,
  order: ByteOrder,
  object: Extent,
): { readonly builds: readonly BuildVersion[]; readonly data: readonly Extent[] } {
  const builds: BuildVersion[] = []
  const data: Extent[] = []
  for (const command of splitCommands(raw, offset, count, order)) {
    const { cmd } = command
    if (cmd === LC_SEGMENT || cmd === LC_SEGMENT_64) data.push(...readDataSections(command, object))
    else builds.push(...readBuildVersion(command))
  }
  return { builds, data }
}

function* splitCommands(
  raw: Uint8Array,
  offset: number,
  count: number,
  order: ByteOrder,
): Generator<Command, void> {
  if (count > MAX_LOAD_COMMANDS) {
    throw new FormatError(offset, `ncmds is ${count}, allowed: up to ${MAX_LOAD_COMMANDS}`)
  }
  let at = 0
  for (let done = 0; done < count; done++) {
    if (at + 8 > raw.length) {
      throw new FormatError(offset + at, `ncmds is ${count}, but sizeofcmds ends after ${done}`)
    }
    const head = new Fields(raw.subarray(at, at + 8), offset + at, order)
    const size = head.u32(4)
    if (size < 8 || size % 4 !== 0 || at + size > raw.length) {
      throw new FormatError(offset + at + 4, `cmdsize is ${size}, with ${raw.length - at} bytes left`)
    }
    const command = raw.subarray(at, at + size)
    yield { cmd: head.u32(0), raw: command, fields: new Fields(command, offset + at, order) }
    at += size
  }
}

function checkLength({ raw, fields }: Command, bytes: number, name: string): void {
  if (raw.length < bytes) {
    throw new FormatError(fields.offset + 4, `cmdsize is ${raw.length}, but ${name} has ${bytes} bytes`)
  }
}

/** All commands that hold a string state its place in the command at byte 8; it ends with a NUL inside the command. */
function readString(command: Command, name: string): string {
  checkLength(command, 12, name)
  const { raw, fields } = command
  const start = fields.u32(8)
  const end = start < 12 ? -1 : raw.indexOf(0, start)
  if (end < 0) throw new FormatError(fields.offset + 8, `${name} has no string that ends inside the command`)
  if (start === end) throw new FormatError(fields.offset + 8, `${name} has an empty string`)
  return decodeName(raw.subarray(start, end), fields.offset + start, name)
}

/** A segment outside the slice means that the file was cut short. */
function readSegment(command: Command, slice: Extent): MachoSegment {
  const { cmd, raw, fields } = command
  checkLength(command, cmd === LC_SEGMENT ? 56 : 72, 'a segment')
  const [fileoff, filesize] =
    cmd === LC_SEGMENT ? [BigInt(fields.u32(32)), BigInt(fields.u32(36))] : [fields.u64(40), fields.u64(48)]
  if (fileoff + filesize > BigInt(slice.length)) {
    throw new FormatError(fields.offset, `a segment ends at ${fileoff + filesize} of ${slice.length} bytes`)
  }
  const [maxprot, initprot] = cmd === LC_SEGMENT ? [40, 44] : [56, 60]
  return {
    name: readSegmentName(raw, 8),
    initprot: formatProtection(fields.u32(initprot)),
    maxprot: formatProtection(fields.u32(maxprot)),
    offset: slice.offset + Number(fileoff),
    length: Number(filesize),
  }
}

/** All sections of an object are in one segment, and each names the one that it is for. Those of zeroes have no bytes. */
function readDataSections(command: Command, object: Extent): Extent[] {
  const { cmd, raw, fields } = command
  const is64 = cmd === LC_SEGMENT_64
  const [headerBytes, sectionBytes] = is64 ? [72, 80] : [56, 68]
  checkLength(command, headerBytes, 'a segment')
  const nsects = fields.u32(headerBytes - 8)
  checkLength(command, headerBytes + nsects * sectionBytes, `a segment with ${nsects} sections`)
  return Array.from({ length: nsects }, (_, index) => headerBytes + index * sectionBytes).flatMap((at) => {
    const start = fields.u32(at + (is64 ? 48 : 40))
    if (start === 0 || readSegmentName(raw, at + 16) !== '__DATA') return []
    const size = is64 ? fields.u64(at + 40) : BigInt(fields.u32(at + 36))
    if (BigInt(start) + size > BigInt(object.length)) {
      throw new FormatError(
        fields.offset + at,
        `a section ends at ${BigInt(start) + size} of ${object.length} bytes`,
      )
    }
    return [{ offset: object.offset + start, length: Number(size) }]
  })
}

/** Sixteen bytes, filled up with NULs. */
const readSegmentName = (raw: Uint8Array, at: number): string =>
  Buffer.from(raw.subarray(at, at + 16))
    .toString('latin1')
    .replace(/\0.*$/s, '')
    .replace(/[^ -~]/g, '?')

/** VM_PROT_READ, VM_PROT_WRITE and VM_PROT_EXECUTE are bits 0 to 2. */
const formatProtection = (protection: number): string =>
  `${(protection & 1) === 0 ? '' : 'R'}${(protection & 2) === 0 ? '' : 'W'}${(protection & 4) === 0 ? '' : 'X'}`

function readSignaturePlace(command: Command, slice: Extent): Extent {
  const { fields } = command
  checkLength(command, 16, 'LC_CODE_SIGNATURE')
  const [dataoff, datasize] = [fields.u32(8), fields.u32(12)]
  if (dataoff + datasize > slice.length) {
    throw new FormatError(
      fields.offset + 8,
      `the code signature ends at ${dataoff + datasize} of ${slice.length} bytes`,
    )
  }
  return { offset: slice.offset + dataoff, length: datasize }
}

/** nlocalsym of LC_DYSYMTAB. */
function hasLocalSymbols(command: Command): boolean {
  checkLength(command, 80, 'LC_DYSYMTAB')
  return command.fields.u32(12) > 0
}

function readBuildVersion(command: Command): BuildVersion[] {
  const { cmd, fields } = command
  const older = VERSION_MIN_PLATFORMS[cmd]
  if (older !== undefined) {
    checkLength(command, 16, 'LC_VERSION_MIN')
    return [{ platform: older, minos: formatVersion(fields.u32(8)), sdk: formatVersion(fields.u32(12)) }]
  }
  if (cmd !== LC_BUILD_VERSION) return []
  checkLength(command, 24, 'LC_BUILD_VERSION')
  const platform = fields.u32(8)
  return [
    {
      platform: PLATFORMS[platform] ?? String(platform),
      minos: formatVersion(fields.u32(12)),
      sdk: formatVersion(fields.u32(16)),
    },
  ]
}

/** xxxx.yy.zz in nibbles; the last part is left out where it is 0. */
function formatVersion(packed: number): string {
  const patch = packed & 0xff
  return `${packed >>> 16}.${(packed >>> 8) & 0xff}${patch === 0 ? '' : `.${patch}`}`
}
