// Go's own debug packages, as a program that prints what they read in a file.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { runChecked } from '../../support/processes.js'

/**
 * Builds `source`, the path of oracle.go, in the empty `folder`, beside a copy of Go's internal/xcoff, which only Go's own
 * programs may import. Resolves to the path of the program.
 */
export async function buildOracle(source: string, goroot: string, folder: string): Promise<string> {
  const program = join(folder, 'oracle.exe')
  const internal = join(goroot, 'src', 'internal')
  for (const name of ['xcoff', 'saferio']) mkdirSync(join(folder, name))
  for (const name of ['ar.go', 'file.go', 'xcoff.go']) {
    const text = readFileSync(join(internal, 'xcoff', name), 'utf8')
    const copy = text.replace('"internal/saferio"', '"example.test/oracle/saferio"')
    writeFileSync(join(folder, 'xcoff', name), copy)
  }
  cpSync(join(internal, 'saferio', 'io.go'), join(folder, 'saferio', 'io.go'))
  cpSync(source, join(folder, 'main.go'))
  writeFileSync(join(folder, 'go.mod'), 'module example.test/oracle\n\ngo 1.24\n')
  await runChecked(['go', 'build', '-o', program, '.'], { cwd: folder })
  return program
}

/** A file of `debug/…/testdata` as it was before it was packed for Go's repository. */
export function unpackTestFile(name: string, content: Buffer): Buffer {
  if (name.endsWith('.gz')) return gunzipSync(content)
  return name.endsWith('.base64') ? Buffer.from(content.toString('latin1'), 'base64') : content
}
