// Files made to take long: all the tables of a format as full as the limits let them be, and small files that are to be searched often.

import { makeGnuAr, rawArchive, rawMember } from './make-ar.js'
import { blob, framed } from './make-build-info.js'
import { DT_AUDIT, DT_NEEDED, DT_RUNPATH, makeElf, PROGRAM_FIELDS, PT_LOAD, PT_NOTE } from './make-elf.js'
import {
  CPU_TYPE_ARM64,
  dylib,
  LC_LOAD_DYLIB,
  LC_RPATH,
  makeFat,
  makeMacho,
  text,
  type Command,
} from './make-macho.js'
import { COFF_AT, makePe, OPTIONAL_AT, OPTIONAL_BYTES, SECTION_OFFSET } from './make-pe.js'
import { MODULE, section } from './make-wasm.js'
import { makeXcoff } from './make-xcoff.js'
import { patched } from './bytes-of.js'
import type { SmallFile } from './small-files.js'

const MEGABYTE = 1 << 20
const ROW = PROGRAM_FIELDS[64]
const names = (count: number, length: number): string[] =>
  Array.from({ length: count }, (_, index) => `${'x'.repeat(length - 6)}${String(index).padStart(6, '0')}`)

/** A static program whose `count` program headers of `type` all have the same `size` bytes of zeros, but each its own memory. */
function manySegments(type: number, flags: number, size: number, count: number): Buffer {
  const elf = makeElf({})
  const phoff = elf.buffer.length
  const table = Buffer.alloc((count + 1) * ROW.bytes)
  elf.buffer.copy(table, 0, elf.programAt(PT_LOAD), elf.programAt(PT_LOAD) + ROW.bytes)
  for (let at = ROW.bytes; at < table.length; at += ROW.bytes) {
    table.writeUInt32LE(type, at)
    table.writeUInt32LE(flags, at + ROW.flags)
    table.writeBigUInt64LE(BigInt(phoff + table.length), at + ROW.offset)
    table.writeBigUInt64LE(BigInt(0x1000_0000 + at * 0x100_0000), at + ROW.vaddr)
    table.writeBigUInt64LE(BigInt(size), at + ROW.filesz)
    table.writeBigUInt64LE(BigInt(size), at + ROW.memsz)
  }
  const whole = elf.append(table).append(Buffer.alloc(size))
  return whole.header('phoff', phoff).header('phnum', count + 1).buffer
}

const manyVersions = (count: number): Buffer =>
  makeElf({
    interpreter: '/lib/ld.so',
    dynamic: [],
    versions: Object.fromEntries(names(count, 4000).map((name) => [name, [name]])),
  }).buffer

/** Each slice full of load commands. */
function manySlices(commands: readonly Command[]): Buffer {
  return makeFat(
    Array.from({ length: 44 }, (_, subtype) => ({
      cpu: CPU_TYPE_ARM64,
      subtype,
      file: makeMacho({ subtype, commands }),
    })),
  )
}

/** `count` segments that can be written to, each of them all of a file of `size` bytes. */
function searchedSlice(size: number, count: number, subtype = 0): Buffer {
  const words = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, size, 0, 3, 3, 0, 0]
  const commands = Array.from({ length: count }, (): Command => [0x19, words])
  return Buffer.concat([makeMacho({ subtype, commands }), Buffer.alloc(size)]).subarray(0, size)
}

/** `count` sections, all of them the same bytes of the file. */
function manySections(count: number, size: number): Buffer {
  const base = makePe({ magic: 'PE32+' })
  const rows = OPTIONAL_AT + OPTIONAL_BYTES['PE32+']
  const headerBytes = Math.ceil((rows + count * 40) / 0x200) * 0x200
  const file = Buffer.alloc(headerBytes + size)
  base.copy(file, 0, 0, SECTION_OFFSET)
  for (let index = 0; index < count; index++) {
    const row = rows + index * 40
    file.writeUInt32LE(size, row + 8)
    file.writeUInt32LE(headerBytes + index * size, row + 12)
    file.writeUInt32LE(size, row + 16)
    file.writeUInt32LE(headerBytes, row + 20)
    file.writeUInt32LE(0xc000_0000, row + 36)
  }
  return patched(patched(file, COFF_AT + 2, 2, count), OPTIONAL_AT + 60, 4, headerBytes)
}

const varint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]

/** As many imports as a module may have. */
function manyImports(): Buffer {
  const count = 0x4000
  const body = Buffer.concat([Buffer.from(varint(count)), Buffer.alloc(count * 4)])
  return Buffer.concat([
    Buffer.from([...MODULE, 2, ...varint(body.length)]),
    body,
    Buffer.from(section(10, [0])),
  ])
}

