// The modules that Go says are in the programs -> dependencies with the digest that go.sum has of each.
import { isFolder, moduleUrl, type GoModule } from '../go-module.js'
import { hexOfSum, type Descriptor } from './descriptor.js'

/** Each once, sorted, however many programs hold it. */
export function describeModules(modules: readonly GoModule[]): Descriptor[] {
  const described = new Map(
    modules.map(describeModule).map((descriptor) => [JSON.stringify(descriptor), descriptor]),
  )
  return [...described].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, descriptor]) => descriptor)
}

function describeModule(module: GoModule): Descriptor {
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
