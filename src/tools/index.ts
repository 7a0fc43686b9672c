// Finds syft and cosign, or gets them: from PATH, the tool folder, a pinned download, or Go's module proxy.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import semver from 'semver'
import { ActionError } from '../errors.js'
import type { Host } from '../host/host.js'
import { digest, download, Unavailable } from './download.js'
import { goInstall } from './go-install.js'
import { keep, readAnyKept, readKept } from './keep.js'
import type { Tool } from './pins.js'
import { unpack } from './unpack.js'

export { COSIGN, SYFT, type Tool } from './pins.js'

/** Where a tool that is not on PATH comes from, and what it must run on. */
export interface ToolSource {
  /** Of the downloads, without a slash at the end. */
  readonly baseUrl: string
  /** GOHOSTOS and GOHOSTARCH. */
  readonly goos: string
  readonly goarch: string
  /** Go's own setting: without a checksum database `go install` would vouch for nothing. */
  readonly gosumdb: string
}

/**
 * What is on PATH is the job's own choice, as `go` is. Anything else is verified on each run, and run from a folder that is this
 * run's alone, so that nobody changes it between the check and its use.
 *
 * @returns absolute path of the program
 */
export async function provideTool(host: Host, tool: Tool, from: ToolSource): Promise<string> {
  const onPath = await findOnPath(host, tool)
  if (onPath !== undefined) return onPath
  const folder = await mkdtemp(path.join(host.folders.scratch, `${tool.name}-`))
  const program = path.join(folder, programName(tool, from))
  const { bytes, version } = (await takeKept(host, tool, from)) ?? (await obtain(host, tool, from, program))
  await writeFile(program, bytes, { mode: 0o755 })
  host.log.info(`${tool.name} ${version}: ${program}`)
  return program
}

/** A version of its own kind: a next major one may take other flags. */
async function findOnPath(host: Host, tool: Tool): Promise<string | undefined> {
  const program = await host.processes.find(tool.name)
  if (program === undefined) return undefined
  const version = await readVersion(host, tool, program)
  if (version !== undefined && semver.satisfies(version, `^${tool.oldest}`, { includePrerelease: true })) {
    host.log.info(`${tool.name} ${version}: ${program}`)
    return program
  }
  host.log.info(
    `${tool.name} ${version ?? 'of unknown version'} on PATH (${program}) is not used: it is not ${tool.oldest} or later below ${semver.major(tool.oldest) + 1}.0.0`,
  )
  return undefined
}

/** @returns undefined where the program does not tell a version */
async function readVersion(host: Host, tool: Tool, program: string): Promise<string | undefined> {
  try {
    const { stdout } = await host.processes.run([program, ...tool.versionCommand])
    const version = (JSON.parse(stdout) as Record<string, unknown>)[tool.versionField]
    return typeof version === 'string' ? (semver.clean(version) ?? undefined) : undefined
  } catch {
    return undefined
  }
}

interface Program {
  readonly bytes: Uint8Array
  readonly version: string
}

/** A download is kept as it came, since it is its digest that is pinned. */
async function takeKept(host: Host, tool: Tool, from: ToolSource): Promise<Program | undefined> {
  const release = releaseFor(tool, from)
  if (release !== undefined) {
    const bytes = await readKept(host.log, downloadPlace(host, tool, release.file), release.sha256)
    if (bytes !== undefined) {
      return { bytes: await unpack(release.file, programName(tool, from), bytes), version: tool.version }
    }
  }
  // Nothing pins these bytes: on a runner another job may have put them there.
  if (host.kind !== 'local') return undefined
  const built = await readAnyKept(host.log, builtFolder(host, tool, from))
  return built === undefined ? undefined : { bytes: built, version: tool.goInstall.version }
}

async function obtain(host: Host, tool: Tool, from: ToolSource, program: string): Promise<Program> {
  const release = releaseFor(tool, from)
  let downloadTrouble = `there is none for ${from.goos}/${from.goarch}`
  if (release !== undefined) {
    const url = `${from.baseUrl}/${tool.releasePath}/${release.file}`
    host.log.info(`${tool.name}: downloading ${url}`)
    try {
      const bytes = await download(url, release.sha256, host.log)
      const unpacked = await unpack(release.file, programName(tool, from), bytes)
      await keep(host.log, downloadPlace(host, tool, release.file), bytes)
      return { bytes: unpacked, version: tool.version }
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
      downloadTrouble = error.message
      host.log.info(`${tool.name}: ${error.message}; installing it with go instead`)
    }
  }
  return build(host, tool, from, program, downloadTrouble)
}

/** @param program what `go install` makes */
async function build(
  host: Host,
  tool: Tool,
  from: ToolSource,
  program: string,
  downloadTrouble: string,
): Promise<Program> {
  try {
    await goInstall(host, tool, from.gosumdb, path.dirname(program))
  } catch (error) {
    if (!(error instanceof ActionError)) throw error
    host.log.info(`${tool.name}: ${error.message}`)
    const [last = ''] = error.message.trim().split('\n').slice(-1)
    throw new ActionError(
      `${tool.name} ${tool.oldest} or later cannot be had (download: ${downloadTrouble}; built by go: ${last}); put it on PATH, set tools-base-url to a mirror, or ${tool.input}: off`,
      { cause: error },
    )
  }
  const bytes = await readFile(program)
  if (host.kind === 'local')
    await keep(host.log, path.join(builtFolder(host, tool, from), digest(bytes)), bytes)
  return { bytes, version: tool.goInstall.version }
}

const releaseFor = (tool: Tool, from: ToolSource) => tool.files[`${from.goos}/${from.goarch}`]

const programName = (tool: Tool, from: ToolSource) =>
  from.goos === 'windows' ? `${tool.name}.exe` : tool.name

const downloadPlace = (host: Host, tool: Tool, file: string) =>
  path.join(host.folders.tools, tool.name, tool.version, file)

const builtFolder = (host: Host, tool: Tool, from: ToolSource) =>
  path.join(host.folders.tools, tool.name, `built-${tool.goInstall.version}`, `${from.goos}-${from.goarch}`)
