// Every named check on every format: what it refuses, what it lets pass, and what it cannot check.

import { InputError } from '../../../src/errors.js'
import type { BuildInfo } from '../../../src/go-module.js'
import {
  CHECKS,
  parseChecks,
  runChecks,
  type CheckName,
  type CheckResult,
  type Expected,
} from '../../../src/linkage/checks.js'
import type { CodeSignature } from '../../../src/linkage/code-signature.js'
import { hardeningOf } from '../../../src/linkage/hardening.js'
import type { InspectedProgram, Inspection, ReadableFile } from '../../../src/linkage/inspection.js'
import type { Linkage } from '../../../src/linkage/linkage.js'
import { parsePolicy } from '../../../src/linkage/policy.js'
import { judge } from '../../../src/linkage/verdict.js'
import { cgoElf, elf, loaderlessElf, macho, pe, plan9, slice, wasm, xcoff } from './linkages.js'

const HEAD = 'a'.repeat(40)
const ANY = parsePolicy('any')
const ALL_ON = parseChecks('')

const info = (settings: Readonly<Record<string, string>>): BuildInfo => ({
  goVersion: 'go1.26.8',
  path: 'example.test/program',
  deps: [],
  settings,
})

const program = (linkage: Linkage, settings?: Readonly<Record<string, string>>): InspectedProgram => ({
  linkage,
  ...(settings && { buildInfo: info(settings) }),
})

function file(linkage: Linkage, goos: string, programs: readonly InspectedProgram[]): ReadableFile {
  const verdict = judge(linkage, goos)
  return { kind: 'readable', goos, linkage, verdict, programs, hardening: hardeningOf(linkage, goos) }
}

const readable = (linkage: Linkage, goos = 'linux', settings?: Readonly<Record<string, string>>) =>
  file(linkage, goos, [program(linkage, settings)])

function resultOf(check: CheckName, inspection: Inspection, expected: Partial<Expected> = {}): CheckResult {
  const result = runChecks(inspection, { policy: ANY, ...expected }, ALL_ON).find(
    (each) => each.check === check,
  )
  if (result === undefined) throw new Error(`no result for ${check}`)
  return result
}

const refusedFor = (...messages: readonly unknown[]) => ({ outcome: 'refused', messages })
const PASSED = { outcome: 'passed', messages: [] }
const notApplicable = (why: RegExp) => ({
  outcome: 'n/a',
  messages: [expect.stringMatching(why) as string],
})
const notChecked = (why: RegExp) => ({
  outcome: 'not checked',
  messages: [expect.stringMatching(why) as string],
})

describe('parseChecks', () => {
  test('all are errors, but for those that say otherwise', () => {
    expect(new Set(Object.values(parseChecks(' ')))).toEqual(new Set(['error']))
    const parsed = parseChecks('stack=warn, wx = off\nrpath=error,\n')
    expect(parsed).toEqual({ ...ALL_ON, stack: 'warn', wx: 'off' })
    expect(Object.keys(parsed)).toEqual(Object.keys(CHECKS))
  })

  test.each([
    ['stack', 'got "stack", allowed: name=warn, name=off or name=error, as in stack=warn'],
    ['stack=warn=off', 'got "stack=warn=off", allowed: name=warn'],
    ['stacks=warn', 'there is no check "stacks"; did you mean stack? allowed: readable, platform, linkage'],
    ['=warn', 'there is no check "", allowed: readable'],
    ['toString=warn', 'there is no check "toString", allowed: readable'],
    ['stack=warning', 'stack: "warning" is not one of error, warn, off'],
    ['stack=warn, stack=off', 'stack is named twice'],
  ])('%j is refused', (text, problem) => {
    expect(() => parseChecks(text)).toThrow(InputError)
    expect(() => parseChecks(text)).toThrow(`input checks: ${problem}`)
  })
})

