// A chain of imports -> the line of the user's own by which it leaves the user's modules.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Place } from '../errors.js'
import { findImports } from './imports.js'
import type { ListedPackage } from './packages.js'

/**
 * @param chain import paths, from a main package on; of one that stays in the user's modules it is the `import "C"` of the last
 * @returns undefined where no such line is found
 */
export async function findImportIn(
  chain: readonly string[],
  packages: readonly ListedPackage[],
): Promise<Place | undefined> {
  const byPath = new Map(packages.map((listed) => [listed.ImportPath, listed]))
  const isOwn = (importPath: string) => byPath.get(importPath)?.Module?.Main === true
  const foreign = chain.findIndex((importPath) => !isOwn(importPath))
  const end = foreign === -1 ? chain.length : foreign
  const importer = byPath.get(chain[end - 1] ?? '')
  const imported = chain[end] ?? 'C'
  for (const name of [...(importer?.GoFiles ?? []), ...(importer?.CgoFiles ?? [])]) {
    const file = path.join(importer?.Dir ?? '', name)
    const text = await readFile(file, 'utf8').catch(() => '')
    const found = findImports(text).find(({ path: importPath }) => importPath === imported)
    if (found !== undefined) return { file, line: found.line, column: found.column }
  }
  return undefined
}
