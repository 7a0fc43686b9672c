// A file and its Linkage -> the Go build info in its data, also of those files that `go version -m` cannot read.

import { FormatError } from '../errors.js'
import { UTF8, type Bytes, type Extent } from './bytes.js'
import type { BuildInfo } from '../go-module.js'
import { parseBuildInfo } from './build-info-text.js'
import type { Linkage } from './linkage.js'
import { mergeExtents, readChunks } from './search.js'

/** What is searched of one file; Go's own linker puts the build info first, others leave it among their data. */
const MAX_SEARCHED_BYTES = 0x1000_0000

/** Module texts have some kilobytes; those of the largest programs known some tens of them. */
const MAX_TEXT_BYTES = 0x10_0000
const MAX_VERSION_BYTES = 0x400

/** Places where it might be that are looked at: a program that itself looks for build info has a few. */
const MAX_PLACES = 64

/** Source: `buildinfo` of Go's linker, and the package debug/buildinfo. */
const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1')
const ALIGNMENT = 16
const HEADER_BYTES = 32
const FLAGS_AT = 15
/** Both strings follow the header, as since Go 1.18; bit 0 is the byte order, which these do not need. */
const INLINE_STRINGS = 2

/** What stands around the module text, wherever it is. Source: `infoStart` and `infoEnd` of cmd/go. */
const TEXT_START = Buffer.from('3077af0c9274080241e1c107e6d618e6', 'hex')
const TEXT_END = Buffer.from('f932433186182072008242104116d8f2', 'hex')

/** Five bytes hold any length that is allowed here. */
const VARINT_BYTES = 5

/**
 * Reads the build info of the first program in the file, in the form that Go has written since 1.18. Undefined where there is
 * none, where it is not told apart from another, and for the older form; a FormatError where it is there but malformed.
 */
export function readBuildInfo(bytes: Bytes, linkage: Linkage): BuildInfo | undefined {
  if (linkage.format === 'wasm') {
    return linkage.data && readMarkedText(bytes, linkage.data, linkage.goVersion)
  }
  let left = MAX_SEARCHED_BYTES
  for (const { offset, length } of mergeExtents(dataOf(linkage))) {
    const range = { offset, length: Math.min(length, left) }
    for (const at of find(bytes, range, MAGIC, ALIGNMENT)) {
      const found = readBlob(bytes, at, offset + length)
      if (found !== undefined) return found
    }
    left -= range.length
  }
  return undefined
}

/** The programs of a file, which are more than one only in a fat Mach-O file. */
export const programsOf = (linkage: Linkage): Linkage[] =>
  linkage.format === 'macho' ? linkage.slices.map((slice) => ({ ...linkage, slices: [slice] })) : [linkage]

/** What a program can write to when it starts: that is where linkers put the build info. */
function dataOf(linkage: Exclude<Linkage, { readonly format: 'wasm' }>): Extent[] {
  switch (linkage.format) {
    case 'elf':
      return linkage.loads.filter(({ flags }) => flags.includes('W')).map(fromAligned)
    case 'macho':
      return linkage.slices.flatMap(({ segments }) =>
        segments.filter(({ initprot }) => initprot.includes('W')),
      )
    case 'pe':
      return linkage.sections.filter(({ flags }) => flags.includes('W'))
    case 'xcoff':
      return [...linkage.data]
    case 'plan9':
      return [linkage.data]
    case 'archive':
      return linkage.members.flatMap(({ data }) => data)
  }
}

/** A PT_LOAD may begin anywhere; its offset and its address have the same last bits, by which the address is aligned. */
function fromAligned({ offset, length }: Extent): Extent {
  const skipped = Math.min(length, (ALIGNMENT - (offset % ALIGNMENT)) % ALIGNMENT)
  return { offset: offset + skipped, length: length - skipped }
}

