// The list form of the input matrix.
import { InputError } from '../../../src/errors.js'
import { parseTargets } from '../../../src/plan/parse-targets.js'
import { formatTarget } from '../../../src/plan/target.js'
import { PAIRS, PLATFORMS } from './target-platforms.js'

function parse(text: string, cgo = false): string[] {
  return parseTargets(text, PLATFORMS, { cgo }).map(formatTarget)
}

const NEED_CGO = ['android/386', 'android/amd64', 'android/arm', 'ios/amd64', 'ios/arm64']
const HAVE_NO_CGO = PLATFORMS.filter((row) => !row.CgoSupported).map((row) => `${row.GOOS}/${row.GOARCH}`)
const WITHOUT_CGO = PAIRS.filter((pair) => !NEED_CGO.includes(pair))
const WITH_CGO = PAIRS.filter((pair) => !HAVE_NO_CGO.includes(pair))

describe('items', () => {
  const cases: [text: string, targets: string[]][] = [
    ['linux/amd64', ['linux/amd64']],
    ['windows/arm64, linux/amd64,darwin/arm64', ['windows/arm64', 'linux/amd64', 'darwin/arm64']],
    ['linux/amd64\nlinux/arm64\n', ['linux/amd64', 'linux/arm64']],
    ['linux/amd64,\r\nlinux/arm64,\r\n\r\n', ['linux/amd64', 'linux/arm64']],
    ['linux/amd64\rlinux/arm64', ['linux/amd64', 'linux/arm64']],
    ['\uFEFFlinux/amd64', ['linux/amd64']],
    ['\uFEFF- linux/amd64', ['linux/amd64']],
    ['\uFEFF["linux/amd64"]', ['linux/amd64']],
    ['\t linux/amd64\t,\u00a0linux/arm64 ', ['linux/amd64', 'linux/arm64']],
    ['# all: of them\nlinux/amd64 # {not, this}\nlinux/arm64\n#', ['linux/amd64', 'linux/arm64']],
    ['linux/arm/v7', ['linux/arm']],
    ['linux/arm/7', ['linux/arm']],
    ['linux/arm/v6, linux/arm/5', ['linux/arm/6', 'linux/arm/5']],
    ['linux/amd64/v3', ['linux/amd64/v3']],
    ['linux/amd64/v1', ['linux/amd64']],
    ['linux/arm64/v8', ['linux/arm64']],
    ['linux/arm64/v9', ['linux/arm64/v9.0']],
    ['linux/arm/5+softfloat', ['linux/arm/5']],
    ['linux/arm/5+hardfloat', ['linux/arm/5+hardfloat']],
    ['linux/arm64/v9.0+crypto+lse', ['linux/arm64/v9.0+crypto']],
    ['linux/mips/softfloat', ['linux/mips/softfloat']],
    ['linux/amd64, linux/amd64/v2', ['linux/amd64', 'linux/amd64/v2']],
  ]
  test.each(cases)('%j', (text, targets) => {
    expect(parse(text)).toEqual(targets)
  })
})

describe('a YAML list of texts and a JSON array of strings are the same list', () => {
  const cases: [text: string, targets: string[]][] = [
    ['- linux/amd64\n- linux/arm/7', ['linux/amd64', 'linux/arm']],
    ['  - linux/amd64\n  -\tlinux/arm64', ['linux/amd64', 'linux/arm64']],
    ['- "linux/amd64"\n- \'linux/arm64\'', ['linux/amd64', 'linux/arm64']],
    ['- "linux/amd64, linux/arm64"', ['linux/amd64', 'linux/arm64']],
    ['- darwin/*\n- !darwin/amd64', ['darwin/arm64']],
    ['- "darwin/*"\n- "!darwin/amd64"', ['darwin/arm64']],
    ['- */arm64\n- !*/arm64/v8\n- linux/386', ['linux/386']],
    ['["linux/amd64", "linux/arm/7"]', ['linux/amd64', 'linux/arm']],
    ['[\n\t"darwin/*",\r\n\t"!darwin/amd64"\n]', ['darwin/arm64']],
    ['[linux/amd64, linux/arm64]', ['linux/amd64', 'linux/arm64']],
  ]
  test.each(cases)('%j', (text, targets) => {
    expect(parse(text)).toEqual(targets)
  })
})

