// Turns the raw texts of the inputs into one checked value, or throws an InputError that names the input.
import { parseSizeIncrease, type SizeLimit } from './compare/index.js'
import type { InputSpecification } from './contract.js'
import { InputError } from './errors.js'
import { nearest } from './nearest.js'
import type { PlannedArchive, PlannedSbom } from './plan/index.js'

type SbomFormat = PlannedSbom['format']

/** Every input of action.yml, checked. Undefined ones depend on the module or the machine. */
export interface Inputs {
  readonly matrix: string
  readonly workingDirectory: string
  /** Patterns as `go list` takes them. */
  readonly packages: readonly string[] | undefined
  readonly name: string | undefined
  readonly version: string | undefined
  readonly ldflags: string
  /** Comma-separated, as `-tags` takes them; empty for none. */
  readonly tags: string
  readonly trimpath: boolean
  readonly buildvcs: 'auto' | 'true' | 'false'
  readonly buildmode: Buildmode | undefined
  readonly cgo: boolean
  readonly generate: boolean
  readonly verifyModules: boolean
  readonly reproduce: boolean
  /** Whether the commands are told instead of run. */
  readonly dryRun: boolean
  /** Names of variables that go and git get though they are withheld from children. */
  readonly passEnv: readonly string[]
  readonly linkage: string
  readonly checks: string
  readonly archive: 'auto' | PlannedArchive['format'] | 'none'
  readonly archiveName: string
  /** Glob patterns. */
  readonly archiveFiles: readonly string[]
  /** Whether `archiveFiles` was given: then every pattern must match something. */
  readonly archiveFilesGiven: boolean
  readonly sbom: readonly SbomFormat[]
  readonly sign: 'auto' | 'keyless' | 'key' | 'off'
  readonly cosignKey: string | undefined
  readonly cosignPassword: string | undefined
  readonly sigstoreSigningConfig: string | undefined
  readonly sigstoreTrustedRoot: string | undefined
  readonly provenance: boolean
  readonly upload: boolean
  readonly artifactName: string
  /** Days. */
  readonly retentionDays: number | undefined
  readonly cache: 'auto' | 'on' | 'restore' | 'off'
  readonly cacheSave: 'auto' | 'always'
  readonly parallel: number | undefined
  readonly outputDirectory: string | undefined
  readonly toolsBaseUrl: string
  readonly mode: 'release' | 'plan' | 'build' | 'merge' | 'inspect'
  readonly shards: number
  /** Label of a runner. */
  readonly runner: string
  /** JSON. */
  readonly shard: string | undefined
  /** SHA-256, lower-case hex. */
  readonly planDigest: string | undefined
  readonly release: 'off' | 'draft' | 'publish'
  /** A path, or `generate`. */
  readonly releaseNotes: string | undefined
  readonly makeLatest: 'auto' | 'true' | 'false' | 'legacy'
  readonly overwrite: boolean
  readonly maxSizeIncrease: SizeLimit | undefined
  readonly comment: boolean
  readonly githubToken: string | undefined
  /** Glob patterns. */
  readonly files: readonly string[]
  /** `goos/goarch`. */
  readonly platform: string | undefined
  readonly sarif: string | undefined
}

const BUILDMODES = ['exe', 'pie', 'c-archive', 'c-shared'] as const
export type Buildmode = (typeof BUILDMODES)[number]

const WORDS = /[\s,]+/
/** What may hold spaces is separated by commas or lines only. */
const LINES = /,(?![^{}]*\})|[\r\n]+/

const MAX_RETENTION_DAYS = 400
const MAX_PARALLEL = 256
/** GitHub's own limit of jobs in a matrix. */
const MAX_SHARDS = 256

/**
 * @param contract the inputs of action.yml
 * @param read the raw text of an input, empty where it was not given
 * @throws InputError at the first input that cannot be used
 */
