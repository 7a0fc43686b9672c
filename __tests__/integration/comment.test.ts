// The comment on a pull request, written by the real client at a fake GitHub: made once, found again, and nobody else's touched.

import { inspect } from 'node:util'
import { commentOn } from '../../src/publish/index.js'
import {
  ACTIONS_BOT,
  githubApis,
  type Fault,
  type GithubApi,
  type Operation,
  type StoredComment,
} from '../support/github-api.js'
import { startHost, type LocalHost } from '../support/local-host.js'
import { temporaryFolder } from '../support/temporary.js'

const ISSUE = 7
const MARKER = '<!-- go-cross-release 0123 -->'
const STRANGER: StoredComment['user'] = { id: 1, type: 'User' }
const OTHER_BOT: StoredComment['user'] = { id: 2, type: 'Bot' }
const PERSON: StoredComment['user'] = { id: 3, type: 'User' }

let host: LocalHost
beforeAll(async () => {
  host = await startHost(temporaryFolder('comment'))
})
afterAll(() => host[Symbol.asyncDispose]())

const start = githubApis()

let waits: number[]
beforeEach(() => {
  waits = []
  ;(host.lines as string[]).length = 0
})

function comment(api: GithubApi, text: string, token = api.tokens.write): Promise<string> {
  const place = { api: api.url, repository: api.repository, token }
  const sleep = (milliseconds: number) => Promise.resolve(waits.push(milliseconds))
  return commentOn(host, place, { issue: ISSUE, marker: MARKER, text }, { sleep })
}

const add = (api: GithubApi, user: StoredComment['user'], body = `${MARKER}\nold`, issue = ISSUE) =>
  api.addComment({ issue, user, body })
const bodies = (api: GithubApi) => api.comments.map(({ body }) => body)
const operations = (api: GithubApi) => api.requests.map(({ operation }) => operation)

describe('the comment', () => {
  test('is made, updated where the text is another, and left where it is the same', async () => {
    const api = await start()
    const first = await comment(api, 'one')
    expect(api.comments).toEqual([{ id: 1, issue: ISSUE, user: ACTIONS_BOT, body: `${MARKER}\none` }])
    expect(first).toBe(`${api.url}/octo/tool/pull/7#issuecomment-1`)

    expect(await comment(api, 'two')).toBe(first)
    expect(bodies(api)).toEqual([`${MARKER}\ntwo`])

    const before = api.requests.length
    expect(await comment(api, 'two')).toBe(first)
    expect(operations(api).slice(before)).toEqual(['get user', 'list comments'])
    expect(waits).toEqual([])
  })

  test('is found behind many others', async () => {
    const api = await start({ pageSize: 3 })
    for (let count = 0; count < 7; count++) add(api, STRANGER, 'me too')
    add(api, ACTIONS_BOT)
    for (let count = 0; count < 4; count++) add(api, STRANGER, 'me too')
    await comment(api, 'new')
    expect(api.comments).toHaveLength(12)
    expect(api.comments[7]?.body).toBe(`${MARKER}\nnew`)
  })

  test.each<[name: string, there: (api: GithubApi) => StoredComment]>([
    ['that a stranger wrote the marker into', (api) => add(api, STRANGER)],
    ['of another app', (api) => add(api, OTHER_BOT)],
    ['of another job', (api) => add(api, ACTIONS_BOT, '<!-- go-cross-release 4567 -->\nold')],
    ['that quotes the marker', (api) => add(api, ACTIONS_BOT, `> ${MARKER}\n> old`)],
    ['on another pull request', (api) => add(api, ACTIONS_BOT, `${MARKER}\nold`, 70)],
  ])('leaves one alone %s', async (_, there) => {
    const api = await start()
    const { ...other } = there(api)
    await comment(api, 'one')
    await comment(api, 'two')
    expect(api.comments).toEqual([other, { id: 2, issue: ISSUE, user: ACTIONS_BOT, body: `${MARKER}\ntwo` }])
  })

  test('of a token of a person is found by who that is', async () => {
    const api = await start({ user: PERSON })
    const others = [add(api, STRANGER), add(api, ACTIONS_BOT)].map((other) => ({ ...other }))
    await comment(api, 'one')
    await comment(api, 'two')
    expect(api.comments).toEqual([...others, { id: 3, issue: ISSUE, user: PERSON, body: `${MARKER}\ntwo` }])
  })

  test('is one of two runs at once, whichever ends last', async () => {
    const api = await start()
    api.gather('create comment', 2)
    const addresses = await Promise.all([comment(api, 'one'), comment(api, 'two')])
    expect(api.comments).toHaveLength(1)
    expect(new Set(addresses)).toEqual(new Set([`${api.url}/octo/tool/pull/7#issuecomment-1`]))
    expect([`${MARKER}\none`, `${MARKER}\ntwo`]).toContain(bodies(api)[0])
    expect(operations(api).filter((operation) => operation === 'create comment')).toHaveLength(2)
  })

  test('that somebody removes meanwhile is made again', async () => {
    const api = await start()
    add(api, ACTIONS_BOT)
    api.fail({ status: 404, message: 'Not Found' }, { operation: 'update comment' })
    await comment(api, 'new')
    expect(bodies(api).at(-1)).toBe(`${MARKER}\nnew`)
  })
})

describe('trouble', () => {
  test.each<[operation: Operation, fault: Fault, there: boolean]>([
    ['get user', { status: 502, message: 'Bad Gateway' }, false],
    ['get user', { status: 403, message: 'API rate limit exceeded' }, false],
    ['list comments', 'drop', true],
    ['list comments', 'cut', true],
    ['create comment', { status: 503, message: 'Unavailable' }, false],
    ['create comment', 'drop', false],
    // What is there already is not made a second time.
    ['create comment', 'lose', false],
    ['update comment', { status: 403, message: 'You have exceeded a secondary rate limit' }, true],
    ['update comment', 'lose', true],
  ])('that passes is borne: %s: %j', async (operation, fault, there) => {
    const api = await start()
    if (there) add(api, ACTIONS_BOT)
    api.fail(fault, { operation })
    await comment(api, 'new')
    expect(bodies(api)).toEqual([`${MARKER}\nnew`])
    expect(waits).toHaveLength(1)
  })

  const grant = 'give the job `pull-requests: write` under `permissions:`'
  test.each<[name: string, prepare: (api: GithubApi) => unknown, told: string]>([
    [
      'a token that may only read',
      () => undefined,
      `HTTP 403: Resource not accessible by integration; ${grant}`,
    ],
    [
      'a token that may not even see it',
      (api) => {
        api.fail({ status: 404, message: 'Not Found' }, { operation: 'list comments' })
      },
      `HTTP 404: Not Found; it is gone, or the token has no right to it; ${grant}`,
    ],
  ])('of %s is told with what to write', async (_, prepare, told) => {
    const api = await start()
    prepare(api)
    const { ...other } = add(api, ACTIONS_BOT)
    const error: unknown = await comment(api, 'new', api.tokens.read).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'ActionError' })
    expect((error as Error).message).toContain(`comment: the comment on #7: `)
    expect((error as Error).message).toContain(told)
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(api.tokens.read)
    expect(api.comments).toEqual([other])
  })
})
