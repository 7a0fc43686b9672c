// startProgress: minutes of work are never silent, and an end is an end.
import { jest } from '@jest/globals'
import type { Log } from '../../../src/host/host.js'
import { startProgress } from '../../../src/report/progress.js'
import { openTimeline } from '../../../src/timeline.js'

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
  const timeline = openTimeline(new Date())
  using _progress = startProgress({ log }, timeline, 3)
  const end = timeline.begin({ what: 'build', target: 'linux/amd64' })
  timeline.begin({ what: 'build', target: 'linux/arm64' })
  timeline.begin({ what: 'SBOM' })
  jest.advanceTimersByTime(MINUTE_MS)
  expect(lines.at(-1)).toMatch(/^0 of 3 targets done .* linux\/amd64, linux\/arm64$/)

  end()
  timeline.add({ what: 'package', target: 'linux/amd64' }, Date.now(), Date.now())
  jest.advanceTimersByTime(MINUTE_MS)
  expect(lines.at(-1)).toMatch(/^1 of 3 targets done .* linux\/arm64$/)
  expect(lines.at(-1)).not.toContain('linux/amd64')
})

test('a target that fails before it is its turn counts too', () => {
  const { lines, log } = recorder()
  const timeline = openTimeline(new Date())
  using _progress = startProgress({ log }, timeline, 2)
  timeline.begin({ what: 'build', target: 'linux/amd64' })
  timeline.add({ what: 'compile', target: 'linux/arm64', failed: true }, Date.now(), Date.now())
  jest.advanceTimersByTime(MINUTE_MS)
  expect(lines.at(-1)).toMatch(/^1 of 2 targets ended, 1 failed after .* linux\/amd64$/)
})

test('says nothing once it is disposed of, nor beside a display', () => {
  const { lines, log } = recorder()
  const timeline = openTimeline(new Date())
  startProgress({ log }, timeline, 1)?.[Symbol.dispose]()
  expect(startProgress({ log, display: () => undefined }, timeline, 1)).toBeUndefined()
  jest.advanceTimersByTime(10 * MINUTE_MS)
  expect(lines).toEqual([])
})
