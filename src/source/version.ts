// Chooses the version of a release from what git knows.
import semver from 'semver'
import { InputError } from '../errors.js'

export interface VersionFacts {
  /** The input, where it was given. */
  readonly given: string | undefined
  /** The tag that started the run. */
  readonly runTag: string | undefined
  /** Tags at HEAD. */
  readonly tags: readonly string[]
  /** `git describe --tags`. */
  readonly described: string | undefined
  /** Full hash. */
  readonly commit: string | undefined
  /** `sub/` for a module in `sub`, empty for the repository's root. */
  readonly prefix: string
}

const SHORT_COMMIT = 12

/**
 * The tag prefix of a module's folder. A major version's own folder (`sub/v2`) is not part of its tags.
 * Source: https://go.dev/ref/mod#vcs-version
 *
 * @param folder relative to the repository's root, with `/`; empty for the root
 */
export function tagPrefix(folder: string): string {
  const withoutMajor = folder.replace(/(^|\/)v([2-9]|[1-9]\d+)$/, '')
  return withoutMajor === '' ? '' : `${withoutMajor}/`
}

/** Highest semver tag of the module at HEAD, without the module's prefix. */
export function highestTag(tags: readonly string[], prefix: string): string | undefined {
  const own = tags
    .filter((tag) => tag.startsWith(prefix))
    .map((tag) => tag.slice(prefix.length))
    .filter((tag) => semver.valid(tag) !== null)
  // Build metadata does not count in semver's order; the text decides then, so that the choice is the same everywhere.
  return own.sort((a, b) => semver.rcompare(a, b) || (a < b ? 1 : -1))[0]
}

/** Of a commit from which no tag can be reached. */
export const versionOfCommit = (commit: string): string => `v0.0.0-${commit.slice(0, SHORT_COMMIT)}`

/** @throws InputError where the version holds what a file name or a flag cannot */
export function chooseVersion(facts: VersionFacts): string {
  const unprefixed = (tag: string) => (tag.startsWith(facts.prefix) ? tag.slice(facts.prefix.length) : tag)
  const version =
    facts.given ??
    (facts.runTag === undefined ? undefined : unprefixed(facts.runTag)) ??
    highestTag(facts.tags, facts.prefix) ??
    (facts.described === undefined ? undefined : unprefixed(facts.described)) ??
    (facts.commit === undefined ? 'v0.0.0' : versionOfCommit(facts.commit))
  if (!/^[A-Za-z0-9][A-Za-z0-9._+/-]*$/.test(version) || version.includes('..')) {
    const from = facts.given === undefined ? ', which git gives,' : ''
    throw new InputError(
      'version',
      `${JSON.stringify(version)}${from} cannot be used; a version begins with a letter or digit and holds letters, digits, and . _ + - /`,
    )
  }
  return version
}
