// What a successful `go build` printed -> the functions of each program that load shared libraries though it is linked statically.

/** The line before what was printed of a package. */
const PACKAGE = /^# (\S+)/

/** In the words of GNU ld, for a symbol that glibc marks so. */
const WARNING = /Using '([^']+)' in statically linked applications/

/** @returns import path of a main package -> names of functions; `''` holds those that stand under no package */
export function parseStaticWarnings(stderr: string): ReadonlyMap<string, readonly string[]> {
  const functions = new Map<string, string[]>()
  let importPath = ''
  for (const line of stderr.split(/\r?\n/)) {
    importPath = PACKAGE.exec(line)?.[1] ?? importPath
    const [, name] = WARNING.exec(line) ?? []
    if (name === undefined) continue
    const known = functions.get(importPath) ?? []
    if (!known.includes(name)) functions.set(importPath, [...known, name])
  }
  return functions
}
