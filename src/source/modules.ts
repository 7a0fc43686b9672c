// Checks the module's dependencies against go.sum, or its vendor folder against go.mod, before anything is compiled.
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { glob } from 'tinyglobby'
import { ActionError } from '../errors.js'
import { exists, scratchFolder } from '../files.js'
import type { Environment, Host } from '../host/host.js'
import { pathInside } from '../inside.js'
import { explainGo } from '../module-error.js'
import { tellProgress } from '../progress.js'
import type { Toolchain } from './go.js'

/** The folder that `-mod=vendor` reads, or undefined: beside go.work in a workspace, else beside go.mod. */
export async function findVendorFolder(toolchain: Toolchain): Promise<string | undefined> {
  const vendor = path.join(path.dirname(toolchain.gowork || toolchain.gomod), 'vendor')
  return (await exists(path.join(vendor, 'modules.txt'))) ? vendor : undefined
}

/**
 * The value of `-mod` for what is verified: with it no go command changes go.mod, whatever GOFLAGS says.
 *
 * @returns undefined where nothing is verified, which leaves it to Go
 */
export async function chooseMod(
  toolchain: Toolchain,
  { verifyModules }: { readonly verifyModules: boolean },
): Promise<'readonly' | 'vendor' | undefined> {
  if (!verifyModules) return undefined
  return (await findVendorFolder(toolchain)) === undefined ? 'readonly' : 'vendor'
}

const DOWNLOAD = ['go', 'mod', 'download']
const VERIFY = ['go', 'mod', 'verify']

const vendorCommand = ({ gowork }: Toolchain, output: string): string[] => [
  ...['go', gowork === '' ? 'mod' : 'work'],
  ...['vendor', '-o', output],
]

/**
 * What `downloadModules` and `verifyModules` run.
 *
 * @param copy absolute path of the folder that a vendor folder is compared with
 */
export async function moduleCommands(toolchain: Toolchain, copy: string): Promise<string[][]> {
  return (await findVendorFolder(toolchain)) === undefined
    ? [DOWNLOAD, VERIFY]
    : [vendorCommand(toolchain, copy)]
}

/**
 * What go builds from, where there is no vendor folder.
 *
 * @throws ActionError where a module cannot be had
 */
export async function downloadModules(host: Host, toolchain: Toolchain, env: Environment): Promise<void> {
  if ((await findVendorFolder(toolchain)) !== undefined) return
  const why = (said: string) => whyNotDownloaded(said, toolchain)
  await keepingWorkSum(toolchain, () => goMod(host, toolchain, DOWNLOAD, why, env))
}

/** Go's words and git's. */
const UNREACHABLE = /dial tcp|no such host|could not resolve host|failed to connect to/i

/** Go's words and a proxy's. */
const NO_VERSION = /unknown revision|: (?:403|404|410) /

/** Of the checksum database, which has no private module. */
const ABOUT_SUMS = /\/lookup\//

function whyNotDownloaded(said: string, { gowork }: Toolchain): string {
  if (UNREACHABLE.test(said))
    return 'a host cannot be reached; try again, or name a proxy in GOPROXY that can be reached from here'
  if (gowork !== '')
    return 'a module of go.work is required at a version that cannot be downloaded; add a replace to go.mod, or set verify-modules: false'
  if (NO_VERSION.test(said) && !ABOUT_SUMS.test(said))
    return 'a version that go.mod asks for cannot be had; `go list -m -versions MODULE` tells which there are, and `go get` takes one'
  return 'the modules cannot be downloaded; private ones need GOPRIVATE and git credentials'
}

/** Of a workspace go downloads more than a build needs, and adds that to go.work.sum: the programs would be of a modified work tree. */
async function keepingWorkSum({ gowork }: Toolchain, download: () => Promise<void>): Promise<void> {
  if (gowork === '') return download()
  const file = `${gowork}.sum`
  const before = (await exists(file)) ? await readFile(file) : undefined
  try {
    await download()
  } finally {
    if (before === undefined) await rm(file, { force: true })
    else if (!before.equals(await readFile(file))) await writeFile(file, before)
  }
}

/** @throws ActionError where the modules are not what go.sum or go.mod says */
export async function verifyModules(host: Host, toolchain: Toolchain, env: Environment): Promise<void> {
  const vendor = await findVendorFolder(toolchain)
  if (vendor !== undefined) return verifyVendorFolder(host, toolchain, vendor, env)
  const trouble = 'a downloaded module is not what go.sum says; `go clean -modcache` removes it'
  await goMod(host, toolchain, VERIFY, () => trouble, env)
}

