// The bundle, run as a command or as an action on the Node of runners -> when each of its children ran and what it took itself.

import { cpSync, readFileSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment, runChecked } from '../__tests__/support/processes.js'
import { withFolder } from './go-programs.js'
import { runAction, temporaryFolder, tools, toolsFolder, type ActionRun } from './test-support.js'
import { writeTimer, type Timed } from './timed-run.js'

/** A child process; times are milliseconds since 1970. */
export interface Child {
  readonly command: readonly string[]
  readonly start: number
  readonly end: number
}

/** What the tracer writes. */
export interface Trace {
  readonly children: readonly Child[]
  /** Of the process itself, with its threads and without its children. */
  readonly cpuSeconds: number
  readonly maxRssBytes: number
}

export interface TracedRun extends Timed {
  readonly trace: Trace
}

/** The folder of action.yml and dist/, from where the compiler puts this file. */
export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** What users run, as it is when the bench starts: a build meanwhile changes nothing. */
const bundle = copyBundle()

function copyBundle(): string {
  const folder = temporaryFolder('bundle')
  for (const name of ['action.yml', 'package.json', 'dist']) {
    cpSync(join(root, name), join(folder, name), { recursive: true })
  }
  return folder
}

const tracer = new URL('tracer.js', import.meta.url).href

/** PATH with syft and cosign on it, so that none is downloaded. */
export const withTools = {
  PATH: `${toolsFolder}${delimiter}${cleanEnvironment().PATH ?? ''}`,
}

type Variables = Readonly<Record<string, string | undefined>>

/** Runs the command with `args` in `cwd`; throws where it fails. */
export function runCommand(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Variables },
): Promise<TracedRun> {
  return traced(async (node, traceVariable) => {
    const command = [node, join(bundle, 'dist', 'index.js'), ...args]
    await runChecked(command, { cwd, env: { ...withTools, ...env, ...traceVariable } })
  })
}

/** Runs the action, as its tests do; throws where it fails. The caller removes what is left of the runner. */
export async function runTracedAction(
  options: Omit<Parameters<typeof runAction>[0], 'node' | 'action'>,
): Promise<{ readonly run: TracedRun; readonly action: ActionRun }> {
  const ended: ActionRun[] = []
  const run = await traced(async (node, traceVariable) => {
    const env = { ...withTools, ...options.env, ...traceVariable }
    ended.push(await runAction({ ...options, env, node, action: bundle }))
  })
  const [action] = ended
  if (action?.exitCode !== 0) throw new Error(`the action failed:\n${action?.stdout}${action?.stderr}`)
  return { run, action }
}

function traced(start: (node: string, variable: Variables) => Promise<void>): Promise<TracedRun> {
  return withFolder(async (folder) => {
    const file = join(folder, 'trace.json')
    const { script, read } = writeTimer(folder, [tools.node24, `--import=${tracer}`])
    await start(script, { BENCH_TRACE: file })
    return { ...read(), trace: JSON.parse(readFileSync(file, 'utf8')) as Trace }
  })
}

export const isGoBuild = ({ command: [program = '', verb] }: Child): boolean =>
  basename(program, '.exe') === 'go' && verb === 'build'

export const isSyft = ({ command: [program = ''] }: Child): boolean => basename(program, '.exe') === 'syft'

/** From the start of the first `go build` to the end of the last. */
export function buildSeconds({ trace }: TracedRun): number {
  const builds = trace.children.filter(isGoBuild)
  if (builds.length === 0) throw new Error('no go build was run')
  return (Math.max(...builds.map(({ end }) => end)) - Math.min(...builds.map(({ start }) => start))) / 1000
}

/** Seconds between two moments in which no child ran. */
export function secondsAlone({ children }: Trace, from: number, to: number): number {
  let milliseconds = to - from
  let counted = from
  for (const { start, end } of [...children].sort((a, b) => a.start - b.start)) {
    const begin = Math.max(start, counted)
    const stop = Math.min(end, to)
    if (stop <= begin) continue
    milliseconds -= stop - begin
    counted = stop
  }
  return milliseconds / 1000
}
