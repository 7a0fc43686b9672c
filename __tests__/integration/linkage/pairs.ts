// A small module -> its program built for every pair that Go builds without cgo.

import { join } from 'node:path'
import { temporaryModule } from '../../support/modules.js'
import { runChecked } from '../../support/processes.js'
import { temporaryFolder } from '../../support/temporary.js'

/** These need an outside linker. */
const NEEDS_CGO: ReadonlySet<string> = new Set([
  'android/386',
  'android/amd64',
  'android/arm',
  'ios/amd64',
  'ios/arm64',
])

export const platformOf = (pair: string): { readonly goos: string; readonly goarch: string } => {
  const [goos = '', goarch = ''] = pair.split('/')
  return { goos, goarch }
}

/** Committed and tagged, with a module that another folder replaces. Resolves to the folder. */
export const programModule = (): Promise<string> =>
  temporaryModule(
    {
      'go.mod':
        'module example.test/program\n\ngo 1.24\n\nrequire example.test/dep v1.2.3\n\nreplace example.test/dep => ./dep\n',
      'main.go': 'package main\n\nimport "example.test/dep"\n\nfunc main() { dep.Say() }\n',
      'dep/go.mod': 'module example.test/dep\n\ngo 1.24\n',
      'dep/dep.go': 'package dep\n\nfunc Say() { println("hello") }\n',
    },
    { git: { tags: ['v1.0.0'] } },
  )

/**
 * Builds the module in `folder` for all pairs; resolves to the paths of the files, by pair. It takes Go's own cache: cold, about
 * three minutes of one processor, and warm some seconds.
 */
export async function buildEveryPair(folder: string): Promise<ReadonlyMap<string, string>> {
  const output = temporaryFolder('pairs')
  const list = (await runChecked(['go', 'tool', 'dist', 'list'])).trim().split('\n')
  const files = new Map<string, string>()
  for (const pair of list.filter((each) => !NEEDS_CGO.has(each))) {
    const { goos: GOOS, goarch: GOARCH } = platformOf(pair)
    const file = join(output, `${GOOS}_${GOARCH}`)
    const command = ['go', 'build', '-buildvcs=true', '-ldflags', '-X "main.none=a b"', '-o', file, '.']
    await runChecked(command, { cwd: folder, env: { GOOS, GOARCH, CGO_ENABLED: '0' } })
    files.set(pair, file)
  }
  return files
}
