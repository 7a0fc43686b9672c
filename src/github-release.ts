// What the inputs ask of the tag's GitHub release, and its files once they are there.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Artifact } from './artifact.js'
import { InputError } from './errors.js'
import { openRelease, type GithubPlace, type GithubRelease, type ReleaseRequest } from './publish/index.js'
import { isOfPullRequest, skip, type Released } from './release.js'

export type { GithubRelease } from './publish/index.js'

interface Wanted {
  readonly place: GithubPlace
  readonly request: ReleaseRequest
}

/**
 * Without a word to GitHub.
 *
 * @returns undefined where none is asked for, or a pull request is built
 */
export async function settleGithubRelease(release: Released): Promise<Wanted | undefined> {
  const { host, inputs, source } = release
  if (inputs.release === 'off') {
    if (host.event.tag !== undefined) skip(release, 'GitHub release', 'release: off')
    return undefined
  }
  if (isOfPullRequest(host)) {
    skip(release, 'GitHub release', 'pull requests release nothing')
    return undefined
  }
  if (host.event.untrusted !== undefined)
    throw new InputError(
      'release',
      `nothing is released here: ${host.event.untrusted}; release in a workflow that a tag starts`,
    )
  const { GITHUB_API_URL: api, GITHUB_REPOSITORY: repository } = host.environment
  if (host.kind !== 'github' || api === undefined || repository === undefined)
    throw new InputError('release', 'only a job of a workflow can fill a GitHub release; leave it out here')
  const tag = host.event.tag ?? source.tag
  if (tag === undefined)
    throw new InputError(
      'release',
      'there is no tag to release: none started this run, and the commit carries none; push one, or set release: off',
    )
  if (inputs.githubToken === undefined)
    throw new InputError('github-token', `release: ${inputs.release} needs one; leave it at its default`)
  return {
    place: { api, repository, token: inputs.githubToken },
    request: {
      tag,
      commit: source.repository?.commit,
      title: `${source.name} ${source.version}`,
      overwrite: inputs.overwrite,
      publish: inputs.release === 'publish',
      notes: await readNotes(host.folders.workspace, inputs.releaseNotes),
      makeLatest: inputs.makeLatest === 'auto' ? undefined : inputs.makeLatest,
    },
  }
}

/** Found or made before anything is built or fetched for it, so that a job that may not do so fails at once. */
export async function findGithubRelease(release: Released): Promise<GithubRelease | undefined> {
  const wanted = await settleGithubRelease(release)
  if (wanted === undefined) return undefined
  const found = await openRelease(release.host, wanted.place, wanted.request)
  release.host.setOutput('release-url', found.url)
  return found
}

async function readNotes(
  workspace: string,
  notes: string | undefined,
): Promise<{ readonly text: string } | 'generate' | undefined> {
  if (notes === undefined || notes === 'generate') return notes
  const file = path.resolve(workspace, notes)
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new InputError('release-notes', `${file} cannot be read: ${String(error)}`, { cause: error })
  })
  return { text }
}

export async function fillGithubRelease(
  { host }: Released,
  githubRelease: GithubRelease,
  files: readonly Artifact[],
): Promise<void> {
  const { url, uploaded, kept, published } = await githubRelease.fill(files)
  host.setOutput('release-url', url)
  host.log.notice(
    `${published ? 'released' : 'a draft, for you to publish'}: ${url} (${uploaded.length} files uploaded, ${kept.length} there already)`,
  )
}
