// PT_NOTE of an ELF file -> the oldest kernel or API level that the file says it runs on.

import type { Image, Segment } from './elf-segments.js'
import { PT_NOTE } from './elf-segments.js'
import { Fields } from './bytes.js'
import type { AbiTag } from './linkage.js'

/** Of all PT_NOTEs together; those of programs have some hundreds of bytes. */
const MAX_NOTE_BYTES = 0x10000

const NOTE_HEADER_BYTES = 12

/** All systems that have such a note give it this type. */
const ABI_TAG_TYPE = 1

/** The first word of NT_GNU_ABI_TAG. Source: glibc's elf.h. */
const GNU_SYSTEMS: Readonly<Record<number, string>> = { 0: 'Linux', 1: 'Hurd', 2: 'Solaris', 3: 'FreeBSD' }

/** By the note's owner: words of the description -> the tag. */
const OWNERS: Readonly<Record<string, (words: readonly number[]) => AbiTag | undefined>> = {
  GNU: ([system = 0, ...version]) => ({
    system: GNU_SYSTEMS[system] ?? String(system),
    version: version.slice(0, 3).join('.'),
  }),
  Android: ([level = 0]) => ({ system: 'Android', version: `API level ${level}` }),
  // osreldate: 1203000 is 12.3.
  FreeBSD: ([date = 0]) => ({
    system: 'FreeBSD',
    version: `${Math.floor(date / 100_000)}.${Math.floor(date / 1000) % 100}`,
  }),
  // __NetBSD_Version__: 700000000 is 7.0.
  NetBSD: ([version = 0]) => ({
    system: 'NetBSD',
    version: `${Math.floor(version / 100_000_000)}.${Math.floor(version / 1_000_000) % 100}`,
  }),
  DragonFly: ([version = 0]) => ({
    system: 'DragonFly BSD',
    version: `${Math.floor(version / 100_000)}.${Math.floor(version / 1000) % 100}`,
  }),
}

/**
 * The first such note. Nothing that is loaded hangs on notes, and linkers align them in more than one way: what cannot be
 * read is left out. Source: System V gABI, chapter 5, "Note Section".
 */
export function readAbiTag({ bytes, header }: Image, segments: readonly Segment[]): AbiTag | undefined {
  let left = MAX_NOTE_BYTES
  for (const { type, offset, filesz } of segments) {
    if (type !== PT_NOTE) continue
    const raw = bytes.read(offset, Math.min(filesz, left), 'PT_NOTE')
    left -= raw.length
    const fields = new Fields(raw, offset, header.data)
    let at = 0
    while (at + NOTE_HEADER_BYTES <= raw.length) {
      const nameBytes = fields.u32(at)
      const nameAt = at + NOTE_HEADER_BYTES
      const descriptionAt = nameAt + align(nameBytes)
      const end = descriptionAt + align(fields.u32(at + 4))
      if (end > raw.length) break
      const owner = Buffer.from(raw.subarray(nameAt, nameAt + Math.max(nameBytes - 1, 0))).toString('latin1')
      if (fields.u32(at + 8) === ABI_TAG_TYPE) {
        const words = Array.from({ length: Math.min((end - descriptionAt) / 4, 4) }, (_, index) =>
          fields.u32(descriptionAt + index * 4),
        )
        const tag = Object.hasOwn(OWNERS, owner) ? OWNERS[owner]?.(words) : undefined
        if (tag !== undefined) return tag
      }
      at = end
    }
  }
  return undefined
}

const align = (length: number): number => Math.ceil(length / 4) * 4
