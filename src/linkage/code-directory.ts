// The bytes that LC_CODE_SIGNATURE leads to -> the blobs in them, and what each CodeDirectory says.

import { FormatError } from '../errors.js'
import { hex, MAX_NAME_BYTES, readFields, readName, readTable, type Bytes, type Extent } from './bytes.js'

const CSMAGIC_CODEDIRECTORY = 0xfade0c02
const CSMAGIC_EMBEDDED_SIGNATURE = 0xfade0cc0
const CSMAGIC_EMBEDDED_LAUNCH_CONSTRAINT = 0xfade8181

const CSSLOT_CODEDIRECTORY = 0
const CSSLOT_REQUIREMENTS = 2
const CSSLOT_ENTITLEMENTS = 5
const CSSLOT_DER_ENTITLEMENTS = 7
/** Launch constraints for the program, its parent and its responsible process; then the library constraint. */
const CSSLOT_CONSTRAINTS = [8, 9, 10, 11]
const CSSLOT_ALTERNATE_CODEDIRECTORIES = 0x1000
const CSSLOT_SIGNATURESLOT = 0x10000

const ALTERNATE_CODEDIRECTORIES = [0, 1, 2, 3, 4].map((index) => CSSLOT_ALTERNATE_CODEDIRECTORIES + index)

/** Special slots whose blobs are in the superblob. Those of Info.plist and of resources stand for other files. */
export const EMBEDDED_SLOTS: readonly number[] = [
  CSSLOT_REQUIREMENTS,
  CSSLOT_ENTITLEMENTS,
  CSSLOT_DER_ENTITLEMENTS,
  ...CSSLOT_CONSTRAINTS,
]

/** What the blob of a slot has to be. */
const SLOT_MAGICS: ReadonlyMap<number, number> = new Map([
  [CSSLOT_CODEDIRECTORY, CSMAGIC_CODEDIRECTORY],
  [CSSLOT_REQUIREMENTS, 0xfade0c01],
  [CSSLOT_ENTITLEMENTS, 0xfade7171],
  [CSSLOT_DER_ENTITLEMENTS, 0xfade7172],
  [CSSLOT_SIGNATURESLOT, 0xfade0b01],
  ...CSSLOT_CONSTRAINTS.map((slot) => [slot, CSMAGIC_EMBEDDED_LAUNCH_CONSTRAINT] as const),
  ...ALTERNATE_CODEDIRECTORIES.map((slot) => [slot, CSMAGIC_CODEDIRECTORY] as const),
])

/** There are slots for about 20. */
const MAX_BLOBS = 64

const SUPER_BLOB_BYTES = 12
const BLOB_INDEX_BYTES = 8
const BLOB_HEADER_BYTES = 8

/** A blob of the superblob: header and content. */
export interface Blob extends Extent {
  /** CSSLOT_*. */
  readonly type: number
}

export type HashType = 'sha1' | 'sha256' | 'sha256-truncated' | 'sha384'

/** CS_HASHTYPE_*, and the hashSize that goes with each. */
const HASH_TYPES: Readonly<Record<number, { readonly hashType: HashType; readonly hashSize: number }>> = {
  1: { hashType: 'sha1', hashSize: 20 },
  2: { hashType: 'sha256', hashSize: 32 },
  3: { hashType: 'sha256-truncated', hashSize: 20 },
  4: { hashType: 'sha384', hashSize: 48 },
}

/** log2 of the page sizes that xnu takes: those of the processors it runs on. */
const PAGE_SHIFTS: ReadonlySet<number> = new Set([12, 14])

const EARLIEST_VERSION = 0x20001
const SUPPORTS_SCATTER = 0x20100
const SUPPORTS_TEAMID = 0x20200
const SUPPORTS_CODELIMIT64 = 0x20300
/** Above it the structure may be another. Source: `compatibilityLimit` of Apple's Security framework. */
const COMPATIBILITY_LIMIT = 0x2f000

/** Bytes of the structure up to the last field that is read here, by the version that brought it. */
const HEADER_BYTES: readonly (readonly [version: number, bytes: number])[] = [
  [SUPPORTS_CODELIMIT64, 64],
  [SUPPORTS_TEAMID, 52],
  [SUPPORTS_SCATTER, 48],
  [EARLIEST_VERSION, 44],
]

