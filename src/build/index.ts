// Cross-compiles one planned target: source in, one file per main package out.
import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { ActionError, BuildError, ToolError } from '../errors.js'
import { scratchFolder } from '../files.js'
import type { Environment, Host } from '../host/host.js'
import { openTroubles } from '../module-error.js'
import type { PlannedTarget, Program } from '../plan/index.js'
import { mergeActions, parseActionGraph, type BuildActions } from './action-graph.js'
import type { Budget, Share } from './budget.js'
import { buildCommands, buildEnvironment, withActionGraph, type BuildFlags } from './command.js'
import { parseCompileErrors } from './compile-errors.js'
import type { KeptOutputs } from './kept-outputs.js'
import { wasKilledForMemory } from './killed.js'
import { parseStaticWarnings } from './linker-warnings.js'

export { mergeActions, packagesWithC, type BuildActions } from './action-graph.js'
export { openBudget } from './budget.js'
export { checkCompilers } from './c-compiler.js'
export { buildCommands, buildEnvironment, type BuildFlags } from './command.js'
export { NOTHING_KEPT, openKeptOutputs } from './kept-outputs.js'

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
  /** Wall-clock time of the go commands, of the last attempt. */
  readonly seconds: number
  /** What they printed; empty for most. */
  readonly said: string
  /** What they did; undefined where this Go does not tell. */
  readonly actions: BuildActions | undefined
  /** Why it was built a second time. */
  readonly retried?: string
}

export interface BuildPlace {
  /** Absolute path of the module's folder. */
  readonly source: string
  /** Absolute path of the folder that holds a folder for each target. */
  readonly output: string
  /** Laid over the environment of the go command. */
  readonly environment: Environment
  readonly budget: Budget
  readonly kept: KeptOutputs
}

type GoRun = Pick<Built, 'seconds' | 'said' | 'actions'>

const KILLED = 'killed for memory'

/**
 * Waits for its turn; a build that is killed for memory has a second one, alone.
 *
 * @param started called when a turn begins
 * @throws BuildError with go's own words, and the places in the user's files that they name
 */
export async function buildTarget(
  host: Host,
  target: PlannedTarget,
  flags: BuildFlags,
  place: BuildPlace,
  started: () => void,
): Promise<Built> {
  const folder = path.join(place.output, target.folder)
  await mkdir(folder, { recursive: true })
  await place.kept.bring(target, folder)
  const build = (share: Share) => {
    started()
    return runGo(host, target, flags, place, folder, share)
  }
  let ran: GoRun
  let retried: string | undefined
  try {
    ran = await place.budget.share(build)
  } catch (error) {
    if (!isKilled(error)) throw await describeTrouble(error, place, host)
    host.log.notice(`${target.id}: the build was ${KILLED}; it is tried once more, alone`)
    retried = KILLED
    ran = await place.budget
      .alone(async (share) => {
        // Of a file that go was killed over it would look at the beginning, and take it for up to date.
        await rm(folder, { recursive: true, maxRetries: 3 })
        await mkdir(folder)
        return build(share)
      })
      .catch(async (failure: unknown) => {
        throw await describeTrouble(failure, place, host)
      })
  }
  const programs = await findPrograms(target, folder, ran.said)
  return { ...ran, programs, folder, ...(retried === undefined ? {} : { retried }) }
}

/** @throws ToolError as soon as one of the go commands fails */
async function runGo(
  host: Host,
  target: PlannedTarget,
  flags: BuildFlags,
  place: BuildPlace,
  folder: string,
  { compilers, environment }: Share,
): Promise<GoRun> {
  const env = { ...place.environment, ...environment, ...buildEnvironment(target.target, target.cgo) }
  await using graphs = await scratchFolder(host.folders.scratch, 'graphs')
  const told: (BuildActions | undefined)[] = []
  let seconds = 0
  let said = ''
  for (const [index, command] of buildCommands(target, flags, compilers, folder).entries()) {
    const graph = path.join(graphs.path, `${index}.json`)
    const finished = await host.processes.runChecked(withActionGraph(command, graph), {
      cwd: place.source,
      env,
    })
    seconds += finished.seconds
    said += finished.stderr
    told.push(parseActionGraph(await readFile(graph, 'utf8').catch(() => '')))
  }
  const known = told.filter((actions) => actions !== undefined)
  // Some of it would pass for all.
  const actions = known.length === told.length ? mergeActions(known) : undefined
  return { seconds, said: said.trim(), actions }
}

async function findPrograms(target: PlannedTarget, folder: string, said: string): Promise<BuiltProgram[]> {
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
  return programs
}

const isKilled = (error: unknown): boolean => error instanceof ToolError && wasKilledForMemory(error)

async function describeTrouble(error: unknown, { source }: BuildPlace, host: Host): Promise<unknown> {
  if (!(error instanceof ToolError)) return error
  // Without the command line, which names the target: the same trouble on every target is one message.
  const problem = `go build: ${error.signal ?? `exit code ${error.exitCode ?? 'none'}`}\n${error.stderr}`
  if (isKilled(error)) {
    const mend =
      'use a machine with more memory, or set parallel: 1, so that nothing else runs beside a build'
    return new BuildError(`${problem}\n${KILLED}, and again when tried alone; ${mend}`, [], { cause: error })
  }
  // Behind it the linker prints all that it knows.
  const [, unknown] = /^flag provided but not defined: (\S+)\r?\nusage: link /m.exec(error.stderr) ?? []
  if (unknown !== undefined)
    return new BuildError(
      `ldflags: the linker has no flag ${unknown}; take it out of ldflags, or of -ldflags in GOFLAGS`,
      [],
      { cause: error },
    )
  const complaints = parseCompileErrors(error.stderr, source, host.folders.workspace)
  // What is missing in go.mod or go.sum shows at an import, and is mended elsewhere.
  const troubles = await openTroubles(source, host.environment)
  const explained = complaints.map(troubles.explain)
  const trouble = complaints.length === 0 ? troubles.find(error.stderr) : undefined
  return new BuildError(problem, trouble === undefined ? explained : [trouble], { cause: error })
}
