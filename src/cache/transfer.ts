// A pack on its way between this machine and the cache service, with what the way takes.
import { rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Transfer } from '../cache-report.js'
import type { CacheService, Folders } from '../host/host.js'

/**
 * @param name of the pack in the work folder, which an entry is bound to
 * @param unpack gets the absolute path of the pack, which is removed after that, and the key of its entry
 * @returns undefined where there is no entry
 */
export async function fetchPack<T>(
  service: CacheService,
  { work }: Folders,
  name: string,
  prefixes: readonly string[],
  unpack: (pack: string, key: string) => Promise<T>,
): Promise<{ readonly key: string; readonly unpacked: T; readonly transfer: Transfer } | undefined> {
  const pack = path.join(work, name)
  try {
    const started = performance.now()
    const key = await service.restore(name, prefixes)
    if (key === undefined) return undefined
    const fetched = performance.now()
    const { size } = await stat(pack)
    const unpacked = await unpack(pack, key)
    return { key, unpacked, transfer: { ...took(started, fetched - started), bytes: size } }
  } finally {
    await removePack(pack)
  }
}

/**
 * @param write makes the pack at an absolute path, and tells its bytes
 * @returns undefined where the service did not take it
 */
export async function storePack(
  service: CacheService,
  { work }: Folders,
  name: string,
  key: string,
  write: (pack: string) => Promise<number>,
): Promise<Transfer | undefined> {
  const pack = path.join(work, name)
  try {
    const started = performance.now()
    const bytes = await write(pack)
    const packed = performance.now()
    if (!(await service.save(name, key))) return undefined
    return { ...took(started, performance.now() - packed), bytes }
  } finally {
    await removePack(pack)
  }
}

/** What cannot be removed goes with the runner. */
export const removePack = (pack: string): Promise<void> =>
  rm(pack, { force: true, recursive: true, maxRetries: 3 }).catch(() => undefined)

const took = (started: number, transferMs: number) => ({
  seconds: (performance.now() - started) / 1000,
  transferSeconds: transferMs / 1000,
})
