// Patience: what GitHub has refused for good in, an error that says what to do out.
import type { Log } from '../../../src/host/host.js'
import { Patience } from '../../../src/publish/patience.js'

const PURPOSE = { name: 'release', permission: 'contents: write' }
const told: string[] = []
const log = { info: (line: string) => void told.push(line) } as unknown as Log
const waits: number[] = []
const terms = { sleep: (milliseconds: number) => Promise.resolve(waits.push(milliseconds)) }

const httpError = (status: number, headers: Record<string, string> = {}): Error =>
  Object.assign(new Error('no'), { name: 'HttpError', status, response: { headers } })

beforeEach(() => {
  told.length = 0
  waits.length = 0
})

test.each([
  [401, "HTTP 401: no; the token is not valid here; give the job's own, ${{ github.token }}"],
  [403, 'HTTP 403: no; give the job `contents: write` under `permissions:`'],
  [
    404,
    'HTTP 404: no; it is gone, or the token has no right to it; give the job `contents: write` under `permissions:`',
  ],
  [422, 'HTTP 422: no; mend what GitHub complains of, and run this again'],
])('%i ends at once', async (status, problem) => {
  await expect(new Patience(PURPOSE, 'v1', log, terms).bear(httpError(status))).rejects.toThrow(
    `release: v1: ${problem}`,
  )
  expect([told, waits]).toEqual([[], []])
})

test('a server in trouble is asked five times', async () => {
  const patience = new Patience(PURPOSE, 'v1', log, terms)
  for (let attempt = 1; attempt < 5; attempt++) await patience.bear(httpError(500))
  await expect(patience.bear(httpError(500))).rejects.toThrow(
    'release: v1: HTTP 500: no; run this again later, and it goes on where it stopped',
  )
  expect(waits).toEqual([1000, 2000, 4000, 8000])
})
