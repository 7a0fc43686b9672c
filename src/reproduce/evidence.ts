// What was built twice -> what in the sources and the programs tells why it differs.
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { modFlag } from '../flags.js'
import type { Environment, Processes } from '../host/host.js'
import { parseJsonStream } from '../json-stream.js'
import type { PlannedTarget } from '../plan/index.js'
import type { SourceCopy } from './copy.js'

/** Lists of files of `go list -json` that a build reads, relative to the package's folder. */
const FILE_LISTS = [
  ...['GoFiles', 'CgoFiles', 'CFiles', 'CXXFiles', 'MFiles', 'HFiles', 'FFiles', 'SFiles', 'SwigFiles'],
  ...['SwigCXXFiles', 'SysoFiles', 'EmbedFiles'],
] as const

type ListedPackage = { readonly Dir?: string } & Partial<
  Record<(typeof FILE_LISTS)[number], readonly string[]>
>

export interface BuildOfTarget {
  /** Absolute path of the module's folder. */
  readonly folder: string
  readonly target: PlannedTarget
  /** Undefined leaves `-mod` to Go. */
  readonly mod: 'readonly' | 'vendor' | undefined
  /** Of the go command, with the target's own variables. */
  readonly environment: Environment
}

export interface ChangedFiles {
  /** Relative to the module's folder, as are those of `changed`. */
  readonly missing: readonly string[]
  readonly changed: readonly string[]
}

/** Files of the programs' packages that the copy does not have, and those that are others there. Never rejects. */
export async function findChangedFiles(
  processes: Processes,
  { folder, target, mod, environment: env }: BuildOfTarget,
  copy: Pick<SourceCopy, 'place'>,
): Promise<ChangedFiles> {
  const missing: string[] = []
  const changed: string[] = []
  const flags = [`-tags=${target.tags}`, ...modFlag(mod)]
  const importPaths = target.programs.map(({ importPath }) => importPath)
  const command = ['go', 'list', '-e', '-deps', `-json=Dir,${FILE_LISTS.join(',')}`, ...flags, '--']
  const listed = await processes
    .run([...command, ...importPaths], { cwd: folder, env })
    .then(({ stdout }) => parseJsonStream(stdout) as ListedPackage[])
    .catch(() => [])
  for (const { Dir = '', ...lists } of listed) {
    for (const name of FILE_LISTS.flatMap((key) => lists[key] ?? [])) {
      const file = path.join(Dir, name)
      const place = copy.place(file)
      if (place === undefined) continue
      const [one, other] = await Promise.all(
        [file, place].map((each) => readFile(each).catch(() => undefined)),
      )
      const shown = path.relative(folder, file)
      if (one !== undefined && other === undefined) missing.push(shown)
      else if (one !== undefined && other !== undefined && !one.equals(other)) changed.push(shown)
    }
  }
  return { missing: [...new Set(missing)], changed: [...new Set(changed)] }
}

/** Whether the bytes of `text` are anywhere in a file. */
export async function holdsText(file: string, text: string): Promise<boolean> {
  let kept = Buffer.alloc(0)
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([kept, chunk])
    if (bytes.includes(text)) return true
    kept = bytes.subarray(Math.max(0, bytes.length - Buffer.byteLength(text) + 1))
  }
  return false
}