const CS_ADHOC = 0x2

export interface CodeDirectory extends Extent {
  readonly adhoc: boolean
  readonly identifier: string
  readonly teamId?: string
  readonly hashType: HashType
  /** Bytes of each hash. */
  readonly hashSize: number
  /** Where the hash of page 0 is, from the start of the file; the special slots stand before it, counted backwards. */
  readonly hashOffset: number
  readonly nSpecialSlots: number
  readonly nCodeSlots: number
  /** Bytes that are signed, from the start of the slice. */
  readonly codeLimit: number
  /** In bytes. */
  readonly pageSize: number
}

/**
 * The blobs of the superblob in `place`, in the order of its index; a FormatError where one is not whole, overlaps another, or
 * is not what its slot has. Source: xnu's cs_blobs.h and ubc_subr.c.
 */
export function readSuperBlob(bytes: Bytes, place: Extent): Blob[] {
  const { offset, length: datasize } = place
  if (datasize < SUPER_BLOB_BYTES) {
    throw new FormatError(offset, `a code signature of ${datasize} bytes has no superblob`)
  }
  const header = readFields(bytes, offset, SUPER_BLOB_BYTES, 'big', 'the superblob')
  const [magic, length, count] = [header.u32(0), header.u32(4), header.u32(8)]
  if (magic !== CSMAGIC_EMBEDDED_SIGNATURE) {
    throw new FormatError(
      offset,
      `the code signature begins with ${hex(magic)}, not with CSMAGIC_EMBEDDED_SIGNATURE`,
    )
  }
  const indexEnd = SUPER_BLOB_BYTES + count * BLOB_INDEX_BYTES
  if (count > MAX_BLOBS || indexEnd > length || length > datasize) {
    throw new FormatError(
      offset + 4,
      `a superblob of ${length} bytes with ${count} blobs, allowed: up to ${MAX_BLOBS} in ${datasize} bytes`,
    )
  }
  const index = readTable(
    bytes,
    offset + SUPER_BLOB_BYTES,
    count,
    BLOB_INDEX_BYTES,
    'big',
    'the index of blobs',
  )
  const superBlob = { offset, length }
  const blobs = [...index].map((row) => readBlob(bytes, superBlob, row.u32(0), row.u32(4)))
  checkBlobs(blobs, offset + indexEnd)
  return blobs
}

function readBlob(bytes: Bytes, superBlob: Extent, type: number, start: number): Blob {
  const offset = superBlob.offset + start
  const left = superBlob.length - start
  if (left < BLOB_HEADER_BYTES) throw new FormatError(offset, `the blob of slot ${hex(type)} has no header`)
  const header = readFields(bytes, offset, BLOB_HEADER_BYTES, 'big', 'the header of a blob')
  const [magic, length] = [header.u32(0), header.u32(4)]
  const expected = SLOT_MAGICS.get(type)
  if (expected !== undefined && magic !== expected) {
    throw new FormatError(offset, `the blob of slot ${hex(type)} is a ${hex(magic)}, not a ${hex(expected)}`)
  }
  if (length < BLOB_HEADER_BYTES || length > left) {
    throw new FormatError(offset + 4, `the blob of slot ${hex(type)} has ${length} bytes, with ${left} left`)
  }
  return { type, offset, length }
}

/** Two blobs for one slot would have two readings, and so would two in one place. */
function checkBlobs(blobs: readonly Blob[], indexEnd: number): void {
  let end = indexEnd
  for (const { type, offset, length } of [...blobs].sort((a, b) => a.offset - b.offset)) {
    if (offset < end) {
      throw new FormatError(offset, `the blob of slot ${hex(type)} overlaps another or the index`)
    }
    end = offset + length
  }
  const types = new Set<number>()
  for (const { type, offset } of blobs) {
    if (types.has(type)) throw new FormatError(offset, `a second blob for slot ${hex(type)}`)
    types.add(type)
  }
}

/** Whether it is the CodeDirectory that every signature has. */
export const isMainDirectory = ({ type }: Blob): boolean => type === CSSLOT_CODEDIRECTORY

