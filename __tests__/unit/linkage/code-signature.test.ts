// Code signatures made by hand: sound ones of every kind, and ones that sign less than they seem to.

import { verifyCodeSignature, type CodeSignature } from '../../../src/linkage/code-signature.js'
import { readMacho } from '../../../src/linkage/macho.js'
import { bytesOf, patched } from './bytes-of.js'
import { makeSigned, type SignaturePlan, type Signed } from './make-code-signature.js'
import {
  CPU_TYPE_ARM64,
  CPU_TYPE_X86_64,
  LC_CODE_SIGNATURE,
  makeFat,
  makeMacho,
  namedSegment,
} from './make-macho.js'

const REQUIREMENTS = [2, 0xfade0c01, 'requirements'] as const
const ENTITLEMENTS = [5, 0xfade7171, '<plist/>'] as const
const DER_ENTITLEMENTS = [7, 0xfade7172, 'der'] as const
const CONSTRAINT = [8, 0xfade8181, 'constraint'] as const
const CMS = [0x10000, 0xfade0b01, 'a CMS signature'] as const
const EMPTY_CMS = [0x10000, 0xfade0b01, ''] as const
const TICKET = [0x10002, 0x12345678, 'a ticket of the notary'] as const
const SHA1 = { hashType: 1 } as const
const SHA256_BESIDE = { slot: 0x1000, hashType: 2 } as const
const BY_SOMEBODY = { flags: 0x10000, teamId: 'ABCDE12345' }

/** Of each slice of the file. */
const verifyAll = (file: Buffer): CodeSignature[] =>
  readMacho(bytesOf(file)).slices.map((slice) => verifyCodeSignature(bytesOf(file), slice))

const verify = (file: Buffer): CodeSignature | undefined => verifyAll(file)[0]

const VALID = { kind: 'valid', adhoc: true, identifier: 'a.out', hashType: 'sha256', cms: 'none' }

const sound: readonly (readonly [name: string, plan: SignaturePlan, told: object])[] = [
  ["as Go's linker makes it", {}, {}],
  ['of the earliest version', { directories: [{ version: 0x20001 }] }, {}],
  ['of a version with more fields', { directories: [{ version: 0x20500 }] }, {}],
  ['with SHA-1', { directories: [SHA1] }, { hashType: 'sha1' }],
  ['with truncated SHA-256', { directories: [{ hashType: 3 }] }, { hashType: 'sha256-truncated' }],
  ['with SHA-384', { directories: [{ hashType: 4 }] }, { hashType: 'sha384' }],
  ['with pages of 16 KiB', { codeBytes: 40_000, directories: [{ pageSize: 14 }] }, {}],
  ['of whole pages only', { codeBytes: 8192 }, {}],
  ['of one byte on its last page', { codeBytes: 8193 }, {}],
  ['of more than one chunk', { codeBytes: 0x10_0000 + 5000 }, {}],
  ['with its limit in codeLimit64', { directories: [{ codeLimit64: true }] }, {}],
  ['without an identifier to speak of', { directories: [{ identifier: '' }] }, { identifier: '' }],
  ['with room behind it', { slack: 4096 }, {}],
  ['SHA-1 and SHA-256 side by side', { directories: [SHA1, SHA256_BESIDE] }, {}],
  [
    'the stronger one first',
    { directories: [{}, { slot: 0x1004, hashType: 1, identifier: 'weak' }] },
    { identifier: 'a.out' },
  ],
  [
    'requirements, entitlements and constraints',
    { blobs: [REQUIREMENTS, ENTITLEMENTS, DER_ENTITLEMENTS, CONSTRAINT] },
    {},
  ],
  ['an empty CMS wrapper, as codesign leaves it', { blobs: [REQUIREMENTS, EMPTY_CMS] }, {}],
  [
    'by somebody, of whom nothing is checked',
    { directories: [BY_SOMEBODY], blobs: [REQUIREMENTS, CMS, TICKET] },
    { adhoc: false, teamId: 'ABCDE12345', cms: 'not checked' },
  ],
]

test.each(sound)('valid: %s', (_, plan, told) => {
  expect(verify(makeSigned(plan).file)).toEqual({ ...VALID, ...told })
})

test('bytes behind all segments are not mapped, and nothing has to sign them', () => {
  expect(verify(Buffer.concat([makeSigned().file, Buffer.from('appended')]))).toEqual(VALID)
})

