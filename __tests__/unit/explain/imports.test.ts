// findImports: the text of a Go file in, its import declarations and where they stand out.
import { findImports } from '../../../src/explain/imports.js'

const find = (text: string) => findImports(text).map(({ path, line, column }) => [path, line, column])

test.each<[name: string, text: string, expected: (string | number)[][]]>([
  ['none', 'package main\n\nfunc main() {}\n', []],
  ['one', 'package main\n\nimport "fmt"\n', [['fmt', 3, 8]]],
  [
    'with a name',
    'package main\nimport f "fmt"\nimport _ "os"\nimport . "net"',
    [
      ['fmt', 2, 8],
      ['os', 3, 8],
      ['net', 4, 8],
    ],
  ],
  [
    'several',
    'package p\nimport (\n\t"fmt"\n\t_ "os" // why\n)\n',
    [
      ['fmt', 3, 2],
      ['os', 4, 2],
    ],
  ],
  [
    'on one line',
    'package p; import ("a"; b "b"); import "c"',
    [
      ['a', 1, 20],
      ['b', 1, 25],
      ['c', 1, 40],
    ],
  ],
  ['with a raw string', 'package p\nimport `fmt`\n', [['fmt', 2, 8]]],
  ['with line ends of Windows', 'package p\r\n\r\nimport (\r\n\t"fmt"\r\n)\r\n', [['fmt', 4, 2]]],
  ['behind a byte order mark', '\uFEFFpackage p\nimport "fmt"\n', [['fmt', 2, 8]]],
  ['in brackets without any', 'package p\nimport ()\nimport "fmt"\n', [['fmt', 3, 8]]],
  [
    'among comments',
    '// import "a"\npackage p /* import "b" */\n/*\nimport "c"\n*/\nimport /* d */ "d"\nimport (\n\t// "e"\n\t"f" /* "g" */\n)\n',
    [
      ['d', 6, 16],
      ['f', 9, 2],
    ],
  ],
  ['with C in the comment', 'package p\n\n// #include "x.h"\nimport "C"\n', [['C', 4, 8]]],
  ['what follows is none', 'package p\nimport "a"\nvar x = `\nimport "b"\n`\n', [['a', 2, 8]]],
  [
    'letters of all alphabets',
    'package p\nimport größe "a"\nimport "b"\n',
    [
      ['a', 2, 8],
      ['b', 3, 8],
    ],
  ],
  ['bytes are counted', 'package p; /* größe */ import "a"\n', [['a', 1, 33]]],
  ['an end in the middle', 'package p\nimport ("a', []],
  ['nothing', '', []],
])('%s', (_, text, expected) => {
  expect(find(text)).toEqual(expected)
})
