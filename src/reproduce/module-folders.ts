// A module, or the workspace it is built in -> the folders that go reads sources from, but for the module cache.
import path from 'node:path'
import { exists } from '../files.js'
import type { Environment, Processes } from '../host/host.js'

/** What is read of `go mod edit -json` and `go work edit -json`. */
interface EditedFile {
  readonly Use?: readonly { readonly DiskPath: string }[] | null
  readonly Replace?: readonly { readonly New: { readonly Path: string; readonly Version?: string } }[] | null
}

/**
 * @param gowork absolute path of go.work, empty without one
 * @returns absolute paths, of folders that are there; one that is named by an absolute path stays where it is
 */
export async function findModuleFolders(
  processes: Processes,
  folder: string,
  gowork: string,
  env: Environment,
): Promise<string[]> {
  const read = async (kind: 'mod' | 'work', file: string) => {
    const command = ['go', kind, 'edit', '-json', file]
    const { stdout } = await processes.runChecked(command, { cwd: path.dirname(file), env })
    return JSON.parse(stdout) as EditedFile
  }
  const found = new Set([folder])
  const modules = new Set([folder])
  const add = (base: string, named: string) => {
    if (!path.isAbsolute(named)) found.add(path.join(base, named))
  }
  const addReplaced = (base: string, { Replace }: EditedFile) => {
    for (const { New } of Replace ?? []) if (New.Version === undefined) add(base, New.Path)
  }
  if (gowork !== '') {
    const base = path.dirname(gowork)
    const workspace = await read('work', gowork)
    for (const { DiskPath } of workspace.Use ?? []) {
      add(base, DiskPath)
      modules.add(path.resolve(base, DiskPath))
    }
    addReplaced(base, workspace)
  }
  for (const each of modules) {
    const file = path.join(each, 'go.mod')
    if (await exists(file)) addReplaced(each, await read('mod', file))
  }
  const there = await Promise.all([...found].map(exists))
  return [...found].filter((_, index) => there[index])
}
