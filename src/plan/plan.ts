// Lays out a release before anything is compiled: for each target its main packages, its flags and every file name.
import { createHash } from 'node:crypto'
import { InputError } from '../errors.js'
import { refuseLinkerFlags } from '../flags.js'
import { expandPlaceholders, fileName, type PlaceholderValues } from './names.js'
import { formatTarget, variantSuffix } from './target.js'
import type { Target } from './target.js'

/** One program: a main package built for one target. */
export interface Program {
  readonly importPath: string
  /** The file that `go build` is told to write, and the name of the file in an archive, such as `age.exe`. */
  readonly file: string
  /** The C header that c-archive and c-shared write beside it. */
  readonly header?: string
}

/** A built file that is released as it is. */
export interface BareFile {
  /** As the build writes it. */
  readonly built: string
  /** In the output directory. */
  readonly file: string
  readonly executable: boolean
}

export interface PlannedArchive {
  readonly format: 'tar.gz' | 'zip'
  readonly file: string
}

export interface PlannedSbom {
  readonly format: 'spdx-json' | 'cyclonedx-json'
  readonly file: string
}

export interface PlannedTarget {
  readonly target: Target
  /** As `formatTarget` writes it: unique in the plan. */
  readonly id: string
  /** `id` as a folder's name. */
  readonly folder: string
  readonly cgo: boolean
  readonly buildmode: string | undefined
  /** With every placeholder replaced. */
  readonly ldflags: string
  /** Comma-separated. */
  readonly tags: string
  readonly linkage: string
  readonly programs: readonly Program[]
  /** Main packages that targets with the same patterns have, and that have no files for this one. */
  readonly skippedPackages: readonly string[]
  /** Main packages that are left out because cgo is off. */
  readonly needsCgo: readonly string[]
  /** Absent where files are released bare. */
  readonly archive: PlannedArchive | undefined
  /** Empty where there is an archive. */
  readonly bare: readonly BareFile[]
  readonly sboms: readonly PlannedSbom[]
  /** Name of the workflow artifact. */
  readonly artifact: string
}

export interface Plan {
  readonly targets: readonly PlannedTarget[]
  /** Name of the workflow artifact with the files of the whole release, unique to this list of targets. */
  readonly releaseArtifact: string
}

export const CHECKSUMS_FILE = 'SHA256SUMS'
export const MANIFEST_FILE = 'manifest.json'
export const PUBLIC_KEY_FILE = 'cosign.pub'
export const PROVENANCE_FILE = 'provenance.intoto.json'
/** Follows the name of a signed file. */
export const BUNDLE_SUFFIX = '.sigstore.json'

const SBOM_SUFFIX = { 'spdx-json': '.spdx.json', 'cyclonedx-json': '.cdx.json' } as const

/** The options of a target after its row's overrides, before names and placeholders. */
export interface TargetOptions {
  readonly target: Target
  readonly cgo: boolean
  readonly buildmode: string | undefined
  readonly ldflags: string
  readonly tags: string
  readonly linkage: string
  /** Import paths of the main packages that have files for this target. */
  readonly packages: readonly string[]
  /** Import paths of the main packages that would have files for it if cgo were on. */
  readonly needsCgo: readonly string[]
}

export interface ReleaseFacts {
  readonly name: string
  readonly version: string
  /** Full hash, or `unknown` outside a repository. */
  readonly commit: string
  /** RFC 3339, UTC. */
  readonly date: string
  readonly archive: 'auto' | 'tar.gz' | 'zip' | 'none'
  readonly archiveName: string
  readonly artifactName: string
  readonly sbom: readonly PlannedSbom['format'][]
}

