// What a run has built, held against the last build of the branch that a pull request is for: told, commented on, gated; on a branch, kept for that.
import { createHash } from 'node:crypto'
import { holdsPrograms, type Artifact } from './artifact.js'
import { keepsTexts, restoreBaseline, saveBaseline, type BaselinePlace } from './cache/index.js'
import {
  compareReleases,
  describeComparison,
  describeExceeding,
  exceeding,
  formatBaseline,
  parseBaseline,
  type Baseline,
  type BuiltModule,
  type Comparison,
} from './compare/index.js'
import { ActionError } from './errors.js'
import { messageOf } from './failures.js'
import { isFolder, type GoModule } from './go-module.js'
import type { RunEvent } from './host/host.js'
import type { TargetResult } from './lane.js'
import { commentOn } from './publish/index.js'
import { skip, type Released } from './release.js'
import { formatComparisonMarkdown, formatComparisonText } from './report/index.js'

/** Characters. GitHub takes 65,536 in a comment, the marker among them. */
const ROOM = 65_000

type PullRequest = NonNullable<RunEvent['pullRequest']>

/**
 * Once all targets are built and judged: the files are the same whatever becomes of it, and what goes wrong is a warning.
 *
 * @throws ActionError where a program has grown by more than max-size-increase
 */
export async function compareWithBase(
  release: Released,
  files: readonly Artifact[],
  results: readonly TargetResult[],
): Promise<void> {
  const { host, inputs } = release
  const { pullRequest } = host.event
  const built = describeBuild(release, files, results)
  const compared = await (
    pullRequest === undefined ? keep(release, built) : compare(release, pullRequest, built)
  ).catch((error: unknown) => {
    const why = `the comparison failed: ${messageOf(error)}`
    host.log.warning(why)
    return why
  })
  const limit = inputs.maxSizeIncrease
  if (typeof compared === 'string') {
    // Most runs of a workflow that comments are of no pull request.
    if (inputs.comment) host.log.info(`comment is not written: ${compared}`)
    if (limit !== undefined) host.log.notice(`max-size-increase is not checked: ${compared}`)
    return
  }
  if (limit === undefined) return
  if (compared.targets.every(({ programs }) => programs.length === 0))
    host.log.notice('max-size-increase is not checked: the base has none of these programs')
  const grown = exceeding(compared, limit)
  if (grown.length > 0) throw new ActionError(describeExceeding(grown, limit, compared))
}

/** @returns why nothing is compared */
async function keep(release: Released, built: Baseline): Promise<string> {
  const { host, inputs } = release
  const { branch, name } = host.event
  if (branch !== undefined && keepsTexts(inputs.cache, name))
    await saveBaseline(host, placeOf(release, branch), formatBaseline(built))
  return 'no pull request started this run'
}

/** @returns why nothing is compared, where that is so */
async function compare(
  release: Released,
  { number, base: branch }: PullRequest,
  built: Baseline,
): Promise<Comparison | string> {
  const { host } = release
  const base = await findBase(release, branch)
  if (typeof base === 'string') {
    skip(release, 'Comparison', base)
    return base
  }
  const comparison = compareReleases(base, built)
  // What cannot be told holds all the same.
  await tell(release, number, branch, comparison).catch((error: unknown) => {
    host.log.warning(`the comparison cannot be told: ${messageOf(error)}`)
  })
  return comparison
}

async function tell(
  release: Released,
  number: number,
  branch: string,
  comparison: Comparison,
): Promise<void> {
  const { host, inputs, source } = release
  const told = describeComparison(comparison, { name: source.name, branch })
  for (const line of formatComparisonText(told)) host.log.info(line)
  release.comparison.push(...formatComparisonMarkdown(told, ROOM))
  host.setOutput('comparison', JSON.stringify(comparison))
  if (inputs.comment) await comment(release, number)
}

