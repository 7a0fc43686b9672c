// Preloaded into the action's process: when each of its children ran, and what it took itself -> a JSON file at its end.

import { ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import type { Trace } from './traced-run.js'

/** All that starts a child comes down to this method, which the type of the class leaves out. */
interface Spawner {
  spawn: (this: ChildProcess, options: { readonly args?: readonly string[] }) => unknown
}

/** Milliseconds since 1970, with their fractions. */
const now = (): number => performance.timeOrigin + performance.now()

function traceInto(file: string): void {
  const children: { readonly command: readonly string[]; readonly start: number; end?: number }[] = []
  const prototype = ChildProcess.prototype as unknown as Spawner
  const { spawn } = prototype
  prototype.spawn = function (options) {
    const child: (typeof children)[number] = { command: options.args ?? [], start: now() }
    children.push(child)
    const ended = (): void => {
      child.end ??= now()
    }
    this.once('exit', ended)
    this.once('error', ended)
    return spawn.call(this, options)
  }
  process.on('exit', () => {
    const { user, system } = process.cpuUsage()
    const trace: Trace = {
      // One that outlives this process takes part in all the rest of it.
      children: children.map((child) => ({ end: now(), ...child })),
      cpuSeconds: (user + system) / 1e6,
      maxRssBytes: process.resourceUsage().maxRSS * 1024,
    }
    writeFileSync(file, JSON.stringify(trace))
  })
}

const { BENCH_TRACE: file } = process.env
if (isMainThread && file !== undefined) {
  // Its children are to see what a user's would.
  delete process.env.BENCH_TRACE
  traceInto(file)
}
