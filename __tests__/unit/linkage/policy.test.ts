// The input `linkage`, and what each policy says to each verdict.

import { InputError } from '../../../src/errors.js'
import type { Linkage } from '../../../src/linkage/linkage.js'
import { formatPolicy, parsePolicy, policyRefusals } from '../../../src/linkage/policy.js'
import { judge } from '../../../src/linkage/verdict.js'
import { cgoElf, elf, GLIBC_LOADER, loaderlessElf, macho, pe, plan9, slice, wasm } from './linkages.js'

test.each([
  ['static', { kind: 'static' }],
  [' system ', { kind: 'system' }],
  ['any', { kind: 'any' }],
  ['glibc<=2.31', { kind: 'glibc', max: [2, 31] }],
  ['glibc <= 2.5', { kind: 'glibc', max: [2, 5] }],
  ['musl', { kind: 'musl' }],
  ['ubuntu-20.04', { kind: 'glibc', name: 'ubuntu-20.04', max: [2, 31] }],
  ['debian-12', { kind: 'glibc', name: 'debian-12', max: [2, 36] }],
  ['centos-7', { kind: 'glibc', name: 'centos-7', max: [2, 17] }],
])('%s', (text, policy) => {
  expect(parsePolicy(text)).toEqual(policy)
  expect(formatPolicy(parsePolicy(text))).toBe(text.replaceAll(' ', ''))
})

test.each([
  ['manylinux1', [2, 5], 'libgcc_s.so.1', 'GLIBCXX_3.4.8'],
  ['manylinux2014', [2, 17], 'libexpat.so.1', 'GLIBCXX_3.4.19'],
  ['manylinux_2_17', [2, 17], 'libstdc++.so.6', 'CXXABI_1.3.7'],
  ['manylinux_2_28', [2, 28], 'libz.so.1', 'GLIBCXX_3.4.24'],
  ['manylinux_2_36', [2, 36], 'libatomic.so.1', 'GCC_12.0.0'],
  ['manylinux_2_50', [2, 50], 'libGL.so.1', 'GCC_14.0.0'],
])('%s is glibc %j, with %s and %s beside it', (name, max, library, version) => {
  const policy = parsePolicy(name)
  expect(formatPolicy(policy)).toBe(name)
  expect(policy).toMatchObject({
    max,
    promised: {
      libraries: expect.arrayContaining([library]) as unknown,
      versions: expect.arrayContaining([version]) as unknown,
    },
  })
})

test.each([
  ['manylinux1', 'libexpat.so.1'],
  ['manylinux_2_28', 'libatomic.so.1'],
  ['manylinux_2_39', 'libpng16.so.16'],
])('%s does not promise %s', (name, library) => {
  const policy = parsePolicy(name)
  expect(policy.kind === 'glibc' && policy.promised?.libraries.includes(library)).toBe(false)
})

test.each([
  ['ubuntu-20.4', 'ubuntu-20.04'],
  ['debian12', 'debian-12'],
  ['manylinux2_28', 'manylinux_2_28'],
  ['Static', 'static'],
  ['muls', 'musl'],
  ['glibc<=2.31.1', 'glibc<=2.31'],
])('%s is told as %s', (text, meant) => {
  expect(() => parsePolicy(text)).toThrow(`got "${text}"; did you mean ${meant}? allowed: `)
})

test('what is like none is told of with all that there are', () => {
  expect(() => parsePolicy('none')).toThrow(
    /^input linkage: got "none", allowed: .*, glibc<=X\.Y such as glibc<=2\.31, or a system whose glibc/,
  )
})

test.each([
  '',
  'none',
  'Static',
  'dynamic',
  'glibc',
  'glibc<=2',
  'glibc<2.31',
  'glibc<=2.31.1',
  'glibc<=2.05',
  'glibc<=x.y',
  'static\nany',
  'ubuntu',
  'debian-14',
  'manylinux_2_4',
  'manylinux_3_1',
  'manylinux_2_28_x86_64',
  'toString',
  '__proto__',
])('not a policy: %j', (text) => {
  expect(() => parsePolicy(text)).toThrow(InputError)
  expect(() => parsePolicy(text)).toThrow(
    /^input linkage: got ".*"(,|; did you mean \S+\?) allowed: static, system, musl, any, glibc<=X\.Y such as glibc<=2\.31, or a system whose glibc is meant: .*ubuntu-22\.04, .*manylinux_X_Y$/s,
  )
})

const refusals = (linkage: Linkage, goos: string, policy: string): string[] =>
  policyRefusals(judge(linkage, goos), goos, parsePolicy(policy))

