// Reads what this process may use of the machine it runs on.
import os from 'node:os'
import process from 'node:process'
import type { Host } from './host.js'

/** Where Go's names are not Node's own. Source: process.platform and process.arch in Node's documentation. */
const GOOS: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' }
const GOARCH: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  ppc64: 'ppc64le',
  mipsel: 'mipsle',
}

/** Cores and memory as limited by a container. */
export function readMachine(): Host['machine'] {
  const limit = process.constrainedMemory()
  const total = os.totalmem()
  return {
    cores: os.availableParallelism(),
    memory: limit > 0 && limit < total ? limit : total,
    goos: GOOS[process.platform] ?? process.platform,
    goarch: GOARCH[process.arch] ?? process.arch,
  }
}