export function parseInputs(contract: readonly InputSpecification[], read: (name: string) => string): Inputs {
  const defaults = new Map(contract.map((input) => [input.name, input.default]))

  /** The text of an input, its default where it is empty, and empty where it is `none`. */
  const text = (name: string): string => {
    const given = read(name).trim() || (defaults.get(name) ?? '')
    // A command line can hold none, and a file's name ends there for the system.
    if (given.includes('\0')) throw new InputError(name, 'it holds a NUL byte')
    return given === 'none' ? '' : given
  }
  const optional = (name: string): string | undefined => text(name) || undefined
  const required = (name: string): string => {
    const value = text(name)
    if (value === '') throw new InputError(name, 'none was given, but it cannot be left out')
    return value
  }
  /** @param none the word among `allowed` that an input of `none` stands for */
  const oneOf = <T extends string>(name: string, allowed: readonly T[], none?: T): T => {
    const value = text(name) || (none ?? 'none')
    const found = allowed.find((word) => word === value)
    if (found === undefined) throw new InputError(name, `${quote(value)} is not one of ${allowed.join(', ')}`)
    return found
  }
  const boolean = (name: string): boolean => {
    const value = text(name) || 'none'
    if (!/^(true|false)$/i.test(value))
      throw new InputError(name, `${quote(value)} is not one of true, false`)
    return value.toLowerCase() === 'true'
  }
  const list = (name: string, separators: RegExp): string[] => {
    const parts = split(text(name), separators)
    if (parts.length === 0 && text(name) !== '')
      throw new InputError(name, `${quote(text(name))} names nothing`)
    return parts
  }
  const packages = (): string[] | undefined => {
    const value = optional('packages')
    return value === undefined ? undefined : parsePackages('packages', value)
  }
  const whole = (name: string, most: number): number | undefined => {
    const value = optional(name)
    if (value === undefined) return undefined
    if (!/^[1-9]\d*$/.test(value) || Number(value) > most) {
      throw new InputError(name, `${quote(value)} is not a whole number from 1 to ${most}`)
    }
    return Number(value)
  }

  return {
    matrix: required('matrix'),
    workingDirectory: required('working-directory'),
    packages: packages(),
    name: optional('name'),
    version: optional('version'),
    ldflags: oneLine(text('ldflags')),
    tags: parseTags('tags', text('tags')),
    trimpath: boolean('trimpath'),
    buildvcs: oneOf('buildvcs', ['auto', 'true', 'false']),
    buildmode: parseBuildmode('buildmode', text('buildmode')),
    cgo: boolean('cgo'),
    generate: boolean('generate'),
    verifyModules: boolean('verify-modules'),
    reproduce: boolean('reproduce'),
    dryRun: boolean('dry-run'),
    passEnv: list('pass-env', WORDS).map(parsePassed),
    linkage: required('linkage'),
    checks: text('checks'),
    archive: oneOf('archive', ['auto', 'tar.gz', 'zip', 'none'], 'none'),
    archiveName: required('archive-name'),
    archiveFiles: list('archive-files', LINES),
    archiveFilesGiven: !['', defaults.get('archive-files')].includes(read('archive-files').trim()),
    sbom: parseSbom(list('sbom', WORDS)),
    sign: oneOf('sign', ['auto', 'keyless', 'key', 'off'], 'off'),
    cosignKey: optional('cosign-key'),
    // Whatever it is, it is the password: nothing is trimmed, and `none` means itself.
    cosignPassword: read('cosign-password') || undefined,
    sigstoreSigningConfig: optional('sigstore-signing-config'),
    sigstoreTrustedRoot: optional('sigstore-trusted-root'),
    provenance: boolean('provenance'),
    upload: boolean('upload'),
    artifactName: required('artifact-name'),
    retentionDays: whole('retention-days', MAX_RETENTION_DAYS),
    cache: oneOf('cache', ['auto', 'on', 'restore', 'off'], 'off'),
    cacheSave: oneOf('cache-save', ['auto', 'always'], 'auto'),
    parallel: whole('parallel', MAX_PARALLEL),
    outputDirectory: optional('output-directory'),
    toolsBaseUrl: parseBaseUrl(required('tools-base-url')),
    mode: oneOf('mode', ['release', 'plan', 'build', 'merge', 'inspect']),
    shards: whole('shards', MAX_SHARDS) ?? 1,
    runner: required('runner'),
    shard: optional('shard'),
    planDigest: optional('plan-digest'),
    release: oneOf('release', ['off', 'draft', 'publish'], 'off'),
    releaseNotes: optional('release-notes'),
    makeLatest: oneOf('make-latest', ['auto', 'true', 'false', 'legacy']),
    overwrite: boolean('overwrite'),
    maxSizeIncrease: parseSizeIncrease(text('max-size-increase')),
    comment: boolean('comment'),
    githubToken: read('github-token').trim() || undefined,
    files: list('files', LINES),
    platform: optional('platform'),
    sarif: optional('sarif'),
  }
}

