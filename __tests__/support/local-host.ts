// A laptop in a temporary folder, for tests of what stands between the command and Go: its log is kept, not printed.

import type { Environment, Host } from '../../src/host/host.js'
import { createLocalHost } from '../../src/host/local.js'
import { openScratch } from '../../src/host/scratch.js'
import { cleanEnvironment } from './processes.js'

export interface LocalHost extends Host, AsyncDisposable {
  /** Each line that was logged, behind its level. */
  readonly lines: readonly string[]
}

/** One run; disposing of it ends it. @param cache what runs keep for one another, an absolute path */
export async function startHost(cache: string, environment: Environment = {}): Promise<LocalHost> {
  const host = createLocalHost({ ...cleanEnvironment(), ...environment, XDG_CACHE_HOME: cache })
  const scratch = await openScratch(host.folders.scratch)
  const lines: string[] = []
  const keep = (level: string) => (line: string) => void lines.push(`${level}: ${line}`)
  return {
    ...host,
    lines,
    log: {
      info: keep('info'),
      notice: keep('notice'),
      warning: keep('warning'),
      error: keep('error'),
      group: (_, work) => work(),
    },
    [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
  }
}
