// What go says of go.mod, go.sum, go.work or the vendor folder -> what is wrong, the line that it is about, and what to write.

import path from 'node:path'

/** The texts of the files; empty where there is none. */
export interface ModuleTexts {
  readonly 'go.mod': string
  readonly 'go.sum': string
  readonly 'go.work': string
  readonly 'vendor/modules.txt': string
}

export interface ModuleTrouble {
  /** With what to do. */
  readonly problem: string
  /** One of these files, or its path as go writes it. */
  readonly file: string
  readonly line?: number
}

/** Of what a command prints, in characters: its error stands at the end. */
const LONGEST = 8000

/** @param inWork a folder as go writes it, relative to the module's -> as go.work would name it */
type Explain = (
  match: readonly string[],
  texts: ModuleTexts,
  inWork: (folder: string) => string,
) => ModuleTrouble

/** The first that fits is told. Source: cmd/go/internal/modload and modfetch of Go 1.26. */
const RULES: readonly (readonly [pattern: RegExp, explain: Explain])[] = [
  [
    /errors parsing (.+):\r?\n.*?:(\d+)(?::\d+)?: (.+)/,
    ([, file = '', line, said = '']) => ({
      problem: `go cannot read ${file}: ${said}`,
      file,
      line: Number(line),
    }),
  ],
  [
    /verifying ([^\s@]+)@([^\s:]+?)(\/go\.mod)?: checksum mismatch\s+downloaded: +(\S+)\s+(\S+): +(\S+)/,
    ([, module = '', version = '', file = '', , by = ''], texts) => {
      const sum = lineOf(texts['go.sum'], ([name, of]) => name === module && of === version + file)
      const where = sum === undefined ? by : `line ${sum} of go.sum`
      return atRequirement(module, texts, {
        problem: `${module} ${version} is not what ${where} says: its author has moved the tag, or somebody else has changed it; find out which, and only if you trust what is there now, remove the lines of it from go.sum, run \`go mod tidy\` and commit go.sum`,
        file: 'go.sum',
        ...(sum !== undefined && { line: sum }),
      })
    },
  ],
  [
    /missing go\.sum entry for module providing package (\S+)/,
    ([, imported = ''], texts) => missingSum(providerOf(imported, texts['go.mod']) ?? imported, texts),
  ],
  [/(?<!\S)([^\s@]+)@[^\s:]+: missing go\.sum entry/, ([, module = ''], texts) => missingSum(module, texts)],
  [
    /updates to go\.(mod|work) needed/,
    ([, kind = '']) => ({
      problem:
        kind === 'work'
          ? 'go.work does not go with the modules that it lists; run `go work sync` and commit what it changes'
          : 'go.mod does not list all that the module needs; run `go mod tidy` and commit go.mod and go.sum',
      file: `go.${kind}`,
    }),
  ],
  [
    /inconsistent vendoring in .+:\s+([^\s@]+)@([^\s:]+): (.+)(?:[^]*run:\s+go (work) vendor)?/,
    ([, module = '', version = '', said = '', verb = 'mod'], texts) => {
      const trouble = {
        problem: `the vendor folder is out of date (${module} ${version} ${said}); run \`go ${verb} vendor\` and commit the vendor folder`,
        file: 'vendor/modules.txt',
      }
      if (/^is (?:explicitly required|replaced) in go\.mod/.test(said))
        return atRequirement(module, texts, trouble)
      const line = lineOf(texts['vendor/modules.txt'], ([sign, name]) => sign === '#' && name === module)
      return { ...trouble, ...(line !== undefined && { line }) }
    },
  ],
  [
    /contained in a module that is not one of the workspace modules/,
    (_, texts) => ({
      problem:
        "go.work does not list this module; run `go work use .` in the module's folder and commit go.work, or have it built alone with `GOWORK: off` under `env:`",
      ...atWork(texts, ([verb]) => verb === 'use'),
    }),
  ],
  [
    /cannot load module (\S+) listed in go\.work file/,
    ([, from = ''], texts, inWork) => {
      const folder = inWork(from)
      return {
        problem: `go.work lists ${folder}, where there is no go.mod; take it out with \`go work edit -dropuse=${folder}\` and commit go.work, or commit what is missing (a submodule comes with \`submodules: true\` of actions/checkout)`,
        ...atWork(texts, (words) => words.some((word) => asFolder(word) === folder)),
      }
    },
  ],
  [
    /module (\S+) listed in go\.work file requires go >= (\S+), but go\.work lists go (\S+);/,
    ([, folder = '', needed = '', listed = ''], texts, inWork) => ({
      problem: `go.work says go ${listed}, and the module in ${inWork(folder)} asks for go ${needed}; run \`go work use\` and commit go.work`,
      ...atWork(texts, ([verb]) => verb === 'go'),
    }),
  ],
  [
    /(?<!\S)([^\s@]+)@[^\s:]+ \(replaced by (.+)\): reading .*go\.mod: open .*: (?:no such file|not a directory|The system cannot find)/,
    ([, module = '', folder = ''], texts) => replacedByNothing(module, folder, texts),
  ],
  [
    /(?<!\S)([^\s@]+)@[^\s:]+: replacement directory (.+) does not exist/,
    ([, module = '', folder = ''], texts) => replacedByNothing(module, folder, texts),
  ],
  [
    /(?<!\S)([^\s@]+)@v[^\s:]+: [^]*?(?:could not read (?:Username|Password) for|Authentication failed for|fatal: repository) '(https?:\/\/)(?:[^'/\s]*@)?([^'/\s]+)/,
    ([, module = '', scheme = '', host = ''], texts) => wantsCredentials(module, `${scheme}${host}/`, texts),
  ],
  [
    // Go has asked for a repository whose path names its system by every protocol, and says no more.
    /(?<!\S)([^\s@]+)@v[^\s:]+: no secure protocol found for repository/,
    ([, module = ''], texts) => wantsCredentials(module, `https://${module.split('/', 1)[0] ?? ''}/`, texts),
  ],
]

