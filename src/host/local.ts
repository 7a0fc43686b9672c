// A laptop as a Host: inputs come from the command line, the log goes to the terminal, files stay where they are made.
import { appendFileSync } from 'node:fs'
import path from 'node:path'
import os from 'node:os'
import process from 'node:process'
import * as core from '@actions/core'
import { ActionError, type Place } from '../errors.js'
import { printable } from '../printable.js'
import { withPlace } from './annotations.js'
import type { Environment, Host, Log } from './host.js'
import { readMachine } from './machine.js'
import { createProcesses, temporaryIn } from './process.js'
import { scratchName } from './scratch.js'
import { createTerminal } from './terminal.js'

/**
 * @param environment as it was when the process started
 * @param secretVariables names in it that no child gets unasked
 */
export function createLocalHost(environment: Environment, secretVariables: readonly string[] = []): Host {
  const secrets = new Set<string>()
  const cache = path.join(userCache(environment), 'go-cross-release')
  const work = path.join(cache, 'work')
  const scratch = path.join(work, scratchName())
  const terminal = isTerminal(process.stdout, environment) ? createTerminal(process.stdout) : undefined
  const hide = (text: string) => {
    let shown = text
    for (const secret of secrets) shown = shown.replaceAll(secret, '***')
    return printable(shown)
  }
  const printTo = (stream: NodeJS.WriteStream) => (text: string) => {
    const write = () => stream.write(`${hide(text)}\n`)
    if (terminal !== undefined && stream.isTTY) terminal.above(write)
    else write()
  }
  const print = printTo(process.stdout)
  const log = createLog(print, printTo(process.stderr), process.cwd())
  return {
    kind: 'local',
    environment,
    folders: {
      workspace: process.cwd(),
      work,
      scratch,
      tools: path.join(cache, 'tools'),
      output: outputIn(process.cwd()),
    },
    log,
    ...(terminal && {
      display: (lines) => {
        terminal.show(lines.map(hide))
      },
    }),
    processes: createProcesses({ ...environment, ...temporaryIn(scratch) }, secretVariables),
    machine: readMachine(),
    event: { run: '', name: '', onDefaultBranch: false, mayHaveIdToken: false },
    tellAll(level, all) {
      for (const { message, place } of all) log[level](message, place)
    },
    setOutput(name, value) {
      const { GITHUB_OUTPUT: file = '' } = environment
      if (file === '') return
      // On a runner the file is there; the client insists on that.
      appendFileSync(file, '')
      core.setOutput(name, value)
    },
    mask(secret) {
      for (const line of secret.split('\n')) if (line.trim() !== '') secrets.add(line)
    },
    summarize({ text }) {
      // Nothing comes after it, and what is still tidied up is nobody's concern.
      terminal?.end()
      print(text)
      return Promise.resolve()
    },
    idToken: () => Promise.reject(new ActionError('there is no id-token outside a workflow')),
  }
}

/** Whether somebody is looking on: a log that a machine keeps shows every drawing one after another. */
const isTerminal = ({ isTTY }: NodeJS.WriteStream, { TERM, CI }: Environment): boolean =>
  isTTY && TERM !== 'dumb' && (CI ?? '') === ''

function createLog(print: (text: string) => void, warn: (text: string) => void, workspace: string): Log {
  const tell = (level: string) => (message: string, place?: Place) => {
    warn(`${level}: ${withPlace(message, place, workspace)}`)
  }
  return {
    info: print,
    notice: tell('note'),
    warning: tell('warning'),
    error: tell('error'),
    group: (title, work) => {
      print(title)
      return work()
    },
  }
}

/** The bundler takes a path that it can work out for that of a file to bundle, and a parameter it cannot. */
const outputIn = (folder: string): string => path.join(folder, 'release')

/** Where programs keep what they can make again, by the system's own convention. */
function userCache(environment: Environment): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: localAppData } = environment
  if (xdg !== undefined && path.isAbsolute(xdg)) return xdg
  if (process.platform === 'win32' && localAppData !== undefined) return localAppData
  return path.join(os.homedir() || os.tmpdir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache')
}