describe('runChecks', () => {
  const executable = readable(elf({ gnuStack: 'RWX' }))

  test('one result for each check, in their order', () => {
    expect(runChecks(executable, { policy: ANY }, ALL_ON).map(({ check }) => check)).toEqual(
      Object.keys(CHECKS),
    )
  })

  test.each([
    ['error', 'refused', 1],
    ['warn', 'warned', 1],
    ['off', 'off', 0],
  ])('stack=%s: %s', (severity, outcome, count) => {
    const results = runChecks(executable, { policy: ANY }, parseChecks(`stack=${severity}`))
    const result = results.find(({ check }) => check === 'stack')
    expect(result).toMatchObject({ outcome })
    expect(result?.messages).toHaveLength(count)
  })

  test('an unreadable file is refused for that alone', () => {
    const results = runChecks({ kind: 'unreadable', problem: 'bad (at offset 0x0)' }, { policy: ANY }, ALL_ON)
    const [first, ...others] = results
    expect(first).toEqual({
      check: 'readable',
      outcome: 'refused',
      messages: ['it cannot be read: bad (at offset 0x0).'],
    })
    expect(new Set(others.map(({ outcome }) => outcome))).toEqual(new Set(['not checked']))
  })

  test('linkage is the policy', () => {
    const expected = { policy: parsePolicy('static') }
    expect(resultOf('linkage', readable(cgoElf(['GLIBC_2.34'])), expected)).toMatchObject(
      refusedFor(expect.stringMatching(/^the policy static refuses it: it is dynamic: /)),
    )
    expect(resultOf('linkage', readable(elf()), expected)).toMatchObject(PASSED)
    expect(resultOf('linkage', readable(elf()), { ...expected, opens: ['dlopen'] }).outcome).toBe('refused')
    const archive = readable({ format: 'archive', members: [] })
    expect(resultOf('linkage', archive, expected).outcome).toBe('refused')
    expect(resultOf('linkage', archive, { ...expected, buildmode: 'c-archive' }).outcome).toBe('passed')
  })
})

describe('platform', () => {
  const linux = { GOOS: 'linux', GOARCH: 'amd64' }
  const AMD64 = slice({ cpu: 'CPU_TYPE_X86_64' })
  const fat = macho(AMD64, slice())
  const fatFile = (amd64: Readonly<Record<string, string>>, arm64: Readonly<Record<string, string>>) =>
    file(fat, 'darwin', [program(macho(AMD64), amd64), program(macho(slice()), arm64)])
  const darwin = (GOARCH: string) => ({ GOOS: 'darwin', GOARCH })

  test.each<[string, Inspection, Partial<Expected>]>([
    ['as asked', readable(elf(), 'linux', linux), { goos: 'linux', goarch: 'amd64' }],
    ['without build info, by the header', readable(elf()), { goos: 'linux', goarch: 'amd64' }],
    ['nothing asked', readable(elf(), 'linux', linux), {}],
    ['nothing asked, nothing said', readable(elf()), {}],
    ['dragonfly', readable(elf(), 'dragonfly', { ...linux, GOOS: 'dragonfly' }), { goos: 'dragonfly' }],
    ['fat', fatFile(darwin('amd64'), darwin('arm64')), { goos: 'darwin', goarch: 'arm64' }],
    [
      'illumos',
      readable(elf({ dynamic: true, interpreter: '/lib/amd64/ld.so.1' }), 'illumos'),
      { goos: 'illumos', goarch: 'amd64' },
    ],
    ['a loader of nobody', readable(elf({ dynamic: true, interpreter: '/nix/ld.so' })), { goos: 'linux' }],
    [
      'an ABI note that illumos may have too',
      readable(elf({ abiTag: { system: 'Solaris', version: '2.6' } }), 'illumos'),
      { goos: 'illumos', goarch: 'amd64' },
    ],
    ['fat, nothing asked', fatFile(darwin('amd64'), darwin('arm64')), {}],
  ])('passed: %s', (_, inspection, expected) => {
    expect(resultOf('platform', inspection, expected)).toMatchObject(PASSED)
  })

  test.each<[string, Inspection, Partial<Expected>, readonly RegExp[]]>([
    [
      'a darwin file called linux',
      readable(macho(slice()), 'linux', darwin('arm64')),
      { goos: 'linux', goarch: 'arm64' },
      [/This file is Mach-O CPU_TYPE_ARM64/, /build info says GOOS=darwin, but linux was asked for/],
    ],
    [
      'arm64 called amd64',
      readable(elf({ machine: 'EM_AARCH64' }), 'linux', { ...linux, GOARCH: 'arm64' }),
      { goos: 'linux', goarch: 'amd64' },
      [/is ELF 64-bit little-endian EM_AARCH64 .*, but linux\/amd64 is/],
    ],
    [
      'dragonfly called linux, whose headers are alike',
      readable(elf(), 'linux', { ...linux, GOOS: 'dragonfly' }),
      { goos: 'linux', goarch: 'amd64' },
      [/build info says GOOS=dragonfly, but linux was asked for/],
    ],
    [
      'a glibc loader called openbsd',
      readable(cgoElf(['GLIBC_2.34'], { abiTag: { system: 'Linux', version: '3.2.0' } }), 'openbsd'),
      { goos: 'openbsd', goarch: 'amd64' },
      [/^the loader \/lib64\/ld-linux-x86-64\.so\.2 is of a file for linux, not for openbsd: check GOOS/],
    ],
    [
      'an ABI note',
      readable(elf({ abiTag: { system: 'Linux', version: '3.2.0' } }), 'openbsd'),
      { goos: 'openbsd', goarch: 'amd64' },
      [/^the ABI note of Linux is of a file for linux, not for openbsd/],
    ],
    [
      'symbol versions',
      readable(loaderlessElf(['GLIBC_2.34'], { type: 'DYN' }), 'netbsd'),
      { goos: 'netbsd' },
      [/^the symbol version GLIBC_2\.34 is of a file for linux, not for netbsd/],
    ],
    [
      "android's loader called linux",
      readable(elf({ machine: 'EM_AARCH64', dynamic: true, interpreter: '/system/bin/linker64' })),
      { goos: 'linux', goarch: 'arm64' },
      [/^the loader \/system\/bin\/linker64 is of a file for android, not for linux/],
    ],
    [
      'illumos called solaris',
      readable(elf(), 'solaris', { ...linux, GOOS: 'illumos' }),
      { goos: 'solaris', goarch: 'amd64' },
      [/build info says GOOS=illumos/],
    ],
    [
      'another GOOS than asked, no GOARCH asked',
      readable(pe(), 'linux'),
      { goos: 'linux' },
      [/^its header is not that of a file for linux, but for windows: check GOOS/],
    ],
    [
      'a header of nothing that Go builds for',
      readable(elf({ machine: 'EM_68K' }), 'linux'),
      { goos: 'linux' },
      [/but for no GOOS that is known here/],
    ],
    [
      "another program's build info",
      readable(elf(), 'linux', { ...linux, GOARCH: 'arm64' }),
      {},
      [/build info says GOARCH=arm64, which is not what its header says/],
    ],
    [
      'a second slice with the build info of the first',
      fatFile(darwin('amd64'), darwin('amd64')),
      { goos: 'darwin', goarch: 'amd64' },
      [/build info says GOARCH=amd64, which is not what its header says/],
    ],
    [
      'a second slice for another system',
      fatFile(darwin('amd64'), { GOOS: 'ios', GOARCH: 'arm64' }),
      {},
      [/build info says GOOS=ios, but darwin was asked for/],
    ],
    [
      'a GOOS of several lines',
      readable(elf(), 'linux', { ...linux, GOOS: `a\n${'b'.repeat(100)}` }),
      {},
      [/build info says GOOS="a\\nb{62}…", but/],
    ],
  ])('refused: %s', (_, inspection, expected, reasons) => {
    expect(resultOf('platform', inspection, expected)).toMatchObject(
      refusedFor(...reasons.map((reason): unknown => expect.stringMatching(reason))),
    )
  })
})

