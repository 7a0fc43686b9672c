// Finds with the TypeScript compiler every text that an explained error of the source can have.
import path from 'node:path'
import ts from 'typescript'

/** Stands in a text for what only a run knows. */
export const GAP = '…'

export interface ErrorText {
  /** As a user reads it, on one line. */
  readonly text: string
  /** The class of the error, or `REFUSAL` for what the linkage check says to a file. */
  readonly kind: string
  /** `src/file.ts:12`: where it is written. */
  readonly place: string
}

export const REFUSAL = 'refusal'

/** Which argument of its constructor is the text of an error. */
const ERRORS: Readonly<Record<string, number>> = {
  ActionError: 0,
  InputError: 1,
  FormatError: 1,
  ToolError: 0,
  BuildError: 0,
  LinkageError: 0,
  TargetsError: 0,
}

/** What it returns is a text for a user, whoever calls it. */
const DESCRIBES = 'describeFailure'

/** What these return counts as a value. */
const VALUES = [DESCRIBES, 'describeVerdict']

/** Their lists hold the reasons of a LinkageError. */
const REFUSING = /\/src\/linkage\/(policy|checks|header-checks|build-info-checks)\.ts$/

/** What go says of the module's own files; the texts of its rules are those of an ActionError. */
const EXPLAINED = /\/src\/module-trouble\.ts$/

/** An expression with more forms than this counts as a value, and is not looked into deeper than that. */
const MOST_FORMS = 24
const DEEPEST = 12

/** A call: what the parameters are in it, and the call around it. */
interface Scope {
  readonly call?: ts.CallExpression
  readonly bound: ReadonlyMap<ts.Symbol, ts.Expression>
  readonly around?: Scope
}
const NOWHERE: Scope = { bound: new Map() }

type Function = ts.SignatureDeclaration & { readonly body?: ts.Node | undefined }

/**
 * Follows constants, conditions, templates, lists that are joined, what local functions return, and, where a function only makes
 * an error or its text is all in what it is given, all calls of that function.
 *
 * @param config path of the tsconfig.json that names the files
 */
