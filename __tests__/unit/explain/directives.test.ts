// dynamicImports: the libraries of //go:cgo_import_dynamic, where Go would take the line for that directive.
import { dynamicImports } from '../../../src/explain/directives.js'

test.each<[name: string, source: string, libraries: string[]]>([
  ['nothing', 'package a\n', []],
  ['a library', '//go:cgo_import_dynamic a_open open "libdl.so.2"\n', ['libdl.so.2']],
  ['a library without a symbol', '//go:cgo_import_dynamic _ _ "libc.so.6"', ['libc.so.6']],
  ['with a version', '//go:cgo_import_dynamic a_open open#GLIBC_2.2.5 "libdl.so.2"', ['libdl.so.2']],
  ['no space before the quote', '//go:cgo_import_dynamic a b"libdl.so.2"', ['libdl.so.2']],
  ['indented, with the line ends of Windows', '\r\n\t//go:cgo_import_dynamic a b "x.dll"\r\n', ['x.dll']],
  [
    'each once, in order',
    ['b', 'a', 'b'].map((name) => `//go:cgo_import_dynamic x y "lib${name}.so"\n`).join(''),
    ['libb.so', 'liba.so'],
  ],
  ['a symbol without a library', '//go:cgo_import_dynamic a b\n//go:cgo_import_dynamic c\n', []],
  ['an empty library', '//go:cgo_import_dynamic a b ""\n', []],
  ['a quote of the next line', '//go:cgo_import_dynamic a b\nvar x = "libdl.so.2"\n', []],
  ['another directive', '//go:cgo_import_static a "libdl.so.2"\n', []],
  ['a comment that speaks of it', '// go:cgo_import_dynamic a b "libdl.so.2"\n', []],
  ['a text that holds it', 'var x = `//go:cgo_import_dynamic a b "libdl.so.2"`\n', []],
])('%s', (_, source, libraries) => {
  expect(dynamicImports(source)).toEqual(libraries)
})