describe('what build info says', () => {
  const stamped = { CGO_ENABLED: '0', 'vcs.revision': HEAD, 'vcs.modified': 'false' }
  const dirty = { ...stamped, 'vcs.modified': 'true' }
  const two = (first?: Readonly<Record<string, string>>, second?: Readonly<Record<string, string>>) =>
    file(macho(slice(), slice({ cpu: 'CPU_TYPE_X86_64' })), 'darwin', [
      program(macho(slice()), first),
      program(macho(slice({ cpu: 'CPU_TYPE_X86_64' })), second),
    ])

  test.each<[CheckName, string, Inspection, Partial<Expected>, object]>([
    ['cgo', 'off', readable(elf(), 'linux', stamped), { cgo: false }, PASSED],
    ['cgo', 'on', readable(elf(), 'linux', { CGO_ENABLED: '1' }), { cgo: true }, PASSED],
    [
      'cgo',
      'a cgo build called pure',
      readable(elf(), 'linux', { CGO_ENABLED: '1' }),
      { cgo: false },
      refusedFor(expect.stringMatching(/CGO_ENABLED=1, but cgo: false was asked for/)),
    ],
    [
      'cgo',
      'a pure build called cgo',
      readable(elf(), 'linux', stamped),
      { cgo: true },
      refusedFor(expect.stringMatching(/CGO_ENABLED=0, but cgo: true was asked for/)),
    ],
    ['cgo', 'not asked', readable(elf(), 'linux', stamped), {}, notChecked(/no cgo was asked for/)],
    ['cgo', 'no build info', readable(elf()), { cgo: false }, notChecked(/no Go build info in it/)],
    ['cgo', 'not said', readable(elf(), 'linux', {}), { cgo: false }, notChecked(/has no CGO_ENABLED/)],
    ['cgo', 'two slices', two(stamped, stamped), { cgo: false }, PASSED],
    [
      'cgo',
      'the second of two slices',
      two(stamped, { CGO_ENABLED: '1' }),
      { cgo: false },
      refusedFor(expect.stringMatching(/CGO_ENABLED=1/)),
    ],
    [
      'cgo',
      'one slice that says nothing',
      two(stamped),
      { cgo: false },
      notChecked(/no Go build info in it that is certainly its own/),
    ],
    ['commit', 'HEAD', readable(elf(), 'linux', stamped), { commit: HEAD }, PASSED],
    [
      'commit',
      'another',
      readable(elf(), 'linux', { 'vcs.revision': 'b'.repeat(40) }),
      { commit: HEAD },
      refusedFor(
        `it was built from commit ${'b'.repeat(40)}, but HEAD is ${HEAD}: build it again from HEAD.`,
      ),
    ],
    ['commit', 'no HEAD', readable(elf(), 'linux', stamped), {}, notChecked(/no commit to compare/)],
    [
      'commit',
      'buildvcs: false',
      readable(elf(), 'linux', { CGO_ENABLED: '0' }),
      { commit: HEAD },
      notChecked(/has no vcs.revision, as with buildvcs: false or outside a repository/),
    ],
    ['modified', 'clean on a tag', readable(elf(), 'linux', stamped), { onTag: true }, PASSED],
    [
      'modified',
      'dirty on a tag',
      readable(elf(), 'linux', dirty),
      { onTag: true },
      refusedFor(
        expect.stringMatching(/^vcs\.modified=true: it was built on a tag, but from files that are not/),
      ),
    ],
    [
      'modified',
      'dirty, no tag',
      readable(elf(), 'linux', dirty),
      { onTag: false },
      notApplicable(/no build of a tag/),
    ],
    ['modified', 'no word of a tag', readable(elf(), 'linux', dirty), {}, notApplicable(/no build of a tag/)],
    ['modified', 'not stamped', readable(elf(), 'linux', {}), { onTag: true }, notChecked(/no vcs.modified/)],
  ])('%s: %s', (check, _, inspection, expected, result) => {
    expect(resultOf(check, inspection, expected)).toMatchObject(result)
  })
})