const cxx = (glibcxx: string) =>
  cgoElf(['GLIBC_2.14'], {
    needed: ['libstdc++.so.6', 'libgcc_s.so.1', 'libc.so.6'],
    versions: [
      { library: 'libc.so.6', version: 'GLIBC_2.14' },
      { library: 'libstdc++.so.6', version: glibcxx },
      { library: 'libgcc_s.so.1', version: 'GCC_3.0' },
    ],
  })
const needless = elf({ type: 'DYN', dynamic: true, soname: 'libx.so' })

const cgo = cgoElf(['GLIBC_2.34', 'GLIBC_2.2.5'])
const pie = elf({ type: 'DYN', dynamic: true, pie: true, interpreter: GLIBC_LOADER })
const musl = elf({ dynamic: true, interpreter: '/lib/ld-musl-x86_64.so.1', needed: ['libc.so'] })
const freebsd = elf({ dynamic: true, interpreter: '/libexec/ld-elf.so.1', needed: ['libc.so.7'] })
const openbsd = elf({ dynamic: true, interpreter: '/usr/libexec/ld.so', needed: ['libc.so'] })
const shared = loaderlessElf(['GLIBC_2.34'], { type: 'DYN', entry: false })

test.each([
  ['static', elf(), 'linux'],
  ['static', elf({ type: 'DYN', dynamic: true, pie: true }), 'linux'],
  ['static', openbsd, 'openbsd'],
  ['static', macho(slice()), 'darwin'],
  ['static', pe(), 'windows'],
  ['static', wasm('gojs'), 'js'],
  ['static', plan9('arm'), 'plan9'],
  ['system', elf(), 'linux'],
  ['system', cgo, 'linux'],
  ['system', pie, 'linux'],
  ['system', musl, 'linux'],
  ['system', shared, 'linux'],
  ['system', freebsd, 'freebsd'],
  ['system', pe(), 'windows'],
  ['glibc<=2.31', elf(), 'linux'],
  ['glibc<=2.31', pie, 'linux'],
  ['glibc<=2.34', cgo, 'linux'],
  ['glibc<=2.34', shared, 'linux'],
  ['glibc<=2.100', cgo, 'linux'],
  ['glibc<=2.36', cgoElf(['GLIBC_2.34', 'GLIBC_ABI_DT_RELR']), 'linux'],
  ['glibc<=2.31', cgoElf(['GLIBC_2.4', 'GLIBC_PRIVATE']), 'linux'],
  ['glibc<=2.31', macho(slice()), 'darwin'],
  ['glibc<=2.31', needless, 'linux'],
  ['ubuntu-22.04', cgo, 'linux'],
  ['ubuntu-20.04', elf(), 'linux'],
  ['manylinux_2_34', cgo, 'linux'],
  ['manylinux2014', cxx('GLIBCXX_3.4.19'), 'linux'],
  ['manylinux2014', pe(), 'windows'],
  ['musl', elf(), 'linux'],
  ['musl', musl, 'linux'],
  ['musl', needless, 'linux'],
  ['musl', loaderlessElf([], { type: 'DYN', entry: false, needed: ['libc.musl-x86_64.so.1'] }), 'linux'],
  ['musl', macho(slice()), 'darwin'],
  ['any', cgoElf([], { needed: ['libevil.so'] }), 'linux'],
] as const)('%s accepts (%#)', (policy, linkage, goos) => {
  expect(refusals(linkage, goos, policy)).toEqual([])
})

