// The linkage check on one program built for each of the 42 pairs that Go builds without cgo.

import type { BuildInfo, GoModule } from '../../src/linkage/build-info-text.js'
import { readBuildInfo } from '../../src/linkage/build-info.js'
import { readLinkage } from '../../src/linkage/inspect.js'
import { withFile } from '../../src/linkage/reader.js'
import { git } from '../support/modules.js'
import { run } from '../support/processes.js'
import { describeOn } from './linkage/describe-on.js'
import { buildEveryPair, platformOf, programModule } from './linkage/pairs.js'

interface OracleModule {
  readonly Path: string
  readonly Version: string
  readonly Sum?: string
  readonly Replace?: OracleModule
}

/** What `go version -m -json` prints. */
interface Oracle {
  readonly GoVersion: string
  readonly Path: string
  readonly Main: OracleModule
  readonly Deps: readonly OracleModule[]
  readonly Settings: readonly { readonly Key: string; readonly Value: string }[]
}

const moduleOf = ({ Path, Version, Sum, Replace }: OracleModule): GoModule => ({
  path: Path,
  version: Version,
  ...(Sum !== undefined && { sum: Sum }),
  ...(Replace && { replace: moduleOf(Replace) }),
})

async function askGo(file: string): Promise<BuildInfo | undefined> {
  const { exitCode, stdout } = await run(['go', 'version', '-m', '-json', file])
  if (exitCode !== 0) return undefined
  const { GoVersion, Path, Main, Deps, Settings } = JSON.parse(stdout) as Oracle
  return {
    goVersion: GoVersion,
    path: Path,
    main: moduleOf(Main),
    deps: Deps.map(moduleOf),
    settings: Object.fromEntries(Settings.map(({ Key, Value }) => [Key, Value])),
  }
}

const readInfo = (file: string): Promise<BuildInfo | undefined> =>
  withFile(file, (bytes) => readBuildInfo(bytes, readLinkage(bytes)))

describeOn('any', ['go', 'git'])('one program for every pair', () => {
  let folder: string
  let files: ReadonlyMap<string, string>

  beforeAll(async () => {
    folder = await programModule()
    files = await buildEveryPair(folder)
  })

  test('there are 42 or more', () => {
    expect(files.size).toBeGreaterThanOrEqual(42)
  })

  test('build info of each, as `go version -m` reads it where it can', async () => {
    const revision = await git(folder, 'rev-parse', 'HEAD')
    const unread: string[] = []
    for (const [pair, file] of files) {
      const info = await readInfo(file)
      const { goos, goarch } = platformOf(pair)
      expect(info).toMatchObject({
        goVersion: expect.stringMatching(/^go1\.\d+/) as string,
        path: 'example.test/program',
        main: { path: 'example.test/program', version: 'v1.0.0' },
        deps: [{ path: 'example.test/dep', replace: { path: './dep' } }],
        settings: {
          GOOS: goos,
          GOARCH: goarch,
          CGO_ENABLED: '0',
          '-ldflags': '-X "main.none=a b"',
          'vcs.revision': revision,
          'vcs.modified': 'false',
        },
      })
      const oracle = await askGo(file)
      if (oracle === undefined) unread.push(pair)
      else expect(info).toEqual(oracle)
    }
    // Which of the others Go reads hangs on where the linker put their data.
    const never = ['js/wasm', 'wasip1/wasm']
    expect(unread.filter((pair) => !/^(aix|plan9)\//.test(pair))).toEqual(never)
  })
})
