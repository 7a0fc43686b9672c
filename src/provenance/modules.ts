// The modules that Go says are in the programs -> dependencies with the digest that go.sum has of each.
import { hexOfSum, moduleUrl, type Descriptor } from './descriptor.js'

/** As Go's build info has it. */
export interface BuiltModule {
  readonly path: string
  /** Empty for a folder that replaces a module, `(devel)` for a module of the workspace. */
  readonly version: string
  /** `h1:…`; absent where go.sum has none. */
  readonly sum?: string
  /** What was built in its place. */
  readonly replace?: BuiltModule
}

/** Each once, sorted, however many programs hold it. */
export function describeModules(modules: readonly BuiltModule[]): Descriptor[] {
  const described = new Map(
    modules.map(describeModule).map((descriptor) => [JSON.stringify(descriptor), descriptor]),
  )
  return [...described].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, descriptor]) => descriptor)
}

function describeModule(module: BuiltModule): Descriptor {
  const built = module.replace ?? module
  const sum = built.sum ?? ''
  const dirHash = hexOfSum(sum)
  const annotations = {
    ...(module.replace && { replaces: moduleUrl(module.path, module.version) }),
    // What has no digest is marked, so that nobody takes it for forgotten.
    ...(dirHash === undefined && {
      unverified: sum === '' ? 'go.sum has no hash of it' : `its hash is ${sum}`,
    }),
  }
  return {
    uri: isFolder(built) ? `file:${encodeURI(built.path)}` : moduleUrl(built.path, built.version),
    ...(dirHash !== undefined && { digest: { dirHash } }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  }
}

/** Only a folder has no version; it is relative to the main module's, or absolute. */
const isFolder = ({ path, version }: BuiltModule): boolean =>
  version === '' || /^(?:\.{0,2}[\\/]|[A-Za-z]:)/.test(path)
