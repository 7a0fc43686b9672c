// Finds syft and cosign, or gets them: from PATH, the tool folder, a pinned download, or Go's module proxy.
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { unzipSync } from 'fflate'
import semver from 'semver'
import tar from 'tar-stream'
import { ActionError } from '../errors.js'
import { exists, scratchFolder } from '../files.js'
import type { Host } from '../host/host.js'
import { download, Unavailable } from './download.js'
import type { Tool } from './pins.js'

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

/** @returns absolute path of the program */
export async function provideTool(host: Host, tool: Tool, from: ToolSource): Promise<string> {
  const onPath = await host.processes.find(tool.name)
  if (onPath !== undefined) {
    const version = await readVersion(host, tool, onPath)
    if (version !== undefined && semver.gte(version, tool.oldest)) {
      host.log.info(`${tool.name} ${version}: ${onPath}`)
      return onPath
    }
    host.log.info(
      `${tool.name} ${version ?? 'of unknown version'} on PATH (${onPath}) is not ${tool.oldest} or later`,
    )
  }
  const program = from.goos === 'windows' ? `${tool.name}.exe` : tool.name
  const place = (version: string) =>
    path.join(host.folders.tools, tool.name, version, `${from.goos}-${from.goarch}`, program)
  for (const version of [tool.version, tool.goInstall.version]) {
    if (await exists(place(version))) {
      host.log.info(`${tool.name} ${version}: ${place(version)}`)
      return place(version)
    }
  }
  await mkdir(host.folders.tools, { recursive: true })
  await using scratch = await scratchFolder(host.folders.tools, 'new')
  const fresh = path.join(scratch.path, program)
  const version = await obtain(host, tool, from, fresh)
  // Put in place whole: whoever finds it there finds all of it, and two runs at once put the same file there.
  await mkdir(path.dirname(place(version)), { recursive: true })
  await rename(fresh, place(version))
  host.log.info(`${tool.name} ${version}: ${place(version)}`)
  return place(version)
}

/** Writes the program to `to` and returns its version. */
async function obtain(host: Host, tool: Tool, from: ToolSource, to: string): Promise<string> {
  const release = tool.files[`${from.goos}/${from.goarch}`]
  let downloadTrouble = `there is none for ${from.goos}/${from.goarch}`
  if (release !== undefined) {
    const url = `${from.baseUrl}/${tool.releasePath}/${release.file}`
    host.log.info(`${tool.name}: downloading ${url}`)
    try {
      const bytes = await unpack(
        release.file,
        path.basename(to),
        await download(url, release.sha256, host.log),
      )
      await writeFile(to, bytes)
      await chmod(to, 0o755)
      return tool.version
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
      downloadTrouble = error.message
      host.log.info(`${tool.name}: ${error.message}; installing it with go instead`)
    }
  }
  try {
    await goInstall(host, tool, from, path.dirname(to))
  } catch (error) {
    if (!(error instanceof ActionError)) throw error
    host.log.info(`${tool.name}: ${error.message}`)
    const [last = ''] = error.message.trim().split('\n').slice(-1)
    throw new ActionError(
      `${tool.name} ${tool.oldest} or later cannot be had (download: ${downloadTrouble}; built by go: ${last}); put it on PATH, set tools-base-url to a mirror, or ${tool.input}: off`,
      { cause: error },
    )
  }
  return tool.goInstall.version
}

async function goInstall(
  host: Host,
  { name, goInstall: source }: Tool,
  { gosumdb }: ToolSource,
  folder: string,
): Promise<void> {
  if (gosumdb === 'off') throw new ActionError('nothing would check it while GOSUMDB=off')
  host.log.info(`${name}: go install ${source.module}@v${source.version} (some minutes, the first time)`)
  const command = [
    'go',
    'install',
    '-trimpath',
    `-ldflags=${source.ldflags}`,
    `${source.module}@v${source.version}`,
  ]
  await host.processes.runChecked(command, {
    cwd: folder,
    env: {
      GOBIN: folder,
      CGO_ENABLED: '0',
      GOOS: '',
      GOARCH: '',
      GOWORK: 'off',
      // Go takes an empty variable for an unset one and would look into the user's settings; these have no effect.
      GOFLAGS: '-trimpath',
      GONOSUMDB: 'none',
    },
  })
}

async function unpack(file: string, program: string, bytes: Uint8Array): Promise<Uint8Array> {
  if (file.endsWith('.zip')) {
    const found = unzipSync(bytes, { filter: (entry) => entry.name === program })[program]
    if (found === undefined) throw new ActionError(`${file} does not hold ${program}`)
    return found
  }
  if (!file.endsWith('.tar.gz')) return bytes
  const extract = tar.extract()
  const unpacking = pipeline(Readable.from([bytes]), createGunzip(), extract)
  let found: Buffer | undefined
  for await (const entry of extract) {
    const chunks: Uint8Array[] = []
    for await (const chunk of entry as AsyncIterable<Uint8Array>)
      if (entry.header.name === program) chunks.push(chunk)
    if (chunks.length > 0) found = Buffer.concat(chunks)
  }
  await unpacking
  if (found === undefined) throw new ActionError(`${file} does not hold ${program}`)
  return found
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
