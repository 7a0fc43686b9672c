// Turns a wanted goos, goarch and variant into a Target that this Go can build, or says what was probably meant.
import type { InputError } from '../errors.js'
import { describeVariants, parseArchitecture } from './architecture.js'
import type { Overrides, Platform, Target } from './target.js'
import { byDistance, nearest } from '../nearest.js'
import { matrixError } from './wording.js'

export interface Wanted {
  /** How the matrix wrote it, for messages. */
  readonly item: string
  readonly goos: string
  readonly goarch: string
  /** Go's default where it is absent. */
  readonly variant?: string | undefined
  readonly overrides: Overrides
}

const MAX_SUGGESTIONS = 3

/** What other tools call a GOOS. */
const GOOS_ALIASES: ReadonlyMap<string, string> = new Map([
  ['mac', 'darwin'],
  ['macos', 'darwin'],
  ['macosx', 'darwin'],
  ['osx', 'darwin'],
  ['win', 'windows'],
  ['win32', 'windows'],
  ['win64', 'windows'],
  ['windows_nt', 'windows'],
  ['iphoneos', 'ios'],
  ['sunos', 'solaris'],
  ['wasi', 'wasip1'],
])

/** What other tools call a GOARCH, with the variant where the name implies one. */
const GOARCH_ALIASES: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'amd64'],
  ['x86-64', 'amd64'],
  ['x64', 'amd64'],
  ['x86', '386'],
  ['i386', '386'],
  ['i486', '386'],
  ['i586', '386'],
  ['i686', '386'],
  ['ia32', '386'],
  ['aarch64', 'arm64'],
  ['armv8', 'arm64'],
  ['arm64v8', 'arm64'],
  ['armhf', 'arm'],
  ['armel', 'arm/5'],
  ['armv5', 'arm/5'],
  ['arm32v5', 'arm/5'],
  ['armv6', 'arm/6'],
  ['armv6l', 'arm/6'],
  ['arm32v6', 'arm/6'],
  ['armv7', 'arm/7'],
  ['armv7l', 'arm/7'],
  ['arm32v7', 'arm/7'],
  ['loongarch64', 'loong64'],
  ['mipsel', 'mipsle'],
  ['mips64el', 'mips64le'],
  ['powerpc64', 'ppc64'],
  ['powerpc64le', 'ppc64le'],
  ['ppc64el', 'ppc64le'],
  ['riscv', 'riscv64'],
  ['rv64', 'riscv64'],
  ['wasm32', 'wasm'],
])

/** @throws InputError for a pair, a use of cgo or a variant that this Go does not have */
export function legalTarget(wanted: Wanted, platforms: readonly Platform[], cgo: boolean): Target {
  const { item, goos, goarch, variant, overrides } = wanted
  const platform = platforms.find(({ GOOS, GOARCH }) => GOOS === goos && GOARCH === goarch)
  if (platform === undefined) throw unknownPair(item, goos, goarch, platforms.map(pair))
  if (parseArchitecture(goarch) === undefined) {
    throw matrixError(`${item}: this version of the action does not know ${goarch} yet`)
  }
  const architecture = parseArchitecture(goarch, variant)
  if (architecture === undefined) throw matrixError(`${item}: no such variant; ${describeVariants(goarch)}`)
  const obstacle = cgoObstacle(platform, cgo)
  if (obstacle !== undefined) {
    throw matrixError(item === pair(platform) ? obstacle : `${item}: ${obstacle}`)
  }
  return { goos, ...architecture, overrides }
}

/** Whether a wildcard brings the pair: this action knows it, and Go builds it with cgo on or off, as given. */
export function isBuildable(platform: Platform, cgo: boolean): boolean {
  return cgoObstacle(platform, cgo) === undefined && parseArchitecture(platform.GOARCH) !== undefined
}

/** Why the pair cannot be built with cgo on or off, as given; undefined where it can. */
export function cgoObstacle(platform: Platform, cgo: boolean): string | undefined {
  if (cgo) {
    return platform.CgoSupported
      ? undefined
      : `Go has no cgo for ${pair(platform)}; build it with cgo: false, or take it out of the matrix`
  }
  return needsCgo(platform)
    ? `${pair(platform)} needs cgo, which is off; set cgo: true with a C compiler for it, or take it out of the matrix`
    : undefined
}

/** The error for a goos/goarch that is not among `legal`, which are pairs, or wildcards where a wildcard was meant. */
export function unknownPair(
  item: string,
  goos: string,
  goarch: string,
  legal: readonly string[],
): InputError {
  const meant = meantPairs(goos, goarch, legal)
  const problem =
    meant.length === 0
      ? 'this Go builds nothing of that name; `go tool dist list` prints what it builds'
      : `did you mean ${meant.join(' or ')}?`
  return matrixError(`${item}: ${problem}`)
}

export function pair(platform: Platform): string {
  return `${platform.GOOS}/${platform.GOARCH}`
}

/** These link outside Go even without cgo. Source: MustLinkExternal in internal/platform, and ios/amd64's PIE default. */
function needsCgo({ GOOS, GOARCH }: Platform): boolean {
  return GOOS === 'ios' || (GOOS === 'android' && GOARCH !== 'arm64')
}

/** By their other names, in either order; else by spelling; else what the goos has, the nearest first. */
function meantPairs(goos: string, goarch: string, legal: readonly string[]): string[] {
  for (const [os, arch] of [
    [goos, goarch],
    [goarch, goos],
  ] as const) {
    const renamed = `${rename(GOOS_ALIASES, os)}/${rename(GOARCH_ALIASES, arch)}`
    if (legal.includes(renamed.split('/').slice(0, 2).join('/'))) return [renamed]
  }
  const os = rename(GOOS_ALIASES, goos)
  const arch = rename(GOARCH_ALIASES, goarch)
  const arches = legal.filter((name) => name.startsWith(`${os}/`)).map((name) => name.slice(os.length + 1))
  if (arches.length === 0) {
    const name = nearest(`${os}/${arch}`, legal)
    return name === undefined ? [] : [name]
  }
  const near = nearest(arch, arches)
  const meant = near === undefined ? byDistance(arch, arches).slice(0, MAX_SUGGESTIONS) : [near]
  return meant.map((name) => `${os}/${name}`)
}

function rename(aliases: ReadonlyMap<string, string>, name: string): string {
  const lower = name.toLowerCase()
  return aliases.get(lower) ?? lower
}
