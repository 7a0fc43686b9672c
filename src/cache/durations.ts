// How long each target took to build <-> an entry of the cache service, for the next plan; it decides nothing but which job builds what.
import type { Host } from '../host/host.js'
import { restoreText, saveText, shortHash, type KeptText } from './kept-text.js'

const DURATIONS: KeptText = { what: 'how long the targets took', file: 'durations.json' }

/** @returns the text that was saved last, empty where none can be had */
export const restoreDurations = async (host: Host, modulePath: string): Promise<string> =>
  (await restoreText(host, DURATIONS, [prefixOf(modulePath)])) ?? ''

export const saveDurations = (host: Host, modulePath: string, text: string): Promise<void> =>
  saveText(host, DURATIONS, prefixOf(modulePath), text)

const prefixOf = (modulePath: string): string => `go-cross-release-durations-1-${shortHash(modulePath)}-`
