// describeCache: what is known of the build cache into lines, what it was good for first.
import { describeCache, type CacheReport } from '../../src/cache-report.js'

const REPORT: CacheReport = { key: 'key-1', matchedKey: 'key-0', hit: true, notes: ['a note'], differs: [] }
const restore = {
  ...{ seconds: 2.34, transferSeconds: 1.5, bytes: 12_345_678 },
  ...{ files: 10, unpackedBytes: 30_000_000, refused: 0 },
}

test.each<[name: string, report: Partial<CacheReport>, lines: string[]]>([
  ['nothing but why', {}, ['a note']],
  [
    'a restored cache that gained time',
    { restore, compiled: 3, spared: 40, netSeconds: 12.34 },
    [
      'gained 12.3 s of this run',
      'a note',
      'restored key-0: 12.3 MB in 2.3 s, 1.5 s of it to download',
      'compiling took 3.0 s of CPU time; 40.0 s more were spared by what was restored',
    ],
  ],
  [
    'one that lost time, though it was the right one',
    { netSeconds: -3 },
    ['lost 3.0 s of this run: set cache: off, and such runs are faster', 'a note'],
  ],
  [
    'one that lost time, since it was another',
    { hit: false, netSeconds: -3 },
    ['lost 3.0 s of this run', 'a note'],
  ],
])('%s', (_, report, lines) => {
  expect(describeCache({ ...REPORT, ...report })).toEqual(lines)
})
