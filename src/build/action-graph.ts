// Turns what `go build -debug-actiongraph` writes into the packages that were compiled or taken from the cache, and the links.

import type { PackageAction } from '../package-action.js'

export interface BuildActions {
  readonly packages: readonly PackageAction[]
  /** Programs that were linked. */
  readonly linked: number
  /** Programs that were there from a former build, and are what this one would link. */
  readonly upToDate: number
  /** From the beginning of the first link to the end of the last; undefined where nothing was linked, or Go does not tell. */
  readonly linking?: Linking | undefined
}

/** Milliseconds since 1970. */
interface Linking {
  readonly start: number
  readonly end: number
}

/** What is read of one action; cmd/go documents none of it. Source: cmd/go/internal/work, actionJSON. */
interface ActionJson {
  readonly Mode?: unknown
  readonly Package?: unknown
  readonly ActionID?: unknown
  readonly Cmd?: unknown
  /** RFC 3339, with nanoseconds. */
  readonly TimeStart?: unknown
  readonly TimeDone?: unknown
  /** Nanoseconds. */
  readonly CmdUser?: unknown
  readonly CmdSys?: unknown
}

const NANOSECONDS = 1e9

/** @returns undefined where this Go writes something else: what cannot be read is not told of, and nothing rests on it */
export function parseActionGraph(text: string): BuildActions | undefined {
  let actions: unknown
  try {
    actions = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!Array.isArray(actions)) return undefined
  const packages: PackageAction[] = []
  const links = { done: 0, spared: 0 }
  const linking: Linking[] = []
  const cgoSeconds = new Map<string, number>()
  let hasC = false
  for (const action of actions.filter(isObject)) {
    const { Mode, Package, ActionID, Cmd, CmdUser, CmdSys } = action
    if (typeof Package !== 'string' || typeof Mode !== 'string') continue
    const executed = Array.isArray(Cmd) && Cmd.length > 0
    const cpuSeconds = executed ? (toNumber(CmdUser) + toNumber(CmdSys)) / NANOSECONDS : 0
    if (Mode === 'build' && typeof ActionID === 'string') {
      packages.push({ importPath: Package, actionId: ActionID, compiled: executed, cpuSeconds, cgo: false })
      hasC ||= Package === 'runtime/cgo'
    } else if (Mode === 'link') {
      links[executed ? 'done' : 'spared']++
      if (executed) linking.push({ start: toMoment(action.TimeStart), end: toMoment(action.TimeDone) })
    }
    // Actions of their own since Go 1.26: `cgo run`, `cgo compile x.c`.
    else if (Mode.startsWith('cgo ')) cgoSeconds.set(Package, (cgoSeconds.get(Package) ?? 0) + cpuSeconds)
  }
  if (packages.length === 0) return undefined
  return {
    packages: packages.map((action) => ({
      ...action,
      cpuSeconds: action.cpuSeconds + (action.compiled ? (cgoSeconds.get(action.importPath) ?? 0) : 0),
      // An older Go does not tell which packages have C in them: then any may.
      cgo: cgoSeconds.has(action.importPath) || (hasC && cgoSeconds.size === 0),
    })),
    linked: links.done,
    upToDate: links.spared,
    linking: allOf(linking),
  }
}

const isObject = (value: unknown): value is ActionJson => typeof value === 'object' && value !== null

const toMoment = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : NaN)

function allOf(links: readonly Linking[]): Linking | undefined {
  const start = Math.min(...links.map((link) => link.start))
  const end = Math.max(...links.map((link) => link.end))
  return start <= end ? { start, end } : undefined
}

const toNumber = (value: unknown): number => (typeof value === 'number' ? value : 0)

/** Import paths, sorted; undefined where this Go does not tell which they are, and all are said to be. */
export function packagesWithC({ packages }: BuildActions): string[] | undefined {
  const withC = packages.filter(({ cgo }) => cgo).map(({ importPath }) => importPath)
  return withC.length === packages.length ? undefined : withC.sort()
}

/** Of several builds as one, each package once. */
export function mergeActions(builds: readonly BuildActions[]): BuildActions {
  const packages = new Map<string, PackageAction>()
  for (const action of builds.flatMap((build) => build.packages)) {
    const known = packages.get(action.actionId)
    if (known === undefined || (action.compiled && !known.compiled)) packages.set(action.actionId, action)
  }
  return {
    packages: [...packages.values()],
    linked: builds.reduce((sum, { linked }) => sum + linked, 0),
    upToDate: builds.reduce((sum, { upToDate }) => sum + upToDate, 0),
    linking: allOf(builds.flatMap(({ linking }) => linking ?? [])),
  }
}
