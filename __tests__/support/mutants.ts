// Small files of every format -> changed ones, millions of them, each given to the whole linkage check: what it may do is accept or refuse.

import { FormatError } from '../../src/errors.js'
import { checkRange, type Bytes, type Extent } from '../../src/linkage/bytes.js'
import { parseChecks, runChecks } from '../../src/linkage/checks.js'
import { inspectBytes } from '../../src/linkage/inspection.js'
import { describeVerdict } from '../../src/linkage/verdict.js'
import type { SmallFile } from '../unit/linkage/small-files.js'

/** Nothing may take longer; measured again by the processor's time before it counts, since other programs run here too. */
export const MAX_MILLISECONDS = 100

/** Zeros behind each file, into which a mutant may grow. */
const ROOM_BYTES = 0x1000

/** What is read in larger parts is searched, not read as fields. */
const MAX_FIELD_BYTES = 0x1000

const MAX_CHANGES = 4
const MAX_BLOCK_BYTES = 256

export interface Mutant {
  /** By which, with the same seed and the same files, it is made again. */
  readonly index: number
  /** The file that it was made of. */
  readonly name: string
  readonly goos: string
  readonly content: Buffer
  /** What went wrong. */
  readonly problem: string
}

export interface Figures {
  readonly mutants: number
  readonly refused: number
  readonly failures: number
  /** Milliseconds. */
  readonly slowest: number
}

const CHECKS = parseChecks('')

/** The whole check, as it is done to a file; a FormatError is the answer `refused`. */
function check(bytes: Bytes, goos: string): 'accepted' | 'refused' {
  try {
    const inspection = inspectBytes(bytes, goos)
    if (inspection.kind === 'readable') describeVerdict(inspection.verdict)
    runChecks(inspection, { goos, goarch: 'amd64', cgo: false, policy: { kind: 'static' } }, CHECKS)
    return 'accepted'
  } catch (error) {
    if (error instanceof FormatError) return 'refused'
    throw error
  }
}

/** Bytes in memory that can be cut, and that can tell what was read of them. */
class Memory implements Bytes {
  readonly buffer: Buffer
  size: number
  /** Where it is set, each part that is read is put into it. */
  seen: Extent[] | undefined

  constructor(buffer: Buffer, size: number) {
    this.buffer = buffer
    this.size = size
  }

  read(offset: number, length: number, what: string): Uint8Array {
    checkRange(this.size, offset, length, what)
    this.seen?.push({ offset, length })
    return this.buffer.subarray(offset, offset + length)
  }
}

/** The same numbers for the same start. Source: mulberry32 by Tommy Ettinger, public domain. */
class Random {
  #state = 0

  restart(seed: number, index: number): void {
    this.#state = (seed ^ Math.imul(index + 1, 0x9e37_79b9)) | 0
    this.word()
  }

  /** 32 bits. */
  word(): number {
    this.#state = (this.#state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  /** 0 or more, but less than `limit`. */
  below(limit: number): number {
    return this.word() % Math.max(limit, 1)
  }

  of<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)]
    if (value === undefined) throw new RangeError('nothing to choose from')
    return value
  }
}

/** Numbers at which counts, sizes and signs turn over; high and low half of each word. */
const EDGES: readonly (readonly [high: number, low: number])[] = [
  ...[0, 1, 2, 3, 4, 7, 8, 15, 16, 0x7f, 0x80, 0xff, 0x100, 0xfff, 0x1000, 0x7fff, 0x8000, 0xffff],
  ...[0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff],
].map((low) => [0, low] as const)
const WIDE_EDGES: readonly (readonly [high: number, low: number])[] = [
  [1, 0],
  [0x1f_ffff, 0xffff_ffff],
  [0x20_0000, 0],
  [0x7fff_ffff, 0xffff_ffff],
  [0x8000_0000, 0],
  [0xffff_ffff, 0xffff_f000],
  [0xffff_ffff, 0xffff_ffff],
]

