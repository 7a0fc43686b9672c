// The bytes of a program -> the sections that its own headers name, each with its place in the file.

export interface Section {
  /** As the format writes it: `.gopclntab`, `__TEXT,__text`; of WebAssembly the kind, or a custom section's own name. */
  readonly name: string
  /** Bytes from the start of the file. */
  readonly offset: number
  readonly length: number
}

/** `length` bytes from `offset`; throws where the file does not hold all of them. */
export type Read = (offset: number, length: number) => Buffer

const MAX_SECTIONS = 4096
const MAX_TABLE_BYTES = 1024 ** 2

/**
 * Of ELF, Mach-O, PE, XCOFF64 and WebAssembly; empty for anything else.
 *
 * @throws RangeError where the headers are not those of a whole file
 */
export function listSections(read: Read, size: number): Section[] {
  if (size < 64) return []
  const head = read(0, 64)
  if (head.toString('latin1', 0, 4) === '\x7fELF') return listElf(read, head)
  if (head.toString('latin1', 0, 4) === '\0asm') return listWasm(read, size)
  if (head.readUInt32LE(0) === 0xfeed_facf) return listMacho(read, head, MACHO64)
  if (head.readUInt32LE(0) === 0xfeed_face) return listMacho(read, head, MACHO32)
  if (head.toString('latin1', 0, 2) === 'MZ') return listPe(read, head, size)
  if (head.readUInt16BE(0) === 0x01f7) return listXcoff(read, head)
  return []
}

/** A row of a table, with numbers in the file's byte order. */
interface Row {
  u16(at: number): number
  u32(at: number): number
  /** As a number: a place in a file that is larger is refused by `read`. */
  u64(at: number): number
  text(at: number, length: number): string
}

function row(bytes: Buffer, little: boolean): Row {
  return {
    u16: (at) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
    u32: (at) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)),
    u64: (at) => Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at)),
    text: (at, length) => untilNul(bytes.subarray(at, at + length)),
  }
}

function rows(read: Read, offset: number, count: number, length: number, little: boolean): Row[] {
  if (count > MAX_SECTIONS) throw new RangeError(`${count} sections`)
  const table = read(offset, count * length)
  return Array.from({ length: count }, (_, index) =>
    row(table.subarray(index * length, (index + 1) * length), little),
  )
}

function untilNul(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  return bytes.toString('latin1', 0, end < 0 ? bytes.length : end)
}

const SHT_NULL = 0
const SHT_NOBITS = 8

function listElf(read: Read, head: Buffer): Section[] {
  const little = head[5] === 1
  const wide = head[4] === 2
  const header = row(head, little)
  const at = wide ? 58 : 46
  const [rowBytes, count, names] = [header.u16(at), header.u16(at + 2), header.u16(at + 4)]
  if (count === 0) return []
  const table = rows(read, wide ? header.u64(40) : header.u32(32), count, rowBytes, little).map((entry) => ({
    name: entry.u32(0),
    type: entry.u32(4),
    offset: wide ? entry.u64(24) : entry.u32(16),
    length: wide ? entry.u64(32) : entry.u32(20),
  }))
  const place = table[names]
  const texts = place && read(place.offset, Math.min(place.length, MAX_TABLE_BYTES))
  return table
    .filter(({ type }) => type !== SHT_NULL && type !== SHT_NOBITS)
    .map(({ name, offset, length }) => ({
      name: texts === undefined ? '' : untilNul(texts.subarray(name)),
      offset,
      length,
    }))
}

interface MachoLayout {
  readonly wide: boolean
  readonly headerBytes: number
  readonly segment: number
  /** Places in a segment's command: how many sections there are, and the first. */
  readonly count: number
  readonly first: number
  readonly rowBytes: number
}

const MACHO64 = { wide: true, headerBytes: 32, segment: 0x19, count: 64, first: 72, rowBytes: 80 }
const MACHO32 = { wide: false, headerBytes: 28, segment: 1, count: 48, first: 56, rowBytes: 68 }
const LC_CODE_SIGNATURE = 0x1d
/** S_ZEROFILL, S_GB_ZEROFILL, S_THREAD_LOCAL_ZEROFILL: nothing in the file. */
const ZEROFILL = [0x1, 0xc, 0x12]

