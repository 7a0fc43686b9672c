// What a run has built <-> the text that is kept of it, which a later run is compared with.

/** A form that another version of this action would misread gets another number. */
const FORMAT = 1

/** What is kept of a run. */
export interface Baseline {
  /** Full hash; absent outside a repository. */
  readonly commit?: string | undefined
  readonly targets: readonly BuiltTarget[]
}

export interface BuiltTarget {
  /** As `formatTarget` writes it. */
  readonly id: string
  /** Bytes of its archive or bare binaries. */
  readonly released: number
  /** Wall-clock time of the go commands. */
  readonly buildSeconds?: number | undefined
  readonly programs: readonly BuiltProgram[]
  readonly modules: readonly BuiltModule[]
  /** Import paths of packages with C in them; absent where Go does not tell. */
  readonly cgoPackages?: readonly string[] | undefined
}

export interface BuiltProgram {
  /** Base name of its file. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** The verdict, with its evidence where it is dynamic. */
  readonly linkage: string
  /** `glibc 2.34`, `macOS 12.0`. */
  readonly floor: readonly string[]
}

export interface BuiltModule {
  readonly path: string
  /** With what replaces it: `v1.2.0 => ../fork`. */
  readonly version: string
}

export const formatBaseline = (baseline: Baseline): string => JSON.stringify({ format: FORMAT, ...baseline })

/** @returns undefined where it is not what this version of the action keeps; nothing in it is taken on trust */
export function parseBaseline(text: string): Baseline | undefined {
  try {
    const { format, commit, targets } = record(JSON.parse(text))
    if (format !== FORMAT) return undefined
    return { commit: optional(commit, words), targets: list(targets, target) }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof Misfit) return undefined
    throw error
  }
}

/** A value that is not of the form that it must have. */
class Misfit extends Error {}

/** Longer than any name of a file, a module or a library, and than what is told of one. */
const MAX_LENGTH = 10_000
/** Longer than a job may last. */
const MAX_SECONDS = 1e6

function target(value: unknown): BuiltTarget {
  const { id, released, buildSeconds, programs, modules, cgoPackages } = record(value)
  return {
    id: words(id),
    released: bytes(released),
    buildSeconds: optional(buildSeconds, seconds),
    programs: list(programs, program),
    modules: list(modules, module),
    cgoPackages: optional(cgoPackages, (paths) => list(paths, words)),
  }
}

function program(value: unknown): BuiltProgram {
  const { name, size, linkage, floor } = record(value)
  return { name: words(name), size: bytes(size), linkage: words(linkage), floor: list(floor, words) }
}

function module(value: unknown): BuiltModule {
  const { path, version } = record(value)
  return { path: words(path), version: words(version) }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new Misfit()
}

function list<T>(value: unknown, item: (value: unknown) => T): T[] {
  if (Array.isArray(value)) return value.map(item)
  throw new Misfit()
}

function words(value: unknown): string {
  if (typeof value === 'string' && value.length <= MAX_LENGTH) return value
  throw new Misfit()
}

function bytes(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new Misfit()
}

function seconds(value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= MAX_SECONDS) return value
  throw new Misfit()
}

const optional = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === undefined ? undefined : read(value)
