// A repository's releases, their files and its comments, one call of GitHub's API each.
import { open } from 'node:fs/promises'
import { Octokit } from '@octokit/core'
import type { Artifact } from '../artifact.js'
import type { Log } from '../host/host.js'
import { Patience, type Purpose, type Terms } from './patience.js'
import { BrokenOff, statusOf, understand } from './trouble.js'

export interface GithubPlace {
  /** GITHUB_API_URL. */
  readonly api: string
  /** `owner/name`. */
  readonly repository: string
  readonly token: string
}

/** What is read of GitHub's description of a release. */
export interface Release {
  readonly id: number
  readonly tag_name: string
  readonly draft: boolean
  readonly prerelease: boolean
  readonly immutable?: boolean
  /** Changes when a draft is published. */
  readonly html_url: string
  /** A URI template. */
  readonly upload_url: string
}

/** A file of a release. */
export interface Asset {
  readonly id: number
  readonly name: string
  /** `uploaded`; anything else is not whole. */
  readonly state: string
  readonly size: number
  /** `sha256:` and lower-case hex; null for files from before GitHub took digests. */
  readonly digest?: string | null
}

/** What is read of GitHub's description of a comment. */
export interface Comment {
  readonly id: number
  readonly body?: string
  /** Null where the account is gone. */
  readonly user: { readonly id: number; readonly type: string } | null
  readonly html_url: string
}

interface GitObject {
  readonly type: string
  readonly sha: string
}

export interface NewDraft {
  readonly tag_name: string
  readonly name: string
  readonly body?: string
  readonly prerelease: boolean
  readonly generate_release_notes: boolean
}

export interface Publication {
  readonly prerelease: boolean
  readonly make_latest?: 'true' | 'false' | 'legacy'
}

const PER_PAGE = 100
const LONGEST_CALL_MS = 120_000
/** A connection that takes less than this is as good as broken. */
const SLOWEST_BYTES_PER_MS = 50

const mute = () => undefined
const SILENT = { debug: mute, info: mute, warn: mute, error: mute }

/** The calls throw what octokit throws; `patiently` turns that into attempts and words. */
export class Repository {
  readonly #octokit: Octokit
  readonly #where: { readonly owner: string; readonly repo: string }
  readonly #log: Log
  readonly #terms: Terms
  readonly #purpose: Purpose

