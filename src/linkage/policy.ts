// The input `linkage` -> a Policy; a Verdict and a Policy -> the reasons to refuse the file.

import { InputError } from '../errors.js'
import { didYouMean } from '../nearest.js'
import { glibcOf, isPromised, RELEASE_NAMES, type Promised, type Release } from './glibc-releases.js'
import {
  compareNumbers,
  describeSymbolVersion,
  DT_RELR_VERSION,
  parseSymbolVersion,
} from './symbol-version.js'
import { GLIBC, MUSL, systemOf } from './systems.js'
import { describeVerdict, listed, type Verdict } from './verdict.js'

/**
 * `static`: needs nothing, where Go makes such programs for the GOOS; elsewhere only what the system itself brings.
 * `system`: only what the system itself brings, which on linux is glibc or musl. `glibc`: on linux only glibc, up to the
 * release `max`, and what is promised beside it; `musl`: on linux only musl; both elsewhere as `static`. `any`: whatever it
 * needs. All of them take a static file.
 */
export type Policy = { readonly kind: 'static' | 'system' | 'musl' | 'any' } | GlibcPolicy

interface GlibcPolicy {
  readonly kind: 'glibc'
  readonly max: Release
  /** The system that the user named it by. */
  readonly name?: string
  readonly promised?: Promised
}

const WORDS = ['static', 'system', 'musl', 'any'] as const

/**
 * Reads `static`, `system`, `musl`, `any`, `glibc<=2.31`, or the name of a system that stands for its glibc, such as
 * `ubuntu-20.04` or `manylinux_2_28`; an InputError for anything else.
 */
export function parsePolicy(text: string): Policy {
  const policy = text.trim()
  const word = WORDS.find((each) => each === policy)
  if (word !== undefined) return { kind: word }
  const match = /^glibc\s*<=\s*([1-9]\d?)\.(0|[1-9]\d{0,2})$/.exec(policy)
  if (match) return { kind: 'glibc', max: [Number(match[1]), Number(match[2])] }
  const release = glibcOf(policy)
  if (release !== undefined) return { kind: 'glibc', name: policy, ...release }
  const hint = didYouMean(policy, [...WORDS, 'glibc<=2.31', ...RELEASE_NAMES])
  throw new InputError(
    'linkage',
    `got "${text}"${hint || ','} allowed: ${WORDS.join(', ')}, glibc<=X.Y such as glibc<=2.31, or a system whose glibc is meant: ${RELEASE_NAMES.join(', ')} and other manylinux_X_Y`,
  )
}

/** The text that `parsePolicy` reads: the user's own word. */
export function formatPolicy(policy: Policy): string {
  return policy.kind === 'glibc' ? (policy.name ?? `glibc<=${policy.max.join('.')}`) : policy.kind
}

/** The same, with the glibc that a name stands for. */
const describePolicy = (policy: Policy): string =>
  policy.kind === 'glibc' && policy.name !== undefined
    ? `${policy.name} (glibc<=${policy.max.join('.')})`
    : formatPolicy(policy)

type Dynamic = Extract<Verdict, { readonly kind: 'dynamic' }>

/** What is known of how the file was built, which the file itself does not show. */
export interface Build {
  readonly buildmode?: string
  /** Functions of which the linker said that this static program loads shared libraries for them at run time: `dlopen`. */
  readonly opens?: readonly string[]
}

/**
 * Every reason why the policy refuses the file, each with what was got and what to do; empty where it accepts it. An archive
 * goes with every policy where the `buildmode` asked for one.
 */
export function policyRefusals(verdict: Verdict, goos: string, policy: Policy, build: Build = {}): string[] {
  if (policy.kind === 'any') return []
  return reasonsOf(verdict, goos, policy, build).map(
    (reason) => `the policy ${describePolicy(policy)} refuses it: ${reason}.`,
  )
}

function reasonsOf(
  verdict: Verdict,
  goos: string,
  policy: Policy,
  { buildmode, opens = [] }: Build,
): string[] {
  if (verdict.kind === 'dynamic') return reasonsAgainst(verdict, goos, policy)
  if (verdict.kind === 'static') return policy.kind === 'system' ? [] : openingReasons(opens)
  if (verdict.kind !== 'unlinked' || buildmode === 'c-archive') return []
  return [
    `it is ${verdict.because}, and what a program with it will need is not known; set buildmode: c-archive where an archive is meant, or linkage: any`,
  ]
}

/** Source: GNU ld's warning, "Using 'dlopen' in statically linked applications requires at runtime the shared libraries". */
const openingReasons = (opens: readonly string[]): string[] =>
  opens.length === 0
    ? []
    : [
        `it looks static, but ${listed(opens)} in it ${opens.length === 1 ? 'loads' : 'load'} shared libraries at run time (so says the linker); leave the calls out, or set linkage: system`,
      ]

function reasonsAgainst(verdict: Dynamic, goos: string, policy: Policy): string[] {
  if (policy.kind === 'system') return foreignReasons(verdict.foreign, goos)
  if (goos === 'linux' && policy.kind === 'glibc') return glibcReasons(verdict, policy)
  if (goos === 'linux' && policy.kind === 'musl') return muslReasons(verdict)
  if (systemOf(goos).hasStatic) return [`it is ${describeVerdict(verdict)}; ${mendStatic(verdict, goos)}`]
  return foreignReasons(verdict.foreign, goos)
}

