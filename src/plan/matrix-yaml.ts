// Turns the text of a YAML or JSON matrix into plain values, numbers kept as the text they were written in.
import { isAlias, Lexer, LineCounter, parseDocument, Parser, visit } from 'yaml'
import type { Document, Tags, YAMLError } from 'yaml'
import type { InputError } from '../errors.js'
import { matrixError, shown } from './wording.js'

/** A matrix needs six; the YAML library exhausts the stack at some tens of thousands. */
const MAX_OPEN_COLLECTIONS = 64

/** How often one anchor may be used: by every row of a long matrix, but not by aliases that multiply. */
const MAX_ALIASES = 1_000

const QUOTING_HINT = ' (a text that begins with ! or * needs quotes in YAML)'

/**
 * Mappings, lists, texts, booleans and nulls, as YAML 1.2 reads them.
 *
 * @throws InputError with line and column where the text is not well formed, has a key twice, an unknown tag or aliases
 * that grow without measure
 */
export function parseMatrixYaml(text: string): unknown {
  refuseDeepNesting(text)
  const lines = new LineCounter()
  const document = parseDocument(text, {
    customTags: withoutNumbers,
    lineCounter: lines,
    prettyErrors: false,
  })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) {
    throw malformed(lines, problem.pos[0], explained(problem))
  }
  refuseUnknownAliases(document, lines)
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown
  } catch (error) {
    // What is left are aliases that stand inside their own anchor or multiply.
    const reason = error instanceof Error ? error.message : String(error)
    throw matrixError(reason, { cause: error })
  }
}

function explained({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return 'a second YAML document begins here; a matrix is one'
  const mayLackQuotes = code === 'TAG_RESOLVE_FAILED' || code === 'BAD_ALIAS'
  return `${shown(message)}${mayLackQuotes ? QUOTING_HINT : ''}`
}

/** Without them `8.0` and `1e3` stay the texts they are. */
function withoutNumbers(tags: Tags): Tags {
  return tags.filter((tag) => typeof tag === 'string' || !/:(?:int|float)$/.test(tag.tag))
}

function refuseDeepNesting(text: string): void {
  const lines = new LineCounter()
  lines.addNewLine(0)
  const parser = new Parser(lines.addNewLine)
  for (const lexeme of new Lexer().lex(text)) {
    // Each step of the parser leaves its open collections on its stack; the tokens themselves are read again below.
    Array.from(parser.next(lexeme))
    if (parser.stack.length > MAX_OPEN_COLLECTIONS) {
      throw malformed(lines, parser.offset, 'nested too deeply for a matrix')
    }
  }
}

/** The library would refuse them too, but without the line. */
function refuseUnknownAliases(document: Document, lines: LineCounter): void {
  const anchors = new Set<string>()
  visit(document, {
    Node: (_, node) => {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.add(node.anchor)
      } else if (!anchors.has(node.source)) {
        const problem = `no anchor for the alias *${shown(node.source)}${QUOTING_HINT}`
        throw malformed(lines, node.range?.[0] ?? 0, problem)
      }
    },
  })
}

/** An error at `offset`, in UTF-16 units. */
function malformed(lines: LineCounter, offset: number, problem: string): InputError {
  const { line, col } = lines.linePos(offset)
  return matrixError(`line ${line}, column ${col}: ${problem}`)
}
