// A few words about a signature -> a small Mach-O program that carries it, hashed as the linkers of Go and Apple do.

import { createHash } from 'node:crypto'
import { LC_CODE_SIGNATURE, makeMacho, namedSegment, type Command } from './make-macho.js'

export interface DirectoryPlan {
  /** CSSLOT_CODEDIRECTORY, or CSSLOT_ALTERNATE_CODEDIRECTORIES and up. */
  readonly slot?: number
  readonly version?: number
  readonly flags?: number
  /** CS_HASHTYPE_*. */
  readonly hashType?: 1 | 2 | 3 | 4
  /** log2. */
  readonly pageSize?: number
  readonly identifier?: string
  readonly teamId?: string
  /** Whether the limit is in codeLimit64, and codeLimit 0. */
  readonly codeLimit64?: boolean
  /** How many special slots there are, whatever blobs there are. */
  readonly nSpecialSlots?: number
}

export interface SignaturePlan {
  /** Bytes before the signature. */
  readonly codeBytes?: number
  readonly directories?: readonly DirectoryPlan[]
  /** Blobs with content for other slots; those of special slots are signed. */
  readonly blobs?: readonly (readonly [slot: number, magic: number, content: string])[]
  /** Of __LINKEDIT. */
  readonly initprot?: number
  /** Load commands before those that are needed. */
  readonly commands?: readonly Command[]
  /** Of LC_CODE_SIGNATURE, beyond the superblob. */
  readonly slack?: number
}

export interface Signed {
  readonly file: Buffer
  /** Where the superblob begins. */
  readonly superBlob: number
  /** Where each blob begins: the CodeDirectories in order, then the others. */
  readonly blobs: readonly number[]
}

const CODE_DIRECTORY = 0xfade0c02
const EMBEDDED_SIGNATURE = 0xfade0cc0

const HASHES = {
  1: ['sha1', 20],
  2: ['sha256', 32],
  3: ['sha256', 20],
  4: ['sha384', 48],
} as const

const HEADER_BYTES: readonly (readonly [version: number, bytes: number])[] = [
  [0x20400, 88],
  [0x20300, 64],
  [0x20200, 52],
  [0x20100, 48],
  [0x20001, 44],
]

const blob = (magic: number, content: Buffer): Buffer => {
  const header = Buffer.alloc(8)
  header.writeUInt32BE(magic)
  header.writeUInt32BE(content.length + 8, 4)
  return Buffer.concat([header, content])
}

/** The signature of `code`, as it is laid out: superblob, index, CodeDirectories, other blobs. */
function makeSuperBlob(code: Buffer, { directories = [{}], blobs = [] }: SignaturePlan) {
  const others = blobs.map(([slot, magic, content]) => ({ slot, bytes: blob(magic, Buffer.from(content)) }))
  const special = new Map(others.filter(({ slot }) => slot < 0x1000).map(({ slot, bytes }) => [slot, bytes]))
  const all = [
    ...directories.map((plan) => ({ slot: plan.slot ?? 0, bytes: makeDirectory(code, special, plan) })),
    ...others,
  ]
  const index = Buffer.alloc(12 + all.length * 8)
  let end = index.length
  const starts = all.map(({ slot, bytes }, row) => {
    index.writeUInt32BE(slot, 12 + row * 8)
    index.writeUInt32BE(end, 16 + row * 8)
    end += bytes.length
    return end - bytes.length
  })
  index.writeUInt32BE(EMBEDDED_SIGNATURE)
  index.writeUInt32BE(end, 4)
  index.writeUInt32BE(all.length, 8)
  return { bytes: Buffer.concat([index, ...all.map(({ bytes }) => bytes)]), starts }
}

function makeDirectory(code: Buffer, special: ReadonlyMap<number, Buffer>, plan: DirectoryPlan): Buffer {
  const { version = 0x20400, hashType = 2, pageSize = 12, identifier = 'a.out', teamId } = plan
  const [algorithm, hashSize] = HASHES[hashType]
  const digest = (bytes: Buffer): Buffer => createHash(algorithm).update(bytes).digest().subarray(0, hashSize)
  const nSpecialSlots = plan.nSpecialSlots ?? Math.max(0, ...special.keys())
  const specials = Array.from({ length: nSpecialSlots }, (_, index) => {
    const bytes = special.get(nSpecialSlots - index)
    return bytes === undefined ? Buffer.alloc(hashSize) : digest(bytes)
  })
  const pages: Buffer[] = []
  for (let at = 0; at < code.length; at += 2 ** pageSize) {
    pages.push(digest(code.subarray(at, at + 2 ** pageSize)))
  }
  const [, headerBytes] = HEADER_BYTES.find(([since]) => version >= since) ?? [0, 44]
  const header = Buffer.alloc(headerBytes)
  const strings = Buffer.from(`${identifier}\0${teamId === undefined ? '' : `${teamId}\0`}`)
  header.writeUInt32BE(version, 8)
  header.writeUInt32BE(plan.flags ?? 0x20002, 12)
  header.writeUInt32BE(headerBytes + strings.length + nSpecialSlots * hashSize, 16)
  header.writeUInt32BE(headerBytes, 20)
  header.writeUInt32BE(nSpecialSlots, 24)
  header.writeUInt32BE(pages.length, 28)
  if (plan.codeLimit64 === true) header.writeBigUInt64BE(BigInt(code.length), 56)
  else header.writeUInt32BE(code.length, 32)
  header.writeUInt8(hashSize, 36)
  header.writeUInt8(hashType, 37)
  header.writeUInt8(pageSize, 39)
  if (teamId !== undefined) {
    header.writeUInt32BE(headerBytes + Buffer.byteLength(identifier) + 1, 48)
  }
  return blob(CODE_DIRECTORY, Buffer.concat([header.subarray(8), strings, ...specials, ...pages]))
}

/** A program of load commands, some code that is not the same on every page, and its signature in __LINKEDIT. */
export function makeSigned(plan: SignaturePlan = {}): Signed {
  const { codeBytes = 10_000, initprot = 1, commands = [], slack = 0 } = plan
  const linkedit = codeBytes - 16
  const size = makeSuperBlob(Buffer.alloc(codeBytes), plan).bytes.length
  const header = makeMacho({
    commands: [
      ...commands,
      namedSegment('__TEXT', 5, 0, linkedit),
      namedSegment('__LINKEDIT', initprot, linkedit, 16 + size + slack),
      [LC_CODE_SIGNATURE, [codeBytes, size + slack]],
    ],
  })
  const code = Buffer.alloc(codeBytes)
  for (let at = 0; at < codeBytes; at++) code[at] = (at * 7 + (at >> 8)) & 0xff
  header.copy(code)
  const { bytes, starts } = makeSuperBlob(code, plan)
  return {
    file: Buffer.concat([code, bytes, Buffer.alloc(slack)]),
    superBlob: codeBytes,
    blobs: starts.map((start) => codeBytes + start),
  }
}
