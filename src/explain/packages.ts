// Turns what `go list -deps -json` prints into the packages of a program, and finds the shortest import chain to each.

/** What is asked of each package. */
export const PACKAGE_FIELDS = [
  'ImportPath',
  'Standard',
  'Dir',
  'GoFiles',
  'CgoFiles',
  'SwigFiles',
  'SwigCXXFiles',
  'IgnoredGoFiles',
  'Imports',
  'Module',
] as const

/** One package of `go list -json`; it leaves out what is false or empty. */
export interface ListedPackage {
  readonly ImportPath: string
  readonly Standard?: boolean
  /** Absolute path. */
  readonly Dir?: string
  /** Base names. */
  readonly GoFiles?: readonly string[]
  readonly CgoFiles?: readonly string[]
  readonly SwigFiles?: readonly string[]
  readonly SwigCXXFiles?: readonly string[]
  /** That build constraints leave out. */
  readonly IgnoredGoFiles?: readonly string[]
  /** Import paths as resolved: of vendored packages too. */
  readonly Imports?: readonly string[]
  /** Absent in the standard library; `Main` where it is the user's, as each one of a workspace is. */
  readonly Module?: { readonly Main?: boolean }
}

/** Whether cgo compiles files of it; SWIG writes such files. */
export function usesCgo({ CgoFiles = [], SwigFiles = [], SwigCXXFiles = [] }: ListedPackage): boolean {
  return CgoFiles.length + SwigFiles.length + SwigCXXFiles.length > 0
}

/**
 * For each package that `main` imports, directly or not, the import paths from `main` to it, both included. There is none for what
 * only the linker adds.
 *
 * @param main import path
 */
export function shortestChains(
  packages: readonly ListedPackage[],
  main: string,
): ReadonlyMap<string, readonly string[]> {
  const byPath = new Map(packages.map((listed) => [listed.ImportPath, listed]))
  const chains = new Map<string, readonly string[]>([[main, [main]]])
  // A Map is walked in the order of insertion, and what is added on the way is walked too.
  for (const [importPath, chain] of chains) {
    for (const imported of byPath.get(importPath)?.Imports ?? []) {
      if (!chains.has(imported)) chains.set(imported, [...chain, imported])
    }
  }
  return chains
}
