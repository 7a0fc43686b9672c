// Debian's names: of the compiler for a target, and of the package that has a compiler.
import { crossCompiler, debianPackage } from '../../../src/build/cross-compilers.js'
import { targetOf } from '../plan/example-plan.js'

// Packages of Debian 12, but for loong64, which it lacks.
test.each([
  ['linux/amd64', 'x86_64-linux-gnu-gcc', 'gcc-x86-64-linux-gnu'],
  ['linux/386', 'i686-linux-gnu-gcc', 'gcc-i686-linux-gnu'],
  ['linux/arm64', 'aarch64-linux-gnu-gcc', 'gcc-aarch64-linux-gnu'],
  ['linux/arm', 'arm-linux-gnueabihf-gcc', 'gcc-arm-linux-gnueabihf'],
  ['linux/arm/6', 'arm-linux-gnueabihf-gcc', 'gcc-arm-linux-gnueabihf'],
  ['linux/arm/5', 'arm-linux-gnueabi-gcc', 'gcc-arm-linux-gnueabi'],
  ['linux/arm/7,softfloat', 'arm-linux-gnueabi-gcc', 'gcc-arm-linux-gnueabi'],
  ['linux/arm/5,hardfloat', 'arm-linux-gnueabihf-gcc', 'gcc-arm-linux-gnueabihf'],
  ['linux/loong64', 'loongarch64-linux-gnu-gcc', 'gcc-loongarch64-linux-gnu'],
  ['linux/mips', 'mips-linux-gnu-gcc', 'gcc-mips-linux-gnu'],
  ['linux/mipsle', 'mipsel-linux-gnu-gcc', 'gcc-mipsel-linux-gnu'],
  ['linux/mips64', 'mips64-linux-gnuabi64-gcc', 'gcc-mips64-linux-gnuabi64'],
  ['linux/mips64le', 'mips64el-linux-gnuabi64-gcc', 'gcc-mips64el-linux-gnuabi64'],
  ['linux/ppc64', 'powerpc64-linux-gnu-gcc', 'gcc-powerpc64-linux-gnu'],
  ['linux/ppc64le', 'powerpc64le-linux-gnu-gcc', 'gcc-powerpc64le-linux-gnu'],
  ['linux/riscv64', 'riscv64-linux-gnu-gcc', 'gcc-riscv64-linux-gnu'],
  ['linux/s390x', 's390x-linux-gnu-gcc', 'gcc-s390x-linux-gnu'],
  ['windows/amd64', 'x86_64-w64-mingw32-gcc', 'gcc-mingw-w64-x86-64'],
  ['windows/386', 'i686-w64-mingw32-gcc', 'gcc-mingw-w64-i686'],
])('%s: %s of %s', (target, compiler, debian) => {
  expect(crossCompiler(targetOf(target))).toBe(compiler)
  expect(debianPackage(compiler)).toBe(debian)
})

test.each(['windows/arm64', 'darwin/arm64', 'freebsd/amd64', 'android/arm64'])('%s: none', (target) => {
  expect(crossCompiler(targetOf(target))).toBeUndefined()
})

test.each([
  ['gcc', 'gcc'],
  ['cc', 'gcc'],
  ['g++', 'g++'],
  ['c++', 'g++'],
  ['gcc-12', 'gcc-12'],
  ['g++-12', 'g++-12'],
  ['clang', 'clang'],
  ['clang++', 'clang'],
  ['clang-14', 'clang-14'],
  ['clang++-14', 'clang-14'],
  ['musl-gcc', 'musl-tools'],
  ['tcc', 'tcc'],
  ['ccache', 'ccache'],
  ['sccache', 'sccache'],
  ['aarch64-linux-gnu-g++', 'g++-aarch64-linux-gnu'],
  ['aarch64-linux-gnu-gcc-12', 'gcc-12-aarch64-linux-gnu'],
  ['x86_64-w64-mingw32-g++', 'g++-mingw-w64-x86-64'],
  ['x86_64-w64-mingw32-gcc-posix', 'gcc-mingw-w64-x86-64-posix'],
  ['i686-w64-mingw32-g++-win32', 'g++-mingw-w64-i686-win32'],
  ['aarch64-w64-mingw32-gcc', undefined],
  ['aarch64-linux-musl-gcc', undefined],
  ['aarch64-apple-darwin20-clang', undefined],
  ['zig', undefined],
  ['my-gcc', undefined],
  ['constructor', undefined],
])('%s is in %s', (program, debian) => {
  expect(debianPackage(program)).toBe(debian)
})
