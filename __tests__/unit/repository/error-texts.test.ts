// Every text by which a run can fail has an entry in docs/troubleshooting.md, and a test that provokes it.

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { findErrorTexts, type ErrorText } from '../../support/error-texts.js'
import { expectedTexts, literalsIn } from '../../support/expected-texts.js'

const PAGE = 'docs/troubleshooting.md'

/** No machine of the tests can have these. */
const UNPROVOKED: Readonly<Record<string, string>> = {
  'reproduce: … lie on different disks and cannot be copied together; set reproduce: false':
    'only Windows has folders without a common one, and its machines here have one disk',
  'reproduce: … is not there': 'a second build with fewer targets than the first would be a bug',
}

const texts = findErrorTexts('tsconfig.json')
const known = texts.map(({ text }) => text)

/** Code that is a heading, begins an item of a list, or stands in the first cell of a row. */
function entriesOf(page: string): string[] {
  return page
    .replaceAll(/^```[^]*?^```$/gm, '')
    .split('\n')
    .flatMap((line) => {
      const [first = ''] = /^(#{3} `.*|- `.*|\| `.*?(?= \| ))/.exec(line) ?? []
      return [...first.matchAll(/(?<!`)(`+)( ?)([^]+?)\2\1(?!`)/g)].map(([, , , code = '']) => code)
    })
    .map((code) => code.replaceAll('\\|', '|'))
}

const entries = entriesOf(readFileSync(PAGE, 'utf8').replaceAll('\r\n', '\n'))

const tests = readdirSync('__tests__', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && path.basename(name) !== 'error-texts.test.ts')
  .map((name) => readFileSync(path.join('__tests__', name), 'utf8'))
const provoked = expectedTexts(known, tests.flatMap(literalsIn))

const lacking = (isThere: (text: string) => boolean, what: (error: ErrorText) => string): string[] =>
  texts.filter(({ text }) => !isThere(text)).map((error) => `${error.place}: ${what(error)}`)

test('there are texts of every kind of error', () => {
  const kinds = ['ActionError', 'InputError', 'FormatError', 'ToolError', 'BuildError', 'LinkageError']
  expect(new Set(texts.map(({ kind }) => kind))).toEqual(new Set([...kinds, 'TargetsError', 'refusal']))
  expect(texts.length).toBeGreaterThan(400)
})

test('each has an entry', () => {
  const missing = lacking(
    (text) => entries.includes(text),
    ({ text, kind }) =>
      kind === 'FormatError'
        ? `add to the list at the end of ${PAGE}: - \`${text}\``
        : `add to the table of its stage in ${PAGE}: | \`${text}\` | what it means and what to do |`,
  )
  expect(missing).toEqual([])
})

test('there are no entries of former texts, nor two of one', () => {
  expect(entries.filter((entry) => !known.includes(entry))).toEqual([])
  expect(entries.filter((entry, at) => entries.indexOf(entry) !== at)).toEqual([])
})

test('each is provoked by a test that tells what it says', () => {
  const missing = lacking(
    (text) => provoked.has(text) || text in UNPROVOKED,
    ({ text }) => `no test expects "${text}"; provoke it, and expect a part of it that no other text has`,
  )
  expect(missing).toEqual([])
})

test.each(Object.keys(UNPROVOKED))('%s: is a text, and is not provoked', (text) => {
  expect(known).toContain(text)
  expect(provoked.has(text)).toBe(false)
})

describe('what a literal means', () => {
  const few = ['the file … is gone', 'the file … is gone; look for it', 'input name: … is gone', 'a … b']
  test.each<[literal: string, meant: string[]]>([
    ['the file /a is gone', ['the file … is gone']],
    ['error: the file /a is gone; look for it', ['the file … is gone; look for it']],
    ['e is gone; look for', ['the file … is gone; look for it']],
    ['input name: ', []],
    ['the file', []],
    ['the files of a release that nobody has', []],
  ])('%s', (literal, meant) => {
    expect([...expectedTexts(few, [literal]).keys()]).toEqual(meant)
  })

  test.each([
    ["f('a b', `c ${d} e`)", ['a b', 'c … e']],
    ["const x = 'in'; f(`a ${x} b` + 'c')", ['a in bc']],
    [String.raw`f(/^a\.b .* c\/d (e|f)g? \d+ h$/)`, ['a.b … c/d …e…f… … h…']],
    ["import 'a module'; test('a name', () => f('a text'))", ['a text']],
    ["test.each([['a name', 'a text']])('%s', f)", ['a name', 'a text']],
  ])('of %s', (source, expected) => {
    const found = literalsIn(source).map((text) => text.replace(/^…/, ''))
    expect(found).toEqual(expect.arrayContaining(expected))
  })
})
