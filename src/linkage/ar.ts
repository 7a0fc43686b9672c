// An ar archive -> its members, and what each of them was compiled for.

import { FormatError } from '../errors.js'
import { readBigMembers } from './ar-big.js'
import { AR_MAGIC_BYTES, readMembers, type Member } from './ar-members.js'
import type { Bytes } from './bytes.js'
import type { ArchiveLinkage } from './linkage.js'
import { readObjectFile } from './object-file.js'

/** The first four bytes, as a big-endian number, of every kind of archive. */
export const AR_MAGICS: ReadonlySet<number> = new Set([0x213c_6172, 0x213c_7468, 0x3c62_6967])

const ARCH = '!<arch>\n'
const THIN = '!<thin>\n'
const BIG = '<bigaf>\n'

/** Members of one archive; what Go makes has one for itself and one for each C file. */
export const MAX_MEMBERS = 10_000
/** Of all of them; those of objects have some tens. */
const MAX_NAMES_BYTES = 0x10_0000

/**
 * Reads an archive for a C linker, as GNU, BSD, Darwin, Microsoft and AIX write it. A FormatError for everything that is malformed,
 * for a thin archive, and for the packages of `-buildmode=archive`.
 * Source: ar(5) of the BSDs, binutils' ar.h, Microsoft's PE Format and IBM's AIX Files Reference.
 */
export function readArchive(bytes: Bytes): ArchiveLinkage {
  const magic = Buffer.from(bytes.read(0, AR_MAGIC_BYTES, 'the magic of an archive')).toString('latin1')
  if (magic === THIN) {
    throw new FormatError(0, 'a thin archive, which only names its objects; make it without ar option T')
  }
  if (magic !== ARCH && magic !== BIG) {
    throw new FormatError(0, `an archive begins with ${JSON.stringify(magic)}, known are !<arch> and <bigaf>`)
  }
  const members: Member[] = []
  let nameBytes = 0
  for (const member of magic === BIG ? readBigMembers(bytes) : readMembers(bytes)) {
    if (member.name === '__.PKGDEF') {
      throw new FormatError(
        member.offset,
        'a package archive, as buildmode archive makes: only the go command links it; build with buildmode: c-archive',
      )
    }
    if (members.length === MAX_MEMBERS) {
      throw new FormatError(member.offset, `more than ${MAX_MEMBERS} members`)
    }
    nameBytes += member.name.length
    if (nameBytes > MAX_NAMES_BYTES) {
      throw new FormatError(member.offset, `names of members of more than ${MAX_NAMES_BYTES} bytes together`)
    }
    members.push(member)
  }
  return {
    format: 'archive',
    members: members.map((member) => ({ ...member, ...readObject(bytes, member) })),
  }
}

/** Says which member it is that is malformed. */
function readObject(bytes: Bytes, member: Member): ReturnType<typeof readObjectFile> {
  try {
    return readObjectFile(bytes, member)
  } catch (error) {
    if (error instanceof FormatError) error.message = `member ${member.name}: ${error.message}`
    throw error
  }
}
