// publishedFiles: the names below a GOROOT in, those of the module as which that Go is published out.
import { publishedFiles } from '../../../src/provenance/toolchain.js'

test.each([
  'VERSION',
  'go.env',
  'bin/go',
  'bin/gofmt.exe',
  'lib/time/zoneinfo.zip',
  'pkg/include/textflag.h',
  'pkg/tool/linux_amd64/compile',
  'src/fmt/print.go',
  'src/go/doc/doc.go',
  'src/cmd/api/main.go',
])('%s is published', (name) => {
  expect([...publishedFiles([name], 'linux_amd64')]).toEqual([[name, name]])
})

test.each([
  'api/go1.txt',
  'doc/godebug.md',
  'misc/go_android_exec/main.go',
  'test/fib.go',
  'bin/dlv',
  'bin/linux_arm64/go',
  'pkg/linux_amd64/fmt.a',
  'pkg/obj/go-build/README',
  'pkg/tool/linux_arm64/compile',
  '.git/HEAD',
  'VERSION.cache',
  'src/cmd/dist/dist',
  'src/.DS_Store',
  'bin/go.exe~',
])('%s is not', (name) => {
  expect(publishedFiles([name], 'linux_amd64').size).toBe(0)
})

test.each([[['src/go.mod']], [['src/_go.mod', 'src/go.mod']], [['src/go.mod', 'src/_go.mod']]])(
  'of %j it is go.mod that is read, under the other name',
  (names) => {
    expect([...publishedFiles(names, 'linux_amd64')]).toEqual([['src/_go.mod', 'src/go.mod']])
  },
)
