// How long each target took to build <-> an entry of the cache service, for the next plan; it decides nothing but which job builds what.
import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { messageOf } from '../failures.js'
import type { Host } from '../host/host.js'

const PREFIX = 'go-cross-release-durations-1'
const FILE = 'durations.json'

/** @returns the text that was saved last, empty where there is none */
export async function restoreDurations(host: Host, modulePath: string): Promise<string> {
  const { cache: service, folders, log } = host
  if (service === undefined) return ''
  const file = path.join(folders.work, FILE)
  try {
    const key = await service.restore(FILE, [prefixOf(modulePath)])
    return key === undefined ? '' : await readFile(file, 'utf8')
  } catch (error) {
    log.warning(`cache: the durations of an earlier run cannot be had: ${messageOf(error)}`)
    return ''
  } finally {
    await rm(file, { force: true, recursive: true })
  }
}

export async function saveDurations(host: Host, modulePath: string, text: string): Promise<void> {
  const { cache: service, folders, log, event } = host
  if (service === undefined) return
  const file = path.join(folders.work, FILE)
  try {
    await writeFile(file, text)
    await service.save(FILE, `${prefixOf(modulePath)}${event.run}`)
  } catch (error) {
    log.warning(`cache: how long the targets took cannot be saved: ${messageOf(error)}`)
  } finally {
    await rm(file, { force: true, recursive: true })
  }
}

const prefixOf = (modulePath: string): string =>
  `${PREFIX}-${createHash('sha256').update(modulePath).digest('hex').slice(0, 16)}-`