test('without LC_CODE_SIGNATURE there is none', () => {
  expect(verify(makeMacho({}))).toEqual({ kind: 'none' })
})

test.each([32, 64] as const)('each slice of a fat%i file is judged from its own start', (bits) => {
  const { file } = makeSigned()
  const broken = patched(file, 5000, 1, 0)
  const slices = [
    { cpu: CPU_TYPE_X86_64, file: makeMacho({ cpu: CPU_TYPE_X86_64 }) },
    { cpu: CPU_TYPE_ARM64, file },
  ]
  expect(verifyAll(makeFat(slices, bits))).toEqual([{ kind: 'none' }, VALID])
  expect(verifyAll(makeFat([{ cpu: CPU_TYPE_ARM64, file: broken }], bits))).toEqual([
    { kind: 'wrong', problem: 'page 1 does not have the sha256 that is signed (at offset 0x2000)' },
  ])
})

const plain = makeSigned()
const special = makeSigned({ blobs: [REQUIREMENTS, ENTITLEMENTS] })
const two = makeSigned({ directories: [SHA1, SHA256_BESIDE] })
const large = makeSigned({ codeBytes: 0x10_0000 + 5000 })

/** `value` in a 32-bit field of the n-th blob, counted from its start; by default the first CodeDirectory. */
const inBlob = ({ file, blobs }: Signed, at: number, value: number, blob = 0): Buffer =>
  patched(file, (blobs[blob] ?? 0) + at, 4, value, 'big')
const byteInBlob = ({ file, blobs }: Signed, at: number, value: number, blob = 0): Buffer =>
  patched(file, (blobs[blob] ?? 0) + at, 1, value)
const inSuperBlob = ({ file, superBlob }: Signed, at: number, value: number): Buffer =>
  patched(file, superBlob + at, 4, value, 'big')

/** A signed program of which the load commands say something else. */
const withCommands = (...commands: Parameters<typeof makeMacho>[0]['commands'] & object): Buffer => {
  const copy = Buffer.from(plain.file)
  makeMacho({ commands }).copy(copy)
  return copy
}
const TEXT = namedSegment('__TEXT', 5, 0, 9984)
const SIZE = plain.file.length - 10_000
const LINKEDIT = namedSegment('__LINKEDIT', 1, 9984, 16 + SIZE)
const PLACE = [LC_CODE_SIGNATURE, [10_000, SIZE]] as const