  constructor({ api, repository, token }: GithubPlace, log: Log, terms: Terms, purpose: Purpose) {
    this.#octokit = new Octokit({
      auth: token,
      baseUrl: api,
      userAgent: 'go-cross-release',
      log: SILENT,
      request: { log: SILENT },
    })
    this.#octokit.hook.before('request', (options) => {
      const size = Number(options.headers['content-length'] ?? 0)
      options.request.signal = AbortSignal.timeout(LONGEST_CALL_MS + Math.ceil(size / SLOWEST_BYTES_PER_MS))
    })
    const [owner = '', repo = ''] = repository.split('/')
    this.#where = { owner, repo }
    this.#log = log
    this.#terms = terms
    this.#purpose = purpose
  }

  /** @param what the undertaking, as messages name it */
  patience(what: string): Patience {
    return new Patience(this.#purpose, what, this.#log, this.#terms)
  }

  /** @throws ActionError that names `what` */
  async patiently<T>(what: string, undertaking: () => Promise<T>): Promise<T> {
    const patience = this.patience(what)
    for (;;) {
      try {
        return await undertaking()
      } catch (error) {
        await patience.bear(error)
      }
    }
  }

  /** Hash of the commit that a tag stands for; undefined where there is no such tag. */
  async commitOf(tag: string): Promise<string | undefined> {
    try {
      const parameters = { ...this.#where, ref: `tags/${tag}` }
      const found = await this.#octokit.request('GET /repos/{owner}/{repo}/git/ref/{ref}', parameters)
      let { object } = whole(found) as { readonly object: GitObject }
      // An annotated tag is an object of its own, and can be of another tag.
      while (object.type === 'tag') {
        const annotated = { ...this.#where, tag_sha: object.sha }
        const peeled = await this.#octokit.request('GET /repos/{owner}/{repo}/git/tags/{tag_sha}', annotated)
        object = (whole(peeled) as { readonly object: GitObject }).object
      }
      return object.sha
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw error
    }
  }

  /** Drafts are among them where the token may write. */
  releases(): Promise<Release[]> {
    return readPages((page) =>
      this.#octokit.request('GET /repos/{owner}/{repo}/releases', {
        ...this.#where,
        per_page: PER_PAGE,
        page,
      }),
    )
  }

  /** Throws where the token may not write. GitHub asks for that right here too, and nothing is changed. */
  async proveMayWrite(tag: string): Promise<void> {
    const parameters = { ...this.#where, tag_name: tag }
    try {
      await this.#octokit.request('POST /repos/{owner}/{repo}/releases/generate-notes', parameters)
    } catch (error) {
      // Any other trouble with notes that nobody wants says nothing about the right.
      if ([403, 404, 429].includes(statusOf(error) ?? 0)) throw error
    }
  }

  async makeDraft(draft: NewDraft): Promise<Release> {
    const parameters = { ...this.#where, ...draft, draft: true }
    return whole(await this.#octokit.request('POST /repos/{owner}/{repo}/releases', parameters))
  }

  async release(id: number): Promise<Release> {
    const parameters = { ...this.#where, release_id: id }
    return whole(await this.#octokit.request('GET /repos/{owner}/{repo}/releases/{release_id}', parameters))
  }

  async publish(id: number, publication: Publication): Promise<Release> {
    const parameters = { ...this.#where, release_id: id, ...publication, draft: false }
    return whole(await this.#octokit.request('PATCH /repos/{owner}/{repo}/releases/{release_id}', parameters))
  }

  async deleteRelease(id: number): Promise<void> {
    const parameters = { ...this.#where, release_id: id }
    await gone(this.#octokit.request('DELETE /repos/{owner}/{repo}/releases/{release_id}', parameters))
  }

  assets(release: number): Promise<Asset[]> {
    return readPages((page) =>
      this.#octokit.request('GET /repos/{owner}/{repo}/releases/{release_id}/assets', {
        ...this.#where,
        release_id: release,
        per_page: PER_PAGE,
        page,
      }),
    )
  }

  async upload({ upload_url: url }: Release, { name, path, size }: Artifact): Promise<Asset> {
    await using file = await open(path)
    const data = file.createReadStream()
    try {
      const headers = { 'content-type': 'application/octet-stream', 'content-length': size }
      const answer = await this.#octokit.request({ method: 'POST', url, name, data, headers })
      return whole(answer as { readonly data: Asset })
    } finally {
      data.destroy()
    }
  }

  async deleteAsset(id: number): Promise<void> {
    const parameters = { ...this.#where, asset_id: id }
    await gone(this.#octokit.request('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', parameters))
  }

  /** The id of the user whose token it is; undefined where it is an app's, as the job's own, for which there is none to ask for. */
  async user(): Promise<number | undefined> {
    try {
      return (whole(await this.#octokit.request('GET /user')) as { readonly id: number }).id
    } catch (error) {
      if (isRefused(error)) return undefined
      throw error
    }
  }

  /** Of an issue or a pull request, by all. */
  comments(issue: number): Promise<Comment[]> {
    const parameters = { ...this.#where, issue_number: issue, per_page: PER_PAGE }
    return readPages(
      (page) =>
        this.#octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
          ...parameters,
          page,
        }) as Promise<Page<Comment>>,
    )
  }

  async addComment(issue: number, body: string): Promise<Comment> {
    const parameters = { ...this.#where, issue_number: issue, body }
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'
    return whole((await this.#octokit.request(route, parameters)) as { readonly data: Comment })
  }

  /** False where it is gone, or not the token's to change. */
  async updateComment(id: number, body: string): Promise<boolean> {
    const parameters = { ...this.#where, comment_id: id, body }
    try {
      await this.#octokit.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', parameters)
      return true
    } catch (error) {
      if (isRefused(error)) return false
      throw error
    }
  }

  async deleteComment(id: number): Promise<void> {
    const parameters = { ...this.#where, comment_id: id }
    await gone(this.#octokit.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', parameters))
  }
}

interface Page<T> {
  readonly data: T[]
  readonly headers: { readonly link?: string }
}

async function readPages<T>(read: (page: number) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = []
  for (let number = 1; ; number++) {
    const page = await read(number)
    all.push(...whole(page))
    if (page.headers.link?.includes('rel="next"') !== true) return all
  }
}

/** Octokit hands over the text of an answer that breaks off, which may be empty, as a success. */
function whole<T extends object>({ data }: { readonly data: T | string }): T {
  if (typeof data === 'object') return data
  throw new BrokenOff('the answer broke off')
}

/** For good: GitHub says the same of calls that come too often. */
const isRefused = (error: unknown): boolean =>
  [403, 404].includes(statusOf(error) ?? 0) && understand(error, 1)?.wait === undefined

/** What an earlier attempt, or another run, has deleted is deleted. */
async function gone(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion
  } catch (error) {
    if (statusOf(error) !== 404) throw error
  }
}
