// Asks the go command what this machine is and where its caches are.

import { runChecked } from './processes.js'

const NAMES = ['GOHOSTOS', 'GOHOSTARCH', 'GOCACHE', 'GOMODCACHE'] as const

export type GoEnvironment = Readonly<Record<(typeof NAMES)[number], string>>

let asked: Promise<GoEnvironment> | undefined

/** Asked once for each test file. */
export function goEnvironment(): Promise<GoEnvironment> {
  asked ??= runChecked(['go', 'env', '-json', ...NAMES]).then((text) => JSON.parse(text) as GoEnvironment)
  return asked
}

/** The target whose programs run here, such as `linux/amd64`. */
export async function hostTarget(): Promise<string> {
  const { GOHOSTOS, GOHOSTARCH } = await goEnvironment()
  return `${GOHOSTOS}/${GOHOSTARCH}`
}

/** Variables by which a program has this machine's Go caches, and all else that it keeps in `folder`. */
export async function cachesIn(folder: string): Promise<Record<string, string>> {
  const { GOCACHE, GOMODCACHE } = await goEnvironment()
  return { XDG_CACHE_HOME: folder, GOCACHE, GOMODCACHE }
}
