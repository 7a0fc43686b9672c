// What Go says that a program was built from: modules, and their package URLs.

export interface GoModule {
  readonly path: string
  /** `(devel)` for what was built from a folder that names no version; empty for a folder that replaces a module. */
  readonly version: string
  /** `h1:…`; absent where Go has none, as for the main module. */
  readonly sum?: string
  /** What was built in its place. */
  readonly replace?: GoModule
}

export interface BuildInfo {
  /** `go1.26.8`, with the experiments behind it; absent only in a wasm file that names no producer, as after `-ldflags=-s`. */
  readonly goVersion?: string
  /** The import path of package main; empty in a program built without modules. */
  readonly path: string
  readonly main?: GoModule
  readonly deps: readonly GoModule[]
  /**
   * GOOS, GOARCH, CGO_ENABLED, -buildmode, -ldflags, vcs.revision, … A value is as the builder gave it: whoever shows one must
   * expect line breaks.
   */
  readonly settings: Readonly<Record<string, string>>
}

/**
 * A package URL. Source: purl specification, type golang; unlike its letter, case is kept: Go tells modules apart by it.
 *
 * @param version empty where there is none
 */
export function moduleUrl(path: string, version: string): string {
  const name = path.split('/').map(encodeURIComponent).join('/')
  return version === '' ? `pkg:golang/${name}` : `pkg:golang/${name}@${encodeURIComponent(version)}`
}

/** Whether what replaces a module is a folder: it is relative to the main module's, or absolute, and has no version of its own. */
export const isFolder = ({ path, version }: GoModule): boolean =>
  version === '' || /^(?:\.{0,2}[\\/]|[A-Za-z]:)/.test(path)