const refused: [policy: string, linkage: Linkage, goos: string, reasons: string[]][] = [
  [
    'static',
    cgo,
    'linux',
    [
      `the policy static refuses it: it is dynamic: needs libc.so.6 (GLIBC_2.34 or later) through ${GLIBC_LOADER}; link it statically, or set linkage: glibc<=2.34.`,
    ],
  ],
  [
    'static',
    pie,
    'linux',
    [expect.stringMatching(/; build it without buildmode: pie, or set linkage: system\.$/)],
  ],
  [
    'static',
    elf({ type: 'DYN' }),
    'linux',
    [
      expect.stringMatching(
        /does not relocate itself.*; build it without buildmode: pie, or set linkage: any\.$/,
      ),
    ],
  ],
  ['static', shared, 'linux', [expect.stringMatching(/it is a shared library; set linkage: glibc<=2.34\.$/)]],
  [
    'static',
    cgoElf(['GLIBC_2.34', 'GLIBC_ABI_FUTURE']),
    'linux',
    [expect.stringMatching(/or set linkage: system\.$/)],
  ],
  ['static', musl, 'linux', [expect.stringMatching(/or set linkage: musl\.$/)]],
  ['static', cgoElf([], { needed: ['libx.so'] }), 'linux', [expect.stringMatching(/or set linkage: any\.$/)]],
  ['static', cgoElf(['GLIBC_2.2.5']), 'linux', [expect.stringMatching(/or set linkage: glibc<=2.3\.$/)]],
  ['static', freebsd, 'freebsd', [expect.stringMatching(/^the policy static refuses it: it is dynamic/)]],
  [
    'glibc<=2.31',
    freebsd,
    'freebsd',
    [expect.stringMatching(/^the policy glibc<=2.31 refuses it: it is dynamic/)],
  ],
  [
    'static',
    elf(),
    'openbsd',
    [
      "the policy static refuses it: it needs what openbsd does not bring: system calls without its libc (no PT_INTERP: Go's programs for OpenBSD have the loader /usr/libexec/ld.so); leave it out, link it in statically, or set linkage: any.",
    ],
  ],
  [
    'system',
    elf({ type: 'DYN', dynamic: true, pie: true }),
    'android',
    [expect.stringMatching(/have the loader \/system\/bin\/linker64\)/)],
  ],
  ['static', elf(), 'solaris', [expect.stringMatching(/have the loader \/lib\/amd64\/ld\.so\.1\)/)]],
  [
    'static',
    elf({ class: 32 }),
    'android',
    [expect.stringMatching(/have the loader \/system\/bin\/linker\)/)],
  ],
  ['static', wasm('env'), 'wasip1', [expect.stringMatching(/needs env; .*; set linkage: any\.$/)]],
  [
    'static',
    pe({ imports: ['kernel32.dll', 'libwinpthread-1.dll'] }),
    'windows',
    [
      'the policy static refuses it: it needs what windows does not bring: libwinpthread-1.dll; leave it out, link it in statically, or set linkage: any.',
    ],
  ],
  [
    'glibc<=2.31',
    pe({ delayImports: ['x.dll'] }),
    'windows',
    [
      expect.stringMatching(
        /^the policy glibc<=2.31 refuses it: it needs what windows does not bring: x.dll;/,
      ),
    ],
  ],
  [
    'system',
    cgoElf(['GLIBC_2.34'], { needed: ['libc.so.6', 'libpng16.so.16'], runpath: ['/opt/lib'] }),
    'linux',
    [
      'the policy system refuses it: it needs what linux does not bring: libpng16.so.16, libraries of /opt/lib (DT_RUNPATH); leave it out, link it in statically, or set linkage: any.',
    ],
  ],
  [
    'glibc<=2.31',
    cgo,
    'linux',
    [
      'the policy glibc<=2.31 refuses it: it needs GLIBC_2.34 of libc.so.6; build it on or against an older system, or set linkage: glibc<=2.34.',
    ],
  ],
  ['glibc<=2.9', cgoElf(['GLIBC_2.10']), 'linux', [expect.stringMatching(/needs GLIBC_2.10 of libc.so.6/)]],
  [
    'glibc<=2.35',
    cgoElf(['GLIBC_2.4', 'GLIBC_ABI_DT_RELR']),
    'linux',
    [
      'the policy glibc<=2.35 refuses it: it needs GLIBC_ABI_DT_RELR (glibc 2.36) of libc.so.6; link it with -Wl,-z,nopack-relative-relocs, or set linkage: glibc<=2.36.',
    ],
  ],
  [
    'glibc<=2.99',
    cgoElf(['GLIBC_2.34', 'GLIBC_ABI_FUTURE']),
    'linux',
    [expect.stringMatching(/needs GLIBC_ABI_FUTURE of libc.so.6, and no release of glibc is known/)],
  ],
  ['glibc<=2.31', cgoElf([]), 'linux', [expect.stringMatching(/needs libc.so.6 without a symbol version/)]],
  [
    'glibc<=2.31',
    musl,
    'linux',
    [expect.stringMatching(/it is for musl, not for glibc; set linkage: system/)],
  ],
  [
    'glibc<=2.31',
    elf({ type: 'DYN', dynamic: true, needed: ['libc.so.6', 'libc.musl-x86_64.so.1'], entry: false }),
    'linux',
    expect.arrayContaining([expect.stringMatching(/it is for more than one libc, not for glibc; set/)]),
  ],
  [
    'glibc<=2.31',
    cgoElf(['GLIBC_2.34'], { needed: ['libc.so.6', 'libstdc++.so.6'] }),
    'linux',
    [
      expect.stringMatching(/what glibc does not bring: libstdc\+\+.so.6;/),
      expect.stringMatching(/needs GLIBC_2.34/),
    ],
  ],
]

