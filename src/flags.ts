// Turns the flags that users give to Go's tools into an error where one runs a program, moves files or undoes this action's own.
import { ActionError, InputError } from './errors.js'
import { splitQuoted } from './quoted.js'

const RUNS = 'it names a program to run'
const READS = 'it changes where the files of a build come from'
const WRITES = 'it writes files where this action does not look'
const NOTHING = 'nothing is built with it'

/** Flags by name, and why they are refused. */
type Denied = Readonly<Record<string, string>>

/** The best known of the go command's that are not allowed; all others share one reason. */
const DENIED_TO_GO: Denied = {
  ...reason(RUNS, 'toolexec', 'exec', 'vettool', 'compiler', 'gccgoflags'),
  ...reason(READS, 'overlay', 'modfile', 'pkgdir', 'installsuffix', 'C', 'reuse'),
  ...reason(WRITES, 'o', 'debug-actiongraph', 'debug-trace', 'debug-runtime-trace'),
  ...reason(NOTHING, 'n'),
}

/** Go's own are none of the linker's, but what they would do is why. Source: cmd/link/internal/ld/main.go of Go 1.26. */
const DENIED_TO_LINK: Denied = {
  ...DENIED_TO_GO,
  extld: `${RUNS}; name the C compiler with cc in the row of the matrix`,
  extar: RUNS,
  ...reason(READS, 'L', 'importcfg', 'installsuffix', 'libgcc'),
  ...reason(WRITES, 'o', 'tmpdir', 'capturehostobjs', 'fipso', 'cpuprofile', 'memprofile'),
  ...reason(WRITES, 'benchmarkprofile'),
  buildmode: 'it undoes the input buildmode; set that one',
  linkshared: 'it makes programs that run only where this Go is installed',
  V: NOTHING,
}

/** Those that take their value from the next word too; others that take one need `=`, or are refused above. */
const LINK_VALUES = new Set([
  ...['X', 'extldflags', 'linkmode', 'buildid', 'H', 'B', 'I', 'E', 'r', 'R', 'T', 'D', 'k', 'pluginpath'],
  ...['funcalign', 'randlayout', 'strictdups', 'debugtramp', 'debugtextsize', 'benchmark', 'memprofilerate'],
])

/** What the C compiler takes that links. Its libraries and their folders are the user's to name. */
const DENIED_TO_C_LINKER: readonly (readonly [RegExp, string])[] = [
  [/^--?(wrapper|fplugin|specs|ld-path|B)|^-fuse-ld=.*[\\/]|^-Wl,(.*,)?--?plugin(,|=|$)/, RUNS],
  [/^-o|^--output|^-Wl,(.*,)?(-o|--output)\b/, WRITES],
]

/** Source: cmd/compile/internal/base/flag.go and cmd/asm/internal/flags/flags.go. */
const DENIED_TO_COMPILE: Denied = {
  ...reason(READS, 'I', 'D', 'importcfg', 'embedcfg', 'coveragecfg', 'symabis', 'installsuffix'),
  ...reason(READS, 'pgoprofile'),
  ...reason(WRITES, 'o', 'asmhdr', 'bench', 'blockprofile', 'cpuprofile', 'json', 'linkobj', 'memprofile'),
  ...reason(WRITES, 'mutexprofile', 'traceprofile', 'gensymabis'),
  trimpath: 'it undoes the input trimpath; set that one',
  p: 'it gives a package the path of another',
  V: NOTHING,
}

/** D defines a macro there. */
const { D: _, ...DENIED_TO_ASM } = DENIED_TO_COMPILE

/** What changes how packages are compiled, or only what go prints; those of `go test` alone do nothing here. */
const ALLOWED_IN_GOFLAGS: readonly string[] = [
  ...['asan', 'asmflags', 'buildmode', 'buildvcs', 'cover', 'covermode', 'coverpkg', 'gcflags', 'ldflags'],
  ...['linkshared', 'mod', 'modcacherw', 'msan', 'p', 'pgo', 'race', 'tags', 'trimpath'],
  ...['a', 'v', 'work', 'x'],
]
const OF_GO_TEST: readonly string[] = ['count', 'failfast', 'parallel', 'short', 'shuffle', 'timeout', 'vet']

/**
 * @param input where the flags come from, for the error
 * @param text as `-ldflags` takes it, with every placeholder replaced
 * @throws InputError that names the flag and why it is refused
 */
