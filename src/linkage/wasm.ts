// A WebAssembly module -> its WasmLinkage, through the import section.

import { FormatError } from '../errors.js'
import { decodeName, readFields, type Bytes, type Extent } from './bytes.js'
import type { WasmLinkage } from './linkage.js'

/** Go's modules have about 12 sections, and an import section of about 1 KB. */
const MAX_SECTIONS = 1000
const MAX_IMPORT_SECTION_BYTES = 0x10_0000
const MAX_IMPORTS = 0x4000

/** Read of a custom section: its name, and all of a `producers` section, of which Go's have 71 bytes. */
const MAX_CUSTOM_BYTES = 4096

const HEADER_BYTES = 8
const CUSTOM_SECTION = 0
const IMPORT_SECTION = 2
const CODE_SECTION = 10
const DATA_SECTION = 11
/** The tag section, of the last id given out so far. */
const LAST_SECTION = 13

/** i32, i64, f32, f64, v128, funcref, externref: the types of one byte. */
const VALUE_TYPES: ReadonlySet<number> = new Set([0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x70, 0x6f])

/** Bytes that hold one unsigned 32-bit LEB128 number at most. */
const LEB_BYTES = 5

/**
 * Reads a module of version 1. A FormatError for everything that is malformed, and for components (layer 1).
 * Source: WebAssembly Core Specification, "Binary Format".
 */
export function readWasm(bytes: Bytes): WasmLinkage {
  const version = readFields(bytes, 0, HEADER_BYTES, 'little', 'the wasm header').u32(4)
  if (version !== 1) throw new FormatError(4, `wasm version ${version}, allowed: 1 (a core module)`)
  const seen = new Set<number>()
  let imports: WasmLinkage['imports'] = []
  let data: Extent | undefined
  let goVersion: string | undefined
  let symbols = false
  let at = HEADER_BYTES
  for (let count = 0; at < bytes.size; count++) {
    if (count === MAX_SECTIONS) throw new FormatError(at, `more than ${MAX_SECTIONS} sections`)
    const head = new Cursor(bytes.read(at, Math.min(1 + LEB_BYTES, bytes.size - at), 'a section header'), at)
    const id = head.byte('a section id')
    const length = head.unsigned('the length of a section')
    const start = head.offset
    if (start + length > bytes.size) {
      throw new FormatError(at, `section ${id} ends at ${start + length} of ${bytes.size} bytes`)
    }
    if (id > LAST_SECTION) throw new FormatError(at, `section id ${id}, allowed: 0 to ${LAST_SECTION}`)
    if (id !== CUSTOM_SECTION && seen.has(id)) throw new FormatError(at, `a second section ${id}`)
    seen.add(id)
    if (id === IMPORT_SECTION) imports = readImports(bytes, start, length)
    if (id === DATA_SECTION) data = { offset: start, length }
    if (id === CUSTOM_SECTION) {
      const cursor = new Cursor(
        bytes.read(start, Math.min(length, MAX_CUSTOM_BYTES), 'a custom section'),
        start,
      )
      const name = tryRead(() => cursor.name('the name of a custom section'))
      symbols ||= name === 'name'
      if (name === 'producers') goVersion ??= tryRead(() => readGoVersion(cursor))
    }
    at = start + length
  }
  if (!seen.has(CODE_SECTION)) throw new FormatError(at, 'a module without a code section')
  return {
    format: 'wasm',
    imports,
    ...(data && { data }),
    ...(goVersion !== undefined && { goVersion }),
    symbols,
  }
}

/** Hosts pass over custom sections that they cannot read, and so does this reader. */
function tryRead<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof FormatError) return undefined
    throw error
  }
}

/**
 * The version beside `Go` in the field `language`.
 * Source: WebAssembly tool conventions, "Producers Section".
 */