async function goMod(
  host: Host,
  { gomod }: Toolchain,
  command: readonly string[],
  why: (said: string) => string,
  env: Environment,
): Promise<void> {
  using _progress = tellProgress(host.log, (seconds) => `${command.join(' ')} is at work for ${seconds} s`)
  const finished = await host.processes.run(command, { cwd: path.dirname(gomod), env })
  if (finished.exitCode === 0) return
  const said = `${finished.stdout}${finished.stderr}`.trim()
  const explained = await explainGo(said, path.dirname(gomod), host.environment)
  if (explained !== undefined)
    throw new ActionError(`verify-modules: ${explained.message}`, { place: explained.place })
  throw new ActionError(`verify-modules: \`${command.join(' ')}\` failed: ${why(said)}\n${said}`)
}

export const GENERATE = ['go', 'generate', './...']

/** On the machine as it is: generators run here, whatever the targets are. */
export async function generate(host: Host, folder: string, env: Environment): Promise<void> {
  host.log.info(GENERATE.join(' '))
  const { stdout, stderr, exitCode } = await host.processes.run(GENERATE, { cwd: folder, env })
  const said = `${stdout}${stderr}`.trim()
  if (exitCode !== 0) {
    const [, file, line] = /^(\S+\.go):(\d+): /m.exec(stderr) ?? []
    throw new ActionError(
      `generate: \`${GENERATE.join(' ')}\` failed; have what it runs on PATH before this step, or set generate: false\n${said}`,
      { place: file === undefined ? undefined : { file: path.resolve(folder, file), line: Number(line) } },
    )
  }
  if (said !== '') host.log.info(said)
}

async function verifyVendorFolder(
  host: Host,
  toolchain: Toolchain,
  vendor: string,
  env: Environment,
): Promise<void> {
  await using fresh = await scratchFolder(host.folders.scratch, 'vendor')
  const output = path.join(fresh.path, 'vendor')
  const command = vendorCommand(toolchain, output)
  const finished = await host.processes.run(command, { cwd: path.dirname(vendor), env })
  if (finished.exitCode !== 0) {
    if (/checksum mismatch|SECURITY ERROR/.test(finished.stderr)) {
      const explained = await explainGo(finished.stderr, path.dirname(toolchain.gomod), host.environment)
      throw new ActionError(
        `verify-modules: the modules that the vendor folder is to hold are not those of go.sum: ${finished.stderr.trim()}`,
        { place: explained?.place },
      )
    }
    host.log.notice(
      `verify-modules: the vendor folder could not be compared, since its modules cannot be had: ${lastSaid(finished.stderr)}`,
    )
    return
  }
  const difference = await firstDifference(vendor, output)
  if (difference !== undefined) {
    const file = path.join(vendor, difference)
    throw new ActionError(
      `verify-modules: ${pathInside(host.folders.workspace, file) ?? file} is not what go.mod and go.sum give; run \`${command.slice(0, 3).join(' ')}\` and commit the vendor folder`,
      { place: { file } },
    )
  }
}

/** Go's last sentence on one line: what belongs to it stands behind tabs. */
function lastSaid(stderr: string): string {
  const lines = stderr.trim().split(/\r?\n/)
  const begin = lines.findLastIndex((line) => !line.startsWith('\t'))
  return lines
    .slice(begin)
    .map((line) => line.trim())
    .join(' ')
}

/** Relative path of the first file that only one of two trees has or whose bytes differ. */
async function firstDifference(one: string, other: string): Promise<string | undefined> {
  const [left, right] = await Promise.all([listFiles(one), listFiles(other)])
  for (const file of new Set([...left, ...right])) {
    if (!left.has(file) || !right.has(file)) return file
    const [a, b] = await Promise.all([readFile(path.join(one, file)), readFile(path.join(other, file))])
    // A checkout on Windows may have turned the line ends of text files.
    if (!a.equals(b) && withoutCarriageReturns(a) !== withoutCarriageReturns(b)) return file
  }
  return undefined
}

async function listFiles(folder: string): Promise<Set<string>> {
  return new Set((await glob('**', { cwd: folder, dot: true })).sort())
}

function withoutCarriageReturns(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll('\r\n', '\n')
}
