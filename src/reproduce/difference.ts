// Two files that should be the same -> where their bytes differ, in words.
import { open, type FileHandle } from 'node:fs/promises'
import { readSync } from 'node:fs'
import { listSections, type Read, type Section } from './sections.js'

/** More than this is of no use to a reader. */
const MAX_NAMED = 8
const MAX_SHOWN = 160
const BLOCK_BYTES = 1024 ** 2
/** Documents are some kilobytes; nothing larger is read as a whole. */
const MAX_DOCUMENT_BYTES = 64 * 1024 ** 2

interface File {
  readonly size: number
  readonly read: Read
}

/**
 * Names the sections of a program, the place in a JSON document, or else the bytes.
 *
 * @param first absolute path, as is `second`
 * @returns undefined where both hold the same
 */
export async function describeDifference(first: string, second: string): Promise<string | undefined> {
  await using a = await openFile(first)
  await using b = await openFile(second)
  const all = { first: { offset: 0, length: a.size }, second: { offset: 0, length: b.size } }
  const where = firstDifference(a, b, all.first, all.second)
  if (where === undefined) return undefined
  return describeJson(a, b) ?? describeSections(a, b) ?? describeBytes(a, b, where)
}

async function openFile(file: string): Promise<File & AsyncDisposable> {
  const handle: FileHandle = await open(file, 'r')
  const { size } = await handle.stat()
  return {
    size,
    read(offset, length) {
      // Before the memory for it is taken.
      if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
        throw new RangeError(`${length} bytes from ${offset} of ${size}`)
      }
      const bytes = Buffer.alloc(length)
      let done = 0
      while (done < length) {
        const got = readSync(handle.fd, bytes, done, length - done, offset + done)
        if (got === 0) throw new RangeError('the file shrank')
        done += got
      }
      return bytes
    },
    [Symbol.asyncDispose]: () => handle.close(),
  }
}

type Extent = Pick<Section, 'offset' | 'length'>

/** Bytes from the start of both extents; where one begins as the other, the length of the shorter. */
function firstDifference(a: File, b: File, first: Extent, second: Extent): number | undefined {
  const shorter = Math.min(first.length, second.length)
  for (let at = 0; at < shorter; at += BLOCK_BYTES) {
    const length = Math.min(BLOCK_BYTES, shorter - at)
    const one = a.read(first.offset + at, length)
    const other = b.read(second.offset + at, length)
    if (!one.equals(other)) return at + one.findIndex((byte, index) => byte !== other[index])
  }
  return first.length === second.length ? undefined : shorter
}

/** They follow from everything else, so that what differs in them explains nothing. */
const CONSEQUENCES = /^(\.note\.go\.buildid|\.note\.gnu\.build-id|go:buildid|code signature|the headers)$/

/** Of Mach-O and PE, at the beginning of the code. */
const BUILD_ID = /^\W*Go build ID: /

function describeSections(a: File, b: File): string | undefined {
  const [first, second] = [sectionsOf(a), sectionsOf(b)]
  if (first.size === 0 || second.size === 0) return undefined
  const differing: string[] = []
  let shown = ''
  try {
    for (const [name, section] of first) {
      const other = second.get(name)
      const at = other && firstDifference(a, b, section, other)
      if (other === undefined) differing.push(`${name} (only in the first)`)
      else if (at !== undefined) {
        differing.push(name)
        if (shown !== '' || CONSEQUENCES.test(name)) continue
        const place = section.offset + at
        if (BUILD_ID.test(textAround(a, place))) continue
        shown = `; in ${name} first at ${hex(place)} of the file${excerpts(a, b, place, other.offset + at)}`
      }
    }
  } catch {
    // The headers speak of more than there is.
    return undefined
  }
  for (const name of second.keys()) if (!first.has(name)) differing.push(`${name} (only in the second)`)
  if (differing.length === 0) return undefined
  const more = differing.length - MAX_NAMED
  return `differs in ${differing.slice(0, MAX_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}${shown}`
}

