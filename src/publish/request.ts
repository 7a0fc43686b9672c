// What is asked for into what GitHub is told of a release.
import semver from 'semver'
import type { NewDraft, Publication, Release } from './repository.js'

export interface ReleaseRequest {
  /** False: a draft stays one. */
  readonly publish: boolean
  readonly tag: string
  /** Full hash of what is released; undefined where nobody knows it. */
  readonly commit: string | undefined
  readonly title: string
  /** A text, GitHub's own, or none. */
  readonly notes: { readonly text: string } | 'generate' | undefined
  /** Undefined leaves it to GitHub. */
  readonly makeLatest: 'true' | 'false' | 'legacy' | undefined
  /** Whether files that are there under the same name with other bytes are replaced. */
  readonly overwrite: boolean
}

/** The tag of a module in a folder has that before its version. */
function isPrerelease(tag: string): boolean {
  return semver.prerelease(tag.slice(tag.lastIndexOf('/') + 1)) !== null
}

export function describeDraft({ tag, title, notes }: ReleaseRequest): NewDraft {
  return {
    tag_name: tag,
    name: title,
    prerelease: isPrerelease(tag),
    generate_release_notes: notes === 'generate',
    ...(typeof notes === 'object' && { body: notes.text }),
  }
}

/** A draft that somebody else has made may be called a pre-release there; GitHub takes none for the latest. */
export function describePublication(
  { tag, makeLatest }: ReleaseRequest,
  draft: Pick<Release, 'prerelease'>,
): Publication {
  const prerelease = draft.prerelease || isPrerelease(tag)
  const latest = prerelease ? 'false' : makeLatest
  return { prerelease, ...(latest !== undefined && { make_latest: latest }) }
}

/**
 * Which of the releases is the tag's: the published one, else the first of its drafts, so that all who look find the same.
 */
export function choose(releases: readonly Release[], tag: string): Release | undefined {
  return releases
    .filter((release) => release.tag_name === tag)
    .sort((a, b) => Number(a.draft) - Number(b.draft) || a.id - b.id)[0]
}

/**
 * GitHub makes periods of other characters, and lets none stand at the ends. The tilde is among those.
 * Source: GitHub's reference of "Upload a release asset", and the names that it gave.
 */
export function keepsName(name: string): boolean {
  return /^(?!\.)[A-Za-z0-9._+-]+(?<!\.)$/.test(name)
}
