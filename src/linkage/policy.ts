// The input `linkage` -> a Policy; a Verdict and a Policy -> the reasons to refuse the file.

import { InputError } from '../errors.js'
import { compareNumbers, parseSymbolVersion } from './symbol-version.js'
import { GLIBC, systemOf } from './systems.js'
import { describeVerdict, listed, type Verdict } from './verdict.js'

/**
 * `static`: needs nothing, where Go makes such programs for the GOOS; elsewhere only what the system itself brings.
 * `system`: only what the system itself brings, which on linux is glibc or musl. `glibc`: on linux only glibc, up to the
 * release `max`; elsewhere as `static`. `any`: whatever it needs.
 */
export type Policy =
  | { readonly kind: 'static' | 'system' | 'any' }
  | { readonly kind: 'glibc'; readonly max: readonly [major: number, minor: number] }

/** Reads `static`, `system`, `any` or `glibc<=2.31`; an InputError for anything else. */
export function parsePolicy(text: string): Policy {
  const policy = text.trim()
  if (policy === 'static' || policy === 'system' || policy === 'any') return { kind: policy }
  const match = /^glibc\s*<=\s*([1-9]\d?)\.(0|[1-9]\d{0,2})$/.exec(policy)
  if (match) return { kind: 'glibc', max: [Number(match[1]), Number(match[2])] }
  throw new InputError(
    'linkage',
    `got "${text}", allowed: static, system, any, or glibc<=X.Y such as glibc<=2.31`,
  )
}

/** The text that `parsePolicy` reads. */
export const formatPolicy = (policy: Policy): string =>
  policy.kind === 'glibc' ? `glibc<=${policy.max.join('.')}` : policy.kind

type Dynamic = Extract<Verdict, { readonly kind: 'dynamic' }>

/** Every reason why the policy refuses the file, each with what was got and what to do; empty where it accepts it. */
export function policyRefusals(verdict: Verdict, goos: string, policy: Policy): string[] {
  if (verdict.kind !== 'dynamic' || policy.kind === 'any') return []
  const refuse = (reason: string): string => `linkage: ${formatPolicy(policy)} refuses this file: ${reason}.`
  if (policy.kind === 'glibc' && goos === 'linux') return glibcReasons(verdict, policy.max).map(refuse)
  if (policy.kind !== 'system' && systemOf(goos).hasStatic) {
    return [refuse(`it is ${describeVerdict(verdict)}; ${mendStatic(verdict, goos)}`)]
  }
  return foreignReasons(verdict, goos).map(refuse)
}

function foreignReasons({ foreign }: Dynamic, goos: string): string[] {
  if (foreign.length === 0) return []
  return [
    `it needs what ${goos} does not bring: ${listed(foreign)}; leave it out, link it in statically, or set linkage: any`,
  ]
}

function glibcReasons(verdict: Dynamic, max: readonly number[]): string[] {
  const { needs, runtime, foreign } = verdict
  const reasons = foreignReasons(verdict, 'glibc')
  if (foreign.length === 0 && runtime !== GLIBC.name) {
    reasons.push(`it is for ${runtime ?? 'more than one libc'}, not for glibc; set linkage: system`)
  }
  const own = needs.filter(({ library }) => GLIBC.brings(library))
  const versions = own.flatMap(({ library, versions: names }) =>
    names.map((name) => ({ library, name, parsed: parseSymbolVersion(name) })),
  )
  for (const { library, name, parsed } of versions) {
    if (parsed?.family !== 'GLIBC') {
      reasons.push(
        `it needs ${name} of ${library}, and no release of glibc is known to bring that first; set linkage: system`,
      )
    } else if (compareNumbers(parsed.numbers, max) > 0) {
      reasons.push(
        `it needs ${name} of ${library}; build it on or against an older system, with cgo: false, or set linkage: ${policyFor(parsed.numbers)}`,
      )
    }
  }
  if (own.length > 0 && versions.length === 0) {
    const libraries = listed(own.map(({ library }) => library))
    reasons.push(
      `it needs ${libraries} without a symbol version, so that no glibc can be named; set linkage: system`,
    )
  }
  return reasons
}

/** The lowest `glibc<=X.Y` that has room for a version: 2.34 for GLIBC_2.34, and 2.3 for GLIBC_2.2.5. */
function policyFor([major = 0, minor = 0, patch = 0]: readonly number[]): string {
  return formatPolicy({ kind: 'glibc', max: [major, patch > 0 ? minor + 1 : minor] })
}

/** The narrowest policy that takes the file as it is. */
function policyThatAllows({ needs, runtime, foreign }: Dynamic): string {
  if (foreign.length > 0) return 'any'
  const versions = needs.flatMap((need) => need.versions.map(parseSymbolVersion))
  const [highest] = versions.map((version) => version?.numbers ?? []).sort((a, b) => compareNumbers(b, a))
  const isKnown = runtime === GLIBC.name && versions.every((version) => version !== undefined)
  return isKnown && highest !== undefined ? policyFor(highest) : 'system'
}

/** How to make such a file static, or else which policy would take it as it is. */
function mendStatic(verdict: Dynamic, goos: string): string {
  const { needs, loader, note, foreign } = verdict
  const allow = `set linkage: ${policyThatAllows(verdict)}`
  if (needs.length === 0 && (loader !== undefined || foreign.length > 0)) {
    return `build it without buildmode: pie, or ${allow}`
  }
  const isLibrary = note !== undefined
  const isWasm = goos === 'js' || goos === 'wasip1'
  if (isLibrary || isWasm) return allow
  return `build it with cgo: false or with tags: netgo,osusergo, and without //go:cgo_import_dynamic, or ${allow}`
}
