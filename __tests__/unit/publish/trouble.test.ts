// understand: what octokit throws in, words and a wait out.
import { BrokenOff, statusOf, understand } from '../../../src/publish/trouble.js'

function httpError(status: number, message: string, headers?: Record<string, string>): Error {
  return Object.assign(new Error(message), {
    name: 'HttpError',
    status,
    ...(headers && { response: { headers } }),
  })
}

const date = 'Fri, 02 Jan 2026 03:04:05 GMT'
const reset = String(Date.parse('Fri, 02 Jan 2026 03:06:05 GMT') / 1000)
const secondary = 'You have exceeded a secondary rate limit'

test.each<[string, Error, attempt: number, text: string, wait: number | undefined]>([
  ['a server in trouble', httpError(500, 'Server Error', {}), 1, 'HTTP 500: Server Error', 1000],
  ['and again', httpError(502, 'Bad Gateway', {}), 3, 'HTTP 502: Bad Gateway', 4000],
  ['one that says for how long', httpError(503, 'no', { 'retry-after': '9' }), 3, 'HTTP 503: no', 9000],
  ['one that waited too long itself', httpError(408, 'slow', {}), 1, 'HTTP 408: slow', 1000],
  ['no answer', httpError(500, 'other side closed'), 2, 'other side closed', 2000],
  ['half an answer', new BrokenOff('the answer broke off'), 2, 'the answer broke off', 2000],
  ['too many requests', httpError(429, 'slow down', { 'retry-after': '7' }), 1, 'HTTP 429: slow down', 7000],
  ['the same without a time', httpError(429, 'slow down', {}), 1, 'HTTP 429: slow down', 60_000],
  [
    'too much written',
    httpError(403, secondary, { 'retry-after': '60' }),
    1,
    `HTTP 403: ${secondary}`,
    60_000,
  ],
  ['the same without a time', httpError(403, secondary, {}), 1, `HTTP 403: ${secondary}`, 60_000],
  [
    'a quota that is used up, by the server’s clock',
    httpError(403, 'limit', { date, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }),
    1,
    'HTTP 403: limit',
    120_000,
  ],
  [
    'a missing right',
    httpError(403, 'Resource not accessible by integration', { 'x-ratelimit-remaining': '4999' }),
    1,
    'HTTP 403: Resource not accessible by integration',
    undefined,
  ],
  ['nothing there', httpError(404, 'Not Found', {}), 1, 'HTTP 404: Not Found', undefined],
  [
    'a name that is taken',
    httpError(422, 'Validation Failed: {"code":"already_exists"}', {}),
    1,
    'HTTP 422: Validation Failed: {"code":"already_exists"}',
    1000,
  ],
  ['anything else that is refused', httpError(422, 'no', {}), 1, 'HTTP 422: no', undefined],
  [
    'a page of a gateway',
    httpError(400, `<p>${'x'.repeat(400)}\n</p>`, {}),
    1,
    `HTTP 400: <p>${'x'.repeat(297)}`,
    undefined,
  ],
])('%s', (_, error, attempt, text, wait) => {
  expect(understand(error, attempt)).toMatchObject({ text, wait })
})

test('what is no trouble of the API stays what it is', () => {
  expect(understand(Object.assign(new Error('ENOENT'), { code: 'ENOENT' }), 1)).toBeUndefined()
  expect(understand('text', 1)).toBeUndefined()
})

test('a status is that of an answer', () => {
  expect(statusOf(httpError(404, 'Not Found', {}))).toBe(404)
  expect(statusOf(httpError(500, 'other side closed'))).toBeUndefined()
  expect(statusOf(new BrokenOff('half'))).toBeUndefined()
})
