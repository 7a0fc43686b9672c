// Tells the commands of a module that build constraints keep from every target, since go list does not mention them.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { glob } from 'tinyglobby'

/** What `./...` leaves out, and tests. Source: `go help packages`. */
const IGNORED = ['**/*_test.go', '**/testdata/**', '**/{_,.}*/**', '**/{_,.}*']

/**
 * Import paths of the main packages at the module's root and below cmd that are not among `known`, but for files that
 * are never part of a build: `//go:build ignore`.
 *
 * @param folder absolute path of the module's folder
 * @param known import paths of the packages that some target has
 */
export async function findUnbuiltCommands(
  folder: string,
  modulePath: string,
  known: ReadonlySet<string>,
): Promise<string[]> {
  const options = { cwd: folder, followSymbolicLinks: false }
  const inner = await glob('cmd/**/go.mod', options)
  const ignore = [...IGNORED, ...inner.map((file) => `${path.posix.dirname(file)}/**`)]
  const files = await glob(['*.go', 'cmd/**/*.go'], { ...options, ignore })
  const found = new Set<string>()
  for (const file of files) {
    const importPath = path.posix.join(modulePath, path.posix.dirname(file))
    if (known.has(importPath)) continue
    // A link that leads nowhere is no file of a package.
    const text = await readFile(path.join(folder, file), 'utf8').catch(() => '')
    if (isCommand(text)) found.add(importPath)
  }
  return [...found].sort()
}

function isCommand(text: string): boolean {
  return /^package main\b/m.test(text) && !/^\/\/go:build ignore\b/m.test(text)
}
