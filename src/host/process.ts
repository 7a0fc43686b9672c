// Starts and stops child processes, and settles what concerns this process as a whole.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { which } from '@actions/io'
import { ToolError } from '../errors.js'
import type { Environment, Finished, Processes, RunOptions } from './host.js'

/** The end of stderr that an error shows, in characters. */
const MAX_STDERR_SHOWN = 8000

/** How long children may take to end once they are told to; a runner kills this process itself 10 seconds after that. */
const GRACE_MS = 5000

/** How long a pipe of a child that was killed may stay open: a process that has left the child's group can hold it for ever. */
const DRAIN_MS = 500

/**
 * What a child never inherits: this action's inputs, the runner's credentials and the files that it obeys, cosign's secrets, the
 * credentials of clouds and whatever else has the name of a secret.
 */
const PRIVATE_VARIABLE =
  /^(INPUT_|ACTIONS_|COSIGN_|AWS_|AZURE_|GOOGLE_|VAULT_|GITHUB_(ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)$)|_(TOKEN|SECRET|PASSWORD|PASSPHRASE|PRIVATE_KEY|API_KEY)$/i

/**
 * @param environment the process's own; each child gets it less the private variables, with its `env` laid over
 * @param secretVariables further ones that are private
 */
export function createProcesses(
  environment: Environment,
  secretVariables: readonly string[] = [],
): Processes {
  const running = new Map<number, Promise<unknown>>()
  let stopped = false
  // Windows does not tell capital letters from small ones.
  const secrets = new Set(secretVariables.map((name) => name.toUpperCase()))
  const inherited = Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !PRIVATE_VARIABLE.test(name) && !secrets.has(name.toUpperCase()),
    ),
  )
  const grouped = process.platform !== 'win32'

  function run(command: readonly string[], options: RunOptions = {}): Promise<Finished> {
    const [program = '', ...args] = command
    const started = performance.now()
    return new Promise((resolve, reject) => {
      // A run that is told to stop goes no further: it waits here until the process ends.
      if (stopped) return
      const child = spawn(program, args, {
        cwd: options.cwd,
        env: { ...inherited, ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
        // A group of its own, so that stopping `go` stops its compilers too.
        detached: grouped,
        windowsHide: true,
      })
      const { pid } = child
      if (pid !== undefined) running.set(pid, once(child, 'close'))
      const stdout: Buffer[] = []
      const stderr: Buffer[] = []
      child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
      child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
      child.on('error', (cause) => {
        if (stopped) return
        const where = options.cwd === undefined ? '' : ` in ${options.cwd}`
        reject(new ToolError(`cannot start ${program}${where}: ${cause.message}`, undefined, '', { cause }))
      })
      child.on('close', (exitCode, signal) => {
        if (pid !== undefined) running.delete(pid)
        if (stopped) return
        resolve({
          command,
          exitCode: exitCode ?? undefined,
          signal: signal ?? undefined,
          stdout: Buffer.concat(stdout).toString(),
          stderr: Buffer.concat(stderr).toString(),
          seconds: (performance.now() - started) / 1000,
        })
      })
    })
  }

  function signalAll(signal: NodeJS.Signals): void {
    for (const pid of running.keys()) {
      try {
        process.kill(grouped ? -pid : pid, signal)
      } catch {
        // It ended between the loop and the signal.
      }
    }
  }

  return {
    run,
    async runChecked(command, options) {
      const finished = await run(command, options)
      if (finished.exitCode !== 0) throw failure(finished)
      return finished
    },
    async find(program) {
      const path = await which(program, false)
      return path === '' ? undefined : path
    },
    async stopAll() {
      stopped = true
      // Go takes this signal as the time to remove its own temporary folder.
      signalAll('SIGINT')
      const ended = Promise.all(running.values())
      if (await isSoon(ended, GRACE_MS)) return
      signalAll('SIGKILL')
      await isSoon(ended, DRAIN_MS)
    },
  }
}

/** Whether the promise resolves within a time. */
async function isSoon(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const patience = new AbortController()
  const late = sleep(milliseconds, false, { signal: patience.signal }).catch(() => false)
  const isIt = await Promise.race([promise.then(() => true), late])
  patience.abort()
  return isIt
}

/** A copy, so that what is changed for this process later does not reach its children. */
export function takeEnvironment(): Environment {
  return { ...process.env }
}

/** What every system's programs take for the folder of temporary files; Go's own GOTMPDIR still wins over it. */
export function temporaryIn(folder: string): Environment {
  return { TMPDIR: folder, TMP: folder, TEMP: folder }
}

/** Zip files hold local time: in UTC everywhere, they are the same everywhere. */
export function useUtc(): void {
  process.env['TZ'] = 'UTC'
}

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const

/** A runner that cancels a job sends SIGINT and, some seconds later, SIGTERM; a terminal that closes sends SIGHUP. */
export function stopOnSignals(tell: (line: string) => void, stop: () => Promise<void>): void {
  let isEnding = false
  const end = (why: string, exitCode: number) => {
    // To be told twice is no reason to leave children and keys behind.
    if (isEnding) return
    isEnding = true
    tell(`stopped: ${why}`)
    const leave = () => process.exit(exitCode)
    stop().then(leave, leave)
  }
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      end(signal, 128 + number)
    })
  }
  // As `head` does: nobody reads on, and nobody will see the rest.
  process.stdout.on('error', () => {
    end('its output is closed', 1)
  })
}

/** Whole lines only: a file's name cut in two would be another file's. */
function endOf(text: string): string {
  if (text.length <= MAX_STDERR_SHOWN) return text
  const end = text.slice(-MAX_STDERR_SHOWN)
  return end.slice(end.indexOf('\n') + 1)
}

function failure(finished: Finished): ToolError {
  const end =
    finished.signal === undefined ? `exit code ${finished.exitCode ?? '?'}` : `signal ${finished.signal}`
  const shown = finished.stderr.trim() === '' ? finished.stdout : finished.stderr
  return new ToolError(`${finished.command.join(' ')}: ${end}`, finished.exitCode, endOf(shown.trim()), {
    signal: finished.signal,
  })
}
