// The raw inputs, the environment and the plan -> externalParameters and internalParameters. Source: SLSA v1.0, provenance.
import type { InputSpecification } from '../contract.js'
import type { Environment } from '../host/host.js'
import { matrixOutput, type Plan } from '../plan/index.js'

/** The inputs by name, apart from the secrets. */
export interface GivenInputs {
  /** As the user wrote them; of the key only where it comes from. */
  readonly given: Readonly<Record<string, string>>
  /** The defaults of those that the user did not write. */
  readonly defaults: Readonly<Record<string, string>>
}

const SECRETS = ['cosign-password', 'github-token']

/** A runner hands over the default of an input that is not given, so a text that equals it counts as not given. */
export function describeInputs(
  contract: readonly Pick<InputSpecification, 'name' | 'default'>[],
  read: (name: string) => string,
): GivenInputs {
  const given: Record<string, string> = {}
  const defaults: Record<string, string> = {}
  for (const input of contract) {
    if (SECRETS.includes(input.name)) continue
    const text = read(input.name)
    if (text.trim() !== '' && text.trim() !== input.default.trim()) {
      given[input.name] = input.name === 'cosign-key' ? keyKind(text.trim()) : text
    } else if (input.default !== '') defaults[input.name] = input.default
  }
  return { given, defaults }
}

/** `throwaway`, the scheme of a URI such as `env` and `awskms`, or `path`: a name can be a secret, and a text a key. */
function keyKind(key: string): string {
  if (key === 'throwaway' || key === 'none') return key
  return /^([a-z][a-z0-9+.-]*):\/\//.exec(key)?.[1] ?? 'path'
}

/** The workflow that the event started, as its file's place in a repository at a ref; undefined outside of one. */
export interface Workflow {
  /** `refs/…`, as the event gave it. */
  readonly ref: string
  /** `https://github.com/owner/repository` */
  readonly repository: string
  /** Relative to the root of the repository. */
  readonly path: string
}

export function readWorkflow(environment: Environment): Workflow | undefined {
  const { GITHUB_REPOSITORY: repository, GITHUB_REF: ref, GITHUB_WORKFLOW_REF: file = '' } = environment
  if (repository === undefined || ref === undefined) return undefined
  const [before, after] = [`${repository}/`, `@${ref}`]
  // Both a path and a ref may hold an @.
  const path =
    file.startsWith(before) && file.endsWith(after) ? file.slice(before.length, -after.length) : file
  return { ref, repository: `${serverUrl(environment)}/${repository}`, path }
}

export const serverUrl = (environment: Environment): string =>
  (environment['GITHUB_SERVER_URL'] ?? 'https://github.com').replace(/\/+$/, '')

export interface ExternalFacts {
  readonly inputs: GivenInputs
  readonly plan: Plan
  readonly workflow: Workflow | undefined
  /** Settings of Go's own that change what is compiled: GOFLAGS, CC and so on, by name. */
  readonly goSettings: Readonly<Record<string, string>>
}

/** All that somebody outside of the action decides. */
export function externalParameters({ inputs, plan, workflow, goSettings }: ExternalFacts): object {
  const { include } = JSON.parse(matrixOutput(plan.targets.map(({ target }) => target))) as {
    readonly include: unknown
  }
  return {
    ...(workflow && { workflow }),
    inputs: inputs.given,
    targets: include,
    goSettings: sortedTexts(goSettings),
  }
}

export interface InternalFacts {
  readonly inputs: GivenInputs
  readonly release: { readonly name: string; readonly version: string; readonly date: string }
  /** GOHOSTOS and GOHOSTARCH. */
  readonly machine: { readonly os: string; readonly arch: string }
}

/** @param environment undefined outside of a runner */
export function internalParameters(
  { inputs, release, machine }: InternalFacts,
  environment: Environment | undefined,
): object {
  const { defaults } = inputs
  if (environment === undefined) return { defaults, release, runner: { ...machine, environment: 'local' } }
  return {
    defaults,
    release,
    runner: sortedTexts({
      os: environment['RUNNER_OS'] ?? machine.os,
      arch: environment['RUNNER_ARCH'] ?? machine.arch,
      environment: environment['RUNNER_ENVIRONMENT'],
      imageOS: environment['ImageOS'],
      imageVersion: environment['ImageVersion'],
    }),
    // Names change hands, numbers do not.
    github: sortedTexts({
      eventName: environment['GITHUB_EVENT_NAME'],
      actorId: environment['GITHUB_ACTOR_ID'],
      repositoryId: environment['GITHUB_REPOSITORY_ID'],
      repositoryOwnerId: environment['GITHUB_REPOSITORY_OWNER_ID'],
    }),
  }
}

/** Without those that are not there or empty. */
function sortedTexts(texts: Environment): Record<string, string | undefined> {
  const there = Object.entries(texts).filter(([, text]) => text !== undefined && text !== '')
  return Object.fromEntries(there.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