/**
 * @param said what a failed go command printed, or what it says of one package
 * @param folders of the module and of go.work, absolute paths
 */
export function explainModuleTrouble(
  said: string,
  texts: ModuleTexts,
  folders: { readonly module: string; readonly work: string },
): ModuleTrouble | undefined {
  const inWork = (folder: string) =>
    asFolder(path.relative(folders.work, path.resolve(folders.module, folder)).replaceAll(path.sep, '/'))
  const end = said.slice(-LONGEST)
  for (const [pattern, explain] of RULES) {
    const match = pattern.exec(end)
    if (match !== null) return explain(match, texts, inWork)
  }
  return undefined
}

/** Go's words for a package that it finds nowhere, and may not look for. */
const NO_PACKAGE =
  /^(?:cannot find module providing package (\S+): import lookup disabled by -mod=(\w+)|no required module provides package ([^\s;:]+))/

/**
 * What go says of an import that has to be mended where it stands, or by a new line of go.mod.
 *
 * @param isModule whether a folder below the module's has a go.mod
 * @returns what to do
 */
export function explainImport(
  said: string,
  texts: ModuleTexts,
  isModule: (folder: string) => boolean,
): string | undefined {
  const [found, looked, mod, required] = NO_PACKAGE.exec(said) ?? []
  if (found === undefined) return undefined
  const imported = looked ?? required ?? ''
  const verb = texts['vendor/modules.txt'].startsWith('## workspace') ? 'work' : 'mod'
  const folder = ownFolder(imported, texts['go.mod'])
  const inner = folder === undefined ? undefined : upwards(folder).find(isModule)
  const missing = `no module that go.mod lists has the package ${imported}; run \`go get ${imported}\``
  const use = texts['go.work'] === '' ? 'init .' : 'use'
  const problem =
    inner !== undefined
      ? `the folder ${inner} is a module of its own, which go.mod does not require; run \`go get ${imported}\` for a version of it that is tagged, or \`go work ${use} ./${inner}\` to build with what the folder holds, and commit what changes`
      : folder !== undefined
        ? `there is no package in the folder ${folder} of this module; mend the import, or commit the folder`
        : mod === 'vendor'
          ? `${missing} and \`go ${verb} vendor\` and commit go.mod, go.sum and the vendor folder`
          : `${missing} and commit go.mod and go.sum`
  return problem
}

/** Where in this module the package would be, `.` for its root; undefined for one of another module. */
function ownFolder(imported: string, gomod: string): string | undefined {
  const own = linesOf(gomod).find(([verb]) => verb === 'module')?.[1]
  if (own === undefined || providerOf(imported, gomod) !== undefined) return undefined
  if (imported === own) return '.'
  return imported.startsWith(`${own}/`) ? imported.slice(own.length + 1) : undefined
}

/** `a/b` and `a` for `a/b`; none for `.`. */
const upwards = (folder: string): string[] =>
  folder === '.' ? [] : [folder, ...upwards(path.posix.dirname(folder))]

/** As `go work use` writes one: `.`, `./lib` or `../lib`. */
function asFolder(folder: string): string {
  const clean = path.posix.join(folder, '.')
  return /^(?:\.\.?(?:\/|$)|\/)/.test(clean) ? clean : `./${clean}`
}

