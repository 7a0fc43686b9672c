// A text into the one comment on a pull request that holds it, which the next run finds again and updates.
import type { Host } from '../host/host.js'
import { TERMS, type Purpose, type Terms } from './patience.js'
import type { Comment, GithubPlace } from './repository.js'

const COMMENT: Purpose = {
  name: 'comment',
  permission: 'pull-requests: write',
  never: 'a pull request of a fork',
}

export interface StickyComment {
  /** Number of the pull request. */
  readonly issue: number
  /** What the comment begins with, a comment of HTML: by this it is found. */
  readonly marker: string
  readonly text: string
}

/**
 * Anybody can write the marker: only what the token's own user has written is taken for the comment, or, where the token is an
 * app's, which has none, what an app has, and lets be changed.
 *
 * @returns its address
 * @throws ActionError where the token may not comment
 */
export async function commentOn(
  host: Host,
  place: GithubPlace,
  { issue, marker, text }: StickyComment,
  terms: Terms = TERMS,
): Promise<string> {
  host.mask(place.token)
  // Most runs comment on nothing, and need not load the client.
  const { Repository } = await import('./repository.js')
  const repository = new Repository(place, host.log, terms, COMMENT)
  const what = `the comment on #${issue}`
  const body = `${marker}\n${text}`
  const user = await repository.patiently(what, () => repository.user())
  const others = new Set<number>()

  const isOwn = ({ id, body: there, user: author }: Comment): boolean =>
    there?.startsWith(marker) === true &&
    !others.has(id) &&
    (user === undefined ? author?.type === 'Bot' : author?.id === user)
  const find = async (): Promise<Comment | undefined> =>
    (await repository.comments(issue)).filter(isOwn).sort((a, b) => a.id - b.id)[0]

  for (;;) {
    // Each attempt looks first: a comment may have been made though the answer did not arrive.
    const { comment, made } = await repository.patiently(what, async () => {
      const found = await find()
      return found === undefined
        ? { comment: await repository.addComment(issue, body), made: true }
        : { comment: found, made: false }
    })
    if (made) {
      const first = await repository.patiently(what, find)
      // The list may not have the new one yet.
      if (first === undefined || first.id >= comment.id) return comment.html_url
      // Another run was faster, and all who look find the same.
      await repository.patiently(what, () => repository.deleteComment(comment.id))
      others.add(comment.id)
    } else {
      if (comment.body === body) return comment.html_url
      if (await repository.patiently(what, () => repository.updateComment(comment.id, body)))
        return comment.html_url
      others.add(comment.id)
    }
  }
}
