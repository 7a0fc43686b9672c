// Cross-compiles one planned target: source in, one file per main package out.
import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { ActionError, BuildError, ToolError } from '../errors.js'
import type { Environment, Host } from '../host/host.js'
import type { PlannedTarget, Program } from '../plan/index.js'
import { buildCommands, buildEnvironment, type BuildFlags } from './command.js'
import { parseCompileErrors } from './compile-errors.js'
import { parseStaticWarnings } from './linker-warnings.js'

export { checkCompilers } from './c-compiler.js'
export { buildEnvironment, type BuildFlags } from './command.js'

export interface BuiltProgram {
  readonly program: Program
  /** Absolute path. */
  readonly path: string
  /** Functions for which it loads shared libraries at run time though it is linked statically, as the linker said. */
  readonly opens: readonly string[]
}

export interface Built {
  readonly programs: readonly BuiltProgram[]
  /** Absolute path of the folder that holds the programs, and nothing else. */
  readonly folder: string
  /** Wall-clock time of the go commands. */
  readonly seconds: number
  /** What they printed; empty for most. */
  readonly said: string
}

export interface BuildPlace {
  /** Absolute path of the module's folder. */
  readonly source: string
  /** Absolute path of the folder that holds a folder for each target. */
  readonly output: string
  /** Laid over the environment of the go command. */
  readonly environment: Environment
}

/** What linking a large program, and compiling a large package, needs at its worst. */
const BYTES_PER_BUILD = 2 * 1024 ** 3
const BYTES_PER_COMPILER = 700 * 1024 ** 2

/**
 * How many targets are built at once, and how many compilers each may run: enough that every core has work while
 * another target links, which uses one core only.
 */
export function planParallelism(
  { cores, memory }: Host['machine'],
  targets: number,
  asked: number | undefined,
): { parallel: number; compilers: number } {
  const parallel = Math.min(
    targets,
    asked ?? Math.max(1, Math.min(cores, Math.floor(memory / BYTES_PER_BUILD))),
  )
  const affordable = Math.floor(memory / BYTES_PER_COMPILER / parallel)
  return { parallel, compilers: Math.max(1, Math.min(Math.ceil((2 * cores) / parallel), affordable)) }
}

/** @throws BuildError with go's own words, and the places in the user's files that they name */
export async function buildTarget(
  host: Host,
  target: PlannedTarget,
  flags: BuildFlags,
  compilers: number,
  place: BuildPlace,
): Promise<Built> {
  const folder = path.join(place.output, target.folder)
  await mkdir(folder, { recursive: true })
  const env = { ...place.environment, ...buildEnvironment(target.target, target.cgo) }
  let seconds = 0
  let said = ''
  for (const command of buildCommands(target, flags, compilers, folder)) {
    try {
      const finished = await host.processes.runChecked(command, { cwd: place.source, env })
      seconds += finished.seconds
      said += finished.stderr
    } catch (error) {
      if (!(error instanceof ToolError)) throw error
      const places = parseCompileErrors(error.stderr, place.source, host.folders.workspace)
      // Without the command line, which names the target: the same trouble on every target is one message.
      const problem = `go build: exit code ${error.exitCode ?? 'none'}\n${error.stderr}`
      throw new BuildError(problem, places, { cause: error })
    }
  }
  const warnings = parseStaticWarnings(said)
  const programs = target.programs.map((program) => ({
    program,
    path: path.join(folder, program.file),
    opens: [...(warnings.get(program.importPath) ?? []), ...(warnings.get('') ?? [])],
  }))
  for (const built of programs) {
    await stat(built.path).catch(() => {
      throw new ActionError(`${target.id}: go build ended well but did not write ${built.path}`)
    })
  }
  return { programs, folder, seconds, said: said.trim() }
}
