// startProgress: minutes of work are never silent, and an end is an end.
import { jest } from '@jest/globals'
import type { Log } from '../../../src/host/host.js'
import { startProgress } from '../../../src/report/progress.js'

const MINUTE_MS = 60_000

function recorder() {
  const lines: string[] = []
  const log: Log = {
    info: (line) => lines.push(line),
    notice: () => undefined,
    warning: () => undefined,
    error: () => undefined,
    group: (_, work) => work(),
  }
  return { lines, log }
}
/** Work that ends when it is told to. */
function pending() {
  let end: (error?: Error) => void = () => undefined
  const work = () =>
    new Promise<string>((resolve, reject) => {
      end = (error) => {
        if (error === undefined) resolve('done')
        else reject(error)
      }
    })
  return {
    work,
    end: (error?: Error) => {
      end(error)
    },
  }
}

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
})

test('says within a minute what is being worked on, and how far it is', async () => {
  const { lines, log } = recorder()
  const progress = startProgress(log, 3)
  const [one, two] = [pending(), pending()]
  const first = progress.during('linux/amd64', one.work)
  const second = progress.during('linux/arm64', two.work)
  jest.advanceTimersByTime(MINUTE_MS)
  expect(lines.at(-1)).toMatch(/^0 of 3 targets done .* linux\/amd64, linux\/arm64$/)

  one.end()
  expect(await first).toBe('done')
  jest.advanceTimersByTime(MINUTE_MS)
  expect(lines.at(-1)).toMatch(/^1 of 3 targets done .* linux\/arm64$/)
  expect(lines.at(-1)).not.toContain('linux/amd64')

  // A target that fails is no longer worked on either.
  two.end(new Error('broken'))
  await expect(second).rejects.toThrow('broken')
  jest.advanceTimersByTime(MINUTE_MS)
  expect(lines.at(-1)).toMatch(/^2 of 3 targets done/)
  expect(lines.at(-1)).not.toContain('linux/arm64')
  progress.stop()
})

test('says nothing once it is stopped', () => {
  const { lines, log } = recorder()
  startProgress(log, 1).stop()
  jest.advanceTimersByTime(10 * MINUTE_MS)
  expect(lines).toEqual([])
})
