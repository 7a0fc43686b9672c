// Temporary folders of one test file, removed when its tests are over.

import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made: string[] = []

/** Go makes the folders of its module cache read-only, and what is in such a folder cannot be removed. */
export function makeWritable(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) makeWritable(path)
    else if (entry.isFile()) chmodSync(path, 0o644)
  }
}

/** An empty folder, by its real path: what `pwd` prints in it. */
export function temporaryFolder(name: string): string {
  const folder = realpathSync.native(mkdtempSync(join(tmpdir(), `${name}-`)))
  made.push(folder)
  return folder
}

afterAll(() => {
  for (const folder of made.splice(0)) {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    } catch {
      makeWritable(folder)
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    }
  }
})
