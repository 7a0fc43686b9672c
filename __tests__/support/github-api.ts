// A fake of GitHub's REST API on loopback, as far as releases and comments go: tags, releases, their files, and the comments on
// issues in memory, and faults on demand. It refuses what GitHub would refuse; nothing leaves this machine.

import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface StoredAsset {
  readonly id: number
  readonly name: string
  /** `starter` until all bytes are there. */
  state: 'starter' | 'uploaded'
  bytes: Buffer
  /** So many listings tell no digest yet. */
  undigested: number
}

export interface StoredRelease {
  readonly id: number
  readonly tag_name: string
  name: string
  body: string
  draft: boolean
  prerelease: boolean
  immutable: boolean
  /** As it was asked for when it was published. */
  make_latest?: string
  assets: StoredAsset[]
}

export interface StoredComment {
  readonly id: number
  readonly issue: number
  body: string
  readonly user: { readonly id: number; readonly type: 'Bot' | 'User' }
}

export type Operation =
  | 'get tag'
  | 'peel tag'
  | 'list releases'
  | 'generate notes'
  | 'create release'
  | 'get release'
  | 'update release'
  | 'delete release'
  | 'list assets'
  | 'upload asset'
  | 'delete asset'
  | 'get user'
  | 'list comments'
  | 'create comment'
  | 'update comment'
  | 'delete comment'

/** Answered instead of doing anything. */
export interface Refusal {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly message: string
  readonly errors?: readonly object[]
}

export type Fault =
  | Refusal
  /** The connection is cut before anything is done. */
  | 'drop'
  /** It is cut halfway: through the bytes of an upload, of which a `starter` stays; else through the answer to what was done. */
  | 'cut'
  /** All is done, and the connection is cut before the answer. */
  | 'lose'
  /** Of an upload: one byte arrives as another. */
  | 'corrupt'
  /** Of an upload: its digest is told late. */
  | 'late digest'

export const NAME_TAKEN: Refusal = {
  status: 422,
  message: 'Validation Failed',
  errors: [{ resource: 'ReleaseAsset', code: 'already_exists', field: 'name' }],
}
const NOT_FOUND: Refusal = { status: 404, message: 'Not Found' }
const FORBIDDEN: Refusal = { status: 403, message: 'Resource not accessible by integration' }

export interface Options {
  readonly tags?: readonly string[]
  /** Of all tags. */
  readonly commit?: string
  /** Whether tags are objects of their own, as `git tag --annotate` makes them. */
  readonly annotated?: boolean
  /** However many a client asks for. */
  readonly pageSize?: number
  /** Whether a release becomes immutable when it is published. */
  readonly immutable?: boolean
  readonly rename?: (name: string) => string
  /** Whose tokens they are: the app's that every job has one of, if absent. */
  readonly user?: StoredComment['user']
}

/** The app whose token a job has. */
export const ACTIONS_BOT: StoredComment['user'] = { id: 41_898_282, type: 'Bot' }

export interface GithubApi {
  /** GITHUB_API_URL */
  readonly url: string
  readonly repository: string
  readonly tokens: { readonly write: string; readonly read: string }
  readonly tags: Set<string>
  /** Of all tags. */
  commit: string
  /** In the order of their ids. */
  releases: StoredRelease[]
  /** In the order of their ids. */
  comments: StoredComment[]
  /** As they arrived; `status` is 0 where there was no answer. */
  readonly requests: readonly { readonly operation: Operation; readonly status: number }[]
  /** Gives the release, with an id of its own. */
  readonly addRelease: (release: Partial<StoredRelease> & Pick<StoredRelease, 'tag_name'>) => StoredRelease
  readonly addAsset: (release: StoredRelease, name: string, bytes: Buffer | 'starter') => StoredAsset
  /** With an id of its own. */
  readonly addComment: (comment: Omit<StoredComment, 'id'>) => StoredComment
  /** The `nth` request from now on, of the operation or of any, meets a fault; with `times`, so do those after it. */
  readonly fail: (
    fault: Fault,
    where?: { readonly operation?: Operation; readonly nth?: number; readonly times?: number },
  ) => void
  /** The next requests of the operation wait for one another, until there are so many. */
  readonly gather: (operation: Operation, count: number) => void
  readonly stop: () => Promise<void>
}

const REPOSITORY = 'octo/tool'
const TAG_OBJECT = 'a'.repeat(40)

