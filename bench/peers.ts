// What a user would run instead of this action: a loop of `go build`, or goreleaser configured for the same work.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { runChecked } from '../__tests__/support/processes.js'
import { ageModule, createKeyPair, git, tools, toolsFolder } from './test-support.js'
import { timeCommand, type Timed } from './timed-run.js'
import { root, withTools } from './traced-run.js'

const GORELEASER = 'v2.16.0'

/** The pairs that action.yml builds for where nothing else is said. */
export const defaultTargets: readonly string[] = readDefaultTargets()

function readDefaultTargets(): string[] {
  const { inputs } = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as {
    inputs: { matrix: { default: string } }
  }
  return inputs.matrix.default.split(',').map((target) => target.trim())
}

/** Names of the main packages below ./cmd. */
export const mainNames = (module: string): string[] => readdirSync(join(module, 'cmd')).sort()

/** Where a peer or this action builds. */
export interface Place {
  /** The folder of the module. */
  readonly module: string
  readonly gocache: string
  readonly output: string
}

/** age in a repository of its own, and all that it depends on in Go's module cache. */
export async function prepareAge(): Promise<string> {
  const module = await ageModule()
  await runChecked(['go', 'mod', 'download'], { cwd: module })
  return module
}

/** How many targets a loop builds at once. */
export type AtOnce = 1 | 2

const BUILD_ONE =
  'GOOS=${1%/*} GOARCH=${1#*/} exec go build -trimpath -ldflags="-s -w" -o "$0/${1%/*}_${1#*/}/" ./cmd/...'

/** The loop of a workflow's script, in Go's default environment. */
export async function runRawLoop(
  { module, gocache, output }: Place,
  targets: readonly string[],
  atOnce: AtOnce,
): Promise<Timed> {
  const words = ['xargs', `-P${atOnce}`, '-n1', 'sh', '-c', `'${BUILD_ONE}'`, '"$0"']
  const command = ['sh', '-c', `printf '%s\\n' "$@" | ${words.join(' ')}`, output, ...targets]
  const timed = await timeCommand(command, { cwd: module, env: { GOCACHE: gocache, CGO_ENABLED: '0' } })
  const built = targets.flatMap((target) => readdirSync(join(output, target.replace('/', '_'))))
  expectCount('programs of the raw loop', built.length, targets.length * mainNames(module).length)
  return timed
}

function expectCount(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`${what}: ${found} instead of ${expected}`)
}

/** goreleaser for the work that this action does by default, in a copy of age of its own. */
export interface Goreleaser {
  build(gocache: string): Promise<Timed>
  /** Everything but the publishing. */
  release(gocache: string): Promise<Timed>
}

export async function prepareGoreleaser(folder: string, targets: readonly string[]): Promise<Goreleaser> {
  const program = await provideGoreleaser()
  const module = await prepareAge()
  await git(module, 'remote', 'add', 'origin', 'https://github.com/FiloSottile/age')
  // An untracked folder would be stamped into the programs as a change.
  writeFileSync(join(module, '.git', 'info', 'exclude'), '/dist/\n')
  const { privateKeyFile, password } = await createKeyPair()
  const signing = await createOfflineSigning(folder)
  const config = join(folder, 'goreleaser.json')
  writeFileSync(config, JSON.stringify(configure(module, targets, { key: privateKeyFile, ...signing })))

  async function run(gocache: string, args: readonly string[]): Promise<Timed> {
    const env = { ...withTools, GOCACHE: gocache, CGO_ENABLED: '0', COSIGN_PASSWORD: password }
    const command = [program, ...args, '--clean', '--config', config]
    return timeCommand(command, { cwd: module, env: { ...env, SYFT_CHECK_FOR_APP_UPDATE: 'false' } })
  }
  const programs = targets.length * mainNames(module).length
  return {
    async build(gocache) {
      const timed = await run(gocache, ['build'])
      expectArtifacts(module, { Binary: programs })
      return timed
    },
    async release(gocache) {
      const timed = await run(gocache, ['release', '--skip=publish,announce,validate'])
      const archives = targets.length
      const made = { Archive: archives, SBOM: archives, Checksum: 1, Signature: 1 }
      expectArtifacts(module, { Binary: programs, ...made })
      return timed
    },
  }
}