const WIDTHS = [1, 2, 4, 8] as const
/** Lengths of rows in the tables of the formats. */
const ROW_BYTES = [8, 12, 16, 20, 24, 32, 40, 56, 64, 72]

/** One file that is changed in place, and made whole again from its original. */
class Subject {
  readonly file: SmallFile
  readonly memory: Memory
  /** What the readers took for structures of the format: changes are made there. */
  readonly fields: readonly Extent[]
  /** Ranges that differ from the original. */
  readonly #dirty: Extent[] = []

  constructor(file: SmallFile) {
    this.file = file
    this.memory = new Memory(Buffer.concat([file.content, Buffer.alloc(ROOM_BYTES)]), file.content.length)
    this.memory.seen = []
    check(this.memory, file.goos)
    const fields = this.memory.seen.filter(({ length }) => length > 0 && length <= MAX_FIELD_BYTES)
    this.fields = fields.length === 0 ? [{ offset: 0, length: Math.min(file.content.length, 64) }] : fields
    this.memory.seen = undefined
  }

  restore(): void {
    const { content } = this.file
    for (const { offset, length } of this.#dirty) {
      this.memory.buffer.fill(0, offset, offset + length)
      if (offset < content.length) this.memory.buffer.set(content.subarray(offset, offset + length), offset)
    }
    this.#dirty.length = 0
    this.memory.size = content.length
  }

  /** A part of the buffer that is about to be changed; shorter where the buffer ends. */
  touch(offset: number, length: number): Buffer {
    const part = this.memory.buffer.subarray(offset, offset + length)
    this.#dirty.push({ offset, length: part.length })
    return part
  }

  /** A place in a structure, at a multiple of `width` from its start. */
  place(random: Random, width: number): number {
    const { offset, length } = random.of(this.fields)
    return offset + random.below(Math.ceil(length / width)) * width
  }
}

function putWord(part: Buffer, high: number, low: number, isLittle: boolean): void {
  for (let index = 0; index < part.length; index++) {
    const power = isLittle ? index : part.length - 1 - index
    part[index] = power < 4 ? low >>> (8 * power) : high >>> (8 * (power - 4))
  }
}

type Change = (subject: Subject, random: Random, others: readonly Subject[]) => void

const changes: readonly Change[] = [
  // Any byte to any value.
  (subject, random) => {
    subject.touch(random.below(subject.memory.size), 1)[0] = random.word()
  },
  // A bit of a field.
  (subject, random) => {
    const part = subject.touch(subject.place(random, 1), 1)
    part[0] = (part[0] ?? 0) ^ (1 << random.below(8))
  },
  // A field to a number at which something turns over.
  (subject, random) => {
    const width = random.of(WIDTHS)
    const [high, low] = random.of(width === 8 && random.below(2) === 0 ? WIDE_EDGES : EDGES)
    putWord(subject.touch(subject.place(random, width), width), high, low, random.below(4) !== 0)
  },
  // A field to a place in the file, or to its size or just beside it.
  (subject, random) => {
    const width = random.of(WIDTHS)
    const { size } = subject.memory
    const low = random.below(2) === 0 ? random.below(size) : Math.max(size + random.below(5) - 2, 0)
    putWord(subject.touch(subject.place(random, width), width), 0, low, random.below(4) !== 0)
  },
  // A field a little more or less.
  (subject, random) => {
    const part = subject.touch(subject.place(random, 1), 1)
    part[0] = (part[0] ?? 0) + random.below(33) - 16
  },
  // A field to what another has.
  (subject, random) => {
    const width = random.of(WIDTHS)
    copy(subject, subject.place(random, width), subject, subject.place(random, width), width)
  },
  // A row over another.
  (subject, random) => {
    const width = random.of(ROW_BYTES)
    copy(subject, subject.place(random, width), subject, subject.place(random, width), width)
  },
  // A part of another file.
  (subject, random, others) => {
    const other = random.of(others)
    const length = 1 + random.below(MAX_BLOCK_BYTES)
    copy(other, other.place(random, 4), subject, subject.place(random, 4), length)
  },
  // What is behind a place moves up or down.
  (subject, random) => {
    const length = random.of(ROW_BYTES)
    const start = subject.place(random, 4)
    const part = subject.touch(start, MAX_FIELD_BYTES)
    if (random.below(2) === 0) part.copyWithin(0, length)
    else part.copyWithin(length, 0)
  },
  // Cut short, or longer by zeros.
  (subject, random) => {
    const { memory } = subject
    memory.size = random.below(8) === 0 ? memory.buffer.length : random.below(memory.size + 1)
  },
]

