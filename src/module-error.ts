// A go command that fails for the module's own files -> an error at the line of the file that has to be mended.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { ActionError, type Complaint } from './errors.js'
import { exists } from './files.js'
import type { Environment } from './host/host.js'
import { explainImport, explainModuleTrouble, type ModuleTexts } from './module-trouble.js'

/**
 * @param said what the command printed
 * @param folder absolute path of the module's folder, in which it ran
 * @param environment in which GOWORK may name another go.work than the nearest
 * @returns undefined where go complains of something else
 */
export async function explainGo(
  said: string,
  folder: string,
  environment: Environment,
): Promise<ActionError | undefined> {
  const trouble = (await openTroubles(folder, environment)).find(said)
  return trouble && new ActionError(`${trouble.message}\n${said.trim()}`, { place: trouble })
}

export interface Troubles {
  /** In what a command printed, what `explainGo` tells of. */
  readonly find: (said: string) => Complaint | undefined
  /** Of a complaint about a line of Go: what to mend, there or elsewhere. */
  readonly explain: (complaint: Complaint) => Complaint
}

/** The module's files are read once. */
export async function openTroubles(folder: string, { GOWORK = '' }: Environment): Promise<Troubles> {
  const gowork = path.isAbsolute(GOWORK) ? GOWORK : path.join(await nearestWork(folder), 'go.work')
  const work = path.dirname(gowork)
  const vendored = (at: string) => path.join(at, 'vendor', 'modules.txt')
  const files: Readonly<Record<keyof ModuleTexts, string>> = {
    'go.mod': path.join(folder, 'go.mod'),
    'go.sum': path.join(folder, 'go.sum'),
    'go.work': gowork,
    'vendor/modules.txt': (await exists(vendored(folder))) ? vendored(folder) : vendored(work),
  }
  const read = (name: keyof ModuleTexts) => readFile(files[name], 'utf8').catch(() => '')
  const texts = {
    'go.mod': await read('go.mod'),
    'go.sum': await read('go.sum'),
    'go.work': await read('go.work'),
    'vendor/modules.txt': await read('vendor/modules.txt'),
  }
  const find = (said: string): Complaint | undefined => {
    const trouble = explainModuleTrouble(said, texts, { module: folder, work })
    if (trouble === undefined) return undefined
    const { problem, file, line } = trouble
    const known = Object.entries(files).find(([name]) => name === file)?.[1]
    return {
      file: known ?? path.resolve(folder, file),
      ...(line !== undefined && { line }),
      message: problem,
    }
  }
  const isModule = (below: string) => existsSync(path.join(folder, below, 'go.mod'))
  const explain = (complaint: Complaint): Complaint => {
    const { message } = complaint
    return find(message) ?? { ...complaint, message: explainImport(message, texts, isModule) ?? message }
  }
  return { find, explain }
}

/** The nearest folder upwards that has a go.work, as Go looks for it; the last one where none has. */
async function nearestWork(folder: string): Promise<string> {
  const parent = path.dirname(folder)
  return parent === folder || (await exists(path.join(folder, 'go.work'))) ? folder : nearestWork(parent)
}