/** @throws InputError where a name cannot be used or two files would have the same one */
export function planRelease(facts: ReleaseFacts, targets: readonly TargetOptions[]): Plan {
  // It must be a name by itself, or the error would be about a template.
  fileName('name', facts.name)
  const planned = targets.map((options) => {
    const alike = targets.filter(
      ({ target }) => target.overrides.packages === options.target.overrides.packages,
    )
    return planTarget(facts, options, new Set(alike.flatMap(({ packages }) => packages)))
  })
  refuseCollisions(
    'archive-name',
    planned.flatMap((target) =>
      [...releaseFiles(target), shardManifestFile(target)].map((file) => [file, target.id] as const),
    ),
    [CHECKSUMS_FILE, MANIFEST_FILE, PROVENANCE_FILE, PUBLIC_KEY_FILE, '.gitignore'],
  )
  // The names of the targets' artifacts tell jobs apart even where two of them build the same targets.
  const artifacts = planned.map((target) => target.artifact).sort()
  const digest = createHash('sha256').update(artifacts.join('\n')).digest('hex').slice(0, 8)
  const releaseArtifact = fileName('name', `${facts.name}_${facts.version}_release_${digest}`)
  refuseCollisions(
    'artifact-name',
    planned.map((target) => [target.artifact, target.id] as const),
    [],
  )
  return { targets: planned, releaseArtifact }
}

/** Every file that a target puts into the output directory, signatures apart. */
export function releaseFiles(target: PlannedTarget): string[] {
  const archive = target.archive === undefined ? [] : [target.archive.file]
  return [...archive, ...target.bare.map(({ file }) => file), ...target.sboms.map((sbom) => sbom.file)]
}

/** What goes with a target's files from the job that builds it to the one that merges: its name beside them. */
export const shardManifestFile = ({ folder }: Pick<PlannedTarget, 'folder'>): string => `${folder}.shard.json`

/** Every name that the stages may put into the output directory, but for the manifest. */
export function plannedFiles(plan: Plan): string[] {
  const files = [...plan.targets.flatMap(releaseFiles), CHECKSUMS_FILE, PROVENANCE_FILE]
  const signatures = files.map((file) => file + BUNDLE_SUFFIX)
  return [...files, ...signatures, PUBLIC_KEY_FILE, ...plan.targets.map(shardManifestFile)]
}

/** Statement and signature of it: what tells of all other files, and so of the manifest. */
export const PROVENANCE_FILES = [PROVENANCE_FILE, PROVENANCE_FILE + BUNDLE_SUFFIX] as const

/** Every name that a build of any target has in an archive. */
export function builtFiles(plan: Plan): ReadonlySet<string> {
  const programs = plan.targets.flatMap((target) => target.programs)
  return new Set(programs.flatMap(({ file, header }) => (header === undefined ? [file] : [file, header])))
}

function planTarget(facts: ReleaseFacts, options: TargetOptions, asked: ReadonlySet<string>): PlannedTarget {
  const { target, buildmode } = options
  const id = formatTarget(target)
  if (buildmode === 'c-shared' && !options.cgo && target.goarch !== 'wasm') {
    throw new InputError(
      'buildmode',
      `c-shared needs cgo, which is off for ${id}; set cgo: true, here or in the target's row of the matrix, or choose another buildmode`,
    )
  }
  const values = {
    name: facts.name,
    version: facts.version,
    goos: target.goos,
    goarch: target.goarch,
    variant: variantSuffix(target),
  }
  const named = (input: string, template: string, name: string) =>
    fileName(input, expandPlaceholders(input, template, { ...values, name }))
  const stem = named('archive-name', facts.archiveName, facts.name)
  const format = facts.archive === 'auto' ? (target.goos === 'windows' ? 'zip' : 'tar.gz') : facts.archive

  const bareStem = (program: string) => named('archive-name', facts.archiveName, program)
  const programs = options.packages.map((importPath): Program => {
    const name = programName(importPath)
    // It is a file's name as it is: of the build, and in the archives.
    fileName('packages', name)
    const file = name + programExtension(target.goos, target.goarch, buildmode)
    return buildmode === 'c-archive' || buildmode === 'c-shared'
      ? { importPath, file, header: `${name}.h` }
      : { importPath, file }
  })
  refuseSameProgramName(programs)
  return {
    target,
    id,
    folder: id.replaceAll(/[/+]/g, '_'),
    cgo: options.cgo,
    buildmode,
    ldflags: linkerFlags(target.overrides.ldflags === undefined ? 'ldflags' : 'matrix', options.ldflags, {
      version: facts.version,
      commit: facts.commit,
      date: facts.date,
      goos: target.goos,
      goarch: target.goarch,
    }),
    tags: options.tags,
    linkage: options.linkage,
    programs,
    skippedPackages: [...asked].filter(
      (importPath) => !options.packages.includes(importPath) && !options.needsCgo.includes(importPath),
    ),
    needsCgo: options.needsCgo,
    archive: format === 'none' ? undefined : { format, file: withExtension(stem, `.${format}`) },
    bare: format === 'none' ? programs.flatMap((program) => bareFiles(program, bareStem)) : [],
    sboms: facts.sbom.map((sbom) => ({ format: sbom, file: `${stem}${SBOM_SUFFIX[sbom]}` })),
    artifact: named('artifact-name', facts.artifactName, facts.name),
  }
}

