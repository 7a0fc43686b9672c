// A GOROOT -> the hash that the checksum database has of that Go, sum.golang.org's name for it included.
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { mapConcurrently } from '../concurrently.js'
import { ActionError } from '../errors.js'
import { moduleUrl } from '../go-module.js'
import type { Descriptor } from './descriptor.js'

/** The module as which each Go is published for `GOTOOLCHAIN`. Source: cmd/go/internal/gover, ToolchainModule. */
const MODULE = 'golang.org/toolchain'

/** Files read at once: most are small, and only waiting for the disk takes time. */
const WIDTH = 16

export interface GoInstallation {
  /** `go1.26.8`, as GOVERSION has it. */
  readonly version: string
  /** GOHOSTOS and GOHOSTARCH. */
  readonly hostOs: string
  readonly hostArch: string
  /** Absolute path of GOROOT. */
  readonly goroot: string
}

/**
 * All files that take part in a build, and so one digest for the compiler, the linker and the standard library. Of a Go as it
 * is published it is the one in the checksum database; of one that was changed or built otherwise it is another.
 */
export async function hashToolchain({ goroot, ...go }: GoInstallation): Promise<HashedGo> {
  const { hostOs, hostArch } = go
  const files = publishedFiles(await listFiles(goroot), `${hostOs}_${hostArch}`)
  return { ...go, dirHash: await hashFiles(goroot, files, `${MODULE}@${moduleVersion(go)}`) }
}

/** A Go that is known by its hash. */
export interface HashedGo extends Omit<GoInstallation, 'goroot'> {
  /** Lower-case hex. */
  readonly dirHash: string
}

export const describeHashedGo = ({ dirHash, ...go }: HashedGo): Descriptor => ({
  name: 'go',
  uri: moduleUrl(MODULE, moduleVersion(go)),
  digest: { dirHash },
})

function moduleVersion({ version, hostOs, hostArch }: Omit<GoInstallation, 'goroot'>): string {
  // Experiments follow the version behind a space.
  const [release = version] = version.split(' ')
  return `v0.0.1-${release}.${hostOs}-${hostArch}`
}

/** Without the folders that are left out below anyway. Links are followed: distributions put `src` elsewhere. */
async function listFiles(goroot: string, folder = ''): Promise<string[]> {
  const entries = await readdir(path.join(goroot, folder), { withFileTypes: true })
  const names = await mapConcurrently(entries, entries.length, async (entry) => {
    const name = folder + entry.name
    if (/^(?:\.git|test)$/.test(name)) return []
    const isFolder = entry.isSymbolicLink()
      ? (await stat(path.join(goroot, name))).isDirectory()
      : entry.isDirectory()
    return isFolder ? listFiles(goroot, `${name}/`) : [name]
  })
  return names.flat()
}

const UNPUBLISHED = [
  /^(?:api|doc|misc|test|\.git|\.github)\//,
  /^(?:\.gitattributes|\.gitignore|VERSION\.cache|src\/cmd\/dist\/dist(?:\.exe)?)$/,
  /(?:^|\/)\.DS_Store$|\.exe~$/,
  /^bin\/(?!(?:go|gofmt)(?:\.exe)?$)/,
]

/**
 * By the name that the file has in the published module, its name on disk. Source: cmd/distpack.
 *
 * @param names relative to GOROOT, with `/`
 * @param platform as in the name of the folder of tools: `linux_amd64`
 */
export function publishedFiles(names: readonly string[], platform: string): Map<string, string> {
  const kept = names.filter(
    (name) =>
      !UNPUBLISHED.some((pattern) => pattern.test(name)) &&
      (!name.startsWith('pkg/') ||
        name.startsWith('pkg/include/') ||
        name.startsWith(`pkg/tool/${platform}/`)),
  )
  // A module can hold no other go.mod. Where Go has unpacked it both names are there, and only go.mod is read.
  const isMod = (name: string) => /(?:^|\/)go\.mod$/.test(name)
  const published = (name: string) => (isMod(name) ? name.replace(/go\.mod$/, '_go.mod') : name)
  const inOrder = [...kept.filter((name) => !isMod(name)), ...kept.filter(isMod)]
  return new Map(inOrder.map((name) => [published(name), name]))
}

const SETTINGS = 'go.env'

/** Container images of Go forbid it to fetch another Go, and change nothing else; what this one builds is the same. */
function asPublished(settings: Buffer): Buffer {
  const text = settings.toString('latin1').replace(/^GOTOOLCHAIN=local$/m, 'GOTOOLCHAIN=auto')
  return Buffer.from(text, 'latin1')
}

/** Source: Hash1 in golang.org/x/mod/sumdb/dirhash. */
async function hashFiles(
  folder: string,
  files: ReadonlyMap<string, string>,
  prefix: string,
): Promise<string> {
  // By code units, which for these names is the order of their bytes.
  const sorted = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const broken = sorted.find(([name]) => name.includes('\n'))
  // It could pass for two files.
  if (broken !== undefined)
    throw new ActionError(
      `provenance: ${JSON.stringify(broken[0])} in ${folder} is no name of a file of Go's`,
    )
  const lines = await mapConcurrently(sorted, WIDTH, async ([name, file]) => {
    const bytes = await readFile(path.join(folder, file))
    const digest = createHash('sha256').update(name === SETTINGS ? asPublished(bytes) : bytes)
    return `${digest.digest('hex')}  ${prefix}/${name}\n`
  })
  return createHash('sha256').update(lines.join('')).digest('hex')
}
