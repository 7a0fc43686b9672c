// What tells the GOOS of a file that nobody named one for.

import { fittingSystems } from '../../../src/linkage/goos.js'
import type { Linkage } from '../../../src/linkage/linkage.js'
import { cgoElf, elf, loaderlessElf, macho, pe, plan9, slice, wasm, xcoff } from './linkages.js'

const tagged = (system: string) => elf({ abiTag: { system, version: '1.0' } })
const through = (interpreter: string) => elf({ dynamic: true, interpreter })

test.each<[goos: string, Linkage, stated: string | undefined]>([
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
  ['linux dragonfly netbsd', elf({ type: 'DYN', entry: true }), undefined],
  // Systems whose programs all have a loader are left out where there is none.
  ['linux dragonfly netbsd', elf(), undefined],
  ['linux dragonfly netbsd', elf(), 'windows'],
  ['linux dragonfly netbsd', tagged('Hurd'), undefined],
  ['openbsd', elf({ osabi: 'ELFOSABI_OPENBSD' }), undefined],
  ['android dragonfly illumos linux netbsd openbsd solaris', through('/opt/ld.so'), undefined],
  ['illumos solaris', through('/lib/amd64/ld.so.1'), undefined],
  ['illumos solaris', tagged('Solaris'), undefined],
  ['darwin ios', macho(slice({ builds: [] })), undefined],
  ['', elf({ machine: 'EM_68K' }), 'linux'],
])('%s (%#)', (systems, linkage, stated) => {
  expect([...fittingSystems(linkage, stated)].sort()).toEqual(systems.split(' ').filter(Boolean).sort())
})
