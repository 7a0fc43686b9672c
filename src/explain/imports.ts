// Finds the import declarations in the text of a Go file, and where each stands.

export interface ImportLine {
  readonly path: string
  /** From 1, as go counts them: of the name where there is one, else of the path. */
  readonly line: number
  readonly column: number
}

/** White space, comments, strings, words, and what stands between them; nothing else can come before the last import. */
const TOKEN =
  /[\s;\uFEFF]+|\/\/[^\n]*|\/\*[^]*?\*\/|"(?<plain>[^"\n]*)"|`(?<raw>[^`]*)`|[\p{L}_][\p{L}\p{N}_]*|[().]/guy

/** In the order of the file. */
export function findImports(text: string): ImportLine[] {
  const found: ImportLine[] = []
  let isImport = false
  let isInBrackets = false
  let start: number | undefined
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match
    const path = match.groups?.['plain'] ?? match.groups?.['raw']
    if (/^[\s;\uFEFF/]/.test(token)) continue
    if (token === 'import' && !isInBrackets) isImport = true
    else if (!isImport) continue
    else if (token === '(') isInBrackets = true
    else if (token === ')') isImport = isInBrackets = false
    else if (path === undefined) start ??= match.index
    else {
      found.push({ path, ...positionOf(text, start ?? match.index) })
      start = undefined
      isImport = isInBrackets
    }
  }
  return found
}

function positionOf(text: string, index: number): Pick<ImportLine, 'line' | 'column'> {
  const before = text.slice(0, index).split('\n')
  return { line: before.length, column: Buffer.byteLength(before.at(-1) ?? '') + 1 }
}
