// An existing tag and release files into a GitHub release, which is published once it has them all; a text into a comment.
import type { Artifact } from '../artifact.js'
import { ActionError } from '../errors.js'
import type { Host } from '../host/host.js'
import { checkNames, Filling, type Filled } from './fill.js'
import { TERMS, type Purpose, type Terms } from './patience.js'
import type { GithubPlace, Release, Repository } from './repository.js'
import { choose, describeDraft, describePublication, type ReleaseRequest } from './request.js'

export { commentOn } from './comment.js'
export type { GithubPlace } from './repository.js'
export type { ReleaseRequest } from './request.js'

const RELEASE: Purpose = { name: 'release', permission: 'contents: write' }

export interface FilledRelease extends Filled {
  readonly url: string
  readonly published: boolean
}

export interface GithubRelease {
  /** Of the draft, where it is one. */
  readonly url: string
  /**
   * Uploads what is not there, checks GitHub's digests, and publishes once all are there; a second run does what is left.
   *
   * @throws ActionError naming the files that stand in the way
   */
  fill(files: readonly Artifact[]): Promise<FilledRelease>
}

/**
 * Finds the tag's release or makes its draft: before anything is downloaded or built for it. A draft that is found keeps
 * its title and notes.
 *
 * @throws ActionError where there is no such tag, or the token may not write
 */
export async function openRelease(
  host: Host,
  place: GithubPlace,
  request: ReleaseRequest,
  terms: Terms = TERMS,
): Promise<GithubRelease> {
  host.mask(place.token)
  // Most runs release nothing, and need not load the client.
  const { Repository } = await import('./repository.js')
  const repository = new Repository(place, host.log, terms, RELEASE)
  await checkTag(repository, place, request)
  const { id, html_url: url } = await findOrMake(repository, request)
  host.log.info(`release of ${request.tag}: ${url}`)
  return {
    url,
    fill: (files) =>
      host.log.group(`Release ${request.tag}`, async () => {
        checkNames(files)
        const { tag } = request
        const release = await repository.patiently(`the release of ${tag}`, () => repository.release(id))
        const filled = await new Filling(host, terms, repository, release, request.overwrite).fill(files)
        if (!release.draft || !request.publish)
          return { ...filled, url: release.html_url, published: !release.draft }
        // GitHub would make the tag itself, wherever the default branch is.
        await checkTag(repository, place, request)
        const published = await repository.patiently(`publishing ${tag}`, async () => {
          // An earlier attempt may have done it though its answer did not arrive, or another run.
          const now = await repository.release(id)
          return now.draft ? repository.publish(id, describePublication(request, now)) : now
        })
        return { ...filled, url: published.html_url, published: true }
      }),
  }
}

async function checkTag(repository: Repository, place: GithubPlace, request: ReleaseRequest): Promise<void> {
  const { tag, commit } = request
  const there = await repository.patiently(`the tag ${tag}`, () => repository.commitOf(tag))
  if (there === undefined)
    throw new ActionError(
      `release: ${place.repository} has no tag ${tag}, or the token may not read it; push the tag first: git push origin ${tag}`,
    )
  if (commit !== undefined && there !== commit)
    throw new ActionError(
      `release: the tag ${tag} of ${place.repository} is the commit ${there}, and what is released is ${commit}; release the commit of the tag, or move the tag back`,
    )
}

async function findOrMake(repository: Repository, request: ReleaseRequest): Promise<Release> {
  const { tag } = request
  // Each attempt looks first: a draft may have been made though the answer did not arrive.
  const { release, made } = await repository.patiently(`the draft of ${tag}`, async () => {
    const found = choose(await repository.releases(), tag)
    if (found === undefined)
      return { release: await repository.makeDraft(describeDraft(request)), made: true }
    // Whoever sees a draft may write; a published release everybody sees.
    if (!found.draft && found.immutable !== true) await repository.proveMayWrite(tag)
    return { release: found, made: false }
  })
  if (!made) return release
  const all = await repository.patiently(`the releases of ${tag}`, () => repository.releases())
  // The list may not have the new one yet.
  const winner = choose([...all, release], tag) ?? release
  if (winner.id !== release.id)
    await repository.patiently(`the second draft of ${tag}`, () => repository.deleteRelease(release.id))
  return winner
}
