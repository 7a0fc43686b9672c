// The module text that Go's linker puts into a program -> what was built, of which modules, and how.

import { FormatError } from '../errors.js'
import type { BuildInfo, GoModule } from '../go-module.js'

/** In Go, `strconv.Quote` writes these. Source: The Go Programming Language Specification, "String literals". */
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
}

const ESCAPE = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([abfnrtv\\"]))/g

/** One for each module and setting; the largest programs known have some hundreds. */
const MAX_LINES = 20_000

const QUOTED = /^("(?:[^"\\]|\\.)*"|`[^`]*`)/

/**
 * Reads the lines `path`, `mod`, `dep`, `=>` and `build`; unknown ones are passed over, as Go passes them over. A FormatError at
 * `offset`, where the text is in the file, for a line that Go would not write. Source: `BuildInfo.String` of Go's runtime/debug.
 */
export function parseBuildInfo(text: string, offset: number): BuildInfo {
  let path = ''
  let main: GoModule | undefined
  const deps: GoModule[] = []
  const settings = new Map<string, string>()
  let replaceable: ((replace: GoModule) => void) | undefined
  const lines = text.split('\n')
  if (lines.length > MAX_LINES) throw new FormatError(offset, `${lines.length} lines of Go build info`)
  for (const line of lines) {
    const [word = '', ...columns] = line.split('\t')
    const problem = (what: string): FormatError =>
      new FormatError(offset, `a line "${word}" of the Go build info ${what}`)
    switch (word) {
      case 'path':
        path = columns.join('\t')
        break
      case 'mod': {
        const module = readModule(columns, problem)
        main = module
        replaceable = (replace) => (main = { ...module, replace })
        break
      }
      case 'dep': {
        const module = readModule(columns, problem)
        const index = deps.push(module) - 1
        replaceable = (replace) => (deps[index] = { ...module, replace })
        break
      }
      case '=>':
        if (replaceable === undefined) throw problem('follows no module')
        replaceable(readModule(columns, problem))
        replaceable = undefined
        break
      case 'build': {
        const [key, value] = readSetting(columns.join('\t'), problem)
        if (settings.has(key)) throw problem('sets one thing twice')
        settings.set(key, value)
      }
    }
  }
  return { path, ...(main && { main }), deps, settings: Object.fromEntries(settings) }
}

type Problem = (what: string) => FormatError

function readModule(columns: readonly string[], problem: Problem): GoModule {
  const [path = '', version, sum = ''] = columns
  if (version === undefined || columns.length > 3) throw problem(`has ${columns.length} columns, not 2 or 3`)
  return { path, version, ...(sum !== '' && { sum }) }
}

function readSetting(text: string, problem: Problem): readonly [key: string, value: string] {
  const quotedKey = QUOTED.exec(text)?.[0]
  const end = quotedKey?.length ?? text.indexOf('=')
  if (end < 1 || text[end] !== '=') throw problem('has no key before a "="')
  const value = text.slice(end + 1)
  return [unquote(quotedKey ?? text.slice(0, end), problem), unquote(value, problem)]
}

function unquote(text: string, problem: Problem): string {
  if (!/^["`]/.test(text)) return text
  if (QUOTED.exec(text)?.[0] !== text) throw problem('has a value whose quotes do not end')
  const inner = text.slice(1, -1)
  if (text.startsWith('`')) return inner
  return inner.replace(ESCAPE, (_, byte?: string, short?: string, long?: string, letter?: string) => {
    const digits = byte ?? short ?? long
    if (digits === undefined) return ESCAPES[letter ?? ''] ?? ''
    const code = parseInt(digits, 16)
    // A byte above 0x7f in this form is part of what is no UTF-8.
    const isText = byte === undefined ? code <= 0x10_ffff : code < 0x80
    return isText ? String.fromCodePoint(code) : '\ufffd'
  })
}
