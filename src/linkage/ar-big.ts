// The headers of an AIX big archive -> where its members are.

import { FormatError } from '../errors.js'
import { AR_MAGIC_BYTES, checkedName, parseNumber, type Member } from './ar-members.js'
import { MAX_NAME_BYTES, type Bytes } from './bytes.js'

const FILE_HEADER_BYTES = 128
/** Bytes of a member's header without its name. */
const MEMBER_HEADER_BYTES = 112
const HEADER_END = '`\n'

/** From the start of the header. */
const FIRST_MEMBER_AT = AR_MAGIC_BYTES + 60
const LAST_MEMBER_AT = AR_MAGIC_BYTES + 80
const NEXT_MEMBER_AT = 20
const NAME_LENGTH_AT = 108

const LONG_BYTES = 20
const SHORT_BYTES = 4

/** Follows the chain from the first member to the last; the tables are not part of it. Each member has to be behind the one before. */
export function* readBigMembers(bytes: Bytes): Generator<Member, void> {
  const file = readText(bytes, 0, FILE_HEADER_BYTES, 'the header of the archive')
  const last = readNumber(file, 0, LAST_MEMBER_AT, LONG_BYTES, 'the place of the last member')
  let at = readNumber(file, 0, FIRST_MEMBER_AT, LONG_BYTES, 'the place of the first member')
  let end = FILE_HEADER_BYTES
  while (at !== 0) {
    if (at < end)
      throw new FormatError(at, `a member that begins before ${end}, where the one before it ends`)
    const header = readText(bytes, at, MEMBER_HEADER_BYTES, 'the header of a member')
    const length = readNumber(header, at, 0, LONG_BYTES, 'the size of a member')
    const nameLength = readNumber(header, at, NAME_LENGTH_AT, SHORT_BYTES, 'the length of a name')
    const nameAt = at + MEMBER_HEADER_BYTES
    const offset = nameAt + nameLength + (nameLength % 2) + HEADER_END.length
    if (nameLength > MAX_NAME_BYTES || offset + length > bytes.size) {
      throw new FormatError(
        at,
        `a member of ${length} bytes with a name of ${nameLength}, at the end of the file`,
      )
    }
    if (
      readText(bytes, offset - HEADER_END.length, HEADER_END.length, 'the end of a header') !== HEADER_END
    ) {
      throw new FormatError(offset - HEADER_END.length, 'the header of a member has no end')
    }
    yield {
      name: checkedName(bytes.read(nameAt, nameLength, 'the name of a member'), nameAt),
      offset,
      length,
    }
    if (at === last) return
    end = offset + length
    at = readNumber(header, at, NEXT_MEMBER_AT, LONG_BYTES, 'the place of the next member')
  }
  if (last !== 0)
    throw new FormatError(LAST_MEMBER_AT, `the chain of members does not lead to the last one, at ${last}`)
}

const readText = (bytes: Bytes, at: number, length: number, what: string): string =>
  Buffer.from(bytes.read(at, length, what)).toString('latin1')

const readNumber = (header: string, at: number, start: number, length: number, what: string): number =>
  parseNumber(header.slice(start, start + length), at + start, what)
