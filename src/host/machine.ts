// Reads what this process may use of the machine it runs on.
import os from 'node:os'
import process from 'node:process'
import type { Host } from './host.js'

/** Cores and memory as limited by a container. */
export function readMachine(): Host['machine'] {
  const limit = process.constrainedMemory()
  const total = os.totalmem()
  return {
    cores: os.availableParallelism(),
    memory: limit > 0 && limit < total ? limit : total,
  }
}