/**
 * Refuses inputs that do not exist, so that a misspelt one is not silently its default.
 *
 * @param given names as the user wrote them
 */
export function refuseUnknownInputs(contract: readonly InputSpecification[], given: Iterable<string>): void {
  const names = contract.map((input) => input.name)
  for (const name of given) {
    if (names.includes(name)) continue
    const meant = names.find((input) => input.startsWith(name)) ?? nearest(name, names)
    const hint = meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`
    throw new InputError(name, `there is no such input; ${hint}`)
  }
}

/** @returns undefined for Go's own default */
export function parseBuildmode(input: string, value: string): Buildmode | undefined {
  if (value === '' || value === 'default') return undefined
  const found = BUILDMODES.find((mode) => mode === value)
  if (found !== undefined) return found
  const why =
    value === 'plugin' || value === 'shared'
      ? ' (plugin and shared make no file that runs on another machine)'
      : ''
  throw new InputError(input, `buildmode ${quote(value)} is not one of ${BUILDMODES.join(', ')}${why}`)
}

/** Tags separated by commas or spaces, sorted out into the comma-separated form of `-tags`. */
export function parseTags(input: string, value: string): string {
  const tags = split(value, WORDS)
  for (const tag of tags) {
    if (!/^[\p{L}\p{N}_.]+$/u.test(tag)) {
      throw new InputError(input, `${quote(tag)} is not a build tag; tags hold letters, digits, _ and .`)
    }
  }
  return tags.join(',')
}

function parseSbom(words: readonly string[]): SbomFormat[] {
  if (words.length === 1 && words[0] === 'off') return []
  const formats = new Set<SbomFormat>()
  for (const word of words) {
    if (word !== 'spdx-json' && word !== 'cyclonedx-json') {
      const why = word === 'off' ? 'goes with nothing else' : 'is not one of spdx-json, cyclonedx-json, off'
      throw new InputError('sbom', `${quote(word)} ${why}`)
    }
    formats.add(word)
  }
  return [...formats]
}

function parseBaseUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new InputError('tools-base-url', `${quote(value)} is not an http or https URL`)
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    // Not shown: what stands there may be a secret.
    throw new InputError('tools-base-url', 'it may hold no user, password, query or fragment')
  }
  return value.replace(/\/+$/, '')
}

/** A flag's value in YAML may be folded over several lines. */
function oneLine(value: string): string {
  return value.replaceAll(/\s*[\r\n]+\s*/g, ' ')
}

/** Patterns of packages, separated by spaces, commas or lines. */
export function parsePackages(input: string, value: string): string[] {
  const patterns = split(value, WORDS)
  if (patterns.length === 0) throw new InputError(input, `${quote(value)} names nothing`)
  const file = patterns.find((pattern) => pattern.endsWith('.go'))
  if (file !== undefined) {
    throw new InputError(input, `${quote(file)} is a file; name the folder of its package, as in ./cmd/tool`)
  }
  return patterns
}

function split(value: string, separators: RegExp): string[] {
  return value
    .split(separators)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function quote(value: string): string {
  return JSON.stringify(value)
}

/**
 * What is never handed on: the action's own inputs, the runner's credentials, what cosign alone gets, and what decides which
 * programs run and how, which all but credentials does where it stands in the environment anyway.
 */
const NEVER_PASSED =
  /^(INPUT_|ACTIONS_|COSIGN_|SIGSTORE_ID_TOKEN$|CGO_|LD_|DYLD_|(PATH|HOME|GOFLAGS|GOENV|GOROOT|GOTOOLCHAIN|GOCACHEPROG|GOEXPERIMENT|CC|CXX|NODE_OPTIONS)$)/i

function parsePassed(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new InputError('pass-env', `${quote(name)} is no name of an environment variable`)
  if (NEVER_PASSED.test(name))
    throw new InputError(
      'pass-env',
      `${name} is no credential of private modules: it belongs to this action, or decides what is run; leave it out`,
    )
  return name
}
