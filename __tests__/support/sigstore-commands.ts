// The commands that a summary prints for whoever downloads a file, run as they stand.

import { cleanEnvironment, run, type Ended } from './processes.js'
import { temporaryFolder } from './temporary.js'
import { toolsFolder } from './test-tools.js'

export interface PrintedCommands {
  readonly signature: string
  /** Absent where nothing is said of where a file comes from. */
  readonly provenance: string | undefined
}

/** @param summary Markdown */
export function readPrintedCommands(summary: string): PrintedCommands {
  const lines = /\n```sh\n([^]*?)\n```\n/.exec(summary)?.[1]?.split('\n') ?? []
  const find = (start: string) => lines.find((line) => line.startsWith(`${start} `))
  const signature = find('cosign verify-blob')
  if (signature === undefined) throw new Error(`no command that verifies a file:\n${summary}`)
  return { signature, provenance: find('cosign verify-blob-attestation') }
}

/**
 * Runs a printed command for the file `name` in `folder`, where a stranger has the files: with cosign on PATH, and nothing of
 * what cosign keeps in a HOME.
 *
 * @param within the start of a command line that runs the rest of it
 */
export function runPrinted(
  command: string,
  name: string,
  folder: string,
  within: readonly string[] = [],
): Promise<Ended> {
  const PATH = `${toolsFolder}:${cleanEnvironment()['PATH'] ?? ''}`
  return run([...within, 'sh', '-c', command.replaceAll('FILE', name)], {
    cwd: folder,
    env: { PATH, HOME: temporaryFolder('stranger') },
  })
}
