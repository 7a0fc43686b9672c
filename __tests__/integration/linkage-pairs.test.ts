// The linkage check on one program built for each of the 42 pairs that Go builds without cgo.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildInfo, GoModule } from '../../src/go-module.js'
import { readBuildInfo } from '../../src/linkage/build-info.js'
import {
  describeVerdict,
  inspectProgram,
  parseChecks,
  parsePolicy,
  runChecks,
} from '../../src/linkage/index.js'
import { readLinkage } from '../../src/linkage/inspect.js'
import { withFile } from '../../src/linkage/reader.js'
import { git } from '../support/modules.js'
import { run } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'
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

/** By GOOS; a GOOS that is not here makes static files without a loader. */
const TOLD: Readonly<Record<string, string>> = {
  aix: 'system-only: needs only what AIX brings: libc.a(shr_64.o), libpthread.a(shr_xpg5_64.o)',
  android: 'system-only: needs only what Android brings: the loader /system/bin/linker64, but no library',
  darwin: 'system-only: needs only what macOS brings: /usr/lib/libSystem.B.dylib through /usr/lib/dyld',
  illumos: 'system-only: needs only what illumos brings: libc.so through /lib/amd64/ld.so.1',
  js: 'static: imports only gojs of its host',
  openbsd: 'system-only: needs only what OpenBSD brings: libc.so, libpthread.so through /usr/libexec/ld.so',
  plan9: 'static: a Plan 9 a.out file has no shared libraries',
  solaris: 'system-only: needs only what Solaris brings: libc.so through /lib/amd64/ld.so.1',
  wasip1: 'static: imports only wasi_snapshot_preview1 of its host',
  windows: 'system-only: needs only what Windows brings: kernel32.dll',
}

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

  test('every verdict, with `static` and every check passed', async () => {
    const commit = await git(folder, 'rev-parse', 'HEAD')
    const policy = parsePolicy('static')
    for (const [pair, file] of files) {
      const { goos, goarch } = platformOf(pair)
      const inspection = await inspectProgram(file, { goos })
      if (inspection.kind !== 'readable') throw new Error(`${pair}: ${inspection.problem}`)
      const expected = { goos, goarch, cgo: false, policy, commit, onTag: true }
      const results = runChecks(inspection, expected, parseChecks(''))
      expect({
        pair,
        told: describeVerdict(inspection.verdict),
        bad: results.filter(({ outcome }) => outcome === 'refused' || outcome === 'warned'),
        // What the build info tells is checked for every one of them.
        unchecked: results.filter(
          ({ check, outcome }) => /^(platform|cgo|commit|modified)$/.test(check) && outcome !== 'passed',
        ),
      }).toEqual({ pair, told: TOLD[goos] ?? 'static: no PT_INTERP, no DT_NEEDED', bad: [], unchecked: [] })
    }
  })

  test('what nobody names a GOOS for is known all the same', async () => {
    for (const [pair, file] of files) {
      expect({ pair, inspection: await inspectProgram(file) }).toMatchObject({
        pair,
        inspection: { kind: 'readable', goos: platformOf(pair).goos },
      })
    }
  })

  test('without build info, nothing is refused, whichever system it could be for', async () => {
    const copy = join(temporaryFolder('uninformed'), 'program')
    for (const [pair, file] of files) {
      const content = await readFile(file)
      for (const magic of ['\xff Go buildinf:', '0w\xaf']) {
        const sought = Buffer.from(magic, 'latin1')
        for (let at = content.indexOf(sought); at >= 0; at = content.indexOf(sought, at)) content[at] = 0
      }
      await writeFile(copy, content)
      const inspection = await inspectProgram(copy)
      const results = runChecks(inspection, { policy: parsePolicy('static') }, parseChecks('signature=off'))
      const { goos } = platformOf(pair)
      expect({ pair, refused: results.filter(({ outcome }) => outcome === 'refused') }).toEqual({
        pair,
        refused: [],
      })
      const systems = inspection.kind === 'readable' ? (inspection.fits ?? [inspection.goos]) : []
      expect({ pair, systems }).toEqual({ pair, systems: expect.arrayContaining([goos]) as unknown })
      expect(results.find(({ check }) => check === 'platform')?.outcome).toBe(
        systems.length === 1 ? 'passed' : 'not checked',
      )
    }
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
