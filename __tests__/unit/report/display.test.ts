// formatDisplay: what a terminal shows of a run at a moment.
import { formatDisplay } from '../../../src/report/display.js'

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
  expect(formatDisplay(running, { done: 2, targets: 7, elapsed: 65_400 })).toEqual(lines)
})
