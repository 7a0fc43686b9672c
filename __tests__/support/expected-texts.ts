// Finds which of a set of texts a test file expects, by what its literals have in common with them.
import ts from 'typescript'
import { GAP } from './error-texts.js'

/** Letters in a row that are no coincidence. */
const RUN = 6

/**
 * A literal means the one text that it has most of: whole fragments between its gaps, or a part of one where the literal begins or ends
 * in it. Where two have as much of it, it is the one with less besides, and where that does not tell them apart either, it is none.
 *
 * @param texts with gaps
 * @returns those that some literal means, with that literal
 */
export function expectedTexts(texts: readonly string[], literals: readonly string[]): Map<string, string> {
  const known = texts.map((text) => ({ text, fragments: fragmentsOf(text) }))
  const byRun = new Map<string, Set<(typeof known)[number]>>()
  for (const each of known) {
    for (const run of each.fragments.flatMap(runsOf)) byRun.set(run, (byRun.get(run) ?? new Set()).add(each))
  }
  const expected = new Map<string, string>()
  for (const literal of new Set(literals)) {
    const parts = fragmentsOf(literal)
    const near = new Set(parts.flatMap(runsOf).flatMap((run) => [...(byRun.get(run) ?? [])]))
    const [best, second] = [...near]
      .map(({ text, fragments }) => ({ text, letters: inCommon(fragments, parts), all: lengthOf(fragments) }))
      .sort((a, b) => b.letters - a.letters || a.all - b.all)
    if (best === undefined || (best.letters === second?.letters && best.all === second.all)) continue
    const own = fragmentsOf(best.text.replace(/^input \S+: /, ''))
    const share = { letters: inCommon(own, parts), of: lengthOf(own), literal: lengthOf(parts) }
    if (isMeant(share)) expected.set(best.text, literal)
  }
  return expected
}

interface Share {
  /** That both have. */
  readonly letters: number
  /** Of the text. */
  readonly of: number
  readonly literal: number
}

/** Words enough, or much of a short text, of which a literal must not happen to have the words. */
const isMeant = ({ letters, of, literal }: Share): boolean =>
  letters >= 20 ||
  (letters >= Math.max(10, 0.3 * of) && of >= 30) ||
  (letters >= 0.6 * of && letters >= 0.15 * literal)

const fragmentsOf = (text: string): string[] => text.split(GAP).filter((part) => part.length > 3)

const runsOf = (text: string): string[] =>
  Array.from({ length: Math.max(0, text.length - RUN + 1) }, (_, at) => text.slice(at, at + RUN))

/** Letters of the fragments that are in the parts, and of those that a part is in or begins or ends in. */
function inCommon(fragments: readonly string[], parts: readonly string[]): number {
  const isWhole = (fragment: string) => parts.some((part) => part.includes(fragment))
  const whole = fragments.filter(isWhole)
  const others = fragments.filter((fragment) => !isWhole(fragment))
  const partly = parts.map((part) =>
    // What it is in besides, it happens to be in.
    whole.includes(part) ? 0 : Math.max(0, ...others.map((fragment) => overlap(fragment, part))),
  )
  return lengthOf(whole) + partly.reduce((sum, letters) => sum + letters, 0)
}

const lengthOf = (parts: readonly string[]): number => parts.join('').length

/** Letters of the part where the fragment has all of it, or of the end of one that the other begins with. */
function overlap(fragment: string, part: string): number {
  if (fragment.includes(part)) return part.length < RUN ? 0 : part.length
  for (let length = Math.min(fragment.length, part.length) - 1; length >= RUN; length--) {
    if (fragment.endsWith(part.slice(0, length)) || part.endsWith(fragment.slice(0, length))) return length
  }
  return 0
}

/**
 * The texts of all strings, templates and regular expressions, with gaps for what is not fixed; not those that name tests or modules.
 *
 * @param source TypeScript
 */
export function literalsIn(source: string): string[] {
  const file = ts.createSourceFile('test.ts', source, ts.ScriptTarget.Latest, true)
  const constants = new Map<string, ts.Expression>()
  const textOf = (node: ts.Expression): string => {
    if (ts.isStringLiteralLike(node)) return node.text
    if (ts.isRegularExpressionLiteral(node)) return fixedParts(node.text)
    if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans.map(({ expression, literal }) => textOf(expression) + literal.text)
      return node.head.text + spans.join('')
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
      return textOf(node.left) + textOf(node.right)
    const constant = ts.isIdentifier(node) ? constants.get(node.text) : undefined
    return constant === undefined ? GAP : textOf(constant)
  }
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return
    if (ts.isVariableDeclaration(node) && node.initializer && ts.isStringLiteralLike(node.initializer))
      constants.set(node.name.getText(), node.initializer)
    if (ts.isCallExpression(node) && /^(test|describe)\b/.test(node.expression.getText())) {
      const [name, ...rest] = node.arguments
      const isName = name !== undefined && (ts.isStringLiteralLike(name) || ts.isTemplateExpression(name))
      for (const each of [node.expression, ...(isName ? rest : node.arguments)]) visit(each)
      return
    }
    if (ts.isExpression(node)) found.push(textOf(node))
    node.forEachChild(visit)
  }
  visit(file)
  return found.filter((text) => text !== GAP).map((text) => text.replace(/\s*\n\s*/g, ' '))
}

/** What a regular expression holds letter by letter, with gaps between. */
function fixedParts(regex: string): string {
  return regex
    .slice(1, regex.lastIndexOf('/'))
    .replace(/\\[dDwWsSbBpPkxuntrfv](\{[^}]*\}|\w{2,4})?|\[(\\.|[^\]\\])*\]/g, GAP)
    .replace(/(\\.|[^\\])[?*]|(\\.|[^\\])\{\d+,?\d*\}/g, GAP)
    .replace(/\\(.)|[.+^$|()]/g, (_, escaped: string | undefined) => escaped ?? GAP)
    .replace(/…+/g, GAP)
}
