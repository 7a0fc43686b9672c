// A run of the action that can be watched and stopped at any moment: its processes by a mark that all of them inherit. Linux only.

import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, type Dirent } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runAction, type ActionRun } from './action-runner.js'
import { temporaryFolder } from './temporary.js'

/** Of no meaning to any program. */
const MARK = 'GO_CROSS_RELEASE_TEST_RUN'
const MAIN = join('dist', 'index.js')
const INTERVAL_MS = 5

export interface MarkedProcess {
  readonly pid: number
  readonly argv: readonly string[]
}

export interface MarkedRun {
  /** RUNNER_TEMP. */
  readonly temp: string
  readonly ended: Promise<ActionRun>
  /** The action and all that came from it, in whatever group or session they are, and also where their parent has ended. */
  readonly processes: () => MarkedProcess[]
  /** Resolves as soon as `isThere` holds; throws with all that was printed where the run ends before. */
  readonly reach: (isThere: () => boolean) => Promise<void>
  /** Signals the action alone, as the runner does. */
  readonly kill: (signal: NodeJS.Signals) => void
}

export function startMarked(options: Parameters<typeof runAction>[0]): MarkedRun {
  const mark = randomUUID()
  const temp = options.temp ?? temporaryFolder('temp')
  let isOver = false
  const ended = runAction({ ...options, temp, env: { ...options.env, [MARK]: mark } }).finally(() => {
    isOver = true
  })
  return {
    temp,
    ended,
    processes: () => findMarked(mark),
    async reach(isThere) {
      while (!isThere()) {
        if (isOver) {
          const { stdout, stderr } = await ended
          throw new Error(`the run ended before it was stopped\n${stdout}${stderr}`)
        }
        await sleep(INTERVAL_MS)
      }
    },
    kill(signal) {
      const action = findMarked(mark).find(({ argv }) => argv[1]?.endsWith(MAIN))
      if (action !== undefined) process.kill(action.pid, signal)
    },
  }
}

function findMarked(mark: string): MarkedProcess[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && read(pid, 'environ').includes(`${MARK}=${mark}\0`))
    .map((pid) => ({ pid, argv: read(pid, 'cmdline').split('\0').slice(0, -1) }))
}

/** Empty where the process has ended, or is another user's. */
function read(pid: number, file: 'environ' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}

/** A variable of a process that runs. */
export function variableOf({ pid }: MarkedProcess, name: string): string | undefined {
  const variable = read(pid, 'environ')
    .split('\0')
    .find((text) => text.startsWith(`${name}=`))
  return variable?.slice(name.length + 1)
}

/** Absolute paths of all files below `folder`; none where it is not there. */
export function filesBelow(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const name = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(name) : entry.isFile() ? [name] : []
  })
}

/** None of a folder that is not there, as one that a run removes at this moment. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
