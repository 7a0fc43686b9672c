// A platform to build for, as Go names it, and its forms: text, file name suffix, environment, workflow matrix.
import { parseArchitecture, VARIANT_KEYS, variantOf } from './architecture.js'
import type { Architecture } from './architecture.js'

/** What a matrix row may set for its own target; an absent one takes the input of the same name. */
export interface Overrides {
  readonly ldflags?: string
  readonly tags?: string
  readonly cgo?: boolean
  readonly buildmode?: string
  readonly cc?: string
  readonly cxx?: string
  readonly env?: Readonly<Record<string, string>>
  readonly linkage?: string
  readonly packages?: string
  /** Label of the runner that builds it, where a plan shares out the targets. */
  readonly runner?: string
}

export type Target = { readonly goos: string; readonly overrides: Overrides } & Architecture

/** One row of `go tool dist list -json`. */
export interface Platform {
  readonly GOOS: string
  readonly GOARCH: string
  readonly CgoSupported: boolean
  readonly FirstClass: boolean
}

/** `goos/goarch`, with `/variant` where it is not Go's default and `+` for a comma in it: the list form of the matrix. */
export function formatTarget(target: Target): string {
  const variant = unusualVariant(target)
  const pair = `${target.goos}/${target.goarch}`
  return variant === undefined ? pair : `${pair}/${variant.value.replaceAll(',', '+')}`
}

/** What follows the GOARCH in a file name: empty for Go's default, else `v3`, `v6`, `v7_softfloat`, `_power9`. */
export function variantSuffix(target: Target): string {
  const variant = unusualVariant(target)
  if (variant === undefined) return ''
  const words = variant.value.replaceAll(',', '_')
  if (variant.key === 'goarm') return `v${words}`
  return words.startsWith('v') ? words : `_${words}`
}

/**
 * The variables that fix a build's target. Those of other architectures are empty, so that none of the caller's own
 * reaches the build: Go takes an empty one for unset and looks into the file of `go env -w`, but reads for a GOARCH
 * only its own, which is always set here.
 */
export function targetEnvironment(target: Target, cgo: boolean): Record<string, string> {
  const variant = variantOf(target)
  return {
    GOOS: target.goos,
    GOARCH: target.goarch,
    CGO_ENABLED: cgo ? '1' : '0',
    ...Object.fromEntries(
      VARIANT_KEYS.map((key) => [key.toUpperCase(), key === variant?.key ? variant.value : '']),
    ),
    GOWASM: '',
  }
}

/** What the target's own matrix row sets: CC, CXX and its `env`, which holds allowed names only. */
export function rowEnvironment({ overrides: { cc, cxx, env } }: Target): Record<string, string> {
  return { ...env, ...(cc === undefined ? {} : { CC: cc }), ...(cxx === undefined ? {} : { CXX: cxx }) }
}

/** JSON for `strategy.matrix: ${{ fromJSON(…) }}`: one include row a target, which `parseTargets` takes back. */
export function matrixOutput(targets: readonly Target[]): string {
  const include = targets.map((target) => {
    const variant = unusualVariant(target)
    return {
      goos: target.goos,
      goarch: target.goarch,
      ...(variant === undefined ? {} : { [variant.key]: variant.value }),
      ...target.overrides,
    }
  })
  return JSON.stringify({ include })
}

/** The variant, where it is not Go's default. */
function unusualVariant(target: Target): ReturnType<typeof variantOf> {
  const variant = variantOf(target)
  const standard = parseArchitecture(target.goarch)
  return variant === undefined || standard === undefined || variantOf(standard)?.value === variant.value
    ? undefined
    : variant
}
