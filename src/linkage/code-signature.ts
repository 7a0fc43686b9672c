// A Mach-O slice -> whether the code signature it carries is true: every page, and every blob beside the pages.

import { createHash } from 'node:crypto'
import { FormatError } from '../errors.js'
import { hex, type Bytes, type Extent } from './bytes.js'
import {
  EMBEDDED_SLOTS,
  isCms,
  isCodeDirectory,
  isMainDirectory,
  isSpecial,
  readCodeDirectory,
  readSuperBlob,
  type Blob,
  type CodeDirectory,
  type HashType,
} from './code-directory.js'
import type { MachoSlice } from './linkage.js'

/**
 * `none`: there is no LC_CODE_SIGNATURE. `valid`: all that is signed is as it was signed; of who signed it nothing is known, as
 * the CMS signature is not checked. `wrong`: macOS would not run it, or not as it was signed; `problem` says why and where.
 */
export type CodeSignature =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'valid'
      /** CS_ADHOC: signed by nobody. */
      readonly adhoc: boolean
      readonly identifier: string
      readonly teamId?: string
      /** The strongest of its CodeDirectories, which is the one that macOS takes. */
      readonly hashType: HashType
      readonly cms: 'none' | 'not checked'
    }
  | { readonly kind: 'wrong'; readonly problem: string }

/** A whole number of pages, whatever their size. */
const CHUNK_BYTES = 0x10_0000

/** Entitlements and requirements have some kilobytes. */
const MAX_SPECIAL_BYTES = 0x10_0000

/** From the weakest to the strongest, as xnu ranks them. */
const HASH_RANKS: readonly HashType[] = ['sha1', 'sha256-truncated', 'sha256', 'sha384']

const ALGORITHMS: Readonly<Record<HashType, string>> = {
  sha1: 'sha1',
  sha256: 'sha256',
  'sha256-truncated': 'sha256',
  sha384: 'sha384',
}

/**
 * Checks the code signature of one slice, with one read of all the bytes that it covers. Never a FormatError: what is malformed
 * is `wrong`. Source: xnu's cs_blobs.h and ubc_subr.c, and codesign of Go's linker.
 */
export function verifyCodeSignature(bytes: Bytes, slice: MachoSlice): CodeSignature {
  if (slice.codeSignature === undefined) return { kind: 'none' }
  try {
    return readSignature(bytes, slice, slice.codeSignature)
  } catch (error) {
    if (error instanceof FormatError) return { kind: 'wrong', problem: error.message }
    throw error
  }
}

function readSignature(bytes: Bytes, slice: MachoSlice, place: Extent): CodeSignature {
  checkPlace(slice, place)
  const blobs = readSuperBlob(bytes, place)
  const directories = blobs.filter(isCodeDirectory).map((blob) => readCodeDirectory(bytes, blob))
  const best = chooseDirectory(blobs, directories, place)
  const code = { offset: slice.offset, length: place.offset - slice.offset }
  for (const directory of directories) {
    checkCodeLimit(directory, code)
    checkSpecialSlots(bytes, directory, blobs)
  }
  checkPages(bytes, code, directories)
  const { adhoc, identifier, teamId, hashType } = best
  const cms = blobs.some(isCms) ? 'not checked' : 'none'
  if (!adhoc && cms === 'none') {
    throw new FormatError(
      best.offset + 12,
      'the signature is not CS_ADHOC, but holds no CMS signature either',
    )
  }
  return { kind: 'valid', adhoc, identifier, ...(teamId !== undefined && { teamId }), hashType, cms }
}

/**
 * What is mapped from the file is signed, but for the signature itself, which is at the end of __LINKEDIT. Bytes behind all
 * segments are never mapped, and no signature covers them.
 */
function checkPlace({ segments }: MachoSlice, place: Extent): void {
  const end = place.offset + place.length
  const [linkedit, second] = segments.filter(({ name }) => name === '__LINKEDIT')
  if (linkedit === undefined || second !== undefined) {
    throw new FormatError(place.offset, 'a code signature in a slice that has not one __LINKEDIT')
  }
  if (place.offset < linkedit.offset || end > linkedit.offset + linkedit.length) {
    throw new FormatError(place.offset, 'the code signature is not inside __LINKEDIT')
  }
  if (linkedit.initprot.includes('X')) {
    throw new FormatError(linkedit.offset, '__LINKEDIT, the end of which nothing signs, is executable')
  }
  for (const segment of segments) {
    if (segment !== linkedit && segment.length > 0 && segment.offset + segment.length > place.offset) {
      throw new FormatError(place.offset, `the segment ${segment.name} goes beyond what is signed`)
    }
  }
}

