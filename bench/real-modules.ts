// Ten modules of other shapes than age's, with default inputs -> whether each is built for seven targets, or fails as `go build` does.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run, runChecked } from '../__tests__/support/processes.js'
import { judge, tell } from './bars.js'
import { defaultTargets } from './peers.js'
import { commitAll, copyModule, runAction, temporaryFolder, writeFiles } from './test-support.js'
import { root, withTools } from './traced-run.js'

interface RealModule {
  readonly version: string
  readonly shape: string
  /** What is done to the module as the proxy gives it, which has neither a vendor folder nor a go.work. */
  readonly prepare?: (folder: string) => Promise<void>
}

const MODULES: readonly RealModule[] = [
  { version: 'filippo.io/mkcert@v1.4.4', shape: 'main at the root, files for each system, an old go.mod' },
  { version: 'github.com/rogpeppe/go-internal@v1.16.0', shape: 'several mains' },
  { version: 'honnef.co/go/tools@v0.8.2', shape: 'several mains, many generics' },
  { version: 'mvdan.cc/sh/v3@v3.14.1', shape: 'two mains, build tags for each system' },
  { version: 'github.com/junegunn/fzf@v0.65.2', shape: 'embedded files, build tags for each system' },
  { version: 'github.com/mikefarah/yq/v4@v4.47.2', shape: 'major version 4, many dependencies' },
  {
    version: 'github.com/boyter/scc/v3@v3.5.0',
    shape: 'embedded tables, a vendor folder',
    prepare: async (folder) => {
      await runChecked(['go', 'mod', 'vendor'], { cwd: folder })
    },
  },
  { version: 'golang.design/x/clipboard@v0.7.1', shape: 'cgo on some systems' },
  { version: 'github.com/rhysd/actionlint@v1.7.12', shape: 'a main for js/wasm beside the others' },
  {
    version: 'mvdan.cc/gofumpt@v0.12.0',
    shape: 'a workspace, with a library of its own in it',
    prepare: async (folder) => {
      await copyModule('mvdan.cc/xurls/v2@v2.6.0', join(folder, 'xurls'))
      writeFiles(folder, { 'go.work': 'go 1.26.0\n\nuse (\n\t.\n\t./xurls\n)\n' })
      // It writes go.work.sum, which is committed like go.sum.
      await runChecked(['go', 'list', './...'], { cwd: folder })
    },
  },
]

interface Manifest {
  readonly error?: string
  readonly targets: readonly {
    readonly target: string
    readonly error?: string
    readonly programs: readonly { readonly name: string; readonly importPath: string }[]
  }[]
}

/** What `go build` says of the commands of a target, by itself. */
async function goBuild(folder: string, target: string): Promise<string> {
  const [GOOS, GOARCH] = target.split('/')
  const packages = existsSync(join(folder, 'cmd')) ? ['./cmd/...'] : ['.']
  const command = ['go', 'build', '-trimpath', '-o', temporaryFolder('plain'), ...packages]
  return (await run(command, { cwd: folder, env: { GOOS, GOARCH, CGO_ENABLED: '0' } })).stderr
}

/** Failures are the module's own where a plain `go build` says the same of the same line or package. */
async function isOwnFailure(folder: string, target: string, error: string): Promise<boolean> {
  const said = await goBuild(folder, target)
  const lines = said.split('\n').filter((line) => /:\d+:\d+: |: build constraints exclude all /.test(line))
  return lines.some((line) => error.includes(line.trim().replace(/^\.\//, '')))
}

let wrong = 0
for (const { version, shape, prepare } of MODULES) {
  const folder = temporaryFolder('real')
  await copyModule(version, folder)
  await prepare?.(folder)
  await commitAll(folder, [version.slice(version.indexOf('@') + 1)])
  const started = Date.now()
  const ended = await runAction({ action: root, cwd: folder, env: withTools })
  const seconds = ((Date.now() - started) / 1000).toFixed(0)
  const file = ended.outputs['manifest'] ?? ''
  const { targets = [] }: Partial<Manifest> = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest)
    : {}
  const failed = targets.filter(({ error }) => error !== undefined)
  const own = await Promise.all(failed.map(({ target, error = '' }) => isOwnFailure(folder, target, error)))
  const errors = ended.annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
  const built = targets.length - failed.length
  const expected =
    targets.length === defaultTargets.length &&
    own.every(Boolean) &&
    (ended.exitCode === 0) === (failed.length === 0)
  if (!expected) wrong++
  const names = [
    ...new Set(targets.flatMap(({ programs }) => programs.map(({ name }) => name.replace(/\.exe$/, '')))),
  ]
  tell(
    `    ${version} (${shape}): ${built} of ${defaultTargets.length} targets in ${seconds} s: ${names.join(' ')}`,
  )
  for (const error of errors) tell(`        ${error.split('\n')[0] ?? ''}`)
}
judge({
  what: `of ${MODULES.length} modules, those that neither build nor fail by themselves`,
  figure: wrong,
  atMost: 0,
  unit: '',
  from: `${defaultTargets.length} targets each, default inputs`,
})
