// Turns a GOARCH and the text of its variant (GOAMD64, GOARM and their kin) into one canonical value.

const GOARM64_V8_WITH_LSE = ['v8.1', 'v8.2', 'v8.3', 'v8.4', 'v8.5', 'v8.6', 'v8.7', 'v8.8', 'v8.9'] as const
const GOARM64_V9 = ['v9.0', 'v9.1', 'v9.2', 'v9.3', 'v9.4', 'v9.5'] as const
const GOARM64_WITH_LSE = [...GOARM64_V8_WITH_LSE, ...GOARM64_V9] as const

/**
 * The canonical values of every variant variable, Go's default first.
 * Source: internal/buildcfg/cfg.go of Go 1.26. GOARM 5 is softfloat and 6 and 7 are hardfloat unless they say otherwise;
 * every GOARM64 from v8.1 on has lse, and Go writes lse before crypto.
 */
const VALUES = {
  goamd64: ['v1', 'v2', 'v3', 'v4'],
  goarm: ['7', '5', '6', '5,hardfloat', '6,softfloat', '7,softfloat'],
  goarm64: [
    'v8.0',
    'v8.0,lse',
    'v8.0,crypto',
    'v8.0,lse,crypto',
    ...GOARM64_WITH_LSE,
    ...GOARM64_WITH_LSE.map((version) => `${version},crypto` as const),
  ],
  go386: ['sse2', 'softfloat'],
  gomips: ['hardfloat', 'softfloat'],
  gomips64: ['hardfloat', 'softfloat'],
  goppc64: ['power8', 'power9', 'power10'],
  goriscv64: ['rva20u64', 'rva22u64', 'rva23u64'],
} as const satisfies Record<string, readonly string[]>

export type VariantKey = keyof typeof VALUES
type Value<Key extends VariantKey> = (typeof VALUES)[Key][number]

/** The variable that holds the variant of each GOARCH; `none` where Go has no variants. */
const KEYS = {
  '386': 'go386',
  amd64: 'goamd64',
  arm: 'goarm',
  arm64: 'goarm64',
  loong64: 'none',
  mips: 'gomips',
  mipsle: 'gomips',
  mips64: 'gomips64',
  mips64le: 'gomips64',
  ppc64: 'goppc64',
  ppc64le: 'goppc64',
  riscv64: 'goriscv64',
  s390x: 'none',
  wasm: 'none',
} as const satisfies Record<string, VariantKey | 'none'>
type Goarch = keyof typeof KEYS

/** The architecture and its variant in one union, so that an amd64 target with a GOARM cannot be written down. */
export type Architecture = {
  [G in Goarch]: {
    readonly [K in 'goarch' | Exclude<(typeof KEYS)[G], 'none'>]: K extends VariantKey ? Value<K> : G
  }
}[Goarch]

/** Lower-case names of Go's variant variables. */
export const VARIANT_KEYS = Object.keys(VALUES) as readonly VariantKey[]

/**
 * Reads a variant as Go takes it, or with `+` for its comma, or as container platforms write it (`v7`, `v8`).
 * Without one the architecture has Go's default. Undefined where the GOARCH is unknown or has no such variant.
 */
export function parseArchitecture(goarch: string, variant?: string): Architecture | undefined {
  if (!isGoarch(goarch)) return undefined
  const key = KEYS[goarch]
  if (key === 'none') return variant === undefined ? ({ goarch } as Architecture) : undefined
  const values: readonly string[] = VALUES[key]
  const text = variant?.replaceAll('+', ',')
  const value = text === undefined ? values[0] : values.find((each) => each === (FOLD[key]?.(text) ?? text))
  return value === undefined ? undefined : ({ goarch, [key]: value } as Architecture)
}

const isGoarch = (goarch: string): goarch is Goarch => Object.hasOwn(KEYS, goarch)

/** The variable that holds the architecture's variant, and its canonical value; undefined where Go has none. */
export function variantOf(
  architecture: Architecture,
): { readonly key: VariantKey; readonly value: string } | undefined {
  const key = KEYS[architecture.goarch]
  if (key === 'none') return undefined
  return { key, value: (architecture as Readonly<Record<string, string>>)[key] ?? VALUES[key][0] }
}

/** The variable that holds the variant of a GOARCH; undefined where Go has none or the GOARCH is unknown. */
export function variantKey(goarch: string): VariantKey | undefined {
  const key = isGoarch(goarch) ? KEYS[goarch] : 'none'
  return key === 'none' ? undefined : key
}

/** The variants of a GOARCH as a list for an error message. */
export function describeVariants(goarch: string): string {
  const key = variantKey(goarch)
  if (key === undefined) return `${goarch} has no variants`
  const values: readonly string[] = VALUES[key]
  const [standard, ...others] = values.filter((value) => !value.includes(','))
  const features = [...new Set(values.flatMap((value) => value.split(',').slice(1)))].map(
    (name) => `+${name}`,
  )
  const list = [`${standard ?? ''} (Go's default)`, ...others].join(', ')
  return `${goarch} has ${list}${features.length === 0 ? '' : `; some also with ${features.join(', ')}`}`
}

/** How what Go takes for the same is written in one way. */
const FOLD: Partial<Record<VariantKey, (text: string) => string>> = { goarm: foldGoarm, goarm64: foldGoarm64 }

function foldGoarm(text: string): string {
  return text
    .replace(/^v/, '')
    .replace(/^5,softfloat$/, '5')
    .replace(/^([67]),hardfloat$/, '$1')
}

function foldGoarm64(text: string): string {
  const [version = '', ...features] = text.split(',')
  const full = /^v[89]$/.test(version) ? `${version}.0` : version
  const unknown = features.filter((feature) => feature !== 'lse' && feature !== 'crypto')
  const lse = full === 'v8.0' && features.includes('lse') ? ['lse'] : []
  const crypto = features.includes('crypto') ? ['crypto'] : []
  return [full, ...lse, ...crypto, ...unknown].join(',')
}
