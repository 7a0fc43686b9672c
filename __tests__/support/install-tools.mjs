// Installs the programs that the tests run into one folder of the user's cache, each by its pinned version.
// Run as a script, it installs what is missing; imported, it only tells where things are.

import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NODE_24 = '24.21.0'
const AZURITE = '3.37.0'

/** As `go install` takes them. Syft copies main.version into every SBOM. */
const goTools = [
  {
    name: 'syft',
    module: 'github.com/anchore/syft/cmd/syft@v1.52.0',
    ldflags: '-s -w -X main.version=1.52.0',
  },
  { name: 'cosign', module: 'github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3', ldflags: '-s -w' },
  { name: 'act', module: 'github.com/nektos/act@v0.2.89', ldflags: '-s -w' },
  { name: 'actionlint', module: 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12', ldflags: '-s -w' },
  { name: 'fulcio', module: 'github.com/sigstore/fulcio@v1.8.8', ldflags: '-s -w', onWindows: false },
  {
    name: 'rekor-server',
    module: 'github.com/sigstore/rekor-tiles/v2/cmd/rekor-server/posix@v2.3.0',
    // Go names a program after its folder.
    built: 'posix',
    ldflags: '-s -w',
    // It locks its files by fcntl, and the other servers are of no use without it.
    onWindows: false,
  },
  {
    name: 'timestamp-server',
    module: 'github.com/sigstore/timestamp-authority/v2/cmd/timestamp-server@v2.1.2',
    ldflags: '-s -w',
    onWindows: false,
  },
]

function userCache() {
  if (process.platform === 'win32') return process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches')
  return process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
}

const folder = join(userCache(), 'go-cross-release', 'test-tools')
const bin = join(folder, 'bin')
const program = (name) => (process.platform === 'win32' ? `${name}.exe` : name)

/** The packages behind npm's `node`, which fetches them in an install script; named themselves they need none. */
const nodePackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
const nodeFolder = join(folder, `node-${NODE_24}`)
const runsOnNode24 = process.versions.node.startsWith('24.')
const node24 = runsOnNode24
  ? process.execPath
  : join(nodeFolder, 'node_modules', nodePackage, 'bin', program('node'))

const azuriteFolder = join(folder, `azurite-${AZURITE}`)
/** A script for the Node above. */
const azurite = join(azuriteFolder, 'node_modules', 'azurite', 'dist', 'src', 'blob', 'main.js')

/** Absolute path of each program, whether it is there or not. */
export const tools = {
  ...Object.fromEntries(goTools.map(({ name }) => [name, join(bin, program(name))])),
  node24,
  azurite,
}

/** Throws an Error with the end of what was printed where the command fails. Windows starts a .cmd by a shell only. */
function runChecked(command, args, env) {
  const shell = command.endsWith('.cmd')
  const ended = spawnSync(command, shell ? args.map((arg) => `"${arg}"`) : args, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    shell,
  })
  if (ended.error) throw new Error(`${command} cannot be started: ${ended.error.message}`)
  if (ended.status === 0) return
  throw new Error(
    `${command} ${args.join(' ')}: exit code ${ended.status}\n${ended.stderr.trim().slice(-2000)}`,
  )
}

/** Lets `install` work in a folder of its own, so that an interrupted installation is never taken for a whole one. */
function staged(install) {
  mkdirSync(bin, { recursive: true })
  const staging = mkdtempSync(join(folder, 'staging-'))
  try {
    install(staging)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

/** The marker beside a program is written last and tells what it was made from. */
function installGoTool({ name, module, ldflags, built = name }) {
  const marker = join(bin, `${name}.installed`)
  const made = `${module} ${ldflags}\n`
  if (existsSync(tools[name]) && existsSync(marker) && readFileSync(marker, 'utf8') === made) {
    return console.log(`${name}: ready (${module})`)
  }
  console.log(`${name}: go install ${module}, which takes minutes the first time`)
  staged((staging) => {
    // GOFLAGS replaces the user's own. Go refuses GOBIN where GOOS or GOARCH ask for another platform.
    const env = {
      GOBIN: staging,
      GOFLAGS: '-trimpath',
      CGO_ENABLED: '0',
      GOWORK: 'off',
      GO111MODULE: 'on',
      GOOS: '',
      GOARCH: '',
    }
    runChecked('go', ['install', '-ldflags', ldflags, module], env)
    rmSync(marker, { force: true })
    renameSync(join(staging, program(built)), tools[name])
    writeFileSync(marker, made)
  })
}

function installNode24() {
  if (runsOnNode24) return console.log(`node24: ready (the one that runs this, ${process.version})`)
  if (existsSync(node24)) return console.log(`node24: ready (${NODE_24})`)
  installFromNpm(`${nodePackage}@${NODE_24}`, nodeFolder)
}

function installAzurite() {
  if (existsSync(azurite)) return console.log(`azurite: ready (${AZURITE})`)
  installFromNpm(`azurite@${AZURITE}`, azuriteFolder)
}

function installFromNpm(wanted, into) {
  console.log(`npm install ${wanted}`)
  staged((staging) => {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    runChecked(npm, [
      'install',
      '--prefix',
      staging,
      '--no-audit',
      '--no-fund',
      // None of the packages needs a script of its own.
      '--ignore-scripts',
      '--loglevel=error',
      wanted,
    ])
    rmSync(into, { recursive: true, force: true })
    renameSync(staging, into)
  })
}

if (realpathSync(process.argv[1] ?? '.') === fileURLToPath(import.meta.url)) {
  try {
    const wanted = goTools.filter(({ onWindows = true }) => onWindows || process.platform !== 'win32')
    wanted.forEach(installGoTool)
    installNode24()
    installAzurite()
  } catch (error) {
    console.error(`The tools of the tests could not be installed into ${dirname(bin)}.\n${error.message}`)
    process.exitCode = 1
  }
}