/** By name; of several with one name, the second is `name #2`. What comes before the first section are the headers. */
function sectionsOf(file: File): Map<string, Extent> {
  const found = new Map<string, Extent>()
  let listed: Section[]
  try {
    listed = listSections(file.read, file.size).filter(({ length }) => length > 0)
  } catch {
    return found
  }
  if (listed.length === 0) return found
  for (const { name, offset, length } of listed) {
    let unique = name
    for (let number = 2; found.has(unique); number++) unique = `${name} #${number}`
    found.set(unique, { offset, length })
  }
  found.set('the headers', { offset: 0, length: Math.min(...listed.map(({ offset }) => offset)) })
  return found
}

/** The text that both have there, if it is text. */
function excerpts(a: File, b: File, first: number, second: number): string {
  const [one, other] = [textAround(a, first), textAround(b, second)]
  if (one.length < 4 || other.length < 4 || one === other) return ''
  return `: ${JSON.stringify(one)} and ${JSON.stringify(other)}`
}

function textAround(file: File, offset: number): string {
  const from = Math.max(0, offset - MAX_SHOWN / 2)
  const bytes = file.read(from, Math.min(MAX_SHOWN, file.size - from)).toString('latin1')
  const at = offset - from
  const before = /[\x20-\x7e]*$/.exec(bytes.slice(0, at))?.[0] ?? ''
  const after = /^[\x20-\x7e]*/.exec(bytes.slice(at))?.[0] ?? ''
  return before + after
}

function describeJson(a: File, b: File): string | undefined {
  const [one, other] = [parseJson(a), parseJson(b)]
  if (one === undefined || other === undefined) return undefined
  const found = findInJson(one, other, '')
  if (found === undefined) return 'differs in the order of its keys, or in white space'
  const show = (value: unknown) =>
    (JSON.stringify(value) as string | undefined)?.slice(0, MAX_SHOWN) ?? 'nothing'
  return `differs in ${found.path}: ${show(found.one)} and ${show(found.other)}`
}

function parseJson(file: File): object | undefined {
  if (file.size > MAX_DOCUMENT_BYTES || file.size === 0 || file.read(0, 1).toString() !== '{')
    return undefined
  try {
    return JSON.parse(file.read(0, file.size).toString()) as object
  } catch {
    return undefined
  }
}

interface JsonDifference {
  readonly path: string
  readonly one: unknown
  readonly other: unknown
}

/** Identities are made from the rest of a document, so that the rest is looked at first. */
const IDENTITIES = /^(documentNamespace|serialNumber)$/

function findInJson(one: unknown, other: unknown, path: string): JsonDifference | undefined {
  if (Object.is(one, other)) return undefined
  const isComposite = (value: unknown): value is object => typeof value === 'object' && value !== null
  if (!isComposite(one) || !isComposite(other) || Array.isArray(one) !== Array.isArray(other)) {
    return { path, one, other }
  }
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  const sorted = keys.sort((a, b) => Number(IDENTITIES.test(a)) - Number(IDENTITIES.test(b)))
  for (const key of sorted) {
    const at = Array.isArray(one) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
    const found = findInJson(own(one, key), own(other, key), at)
    if (found !== undefined) return found
  }
  return undefined
}

const own = (value: object, key: string): unknown =>
  Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined

function describeBytes(a: File, b: File, first: number): string {
  const sizes = a.size === b.size ? '' : ` (${a.size} and ${b.size} bytes long)`
  const text = first < Math.min(a.size, b.size) ? excerpts(a, b, first, first) : ''
  return `differs from byte ${hex(first)} to ${hex(lastDifference(a, b, first))}${sizes}${text}`
}

/** The last byte that differs; where the lengths do, the last of the longer. */
function lastDifference(a: File, b: File, first: number): number {
  if (a.size !== b.size) return Math.max(a.size, b.size) - 1
  for (let end = a.size; end > first; end -= BLOCK_BYTES) {
    const from = Math.max(first, end - BLOCK_BYTES)
    const one = a.read(from, end - from)
    const other = b.read(from, end - from)
    if (!one.equals(other)) return from + one.findLastIndex((byte, index) => byte !== other[index])
  }
  return first
}

const hex = (value: number): string => `0x${value.toString(16)}`
