// The source of a small Go program -> the program itself, for any pair of GOOS and GOARCH.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runChecked } from '../__tests__/support/processes.js'

/** Runs `use` with an empty folder, which is gone afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A module in a new folder below `folder`; resolves to its path. */
export function writeModule(folder: string, main: string): string {
  const module = join(folder, 'module')
  mkdirSync(module)
  writeFileSync(join(module, 'go.mod'), 'module example.test/program\n\ngo 1.24\n')
  writeFileSync(join(module, 'main.go'), main)
  return module
}

/** Builds the module, without cgo unless it is asked for; resolves to the path of the program, in the folder of the module. */
export async function buildFor(
  pair: string,
  module: string,
  ldflags = '',
  CGO_ENABLED = '0',
): Promise<string> {
  const [GOOS, GOARCH] = pair.split('/')
  const file = join(module, `${pair.replace('/', '_')}_${CGO_ENABLED}`)
  const command = ['go', 'build', '-trimpath', `-ldflags=${ldflags}`, '-o', file, '.']
  await runChecked(command, { cwd: module, env: { GOOS, GOARCH, CGO_ENABLED } })
  return file
}

/** The pairs of `go tool dist list` that Go builds without an outside linker. */
export async function pairsWithoutCgo(): Promise<string[]> {
  const needCgo = ['android/386', 'android/amd64', 'android/arm', 'ios/amd64', 'ios/arm64']
  const list = (await runChecked(['go', 'tool', 'dist', 'list'])).trim().split('\n')
  return list.filter((pair) => !needCgo.includes(pair))
}