/** @param url of the host, with a `/` at its end */
function wantsCredentials(module: string, url: string, texts: ModuleTexts): ModuleTrouble {
  const withToken = url.replace('://', '://x-access-token:${{ secrets.NAME }}@')
  const problem = [
    `${module} cannot be downloaded: ${url} gives it only for credentials. Let go and git have them in this step:`,
    '  with:',
    '    pass-env: GIT_CONFIG_KEY_0',
    '  env:',
    `    GOPRIVATE: ${siblingsOf(module)}`,
    "    GIT_CONFIG_COUNT: '1'",
    `    GIT_CONFIG_KEY_0: url.${withToken}.insteadOf`,
    `    GIT_CONFIG_VALUE_0: ${url}`,
  ].join('\n')
  return atRequirement(module, texts, { problem, file: 'go.mod' })
}

/** @param said the folder as go writes it: relative to go.work, where there is one */
function replacedByNothing(module: string, said: string, texts: ModuleTexts): ModuleTrouble {
  const ofMod = findReplace(module, texts['go.mod'])
  const ofWork = findReplace(module, texts['go.work'])
  // That of go.work goes before, unless GOWORK is off.
  const verb = ofWork === undefined || ofMod?.folder === said ? 'mod' : 'work'
  const { replaced = module, folder = said, line } = (verb === 'mod' ? ofMod : ofWork) ?? {}
  const file = `go.${verb}`
  const problem = `${file} replaces ${module} by ${folder}, where there is no go.mod; commit it, check it out beside this repository, or take the replace out with \`go ${verb} edit -dropreplace=${replaced}\``
  return { problem, file, ...(line !== undefined && { line }) }
}

interface Replace {
  /** With the version, where only one is replaced. */
  readonly replaced: string
  readonly folder: string
  readonly line: number
}

function findReplace(module: string, text: string): Replace | undefined {
  const line = lineOf(text, (words) => replacedBy(words)?.[0] === module)
  if (line === undefined) return undefined
  const words = linesOf(text)[line - 1] ?? []
  const folder = words.slice(words.indexOf('=>') + 1).join(' ')
  return { replaced: (replacedBy(words) ?? []).join('@'), folder: folder.replaceAll(/["`]/g, ''), line }
}

/** Of a line of go.mod that replaces one: the module, and the version where it has one. */
function replacedBy(words: readonly string[]): readonly string[] | undefined {
  const arrow = words.indexOf('=>')
  return arrow === -1 ? undefined : words.slice(words[0] === 'replace' ? 1 : 0, arrow)
}

function missingSum(module: string, texts: ModuleTexts): ModuleTrouble {
  const problem = `go.sum has no line for ${module}; run \`go mod tidy\` and commit go.mod and go.sum`
  return atRequirement(module, texts, { problem, file: 'go.sum' })
}

/** At the line of go.mod that asks for the module, else where the trouble is by itself. */
function atRequirement(module: string, texts: ModuleTexts, trouble: ModuleTrouble): ModuleTrouble {
  const line = lineOf(texts['go.mod'], (words) => requiredBy(words) === module)
  return line === undefined ? trouble : { ...trouble, file: 'go.mod', line }
}

function atWork(
  texts: ModuleTexts,
  isIt: (words: readonly string[]) => boolean,
): Omit<ModuleTrouble, 'problem'> {
  const line = lineOf(texts['go.work'], isIt)
  return { file: 'go.work', ...(line !== undefined && { line }) }
}

/** The module of a line of go.mod that requires one: `require path v1.0.0`, or without the word inside of brackets. */
function requiredBy(words: readonly string[]): string | undefined {
  const [name, version = ''] = words[0] === 'require' ? words.slice(1) : words
  return version.startsWith('v') ? name : undefined
}

/** The module whose path is the longest that the package's begins with. */
function providerOf(imported: string, gomod: string): string | undefined {
  const names = linesOf(gomod).flatMap((words) => requiredBy(words) ?? [])
  const providers = names.filter((name) => imported === name || imported.startsWith(`${name}/`))
  return providers.toSorted((a, b) => b.length - a.length)[0]
}

/** Whatever lies beside the module: `example.com/team/*`. */
function siblingsOf(module: string): string {
  const withoutMajor = module.replace(/\/v\d+$/, '')
  return `${withoutMajor.slice(0, Math.max(0, withoutMajor.lastIndexOf('/'))) || withoutMajor}/*`
}

/** Words of each line, comments left out. */
const linesOf = (text: string): string[][] =>
  text.split('\n').map((line) =>
    line
      .replace(/\/\/.*/, '')
      .split(/\s+/)
      .filter((word) => word !== ''),
  )

/** Counted from 1. */
function lineOf(text: string, isIt: (words: readonly string[]) => boolean): number | undefined {
  const index = linesOf(text).findIndex(isIt)
  return index === -1 ? undefined : index + 1
}
