// A Plan 9 a.out file -> its Plan9Linkage, from the header alone: the format has no shared libraries.

import { FormatError } from '../errors.js'
import { hex, readFields, type Bytes } from './bytes.js'
import type { Plan9Linkage } from './linkage.js'

const HEADER_BYTES = 32

/** Bit 15 of the magic: a 64-bit entry point follows the header. */
const HDR_MAGIC = 0x8000
const ENTRY_BYTES = 8

const MACHINES: Readonly<Record<number, Plan9Linkage['machine']>> = {
  0x1eb: '386',
  0x647: 'arm',
  0x8a97: 'amd64',
}

/** The first four bytes, as a big-endian number. */
export const PLAN9_MAGICS: ReadonlySet<number> = new Set(Object.keys(MACHINES).map(Number))

/**
 * Reads the header; a FormatError where the parts it states are not all in the file.
 * Source: Plan 9 manual, a.out(6).
 */
export function readPlan9(bytes: Bytes): Plan9Linkage {
  const header = readFields(bytes, 0, HEADER_BYTES, 'big', 'the a.out header')
  const magic = header.u32(0)
  const machine = MACHINES[magic]
  if (machine === undefined) throw new FormatError(0, `unknown a.out magic ${hex(magic)}`)
  const [text, dataBytes, symbols] = [header.u32(4), header.u32(8), header.u32(16)]
  const headerBytes = HEADER_BYTES + ((magic & HDR_MAGIC) === 0 ? 0 : ENTRY_BYTES)
  const total = headerBytes + text + dataBytes + symbols + header.u32(24) + header.u32(28)
  if (total > bytes.size) {
    throw new FormatError(0, `the a.out header states ${total} bytes, but the file has ${bytes.size}`)
  }
  const data = { offset: headerBytes + text, length: dataBytes }
  return { format: 'plan9', machine, data, symbols: symbols > 0 }
}
