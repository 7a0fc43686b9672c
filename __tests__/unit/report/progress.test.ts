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
beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
})

test('says within a minute what is being worked on, and how far it is', () => {
  const { lines, log } = recorder()
  using progress = startProgress({ log }, 3)
  progress.started('linux/amd64')
  progress.started('linux/arm64')
  // Built a second time.
  progress.started('linux/arm64')
  jest.advanceTimersByTime(MINUTE_MS)
  expect(lines.at(-1)).toMatch(/^0 of 3 targets done .* linux\/amd64, linux\/arm64$/)

  progress.ended('linux/amd64')
  jest.advanceTimersByTime(MINUTE_MS)
  expect(lines.at(-1)).toMatch(/^1 of 3 targets done .* linux\/arm64$/)
  expect(lines.at(-1)).not.toContain('linux/amd64')
})

test('a target that fails before it is its turn counts too', () => {
  const { lines, log } = recorder()
  using progress = startProgress({ log }, 2)
  progress.started('linux/amd64')
  progress.ended('linux/arm64')
  jest.advanceTimersByTime(MINUTE_MS)
  expect(lines.at(-1)).toMatch(/^1 of 2 targets done .* linux\/amd64$/)
})

test('says nothing once it is disposed of', () => {
  const { lines, log } = recorder()
  startProgress({ log }, 1)[Symbol.dispose]()
  jest.advanceTimersByTime(10 * MINUTE_MS)
  expect(lines).toEqual([])
})
