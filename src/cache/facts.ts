// Reads what the key rests on and no input says: module files, profiles, and the versions of C compilers.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Processes } from '../host/host.js'
import { splitQuoted } from '../quoted.js'
import type { KeyFacts, TargetFacts } from './key.js'

/** All paths are absolute. */
export interface CachedBuild {
  readonly facts: Omit<KeyFacts, 'moduleFiles' | 'profiles'>
  readonly gomod: string
  /** Empty without a workspace. */
  readonly gowork: string
  /** The folder of each main package, by import path. */
  readonly mainPackages: Readonly<Record<string, string>>
}

/** What cannot be read is as if it were not there: a key that is too wide costs time, never a wrong build. */
export async function completeFacts(processes: Processes, build: CachedBuild): Promise<KeyFacts> {
  return {
    ...build.facts,
    targets: await Promise.all(build.facts.targets.map((target) => withCompiler(processes, target))),
    moduleFiles: await readModuleFiles(build),
    profiles: await readProfiles(build),
  }
}

/** The files that a module's dependencies are pinned by: go.mod, go.sum, and those of a workspace. */
async function readModuleFiles({ gomod, gowork }: CachedBuild): Promise<Record<string, string>> {
  const files = [gomod, gomod.replace(/mod$/, 'sum')]
  if (gowork !== '') files.push(gowork, `${gowork}.sum`)
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))
  return Object.fromEntries(files.map((file, index) => [path.basename(file), texts[index] ?? '']))
}

/** With a default.pgo beside it, everything that a main package needs is compiled for it alone. */
async function readProfiles({ mainPackages }: CachedBuild): Promise<Record<string, string>> {
  const found = await Promise.all(
    Object.entries(mainPackages).map(async ([importPath, folder]): Promise<[string, string][]> => {
      const profile = await readFile(path.join(folder, 'default.pgo')).catch(() => undefined)
      if (profile === undefined) return []
      return [[importPath, createHash('sha256').update(profile).digest('hex')]]
    }),
  )
  return Object.fromEntries(found.flat())
}

async function withCompiler(processes: Processes, target: TargetFacts): Promise<TargetFacts> {
  if (!target.cgo) return target
  const command = splitQuoted(target.environment['CC'] ?? '')
  if (command.length === 0) return target
  const said = await processes.run([...command, '--version']).catch(() => undefined)
  return { ...target, compiler: said?.stdout ?? '' }
}
