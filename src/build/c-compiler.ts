// Finds out, before anything is compiled, which targets with cgo have no C compiler, and says which package has it.
import path from 'node:path'
import { InputError } from '../errors.js'
import { modFlag } from '../flags.js'
import type { Environment, Processes } from '../host/host.js'
import type { PlannedTarget, Target } from '../plan/index.js'
import { splitQuoted } from '../quoted.js'
import { buildEnvironment, type BuildFlags } from './command.js'
import { crossCompiler, debianPackage } from './cross-compilers.js'

export interface CompilerPlace {
  /** Absolute path of the module's folder. */
  readonly source: string
  /** Laid over the environment of the go command. */
  readonly environment: Environment
  /** GOHOSTOS and GOHOSTARCH. */
  readonly hostOs: string
  readonly hostArch: string
}

/**
 * What a row with cgo names is always looked for; what the environment or Go's default names only where the programs have C in
 * them, since Go needs no C compiler for others.
 *
 * @throws InputError with a line for each target whose compiler is not there, or is for another system
 */
export async function checkCompilers(
  processes: Processes,
  targets: readonly PlannedTarget[],
  { mod }: Pick<BuildFlags, 'mod'>,
  place: CompilerPlace,
): Promise<void> {
  const problems: string[] = []
  for (const planned of targets.filter(({ cgo }) => cgo)) {
    const problem = await compilerProblem(processes, planned, mod, place)
    if (problem !== undefined) problems.push(`${planned.id}: ${problem}`)
  }
  if (problems.length > 0) throw new InputError('matrix', problems.join('\n'))
}

async function compilerProblem(
  processes: Processes,
  planned: PlannedTarget,
  mod: BuildFlags['mod'],
  place: CompilerPlace,
): Promise<string | undefined> {
  const { target } = planned
  const { cc = '', cxx = '' } = target.overrides
  for (const command of [cc, cxx]) {
    const problem = await missingProgram(processes, command)
    if (problem !== undefined) return problem
  }
  const run = (command: readonly string[], env: Environment = {}) =>
    processes.run(command, {
      cwd: place.source,
      env: { ...place.environment, ...buildEnvironment(target, true), ...env },
    })
  if (cc !== '' || !(await hasC(run, planned, mod))) return undefined

  const command = (await run(['go', 'env', 'CC'])).stdout.trim()
  const standard = (await run(['go', 'env', 'CC'], { CC: '', GOENV: 'off' })).stdout.trim()
  return command === standard && !(await makes(run, command, target, place))
    ? wrongCompiler(command, target, place)
    : missingProgram(processes, command)
}

type Run = (command: readonly string[], env?: Environment) => ReturnType<Processes['run']>

/** Go adds runtime/cgo to all that has C in it or that a C compiler links. What `go list` complains of is `go build`'s to tell. */
async function hasC(run: Run, planned: PlannedTarget, mod: BuildFlags['mod']): Promise<boolean> {
  const { buildmode, ldflags, programs, tags } = planned
  const { stdout } = await run([
    ...['go', 'list', '-deps', '-f={{.ImportPath}}', `-ldflags=${ldflags}`, `-tags=${tags}`],
    ...(buildmode === undefined ? [] : [`-buildmode=${buildmode}`]),
    ...modFlag(mod),
    '--',
    ...programs.map(({ importPath }) => importPath),
  ])
  return stdout.split(/\r?\n/).includes('runtime/cgo')
}

/** Whether Go's default compiler makes programs for the target. Go itself gives it -m32, -m64 or -arch. */
async function makes(
  run: Run,
  command: string,
  { goos, goarch }: Target,
  { hostOs, hostArch }: CompilerPlace,
): Promise<boolean> {
  if (goos !== hostOs) return false
  // Those of macOS and Windows make programs for other architectures too.
  if (goarch === hostArch || hostOs !== 'linux') return true
  if (goarch !== '386' || hostArch !== 'amd64') return false
  // GCC without its 32-bit files falls back to those it has.
  const libgcc = async (...flags: string[]) =>
    (await run([...splitQuoted(command), ...flags, '-print-libgcc-file-name']).catch(() => undefined))?.stdout
  return (await libgcc('-m32')) !== (await libgcc())
}

function wrongCompiler(command: string, target: Target, { hostOs, hostArch }: CompilerPlace): string {
  const { goos, goarch } = target
  const problem = `cgo needs a C compiler for ${goos}/${goarch}, and Go's default, ${command}, is for ${hostOs}/${hostArch}`
  const cross = crossCompiler(target)
  const mend =
    cross === undefined
      ? 'name one with cc in its row of the matrix'
      : `set cc: ${cross} in its row of the matrix (${installation(cross)})`
  return `${problem}; ${mend}, or set cgo: false`
}

/** Programs that are given the compiler's name as their first word. */
const LAUNCHERS = ['ccache', 'distcc', 'icecc', 'sccache']

/** @param command as in CC: a program, perhaps with a launcher before and flags behind it; empty for none */
async function missingProgram(processes: Processes, command: string): Promise<string | undefined> {
  const words = splitQuoted(command)
  const launched = LAUNCHERS.includes(path.basename(words[0] ?? ''))
  for (const program of words.slice(0, launched ? 2 : 1)) {
    const name = path.basename(program)
    if (name !== program && !path.isAbsolute(program)) {
      return `Go takes no relative path of a compiler: ${program}; give an absolute one, or a name on PATH`
    }
    if ((await processes.find(program)) !== undefined) continue
    const where = name === program ? 'is not on PATH' : 'is no program that is there'
    return `the compiler ${program} ${where}; ${installation(name)}`
  }
  return undefined
}

function installation(program: string): string {
  if (program === 'zig') return 'Debian has no package of it, but the step mlugg/setup-zig installs it'
  const debian = debianPackage(program)
  return debian === undefined
    ? 'install it before this step'
    : `on Debian and Ubuntu: apt-get install ${debian}`
}