export function findErrorTexts(config: string): ErrorText[] {
  const folder = path.dirname(path.resolve(config))
  const { config: json } = ts.readConfigFile(config, (file) => ts.sys.readFile(file)) as { config: unknown }
  const { options, fileNames } = ts.parseJsonConfigFileContent(json, ts.sys, folder)
  const program = ts.createProgram(fileNames, options)
  const checker = program.getTypeChecker()
  const isOurs = (node: ts.Node): boolean => fileNames.includes(node.getSourceFile().fileName)

  const calls = new Map<ts.Symbol, ts.CallExpression[]>()
  /** By the declaration of a property: what objects are given for it. */
  const given = new Map<ts.Declaration, ts.Expression[]>()
  const found = new Map<string, ErrorText>()

  const files = program.getSourceFiles().filter((file) => isOurs(file))
  for (const file of files) walk(file, index)
  for (const file of files) walk(file, collect)
  return [...found.values()]

  function index(node: ts.Node): void {
    if (ts.isCallExpression(node)) {
      const symbol = symbolOf(node.expression)
      if (symbol !== undefined) push(calls, symbol, node)
    }
    if (ts.isPropertyAssignment(node)) {
      const type = checker.getContextualType(node.parent)
      const name = node.name.getText()
      const properties = (type?.isUnion() ? type.types : [type]).map(
        (each) => each && checker.getPropertyOfType(each, name),
      )
      const declarations = new Set(properties.flatMap((property) => property?.declarations ?? []))
      for (const declaration of declarations) push(given, declaration, node.initializer)
    }
  }

  function collect(node: ts.Node): void {
    if (ts.isNewExpression(node)) {
      const kind = node.expression.getText()
      const message = node.arguments?.[ERRORS[kind] ?? -1]
      if (message === undefined) return
      const [input] = node.arguments ?? []
      const prefix = kind === 'InputError' ? `input ${nameOf(input)}: ` : ''
      for (const scope of scopesOf(message, message, (around) => around))
        add(kind, outermost(scope) ?? node, message, scope, prefix)
    } else if (ts.isFunctionDeclaration(node) && node.name?.text === DESCRIBES) {
      for (const each of returnsOf(node)) add('ActionError', each, each, NOWHERE)
    } else if (EXPLAINED.test(node.getSourceFile().fileName) && isProblem(node)) {
      add('ActionError', node, node.initializer, NOWHERE)
    } else if (REFUSING.test(node.getSourceFile().fileName) && isListed(node)) {
      add(REFUSAL, node, node, NOWHERE)
    }
  }

  function add(kind: string, at: ts.Node, message: ts.Expression, scope: Scope, prefix = ''): void {
    for (const form of formsOf(message, scope, 0)) {
      const text = prefix + form.replace(/\s*\n\s*/g, ' ').replace(/…(?:: …|…)*/g, GAP)
      if (isValue(form) || found.has(text) || (kind === REFUSAL && !(isSentence(text) && isReason(text))))
        continue
      found.set(text, { text, kind, place: placeOf(at) })
    }
  }

  function placeOf(node: ts.Node): string {
    const file = node.getSourceFile()
    const { line } = file.getLineAndCharacterOfPosition(node.getStart())
    return `${path.relative(folder, file.fileName).replaceAll(path.sep, '/')}:${line + 1}`
  }

  function symbolOf(node: ts.Node): ts.Symbol | undefined {
    const symbol = checker.getSymbolAtLocation(ts.isPropertyAccessExpression(node) ? node.name : node)
    return symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias
      ? checker.getAliasedSymbol(symbol)
      : symbol
  }

  /**
   * The calls that settle what the text of an error in a function is; one of nowhere where none does.
   *
   * @param at where the text, or the innermost call with what is in it, stands
   */
  function scopesOf(message: ts.Expression, at: ts.Expression, calling: (around: Scope) => Scope): Scope[] {
    const wrapper = functionAround(at)
    const symbol = wrapper && symbolOf(nameOfFunction(wrapper))
    if (wrapper === undefined || symbol === undefined) return [calling(NOWHERE)]
    const parameters = wrapper.parameters.flatMap(({ name }) => symbolOf(name) ?? [])
    if (!parameters.some((parameter) => mentions(at, parameter, 0))) return [calling(NOWHERE)]
    if (!makesErrors(wrapper) && !formsOf(message, calling(NOWHERE), 0).every(isValue))
      return [calling(NOWHERE)]
    const made = calls.get(symbol) ?? []
    return made.flatMap((call) =>
      scopesOf(message, call, (around) => calling({ call, bound: bind(wrapper, call), around })),
    )
  }

  function bind({ parameters }: Function, { arguments: values }: ts.CallExpression): Scope['bound'] {
    return new Map(
      parameters.flatMap(({ name }, position) => {
        const [symbol, value] = [symbolOf(name), values[position]]
        return symbol === undefined || value === undefined ? [] : [[symbol, value] as const]
      }),
    )
  }

  /** Whether it returns an error or never returns. */
  function makesErrors(node: Function): boolean {
    const signature = checker.getSignatureFromDeclaration(node)
    const type = signature && checker.getReturnTypeOfSignature(signature)
    if (type === undefined) return false
    return (type.flags & ts.TypeFlags.Never) !== 0 || Object.hasOwn(ERRORS, checker.typeToString(type))
  }

  /** Also by way of constants. */
  function mentions(node: ts.Node, wanted: ts.Symbol, depth: number): boolean {
    if (depth === DEEPEST) return false
    if (!ts.isIdentifier(node)) return node.getChildren().some((child) => mentions(child, wanted, depth + 1))
    const symbol = symbolOf(node)
    if (symbol === wanted) return true
    const constant = constantOf(symbol)
    return constant !== undefined && mentions(constant, wanted, depth + 1)
  }

  function constantOf(symbol: ts.Symbol | undefined): ts.Expression | undefined {
    const declaration = symbol?.valueDeclaration
    if (declaration === undefined || !ts.isVariableDeclaration(declaration) || !isOurs(declaration))
      return undefined
    const isConstant = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0
    return isConstant ? declaration.initializer : undefined
  }

  /** All texts that an expression can be. */
  function formsOf(node: ts.Expression, scope: Scope, depth: number): string[] {
    const forms = depth >= DEEPEST ? [] : [...new Set(expand(node, scope, depth + 1))]
    return forms.length === 0 || forms.length > MOST_FORMS ? [GAP] : forms
  }

  function expand(node: ts.Expression, scope: Scope, depth: number): string[] {
    const forms = (each: ts.Expression) => formsOf(each, scope, depth)
    if (ts.isStringLiteralLike(node)) return [node.text]
    if (ts.isParenthesizedExpression(node) || ts.isAwaitExpression(node)) return forms(node.expression)
    if (ts.isConditionalExpression(node))
      return alternatives([...forms(node.whenTrue), ...forms(node.whenFalse)])
    if (ts.isBinaryExpression(node)) {
      const { left, right, operatorToken } = node
      if (operatorToken.kind === ts.SyntaxKind.PlusToken) return joined([forms(left), forms(right)])
      // What is empty is no text.
      if (operatorToken.kind === ts.SyntaxKind.BarBarToken && forms(left).includes(''))
        return [...forms(left).filter((text) => text !== ''), ...forms(right)]
      return [...forms(left), ...forms(right).filter(isSentence)]
    }
    if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans.flatMap(({ expression, literal }) => [
        forms(expression),
        [literal.text],
      ])
      return joined([[node.head.text], ...spans])
    }
    if (ts.isCallExpression(node)) return expandCall(node, scope, depth)
    if (ts.isPropertyAccessExpression(node)) return expandProperty(symbolOf(node.name), depth)
    return ts.isIdentifier(node) ? expandName(node, scope, depth) : []
  }

  function expandName(node: ts.Identifier, scope: Scope, depth: number): string[] {
    const symbol = symbolOf(node)
    if (symbol === undefined) return []
    for (let at: Scope | undefined = scope; at !== undefined; at = at.around) {
      const value = at.bound.get(symbol)
      if (value !== undefined) return formsOf(value, at.around ?? NOWHERE, depth)
    }
    const [declaration] = symbol.declarations ?? []
    if (declaration !== undefined && ts.isBindingElement(declaration)) {
      const whole = checker.getTypeAtLocation(declaration.parent)
      const name = (declaration.propertyName ?? declaration.name).getText()
      return expandProperty(checker.getPropertyOfType(whole, name), depth)
    }
    const constant = constantOf(symbol)
    return constant === undefined ? [] : formsOf(constant, scope, depth)
  }

  /** The sentences that objects have there. */
  function expandProperty(property: ts.Symbol | undefined, depth: number): string[] {
    const values = (property?.declarations ?? []).flatMap((declaration) => given.get(declaration) ?? [])
    const forms = values.flatMap((value) => formsOf(value, NOWHERE, depth + 4))
    return forms.every(isSentence) ? forms : []
  }

  function expandCall(node: ts.CallExpression, scope: Scope, depth: number): string[] {
    const { expression } = node
    const [separator] = node.arguments
    if (ts.isPropertyAccessExpression(expression) && expression.name.text === 'join' && separator) {
      const list = expression.expression
      if (!ts.isArrayLiteralExpression(list))
        return pushedTo(list).flatMap((each) => formsOf(each, scope, depth))
      const between = formsOf(separator, scope, depth)
      const parts = list.elements.flatMap((each) => [between, formsOf(each, scope, depth)])
      return joined(parts.slice(1))
    }
    const declaration = symbolOf(expression)?.valueDeclaration
    if (declaration === undefined || !isOurs(declaration)) return []
    const called = ts.isVariableDeclaration(declaration) ? declaration.initializer : declaration
    if (called === undefined || !ts.isFunctionLike(called)) return []
    if (VALUES.includes(expression.getText())) return []
    const inner: Scope = { call: node, bound: bind(called, node), around: scope }
    const forms = returnsOf(called).flatMap((each) => formsOf(each, inner, depth))
    return alternatives(forms)
  }

  function pushedTo(list: ts.Expression): ts.Expression[] {
    const wanted = symbolOf(list)
    const found: ts.Expression[] = []
    if (wanted === undefined) return []
    walk(list.getSourceFile(), (node) => {
      if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return
      const { name, expression } = node.expression
      if (name.text === 'push' && symbolOf(expression) === wanted) found.push(...node.arguments)
    })
    return found
  }
}

