// Finds in the text of a Go file the libraries that its //go:cgo_import_dynamic directives ask for.

/**
 * `//go:cgo_import_dynamic local remote "library"`. Outside the standard library Go takes no other form of it, and it takes
 * this one with cgo off too. Source: pragma in cmd/compile/internal/noder/noder.go.
 */
const DIRECTIVE = /^[ \t]*\/\/go:cgo_import_dynamic [^"\n]*"([^"\n]*)"/gm

/** @returns library names as written, each once, in the order of the file */
export function dynamicImports(source: string): string[] {
  const libraries = [...source.matchAll(DIRECTIVE)].map(([, library = '']) => library)
  return [...new Set(libraries)].filter((library) => library !== '')
}