/** As many texts of one megabyte as are looked at, none of them the program's own. */
function manyTexts(): Buffer {
  const data = Buffer.concat(Array.from({ length: 64 }, () => framed('\n'.repeat(MEGABYTE - 64))))
  const imports = section(2, [1, 4, ...Buffer.from('gojs'), 1, 0x78, 0, 0])
  const head = Buffer.from([...MODULE, ...imports, ...section(10, [0]), 11, ...varint(data.length)])
  return Buffer.concat([head, data])
}

function longBuildInfo(line: string): Buffer {
  const content = blob('go1.26', framed(line.repeat(Math.floor((MEGABYTE - 64) / line.length))))
  const elf = makeElf({ loadFlags: 6 })
  const padding = Buffer.alloc((16 - (elf.buffer.length % 16)) % 16)
  const whole = elf.append(Buffer.concat([padding, content]))
  const size = whole.buffer.length
  return whole.program(PT_LOAD, 'filesz', size).program(PT_LOAD, 'memsz', size).buffer
}

/** Every member has the name of 4,000 bytes that is at the start of the table. */
function oneLongName(count: number): Buffer {
  const table = rawMember('//', `${'x'.repeat(4000)}/\n`)
  return rawArchive(table, ...Array.from({ length: count }, () => rawMember('/0', Buffer.alloc(0))))
}

const slowest: Readonly<Record<string, readonly [goos: string, make: () => Buffer]>> = {
  'ELF, notes without content': ['linux', () => manySegments(PT_NOTE, 4, 0x10000, 4000)],
  'ELF, eight megabytes in every PT_LOAD': ['linux', () => manySegments(PT_LOAD, 4, 8 * MEGABYTE, 4000)],
  'ELF, eight megabytes in every PT_LOAD that can be written to': [
    'freebsd',
    () => manySegments(PT_LOAD, 6, 8 * MEGABYTE, 4000),
  ],
  'ELF, symbol versions': ['linux', () => manyVersions(2000)],
  'ELF, libraries': [
    'linux',
    () => makeElf({ dynamic: names(1024, 4000).map((name) => [DT_NEEDED, name]) }).buffer,
  ],
  'ELF, search paths': [
    'linux',
    () =>
      makeElf({
        dynamic: [
          [DT_RUNPATH, ':'.repeat(65_000)],
          [DT_AUDIT, 'x'],
        ],
      }).buffer,
  ],
  'ELF, build info of empty lines': ['linux', () => longBuildInfo('\n')],
  'ELF, build info of modules': ['linux', () => longBuildInfo('dep\ta\tb\n')],
  'ELF, build info of tabs': ['linux', () => longBuildInfo('\t')],
  'Mach-O, empty commands': [
    'darwin',
    () => manySlices(Array.from({ length: 4096 }, (): Command => [0, []])),
  ],
  'Mach-O, search paths': [
    'darwin',
    () => manySlices(Array.from({ length: 4096 }, () => text(LC_RPATH, 'x'))),
  ],
  'Mach-O, libraries': [
    'darwin',
    () => manySlices(Array.from({ length: 1024 }, (_, index) => dylib(LC_LOAD_DYLIB, `x${index}`))),
  ],
  'Mach-O, one megabyte in every segment': ['darwin', () => searchedSlice(MEGABYTE, 4000)],
  'Mach-O, the same in every slice': [
    'darwin',
    () =>
      makeFat(
        Array.from({ length: 44 }, (_, subtype) => ({
          cpu: CPU_TYPE_ARM64,
          subtype,
          file: searchedSlice(MEGABYTE, 4000, subtype),
        })),
      ),
  ],
  'PE, one megabyte in every section': ['windows', () => manySections(1000, MEGABYTE)],
  'PE, DLLs': ['windows', () => makePe({ imports: names(1024, 4000) })],
  'XCOFF, import files': [
    'aix',
    () => makeXcoff({ imports: Array.from({ length: 1024 }, () => ['/x', 'y', 'z'] as const) }),
  ],
  'wasm, custom sections': [
    'js',
    () => Buffer.from([...MODULE, ...section(10, [0]), ...Array<number>(1980).fill(0)]),
  ],
  'wasm, imports': ['js', manyImports],
  'wasm, texts of empty lines': ['js', manyTexts],
  'archive, one long name': ['linux', () => oneLongName(10_000)],
  'archive, members': [
    'linux',
    () => makeGnuAr(Array.from({ length: 10_000 }, (_, index) => [`${index}`, ''])),
  ],
}

/** Made one after the other, since some have tens of megabytes. */
export function* worstFiles(): Generator<SmallFile, void> {
  for (const [name, [goos, make]] of Object.entries(slowest)) yield { name, goos, content: make() }
}