const wrong: readonly (readonly [name: string, file: Buffer, problem: RegExp])[] = [
  ['the first byte behind the load commands', patched(plain.file, 600, 1, 0), /^page 0 does not/],
  ['the last byte', patched(plain.file, 9999, 1, 0), /^page 2 .* \(at offset 0x2000\)$/],
  ['a byte of the second chunk', patched(large.file, 0x10_0001, 1, 0), /^page 256 .*0x100000\)$/],
  ['a hash', byteInBlob(plain, 88 + 6 + 32, 0), /^page 1 does not/],
  ['a hash of the weaker directory', byteInBlob(two, 88 + 6 + 20, 0), /^page 1 does not have the sha1/],
  ['a hash of the stronger directory', byteInBlob(two, 88 + 6 + 32, 0, 1), /^page 1 .* sha256/],
  ['an entitlement', byteInBlob(special, 10, 0, 2), /the blob of slot 5 does not have the sha256/],
  [
    'entitlements that are not signed',
    makeSigned({ blobs: [ENTITLEMENTS], directories: [{ nSpecialSlots: 4 }] }).file,
    /the blob of slot 5 is not signed: nSpecialSlots is 4/,
  ],
  [
    'a blob of an unknown slot that is not signed',
    makeSigned({ blobs: [[12, 1, 'x']], directories: [{ nSpecialSlots: 2 }] }).file,
    /the blob of slot 12 is not signed/,
  ],
  ['entitlements taken away', inSuperBlob(special, 12 + 16, 0x10003), /-5 has a hash, but there is no/],
  [
    'entitlements taken for requirements',
    inSuperBlob(special, 12 + 16, 2),
    /slot 0x2 is a 0xfade7171, not a 0xfade0c01/,
  ],
  [
    'too many entitlements',
    makeSigned({ blobs: [[5, 0xfade7171, 'x'.repeat(0x10_0000)]] }).file,
    /a blob of 1048584 bytes, allowed: up to/,
  ],
  [
    'neither ad-hoc nor by somebody',
    makeSigned({ directories: [{ flags: 0 }] }).file,
    /the signature is not CS_ADHOC, but holds no CMS signature/,
  ],
  [
    'by somebody with an empty CMS wrapper',
    makeSigned({ directories: [{ flags: 0 }], blobs: [EMPTY_CMS] }).file,
    /no CMS signature/,
  ],
  ['codeLimit shortened', inBlob(plain, 32, 8192), /codeLimit is 0x2000, but .* begins at 0x2710/],
  ['codeLimit 0', inBlob(plain, 32, 0), /codeLimit is 0x0/],
  ['codeLimit lengthened', inBlob(plain, 32, 10_001), /codeLimit is 0x2711/],
  ['codeLimit64 of another size than codeLimit', inBlob(plain, 56, 1), /codeLimit is 0x100000000/],
  ['nCodeSlots 0', inBlob(plain, 28, 0), /nCodeSlots is 0, but 10000 bytes have 3 pages/],
  ['nCodeSlots too few', inBlob(plain, 28, 2), /nCodeSlots is 2/],
  ['nCodeSlots too many', inBlob(plain, 28, 0xffff_ffff), /slots around 94 are not inside/],
  ['nSpecialSlots too many', inBlob(plain, 24, 0xffff_ffff), /4294967295 special and 3 code slots/],
  ['hashOffset 0', inBlob(plain, 16, 0), /slots around 0 are not inside/],
  ['hashOffset outside', inBlob(plain, 16, 0xffff_ffff), /slots around 4294967295/],
  ['another hash type', byteInBlob(plain, 37, 3), /hashSize is 32, but sha256-truncated has 20/],
  ['an unknown hash type', byteInBlob(plain, 37, 5), /hashType is 5, known: 1 to 4/],
  ['hash type 0', byteInBlob(plain, 37, 0), /hashType is 0/],
  ['hashSize 0', byteInBlob(plain, 36, 0), /hashSize is 0, but sha256 has 32/],
  ['one page for all', byteInBlob(plain, 39, 0), /pageSize is 0, allowed: 12 and 14/],
  ['pages of 2^255', byteInBlob(plain, 39, 255), /pageSize is 255/],
  [
    'a scatter vector',
    inBlob(plain, 44, 88),
    /it has a scatter vector, so that not all pages need be signed/,
  ],
  [
    'a version before the first',
    inBlob(plain, 8, 0x20000),
    /CodeDirectory: version is 0x20000, allowed: 0x20001/,
  ],
  ['a version of the future', inBlob(plain, 8, 0x30000), /version is 0x30000/],
  ['an identifier in the header', inBlob(plain, 20, 0), /the identifier is at 0 of 190 bytes/],
  ['an identifier outside', inBlob(plain, 20, 190), /the identifier is at 190 of 190 bytes/],
  [
    'an identifier without NUL',
    Buffer.from(plain.file).fill(0x61, (plain.blobs[0] ?? 0) + 88),
    /the identifier has no end/,
  ],
  [
    'an identifier that is no text',
    makeSigned({ directories: [{ identifier: 'a\u001b[31m' }] }).file,
    /the identifier holds unprintable/,
  ],
  ['a team identifier outside', inBlob(plain, 48, 1000), /the team identifier is at 1000/],
  ['a directory that is too short', inBlob(plain, 4, 63), /length is 63, but version 0x20400 has 64/],
  ['a directory of its header', inBlob(plain, 4, 8), /version is 0x0/],
  ['a directory shorter than its header', inBlob(plain, 4, 7), /slot 0x0 has 7 bytes/],
  ['a directory that is too long', inBlob(plain, 4, 191), /slot 0x0 has 191 bytes, with 190 left/],
  ['a directory that is none', inBlob(plain, 0, 0xfade0c03), /slot 0x0 is a 0xfade0c03/],
  [
    'a bare CodeDirectory',
    inSuperBlob(plain, 0, 0xfade0c02),
    /the code signature begins with 0xfade0c02, not with/,
  ],
  ['a superblob longer than its place', inSuperBlob(plain, 4, 0x1000), /a superblob of 4096 bytes/],
  ['a superblob of no bytes', inSuperBlob(plain, 4, 0), /a superblob of 0 bytes with 1 blobs/],
  ['more blobs than there can be', inSuperBlob(plain, 8, 0xffff_ffff), /4294967295 blobs, allowed: up to 64/],
  ['no blobs', inSuperBlob(plain, 8, 0), /the superblob has no CodeDirectory/],
  ['a blob outside', inSuperBlob(plain, 16, 0xffff_fff0), /slot 0x0 has no header/],
  ['a blob over the index', inSuperBlob(plain, 16, 0), /slot 0x0 is a 0xfade0cc0/],
  [
    'overlapping directories',
    inSuperBlob(two, 12 + 8 + 4, 28),
    /the blob of slot 0x(1000|0) overlaps another or the index/,
  ],
  ['a second directory of one slot', inSuperBlob(two, 12 + 8, 0), /a second blob for slot 0x0/],
  [
    'a second directory of one hash type',
    makeSigned({ directories: [{}, SHA256_BESIDE] }).file,
    /a second CodeDirectory with sha256/,
  ],
  ['only an alternate directory', inSuperBlob(plain, 12, 0x1000), /has no CodeDirectory/],
  [
    'a weaker directory that signs less',
    inBlob(makeSigned({ directories: [{}, { slot: 0x1000, hashType: 1 }] }), 32, 4096, 1),
    /codeLimit is 0x1000/,
  ],
  ['no __LINKEDIT', withCommands(TEXT, PLACE), /not one __LINKEDIT/],
  ['two of __LINKEDIT', withCommands(TEXT, LINKEDIT, LINKEDIT, PLACE), /not one __LINKEDIT/],
  [
    'a signature that is not in __LINKEDIT',
    withCommands(TEXT, namedSegment('__LINKEDIT', 1, 9984, 16), PLACE),
    /not inside __LINKEDIT/,
  ],
  [
    'an executable __LINKEDIT',
    makeSigned({ initprot: 5 }).file,
    /__LINKEDIT, the end of which nothing signs, is executable/,
  ],
  [
    'a segment behind what is signed',
    withCommands(TEXT, LINKEDIT, namedSegment('__EVIL', 5, 10_100, 8), PLACE),
    /the segment __EVIL goes beyond what is signed/,
  ],
  [
    'a signature of no bytes',
    withCommands(TEXT, LINKEDIT, [LC_CODE_SIGNATURE, [10_000, 0]]),
    /a code signature of 0 bytes/,
  ],
  [
    'a signature moved to another place',
    withCommands(TEXT, LINKEDIT, [LC_CODE_SIGNATURE, [10_008, SIZE - 8]]),
    /begins with 0x/,
  ],
]