function foreignReasons(foreign: readonly string[], system: string): string[] {
  if (foreign.length === 0) return []
  return [
    `it needs what ${system} does not bring: ${listed(foreign)}; leave it out, link it in statically, or set linkage: any`,
  ]
}

/** A shared library that needs nothing goes with every C library. */
const needsNothing = ({ needs, loader, opens, foreign }: Dynamic): boolean =>
  needs.length === 0 && loader === undefined && opens === undefined && foreign.length === 0

function muslReasons(verdict: Dynamic): string[] {
  const { runtime, foreign } = verdict
  if (needsNothing(verdict)) return []
  if (runtime === MUSL.name) return foreignReasons(foreign, MUSL.name)
  return [
    `it is ${describeVerdict(verdict)}; build it with cc: musl-gcc, or set linkage: ${policyThatAllows(verdict)}`,
  ]
}

function glibcReasons(verdict: Dynamic, { max, promised }: GlibcPolicy): string[] {
  const { needs, runtime, opens } = verdict
  if (needsNothing(verdict)) return []
  if (opens !== undefined) {
    return [
      `it ${verdict.note ?? ''}, of the very release that it was linked with, which nothing in the file names; ${mendOpened(verdict)}`,
    ]
  }
  const foreign = verdict.foreign.filter((what) => promised?.libraries.includes(what) !== true)
  const reasons = foreignReasons(foreign, 'glibc')
  if (foreign.length === 0 && runtime !== GLIBC.name) {
    reasons.push(`it is for ${runtime ?? 'more than one libc'}, not for glibc; set linkage: system`)
  }
  const own = needs.filter(({ library }) => GLIBC.brings(library))
  for (const { library, versions } of own) {
    reasons.push(...versions.flatMap((version) => tooNewForGlibc(library, version, max)))
  }
  if (own.length > 0 && own.every(({ versions }) => versions.length === 0)) {
    const libraries = listed(own.map(({ library }) => library))
    reasons.push(
      `it needs ${libraries} without a symbol version, so that no glibc can be named; set linkage: system`,
    )
  }
  if (promised !== undefined) {
    const beside = needs.filter(({ library }) => promised.libraries.includes(library))
    reasons.push(...beside.flatMap((need) => tooNewForPromise(need, promised)))
  }
  return reasons
}

function tooNewForGlibc(library: string, version: string, max: Release): string[] {
  const parsed = parseSymbolVersion(version)
  if (parsed?.family !== 'GLIBC') {
    return [
      `it needs ${version} of ${library}, and no release of glibc is known to bring that first; set linkage: system`,
    ]
  }
  if (compareNumbers(parsed.numbers, max) <= 0) return []
  const mend =
    version === DT_RELR_VERSION
      ? 'link it with -Wl,-z,nopack-relative-relocs'
      : 'build it on or against an older system'
  return [
    `it needs ${describeSymbolVersion(version)} of ${library}; ${mend}, or set linkage: ${policyFor(parsed.numbers)}`,
  ]
}

const tooNewForPromise = ({ library, versions }: Dynamic['needs'][number], promised: Promised): string[] =>
  versions
    .filter((version) => !isPromised(promised, version))
    .map(
      (version) =>
        `it needs ${version} of ${library}, which comes later than ${promised.versions.join(', ')}; build it on or against an older system, or link it in statically`,
    )

/** The lowest `glibc<=X.Y` that has room for a version: 2.34 for GLIBC_2.34, and 2.3 for GLIBC_2.2.5. */
function policyFor([major = 0, minor = 0, patch = 0]: readonly number[]): string {
  return formatPolicy({ kind: 'glibc', max: [major, patch > 0 ? minor + 1 : minor] })
}

/** The narrowest policy that takes the file as it is. */
function policyThatAllows({ needs, runtime, foreign }: Dynamic): string {
  if (foreign.length > 0) return 'any'
  if (runtime === MUSL.name) return 'musl'
  const versions = needs.flatMap((need) => need.versions.map(parseSymbolVersion))
  const [highest] = versions.map((version) => version?.numbers ?? []).sort((a, b) => compareNumbers(b, a))
  const isKnown = runtime === GLIBC.name && versions.every((version) => version !== undefined)
  return isKnown && highest !== undefined ? policyFor(highest) : 'system'
}

/** How to make such a file static, or else which policy would take it as it is. */
function mendStatic(verdict: Dynamic, goos: string): string {
  const { needs, loader, note, opens, foreign } = verdict
  if (opens !== undefined) return mendOpened(verdict)
  const allow = `set linkage: ${policyThatAllows(verdict)}`
  if (needs.length === 0 && (loader !== undefined || foreign.length > 0)) {
    return `build it without buildmode: pie, or ${allow}`
  }
  const isLibrary = note !== undefined
  const isWasm = goos === 'js' || goos === 'wasip1'
  return isLibrary || isWasm ? allow : `link it statically, or ${allow}`
}

const mendOpened = (verdict: Dynamic): string =>
  `link it without glibc's name service, or set linkage: ${policyThatAllows(verdict)}`
