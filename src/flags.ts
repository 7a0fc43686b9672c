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

/** Of the C compiler's that links, and of the linker's that `-Wl,` hands on, the best known that are not allowed. */
const DENIED_TO_C_LINKER: readonly (readonly [RegExp, string])[] = [
  [/^-X/, 'what it hands on cannot be read here; write -Wl,'],
  [
    /^--?(wrapper|f(pass-)?plugin|specs|config|ld-path|gcc-toolchain|B(?!static$|dynamic$|symbolic)|mllvm)/,
    RUNS,
  ],
  [/^--?(load-pass-plugin|plugin|lto_library)|^-fuse-ld=.*[\\/]/, RUNS],
  [/^(-o|--output|--?Map|--out-implib|--dependency-file|-save-temps|-dump|-fdump|-W[pa],|-M)/, WRITES],
]

/** Names of the C compiler's flags, and of the linker's behind `-Wl,`, that say what is linked, how and against what. */
const FOR_C_COMPILER: ReadonlySet<string> = new Set(
  (
    's S v w z L l T u e F g O static static-pie static-libgcc static-libstdc++ pie no-pie shared dynamic rdynamic pthread ' +
    'nostdlib nodefaultlibs nostartfiles fuse-ld flto fno-lto fPIC fpic fPIE fpie fno-PIC fno-PIE target sysroot isysroot ' +
    'rtlib stdlib unwindlib arch framework weak_framework rpath undefined dead_strip headerpad_max_install_names ' +
    'install_name all_load force_load'
  ).split(' '),
)
const FOR_LINKER: ReadonlySet<string> = new Set(
  (
    's S x z E L l T u e O R h N rpath rpath-link as-needed no-as-needed gc-sections no-gc-sections no-undefined ' +
    'whole-archive no-whole-archive start-group end-group ( ) Bstatic Bdynamic Bsymbolic Bsymbolic-functions build-id ' +
    'hash-style export-dynamic strip-all strip-debug soname dynamic-linker no-dynamic-linker version-script dynamic-list ' +
    'exclude-libs defsym wrap icf eh-frame-hdr fatal-warnings no-fatal-warnings compress-debug-sections ' +
    'allow-multiple-definition allow-shlib-undefined unresolved-symbols pie static relax no-relax subsystem stack ' +
    'dynamicbase nxcompat high-entropy-va image-base enable-auto-import disable-auto-import dead_strip headerpad ' +
    'headerpad_max_install_names install_name undefined framework weak_framework all_load force_load exported_symbols_list ' +
    'no_warn_duplicate_libraries no_compact_unwind no_pie platform_version macosx_version_min current_version ' +
    'compatibility_version sectcreate'
  ).split(' '),
)

/** Those of one letter have their value right behind them, and those for the machine are without number. */
const WITH_VALUE_BEHIND = /^-(?:[LlTueOgFRh]|m(?!llvm))./

function isForLinking(word: string, names: ReadonlySet<string>): boolean {
  return names.has(word.replace(/^--?/, '').replace(/=.*$/s, '')) || WITH_VALUE_BEHIND.test(word)
}

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
    definitionProblem(text) ??
    linkedInC(text)
      .map((word) => externalProblem(word))
      .find((problem) => problem !== undefined)
  )
}

/** The values of each flag of a name: behind `=`, or the next word. */
function valuesOf(name: string, text: string): string[] {
  const words = splitQuoted(withoutPattern(text))
  return words.flatMap((word, index) => {
    const flag = readFlag(word)
    if (flag?.name !== name) return []
    return [word.includes('=') ? flag.value : (words[index + 1] ?? '')]
  })
}

/** The linker's own word on it names no flag and no input. */
function definitionProblem(text: string): string | undefined {
  const wrong = valuesOf('X', text).find((value) => !/^[^=]*\.[^=]+=/.test(value))
  return wrong === undefined
    ? undefined
    : `-X wants package.variable=value, as in -X main.version={version}, and got ${JSON.stringify(wrong)}`
}

/** The words of every `-extldflags`. */
const linkedInC = (text: string): string[] => valuesOf('extldflags', text).flatMap(splitQuoted)

function externalProblem(word: string): string | undefined {
  const toLinker = word.startsWith('-Wl,')
  for (const part of toLinker ? word.split(',').slice(1) : [word]) {
    const why = partProblem(part, toLinker ? FOR_LINKER : FOR_C_COMPILER)
    if (why !== undefined) return `${JSON.stringify(word)} in -extldflags is refused: ${why}`
  }
  return undefined
}

/** What is no flag is a file, or the value of the one before. */
function partProblem(part: string, names: ReadonlySet<string>): string | undefined {
  if (part.startsWith('@')) return 'its flags are in a file'
  if (!part.startsWith('-')) return undefined
  const [, why] = DENIED_TO_C_LINKER.find(([pattern]) => pattern.test(part)) ?? []
  return why ?? (isForLinking(part, names) ? undefined : 'it is none that linking needs')
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
export function withoutPattern(text: string): string {
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

/** @param mod undefined leaves it to Go */
export const modFlag = (mod: 'readonly' | 'vendor' | undefined): string[] =>
  mod === undefined ? [] : [`-mod=${mod}`]
