// parseCompileErrors: what go build printed in, the lines of the user's own files out.
import path from 'node:path'
import { parseCompileErrors } from '../../../src/build/compile-errors.js'

const WORKSPACE = path.resolve('/home/runner/work/hello')
const MODULE = path.join(WORKSPACE, 'tools', 'cli')
const inWorkspace = (...parts: string[]) => path.join(WORKSPACE, ...parts)

const parse = (stderr: string, folder = WORKSPACE) =>
  parseCompileErrors(stderr, folder, WORKSPACE).map(
    ({ file, line, column, message }) => [file, line, column, message] as const,
  )

test('what Go 1.26 prints for a package with several mistakes', () => {
  const stderr = [
    '# example.com/hello/p',
    'p/p.go:3:6: F redeclared in this block',
    '\tp/p.go:2:6: other declaration of F',
    'p/p.go:4:16: declared and not used: a',
    'p/p.go:4:24: cannot use "x" (untyped string constant) as int value in variable declaration',
    'p/p.go:4:31: too many arguments in call to F',
    '\thave (number, number)',
    '\twant ()',
  ].join('\n')
  // The indented line belongs to the one above it.
  expect(parse(stderr)).toEqual([
    ['p/p.go', 3, 6, 'F redeclared in this block\n\tp/p.go:2:6: other declaration of F'],
    ['p/p.go', 4, 16, 'declared and not used: a'],
    ['p/p.go', 4, 24, 'cannot use "x" (untyped string constant) as int value in variable declaration'],
    ['p/p.go', 4, 31, 'too many arguments in call to F\n\thave (number, number)\n\twant ()'],
  ])
})

test('what it prints for packages that cannot be had', () => {
  const stderr = [
    'p/p.go:2:8: no required module provides package example.com/x; to add it:',
    '\tgo get example.com/x',
    'package example.com/hello/q',
    '\timports example.com/hello/r',
    '\tr/r.go:3:8: use of internal package example.com/x/internal not allowed',
    'package example.com/hello/s',
    '\timports example.com/hello/t: build constraints exclude all Go files in /home/runner/work/hello/t',
    '\tt.go:1:2: no place of its own',
  ].join('\n')
  expect(parse(stderr)).toEqual([
    ['p/p.go', 2, 8, 'no required module provides package example.com/x; to add it:\n\tgo get example.com/x'],
    ['r/r.go', 3, 8, 'use of internal package example.com/x/internal not allowed'],
    ['t.go', 1, 2, 'no place of its own'],
  ])
})

test('what cgo and a C compiler print', () => {
  const stderr = [
    '# example.com/hello/c',
    'c/c.go:7:25: could not determine what C.nothing refers to',
    'cgo: ',
    'gcc errors for preamble:',
    "c/c.go: In function 'f':",
    "c/c.go:3:38: error: 'x' undeclared (first use in this function)",
    '    3 | // static int f(int a) { return x; }',
    '      |                                ^',
    'c/c.go:3:38: note: each undeclared identifier is reported only once',
    'c/c.go:4:10: warning: unused variable',
    'In file included from c/c.h:1,',
    '                 from c/c.go:3:',
    'c/c.go:5:11: fatal error: nope.h: No such file or directory',
    'compilation terminated.',
  ].join('\n')
  expect(parse(stderr)).toEqual([
    ['c/c.go', 7, 25, 'could not determine what C.nothing refers to'],
    ['c/c.go', 3, 38, "error: 'x' undeclared (first use in this function)"],
    ['c/c.go', 5, 11, 'fatal error: nope.h: No such file or directory'],
  ])
})

test.each<
  [name: string, line: string, expected: readonly [string, number, number | undefined, string] | undefined]
>([
  ['with a column', 'main.go:3:5: undefined: x', ['main.go', 3, 5, 'undefined: x']],
  ['without a column', 'main.go:3: undefined: x', ['main.go', 3, undefined, 'undefined: x']],
  ['with ./', './main.go:3:5: undefined: x', ['main.go', 3, 5, 'undefined: x']],
  ['a message with colons', 'a.go:1:2: want: a:3:4: b', ['a.go', 1, 2, 'want: a:3:4: b']],
  ['a line end of Windows', 'a.go:1:2: b\r\n', ['a.go', 1, 2, 'b']],
  ['a file name with spaces', 'my file.go:1:2: b', ['my file.go', 1, 2, 'b']],
  ['an absolute path in the workspace', `${inWorkspace('p', 'a.go')}:1:2: b`, ['p/a.go', 1, 2, 'b']],
  ['go.mod', 'go.mod:3: unknown directive: bogus', ['go.mod', 3, undefined, 'unknown directive: bogus']],
  [
    'a package that cannot be had',
    'p/p.go:2:8: no required module provides package example.com/x; to add it:',
    ['p/p.go', 2, 8, 'no required module provides package example.com/x; to add it:'],
  ],
  ['a name that begins with two dots', '..data/a.go:1:2: b', ['..data/a.go', 1, 2, 'b']],
  ['the name of a package', '# example.com/hello/p', undefined],
  ['a file outside the workspace', '../other/a.go:1:2: b', undefined],
  ['an absolute path outside', `${path.resolve('/usr/lib/go/src/fmt/print.go')}:1:2: b`, undefined],
  ['a sibling whose name begins alike', `${WORKSPACE}-other${path.sep}a.go:1:2: b`, undefined],
  ['a hint', '\tgo get example.com/x', undefined],
  ['the linker', 'link: running gcc failed: exit status 1', undefined],
  ['go itself', 'go: cannot find main module', undefined],
  ['a URL', 'go: x: Get "https://proxy.example.com:8080/x": EOF', undefined],
  ['the end', 'too many errors', undefined],
  ['the end, at a line', 'main.go:13:2: too many errors', undefined],
  ['nothing', '', undefined],
])('%s', (_, line, expected) => {
  expect(parse(line)).toEqual(expected === undefined ? [] : [expected])
})

test('paths are relative to the folder of go, and told relative to the workspace', () => {
  const stderr = 'cmd/a/main.go:1:2: a\n../lib/b.go:3:4: b\n../../../outside/c.go:5:6: c\n'
  expect(parse(stderr, MODULE)).toEqual([
    ['tools/cli/cmd/a/main.go', 1, 2, 'a'],
    ['tools/lib/b.go', 3, 4, 'b'],
  ])
})

test('a module outside the workspace has no lines to point at', () => {
  expect(parse('main.go:1:2: a', path.resolve('/elsewhere'))).toEqual([])
})
