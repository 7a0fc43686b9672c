// The first bytes of a file -> the reader of its format.

import { FormatError } from '../errors.js'
import { AR_MAGICS, readArchive } from './ar.js'
import { readFields, type Bytes } from './bytes.js'
import { readElf } from './elf.js'
import type { Linkage } from './linkage.js'
import { MACHO_MAGICS, readMacho } from './macho.js'
import { readPe } from './pe.js'
import { PLAN9_MAGICS, readPlan9 } from './plan9.js'
import { readWasm } from './wasm.js'
import { readXcoff } from './xcoff.js'

const ELF_MAGIC = 0x7f454c46
const WASM_MAGIC = 0x0061736d

/** The first two bytes are the whole magic of these. */
const MZ = 0x4d5a
const XCOFF64_MAGIC = 0x01f7

/** `#!` */
const SHEBANG = 0x2321
const MAX_SHEBANG_CHARACTERS = 64

const KNOWN = 'ELF, Mach-O, PE, XCOFF64, wasm, plan9 a.out, ar'

/** Reads a program, a shared library or a C archive of any format that Go makes; a FormatError for everything else. */
export function readLinkage(bytes: Bytes): Linkage {
  if (bytes.size === 0) throw new FormatError(0, 'the file is empty')
  const magic = readFields(bytes, 0, 4, 'big', 'the magic').u32(0)
  if (magic === ELF_MAGIC) return readElf(bytes)
  if (magic === WASM_MAGIC) return readWasm(bytes)
  if (MACHO_MAGICS.has(magic)) return readMacho(bytes)
  if (PLAN9_MAGICS.has(magic)) return readPlan9(bytes)
  if (AR_MAGICS.has(magic)) return readArchive(bytes)
  if (magic >>> 16 === MZ) return readPe(bytes)
  if (magic >>> 16 === XCOFF64_MAGIC) return readXcoff(bytes)
  if (magic >>> 16 === SHEBANG) throw new FormatError(0, `a script (${readFirstLine(bytes)}), not a program`)
  const first = magic.toString(16).padStart(8, '0')
  throw new FormatError(0, `the file begins with ${first}, known are ${KNOWN}`)
}

/** What of the first line is plain text. */
function readFirstLine(bytes: Bytes): string {
  const raw = bytes.read(0, Math.min(bytes.size, MAX_SHEBANG_CHARACTERS), 'the first line')
  return /^[ -~]*/.exec(Buffer.from(raw).toString('latin1'))?.[0].trimEnd() ?? ''
}