/** Where `sought` is in `range`, at multiples of `alignment` from its start. */
function* find(bytes: Bytes, range: Extent, sought: Buffer, alignment: number): Generator<number, void> {
  let places = 0
  for (const { start, chunk, step } of readChunks(bytes, range, sought.length)) {
    for (let at = chunk.indexOf(sought); at >= 0 && at < step; at = chunk.indexOf(sought, at + 1)) {
      if ((start + at - range.offset) % alignment !== 0) continue
      yield start + at
      if (++places === MAX_PLACES) return
    }
  }
}

/** Undefined where the magic is only text of a program that looks for it. */
function readBlob(bytes: Bytes, at: number, end: number): BuildInfo | undefined {
  if (at + HEADER_BYTES > end) return undefined
  const header = bytes.read(at, HEADER_BYTES, 'the header of the Go build info')
  if (((header[FLAGS_AT] ?? 0) & INLINE_STRINGS) === 0) return undefined
  const version = readString(bytes, at + HEADER_BYTES, end, MAX_VERSION_BYTES)
  if (version === undefined || !/^(go|devel)[ -~]*$/.test(version.raw.toString('latin1'))) return undefined
  const goVersion = version.raw.toString('latin1')
  const text = readString(bytes, version.end, end, MAX_TEXT_BYTES)
  if (text === undefined)
    throw new FormatError(version.end, 'the module text of the Go build info has no end')
  const { raw } = text
  // Without modules there is no text, and no frame around it.
  if (raw.length === 0) return { goVersion, path: '', deps: [], settings: {} }
  const isFramed =
    raw.length > TEXT_START.length + TEXT_END.length &&
    raw.indexOf(TEXT_START) === 0 &&
    raw.indexOf(TEXT_END) === raw.length - TEXT_END.length
  if (!isFramed) throw new FormatError(version.end, 'the module text of the Go build info has no frame')
  const inner = raw.subarray(TEXT_START.length, -TEXT_END.length)
  return { goVersion, ...parseBuildInfo(decode(inner, version.end), version.end) }
}

/** A length as an unsigned varint, and that many bytes; undefined where they are not before `end`, or more than `limit`. */
function readString(
  bytes: Bytes,
  at: number,
  end: number,
  limit: number,
): { readonly raw: Buffer; readonly end: number } | undefined {
  const head = bytes.read(at, Math.max(0, Math.min(VARINT_BYTES, end - at)), 'the length of a string')
  let length = 0
  for (const [index, byte] of head.entries()) {
    length += (byte & 0x7f) * 2 ** (7 * index)
    if (byte >= 0x80) continue
    const start = at + index + 1
    if (length > limit || start + length > end) return undefined
    return { raw: bufferOf(bytes.read(start, length, 'a string')), end: start + length }
  }
  return undefined
}

/**
 * The wasm linker leaves the magic out, but the module text is among the constants, with its frame. A program that embeds
 * another has two of them: only one that says wasm is its own, and where two differ none is taken.
 */
function readMarkedText(bytes: Bytes, data: Extent, goVersion: string | undefined): BuildInfo | undefined {
  const end = data.offset + data.length
  const range = { offset: data.offset, length: Math.min(data.length, MAX_SEARCHED_BYTES) }
  const own = new Map<string, BuildInfo>()
  let left = MAX_TEXT_BYTES
  for (const at of find(bytes, range, TEXT_START, 1)) {
    const start = at + TEXT_START.length
    const rest = bufferOf(bytes.read(start, Math.min(MAX_TEXT_BYTES, end - start), 'the module text'))
    const length = rest.indexOf(TEXT_END)
    if (length < 0) continue
    left -= length
    if (left < 0) return undefined
    const text = decode(rest.subarray(0, length), start)
    const info = parseBuildInfo(text, start)
    if (info.settings.GOARCH === 'wasm') own.set(text, info)
  }
  const [only] = own.size === 1 ? own.values() : []
  return only && { ...(goVersion !== undefined && { goVersion }), ...only }
}

const bufferOf = (raw: Uint8Array): Buffer => Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)

function decode(raw: Uint8Array, offset: number): string {
  try {
    return UTF8.decode(raw)
  } catch {
    throw new FormatError(offset, 'the module text of the Go build info is not UTF-8')
  }
}
