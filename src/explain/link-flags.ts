// Turns the flags of a build into what they ask of the linker.
import { withoutPattern } from '../flags.js'
import { splitQuoted } from '../quoted.js'

export interface BuildFlags {
  /** Undefined leaves it to GOFLAGS and Go. */
  readonly buildmode: string | undefined
  /** As given to `go build`. */
  readonly ldflags: string
  /** The user's own settings for every go command: `go env GOFLAGS`. */
  readonly goflags: string
}

export interface LinkFlags {
  readonly buildmode: string | undefined
  /** The linker's `-linkmode`. */
  readonly linkmode: string | undefined
  /** The linker's `-extldflags`: what the C linker is given. */
  readonly extldflags: string | undefined
  /** Flags in GOFLAGS by which Go links a runtime of the C compiler's, or shared libraries of its own. */
  readonly goflags: readonly string[]
}

const LINKING_GOFLAGS = ['-race', '-msan', '-asan', '-linkshared']

export function readLinkFlags({ buildmode, ldflags, goflags }: BuildFlags): LinkFlags {
  const general = splitFlags(goflags)
  const linker = splitFlags(withoutPattern(ldflags))
  return {
    buildmode: buildmode ?? flagValue(general, 'buildmode'),
    linkmode: flagValue(linker, 'linkmode'),
    extldflags: flagValue(linker, 'extldflags'),
    goflags: LINKING_GOFLAGS.filter((flag) => general.includes(flag) || general.includes(`${flag}=true`)),
  }
}

/** Whether the C linker is told to make a file without a loader. */
export function linksStatically({ extldflags = '' }: LinkFlags): boolean {
  return splitQuoted(extldflags).some((flag) => flag === '-static' || flag === '-static-pie')
}

/** Go takes two dashes for one. */
function splitFlags(text: string): string[] {
  return splitQuoted(text).map((flag) => flag.replace(/^--/, '-'))
}

/** Of `-name=value` or `-name value`; of several the last. */
function flagValue(flags: readonly string[], name: string): string | undefined {
  const index = flags.findLastIndex((flag) => flag === `-${name}` || flag.startsWith(`-${name}=`))
  const flag = flags[index]
  return flag === `-${name}` ? flags[index + 1] : flag?.slice(name.length + 2)
}