export async function startGithubApi(options: Options = {}): Promise<GithubApi> {
  const { tags = [], pageSize = 100, immutable = false, rename = renameAsGithub } = options
  const { commit = '0'.repeat(40), annotated = false, user = ACTIONS_BOT } = options
  const faults: { fault: Fault; operation: Operation | undefined; skip: number; times: number }[] = []
  const gatherings = new Map<Operation, { count: number; waiting: (() => void)[] }>()
  const requests: { operation: Operation; status: number }[] = []
  let lastId = 0

  /** Counts down every fault that the request could meet. */
  function takeFault(operation: Operation): Fault | undefined {
    let taken: Fault | undefined
    for (const planned of faults) {
      if (planned.times === 0 || (planned.operation ?? operation) !== operation) continue
      if (planned.skip > 0) planned.skip -= 1
      else if (taken === undefined) {
        planned.times -= 1
        taken = planned.fault
      }
    }
    return taken
  }

  async function gathered(operation: Operation): Promise<void> {
    const gathering = gatherings.get(operation)
    if (gathering === undefined) return
    await new Promise<void>((resolve) => {
      gathering.waiting.push(resolve)
      if (gathering.waiting.length < gathering.count) return
      gatherings.delete(operation)
      for (const go of gathering.waiting) go()
    })
  }

  function findRelease(id: number, mayWrite: boolean): StoredRelease {
    const release = api.releases.find((each) => each.id === id)
    if (release === undefined || (release.draft && !mayWrite)) throw new Refused(NOT_FOUND)
    return release
  }

  async function upload(request: IncomingMessage, url: URL, fault?: Fault): Promise<StoredAsset> {
    const release = findRelease(idIn(url.pathname), true)
    const length = Number(request.headers['content-length'])
    const name = rename(url.searchParams.get('name') ?? '')
    if (release.immutable)
      throw new Refused({ status: 422, message: 'Cannot upload assets to an immutable release.' })
    if (!Number.isInteger(length) || name === '')
      throw new Refused({ status: 400, message: 'Bad Content-Length' })
    if (release.assets.some((asset) => asset.name === name)) throw new Refused(NAME_TAKEN)
    const asset = api.addAsset(release, name, 'starter')
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      if (fault === 'cut') throw new Cut()
    }
    const bytes = Buffer.concat(chunks)
    if (bytes.length !== length) throw new Refused({ status: 400, message: 'Bad Content-Length' })
    if (fault === 'corrupt') bytes[0] = (bytes[0] ?? 0) ^ 1
    // What GitHub says here is not known.
    if (!release.assets.includes(asset)) throw new Refused({ status: 502, message: 'Bad Gateway' })
    Object.assign(asset, { bytes, state: 'uploaded', undigested: fault === 'late digest' ? 1 : 0 })
    return asset
  }

  /** Gives what is to be answered; undefined is 204. */
  async function act(
    operation: Operation,
    request: IncomingMessage,
    url: URL,
    mayWrite: boolean,
    fault?: Fault,
  ): Promise<object | undefined> {
    switch (operation) {
      case 'get tag': {
        const tag = decodeURIComponent(url.pathname.split('/git/ref/')[1] ?? '').replace(/^tags\//, '')
        if (!api.tags.has(tag)) throw new Refused(NOT_FOUND)
        const object = annotated ? { type: 'tag', sha: TAG_OBJECT } : { type: 'commit', sha: api.commit }
        return { ref: `refs/tags/${tag}`, object }
      }
      case 'peel tag':
        if (!url.pathname.endsWith(`/${TAG_OBJECT}`)) throw new Refused(NOT_FOUND)
        return { sha: TAG_OBJECT, object: { type: 'commit', sha: api.commit } }
      case 'list releases':
        // Newest first, as GitHub has them.
        return api.releases
          .filter(({ draft }) => mayWrite || !draft)
          .reverse()
          .map(showRelease)
      case 'generate notes':
        await readJson(request)
        return { name: 'a name', body: 'generated notes' }
      case 'create release': {
        const asked = (await readJson(request)) as Partial<StoredRelease> & {
          readonly generate_release_notes?: boolean
        }
        const { tag_name = '', name = '', draft = false, prerelease = false, body = '' } = asked
        const notes = asked.generate_release_notes === true ? `${body}generated notes` : body
        return showRelease(api.addRelease({ tag_name, name, draft, prerelease, body: notes }))
      }
      case 'get release':
        return showRelease(findRelease(idIn(url.pathname), mayWrite))
      case 'update release': {
        const release = findRelease(idIn(url.pathname), true)
        const asked = (await readJson(request)) as Partial<StoredRelease>
        if (asked.prerelease === true && asked.make_latest === 'true')
          throw new Refused({ status: 422, message: 'a pre-release cannot be the latest' })
        const rival = api.releases.find(
          (each) => each !== release && !each.draft && each.tag_name === release.tag_name,
        )
        if (asked.draft === false && release.draft) {
          if (rival !== undefined) throw new Refused({ ...NAME_TAKEN, errors: [{ field: 'tag_name' }] })
          release.immutable = immutable
        }
        Object.assign(release, asked)
        return showRelease(release)
      }
      case 'delete release': {
        const release = findRelease(idIn(url.pathname), true)
        api.releases = api.releases.filter((each) => each !== release)
        return undefined
      }
      case 'list assets': {
        const { assets } = findRelease(idIn(url.pathname), mayWrite)
        const shown = assets.map(showAsset)
        for (const asset of assets) asset.undigested = Math.max(0, asset.undigested - 1)
        return shown
      }
      case 'upload asset':
        return showAsset(await upload(request, url, fault))
      case 'delete asset': {
        const id = idIn(url.pathname)
        const release = api.releases.find(({ assets }) => assets.some((asset) => asset.id === id))
        if (release === undefined) throw new Refused(NOT_FOUND)
        if (release.immutable)
          throw new Refused({ status: 422, message: 'Cannot delete assets of an immutable release.' })
        release.assets = release.assets.filter((asset) => asset.id !== id)
        return undefined
      }
      case 'get user':
        if (user.type === 'Bot') throw new Refused(FORBIDDEN)
        return user
      case 'list comments':
        return api.comments.filter(({ issue }) => issue === idIn(url.pathname)).map(showComment)
      case 'create comment': {
        const issue = idIn(url.pathname)
        return showComment(api.addComment({ issue, user, body: await readComment(request) }))
      }
      case 'update comment':
      case 'delete comment': {
        const comment = api.comments.find(({ id }) => id === idIn(url.pathname))
        if (comment === undefined) throw new Refused(NOT_FOUND)
        if (comment.user.id !== user.id) throw new Refused(FORBIDDEN)
        if (operation === 'delete comment') {
          api.comments = api.comments.filter((each) => each !== comment)
          return undefined
        }
        comment.body = await readComment(request)
        return showComment(comment)
      }
    }
  }

  function showComment({ issue, ...comment }: StoredComment): object {
    const html_url = `${api.url}/${REPOSITORY}/pull/${issue}#issuecomment-${comment.id}`
    return { ...comment, html_url }
  }

  function showRelease({ assets, ...release }: StoredRelease): object {
    const page = release.draft ? `untagged-${release.id}` : release.tag_name
    return {
      ...release,
      html_url: `${api.url}/${REPOSITORY}/releases/tag/${page}`,
      upload_url: `${api.url}/uploads/repos/${REPOSITORY}/releases/${release.id}/assets{?name,label}`,
      assets: assets.map(showAsset),
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', api.url)
    const operation = operationOf(request.method ?? '', url.pathname)
    if (operation === undefined) {
      sendJson(response, 404, { message: `the fake knows no ${request.method ?? ''} ${url.pathname}` })
      return
    }
    const logged = { operation, status: 0 }
    requests.push(logged)
    response.on('finish', () => {
      logged.status = response.statusCode
    })
    const fault = takeFault(operation)
    await gathered(operation)
    try {
      if (fault === 'drop') throw new Cut()
      if (typeof fault === 'object') throw new Refused(fault)
      const token = /^token (.+)$/.exec(request.headers.authorization ?? '')?.[1]
      const mayWrite = token === api.tokens.write
      if (!mayWrite && token !== api.tokens.read)
        throw new Refused({ status: 401, message: 'Bad credentials' })
      if (!mayWrite && request.method !== 'GET') throw new Refused(FORBIDDEN)
      const result = await act(operation, request, url, mayWrite, fault)
      if (fault === 'lose') throw new Cut()
      if (result === undefined) response.writeHead(204).end()
      else {
        const { items, link } = Array.isArray(result) ? paginate(result, url, pageSize) : { items: result }
        sendJson(response, request.method === 'POST' ? 201 : 200, items, link, fault === 'cut')
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      request.resume()
      const { status, headers, ...body } = error.refusal
      sendJson(response, status, body, headers)
    }
  }

  const server = createServer((request, response) => {
    // A request whose body is not read to its end loses its socket.
    const { socket } = request
    answer(request, response).catch(() => {
      socket.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const api: GithubApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    repository: REPOSITORY,
    tokens: {
      write: `ghs_${randomBytes(18).toString('hex')}`,
      read: `ghs_${randomBytes(18).toString('hex')}`,
    },
    tags: new Set(tags),
    commit,
    releases: [],
    comments: [],
    requests,
    addRelease: (given) => {
      lastId += 1
      const release = {
        name: '',
        body: '',
        draft: false,
        prerelease: false,
        immutable: false,
        assets: [],
        ...given,
        id: lastId,
      }
      api.releases.push(release)
      return release
    },
    addAsset: (release, name, bytes) => {
      lastId += 1
      const asset: StoredAsset =
        bytes === 'starter'
          ? { id: lastId, name, state: 'starter', bytes: Buffer.of(), undigested: 0 }
          : { id: lastId, name, state: 'uploaded', bytes, undigested: 0 }
      release.assets.push(asset)
      return asset
    },
    addComment: (given) => {
      lastId += 1
      const comment = { ...given, id: lastId }
      api.comments.push(comment)
      return comment
    },
    fail: (fault, { operation, nth = 1, times = 1 } = {}) => {
      faults.push({ fault, operation, skip: nth - 1, times })
    },
    gather: (operation, count) => {
      gatherings.set(operation, { count, waiting: [] })
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
  return api
}

class Refused extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/** The connection breaks. */
class Cut extends Error {}

const ROUTES: readonly (readonly [method: string, path: RegExp, operation: Operation])[] = [
  ['GET', /^\/git\/ref\/.+$/, 'get tag'],
  ['GET', /^\/git\/tags\/[0-9a-f]+$/, 'peel tag'],
  ['GET', /^\/releases$/, 'list releases'],
  ['POST', /^\/releases$/, 'create release'],
  ['POST', /^\/releases\/generate-notes$/, 'generate notes'],
  ['GET', /^\/releases\/\d+$/, 'get release'],
  ['PATCH', /^\/releases\/\d+$/, 'update release'],
  ['DELETE', /^\/releases\/\d+$/, 'delete release'],
  ['GET', /^\/releases\/\d+\/assets$/, 'list assets'],
  ['DELETE', /^\/releases\/assets\/\d+$/, 'delete asset'],
  ['GET', /^\/issues\/\d+\/comments$/, 'list comments'],
  ['POST', /^\/issues\/\d+\/comments$/, 'create comment'],
  ['PATCH', /^\/issues\/comments\/\d+$/, 'update comment'],
  ['DELETE', /^\/issues\/comments\/\d+$/, 'delete comment'],
]

function operationOf(method: string, path: string): Operation | undefined {
  if (path === '/user') return method === 'GET' ? 'get user' : undefined
  const [, uploads, inside = ''] = /^(\/uploads)?\/repos\/octo\/tool(\/.*)$/.exec(path) ?? []
  if (uploads !== undefined)
    return method === 'POST' && /^\/releases\/\d+\/assets$/.test(inside) ? 'upload asset' : undefined
  return ROUTES.find(([verb, pattern]) => verb === method && pattern.test(inside))?.[2]
}

function idIn(path: string): number {
  return Number(/\/(\d+)(\/(?:assets|comments))?$/.exec(path)?.[1])
}

/** Source: names of files in releases, as people reported them. */
function renameAsGithub(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._+-]+/g, '.').replaceAll(/^\.+|\.+$/g, '')
}

function showAsset({ id, name, state, bytes, undigested }: StoredAsset): object {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const digest = state === 'starter' || undigested > 0 ? null : `sha256:${sha256}`
  return { id, name, state, size: bytes.length, digest }
}

function paginate(
  all: readonly object[],
  url: URL,
  pageSize: number,
): { readonly items: object[]; readonly link?: Record<string, string> } {
  const size = Math.min(pageSize, Number(url.searchParams.get('per_page') ?? '30'))
  const page = Number(url.searchParams.get('page') ?? '1')
  const items = all.slice((page - 1) * size, page * size)
  if (page * size >= all.length) return { items }
  url.searchParams.set('page', String(page + 1))
  return { items, link: { link: `<${url.href}>; rel="next"` } }
}

/** Characters. */
const LONGEST_COMMENT = 65_536

async function readComment(request: IncomingMessage): Promise<string> {
  const { body } = (await readJson(request)) as { readonly body: string }
  if (body.length > LONGEST_COMMENT)
    throw new Refused({ status: 422, message: 'Body is too long (maximum is 65536 characters)' })
  return body
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  return JSON.parse(Buffer.concat(await request.toArray()).toString()) as unknown
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
  halfway = false,
): void {
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
  })
  if (halfway) response.write(bytes.subarray(0, bytes.length / 2), () => response.socket?.destroy())
  else response.end(bytes)
}

/** For a test file that starts some: each is stopped after the test that has started it. */
export function githubApis(): typeof startGithubApi {
  const apis: GithubApi[] = []
  afterEach(() => Promise.all(apis.splice(0).map((api) => api.stop())))
  return async (options) => {
    const api = await startGithubApi(options)
    apis.push(api)
    return api
  }
}