function copy(from: Subject, at: number, to: Subject, place: number, length: number): void {
  const part = to.touch(place, length)
  from.memory.buffer.copy(part, 0, at, at + part.length)
}

const elapsedSince = (start: number): number => performance.now() - start

/** What is wrong with how the mutant is checked; undefined where nothing is. */
function findProblem({ memory, file }: Subject): string | undefined {
  try {
    check(memory, file.goos)
    return undefined
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}

/** Milliseconds of the processor, which other programs do not add to; the shortest of three times. */
function measure(bytes: Bytes, goos: string): number {
  const times = [0, 1, 2].map(() => {
    const start = process.cpuUsage()
    check(bytes, goos)
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  })
  return Math.min(...times)
}

/** How long a whole file takes to be checked, as `measure` does it for mutants. */
export const measureFile = ({ content, goos }: SmallFile): number =>
  measure(new Memory(content, content.length), goos)

/**
 * Makes `count` mutants of `files`, the first of them with index `first`, and checks each; those on which the check fails or takes
 * too long are told one by one.
 */
export function fuzz(
  files: readonly SmallFile[],
  { seed, first = 0, count }: { readonly seed: number; readonly first?: number; readonly count: number },
  tell: (mutant: Mutant) => void,
): Figures {
  const subjects = files.map((file) => new Subject(file))
  const random = new Random()
  let [refused, failures, slowest] = [0, 0, 0]
  const fail = (index: number, { file, memory }: Subject, problem: string): void => {
    failures++
    const content = Buffer.from(memory.buffer.subarray(0, memory.size))
    tell({ index, name: file.name, goos: file.goos, content, problem })
  }
  const { stackTraceLimit } = Error
  for (let index = first; index < first + count; index++) {
    random.restart(seed, index)
    const subject = random.of(subjects)
    for (let left = 1 + random.below(MAX_CHANGES); left > 0; left--) {
      random.of(changes)(subject, random, subjects)
    }
    // The stack of a FormatError that is expected costs more than all else.
    Error.stackTraceLimit = 0
    const start = performance.now()
    let failed = false
    try {
      if (check(subject.memory, subject.file.goos) === 'refused') refused++
    } catch {
      failed = true
    }
    let elapsed = elapsedSince(start)
    Error.stackTraceLimit = stackTraceLimit
    if (failed) fail(index, subject, findProblem(subject) ?? 'fails only at times')
    else if (elapsed > MAX_MILLISECONDS) {
      elapsed = measure(subject.memory, subject.file.goos)
      if (elapsed > MAX_MILLISECONDS) fail(index, subject, `takes ${Math.round(elapsed)} ms`)
    }
    slowest = Math.max(slowest, elapsed)
    subject.restore()
  }
  return { mutants: count, refused, failures, slowest }
}

/** Every file cut at every byte; what goes wrong is told as by `fuzz`, `index` being the length. Returns how many cuts there were. */
export function cutEverywhere(files: readonly SmallFile[], tell: (mutant: Mutant) => void): number {
  let cuts = 0
  for (const file of files) {
    for (let length = 0; length < file.content.length; length++, cuts++) {
      const content = file.content.subarray(0, length)
      try {
        check(new Memory(content, length), file.goos)
      } catch (error) {
        const problem = error instanceof Error ? (error.stack ?? error.message) : String(error)
        tell({ index: length, name: file.name, goos: file.goos, content, problem })
      }
    }
  }
  return cuts
}