export function refuseLinkerFlags(input: string, text: string): void {
  const problem = linkerProblem(text)
  if (problem !== undefined) throw new InputError(input, `ldflags: ${problem}`)
}

/**
 * @param goflags what `go env GOFLAGS` says: of the environment, or of the file that `go env -w` writes
 * @throws ActionError that names the flag and why it is refused
 */
export function refuseGoflags(goflags: string): void {
  const problem = goflagsProblem(goflags)
  if (problem === undefined) return
  throw new ActionError(
    `GOFLAGS: ${problem}; take it out of the environment, or of \`go env -w\` with \`go env -u GOFLAGS\``,
  )
}

function goflagsProblem(goflags: string): string | undefined {
  for (const word of splitQuoted(goflags)) {
    const flag = readFlag(word)
    if (flag === undefined) return `${JSON.stringify(word)} is not a flag`
    const { name, value } = flag
    if (!ALLOWED_IN_GOFLAGS.includes(name) && !OF_GO_TEST.includes(name)) {
      const why = denial(DENIED_TO_GO, name) ?? 'no release needs it'
      return `-${name} is refused: ${why}; there may be ${ALLOWED_IN_GOFLAGS.map((allowed) => `-${allowed}`).join(' ')}`
    }
    const problem = TOOL_PROBLEMS.get(name)?.(value)
    if (problem !== undefined) return `-${name}: ${problem}`
  }
  return undefined
}

/** By the flag of the go command that hands flags on to a tool. */
const TOOL_PROBLEMS: ReadonlyMap<string, (flags: string) => string | undefined> = new Map([
  ['ldflags', linkerProblem],
  ['gcflags', (flags) => toolProblem(flags, DENIED_TO_COMPILE)],
  ['asmflags', (flags) => toolProblem(flags, DENIED_TO_ASM)],
])

function linkerProblem(text: string): string | undefined {
  return (
    toolProblem(text, DENIED_TO_LINK, LINK_VALUES) ??
    linkedInC(text)
      .map((word) => externalProblem(word))
      .find((problem) => problem !== undefined)
  )
}

/** The words of every `-extldflags`. */
function linkedInC(text: string): string[] {
  const words = splitQuoted(withoutPattern(text))
  return words.flatMap((word, index) => {
    const flag = readFlag(word)
    if (flag?.name !== 'extldflags') return []
    return splitQuoted(word.includes('=') ? flag.value : (words[index + 1] ?? ''))
  })
}

function externalProblem(word: string): string | undefined {
  if (word.startsWith('@'))
    return `${JSON.stringify(word)} in -extldflags is refused: its flags are in a file`
  const [, why] = DENIED_TO_C_LINKER.find(([pattern]) => pattern.test(word)) ?? []
  return why === undefined ? undefined : `${JSON.stringify(word)} in -extldflags is refused: ${why}`
}

/** Every word is looked at as a flag, also one that the tool would take for the value of the one before. */
function toolProblem(
  text: string,
  denied: Denied,
  takesNext: ReadonlySet<string> = new Set(),
): string | undefined {
  let former = ''
  for (const word of splitQuoted(withoutPattern(text))) {
    const flag = readFlag(word)
    if (word.startsWith('@')) return `${JSON.stringify(word)} is refused: its flags are in a file`
    if (/^--?$/.test(word)) return `${word} is refused: what follows would be files`
    if (flag === undefined && !takesNext.has(former)) {
      return `${JSON.stringify(word)} is no flag, and belongs to none; a value stands behind =, and one with spaces in quotes, as in '-X=main.text=a b'`
    }
    const why = flag && denial(denied, flag.name)
    if (why !== undefined) return `-${flag?.name ?? ''} is refused: ${why}`
    former = flag === undefined || word.includes('=') || takesNext.has(former) ? '' : flag.name
  }
  return undefined
}

/** `pattern=flags` is legal too: it names the packages that the flags are for. Go counts U+0085 as white space there. */
function withoutPattern(text: string): string {
  return text.replace(/^[\s\u0085]+/, '').replace(/^[^-][^=]*=/, '')
}

/** One or two dashes, and `=` before a value. */
function readFlag(word: string): { readonly name: string; readonly value: string } | undefined {
  const [, name, value = ''] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(word) ?? []
  return name === undefined ? undefined : { name, value }
}

function denial(denied: Denied, name: string): string | undefined {
  return Object.hasOwn(denied, name) ? denied[name] : undefined
}

function reason(why: string, ...names: readonly string[]): Denied {
  return Object.fromEntries(names.map((name) => [name, why]))
}
