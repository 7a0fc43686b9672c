// formatCommand: a line that a shell takes for exactly this command and environment.
import { execFileSync } from 'node:child_process'
import { formatCommand } from '../../src/shell.js'

test.each<[text: string, command: string[], environment: Record<string, string | undefined>]>([
  ['go build -o /tmp/a', ['go', 'build', '-o', '/tmp/a'], {}],
  ["go build '-ldflags=-s -w' ''", ['go', 'build', '-ldflags=-s -w', ''], {}],
  ["GOOS=linux GOFLAGS='' go version", ['go', 'version'], { GOOS: 'linux', GOFLAGS: '' }],
  [
    'env -u SYFT_QUIET -u SYFT_LOG A=b syft',
    ['syft'],
    { SYFT_QUIET: undefined, A: 'b', SYFT_LOG: undefined },
  ],
])('%s', (text, command, environment) => {
  expect(formatCommand(command, environment)).toBe(text)
})

const HOSTILE = [
  '$(id)',
  '`id`',
  "a'b",
  'a"b\\',
  '-n',
  'a\nb',
  '~',
  '*',
  '!!',
  '\u202egnp',
  '\u001b[2J',
  ' ',
  '#',
  '&&',
]

test.each(HOSTILE)('a shell hands %j on as it is', (word) => {
  const printed = execFileSync('sh', ['-c', formatCommand(['printf', '%s|', 'x', word, '$HOME'])])
  expect(printed.toString()).toBe(`x|${word}|$HOME|`)
})

test.each(HOSTILE)('a variable has the value %j', (word) => {
  const line = formatCommand(['sh', '-c', 'printf %s "$WORD"'], { WORD: word, OTHER: undefined })
  expect(execFileSync('sh', ['-c', line]).toString()).toBe(word)
})
