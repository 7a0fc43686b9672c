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

/** The architecture and its variant in one union, so that an amd64 target with a GOARM cannot be written down. */
export type Architecture =
  | { readonly goarch: 'amd64'; readonly goamd64: Value<'goamd64'> }
  | { readonly goarch: 'arm'; readonly goarm: Value<'goarm'> }
  | { readonly goarch: 'arm64'; readonly goarm64: Value<'goarm64'> }
  | { readonly goarch: '386'; readonly go386: Value<'go386'> }
  | { readonly goarch: 'mips' | 'mipsle'; readonly gomips: Value<'gomips'> }
  | { readonly goarch: 'mips64' | 'mips64le'; readonly gomips64: Value<'gomips64'> }
  | { readonly goarch: 'ppc64' | 'ppc64le'; readonly goppc64: Value<'goppc64'> }
  | { readonly goarch: 'riscv64'; readonly goriscv64: Value<'goriscv64'> }
  | { readonly goarch: 'loong64' | 's390x' | 'wasm' }

/** Lower-case names of Go's variant variables. */
export const VARIANT_KEYS = Object.keys(VALUES) as readonly VariantKey[]

/**
 * Reads a variant as Go takes it, or with `+` for its comma, or as container platforms write it (`v7`, `v8`).
 * Without one the architecture has Go's default. Undefined where the GOARCH is unknown or has no such variant.
 */
export function parseArchitecture(goarch: string, variant?: string): Architecture | undefined {
  const text = variant?.replaceAll('+', ',')
  switch (goarch) {
    case 'amd64': {
      const goamd64 = canonical('goamd64', text)
      return goamd64 && { goarch, goamd64 }
    }
    case 'arm': {
      const goarm = canonical('goarm', text && foldGoarm(text))
      return goarm && { goarch, goarm }
    }
    case 'arm64': {
      const goarm64 = canonical('goarm64', text && foldGoarm64(text))
      return goarm64 && { goarch, goarm64 }
    }
    case '386': {
      const go386 = canonical('go386', text)
      return go386 && { goarch, go386 }
    }
    case 'mips':
    case 'mipsle': {
      const gomips = canonical('gomips', text)
      return gomips && { goarch, gomips }
    }
    case 'mips64':
    case 'mips64le': {
      const gomips64 = canonical('gomips64', text)
      return gomips64 && { goarch, gomips64 }
    }
    case 'ppc64':
    case 'ppc64le': {
      const goppc64 = canonical('goppc64', text)
      return goppc64 && { goarch, goppc64 }
    }
    case 'riscv64': {
      const goriscv64 = canonical('goriscv64', text)
      return goriscv64 && { goarch, goriscv64 }
    }
    case 'loong64':
    case 's390x':
    case 'wasm':
      return text === undefined ? { goarch } : undefined
    default:
      return undefined
  }
}

/** The variable that holds the architecture's variant, and its canonical value; undefined where Go has none. */
export function variantOf(
  architecture: Architecture,
): { readonly key: VariantKey; readonly value: string } | undefined {
  switch (architecture.goarch) {
    case 'amd64':
      return { key: 'goamd64', value: architecture.goamd64 }
    case 'arm':
      return { key: 'goarm', value: architecture.goarm }
    case 'arm64':
      return { key: 'goarm64', value: architecture.goarm64 }
    case '386':
      return { key: 'go386', value: architecture.go386 }
    case 'mips':
    case 'mipsle':
      return { key: 'gomips', value: architecture.gomips }
    case 'mips64':
    case 'mips64le':
      return { key: 'gomips64', value: architecture.gomips64 }
    case 'ppc64':
    case 'ppc64le':
      return { key: 'goppc64', value: architecture.goppc64 }
    case 'riscv64':
      return { key: 'goriscv64', value: architecture.goriscv64 }
    case 'loong64':
    case 's390x':
    case 'wasm':
      return undefined
  }
}

/** The variable that holds the variant of a GOARCH; undefined where Go has none or the GOARCH is unknown. */
export function variantKey(goarch: string): VariantKey | undefined {
  const architecture = parseArchitecture(goarch)
  return architecture && variantOf(architecture)?.key
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

/** The text if it is one of the variable's canonical values, the default if there is no text. */
function canonical<Key extends VariantKey>(key: Key, text: string | undefined): Value<Key> | undefined {
  const values: readonly Value<Key>[] = VALUES[key]
  return text === undefined ? values[0] : values.find((value) => value === text)
}

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