/** The strongest one; each hash type may be there once. */
function chooseDirectory(
  blobs: readonly Blob[],
  directories: readonly CodeDirectory[],
  { offset }: Extent,
): CodeDirectory {
  const ranked = [...directories].sort(
    (a, b) => HASH_RANKS.indexOf(b.hashType) - HASH_RANKS.indexOf(a.hashType),
  )
  const repeated = ranked.find(({ hashType }, index) => ranked[index + 1]?.hashType === hashType)
  if (repeated !== undefined) {
    throw new FormatError(repeated.offset, `a second CodeDirectory with ${repeated.hashType}`)
  }
  const [best] = ranked
  if (best === undefined || !blobs.some(isMainDirectory)) {
    throw new FormatError(offset, 'the superblob has no CodeDirectory')
  }
  return best
}

/** Everything before the signature has to be signed; a byte of the signature itself cannot be. */
function checkCodeLimit({ offset, codeLimit, nCodeSlots, pageSize }: CodeDirectory, code: Extent): void {
  if (codeLimit !== code.length) {
    throw new FormatError(
      offset + 32,
      `codeLimit is ${hex(codeLimit)}, but the code signature begins at ${hex(code.length)}, so that not all before it is signed`,
    )
  }
  if (nCodeSlots !== Math.ceil(codeLimit / pageSize)) {
    throw new FormatError(
      offset + 28,
      `nCodeSlots is ${nCodeSlots}, but ${codeLimit} bytes have ${Math.ceil(codeLimit / pageSize)} pages`,
    )
  }
}

function checkSpecialSlots(bytes: Bytes, directory: CodeDirectory, blobs: readonly Blob[]): void {
  const { hashOffset, hashSize, nSpecialSlots, hashType } = directory
  const special = blobs.filter(isSpecial)
  for (const slot of new Set([...EMBEDDED_SLOTS, ...special.map(({ type }) => type)])) {
    const blob = special.find(({ type }) => type === slot)
    const at = hashOffset - slot * hashSize
    const stated = slot > nSpecialSlots ? undefined : bytes.read(at, hashSize, 'a special slot')
    if (blob === undefined) {
      if (stated?.some((byte) => byte !== 0) === true) {
        throw new FormatError(at, `special slot -${slot} has a hash, but there is no such blob`)
      }
      continue
    }
    if (stated === undefined) {
      throw new FormatError(
        blob.offset,
        `the blob of slot ${slot} is not signed: nSpecialSlots is ${nSpecialSlots}`,
      )
    }
    if (blob.length > MAX_SPECIAL_BYTES) {
      throw new FormatError(
        blob.offset,
        `a blob of ${blob.length} bytes, allowed: up to ${MAX_SPECIAL_BYTES}`,
      )
    }
    const content = bytes.read(blob.offset, blob.length, 'a blob')
    if (!isHash(hashType, content, stated)) {
      throw new FormatError(
        blob.offset,
        `the blob of slot ${slot} does not have the ${hashType} that is signed`,
      )
    }
  }
}

/** All directories see each chunk, so that the file is read once and little of it is held. */
function checkPages(bytes: Bytes, code: Extent, directories: readonly CodeDirectory[]): void {
  for (let done = 0; done < code.length; done += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, code.length - done)
    const chunk = bytes.read(code.offset + done, length, 'signed bytes')
    for (const { hashType, hashSize, hashOffset, pageSize } of directories) {
      const first = done / pageSize
      const slotsBytes = Math.ceil(length / pageSize) * hashSize
      const slots = bytes.read(hashOffset + first * hashSize, slotsBytes, 'hashes of pages')
      for (let page = 0, at = 0; at < length; page++, at += pageSize) {
        const stated = slots.subarray(page * hashSize, (page + 1) * hashSize)
        if (!isHash(hashType, chunk.subarray(at, at + pageSize), stated)) {
          throw new FormatError(
            code.offset + done + at,
            `page ${first + page} does not have the ${hashType} that is signed`,
          )
        }
      }
    }
  }
}

const isHash = (hashType: HashType, content: Uint8Array, stated: Uint8Array): boolean =>
  createHash(ALGORITHMS[hashType])
    .update(content)
    .digest()
    .compare(stated, 0, stated.length, 0, stated.length) === 0
