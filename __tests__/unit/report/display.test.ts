// What a terminal shows of a run at a moment.
import { describeEnded, formatDisplay, startDisplay } from '../../../src/report/display.js'
import { openTimeline } from '../../../src/timeline.js'

test.each<[name: string, running: Parameters<typeof formatDisplay>[0], lines: string[]]>([
  ['nothing', [], ['2 of 7 targets done, 65 s']],
  [
    'targets and what is for all of them',
    [
      { what: 'build', target: 'linux/amd64', start: 1_000 },
      { what: 'package', target: 'windows/arm64', start: 64_900 },
      { what: 'SBOM', start: 70_000 },
    ],
    [
      'linux/amd64    build    64 s',
      'windows/arm64  package  0 s',
      'all            SBOM     0 s',
      '2 of 7 targets done, 65 s',
    ],
  ],
])('%s', (_, running, lines) => {
  expect(formatDisplay(running, { ended: '2 of 7 targets done', elapsed: 65_400 })).toEqual(lines)
})

test('targets are done where none failed', () => {
  const timeline = openTimeline(new Date())
  timeline.add({ what: 'package', target: 'linux/amd64' }, Date.now(), Date.now())
  timeline.add({ what: 'SBOM', failed: true }, Date.now(), Date.now())
  expect(describeEnded(timeline, 7)).toBe('1 of 7 targets done')
})

test('a target has ended that was packed, or failed in any stage', async () => {
  const now = Date.now()
  const timeline = openTimeline(new Date(now))
  timeline.add({ what: 'package', target: 'linux/amd64' }, now, now)
  timeline.add({ what: 'compile', target: 'darwin/arm64', failed: true }, now, now)
  timeline.add({ what: 'check', target: 'darwin/amd64', failed: true }, now, now)
  timeline.add({ what: 'check', target: 'linux/arm64' }, now, now)
  const shown = await new Promise<readonly string[]>((resolve) => {
    const display = startDisplay(timeline, 7, (lines) => {
      if (lines.length === 0) return
      display[Symbol.dispose]()
      resolve(lines)
    })
  })
  expect(shown).toEqual(['3 of 7 targets ended, 2 failed, 0 s'])
})