describe('what headers show', () => {
  const others: readonly (readonly [Linkage, goos: string])[] = [
    [xcoff(), 'aix'],
    [wasm('gojs'), 'js'],
    [plan9('386'), 'plan9'],
    [{ format: 'archive', members: [] }, 'linux'],
  ]

  test.each<[CheckName, Linkage, goos: string]>([
    ['rpath', elf(), 'linux'],
    ['rpath', cgoElf([], { rpath: ['$ORIGIN', '${ORIGIN}/../lib'], runpath: ['$ORIGIN/lib'] }), 'linux'],
    ['rpath', cgoElf([], { runpath: ['/usr/lib', '/lib64', '/usr/lib/x86_64-linux-gnu/'] }), 'linux'],
    ['rpath', cgoElf([], { runpath: ['/usr/lib/amd64'] }), 'solaris'],
    [
      'rpath',
      cgoElf([], { runpath: ['/usr/lib/x86_64-linux-gnu/systemd', '/usr/lib/man-db', '/lib/a+b/c.d/'] }),
      'linux',
    ],
    ['rpath', macho(slice({ rpaths: ['@loader_path/../Frameworks', '@executable_path'] })), 'darwin'],
    ['rpath', macho(slice({ rpaths: ['/usr/lib/swift', '/System/Library/Frameworks'] })), 'darwin'],
    ['rpath', xcoff({ libpath: ['/usr/lib', '/lib'] }), 'aix'],
    ['wx', elf(), 'linux'],
    // As Go has it: maxprot is no more than what the program may ask for later.
    ['wx', macho(slice({ segments: [segment('RX', 'RWX')] })), 'darwin'],
    ['wx', pe(), 'windows'],
    ['stack', elf({ gnuStack: 'RW' }), 'linux'],
    ...['netbsd', 'openbsd', 'dragonfly', 'solaris', 'illumos', 'android'].map(
      (goos): [CheckName, Linkage, string] => ['stack', elfWithoutStack(), goos],
    ),
    ['stack', macho(slice()), 'darwin'],
    ['nx', pe(), 'windows'],
    ['aslr', pe(), 'windows'],
    // A 32-bit address space has no room for high entropy.
    ['aslr', pe({ magic: 'PE32', dllCharacteristics: 0x8140 }), 'windows'],
  ])('%s passes (%#)', (check, linkage, goos) => {
    expect(resultOf(check, readable(linkage, goos))).toMatchObject(PASSED)
  })

  test.each<[CheckName, Linkage, goos: string, reasons: readonly RegExp[]]>([
    [
      'rpath',
      cgoElf([], { rpath: ['/opt/lib'] }),
      'linux',
      [/^DT_RPATH has libraries looked for in \/opt\/lib,/],
    ],
    ['rpath', cgoElf([], { runpath: ['', '.'] }), 'linux', [/DT_RUNPATH .* the current folder,/, /in \.,/]],
    ['rpath', cgoElf([], { runpath: ['$ORIGINAL', 'x/$ORIGIN'] }), 'linux', [/ORIGINAL/, /x\/\$ORIGIN/]],
    ['rpath', cgoElf([], { runpath: ['/usr/lib/../../tmp'] }), 'linux', [/\/usr\/lib\/\.\.\/\.\.\/tmp/]],
    [
      'rpath',
      cgoElf([], { runpath: ['/usr/lib/x/..', '/usr/lib/./x'] }),
      'linux',
      [/\/x\/\.\.,/, /\/\.\/x,/],
    ],
    ['rpath', cgoElf([], { runpath: ['/usr/lib//x', '/usr/libx'] }), 'linux', [/lib\/\/x,/, /\/usr\/libx,/]],
    ['rpath', cgoElf([], { runpath: ['/usr/lib/$X', '/usr/local/lib'] }), 'linux', [/\$X,/, /local\/lib,/]],
    ['rpath', macho(slice(), slice({ rpaths: ['/opt/lib'] })), 'darwin', [/^LC_RPATH .* \/opt\/lib,/]],
    ['rpath', macho(slice({ rpaths: ['@rpath', '@loader_pathx'] })), 'darwin', [/@rpath/, /@loader_pathx/]],
    ['rpath', xcoff({ libpath: ['/opt/lib'] }), 'aix', [/^LIBPATH .* \/opt\/lib,/]],
    [
      'wx',
      elf({ loads: [load('RX'), load('RWX'), load('WX')] }),
      'linux',
      [/^writable and executable at once: PT_LOAD 2 \(RWX\), PT_LOAD 3 \(WX\); leave out/],
    ],
    [
      'wx',
      macho(slice(), slice({ segments: [segment('RWX', 'RWX')] })),
      'darwin',
      [/__TEXT \(initprot RWX\)/],
    ],
    [
      'wx',
      pe({ sections: [{ name: 'UPX0', flags: 'RWX', offset: 0, length: 0 }] }),
      'windows',
      [/section UPX0 \(RWX\)/],
    ],
    [
      'stack',
      elf({ gnuStack: 'RWX' }),
      'linux',
      [/PT_GNU_STACK is RWX, as after .* link with -Wl,-z,noexecstack/],
    ],
    ['stack', elf({ gnuStack: 'RWX' }), 'openbsd', [/PT_GNU_STACK is RWX/]],
    ['stack', elfWithoutStack(), 'linux', [/^no PT_GNU_STACK, so that linux may make the stack executable/]],
    ['stack', elfWithoutStack(), 'freebsd', [/^no PT_GNU_STACK, so that freebsd may/]],
    [
      'stack',
      macho(slice(), slice({ allowStackExecution: true, cpu: 'CPU_TYPE_X86_64' })),
      'darwin',
      [/MH_ALLOW_STACK_EXECUTION is set for CPU_TYPE_X86_64/],
    ],
    [
      'nx',
      pe({ dllCharacteristics: 0x8060 }),
      'windows',
      [/NX_COMPAT is not set, .* link with -Wl,--nxcompat/],
    ],
    [
      'aslr',
      pe({ dllCharacteristics: 0x8120 }),
      'windows',
      [/^IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE is not set, so/],
    ],
    [
      'aslr',
      pe({ relocations: false }),
      'windows',
      [
        /^there are no relocations, so [^;]+; link with -linkmode external -extldflags=-Wl,--dynamicbase in ldflags, or set buildmode: pie\.$/,
      ],
    ],
    [
      'aslr',
      pe({ dllCharacteristics: 0x8100, relocations: false }),
      'windows',
      [/DYNAMIC_BASE is not set and there are no relocations, so/],
    ],
  ])('%s refuses (%#)', (check, linkage, goos, reasons) => {
    expect(resultOf(check, readable(linkage, goos))).toMatchObject(
      refusedFor(...reasons.map((reason): unknown => expect.stringMatching(reason))),
    )
  })

  test.each<[CheckName, readonly (readonly [Linkage, goos: string])[]]>([
    ['rpath', [[pe(), 'windows'], ...others.slice(1)]],
    ['wx', others],
    ['stack', [[pe(), 'windows'], ...others]],
    ['nx', [[elf(), 'linux'], [macho(slice()), 'darwin'], ...others]],
    ['aslr', [[elf(), 'linux'], [macho(slice()), 'darwin'], ...others]],
  ])('%s is no question of other formats', (check, files) => {
    for (const [linkage, goos] of files) {
      expect(resultOf(check, readable(linkage, goos))).toMatchObject(notApplicable(/ files have no /))
    }
  })

  test('buildmode: exe that was asked for is only a warning', () => {
    const fixed = readable(pe({ dllCharacteristics: 0x8100, relocations: false }), 'windows')
    expect(resultOf('aslr', fixed, { buildmode: 'exe' })).toMatchObject({
      outcome: 'warned',
      messages: [expect.stringMatching(/as buildmode: exe has it: leave buildmode out/)],
    })
    expect(resultOf('aslr', fixed, { buildmode: 'pie' })).toMatchObject(
      refusedFor(expect.stringMatching(/-Wl,--dynamicbase in ldflags\.$/)),
    )
  })
})

