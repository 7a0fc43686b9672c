// What a job has built for one target <-> the file that goes with it to the job that merges them.
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Artifact } from '../artifact.js'
import { ActionError } from '../errors.js'
import type { GoModule } from '../go-module.js'
import { shardManifestFile, type PlannedTarget } from '../plan/index.js'

/** What is looked at of the report on a target. */
interface BuiltReport {
  readonly target: string
  readonly goos: string
  readonly goarch: string
  readonly status: string
  readonly programs: readonly { readonly importPath: string }[]
}

export interface ShardManifest<Report> {
  /** Of the plan that it was built by. */
  readonly planDigest: string
  /** As `formatTarget` writes it. */
  readonly target: string
  readonly files: readonly Pick<Artifact, 'name' | 'size' | 'sha256'>[]
  readonly report: Report
  readonly modules: readonly GoModule[]
  /** Whether the work tree was other than its commit. */
  readonly modified: boolean
  /** The Go that built it: its GOHOSTOS and GOHOSTARCH, and what the checksum database has of it, in hex. */
  readonly go: { readonly hostOs: string; readonly hostArch: string; readonly dirHash: string }
}

/** One line of JSON, with its own digest before it, so that no byte of it changes unseen. */
export function formatShardManifest(manifest: ShardManifest<unknown>): string {
  const text = JSON.stringify(manifest)
  return `${digest(text)}  ${text}\n`
}

/**
 * A job of the same run wrote it, which also ran what the module brings along: nothing of it is taken that is not what the plan
 * says, or of the form that it must have.
 *
 * @param target what is asked for
 * @param planDigest of the plan that it must be of
 * @throws ActionError where the text is of something else, or was changed
 */
export function parseShardManifest<Report extends BuiltReport>(
  text: string,
  target: PlannedTarget,
  planDigest: string,
): ShardManifest<Report> {
  const file = shardManifestFile(target)
  const [, sha256 = '', body = ''] = /^([0-9a-f]{64}) {2}(.*)\n$/.exec(text) ?? []
  if (digest(body) !== sha256)
    throw new ActionError(`${file} was changed after it was written; run the job that builds it again`)
  const manifest: unknown = JSON.parse(body)
  if (!isOfForm<Report>(manifest))
    throw new ActionError(
      `${file} is not what this version of the action writes; use the same one in every job`,
    )
  if (manifest.target !== target.id)
    throw new ActionError(
      `it holds ${manifest.target}, not ${target.id}; give each target an artifact-name of its own`,
    )
  if (manifest.planDigest !== planDigest)
    throw new ActionError('it was built by another plan; run the whole workflow again')
  if (!reportsOn(target, manifest.report))
    throw new ActionError(
      `${file} does not tell of the programs of ${target.id}; run the job that builds it again`,
    )
  return manifest
}

function reportsOn({ id, target, programs }: PlannedTarget, report: BuiltReport): boolean {
  const pathsOf = (list: readonly { readonly importPath: string }[]) =>
    list.map(({ importPath }) => importPath).toSorted()
  return (
    report.target === id &&
    report.goos === target.goos &&
    report.goarch === target.goarch &&
    report.status === 'done' &&
    isList(report.programs, isRecord) &&
    isDeepStrictEqual(pathsOf(report.programs), pathsOf(programs))
  )
}

function isOfForm<Report>(value: unknown): value is ShardManifest<Report> {
  if (!isRecord(value)) return false
  const { target, planDigest, files, report, modules, modified, go } = value
  return (
    typeof target === 'string' &&
    typeof planDigest === 'string' &&
    typeof modified === 'boolean' &&
    isRecord(report) &&
    isList(files, isFile) &&
    isList(modules, isModule) &&
    isRecord(go) &&
    matches(go['hostOs'], WORD) &&
    matches(go['hostArch'], WORD) &&
    matches(go['dirHash'], HASH)
  )
}

const HASH = /^[0-9a-f]{64}$/
const WORD = /^[a-z0-9]+$/

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isList = (value: unknown, isItem: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isItem)

const matches = (value: unknown, pattern: RegExp): boolean => typeof value === 'string' && pattern.test(value)

const isFile = (value: unknown): boolean =>
  isRecord(value) &&
  typeof value['name'] === 'string' &&
  typeof value['size'] === 'number' &&
  matches(value['sha256'], HASH)

const isModule = (value: unknown): boolean =>
  isRecord(value) &&
  typeof value['path'] === 'string' &&
  typeof value['version'] === 'string' &&
  ['string', 'undefined'].includes(typeof value['sum']) &&
  (value['replace'] === undefined || isModule(value['replace']))

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
