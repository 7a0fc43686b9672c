// Kills compilers that a go command of this process runs, as Linux does where memory runs out: by SIGKILL, without a word.

import { readdirSync, readFileSync } from 'node:fs'

const INTERVAL_MS = 2

export interface Killer extends Disposable {
  /** How many it has killed. */
  readonly kills: () => number
}

/**
 * Goes on until it is disposed of, or has killed as many as it may. Linux only.
 *
 * @param importPath the package that they compile: one that takes so long that none has ended before it is killed
 */
export function killCompilers(importPath: string, atMost: number): Killer {
  const killed = new Set<number>()
  const timer = setInterval(() => {
    for (const { pid } of ownCompilers(importPath)) {
      if (killed.size >= atMost || killed.has(pid)) continue
      process.kill(pid, 'SIGKILL')
      killed.add(pid)
    }
  }, INTERVAL_MS)
  return {
    kills: () => killed.size,
    [Symbol.dispose]() {
      clearInterval(timer)
    },
  }
}

interface Process {
  readonly pid: number
  readonly name: string
  readonly parent: number
}

function ownCompilers(importPath: string): Process[] {
  const all = new Map(
    readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0)
      .flatMap((pid) => readProcess(pid) ?? [])
      .map((each) => [each.pid, each]),
  )
  return [...all.values()].filter(({ pid, name, parent }) => {
    const go = all.get(parent)
    const isOwn = name === 'compile' && go?.name === 'go' && go.parent === process.pid
    return isOwn && compiles(pid, importPath)
  })
}

/** Its arguments are empty where it has ended. */
function compiles(pid: number, importPath: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`\0-p\0${importPath}\0`)
  } catch {
    return false
  }
}

/** Undefined where it has ended. */
function readProcess(pid: number): Process | undefined {
  try {
    const [, name = '', parent = ''] =
      /\((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return { pid, name, parent: Number(parent) }
  } catch {
    return undefined
  }
}
