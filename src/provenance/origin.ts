// What a runner's variables and git tell -> where the source, the action and the run itself come from.
import { moduleUrl } from '../go-module.js'
import type { Environment } from '../host/host.js'
import { commitAt, type Descriptor } from './descriptor.js'
import { serverUrl, type Workflow } from './parameters.js'
import { LOCAL_BUILDER } from './statement.js'

/** What is built: its module path, and the commit of its folder, undefined where that is in no repository. */
export interface Origin {
  readonly modulePath: string
  readonly repository: { readonly commit: string; readonly modified: boolean } | undefined
}

/** The commit that was built, and the workflow's where that is another. */
export function describeSource(
  { modulePath, repository }: Origin,
  workflow: Workflow | undefined,
  environment: Environment | undefined,
): Descriptor[] {
  const started = environment?.['GITHUB_SHA']
  const ofWorkflow = workflow && started && commitAt(workflow.repository, workflow.ref, started)
  const annotations = repository?.modified === true ? { annotations: { modified: true } } : {}
  if (repository === undefined) {
    const unknown = { uri: moduleUrl(modulePath, ''), annotations: { unverified: 'it is in no repository' } }
    return ofWorkflow ? [unknown, ofWorkflow] : [unknown]
  }
  const { commit } = repository
  if (ofWorkflow && commit === started) return [{ ...ofWorkflow, ...annotations }]
  // Where another commit was checked out, nothing tells of which repository and ref it is.
  const built = { name: modulePath, digest: { gitCommit: commit }, ...annotations }
  return ofWorkflow ? [built, ofWorkflow] : [built]
}

/** This action as the workflow names it; one that lies in the checkout is of the source's commit. */
export function describeAction(environment: Environment | undefined): Descriptor[] {
  const { GITHUB_ACTION_REPOSITORY: repository = '', GITHUB_ACTION_REF: ref = '' } = environment ?? {}
  if (environment === undefined || repository === '') return []
  const descriptor = commitAt(`${serverUrl(environment)}/${repository}`, ref, ref)
  const annotations = { unverified: 'the workflow names it by a ref that can be moved' }
  return [descriptor.digest === undefined ? { ...descriptor, annotations } : descriptor]
}

/** No token names the job's own workflow file here, so it is the one that the event started. */
export function builderOf(environment: Environment | undefined): string {
  const file = environment?.['GITHUB_WORKFLOW_REF']
  return environment === undefined || file === undefined ? LOCAL_BUILDER : `${serverUrl(environment)}/${file}`
}

/** @param fallback for where nobody else gave the run a name */
export function invocationOf(environment: Environment | undefined, fallback: string): string {
  const { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt } = environment ?? {}
  if (environment === undefined || repository === undefined || run === undefined) return fallback
  return `${serverUrl(environment)}/${repository}/actions/runs/${run}/attempts/${attempt ?? '1'}`
}