/** Compiled once into the folder of the tests' tools, by its version. */
async function provideGoreleaser(): Promise<string> {
  const folder = join(dirname(toolsFolder), `goreleaser-${GORELEASER}`)
  const program = join(folder, 'goreleaser')
  if (!existsSync(program)) {
    console.log(`goreleaser ${GORELEASER}: go install, which takes minutes the first time`)
    mkdirSync(folder, { recursive: true })
    const install = ['go', 'install', `github.com/goreleaser/goreleaser/v2@${GORELEASER}`]
    await runChecked(install, { cwd: folder, env: { GOBIN: folder, CGO_ENABLED: '0' } })
  }
  return program
}

/** Without these cosign asks the network for them. */
async function createOfflineSigning(
  folder: string,
): Promise<{ readonly signingConfig: string; readonly trustedRoot: string }> {
  const signingConfig = join(folder, 'signing-config.json')
  const trustedRoot = join(folder, 'trusted-root.json')
  await runChecked([tools.cosign, 'signing-config', 'create', '--out', signingConfig])
  await runChecked([tools.cosign, 'trusted-root', 'create', '--out', trustedRoot])
  return { signingConfig, trustedRoot }
}

function configure(
  module: string,
  targets: readonly string[],
  files: { readonly key: string; readonly signingConfig: string; readonly trustedRoot: string },
): object {
  return {
    version: 2,
    project_name: 'age',
    builds: mainNames(module).map((name) => ({
      id: name,
      main: `./cmd/${name}`,
      binary: name,
      flags: ['-trimpath'],
      ldflags: ['-s -w'],
      targets: targets.map((target) => target.replace('/', '_')),
    })),
    archives: [
      {
        formats: ['tar.gz'],
        format_overrides: [{ goos: 'windows', formats: ['zip'] }],
        files: ['LICENSE*', 'README*'],
      },
    ],
    // As goreleaser calls syft by itself, less --enrich, which asks the network.
    sboms: [{ artifacts: 'archive', args: ['$artifact', '--output', 'spdx-json=$document'] }],
    checksum: { name_template: 'SHA256SUMS' },
    signs: [
      {
        artifacts: 'checksum',
        cmd: 'cosign',
        signature: '${artifact}.sigstore.json',
        args: [
          ...['sign-blob', '--key', files.key, '--bundle', '${signature}'],
          ...['--signing-config', files.signingConfig, '--trusted-root', files.trustedRoot],
          ...['--yes', '--', '${artifact}'],
        ],
      },
    ],
    changelog: { disable: true },
    release: { disable: true },
  }
}

function expectArtifacts(module: string, expected: Readonly<Record<string, number>>): void {
  const artifacts = JSON.parse(readFileSync(join(module, 'dist', 'artifacts.json'), 'utf8')) as {
    readonly type: string
  }[]
  for (const [type, count] of Object.entries(expected)) {
    expectCount(`goreleaser's ${type}`, artifacts.filter((artifact) => artifact.type === type).length, count)
  }
}

/** An empty folder of this name, whatever was there before. */
export function emptyFolder(folder: string): string {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

let choice: Promise<AtOnce> | undefined

/** The better of both loops, each tried once with a cold cache; asked once for all programs of this folder. */
export function chooseRawLoop(place: Place, targets: readonly string[]): Promise<AtOnce> {
  choice ??= (async () => {
    const one = await runColdRawLoop(place, targets, 1)
    const two = await runColdRawLoop(place, targets, 2)
    console.log(
      `raw loop, cold: one by one ${one.seconds.toFixed(1)} s, two at once ${two.seconds.toFixed(1)} s`,
    )
    return one.seconds < two.seconds ? 1 : 2
  })()
  return choice
}

/** As on a machine that never built it. */
export function runColdRawLoop(place: Place, targets: readonly string[], atOnce: AtOnce): Promise<Timed> {
  emptyFolder(place.gocache)
  emptyFolder(place.output)
  return runRawLoop(place, targets, atOnce)
}
