// Turns what a build depends on into the key of its cache entry: the same inputs give the same key on every machine.
import { createHash } from 'node:crypto'

export interface KeyFacts {
  /** GOOS and GOARCH of the runner, since a cache holds the tools that ran on it. */
  readonly os: string
  readonly arch: string
  /** `go1.26.8` */
  readonly goVersion: string
  readonly trimpath: boolean
  readonly buildvcs: string
  /** Only where paths are not trimmed do they get into what is compiled. */
  readonly folder: string
  /** GOEXPERIMENT, GOFIPS140 and the like, as the runner sets them. */
  readonly environment: Readonly<Record<string, string>>
  readonly targets: readonly TargetFacts[]
  /** Texts of go.mod, go.sum and, in a workspace, go.work and go.work.sum, by name. */
  readonly moduleFiles: Readonly<Record<string, string>>
}

export interface TargetFacts {
  /** As `formatTarget` writes it, default variants left out. */
  readonly id: string
  readonly cgo: boolean
  readonly tags: string
  readonly buildmode: string | undefined
  /** What the row sets: CC, CXX and its `env`. */
  readonly environment: Readonly<Record<string, string>>
}

export interface CacheKey {
  readonly primary: string
  /** To restore from, best first; never across versions of Go. */
  readonly prefixes: readonly string[]
  /** Everything that was considered, as text for the log. */
  readonly ingredients: Readonly<Record<string, string>>
}

/** Raised when what the entries hold changes its shape, so that no old entry is taken for a new one. */
const PREFIX = 'go-cross-release-1'
const DIGEST_LENGTH = 16

/**
 * `<prefix>-<os>-<arch>-<go>-<flags>-<targets>-<deps>`. What does not change a compiled package is left out: ldflags,
 * version, names, the order and repetition of targets and tags, line ends, path separators.
 */
export function cacheKey(facts: KeyFacts): CacheKey {
  const targets = [...new Set(facts.targets.map(describeTarget))].sort()
  const flags = {
    trimpath: String(facts.trimpath),
    buildvcs: facts.buildvcs,
    ...(facts.trimpath ? {} : { folder: normalizePath(facts.folder) }),
    ...sorted(facts.environment),
  }
  const modules = Object.fromEntries(
    Object.entries(sorted(facts.moduleFiles)).map(([name, text]) => [name, digest(normalizeText(text))]),
  )
  const parts = [
    PREFIX,
    facts.os,
    facts.arch,
    facts.goVersion.replaceAll(/[^A-Za-z0-9._]/g, '_'),
    digest(JSON.stringify(flags)),
    digest(JSON.stringify(targets)),
    digest(JSON.stringify(modules)),
  ]
  const prefixes = [6, 5, 4].map((length) => `${parts.slice(0, length).join('-')}-`)
  return {
    primary: parts.join('-'),
    prefixes,
    ingredients: {
      runner: `${facts.os}/${facts.arch}`,
      go: facts.goVersion,
      flags: describeRecord(flags),
      targets: targets.join('; '),
      modules: describeRecord(modules),
    },
  }
}

function describeTarget(target: TargetFacts): string {
  const tags = [...new Set(target.tags.split(',').filter((tag) => tag !== ''))].sort()
  return [
    target.id,
    `cgo=${target.cgo ? '1' : '0'}`,
    ...(tags.length === 0 ? [] : [`tags=${tags.join(',')}`]),
    ...(target.buildmode === undefined ? [] : [`buildmode=${target.buildmode}`]),
    // Quoted, so that one value with a space is not two variables.
    ...Object.entries(sorted(target.environment)).map(
      ([name, value]) => `${name}=${/[\s"]/.test(value) ? JSON.stringify(value) : value}`,
    ),
  ].join(' ')
}

function describeRecord(record: Readonly<Record<string, string>>): string {
  return Object.entries(record)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}

function sorted(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function normalizePath(path: string): string {
  return path.replaceAll('\\', '/').replace(/^[A-Za-z]:/, (drive) => drive.toLowerCase())
}

/** Git may check the same file out with other line ends, and `replace` paths are written with either separator. */
function normalizeText(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\\', '/')
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_LENGTH)
}
