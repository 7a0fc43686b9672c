// What tells the GOOS of a file that nobody named one for.

import { findGoos } from '../../../src/linkage/goos.js'
import type { Linkage } from '../../../src/linkage/linkage.js'
import { cgoElf, elf, loaderlessElf, macho, pe, plan9, slice, wasm, xcoff } from './linkages.js'

const tagged = (system: string) => elf({ abiTag: { system, version: '1.0' } })
const through = (interpreter: string) => elf({ dynamic: true, interpreter })

test.each<[goos: string | undefined, Linkage, stated: string | undefined]>([
  ['windows', pe(), undefined],
  ['darwin', macho(slice()), undefined],
  ['darwin', macho(slice({ cpu: 'CPU_TYPE_X86_64' }), slice()), undefined],
  ['ios', macho(slice({ builds: [{ platform: 'PLATFORM_IOS', minos: '12.0', sdk: '12.0' }] })), undefined],
  ['aix', xcoff(), undefined],
  ['js', wasm('gojs'), undefined],
  ['wasip1', wasm('wasi_snapshot_preview1'), undefined],
  ['plan9', plan9('386'), undefined],
  ['freebsd', elf({ osabi: 'ELFOSABI_FREEBSD' }), undefined],
  ['linux', elf({ osabi: 'ELFOSABI_GNU' }), undefined],
  ['linux', cgoElf([]), undefined],
  ['linux', through('/lib/ld-musl-x86_64.so.1'), undefined],
  ['android', through('/system/bin/linker64'), undefined],
  ['openbsd', through('/usr/libexec/ld.so'), undefined],
  ['linux', tagged('Linux'), undefined],
  ['android', tagged('Android'), undefined],
  ['netbsd', tagged('NetBSD'), undefined],
  ['linux', loaderlessElf(['GLIBC_2.34'], { type: 'DYN' }), undefined],
  // Alike: the build info tells.
  ['linux', elf(), 'linux'],
  ['dragonfly', elf(), 'dragonfly'],
  ['illumos', through('/lib/amd64/ld.so.1'), 'illumos'],
  ['solaris', through('/lib/amd64/ld.so.1'), 'solaris'],
  // The header's word counts first.
  ['windows', pe(), 'linux'],
  ['linux', cgoElf([]), 'dragonfly'],
  // Nothing tells.
  [undefined, elf(), undefined],
  [undefined, elf(), 'windows'],
  [undefined, through('/opt/ld.so'), undefined],
  [undefined, tagged('Hurd'), undefined],
  [undefined, elf({ machine: 'EM_68K' }), 'linux'],
])('%s (%#)', (goos, linkage, stated) => {
  expect(findGoos(linkage, stated)).toBe(goos)
})
