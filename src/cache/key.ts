// Turns what a build depends on into the keys of its cache entries: the same inputs give the same key on every machine.
import { createHash } from 'node:crypto'
import { splitQuoted } from '../quoted.js'

export interface KeyFacts {
  /** GOOS and GOARCH of the runner, since a cache holds the tools that ran on it. */
  readonly os: string
  readonly arch: string
  /** `go1.26.8` */
  readonly goVersion: string
  readonly trimpath: boolean
  /** Only where paths are not trimmed do they get into what is compiled. */
  readonly folder: string
  /** As `go env` tells it. */
  readonly goflags: string
  readonly targets: readonly TargetFacts[]
  /** Texts of go.mod, go.sum and, in a workspace, go.work and go.work.sum, by name. */
  readonly moduleFiles: Readonly<Record<string, string>>
  /** SHA-256 of each main package's default.pgo, where it has one, by import path. */
  readonly profiles: Readonly<Record<string, string>>
}

export interface TargetFacts {
  /** As `formatTarget` writes it, default variants left out. */
  readonly id: string
  readonly cgo: boolean
  readonly tags: string
  readonly buildmode: string | undefined
  /** As the go command of this target sees them: GOEXPERIMENT, GOFIPS140 and all that concerns cgo. */
  readonly environment: Readonly<Record<string, string>>
  /** What the C compiler says of its version; read only where cgo is on. */
  readonly compiler?: string
}

/** What went into a key, as lists of words for the log and for comparing two keys. */
export type Ingredients = Readonly<Record<string, readonly string[]>>

export interface CacheKey {
  /** To restore from, best first; never across versions of Go. An entry that begins with the first one is a hit. */
  readonly prefixes: readonly [string, ...string[]]
  readonly ingredients: Ingredients
}

/** Raised when what the entries hold changes its shape, so that no old entry is taken for a new one. */
const PREFIX = 'go-cross-release-2'
const DIGEST_LENGTH = 16

/**
 * `<prefix>-<os>-<arch>-<go>-<flags>-<targets>-<deps>-`, to which `entryKey` adds `<content>`. What does not change a
 * compiled package is left out: ldflags, VCS stamping, version, names, the order and repetition of targets and tags, line
 * ends, path separators, how many compilers run at once.
 */
export function cacheKey(facts: KeyFacts): CacheKey {
  const flags = words({
    trimpath: String(facts.trimpath),
    ...(facts.trimpath ? {} : { folder: normalizePath(facts.folder) }),
    GOFLAGS: compileFlags(facts.goflags).join(' '),
    ...prefixed('default.pgo of ', facts.profiles),
  })
  const targets = [...new Set(facts.targets.map(describeTarget))].sort()
  const modules = words(
    Object.fromEntries(
      Object.entries(facts.moduleFiles).map(([name, text]) => [name, digest(normalizeText(text))]),
    ),
  )
  const parts = [
    PREFIX,
    facts.os,
    facts.arch,
    facts.goVersion.replaceAll(/[^A-Za-z0-9._]/g, '_'),
    ...[flags, targets, modules].map((list) => digest(JSON.stringify(list))),
  ]
  const prefix = (length: number) => `${parts.slice(0, length).join('-')}-`
  return {
    // Other flags mean other packages, all of them.
    prefixes: [prefix(7), prefix(6), prefix(5)],
    ingredients: { runner: [`${facts.os}/${facts.arch}`], go: [facts.goVersion], flags, targets, modules },
  }
}

/** @param actionIds of the packages that the entry is to serve, in any order */
export function entryKey(key: CacheKey, actionIds: readonly string[]): string {
  return `${key.prefixes[0]}${digest([...new Set(actionIds)].sort().join('\n'))}`
}

/** What another key had otherwise, one line for each ingredient: `targets: + linux/riscv64 cgo=0, - linux/386 cgo=0`. */
export function describeDifference(own: Ingredients, other: Ingredients): string[] {
  return Object.entries(own).flatMap(([name, mine]) => {
    const theirs = other[name] ?? []
    const changes = [
      ...mine.filter((word) => !theirs.includes(word)).map((word) => `+ ${word}`),
      ...theirs.filter((word) => !mine.includes(word)).map((word) => `- ${word}`),
    ]
    return changes.length === 0 ? [] : [`${name}: ${changes.join(', ')}`]
  })
}

/** Variables that matter to one who compiles C only. Source: `go help environment`. */
const CGO_VARIABLE = /^(CC|CXX|FC|AR|CGO_.+|PKG_CONFIG.*|SDKROOT|MACOSX_DEPLOYMENT_TARGET)$/

function describeTarget(target: TargetFacts): string {
  const tags = [...new Set(target.tags.split(',').filter((tag) => tag !== ''))].sort()
  const environment = Object.fromEntries(
    Object.entries(target.environment).filter(
      ([name, value]) => value !== '' && (target.cgo || !CGO_VARIABLE.test(name)),
    ),
  )
  return [
    target.id,
    `cgo=${target.cgo ? '1' : '0'}`,
    ...(tags.length === 0 ? [] : [`tags=${tags.join(',')}`]),
    ...(target.buildmode === undefined ? [] : [`buildmode=${target.buildmode}`]),
    ...words(environment),
    ...(target.cgo ? [`compiler=${digest(normalizeText(target.compiler ?? ''))}`] : []),
  ].join(' ')
}

/** Flags that change no compiled package, those of `go test`, and those that this action gives to every build itself. */
const OTHER_FLAGS = new Set(
  (
    'buildvcs C json ldflags mod modcacherw modfile n o p tags trimpath v work x ' +
    'count failfast parallel short shuffle timeout vet'
  ).split(' '),
)

/** Those of GOFLAGS that change what is compiled: an unknown one is taken for one that does. */
function compileFlags(goflags: string): string[] {
  const name = (flag: string) => flag.replace(/^--?/, '').replace(/=.*$/s, '')
  // Sorted by name only: of two for one flag, the later may win.
  return splitQuoted(goflags)
    .filter((flag) => !OTHER_FLAGS.has(name(flag)))
    .sort((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0))
}

/** `name=value`, sorted by name; quoted where one value with a space could be taken for two. */
function words(record: Readonly<Record<string, string>>): string[] {
  return Object.entries(record)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${/[\s"]/.test(value) ? JSON.stringify(value) : value}`)
}

function prefixed(prefix: string, record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [`${prefix}${name}`, value]))
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