refused.push(
  [
    'ubuntu-20.04',
    cgo,
    'linux',
    [
      'the policy ubuntu-20.04 (glibc<=2.31) refuses it: it needs GLIBC_2.34 of libc.so.6; build it on or against an older system, or set linkage: glibc<=2.34.',
    ],
  ],
  ['ubuntu-20.04', cxx('GLIBCXX_3.4'), 'linux', [expect.stringMatching(/bring: libstdc\+\+.so.6, libgcc_s/)]],
  [
    'manylinux2014',
    cxx('GLIBCXX_3.4.20'),
    'linux',
    [expect.stringMatching(/it needs GLIBCXX_3\.4\.20 of libstdc\+\+\.so\.6, which comes later than GCC_4/)],
  ],
  ['manylinux2014', cxx('GLIBCXX_LATER'), 'linux', [expect.stringMatching(/needs GLIBCXX_LATER of libstdc/)]],
  ['manylinux2014', cgo, 'linux', [expect.stringMatching(/needs GLIBC_2.34 of libc.so.6/)]],
  [
    'manylinux2014',
    cgoElf(['GLIBC_2.14'], { needed: ['libc.so.6', 'libpng16.so.16'] }),
    'linux',
    [expect.stringMatching(/does not bring: libpng16.so.16;/)],
  ],
  [
    'musl',
    cgo,
    'linux',
    [
      `the policy musl refuses it: it is dynamic: needs libc.so.6 (GLIBC_2.34 or later) through ${GLIBC_LOADER}; build it with cc: musl-gcc, or set linkage: glibc<=2.34.`,
    ],
  ],
  [
    'musl',
    pie,
    'linux',
    [expect.stringMatching(/needs the loader .*ld-linux.*; build it with cc: musl-gcc/)],
  ],
  [
    'musl',
    elf({ dynamic: true, interpreter: '/lib/ld-musl-x86_64.so.1', needed: ['libc.so', 'libz.so.1'] }),
    'linux',
    [expect.stringMatching(/needs what musl does not bring: libz.so.1;/)],
  ],
  ['musl', elf({ type: 'DYN' }), 'linux', [expect.stringMatching(/cannot start; .*set linkage: any\.$/)]],
  ['musl', freebsd, 'freebsd', [expect.stringMatching(/^the policy musl refuses it: it is dynamic/)]],
)

test.each(refused)('%s refuses (%#)', (policy, linkage, goos, reasons) => {
  expect(refusals(linkage, goos, policy)).toEqual(reasons)
})

const opened = judge(elf(), 'linux', 'libnss_*.so')

test.each(['system', 'any'])('%s accepts a static glibc that loads libraries', (policy) => {
  expect(policyRefusals(opened, 'linux', parsePolicy(policy))).toEqual([])
})

test.each([
  [
    'static',
    'it is dynamic: looks static (no PT_INTERP, no DT_NEEDED), but the glibc in it loads libnss_*.so',
  ],
  ['glibc<=2.99', 'of the very release that it was linked with, which nothing in the file names;'],
  ['musl', 'build it with cc: musl-gcc, or set linkage: system.'],
  ['static', "; link it without glibc's name service, or set linkage: system."],
])('%s refuses a static glibc that loads libraries', (policy, reason) => {
  expect(policyRefusals(opened, 'linux', parsePolicy(policy))).toEqual([expect.stringContaining(reason)])
})

describe('a static file of which the linker says that it loads libraries', () => {
  const of = (policy: string, opens: readonly string[], verdict = judge(elf(), 'linux')) =>
    policyRefusals(verdict, 'linux', parsePolicy(policy), { opens })

  test.each(['static', 'glibc<=2.99', 'musl'])('%s refuses it', (policy) => {
    expect(of(policy, ['dlopen'])).toEqual([
      `the policy ${policy} refuses it: it looks static, but dlopen in it loads shared libraries at run time (so says the linker); leave the calls out, or set linkage: system.`,
    ])
    expect(of(policy, ['dlopen', 'getaddrinfo'])).toEqual([
      expect.stringContaining('but dlopen, getaddrinfo in it load shared libraries'),
    ])
    expect(of(policy, [])).toEqual([])
  })

  test.each(['system', 'any'])('%s accepts it', (policy) => {
    expect(of(policy, ['dlopen'])).toEqual([])
  })

  test('a file that is dynamic is refused for that alone', () => {
    expect(of('static', ['dlopen'], judge(cgo, 'linux'))).toEqual(refusals(cgo, 'linux', 'static'))
  })
})

test('an archive goes with every policy, but only where one was asked for', () => {
  const archive = judge({ format: 'archive', members: [] }, 'linux')
  for (const policy of ['static', 'system', 'glibc<=2.31', 'musl'].map(parsePolicy)) {
    expect(policyRefusals(archive, 'linux', policy, { buildmode: 'c-archive' })).toEqual([])
    expect(policyRefusals(archive, 'linux', policy)).toEqual([
      expect.stringMatching(/set buildmode: c-archive/),
    ])
  }
  expect(policyRefusals(archive, 'linux', parsePolicy('any'))).toEqual([])
})
