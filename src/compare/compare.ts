// What two runs have built -> what of it has changed, the same change on several targets once.
import type { Baseline, BuiltTarget } from './baseline.js'

export interface Comparison {
  /** Commits; absent outside a repository. */
  readonly base?: string | undefined
  readonly head?: string | undefined
  /** Those that both have. */
  readonly targets: readonly TargetComparison[]
  readonly newTargets: readonly string[]
  readonly goneTargets: readonly string[]
  readonly differences: readonly Difference[]
}

export interface TargetComparison {
  readonly target: string
  /** Bytes of its archive or bare binaries. */
  readonly released: Change<number>
  readonly buildSeconds: Change<number | undefined>
  /** Bytes of those programs that both have. */
  readonly programs: readonly (Change<number> & { readonly name: string })[]
}

export interface Change<T> {
  readonly before: T
  readonly after: T
}

const KINDS = ['program', 'linkage', 'floor', 'module', 'cgo'] as const
export type Kind = (typeof KINDS)[number]

/** Something that has changed alike on some targets. */
export interface Difference {
  readonly kind: Kind
  /** Of the program, the module or the package. */
  readonly name: string
  readonly change: 'new' | 'gone' | 'changed'
  /** Linkage, floor or version; absent of programs and packages, and of what was not there or is gone. */
  readonly before?: string
  readonly after?: string
  /** Of those targets that both have. */
  readonly targets: readonly string[]
}

export function compareReleases(base: Baseline, head: Baseline): Comparison {
  const before = new Map(base.targets.map((target) => [target.id, target]))
  const after = new Set(head.targets.map(({ id }) => id))
  const common = head.targets.flatMap((target) => {
    const former = before.get(target.id)
    return former === undefined ? [] : [{ before: former, after: target }]
  })
  return {
    base: base.commit,
    head: head.commit,
    targets: common.map(compareTarget),
    newTargets: [...after].filter((id) => !before.has(id)),
    goneTargets: [...before.keys()].filter((id) => !after.has(id)),
    differences: collect(common),
  }
}

/** Archives differ by some bytes with every commit, whose hash is in the programs. */
const isAlike = ({ before, after }: Change<number>): boolean =>
  Math.abs(after - before) <= 1000 + before / 1000

/** No build takes as long as another. */
export const isUnchanged = ({ targets, newTargets, goneTargets, differences }: Comparison): boolean =>
  newTargets.length === 0 &&
  goneTargets.length === 0 &&
  differences.length === 0 &&
  targets.every(
    ({ released, programs }) => isAlike(released) && programs.every(({ before, after }) => before === after),
  )

function compareTarget({ before, after }: Change<BuiltTarget>): TargetComparison {
  const former = new Map(before.programs.map(({ name, size }) => [name, size]))
  return {
    target: after.id,
    released: { before: before.released, after: after.released },
    buildSeconds: { before: before.buildSeconds, after: after.buildSeconds },
    programs: after.programs.flatMap(({ name, size }) => {
      const was = former.get(name)
      return was === undefined ? [] : [{ name, before: was, after: size }]
    }),
  }
}

type Values = ReadonlyMap<string, string>

function collect(common: readonly Change<BuiltTarget>[]): Difference[] {
  const found = new Map<string, Difference & { readonly targets: string[] }>()
  for (const { before, after } of common) {
    const [was, is] = [valuesOf(before, after), valuesOf(after, before)]
    for (const kind of KINDS) {
      for (const difference of differing(kind, was[kind], is[kind])) {
        const key = JSON.stringify(difference)
        const known = found.get(key)
        if (known === undefined) found.set(key, { ...difference, targets: [after.id] })
        else known.targets.push(after.id)
      }
    }
  }
  return [...found.values()].sort(
    (a, b) =>
      KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || (a.name < b.name ? -1 : Number(a.name > b.name)),
  )
}

/** What a target has of each kind, by name. A new program has changed in nothing. */
function valuesOf(target: BuiltTarget, other: BuiltTarget): Record<Kind, Values> {
  const shared = target.programs.filter(({ name }) => other.programs.some((program) => program.name === name))
  const known = other.cgoPackages === undefined ? [] : (target.cgoPackages ?? [])
  return {
    program: new Map(target.programs.map(({ name }) => [name, ''])),
    linkage: new Map(shared.map(({ name, linkage }) => [name, linkage])),
    floor: new Map(
      shared.flatMap(({ name, floor }) => (floor.length === 0 ? [] : [[name, floor.join(', ')]])),
    ),
    module: new Map(target.modules.map(({ path, version }) => [path, version])),
    cgo: new Map(known.map((path) => [path, ''])),
  }
}

function differing(kind: Kind, was: Values, is: Values): Omit<Difference, 'targets'>[] {
  const names = [...new Set([...was.keys(), ...is.keys()])]
  return names.flatMap((name) => {
    const [before, after] = [was.get(name), is.get(name)]
    if (before === after) return []
    const change = before === undefined ? 'new' : after === undefined ? 'gone' : 'changed'
    return [{ kind, name, change, ...(before && { before }), ...(after && { after }) }]
  })
}
