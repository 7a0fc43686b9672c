// Turns the packages of a program and the flags of its build into the reasons why it is dynamic, each with its mend.
import type { Place } from '../errors.js'
import { linksStatically, type LinkFlags } from './link-flags.js'
import { shortestChains, usesCgo, type ListedPackage } from './packages.js'

/** What makes a program dynamic, and what to write to mend it. */
export type Reason =
  /** cgo compiles C for the last package of the chain. */
  | {
      readonly kind: 'cgo'
      readonly chain: readonly string[]
      /** Of the user's own import that leads there. */
      readonly place?: Place
      readonly mend: string
    }
  /** The last package of the chain asks Go's own linker for libraries, which needs no cgo. */
  | {
      readonly kind: 'cgo_import_dynamic'
      readonly chain: readonly string[]
      /** As the directives name them. */
      readonly libraries: readonly string[]
      readonly place?: Place
      readonly mend: string
    }
  /** A flag of the build, as it would stand on the command line. */
  | { readonly kind: 'flag'; readonly flag: string; readonly mend: string }

export interface Facts {
  /** Of the target. */
  readonly goos: string
  readonly cgo: boolean
  /** Import path of the main package. */
  readonly mainPackage: string
  readonly packages: readonly ListedPackage[]
  /** Import path of a package to the libraries that its //go:cgo_import_dynamic directives name. */
  readonly dynamicImports: ReadonlyMap<string, readonly string[]>
  readonly flags: LinkFlags
}

/** The tag that has a package of the standard library do without C. */
const PURE_GO_TAGS: ReadonlyMap<string, string> = new Map([
  ['os/user', 'osusergo'],
  ['net', 'netgo'],
])

const STATIC_FLAGS = '-linkmode external -extldflags -static'

/** @returns those of the packages first, by the length of their chains; empty where nothing that is known makes it dynamic */
export function findReasons(facts: Facts): Reason[] {
  const chains = shortestChains(facts.packages, facts.mainPackage)
  const imports = [...cgoReasons(facts, chains), ...dynamicImportReasons(facts, chains)]
  return [...imports.toSorted((a, b) => a.chain.length - b.chain.length), ...flagReasons(facts)]
}

type Chains = ReturnType<typeof shortestChains>
type ImportReason = Exclude<Reason, { kind: 'flag' }>

function cgoReasons({ goos, packages }: Facts, chains: Chains): ImportReason[] {
  const withCgo = packages.filter((listed) => usesCgo(listed) && chains.has(listed.ImportPath))
  // Go has every package with cgo import runtime/cgo, which is a reason by itself only where the program imports it alone.
  const own = withCgo.filter(({ ImportPath }) => !ImportPath.startsWith('runtime/'))
  const reasons = own.length === 0 ? withCgo : own
  const tags = [...PURE_GO_TAGS].flatMap(([importPath, tag]) =>
    reasons.some(({ ImportPath }) => ImportPath === importPath) ? [tag] : [],
  )
  const onlyStandard = reasons.every(({ Standard }) => Standard === true)
  const mend = ({ ImportPath, Standard }: ListedPackage): string => {
    if (PURE_GO_TAGS.has(ImportPath)) {
      return `add ${tags.join(',')} to tags${onlyStandard ? ', or set cgo: false' : ''}`
    }
    if (Standard === true) return `set cgo: false, or leave out ${ImportPath}`
    const without = 'set cgo: false if the program can do without its C code'
    return goos === 'linux'
      ? `link it with musl: cc: musl-gcc in the row and ${STATIC_FLAGS} in ldflags; or ${without}`
      : `${without}, or allow what it needs with linkage`
  }
  return reasons.map((listed) => ({
    kind: 'cgo',
    chain: chains.get(listed.ImportPath) ?? [],
    mend: mend(listed),
  }))
}

/** What Go's standard library asks for by itself, it asks for in every program of that GOOS. */
function dynamicImportReasons({ packages, dynamicImports }: Facts, chains: Chains): ImportReason[] {
  const librariesOf = ({ ImportPath }: ListedPackage) => dynamicImports.get(ImportPath) ?? []
  const always = new Set(packages.filter(({ Standard }) => Standard === true).flatMap(librariesOf))
  return packages.flatMap((listed): ImportReason[] => {
    const chain = chains.get(listed.ImportPath)
    const libraries = librariesOf(listed).filter((library) => !always.has(library))
    if (chain === undefined || libraries.length === 0) return []
    const mend = `leave out ${listed.ImportPath}, which nothing makes static, or allow what it loads with linkage`
    return [{ kind: 'cgo_import_dynamic', chain, libraries, mend }]
  })
}

/** Systems whose programs are static unless something is done about it. */
const STATIC_SYSTEMS = ['linux', 'freebsd', 'netbsd', 'dragonfly']

function flagReasons({ goos, cgo, flags }: Facts): Reason[] {
  const { buildmode, linkmode, extldflags } = flags
  const reasons: Reason[] = flags.goflags.map((flag) => ({
    kind: 'flag',
    flag,
    mend: `take ${flag} out of GOFLAGS`,
  }))
  if (buildmode === 'c-shared') {
    reasons.push({
      kind: 'flag',
      flag: '-buildmode=c-shared',
      mend: 'a shared library is never static: set linkage to what it may need',
    })
  }
  if (!STATIC_SYSTEMS.includes(goos) || linksStatically(flags)) return reasons
  if (buildmode === 'pie') {
    reasons.push({
      kind: 'flag',
      flag: '-buildmode=pie',
      mend: 'set buildmode: exe; or, for a static PIE, cgo: true, tags: netgo,osusergo and -linkmode external -extldflags -static-pie in ldflags',
    })
  }
  if (linkmode === 'external') {
    reasons.push({
      kind: 'flag',
      flag: '-linkmode external',
      mend: 'take it out of ldflags, or add -extldflags -static',
    })
  }
  if (cgo && extldflags !== undefined) {
    reasons.push({ kind: 'flag', flag: `-extldflags "${extldflags}"`, mend: 'add -static to it' })
  }
  return reasons
}
