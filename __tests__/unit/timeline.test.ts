// openTimeline: what a run does into spans since it began.
import { openTimeline } from '../../src/timeline.js'

const STARTED = new Date('2026-01-02T03:04:05Z')
const at = (milliseconds: number) => STARTED.getTime() + milliseconds

test.each<[name: string, start: number, end: number, span: [start: number, end: number]]>([
  ['as it was', 10, 25, [10, 25]],
  ['of a clock that was set back meanwhile', 10, 5, [10, 10]],
  ['before the run began', -20, -10, [0, 0]],
])('a span %s', (_, start, end, [from, to]) => {
  const timeline = openTimeline(STARTED)
  timeline.add({ what: 'link', target: 'linux/amd64' }, at(start), at(end))
  expect(timeline.spans()).toEqual([{ what: 'link', target: 'linux/amd64', start: from, end: to }])
})

test('what is done is timed, and its result handed on', async () => {
  const timeline = openTimeline(new Date())
  await expect(timeline.during('sign', () => Promise.resolve('signed'))).resolves.toBe('signed')
  const between = timeline.elapsed()
  await timeline.during('package', () => Promise.resolve(), 'linux/amd64')
  const [sign, packed] = timeline.spans()
  expect(sign).toEqual({
    what: 'sign',
    start: expect.any(Number) as number,
    end: expect.any(Number) as number,
  })
  expect(packed).toMatchObject({ what: 'package', target: 'linux/amd64' })
  expect(sign?.end).toBeLessThanOrEqual(between)
  expect(packed?.start).toBeGreaterThanOrEqual(between)
})

test('what fails is timed too, and fails', async () => {
  const timeline = openTimeline(new Date())
  const failure = new Error('no')
  await expect(timeline.during('sign', () => Promise.reject(failure))).rejects.toBe(failure)
  expect(timeline.spans()).toEqual([expect.objectContaining({ what: 'sign', failed: true })])
})

test('what is being done is told until it ends, well or not', async () => {
  const timeline = openTimeline(new Date())
  const told = () => timeline.running().map(({ what, target }) => [what, target])
  const end = timeline.begin({ what: 'build', target: 'linux/amd64' })
  const failing = timeline.during('sign', () => Promise.reject(new Error('no')))
  expect(told()).toEqual([
    ['build', 'linux/amd64'],
    ['sign', undefined],
  ])
  await expect(failing).rejects.toThrow('no')
  end()
  expect(told()).toEqual([])
  expect(timeline.spans()).toHaveLength(1)
})