describe('wildcards', () => {
  const cases: [text: string, cgo: boolean, targets: string[]][] = [
    ['all', false, WITHOUT_CGO],
    ['*', false, WITHOUT_CGO],
    ['*/*', false, WITHOUT_CGO],
    ['all', true, WITH_CGO],
    ['*/*', true, WITH_CGO],
    ['android/*', false, ['android/arm64']],
    ['android/*', true, ['android/386', 'android/amd64', 'android/arm', 'android/arm64']],
    ['plan9/*', false, ['plan9/386', 'plan9/amd64', 'plan9/arm']],
    ['*/riscv64', false, ['linux/riscv64', 'openbsd/riscv64']],
    ['*/wasm', false, ['js/wasm', 'wasip1/wasm']],
    ['*/riscv64/rva22u64', false, ['linux/riscv64/rva22u64', 'openbsd/riscv64/rva22u64']],
    ['*/ppc64', true, ['aix/ppc64']],
    [
      'first-class',
      false,
      'darwin/amd64 darwin/arm64 linux/386 linux/amd64 linux/arm linux/arm64 windows/386 windows/amd64'.split(
        ' ',
      ),
    ],
  ]
  test.each(cases)('%s with cgo %s', (text, cgo, targets) => {
    expect(parse(text, cgo)).toEqual(targets)
  })

  test.each([
    [
      'darwin/*, */arm64',
      'darwin/amd64 darwin/arm64 android/arm64 freebsd/arm64 linux/arm64 netbsd/arm64 openbsd/arm64 windows/arm64',
    ],
    ['darwin/*, darwin/*', 'darwin/amd64 darwin/arm64'],
    ['darwin/arm64, darwin/*', 'darwin/arm64 darwin/amd64'],
    ['darwin/*, darwin/arm64', 'darwin/amd64 darwin/arm64'],
    ['darwin/amd64/v1, darwin/*', 'darwin/amd64 darwin/arm64'],
    ['darwin/amd64/v3, darwin/*', 'darwin/amd64/v3 darwin/amd64 darwin/arm64'],
  ])('overlaps merge: %s', (text, targets) => {
    expect(parse(text)).toEqual(targets.split(' '))
  })
})

describe('taking away', () => {
  const without = (...pairs: string[]) => WITHOUT_CGO.filter((pair) => !pairs.includes(pair))
  const cases: [text: string, targets: string[]][] = [
    ['all, !linux/arm', without('linux/arm')],
    ['!linux/arm, all', without('linux/arm')],
    ['all, !linux/arm/7', without('linux/arm')],
    ['all\n!linux/arm\n!linux/arm', without('linux/arm')],
    [
      '*/arm, */arm/6, !linux/arm, !*/arm/7',
      ['freebsd/arm/6', 'netbsd/arm/6', 'openbsd/arm/6', 'plan9/arm/6'],
    ],
    ['windows/*, !first-class', ['windows/arm64']],
    ['windows/*, !windows/386, linux/386', ['windows/amd64', 'windows/arm64', 'linux/386']],
  ]
  test.each(cases)('%s', (text, targets) => {
    expect(parse(text)).toEqual(targets)
  })
})

