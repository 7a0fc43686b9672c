// Turns what a run was given, used and made into a signed-to-be statement of where the release files come from.
import { createHash, randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { writeArtifact, type Artifact } from '../artifact.js'
import { ActionError } from '../errors.js'
import type { GoModule } from '../go-module.js'
import type { Environment, Host } from '../host/host.js'
import { PROVENANCE_FILE, type Plan } from '../plan/index.js'
import type { Descriptor } from './descriptor.js'
import { describeModules } from './modules.js'
import { builderOf, describeAction, describeSource, invocationOf, type Origin } from './origin.js'
import { externalParameters, internalParameters, readWorkflow, type GivenInputs } from './parameters.js'
import { formatStatement, subjectsOf } from './statement.js'
import { hashToolchain, type GoInstallation, type HashedGo } from './toolchain.js'

export { describeInputs, type GivenInputs } from './parameters.js'
export { describeHashedGo } from './toolchain.js'
export { subjectsOf } from './statement.js'

export type { Descriptor } from './descriptor.js'

/** Of the source, what the statement tells. */
export interface ProvenSource extends Origin {
  readonly name: string
  readonly version: string
  /** RFC 3339, UTC. */
  readonly date: string
}

export interface ProvenanceRequest {
  readonly inputs: GivenInputs
  readonly source: ProvenSource
  /** Settings of Go's own that change what is compiled: GOFLAGS, CC and so on, by name. */
  readonly goSettings: Readonly<Record<string, string>>
  /** Each Go that built some of it, from `describeHashedGo`. */
  readonly toolchains: readonly Descriptor[]
  readonly plan: Plan
  /** Of all programs, in any order and any number of times. */
  readonly modules: readonly GoModule[]
  /** All release files there are; the subjects are picked here. */
  readonly files: readonly Artifact[]
  readonly manifest: Artifact
  /** The certificate's subject where signing is keyless: the workflow file that holds this job. */
  readonly identity: string | undefined
  /** When the run began. */
  readonly started: Date
  /** Absolute path of the output directory. */
  readonly output: string
}

/** `provenance.intoto.json`: not signed yet. */
export async function writeProvenance(host: Host, request: ProvenanceRequest): Promise<Artifact> {
  const { inputs, source, goSettings, toolchains, plan, modules, files, manifest } = request
  const { identity, started, output } = request
  const environment = host.kind === 'github' ? host.environment : undefined
  const workflow = environment && readWorkflow(environment)
  const { name, version, date } = source
  const statement = formatStatement({
    files,
    externalParameters: externalParameters({ inputs, plan, workflow, goSettings }),
    internalParameters: internalParameters(
      {
        inputs,
        release: { name, version, date },
        machine: { os: host.machine.goos, arch: host.machine.goarch },
      },
      environment,
    ),
    dependencies: [
      ...describeSource(source, workflow, environment),
      ...describeAction(environment),
      ...toolchains,
      ...describeModules(modules),
    ],
    builder: identity ?? builderOf(environment),
    invocation: invocationOf(environment, `urn:uuid:${randomUUID()}`),
    started,
    finished: new Date(),
    manifest,
  })
  return writeArtifact({ name: PROVENANCE_FILE, kind: 'provenance', output }, [statement])
}

/**
 * A file in the form of SHA256SUMS with every subject, SHA256SUMS too, as the input `subject-checksums` of actions/attest takes
 * it. It lies outside of the output directory, since it is no release file.
 *
 * @returns its absolute path
 */
export async function writeSubjectChecksums(
  host: Host,
  files: readonly Artifact[],
  output: string,
): Promise<string> {
  // Up to the summer of 2026 actions/attest knew on Windows no other line ends, and took the whole file for one line.
  const lineEnd = host.machine.goos === 'windows' ? '\r\n' : '\n'
  const lines = subjectsOf(files).map(({ name, sha256 }) => `${sha256}  ${name}${lineEnd}`)
  // Two steps of a job have two output directories.
  const digest = createHash('sha256').update(output).digest('hex').slice(0, 16)
  const file = path.join(host.folders.work, `subject-checksums-${digest}.txt`)
  await writeFile(file, lines.join(''))
  return file
}

/**
 * Go runs what its settings and the module ask for, which need not be the one on PATH.
 *
 * @param place absolute path of the module's folder, and what to lay over the environment of go there
 */
export async function hashGo(
  { processes }: Host,
  place: { readonly folder: string; readonly environment: Environment },
  toolchain: Omit<GoInstallation, 'goroot'>,
): Promise<HashedGo> {
  const asked = { cwd: place.folder, env: place.environment }
  const goroot = (await processes.runChecked(['go', 'env', 'GOROOT'], asked)).stdout.trim()
  if (goroot === '') throw new ActionError('provenance: go does not tell where it is; unset GOROOT')
  const { version, hostOs, hostArch } = toolchain
  return hashToolchain({ version, hostOs, hostArch, goroot })
}
