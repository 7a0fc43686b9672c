// The columns of each format.

import { hardeningOf } from '../../../src/linkage/hardening.js'
import type { Linkage } from '../../../src/linkage/linkage.js'
import { cgoElf, elf, macho, pe, plan9, slice, wasm, xcoff } from './linkages.js'

const { gnuStack: _, ...unmarked } = elf()
const build = (platform: string, minos: string) => [{ platform, minos, sdk: minos }]
const abiTag = { system: 'Linux', version: '3.2.0' }

test.each<[name: string, Linkage, goos: string, expected: object]>([
  ['Go for linux', elf(), 'linux', { pie: 'no', relro: 'none', nx: 'yes', stripped: 'no', floor: [] }],
  ['stripped', elf({ symbols: false }), 'linux', { stripped: 'yes' }],
  ['ET_DYN', elf({ type: 'DYN' }), 'linux', { pie: 'yes' }],
  ['PT_GNU_RELRO alone', elf({ relro: true }), 'linux', { relro: 'partial' }],
  ['with DT_BIND_NOW', elf({ relro: true, bindNow: true }), 'linux', { relro: 'full' }],
  ['DT_BIND_NOW alone', elf({ bindNow: true }), 'linux', { relro: 'none' }],
  ['PF_X', elf({ gnuStack: 'RWX' }), 'netbsd', { nx: 'no' }],
  ['no PT_GNU_STACK on linux', unmarked, 'linux', { nx: 'no' }],
  ['no PT_GNU_STACK on freebsd', unmarked, 'freebsd', { nx: 'no' }],
  ['no PT_GNU_STACK on openbsd', unmarked, 'openbsd', { nx: 'unmarked' }],
  [
    'glibc and kernel',
    cgoElf(['GLIBC_2.4', 'GLIBC_2.34', 'GLIBC_PRIVATE'], { abiTag }),
    'linux',
    { floor: ['glibc 2.34', 'Linux 3.2.0'] },
  ],
  ['GLIBC_ABI_DT_RELR', cgoElf(['GLIBC_2.4', 'GLIBC_ABI_DT_RELR']), 'linux', { floor: ['glibc 2.36'] }],
  [
    'a GLIBC version of another library',
    cgoElf([], { versions: [{ library: 'libx.so', version: 'GLIBC_2.99' }] }),
    'linux',
    { floor: [] },
  ],
  [
    'Android',
    elf({ abiTag: { system: 'Android', version: 'API level 21' } }),
    'android',
    { floor: ['Android API level 21'] },
  ],
  [
    'Go for darwin',
    macho(slice()),
    'darwin',
    { pie: 'yes', relro: 'n/a', nx: 'yes', stripped: 'no', floor: ['macOS 12.0'] },
  ],
  [
    'the weakest slice',
    macho(slice({ symbols: false }), slice({ pie: false, allowStackExecution: true })),
    'darwin',
    { pie: 'no', nx: 'no', stripped: 'no', floor: ['macOS 12.0'] },
  ],
  ['a dylib needs no MH_PIE', macho(slice({ filetype: 'MH_DYLIB', pie: false })), 'darwin', { pie: 'yes' }],
  [
    'two floors',
    macho(slice({ builds: build('PLATFORM_MACOS', '10.13') }), slice({ builds: build('23', '1.0') })),
    'darwin',
    { floor: ['macOS 10.13', '23 1.0'] },
  ],
  [
    'Go for windows',
    pe(),
    'windows',
    { pie: 'yes', relro: 'n/a', nx: 'yes', stripped: 'no', floor: [], highEntropyVa: true },
  ],
  ['no relocations', pe({ relocations: false }), 'windows', { pie: 'no' }],
  ['no flags', pe({ dllCharacteristics: 0 }), 'windows', { pie: 'no', nx: 'no', highEntropyVa: false }],
  [
    'aix',
    xcoff({ symbols: false }),
    'aix',
    { pie: 'n/a', relro: 'n/a', nx: 'n/a', stripped: 'yes', floor: [] },
  ],
  ['wasm', wasm('gojs'), 'js', { pie: 'n/a', stripped: 'no' }],
  ['plan9', plan9('arm'), 'plan9', { pie: 'n/a', stripped: 'no' }],
  ['an archive', { format: 'archive', members: [] }, 'linux', { pie: 'n/a', stripped: 'n/a' }],
])('%s', (_name, linkage, goos, expected) => {
  expect(hardeningOf(linkage, goos)).toMatchObject(expected)
})

test('high entropy is no question of 32 bits', () => {
  expect(hardeningOf(pe({ magic: 'PE32' }), 'windows')).not.toHaveProperty('highEntropyVa')
})
