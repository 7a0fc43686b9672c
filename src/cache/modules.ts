// Restores the modules' downloads before the first go command needs them, and saves those of a large module for the next run.
import { createHash } from 'node:crypto'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { ModulesReport } from '../cache-report.js'
import { messageOf } from '../failures.js'
import type { CacheService, Host } from '../host/host.js'
import { tellProgress } from '../progress.js'
import { readPack, writePack } from './pack.js'
import type { CachePolicy } from './policy.js'
import { fetchPack, storePack } from './transfer.js'

const PREFIX = 'go-cross-release-modules-1'
const PACK = 'go-modules.pack'

/** The module proxy sends what is smaller in about the time that asking the cache service and unpacking take. */
const PAYS_FROM_BYTES = 50e6

/**
 * What the module proxy sent, below `cache/download`. Left out is `.ziphash`: without it Go hashes the zip anew and compares it
 * with go.sum, so that a module changed in the cache is refused. Source: cmd/go/internal/modfetch.
 */
const DOWNLOAD = /^(?:(?!\.{1,2}\/)[A-Za-z0-9!._~-]+\/)+@v\/[A-Za-z0-9!._~+-]+\.(?:info|mod|zip)$/
const TOOLCHAIN = 'golang.org/toolchain/'
const isDownload = (name: string): boolean => DOWNLOAD.test(name) && !name.startsWith(TOOLCHAIN)

export interface ModulePlace {
  /** Absolute path of go.sum. */
  readonly gosum: string
  /** Absolute path of GOMODCACHE. */
  readonly gomodcache: string
}

export interface ModuleCache {
  readonly report: () => ModulesReport
  /** After a build without any failure. */
  readonly close: () => Promise<void>
}

/** A folder of downloads that is there already, as another step's or the machine's own, is left as it is. */
export async function openModuleCache(
  host: Host,
  policy: CachePolicy,
  { gosum, gomodcache }: ModulePlace,
): Promise<ModuleCache> {
  const { cache: service, log } = host
  let report: ModulesReport = {}
  const folder = path.join(gomodcache, 'cache', 'download')
  const sums = await readFile(gosum, 'utf8').catch(() => '')
  if (!policy.own || service === undefined || sums === '' || (await listDownloaded(folder)).length > 0)
    return { report: () => report, close: () => Promise.resolve() }

  // go.sum alone: what a module holds is the same on every system and for every Go.
  const key = `${PREFIX}-${createHash('sha256').update(sums.replaceAll('\r\n', '\n')).digest('hex').slice(0, 32)}`
  const attempt = async (what: string, work: () => Promise<ModulesReport>) => {
    using _progress = tellProgress(log, (seconds) => `modules: still ${what} after ${seconds} s`)
    try {
      report = { ...report, ...(await work()) }
    } catch (error) {
      log.warning(
        `modules: ${what} ${key} failed, and Go downloads them itself: ${messageOf(error)}; delete the entry where it is broken`,
      )
    }
  }
  if (policy.restore) await attempt('restoring', () => restore(host, service, key, folder))
  return {
    report: () => report,
    close: async () => {
      if (policy.save && report.restore === undefined)
        await attempt('saving', () => save(host, service, key, folder))
    },
  }
}

/** What lies in the folder of downloads, but for a Go that the go command has fetched for itself, and its checksum database. */
async function listDownloaded(folder: string): Promise<string[]> {
  const list = (name: string) => readdir(path.join(folder, name)).catch((): string[] => [])
  const names = (await list('.')).filter((name) => name !== 'sumdb' && name !== 'golang.org')
  const golang = (await list('golang.org')).filter((name) => name !== 'toolchain')
  return [...names, ...golang.map((name) => `golang.org/${name}`)]
}

async function restore(
  host: Host,
  service: CacheService,
  key: string,
  folder: string,
): Promise<ModulesReport> {
  const restored = await fetchPack(service, host.folders, PACK, [key], async (pack) => {
    await readPack(pack, folder, isDownload, () => undefined).catch(async (error: unknown) => {
      // Go would not fetch again what is there, but refuse it.
      const names = await listDownloaded(folder)
      await Promise.all(names.map((name) => rm(path.join(folder, name), { recursive: true })))
      throw error
    })
  })
  return restored === undefined ? {} : { restore: restored.transfer }
}

async function save(host: Host, service: CacheService, key: string, folder: string): Promise<ModulesReport> {
  const names = (await readdir(folder, { recursive: true }).catch(() => []))
    .map((name) => name.replaceAll(path.sep, '/'))
    .filter(isDownload)
    .sort()
  const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).size))
  if (sizes.reduce((sum, size) => sum + size, 0) < PAYS_FROM_BYTES || (await service.has(PACK, key)))
    return {}
  const saved = await storePack(service, host.folders, PACK, key, (pack) =>
    writePack(pack, folder, names, {}),
  )
  return saved === undefined ? {} : { save: saved }
}