function readGoVersion(cursor: Cursor): string | undefined {
  for (let fields = cursor.unsigned('the number of fields'); fields > 0; fields--) {
    const field = cursor.name('the name of a field')
    for (let values = cursor.unsigned('the number of values'); values > 0; values--) {
      const name = cursor.name('a producer')
      const version = cursor.name('the version of a producer')
      if (field === 'language' && name === 'Go') return version
    }
  }
  return undefined
}

function readImports(bytes: Bytes, start: number, length: number): WasmLinkage['imports'] {
  if (length > MAX_IMPORT_SECTION_BYTES) {
    throw new FormatError(
      start,
      `an import section of ${length} bytes, allowed: up to ${MAX_IMPORT_SECTION_BYTES}`,
    )
  }
  const cursor = new Cursor(bytes.read(start, length, 'the import section'), start)
  const imports: { readonly module: string; readonly name: string }[] = []
  for (let left = cursor.unsigned('the number of imports'); left > 0; left--) {
    const module = cursor.name('the module of an import')
    const name = cursor.name('the name of an import')
    skipType(cursor)
    if (imports.length === MAX_IMPORTS)
      throw new FormatError(cursor.offset, `more than ${MAX_IMPORTS} imports`)
    imports.push({ module, name })
  }
  if (!cursor.atEnd) throw new FormatError(cursor.offset, 'bytes behind the last import')
  return imports
}

/** Leaves out what is imported: a function's type, a table, a memory, a global or a tag. */
function skipType(cursor: Cursor): void {
  const kind = cursor.byte('the kind of an import')
  switch (kind) {
    case 0:
      cursor.unsigned('the type of a function')
      return
    case 1:
      skipValueType(cursor)
      skipLimits(cursor)
      return
    case 2:
      skipLimits(cursor)
      return
    case 3:
      skipValueType(cursor)
      cursor.byte('the mutability of a global')
      return
    case 4:
      cursor.byte('the attribute of a tag')
      cursor.unsigned('the type of a tag')
      return
    default:
      throw new FormatError(cursor.offset - 1, `import kind ${kind}, allowed: 0 to 4`)
  }
}

function skipValueType(cursor: Cursor): void {
  const type = cursor.byte('a value type')
  if (!VALUE_TYPES.has(type)) throw new FormatError(cursor.offset - 1, `unknown value type ${type}`)
}

/** Bit 0: a maximum follows the minimum; bit 1: shared. */
function skipLimits(cursor: Cursor): void {
  const flags = cursor.byte('the flags of limits')
  if (flags > 3) throw new FormatError(cursor.offset - 1, `limits with flags ${flags}, allowed: 0 to 3`)
  cursor.unsigned('a minimum')
  if ((flags & 1) === 1) cursor.unsigned('a maximum')
}

/** A place in bytes of which all come one after the other. */
class Cursor {
  readonly #raw: Uint8Array
  readonly #start: number
  #next = 0

  constructor(raw: Uint8Array, start: number) {
    this.#raw = raw
    this.#start = start
  }

  /** Bytes from the start of the file. */
  get offset(): number {
    return this.#start + this.#next
  }

  get atEnd(): boolean {
    return this.#next === this.#raw.length
  }

  byte(what: string): number {
    const value = this.#raw[this.#next]
    if (value === undefined) throw new FormatError(this.offset, `${what} is missing`)
    this.#next += 1
    return value
  }

  /** An unsigned 32-bit LEB128 number. */
  unsigned(what: string): number {
    let value = 0
    for (let index = 0; index < LEB_BYTES; index++) {
      const byte = this.byte(what)
      value += (byte & 0x7f) * 2 ** (7 * index)
      if (byte < 0x80) {
        if (value < 2 ** 32) return value
        break
      }
    }
    throw new FormatError(this.offset, `${what} is not a 32-bit number`)
  }

  name(what: string): string {
    const length = this.unsigned(what)
    const at = this.offset
    if (this.#next + length > this.#raw.length) throw new FormatError(at, `${what} has no end`)
    this.#next += length
    return decodeName(this.#raw.subarray(this.#next - length, this.#next), at, what)
  }
}
