// Reads what this process may use of the machine it runs on.
import os from 'node:os'
import process from 'node:process'
import type { Host } from './host.js'

const OS_NAMES: Readonly<Record<string, string>> = { win32: 'windows' }
const ARCH_NAMES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }

/** Cores and memory as limited by a container, and the system in Go's words. */
export function readMachine(): Host['machine'] {
  const limit = process.constrainedMemory()
  const total = os.totalmem()
  return {
    cores: os.availableParallelism(),
    memory: limit > 0 && limit < total ? limit : total,
    os: OS_NAMES[process.platform] ?? process.platform,
    arch: ARCH_NAMES[process.arch] ?? process.arch,
  }
}