/** Whether it is that one or an alternate. */
export const isCodeDirectory = ({ type }: Blob): boolean => SLOT_MAGICS.get(type) === CSMAGIC_CODEDIRECTORY

/** Whether each CodeDirectory holds its hash. */
export const isSpecial = ({ type }: Blob): boolean =>
  type > CSSLOT_CODEDIRECTORY && type < CSSLOT_ALTERNATE_CODEDIRECTORIES

/** Whether it is a CMS signature; what signs ad-hoc may leave an empty wrapper in that slot. */
export const isCms = ({ type, length }: Blob): boolean =>
  type === CSSLOT_SIGNATURESLOT && length > BLOB_HEADER_BYTES

/**
 * Reads one CodeDirectory; a FormatError for everything that is malformed, that xnu does not take (page sizes other than 4,096
 * and 16,384, unknown hash types), or that no tool writes any more (scatter vectors).
 */
export function readCodeDirectory(bytes: Bytes, { offset, length }: Blob): CodeDirectory {
  const refuse = (at: number, problem: string): never => {
    throw new FormatError(offset + at, `CodeDirectory: ${problem}`)
  }
  const first = readFields(bytes, offset, Math.min(length, 12), 'big', 'the CodeDirectory')
  const version = length < 12 ? 0 : first.u32(8)
  const [, headerBytes] = HEADER_BYTES.find(([since]) => version >= since) ?? []
  if (headerBytes === undefined || version > COMPATIBILITY_LIMIT) {
    return refuse(
      8,
      `version is ${hex(version)}, allowed: ${hex(EARLIEST_VERSION)} to ${hex(COMPATIBILITY_LIMIT)}`,
    )
  }
  if (length < headerBytes)
    return refuse(4, `length is ${length}, but version ${hex(version)} has ${headerBytes}`)
  const fields = readFields(bytes, offset, headerBytes, 'big', 'the CodeDirectory')
  const hash = HASH_TYPES[fields.u8(37)]
  if (hash === undefined) return refuse(37, `hashType is ${fields.u8(37)}, known: 1 to 4`)
  if (fields.u8(36) !== hash.hashSize) {
    return refuse(36, `hashSize is ${fields.u8(36)}, but ${hash.hashType} has ${hash.hashSize}`)
  }
  if (!PAGE_SHIFTS.has(fields.u8(39))) {
    return refuse(39, `pageSize is ${fields.u8(39)}, allowed: 12 and 14 (4,096 and 16,384 bytes)`)
  }
  if (version >= SUPPORTS_SCATTER && fields.u32(44) !== 0) {
    return refuse(44, 'it has a scatter vector, so that not all pages need be signed')
  }
  const [hashOffset, nSpecialSlots, nCodeSlots] = [fields.u32(16), fields.u32(24), fields.u32(28)]
  if (
    hashOffset - nSpecialSlots * hash.hashSize < headerBytes ||
    hashOffset + nCodeSlots * hash.hashSize > length
  ) {
    return refuse(
      16,
      `${nSpecialSlots} special and ${nCodeSlots} code slots around ${hashOffset} are not inside its ${length} bytes`,
    )
  }
  const codeLimit64 = version >= SUPPORTS_CODELIMIT64 ? fields.u64(56) : 0n
  const readString = (at: number, what: string): string =>
    fields.u32(at) < headerBytes || fields.u32(at) >= length
      ? refuse(at, `${what} is at ${fields.u32(at)} of ${length} bytes`)
      : readName(bytes, offset + fields.u32(at), offset + length, what, MAX_NAME_BYTES)
  return {
    offset,
    length,
    adhoc: (fields.u32(12) & CS_ADHOC) !== 0,
    identifier: readString(20, 'the identifier'),
    ...(version >= SUPPORTS_TEAMID &&
      fields.u32(48) !== 0 && { teamId: readString(48, 'the team identifier') }),
    ...hash,
    hashOffset: offset + hashOffset,
    nSpecialSlots,
    nCodeSlots,
    codeLimit: codeLimit64 === 0n ? fields.u32(32) : Number(codeLimit64),
    pageSize: 2 ** fields.u8(39),
  }
}