describe('signature', () => {
  const VALID: CodeSignature = {
    kind: 'valid',
    adhoc: true,
    identifier: 'a.out',
    hashType: 'sha256',
    cms: 'none',
  }
  const WRONG: CodeSignature = { kind: 'wrong', problem: 'page 3 is not what was signed (at offset 0x3000)' }
  const NONE: CodeSignature = { kind: 'none' }
  const signed = (goos: string, cpu: string, signature: CodeSignature): ReadableFile => {
    const linkage = macho(slice({ cpu }))
    return file(linkage, goos, [{ linkage, signature }])
  }

  test.each<[goos: string, cpu: string, CodeSignature]>([
    ['darwin', 'CPU_TYPE_ARM64', VALID],
    ['darwin', 'CPU_TYPE_X86_64', NONE],
    ['darwin', 'CPU_TYPE_X86_64', VALID],
    ['ios', 'CPU_TYPE_ARM64', NONE],
  ])('%s %s passes', (goos, cpu, signature) => {
    expect(resultOf('signature', signed(goos, cpu, signature))).toMatchObject(PASSED)
  })

  test.each<[goos: string, cpu: string, CodeSignature, RegExp]>([
    ['darwin', 'CPU_TYPE_ARM64', NONE, /^no code signature for CPU_TYPE_ARM64, and macOS ends/],
    ['darwin', 'CPU_TYPE_ARM64', WRONG, /for CPU_TYPE_ARM64 is wrong: page 3 is not .*; sign it after/],
    ['darwin', 'CPU_TYPE_X86_64', WRONG, /for CPU_TYPE_X86_64 is wrong/],
    ['ios', 'CPU_TYPE_ARM64', WRONG, /is wrong/],
  ])('%s %s is refused', (goos, cpu, signature, reason) => {
    expect(resultOf('signature', signed(goos, cpu, signature))).toMatchObject(
      refusedFor(expect.stringMatching(reason)),
    )
  })

  test('every slice counts', () => {
    const arm64 = macho(slice())
    const intel = macho(slice({ cpu: 'CPU_TYPE_X86_64' }))
    const fat = macho(slice(), slice({ cpu: 'CPU_TYPE_X86_64' }))
    const both = file(fat, 'darwin', [
      { linkage: arm64, signature: VALID },
      { linkage: intel, signature: WRONG },
    ])
    expect(resultOf('signature', both).outcome).toBe('refused')
  })

  test('other formats have none', () => {
    expect(resultOf('signature', readable(elf()))).toMatchObject(notApplicable(/only Mach-O files/))
  })
})

function segment(initprot: string, maxprot: string) {
  return { name: '__TEXT', initprot, maxprot, offset: 0, length: 0x1000 }
}

function load(flags: string) {
  return { flags, offset: 0, length: 0x1000 }
}

function elfWithoutStack() {
  const { gnuStack, ...rest } = elf()
  return gnuStack === undefined ? elf() : rest
}
