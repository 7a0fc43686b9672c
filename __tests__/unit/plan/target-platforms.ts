// What `go tool dist list -json` of Go 1.26 prints, for the tests that start no process.
import type { Platform } from '../../../src/plan/target.js'

const FIRST_CLASS =
  'darwin/amd64 darwin/arm64 linux/386 linux/amd64 linux/arm linux/arm64 windows/386 windows/amd64'.split(' ')
const WITHOUT_CGO = 'js/wasm linux/ppc64 openbsd/ppc64 plan9/386 plan9/amd64 plan9/arm wasip1/wasm'.split(' ')

/** In Go's order. */
export const PAIRS = `
  aix/ppc64 android/386 android/amd64 android/arm android/arm64 darwin/amd64 darwin/arm64 dragonfly/amd64
  freebsd/386 freebsd/amd64 freebsd/arm freebsd/arm64 illumos/amd64 ios/amd64 ios/arm64 js/wasm
  linux/386 linux/amd64 linux/arm linux/arm64 linux/loong64 linux/mips linux/mips64 linux/mips64le linux/mipsle
  linux/ppc64 linux/ppc64le linux/riscv64 linux/s390x netbsd/386 netbsd/amd64 netbsd/arm netbsd/arm64
  openbsd/386 openbsd/amd64 openbsd/arm openbsd/arm64 openbsd/ppc64 openbsd/riscv64 plan9/386 plan9/amd64 plan9/arm
  solaris/amd64 wasip1/wasm windows/386 windows/amd64 windows/arm64
`
  .trim()
  .split(/\s+/)

export const PLATFORMS: readonly Platform[] = PAIRS.map((pair) => {
  const [GOOS = '', GOARCH = ''] = pair.split('/')
  return { GOOS, GOARCH, CgoSupported: !WITHOUT_CGO.includes(pair), FirstClass: FIRST_CLASS.includes(pair) }
})
