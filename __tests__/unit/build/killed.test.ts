// wasKilledForMemory: how a go command ended, and what it printed, in.
import { wasKilledForMemory } from '../../../src/build/killed.js'

test.each<[name: string, stderr: string, expected: boolean]>([
  ['a compiler', 'go build runtime: /usr/lib/go/pkg/tool/linux_amd64/compile: signal: killed', true],
  ['among other lines', '# example.com/a\nexample.com/a: signal: killed\n', true],
  ['the linker, as go tells it', '/usr/lib/go/pkg/tool/linux_amd64/link: signal: killed\r\n', true],
  ['no new process', 'fork/exec /usr/lib/go/pkg/tool/linux_amd64/compile: cannot allocate memory', true],
  ["Go's runtime", 'fatal error: runtime: out of memory', true],
  [
    "Go's runtime on Windows",
    'runtime: VirtualAlloc of 65536 bytes failed\nfatal error: out of memory',
    true,
  ],
  ['Windows', 'fork/exec compile.exe: The paging file is too small for this operation to complete.', true],
  ['GCC', 'gcc: fatal error: Killed signal terminated program cc1', true],
  ["GCC's linker", 'collect2: fatal error: ld terminated with signal 9 [Killed]', true],
  ['GNU ld', '/usr/bin/ld: memory exhausted', true],
  ['an error in a source that speaks of memory', './main.go:3:5: undefined: out of memory', false],
  ['another signal', 'compile: signal: segmentation fault', false],
  ['an error in a source', '# example.com/a\n./main.go:3:5: undefined: x', false],
  ['nothing', '', false],
])('%s', (_, stderr, expected) => {
  expect(wasKilledForMemory({ signal: undefined, stderr })).toBe(expected)
})

test('go itself, and only by that signal', () => {
  expect(wasKilledForMemory({ signal: 'SIGKILL', stderr: '' })).toBe(true)
  expect(wasKilledForMemory({ signal: 'SIGSEGV', stderr: '' })).toBe(false)
})
