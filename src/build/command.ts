// Turns a planned target into the command lines of the go command, and the environment they run in.
import path from 'node:path'
import { modFlag } from '../flags.js'
import {
  rowEnvironment,
  targetEnvironment,
  type PlannedTarget,
  type Program,
  type Target,
} from '../plan/index.js'

export interface BuildFlags {
  readonly trimpath: boolean
  readonly buildvcs: 'auto' | 'true' | 'false'
  /** Undefined leaves `-mod` to Go. */
  readonly mod: 'readonly' | 'vendor' | undefined
}

/**
 * One `go build` for all programs of a target, since they share the loading and compiling of their packages; one for each
 * where Go demands it (an explicit exe, c-archive, c-shared) or where Go's own file name would lack an extension (wasm).
 *
 * @param compilers that one go command may run at once: `-p`
 * @param folder absolute path of the folder that the programs are written to
 */
export function buildCommands(
  target: PlannedTarget,
  flags: BuildFlags,
  compilers: number,
  folder: string,
): string[][] {
  const common = [
    'go',
    'build',
    `-trimpath=${flags.trimpath}`,
    `-buildvcs=${flags.buildvcs}`,
    `-p=${compilers}`,
    `-ldflags=${target.ldflags}`,
    `-tags=${target.tags}`,
    ...(target.buildmode === undefined ? [] : [`-buildmode=${target.buildmode}`]),
    ...modFlag(flags.mod),
  ]
  const command = (output: string, programs: readonly Program[]) => [
    ...common,
    '-o',
    output,
    '--',
    ...programs.map((program) => program.importPath),
  ]
  const together =
    target.buildmode !== 'exe' && target.target.goarch !== 'wasm' && !target.buildmode?.startsWith('c-')
  return together && target.programs.length > 1
    ? [command(`${folder}${path.sep}`, target.programs)]
    : target.programs.map((program) => command(path.join(folder, program.file), [program]))
}

/** Has go write there what it did; see `parseActionGraph`. */
export function withActionGraph([go = '', build = '', ...rest]: readonly string[], file: string): string[] {
  return [go, build, `-debug-actiongraph=${file}`, ...rest]
}

/** GOOS, GOARCH, every variant variable, CGO_ENABLED, and what the target's matrix row sets. */
export function buildEnvironment(target: Target, cgo: boolean): Record<string, string> {
  return { ...targetEnvironment(target, cgo), ...rowEnvironment(target) }
}