/** What can neither end a word of flags nor begin a flag. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._+:/-]*$/

/** @throws InputError where a value could add a flag, or where a flag is refused */
function linkerFlags(input: string, template: string, values: PlaceholderValues): string {
  for (const [name, value] of Object.entries(values)) {
    if (template.includes(`{${name}}`) && !PLAIN.test(value)) {
      throw new InputError(
        input,
        `{${name}} is ${JSON.stringify(value)}, which cannot stand in flags; it may hold letters, digits, and . _ + : / -`,
      )
    }
  }
  const flags = expandPlaceholders(input, template, values)
  refuseLinkerFlags(input, flags)
  return flags
}

/** @param stem what a program's own name becomes in the output directory */
function bareFiles({ importPath, file, header }: Program, stem: (program: string) => string): BareFile[] {
  const name = programName(importPath)
  const extension = file.slice(name.length)
  const program = { built: file, file: withExtension(stem(name), extension), executable: true }
  return header === undefined
    ? [program]
    : [program, { built: header, file: `${stem(name)}.h`, executable: false }]
}

/** archive-name may bring the extension along, in any case: `{name}.exe`, `{name}.EXE`. */
function withExtension(stem: string, extension: string): string {
  return stem.toLowerCase().endsWith(extension) ? stem : stem + extension
}

/**
 * The name that `go build` gives a program: the last element of its import path that is not a major version.
 * Source: DefaultExecName in cmd/go/internal/load.
 */
export function programName(importPath: string): string {
  const elements = importPath.split('/')
  const last = elements.at(-1) ?? importPath
  return /^v[2-9]\d*$|^v1\d+$/.test(last) ? (elements.at(-2) ?? last) : last
}

function programExtension(goos: string, goarch: string, buildmode: string | undefined): string {
  if (buildmode === 'c-archive') return '.a'
  if (goarch === 'wasm') return '.wasm'
  if (buildmode === 'c-shared')
    return goos === 'windows' ? '.dll' : goos === 'darwin' || goos === 'ios' ? '.dylib' : '.so'
  return goos === 'windows' ? '.exe' : ''
}

function refuseSameProgramName(programs: readonly Program[]): void {
  const seen = new Map<string, string>()
  for (const { file, importPath } of programs) {
    const other = seen.get(file.toLowerCase())
    if (other !== undefined) {
      throw new InputError(
        'packages',
        `${other} and ${importPath} would both be built as ${file}; name only one of them`,
      )
    }
    seen.set(file.toLowerCase(), importPath)
  }
}

/** Names are compared without case, as file systems on Windows and macOS compare them. */
function refuseCollisions(
  input: string,
  files: readonly (readonly [file: string, target: string])[],
  reserved: readonly string[],
): void {
  const seen = new Map(reserved.map((file) => [file.toLowerCase(), 'the release itself']))
  for (const [file, target] of files) {
    const other = seen.get(file.toLowerCase())
    if (other !== undefined) {
      throw new InputError(
        input,
        `${other} and ${target} would both be named ${file}; add {name}, {goos}, {goarch} and {variant}`,
      )
    }
    seen.set(file.toLowerCase(), target)
  }
}
