// What a build did for one package that it needed: the currency between the build and the cache that it fills.

export interface PackageAction {
  readonly importPath: string
  /** First half of its build ID: the first 15 bytes of the SHA-256 of all that went into it, in Go's base64. */
  readonly actionId: string
  /** Whether it was compiled, not taken from the cache. */
  readonly compiled: boolean
  /** User and system CPU time of the commands that compiled it, cgo's too; 0 where it was taken from the cache. */
  readonly cpuSeconds: number
  /** Whether C is compiled for it, of whose headers and libraries the action ID knows nothing. */
  readonly cgo: boolean
}
