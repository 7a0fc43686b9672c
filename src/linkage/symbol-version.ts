// Names of symbol versions -> the highest of each family, compared as numbers: GLIBC_2.4 comes before GLIBC_2.34.

/** `GLIBC_2.34` is family `GLIBC`, numbers 2 and 34. */
interface SymbolVersion {
  readonly family: string
  readonly numbers: readonly number[]
}

/** Says nothing of a release: glibc's parts use it among themselves. */
const IGNORED = 'GLIBC_PRIVATE'

/** The version that stands for DT_RELR. */
export const DT_RELR_VERSION = 'GLIBC_ABI_DT_RELR'

/** Versions that stand for a feature of the loader, and the glibc that brought it. Source: glibc's NEWS. */
const FEATURES: ReadonlyMap<string, SymbolVersion> = new Map([
  [DT_RELR_VERSION, { family: 'GLIBC', numbers: [2, 36] }],
])

/** `GLIBC_2.34`, but `GLIBC_ABI_DT_RELR (glibc 2.36)`. */
export function describeSymbolVersion(name: string): string {
  const feature = FEATURES.get(name)
  return feature === undefined ? name : `${name} (glibc ${feature.numbers.join('.')})`
}

/** That of its release for a feature; undefined for another name that does not end in numbers. */
export function parseSymbolVersion(name: string): SymbolVersion | undefined {
  const feature = FEATURES.get(name)
  if (feature !== undefined) return feature
  const match = /^(\w+)_(\d{1,6}(?:\.\d{1,6})*)$/.exec(name)
  return match ? { family: match[1] ?? '', numbers: (match[2] ?? '').split('.').map(Number) } : undefined
}

/** Negative where `a` is lower; a missing number counts as 0. */
export function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/**
 * What a library must have: `['GLIBC_2.2.5', 'GLIBC_2.34', 'GLIBC_PRIVATE']` -> `['GLIBC_2.34']`. Names without
 * numbers stay as they are, since nobody can tell which release has them.
 */
export function highestVersions(names: readonly string[]): string[] {
  const highest = new Map<string, { readonly name: string; readonly numbers: readonly number[] }>()
  for (const name of names) {
    if (name === IGNORED) continue
    const { family, numbers } = parseSymbolVersion(name) ?? { family: name, numbers: [] }
    const known = highest.get(family)
    if (known === undefined || compareNumbers(numbers, known.numbers) > 0)
      highest.set(family, { name, numbers })
  }
  return [...highest.values()].map(({ name }) => name)
}