const push = <Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void => {
  map.set(key, [...(map.get(key) ?? []), value])
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  node.forEachChild((child) => {
    walk(child, visit)
  })
}

/** An input's name, where it is written right there. */
const nameOf = (node: ts.Expression | undefined): string =>
  node !== undefined && ts.isStringLiteral(node) ? node.text : GAP

/** Written out as an element of a list, or as what one is mapped to. */
const isProblem = (node: ts.Node): node is ts.Node & { readonly initializer: ts.Expression } =>
  (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) &&
  node.name.getText() === 'problem' &&
  node.initializer !== undefined

const isListed = (node: ts.Node): node is ts.Expression =>
  (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || ts.isConditionalExpression(node)) &&
  (ts.isArrayLiteralExpression(node.parent) ||
    (ts.isArrowFunction(node.parent) && node.parent.body === node) ||
    (ts.isCallExpression(node.parent) && node.parent.expression.getText().endsWith('.push')))

/** What is wrong and, behind a semicolon or as a whole sentence, what to do. */
const isReason = (text: string): boolean => text.includes('; ') || text.endsWith('.')

function functionAround(node: ts.Node): Function | undefined {
  return ts.findAncestor(node.parent, (at) => ts.isFunctionLike(at))
}

const nameOfFunction = (node: Function): ts.Node =>
  node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : node)

const outermost = ({ call, around }: Scope): ts.Node | undefined => (around && outermost(around)) ?? call

function returnsOf({ body }: Function): ts.Expression[] {
  if (body === undefined) return []
  if (!ts.isBlock(body)) return [body as ts.Expression]
  const found: ts.Expression[] = []
  const look = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return
    if (ts.isReturnStatement(node) && node.expression !== undefined) found.push(node.expression)
    node.forEachChild(look)
  }
  look(body)
  return found
}

/** One text for every way through the parts. */
function joined(parts: readonly (readonly string[])[]): string[] {
  return parts.reduce<string[]>(
    (texts, part) => texts.flatMap((text) => part.map((each) => text + each)).slice(0, MOST_FORMS + 1),
    [''],
  )
}

/** Words that stand for one another are values; sentences, and that there is none, are not. */
function alternatives(forms: readonly string[]): string[] {
  return forms.some(isSentence) ? forms.map((text) => (text === '' || !isValue(text) ? text : GAP)) : []
}

const wordsIn = (text: string): number => text.match(/\p{L}{2,}/gu)?.length ?? 0

const isValue = (text: string): boolean => wordsIn(text) < 2
const isSentence = (text: string): boolean => wordsIn(text) > 2
