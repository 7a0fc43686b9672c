// whyExcluded: a file that a target leaves out in, the line that says so and why out, and whether cgo would let it in.
import { whyExcluded, type Conditions } from '../../../src/explain/constraints.js'

const WINDOWS = { goos: 'windows', goarch: 'amd64', cgo: false }

test.each<[name: string, text: string, on: Partial<Conditions>, line: number, why: string]>([
  ['a_linux.go', 'package p\n', {}, 1, 'a_linux.go is for linux only'],
  ['a_arm64.go', 'package p\n', {}, 1, 'a_arm64.go is for arm64 only'],
  ['a_b_linux_arm64.go', 'package p\n', {}, 1, 'a_b_linux_arm64.go is for linux/arm64 only'],
  ['a_windows_arm64.go', 'package p\n', {}, 1, 'a_windows_arm64.go is for windows/arm64 only'],
  // The name is looked at first.
  ['a_linux.go', '//go:build linux\n\npackage p\n', {}, 1, 'a_linux.go is for linux only'],
  ['linux.go', '// A.\n\n//go:build linux\n\npackage p\n', {}, 3, 'linux.go says //go:build linux'],
  ['a.go', '//go:build linux && !cgo\r\n\r\npackage p\r\n', {}, 1, 'a.go says //go:build linux && !cgo'],
  ['a_windows.go', '//go:build never\n\npackage p\n', {}, 1, 'a_windows.go says //go:build never'],
  ['a_linux.go', '//go:build never\n', { goos: 'android' }, 1, 'a_linux.go says //go:build never'],
  ['a_unix.go', '//go:build unix\n', {}, 1, 'a_unix.go says //go:build unix'],
  ['a.go', 'package p\n\nimport "C"\n', {}, 3, 'a.go imports "C" while cgo is off'],
  [
    'a.go',
    '//go:build x\npackage p\nimport "C"\n',
    {},
    1,
    'a.go says //go:build x and imports "C" while cgo is off',
  ],
  ['a.go', '//go:build x\npackage p\nimport "C"\n', { cgo: true }, 1, 'a.go says //go:build x'],
  ['a.go', '', {}, 1, 'a.go is left out'],
])('%s, %j, %j', (name, text, on, line, why) => {
  expect(whyExcluded(name, text, { ...WINDOWS, ...on })).toMatchObject({ line, why })
})

test.each<[name: string, text: string, on: Partial<Conditions>, wantsCgo: boolean]>([
  ['a.go', 'package p\nimport "C"\n', {}, true],
  ['a.go', '//go:build cgo\r\n\r\npackage p\r\n', {}, true],
  ['a.go', '//go:build cgo\npackage p\nimport "C"\n', {}, true],
  // What else is asked for may be missing too.
  ['a.go', '//go:build linux && cgo\npackage p\nimport "C"\n', {}, false],
  ['a.go', '//go:build !cgo\npackage p\n', {}, false],
  ['a.go', '//go:build cgo\npackage p\n', { cgo: true }, false],
  ['a_linux.go', 'package p\nimport "C"\n', {}, false],
  ['a.go', 'package p\n', {}, false],
])('%s, %j, %j: cgo would let it in: %s', (name, text, on, wantsCgo) => {
  expect(whyExcluded(name, text, { ...WINDOWS, ...on }).wantsCgo).toBe(wantsCgo)
})
