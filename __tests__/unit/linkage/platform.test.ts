// Whether a header is that of the platform asked for.

import type { Linkage } from '../../../src/linkage/linkage.js'
import { platformRefusals } from '../../../src/linkage/platform.js'
import { elf, macho, pe, plan9, slice, wasm, xcoff } from './linkages.js'

const build = (platform: string) => ({ platform, minos: '12.0', sdk: '12.0' })
const arm64 = { machine: 'EM_AARCH64' }

const accepted: readonly (readonly [pair: string, linkage: Linkage])[] = [
  ['linux/amd64', elf()],
  ['linux/amd64', elf({ osabi: 'ELFOSABI_GNU' })],
  ['linux/mips', elf({ class: 32, data: 'big', machine: 'EM_MIPS' })],
  ['linux/mips64le', elf({ machine: 'EM_MIPS' })],
  ['linux/s390x', elf({ data: 'big', machine: 'EM_S390' })],
  ['linux/ppc64le', elf({ machine: 'EM_PPC64' })],
  ['dragonfly/amd64', elf()],
  ['freebsd/arm64', elf({ ...arm64, osabi: 'ELFOSABI_FREEBSD' })],
  ['netbsd/arm64', elf({ ...arm64, osabi: 'ELFOSABI_NETBSD' })],
  ['netbsd/arm64', elf(arm64)],
  ['openbsd/ppc64', elf({ data: 'big', machine: 'EM_PPC64', osabi: 'ELFOSABI_OPENBSD' })],
  ['illumos/amd64', elf()],
  ['solaris/amd64', elf({ osabi: 'ELFOSABI_SOLARIS' })],
  ['darwin/arm64', macho(slice())],
  ['darwin/arm64', macho(slice({ builds: [] }))],
  ['darwin/arm64', macho(slice({ cpu: 'CPU_TYPE_X86_64' }), slice())],
  ['ios/arm64', macho(slice({ builds: [build('PLATFORM_IOS')] }))],
  ['darwin/arm64', macho(slice({ builds: [build('PLATFORM_MACOS'), build('PLATFORM_MACCATALYST')] }))],
  ['windows/386', pe({ magic: 'PE32', machine: 'IMAGE_FILE_MACHINE_I386' })],
  ['windows/arm64', pe({ machine: 'IMAGE_FILE_MACHINE_ARM64' })],
  ['aix/ppc64', xcoff()],
  ['wasip1/wasm', wasm('env', 'wasi_snapshot_preview1')],
  ['js/wasm', wasm('gojs')],
  ['plan9/arm', plan9('arm')],
]

const split = (pair: string) => {
  const [goos = '', goarch = ''] = pair.split('/')
  return { goos, goarch }
}

test.each(accepted)('%s', (pair, linkage) => {
  expect(platformRefusals(linkage, split(pair))).toEqual([])
})

const refused: readonly (readonly [pair: string, linkage: Linkage, problem: RegExp])[] = [
  [
    'linux/amd64',
    elf(arm64),
    /^This file is ELF 64-bit little-endian EM_AARCH64 ELFOSABI_NONE, but linux\/amd64 is ELF 64-bit little-endian EM_X86_64 ELFOSABI_NONE or ELFOSABI_GNU: check GOOS and GOARCH of its build\.$/,
  ],
  [
    'linux/amd64',
    macho(slice()),
    /This file is Mach-O CPU_TYPE_ARM64 PLATFORM_MACOS, but linux\/amd64 is ELF/,
  ],
  ['linux/amd64', pe(), /is PE32\+ IMAGE_FILE_MACHINE_AMD64 IMAGE_SUBSYSTEM_WINDOWS_CUI, but/],
  ['linux/amd64', elf({ class: 32 }), /is ELF 32-bit/],
  ['linux/amd64', elf({ osabi: 'ELFOSABI_FREEBSD' }), /ELFOSABI_FREEBSD, but/],
  [
    'linux/mips',
    elf({ class: 32, machine: 'EM_MIPS' }),
    /little-endian EM_MIPS ELFOSABI_NONE, but .* big-endian/,
  ],
  ['freebsd/amd64', elf(), /EM_X86_64 ELFOSABI_NONE, but freebsd\/amd64 is .* ELFOSABI_FREEBSD:/],
  ['openbsd/amd64', elf({ osabi: 'ELFOSABI_NETBSD' }), /ELFOSABI_NETBSD, but/],
  ['dragonfly/amd64', elf({ osabi: 'ELFOSABI_GNU' }), /ELFOSABI_GNU, but/],
  [
    'darwin/amd64',
    macho(slice()),
    /is Mach-O CPU_TYPE_ARM64 PLATFORM_MACOS, but darwin\/amd64 is Mach-O CPU_TYPE_X86_64/,
  ],
  ['darwin/arm64', macho(slice({ builds: [build('PLATFORM_IOS')] })), /PLATFORM_IOS, but/],
  [
    'darwin/arm64',
    macho(slice({ cpu: 'CPU_TYPE_X86_64' }), slice({ cpu: 'CPU_TYPE_X86' })),
    /is Mach-O CPU_TYPE_X86_64 PLATFORM_MACOS and Mach-O CPU_TYPE_X86 PLATFORM_MACOS, but/,
  ],
  ['windows/386', pe(), /is PE32\+ .* but windows\/386 is PE32 IMAGE_FILE_MACHINE_I386/],
  ['aix/ppc64', elf({ machine: 'EM_PPC64', data: 'big' }), /but aix\/ppc64 is XCOFF64/],
  [
    'wasip1/wasm',
    wasm('gojs'),
    /is wasm that imports gojs, but wasip1\/wasm is wasm that imports wasi_snapshot_preview1/,
  ],
  ['js/wasm', wasm(), /is wasm that imports nothing/],
  ['plan9/386', plan9('amd64'), /is Plan 9 a.out amd64, but plan9\/386 is Plan 9 a.out 386/],
  ['linux/sparc64', elf(), /linux\/sparc64 is not known to the linkage check/],
]

test.each(refused)('%s is refused (%#)', (pair, linkage, problem) => {
  const reasons = platformRefusals(linkage, split(pair))
  expect(reasons).toEqual([expect.stringMatching(problem)])
})
