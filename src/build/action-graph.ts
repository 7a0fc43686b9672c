// Turns what `go build -debug-actiongraph` writes into the packages that were compiled or taken from the cache, and the links.

/** One package that a build needed. */
export interface PackageAction {
  readonly importPath: string
  /** First half of its build ID: the first 15 bytes of the SHA-256 of all that went into it, in Go's base64. */
  readonly actionId: string
  /** Whether it was compiled, not taken from the cache. */
  readonly compiled: boolean
  /** User and system CPU time of the commands that compiled it, cgo's too; 0 where it was taken from the cache. */
  readonly cpuSeconds: number
}

export interface BuildActions {
  readonly packages: readonly PackageAction[]
  /** Programs that were linked. */
  readonly linked: number
  /** Programs that were there from a former build, and are what this one would link. */
  readonly upToDate: number
}

/** What is read of one action; cmd/go documents none of it. Source: cmd/go/internal/work, actionJSON. */
interface ActionJson {
  readonly Mode?: unknown
  readonly Package?: unknown
  readonly ActionID?: unknown
  readonly Cmd?: unknown
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
  const cgoSeconds = new Map<string, number>()
  for (const { Mode, Package, ActionID, Cmd, CmdUser, CmdSys } of actions.filter(isObject)) {
    if (typeof Package !== 'string' || typeof Mode !== 'string') continue
    const executed = Array.isArray(Cmd) && Cmd.length > 0
    const cpuSeconds = executed ? (toNumber(CmdUser) + toNumber(CmdSys)) / NANOSECONDS : 0
    if (Mode === 'build' && typeof ActionID === 'string') {
      packages.push({ importPath: Package, actionId: ActionID, compiled: executed, cpuSeconds })
    } else if (Mode === 'link') links[executed ? 'done' : 'spared']++
    // Actions of their own since Go 1.26: `cgo run`, `cgo compile x.c`.
    else if (Mode.startsWith('cgo ')) cgoSeconds.set(Package, (cgoSeconds.get(Package) ?? 0) + cpuSeconds)
  }
  if (packages.length === 0) return undefined
  return {
    packages: packages.map((action) =>
      action.compiled
        ? { ...action, cpuSeconds: action.cpuSeconds + (cgoSeconds.get(action.importPath) ?? 0) }
        : action,
    ),
    linked: links.done,
    upToDate: links.spared,
  }
}

const isObject = (value: unknown): value is ActionJson => typeof value === 'object' && value !== null

const toNumber = (value: unknown): number => (typeof value === 'number' ? value : 0)

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
  }
}
