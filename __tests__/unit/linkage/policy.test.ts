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
])('%s', (text, policy) => {
  expect(parsePolicy(text)).toEqual(policy)
  expect(formatPolicy(parsePolicy(text))).toBe(text.replaceAll(' ', ''))
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
])('not a policy: %j', (text) => {
  expect(() => parsePolicy(text)).toThrow(InputError)
  expect(() => parsePolicy(text)).toThrow(
    `input linkage: got "${text}", allowed: static, system, any, or glibc<=X.Y such as glibc<=2.31`,
  )
})

const refusals = (linkage: Linkage, goos: string, policy: string): string[] =>
  policyRefusals(judge(linkage, goos), goos, parsePolicy(policy))

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
  ['any', cgoElf([], { needed: ['libevil.so'] }), 'linux'],
] as const)('%s accepts (%#)', (policy, linkage, goos) => {
  expect(refusals(linkage, goos, policy)).toEqual([])
})

const refused: readonly (readonly [policy: string, linkage: Linkage, goos: string, reasons: string[]])[] = [
  [
    'static',
    cgo,
    'linux',
    [
      `linkage: static refuses this file: it is dynamic: needs libc.so.6 (GLIBC_2.34 or later) through ${GLIBC_LOADER}; build it with cgo: false or with tags: netgo,osusergo, and without //go:cgo_import_dynamic, or set linkage: glibc<=2.34.`,
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
  ['static', musl, 'linux', [expect.stringMatching(/or set linkage: system\.$/)]],
  ['static', cgoElf([], { needed: ['libx.so'] }), 'linux', [expect.stringMatching(/or set linkage: any\.$/)]],
  ['static', cgoElf(['GLIBC_2.2.5']), 'linux', [expect.stringMatching(/or set linkage: glibc<=2.3\.$/)]],
  [
    'static',
    freebsd,
    'freebsd',
    [expect.stringMatching(/^linkage: static refuses this file: it is dynamic/)],
  ],
  [
    'glibc<=2.31',
    freebsd,
    'freebsd',
    [expect.stringMatching(/^linkage: glibc<=2.31 refuses this file: it is dynamic/)],
  ],
  ['static', wasm('env'), 'wasip1', [expect.stringMatching(/needs env; .*; set linkage: any\.$/)]],
  [
    'static',
    pe({ imports: ['kernel32.dll', 'libwinpthread-1.dll'] }),
    'windows',
    [
      'linkage: static refuses this file: it needs what windows does not bring: libwinpthread-1.dll; leave it out, link it in statically, or set linkage: any.',
    ],
  ],
  [
    'glibc<=2.31',
    pe({ delayImports: ['x.dll'] }),
    'windows',
    [
      expect.stringMatching(
        /^linkage: glibc<=2.31 refuses this file: it needs what windows does not bring: x.dll;/,
      ),
    ],
  ],
  [
    'system',
    cgoElf(['GLIBC_2.34'], { needed: ['libc.so.6', 'libpng16.so.16'], runpath: ['/opt/lib'] }),
    'linux',
    [
      'linkage: system refuses this file: it needs what linux does not bring: libpng16.so.16, libraries of /opt/lib (DT_RUNPATH); leave it out, link it in statically, or set linkage: any.',
    ],
  ],
  [
    'glibc<=2.31',
    cgo,
    'linux',
    [
      'linkage: glibc<=2.31 refuses this file: it needs GLIBC_2.34 of libc.so.6; build it on or against an older system, with cgo: false, or set linkage: glibc<=2.34.',
    ],
  ],
  ['glibc<=2.9', cgoElf(['GLIBC_2.10']), 'linux', [expect.stringMatching(/needs GLIBC_2.10 of libc.so.6/)]],
  [
    'glibc<=2.35',
    cgoElf(['GLIBC_2.4', 'GLIBC_ABI_DT_RELR']),
    'linux',
    [expect.stringMatching(/needs GLIBC_2.36 of libc.so.6/)],
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
    cgoElf(['GLIBC_2.34'], { needed: ['libc.so.6', 'libstdc++.so.6'] }),
    'linux',
    [
      expect.stringMatching(/what glibc does not bring: libstdc\+\+.so.6;/),
      expect.stringMatching(/needs GLIBC_2.34/),
    ],
  ],
]

test.each(refused)('%s refuses (%#)', (policy, linkage, goos, reasons) => {
  expect(refusals(linkage, goos, policy)).toEqual(reasons)
})