describe('what is refused', () => {
  const arm = "arm has 7 (Go's default), 5, 6; some also with +hardfloat, +softfloat"
  const amd64 = "amd64 has v1 (Go's default), v2, v3, v4"
  const grammar = 'expected goos/goarch, goos/goarch/variant, all or first-class'
  const unknown = 'this Go builds nothing of that name; `go tool dist list` prints what it builds'
  const empty = 'no target is left to build; name one, such as linux/amd64'
  const needsCgo = (pair: string) =>
    `${pair} needs cgo, which is off; set cgo: true with a C compiler for it, or take it out of the matrix`
  const hasNoCgo = (pair: string) =>
    `Go has no cgo for ${pair}; build it with cgo: false, or take it out of the matrix`

  const cases: [text: string, problem: string][] = [
    ['', empty],
    [' \n# linux/amd64\n,', empty],
    ['[]', empty],
    ['darwin/*, !darwin/amd64, !darwin/arm64', empty],

    ['linux/x86_64', 'linux/x86_64: did you mean linux/amd64?'],
    ['linux/amd64, linux/x64', 'linux/x64: did you mean linux/amd64?'],
    ['linux/x86_64/v3', 'linux/x86_64/v3: did you mean linux/amd64?'],
    ['linux/aarch64', 'linux/aarch64: did you mean linux/arm64?'],
    ['linux/i386', 'linux/i386: did you mean linux/386?'],
    ['linux/x86', 'linux/x86: did you mean linux/386?'],
    ['linux/armv7', 'linux/armv7: did you mean linux/arm/7?'],
    ['linux/armv6l', 'linux/armv6l: did you mean linux/arm/6?'],
    ['linux/armhf', 'linux/armhf: did you mean linux/arm?'],
    ['linux/ppc64el', 'linux/ppc64el: did you mean linux/ppc64le?'],
    ['macos/arm64', 'macos/arm64: did you mean darwin/arm64?'],
    ['osx/x86_64', 'osx/x86_64: did you mean darwin/amd64?'],
    ['mac/amd64', 'mac/amd64: did you mean darwin/amd64?'],
    ['win/amd64', 'win/amd64: did you mean windows/amd64?'],
    ['win32/x64', 'win32/x64: did you mean windows/amd64?'],
    ['Windows_NT/ARM64', 'Windows_NT/ARM64: did you mean windows/arm64?'],
    ['Linux/amd64', 'Linux/amd64: did you mean linux/amd64?'],
    ['amd64/linux', 'amd64/linux: did you mean linux/amd64?'],
    ['linux_amd64', `linux_amd64: ${grammar}; did you mean linux/amd64?`],
    ['freebds/arm64', 'freebds/arm64: did you mean freebsd/arm64?'],
    ['linux/risc64', 'linux/risc64: did you mean linux/riscv64?'],
    ['windows/riscv64', 'windows/riscv64: did you mean windows/amd64 or windows/arm64 or windows/386?'],
    ['darwin/386', 'darwin/386: did you mean darwin/amd64 or darwin/arm64?'],
    ['*/x86_64', '*/x86_64: did you mean */amd64?'],
    ['macos/*', 'macos/*: did you mean darwin/*?'],
    ['all, !linux/x86_64', '!linux/x86_64: did you mean linux/amd64?'],
    ['beos/m68k', `beos/m68k: ${unknown}`],
    ['/', `/: ${unknown}`],
    ['constructor/__proto__', `constructor/__proto__: ${unknown}`],

    ['linux', `linux: ${grammar}`],
    ['!', `!: ${grammar}`],
    ['ALL', `ALL: ${grammar}; did you mean all?`],
    ['firstclass', `firstclass: ${grammar}; did you mean first-class?`],
    ['linux/amd64/v1/x', `linux/amd64/v1/x: ${grammar}; did you mean linux/amd64?`],
    ['linux:amd64', `linux:amd64: ${grammar}; did you mean linux/amd64?`],
    [
      'linux/amd64 linux/arm64',
      'linux/amd64 linux/arm64: white space inside an item; put a comma or a new line between items',
    ],
    [
      'linux/amd64;darwin/arm64',
      'linux/amd64;darwin/arm64: a semicolon inside an item; put a comma or a new line between items',
    ],
    ['linux/*/v3', 'linux/*/v3: a variant needs its goarch, as in linux/arm/6'],

    ['linux/amd64/v5', `linux/amd64/v5: no such variant; ${amd64}`],
    ['linux/amd64/', `linux/amd64/: no such variant; ${amd64}`],
    ['linux/arm/8', `linux/arm/8: no such variant; ${arm}`],
    ['linux/arm/6+crypto', `linux/arm/6+crypto: no such variant; ${arm}`],
    ['*/arm/v3', `*/arm/v3: no such variant; ${arm}`],
    ['all, !linux/arm/v3', `!linux/arm/v3: no such variant; ${arm}`],
    ['linux/s390x/z13', 'linux/s390x/z13: no such variant; s390x has no variants'],

    ['android/arm', needsCgo('android/arm')],
    ['ios/arm64', needsCgo('ios/arm64')],
    ['android/arm/7', `android/arm/7: ${needsCgo('android/arm')}`],
    ['ios/*', `ios/*: ${needsCgo('ios/amd64')}`],

    ['linux/amd64, linux/amd64', 'linux/amd64: linux/amd64 is the same target; name it once'],
    ['linux/amd64/v1, linux/amd64', 'linux/amd64: linux/amd64/v1 is the same target; name it once'],
    ['linux/arm/v7, all, linux/arm', 'linux/arm: linux/arm/v7 is the same target; name it once'],
    ['linux/arm64/v8, linux/arm64/v8.0', 'linux/arm64/v8.0: linux/arm64/v8 is the same target; name it once'],
    [
      'linux/arm64/v8.1, linux/arm64/v8.1+lse',
      'linux/arm64/v8.1+lse: linux/arm64/v8.1 is the same target; name it once',
    ],

    ['!linux/arm', '!linux/arm: takes away nothing; no wildcard here brings it with cgo off'],
    [
      'linux/*, !windows/amd64',
      '!windows/amd64: takes away nothing; no wildcard here brings it with cgo off',
    ],
    ['all, !linux/arm/6', '!linux/arm/6: takes away nothing; no wildcard here brings it with cgo off'],
    ['all, !ios/*', '!ios/*: takes away nothing; no wildcard here brings it with cgo off'],
    ['linux/arm, !linux/arm', '!linux/arm: the list itself names linux/arm; leave out one of the two'],
    [
      'all, linux/arm/v6, !linux/arm',
      '!linux/arm: the list itself names linux/arm/v6; leave out one of the two',
    ],
    ['linux/*, linux/arm, !*/arm', '!*/arm: the list itself names linux/arm; leave out one of the two'],
  ]
  test.each(cases)('%j', (text, problem) => {
    expect(() => parse(text)).toThrow(new InputError('matrix', problem))
  })

  test.each([
    ['js/wasm', hasNoCgo('js/wasm')],
    ['linux/amd64, linux/ppc64', hasNoCgo('linux/ppc64')],
    ['plan9/*', `plan9/*: ${hasNoCgo('plan9/386')}`],
    ['all, !js/wasm', '!js/wasm: takes away nothing; no wildcard here brings it with cgo on'],
  ])('%j with cgo', (text, problem) => {
    expect(() => parse(text, true)).toThrow(new InputError('matrix', problem))
  })
})

describe('a Go that is newer than this action', () => {
  const newer = [...PLATFORMS, { GOOS: 'linux', GOARCH: 'sw64', CgoSupported: true, FirstClass: false }]

  test('a wildcard does not bring an architecture whose variables are unknown here', () => {
    expect(parseTargets('all', newer, { cgo: false }).map(formatTarget)).toEqual(WITHOUT_CGO)
  })

  test.each([
    ['linux/sw64', 'linux/sw64: this version of the action does not know sw64 yet'],
    ['*/sw64', '*/sw64: this version of the action knows none of it'],
  ])('%s is refused for what it is', (text, problem) => {
    expect(() => parseTargets(text, newer, { cgo: false })).toThrow(new InputError('matrix', problem))
  })
})
