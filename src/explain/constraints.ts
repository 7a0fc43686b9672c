// The name and text of a Go file that a target leaves out -> why it does, and the line that says so.
import { findImports } from './imports.js'

/** Source: internal/syslist of Go 1.26. */
const SYSTEMS =
  'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos'.split(
    ' ',
  )
const ARCHITECTURES =
  '386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm'.split(
    ' ',
  )
/** Systems that take the files of another one too. */
const LIKE: Readonly<Record<string, string>> = { android: 'linux', illumos: 'solaris', ios: 'darwin' }

export interface Exclusion {
  /** From 1. */
  readonly line: number
  /** `a_linux.go is for linux only` */
  readonly why: string
  /** Whether cgo alone, which is off, would let it in. */
  readonly wantsCgo: boolean
}

export interface Conditions {
  readonly goos: string
  readonly goarch: string
  readonly cgo: boolean
}

/** @param name without a folder */
export function whyExcluded(name: string, text: string, { goos, goarch, cgo }: Conditions): Exclusion {
  const { system, architecture } = parseSuffix(name)
  const fits =
    (system === undefined || system === goos || system === LIKE[goos]) &&
    (architecture === undefined || architecture === goarch)
  if (!fits) {
    const only = [system, architecture].filter((part) => part !== undefined).join('/')
    return { line: 1, why: `${name} is for ${only} only`, wantsCgo: false }
  }
  const lines = text.split(/\r?\n/)
  const constraint = lines.findIndex((line) => line.startsWith('//go:build '))
  const c = cgo ? undefined : findImports(text).find(({ path }) => path === 'C')
  const asks = lines[constraint]
  const reasons = [
    ...(asks === undefined ? [] : [`says ${asks}`]),
    ...(c === undefined ? [] : ['imports "C" while cgo is off']),
  ]
  return {
    line: asks === undefined ? (c?.line ?? 1) : constraint + 1,
    why: `${name} ${reasons.join(' and ') || 'is left out'}`,
    wantsCgo: !cgo && (asks === undefined ? c !== undefined : /^\/\/go:build +cgo\s*$/.test(asks)),
  }
}

/** What a name that ends in `_goos`, `_goarch` or `_goos_goarch` asks for; the part before the first `_` counts for nothing. */
function parseSuffix(name: string): { readonly system?: string; readonly architecture?: string } {
  const parts = name.replace(/\.go$/, '').split('_').slice(1)
  const [before = '', last = ''] = [parts.at(-2), parts.at(-1)]
  if (SYSTEMS.includes(last)) return { system: last }
  if (!ARCHITECTURES.includes(last)) return {}
  return SYSTEMS.includes(before) ? { system: before, architecture: last } : { architecture: last }
}
