// The headers of a GNU, BSD, Darwin or Microsoft archive -> where its members are, with their whole names.

import { FormatError } from '../errors.js'
import { decodeName, MAX_NAME_BYTES, type Bytes, type Extent } from './bytes.js'

export const AR_MAGIC_BYTES = 8

/** A member as its archive states it. */
export interface Member extends Extent {
  readonly name: string
}

const HEADER_BYTES = 60
const HEADER_END = '`\n'

/** GNU's table of long names; and the symbol tables of GNU, of Microsoft, and of BSD and Darwin. */
const LONG_NAMES = '//'
const SYMBOL_TABLE = /^(\/|\/SYM64\/|\/<[A-Z]+>\/|__\.SYMDEF( SORTED|_64|_64 SORTED)?)$/

/** The members but for the tables, which stand before all others. */
export function* readMembers(bytes: Bytes): Generator<Member, void> {
  let longNames: Extent | undefined
  let isBehindTables = false
  let at = AR_MAGIC_BYTES
  while (at < bytes.size) {
    const { name: field, offset, length } = readHeader(bytes, at)
    const member = nameMember(bytes, { name: field, offset, length }, at, longNames)
    const isTable = field === LONG_NAMES || SYMBOL_TABLE.test(member.name)
    if (isTable && isBehindTables) {
      throw new FormatError(at, `a table ${member.name} behind the first object`)
    }
    if (field === LONG_NAMES) {
      if (longNames !== undefined) throw new FormatError(at, 'a second table of long names')
      longNames = { offset, length }
    } else if (!isTable) {
      isBehindTables = true
      yield member
    }
    // The byte that fills up an odd length may be missing behind the last member.
    at = offset + length + (length % 2)
  }
}

/** A header, and the bytes behind it. */
function readHeader(bytes: Bytes, at: number): Member {
  const raw = Buffer.from(bytes.read(at, HEADER_BYTES, 'the header of a member')).toString('latin1')
  if (!raw.endsWith(HEADER_END)) throw new FormatError(at + 58, 'the header of a member has no end')
  const offset = at + HEADER_BYTES
  const length = parseNumber(raw.slice(48, 58), at + 48, 'the size of a member')
  if (offset + length > bytes.size) {
    throw new FormatError(at + 48, `a member of ${length} bytes, with ${bytes.size - offset} left`)
  }
  return { name: raw.slice(0, 16).replace(/ +$/, ''), offset, length }
}

/** Digits, then spaces. */
export function parseNumber(field: string, at: number, what: string): number {
  const number = /^\d+ *$/.test(field) ? Number(field) : NaN
  if (!Number.isSafeInteger(number)) throw new FormatError(at, `${what} is ${JSON.stringify(field)}`)
  return number
}

/** The member by its whole name, from whichever of the three places holds it; BSD's long names stand before the content. */
function nameMember(bytes: Bytes, member: Member, at: number, longNames: Extent | undefined): Member {
  const { name: field, offset, length } = member
  const bsd = /^#1\/(\d+)$/.exec(field)
  if (bsd) {
    const nameBytes = Number(bsd[1])
    if (nameBytes > Math.min(length, MAX_NAME_BYTES)) {
      throw new FormatError(at, `a name of ${nameBytes} bytes in a member of ${length}`)
    }
    const raw = Buffer.from(bytes.read(offset, nameBytes, 'the name of a member'))
    const end = raw.indexOf(0)
    const name = checkedName(raw.subarray(0, end < 0 ? nameBytes : end), offset)
    return { name, offset: offset + nameBytes, length: length - nameBytes }
  }
  const gnu = /^\/(\d+)$/.exec(field)
  if (gnu) return { ...member, name: readLongName(bytes, Number(gnu[1]), at, longNames) }
  if (field === LONG_NAMES || SYMBOL_TABLE.test(field)) return member
  return { ...member, name: checkedName(Buffer.from(field.replace(/\/$/, ''), 'latin1'), at) }
}

/** Names end with `/` and a line feed in GNU's table, and with NUL in Microsoft's. */
function readLongName(bytes: Bytes, start: number, at: number, longNames: Extent | undefined): string {
  if (longNames === undefined || start >= longNames.length) {
    throw new FormatError(at, `the name of a member should be at ${start} of the table of long names`)
  }
  const offset = longNames.offset + start
  const raw = Buffer.from(
    bytes.read(offset, Math.min(longNames.length - start, MAX_NAME_BYTES), 'the name of a member'),
  )
  const end = raw.findIndex((byte) => byte === 0 || byte === 0x0a)
  if (end < 0) throw new FormatError(offset, `the name of a member has no end within ${raw.length} bytes`)
  const slash = raw[end - 1] === 0x2f && raw[end] === 0x0a ? 1 : 0
  return checkedName(raw.subarray(0, end - slash), offset)
}

export function checkedName(raw: Uint8Array, at: number): string {
  const name = decodeName(raw, at, 'the name of a member')
  if (name === '') throw new FormatError(at, 'a member without a name')
  return name
}
