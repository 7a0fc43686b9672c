// Evidence in, reasons out.
import { likelyReasons, type Evidence } from '../../../src/reproduce/reasons.js'

const NONE: Evidence = {
  leaking: [],
  built: true,
  missing: [],
  changed: [],
  trimpath: true,
  generate: false,
  cgo: false,
  restored: false,
  committed: true,
}

test.each<[what: string, changes: Partial<Evidence>, expected: RegExp[]]>([
  ['a leak without trimpath', { leaking: ['a', 'b'], trimpath: false }, [/ is in a, b; set trimpath: true$/]],
  ['a leak in spite of it', { leaking: ['a'] }, [/ is in a; -ldflags or a generated file put it there/]],
  ['a leak of cgo', { leaking: ['a'], cgo: true }, [/ is in a; the C compiler, -ldflags or/]],
  ['an ignored file', { missing: ['x.txt'] }, [/^x\.txt: part of the release, but git ignores it/]],
  [
    'no repository',
    { missing: ['x.txt'], committed: false },
    [/^x\.txt: .* but it was not there to be copied/],
  ],
  ['a generated file', { changed: ['x.go'], generate: true }, [/^x\.go: `go generate` wrote something else/]],
  ['a changed file', { changed: ['x.go'] }, [/^x\.go: it was changed while/]],
  [
    'many files, and a leak',
    { missing: ['1', '2', '3', '4', '5', '6', '7'], leaking: ['a'] },
    [/^1, 2, 3, 4, 5 and 2 more: /, / is in a; /],
  ],
])('%s', (_, changes, expected) => {
  const reasons = likelyReasons({ ...NONE, ...changes })
  expect(reasons).toEqual(expected.map((reason) => expect.stringMatching(reason) as string))
})

test('what is only possible is told where nothing is certain, and only what the inputs allow', () => {
  const all = likelyReasons({ ...NONE, trimpath: false, cgo: true, restored: true }).join()
  expect(all).toMatch(/trimpath: true.*time of day.*__DATE__.*cache: off/)
  expect(likelyReasons(NONE).join()).not.toMatch(/trimpath|__DATE__|cache: off/)
  expect(likelyReasons({ ...NONE, built: false })).toEqual([])
})