function listMacho(read: Read, head: Buffer, layout: MachoLayout): Section[] {
  const { wide, headerBytes, segment, count, first, rowBytes } = layout
  const header = row(head, true)
  const commands = read(headerBytes, Math.min(header.u32(20), MAX_TABLE_BYTES))
  const found: Section[] = []
  let signature: Section | undefined
  let at = 0
  for (let left = header.u32(16); left > 0; left--) {
    const bytes = commands.subarray(at, at + commands.readUInt32LE(at + 4))
    if (bytes.length < 8) throw new RangeError('a load command without an end')
    const command = row(bytes, true)
    if (command.u32(0) === LC_CODE_SIGNATURE) {
      signature = { name: 'code signature', offset: command.u32(8), length: command.u32(12) }
    }
    if (command.u32(0) === segment) {
      const sections = rows(
        (offset, length) => bytes.subarray(offset, offset + length),
        first,
        command.u32(count),
        rowBytes,
        true,
      )
      for (const entry of sections) {
        if (ZEROFILL.includes(entry.u32(wide ? 64 : 56) & 0xff)) continue
        found.push({
          name: `${entry.text(16, 16)},${entry.text(0, 16)}`,
          offset: entry.u32(wide ? 48 : 40),
          length: wide ? entry.u64(40) : entry.u32(36),
        })
      }
      if (sections.length === 0) {
        const [offset, length] = wide
          ? [command.u64(40), command.u64(48)]
          : [command.u32(32), command.u32(36)]
        if (length > 0) found.push({ name: command.text(8, 16), offset, length })
      }
    }
    at += bytes.length
  }
  if (signature === undefined) return found
  // It ends the last segment, and follows from all that is before it.
  const { offset } = signature
  const clipped = found.map((section) =>
    section.offset < offset && section.offset + section.length > offset
      ? { ...section, length: offset - section.offset }
      : section,
  )
  return [...clipped, signature]
}

const SYMBOL_BYTES = 18

function listPe(read: Read, head: Buffer, size: number): Section[] {
  const at = head.readUInt32LE(0x3c)
  const coff = read(at, 24)
  if (coff.toString('latin1', 0, 4) !== 'PE\0\0') return []
  const header = row(coff, true)
  const symbols = header.u32(12)
  const texts = symbols + header.u32(16) * SYMBOL_BYTES
  const longName = (name: string) => {
    const offset = /^\/(\d+)$/.exec(name)?.[1]
    if (offset === undefined || symbols === 0) return name
    const from = texts + Number(offset)
    return untilNul(read(from, Math.min(64, Math.max(0, size - from))))
  }
  const found = rows(read, at + 24 + header.u16(20), header.u16(6), 40, true)
    .map((entry) => ({ name: longName(entry.text(0, 8)), offset: entry.u32(20), length: entry.u32(16) }))
    .filter(({ offset }) => offset > 0)
  if (symbols === 0) return found
  return [...found, { name: 'the symbol table', offset: symbols, length: Math.max(0, size - symbols) }]
}

const STYP_BSS = 0x80

function listXcoff(read: Read, head: Buffer): Section[] {
  const header = row(head, false)
  return rows(read, 24 + header.u16(16), header.u16(2), 72, false)
    .filter((entry) => (entry.u32(64) & STYP_BSS) === 0 && entry.u64(32) > 0)
    .map((entry) => ({ name: entry.text(0, 8), offset: entry.u64(32), length: entry.u64(24) }))
}

const WASM_KINDS = [
  ...['custom', 'type', 'import', 'function', 'table', 'memory', 'global', 'export', 'start', 'element'],
  ...['code', 'data', 'data count', 'tag'],
]

function listWasm(read: Read, size: number): Section[] {
  const found: Section[] = []
  for (let at = 8; at < size;) {
    const head = read(at, Math.min(16, size - at))
    const [length, lengthBytes] = readLeb(head, 1)
    const offset = at + 1 + lengthBytes
    const kind = head.readUInt8(0)
    const name = kind === 0 ? customName(read(offset, Math.min(128, length))) : WASM_KINDS[kind]
    found.push({ name: name ?? `section ${kind}`, offset, length })
    if (found.length > MAX_SECTIONS) throw new RangeError('too many sections')
    at = offset + length
  }
  return found
}

function customName(bytes: Buffer): string {
  const [length, lengthBytes] = readLeb(bytes, 0)
  return bytes.toString('latin1', lengthBytes, lengthBytes + length)
}

/** A LEB128 number of up to 32 bits, and how many bytes it takes. */
function readLeb(bytes: Buffer, from: number): [value: number, length: number] {
  let value = 0
  for (let index = 0; index < 5; index++) {
    const byte = bytes.readUInt8(from + index)
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return [value, index + 1]
  }
  throw new RangeError('a number without an end')
}