/** @returns why there is none, where that is so */
async function findBase(release: Released, branch: string): Promise<Baseline | string> {
  const { host, inputs } = release
  if (inputs.cache === 'off') return 'cache: off'
  if (host.cache === undefined) return 'this job has no cache service'
  const none = (what: string): string => {
    const why = `${what} of ${branch} is kept yet; let this workflow run on pushes to ${branch} too`
    host.log.notice(`nothing is compared: ${why}`)
    return why
  }
  const place = placeOf(release, branch)
  const text = await restoreBaseline(host, place)
  if (text === undefined) return `what is kept of ${branch} cannot be had`
  if (text === '') return none('no build')
  const base = parseBaseline(text)
  if (base === undefined) {
    const why = `what is kept of ${branch} is not what this version of the action writes; the next run on ${branch} replaces it`
    host.log.warning(`nothing is compared: ${why}`)
    return why
  }
  // Where each job of a matrix builds its own targets, and this row is new, it is another row's.
  return base.targets.some(({ id }) => place.targets.includes(id)) ? base : none('no build of these targets')
}

const placeOf = (release: Released, branch: string): BaselinePlace => ({
  modulePath: release.source.modulePath,
  branch,
  targets: release.plan.targets.map(({ id }) => id),
  build: identify(release),
})

/** Two jobs, two steps of a job, or two jobs of a matrix may build the same targets of other packages or with other tags. */
function identify({ host, inputs, source }: Released): string[] {
  const { GITHUB_WORKFLOW = '', GITHUB_JOB = '', GITHUB_ACTION = '' } = host.environment
  return [
    GITHUB_WORKFLOW,
    GITHUB_JOB,
    GITHUB_ACTION,
    source.name,
    inputs.packages?.join(' ') ?? '',
    inputs.tags,
  ]
}

function describeBuild(
  { source: { repository } }: Released,
  files: readonly Artifact[],
  results: readonly TargetResult[],
): Baseline {
  return {
    commit: repository?.commit,
    targets: results.map(({ report: { target: id, buildSeconds, programs, cgoPackages }, modules }) => ({
      ...{ id, buildSeconds, cgoPackages },
      released: files
        .filter((file) => file.target === id && holdsPrograms(file))
        .reduce((sum, { size }) => sum + size, 0),
      programs: programs.map(({ name, size, verdict, linkage, hardening }) => ({
        ...{ name, size, floor: hardening?.floor ?? [] },
        // What a dynamic program needs can change; a static one needs nothing.
        linkage: verdict === 'dynamic' ? linkage : verdict,
      })),
      modules: [...new Map(modules.map((each) => [each.path, describeModule(each)])).values()],
    })),
  }
}

function describeModule({ path, version, replace }: GoModule): BuiltModule {
  if (replace === undefined) return { path, version }
  const instead = isFolder(replace) ? replace.path : `${replace.path} ${replace.version}`
  return { path, version: `${version} => ${instead}` }
}

/** The summary has it in any case. */
async function comment(release: Released, issue: number): Promise<void> {
  const { host, inputs, source, plan, comparison } = release
  const { GITHUB_API_URL: api, GITHUB_REPOSITORY: repository } = host.environment
  const { githubToken: token } = inputs
  if (api === undefined || repository === undefined || token === undefined) {
    host.log.notice('comment: there is no github-token; leave that input at its default')
    return
  }
  // One for each build, and for each of a matrix.
  const job = [source.modulePath, ...identify(release), ...plan.targets.map(({ id }) => id)]
  const digest = createHash('sha256').update(JSON.stringify(job)).digest('hex')
  try {
    const sticky = { issue, marker: `<!-- go-cross-release ${digest} -->`, text: comparison.join('\n') }
    host.log.info(`comment: ${await commentOn(host, { api, repository, token }, sticky)}`)
  } catch (error) {
    host.log.notice(`${messageOf(error)}; the summary has the comparison`)
  }
}
