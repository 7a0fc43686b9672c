// What is known of C compilers: the one that makes programs for a target, and the Debian package that brings one.
import type { Target } from '../plan/index.js'

/** GNU's name of each GOARCH in Debian's cross compilers for Linux; 32-bit ARM has two. */
const LINUX_TRIPLETS: Readonly<Record<string, string>> = {
  386: 'i686-linux-gnu',
  amd64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
  loong64: 'loongarch64-linux-gnu',
  mips: 'mips-linux-gnu',
  mipsle: 'mipsel-linux-gnu',
  mips64: 'mips64-linux-gnuabi64',
  mips64le: 'mips64el-linux-gnuabi64',
  ppc64: 'powerpc64-linux-gnu',
  ppc64le: 'powerpc64le-linux-gnu',
  riscv64: 'riscv64-linux-gnu',
  s390x: 's390x-linux-gnu',
}

/** For these Debian has MinGW. */
const WINDOWS_TRIPLETS: Readonly<Record<string, string>> = {
  386: 'i686-w64-mingw32',
  amd64: 'x86_64-w64-mingw32',
}

/** Debian's cross compiler for the target; undefined where it has none. */
export function crossCompiler(target: Target): string | undefined {
  const triplet = tripletOf(target)
  return triplet === undefined ? undefined : `${triplet}-gcc`
}

function tripletOf(target: Target): string | undefined {
  if (target.goos === 'windows') return WINDOWS_TRIPLETS[target.goarch]
  if (target.goos !== 'linux') return undefined
  if (target.goarch !== 'arm') return LINUX_TRIPLETS[target.goarch]
  const softfloat = target.goarm === '5' || target.goarm.endsWith(',softfloat')
  return softfloat ? 'arm-linux-gnueabi' : 'arm-linux-gnueabihf'
}

/** Programs whose package is not named after them. */
const PACKAGES: ReadonlyMap<string, string> = new Map([
  ['cc', 'gcc'],
  ['c++', 'g++'],
  ['clang++', 'clang'],
  ['musl-gcc', 'musl-tools'],
])

/** Programs whose package has their name. */
const OWN_NAMES = /^(gcc|g\+\+|clang)(-\d+)?$|^(tcc|ccache|distcc|icecc|sccache|pkg-config)$/

/** The package of Debian and Ubuntu that has `program`, a base name; undefined where there is none or none is known. */
export function debianPackage(program: string): string | undefined {
  if (OWN_NAMES.test(program)) return program
  const [, clang] = /^clang\+\+(-\d+)$/.exec(program) ?? []
  if (clang !== undefined) return `clang${clang}`
  const cross = /^(\w+-linux-gnu\w*)-(gcc|g\+\+)(-\d+)?$/.exec(program)
  if (cross !== null) {
    const [, triplet = '', compiler = '', version = ''] = cross
    return `${compiler}${version}-${dashed(triplet)}`
  }
  const mingw = /^(x86_64|i686)-w64-mingw32-(gcc|g\+\+)(-posix|-win32)?$/.exec(program)
  if (mingw !== null) {
    const [, machine = '', compiler = '', threads = ''] = mingw
    return `${compiler}-mingw-w64-${dashed(machine)}${threads}`
  }
  return PACKAGES.get(program)
}

/** A package's name holds no underscore. */
function dashed(text: string): string {
  return text.replaceAll('_', '-')
}