test.each(wrong)('wrong: %s', (_, file, problem) => {
  expect(verify(file)).toEqual({ kind: 'wrong', problem: expect.stringMatching(problem) as string })
})

describe('byte by byte', () => {
  const { file } = makeSigned({ codeBytes: 5000, blobs: [ENTITLEMENTS] })
  const slice = readMacho(bytesOf(file)).slices[0]
  if (slice?.codeSignature === undefined) throw new Error('the maker made no signature')

  test('every bit of every signed byte counts', () => {
    const missed: string[] = []
    const copy = Buffer.from(file)
    for (let at = 0; at < 5000; at++) {
      const bit = 1 << (at % 8)
      copy[at] = (copy[at] ?? 0) ^ bit
      if (verifyCodeSignature(bytesOf(copy), slice).kind !== 'wrong') missed.push(`bit ${bit} of byte ${at}`)
      copy[at] = (copy[at] ?? 0) ^ bit
    }
    expect(missed).toEqual([])
  })

  test('a signature changed in any byte is judged, and never thrown', () => {
    const kinds = new Set<string>()
    for (let at = 5000; at < file.length; at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        kinds.add(verifyCodeSignature(bytesOf(patched(file, at, 1, value)), slice).kind)
      }
    }
    expect([...kinds].sort()).toEqual(['valid', 'wrong'])
  })

  test('cut at any byte it is wrong', () => {
    for (let length = 0; length < file.length; length++) {
      expect(verifyCodeSignature(bytesOf(file.subarray(0, length)), slice).kind).toBe('wrong')
    }
  })
})
