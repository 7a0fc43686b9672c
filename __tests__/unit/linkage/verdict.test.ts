// What is static, what needs only its system, and what is dynamic; and how that is told.

import type { Linkage } from '../../../src/linkage/linkage.js'
import { describeVerdict, judge } from '../../../src/linkage/verdict.js'
import {
  cgoElf,
  elf,
  GLIBC_LOADER,
  loaderlessElf,
  loaderlessSlice,
  macho,
  pe,
  plan9,
  slice,
  wasm,
  xcoff,
} from './linkages.js'

const framework = (name: string): string => `/System/Library/Frameworks/${name}.framework/Versions/A/${name}`
const dylibs = (...names: readonly string[]) =>
  names.map((name) => ({ name, kind: 'LC_LOAD_DYLIB' as const }))

const rows: readonly (readonly [name: string, linkage: Linkage, goos: string, told: string])[] = [
  ['EXEC', elf(), 'linux', 'static: no PT_INTERP, no DT_NEEDED'],
  ['EXEC for freebsd', elf({ osabi: 'ELFOSABI_FREEBSD' }), 'freebsd', 'static: no PT_INTERP, no DT_NEEDED'],
  [
    'static-pie',
    elf({ type: 'DYN', dynamic: true, pie: true, debug: true, init: true }),
    'linux',
    'static: no PT_INTERP, no DT_NEEDED, relocates itself (static-pie)',
  ],
  [
    'static-pie of a linker that does not set DF_1_PIE',
    elf({ type: 'DYN', dynamic: true }),
    'linux',
    'static: no PT_INTERP, no DT_NEEDED, relocates itself (static-pie)',
  ],
  [
    'EXEC for openbsd, which starts no static program of Go',
    elf(),
    'openbsd',
    "dynamic: no PT_INTERP: Go's programs for OpenBSD have the loader /usr/libexec/ld.so",
  ],
  [
    'static-pie for illumos',
    elf({ type: 'DYN', dynamic: true, pie: true, debug: true, init: true }),
    'illumos',
    "dynamic: no PT_INTERP: Go's programs for illumos have the loader /lib/amd64/ld.so.1",
  ],
  ['plan9', plan9('386'), 'plan9', 'static: a Plan 9 a.out file has no shared libraries'],
  ['js', wasm('gojs', 'gojs'), 'js', 'static: imports only gojs of its host'],
  [
    'wasip1',
    wasm('wasi_snapshot_preview1'),
    'wasip1',
    'static: imports only wasi_snapshot_preview1 of its host',
  ],
  [
    'wasm that asks its host for more',
    wasm('wasi_snapshot_preview1', 'env'),
    'wasip1',
    'dynamic: needs wasi_snapshot_preview1, env; not brought by the system: env',
  ],
  [
    'cgo',
    cgoElf(['GLIBC_2.34', 'GLIBC_2.2.5', 'GLIBC_2.4']),
    'linux',
    `dynamic: needs libc.so.6 (GLIBC_2.34 or later) through ${GLIBC_LOADER}`,
  ],
  [
    'cgo with DT_RELR',
    cgoElf(['GLIBC_2.34', 'GLIBC_ABI_DT_RELR']),
    'linux',
    `dynamic: needs libc.so.6 (GLIBC_ABI_DT_RELR (glibc 2.36) or later) through ${GLIBC_LOADER}`,
  ],
  [
    'cgo with C++',
    cgoElf(['GLIBC_2.14'], {
      needed: ['libstdc++.so.6', 'libc.so.6'],
      versions: [
        { library: 'libstdc++.so.6', version: 'GLIBCXX_3.4.9' },
        { library: 'libstdc++.so.6', version: 'GLIBCXX_3.4.21' },
        { library: 'libstdc++.so.6', version: 'CXXABI_1.3' },
      ],
    }),
    'linux',
    `dynamic: needs libstdc++.so.6 (GLIBCXX_3.4.21, CXXABI_1.3 or later), libc.so.6 through ${GLIBC_LOADER}; not brought by the system: libstdc++.so.6`,
  ],
  [
    'musl',
    elf({ dynamic: true, interpreter: '/lib/ld-musl-x86_64.so.1', needed: ['libc.musl-x86_64.so.1'] }),
    'linux',
    'dynamic: needs libc.musl-x86_64.so.1 through /lib/ld-musl-x86_64.so.1',
  ],
  [
    "glibc's library through musl's loader",
    elf({ dynamic: true, interpreter: '/lib/ld-musl-x86_64.so.1', needed: ['libc.so.6'] }),
    'linux',
    'dynamic: needs libc.so.6 through /lib/ld-musl-x86_64.so.1; not brought by the system: libc.so.6',
  ],
  [
    'a PIE of nothing but its loader',
    elf({ type: 'DYN', dynamic: true, pie: true, interpreter: GLIBC_LOADER }),
    'linux',
    `dynamic: needs the loader ${GLIBC_LOADER}, but no library`,
  ],
  [
    'DYN without PT_DYNAMIC',
    elf({ type: 'DYN' }),
    'linux',
    'dynamic: ET_DYN that names no loader and does not relocate itself (no PT_DYNAMIC), so that it cannot start',
  ],
  [
    "Go's PIE, PT_INTERP nulled",
    elf({ type: 'DYN', dynamic: true, pie: true, debug: true }),
    'linux',
    'dynamic: ET_DYN that names no loader and does not relocate itself (DT_DEBUG, but no DT_INIT), so that it cannot start',
  ],
  [
    'PT_INTERP nulled',
    loaderlessElf(['GLIBC_2.34']),
    'linux',
    'dynamic: needs libc.so.6 (GLIBC_2.34 or later); not brought by the system: a loader for its libraries (no PT_INTERP)',
  ],
  [
    'PT_INTERP nulled in a PIE',
    elf({ type: 'DYN', dynamic: true, pie: true, needed: ['libc.so.6'] }),
    'linux',
    'dynamic: needs libc.so.6; not brought by the system: a loader for its libraries (no PT_INTERP)',
  ],
  [
    'needed only by its version table',
    elf({ dynamic: true, versions: [{ library: 'libx.so', version: 'X_1' }] }),
    'linux',
    'dynamic: needs libx.so (X_1 or later); not brought by the system: libx.so, a loader for its libraries (no PT_INTERP)',
  ],
  [
    'needed only by an audit library',
    elf({ dynamic: true, interpreter: GLIBC_LOADER, alsoLoaded: [{ tag: 'DT_AUDIT', library: 'a.so' }] }),
    'linux',
    `dynamic: needs a.so through ${GLIBC_LOADER}; not brought by the system: a.so`,
  ],
  [
    'a loader of its own',
    cgoElf([], { interpreter: '/nix/store/x/ld-linux-x86-64.so.2' }),
    'linux',
    'dynamic: needs libc.so.6 through /nix/store/x/ld-linux-x86-64.so.2; not brought by the system: the loader /nix/store/x/ld-linux-x86-64.so.2',
  ],
  [
    'search paths',
    cgoElf([], { rpath: ['/usr/lib/x86_64-linux-gnu', '/opt/lib'], runpath: ['$ORIGIN', ''] }),
    'linux',
    `dynamic: needs libc.so.6 through ${GLIBC_LOADER}; not brought by the system: libraries of /opt/lib (DT_RPATH), libraries of $ORIGIN (DT_RUNPATH), libraries of the current folder (DT_RUNPATH)`,
  ],
  [
    'c-shared',
    loaderlessElf(['GLIBC_2.34'], { type: 'DYN', entry: false }),
    'linux',
    'dynamic: needs libc.so.6 (GLIBC_2.34 or later); it is a shared library',
  ],
  [
    'a shared library without needs',
    elf({ type: 'DYN', dynamic: true, soname: 'libx.so' }),
    'linux',
    'dynamic: it is a shared library, though one that needs no other',
  ],
  [
    'more libraries than are told',
    elf({ dynamic: true, interpreter: GLIBC_LOADER, needed: Array.from({ length: 15 }, (_, n) => `l${n}`) }),
    'linux',
    expect.stringMatching(/^dynamic: needs l0, .*, l11 and 3 more through .*: l0, .*, l11 and 3 more$/),
  ],
  [
    'openbsd',
    elf({ dynamic: true, interpreter: '/usr/libexec/ld.so', needed: ['libc.so', 'libpthread.so.27.1'] }),
    'openbsd',
    'system-only: needs only what OpenBSD brings: libc.so, libpthread.so.27.1 through /usr/libexec/ld.so',
  ],
  [
    'solaris',
    elf({ dynamic: true, interpreter: '/lib/amd64/ld.so.1', needed: ['libsendfile.so', 'libc.so'] }),
    'solaris',
    'system-only: needs only what Solaris brings: libsendfile.so, libc.so through /lib/amd64/ld.so.1',
  ],
  [
    'android',
    elf({ type: 'DYN', dynamic: true, pie: true, interpreter: '/system/bin/linker64' }),
    'android',
    'system-only: needs only what Android brings: the loader /system/bin/linker64, but no library',
  ],
  [
    'freebsd with cgo',
    elf({ dynamic: true, interpreter: '/libexec/ld-elf.so.1', needed: ['libthr.so.3', 'libc.so.7'] }),
    'freebsd',
    'dynamic: needs libthr.so.3, libc.so.7 through /libexec/ld-elf.so.1',
  ],
  [
    'darwin',
    macho(slice({ dylibs: dylibs('/usr/lib/libSystem.B.dylib', framework('Security')) })),
    'darwin',
    `system-only: needs only what macOS brings: /usr/lib/libSystem.B.dylib, ${framework('Security')} through /usr/lib/dyld`,
  ],
  [
    'a second slice that needs more',
    macho(slice(), slice({ cpu: 'CPU_TYPE_X86_64', dylibs: dylibs('@rpath/x.dylib') })),
    'darwin',
    'dynamic: needs /usr/lib/libSystem.B.dylib, @rpath/x.dylib through /usr/lib/dyld; not brought by the system: @rpath/x.dylib',
  ],
  [
    'a second slice with a loader of its own',
    macho(slice(), slice({ dylinker: '/opt/dyld' })),
    'darwin',
    'dynamic: needs /usr/lib/libSystem.B.dylib through /opt/dyld; not brought by the system: the loader /opt/dyld',
  ],
  [
    'a Mach-O program without a loader',
    macho(loaderlessSlice({ dylibs: [] })),
    'darwin',
    'dynamic: needs no library; not brought by the system: a loader to relocate it (no LC_LOAD_DYLINKER for CPU_TYPE_ARM64)',
  ],
  [
    'a Mach-O program that tells dyld where to look',
    macho(slice({ dyldEnvironment: ['DYLD_LIBRARY_PATH=/opt'] })),
    'darwin',
    expect.stringContaining('the setting DYLD_LIBRARY_PATH=/opt (LC_DYLD_ENVIRONMENT)'),
  ],
  [
    'a dylib',
    macho(loaderlessSlice({ filetype: 'MH_DYLIB' })),
    'darwin',
    'system-only: needs only what macOS brings: /usr/lib/libSystem.B.dylib',
  ],
  ['windows', pe(), 'windows', 'system-only: needs only what Windows brings: kernel32.dll'],
  [
    'windows with cgo',
    pe({ imports: ['KERNEL32.dll', 'api-ms-win-crt-heap-l1-1-0.dll'], delayImports: ['libgcc_s_seh-1.dll'] }),
    'windows',
    'dynamic: needs KERNEL32.dll, api-ms-win-crt-heap-l1-1-0.dll, libgcc_s_seh-1.dll; not brought by the system: libgcc_s_seh-1.dll',
  ],
  [
    'PE without imports',
    pe({ imports: [] }),
    'windows',
    'system-only: needs only what Windows brings: no library',
  ],
  [
    '.NET',
    pe({ imports: [], clr: true }),
    'windows',
    'dynamic: needs no library; not brought by the system: the .NET runtime (IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR)',
  ],
  ['aix', xcoff(), 'aix', 'system-only: needs only what AIX brings: libc.a(shr_64.o)'],
  [
    'aix with paths',
    xcoff({ libpath: ['/opt/lib'], imports: [{ path: '/opt', base: 'libc.a', member: 'shr_64.o' }] }),
    'aix',
    'dynamic: needs /opt/libc.a(shr_64.o); not brought by the system: /opt/libc.a(shr_64.o), libraries of /opt/lib (LIBPATH)',
  ],
  ['a PE file for linux', pe({ imports: [] }), 'linux', 'dynamic: needs no library'],
  [
    'a Mach-O file for linux',
    macho(slice()),
    'linux',
    'dynamic: needs /usr/lib/libSystem.B.dylib through /usr/lib/dyld; not brought by the system: the loader /usr/lib/dyld, /usr/lib/libSystem.B.dylib',
  ],
  [
    'a GOOS that is not known',
    cgoElf([]),
    'hurd',
    `dynamic: needs libc.so.6 through ${GLIBC_LOADER}; not brought by the system: the loader ${GLIBC_LOADER}, libc.so.6`,
  ],
]

test.each(rows)('%s', (_, linkage, goos, told) => {
  expect(describeVerdict(judge(linkage, goos))).toEqual(told)
})

test('the evidence is kept beside the words', () => {
  expect(judge(cgoElf(['GLIBC_2.34', 'GLIBC_PRIVATE']), 'linux')).toEqual({
    kind: 'dynamic',
    needs: [{ library: 'libc.so.6', versions: ['GLIBC_2.34'] }],
    loader: GLIBC_LOADER,
    runtime: 'glibc',
    libc: 'glibc',
    foreign: [],
  })
})

const through = (interpreter: string, ...needed: readonly string[]) =>
  elf({ dynamic: true, interpreter, needed })

test.each([
  ['glibc', cgoElf([]), 'linux'],
  ['glibc', loaderlessElf([], { type: 'DYN', entry: false }), 'linux'],
  ['glibc', loaderlessElf([], { needed: ['libc.so.6', 'libstdc++.so.6'] }), 'linux'],
  ['musl', through('/lib/ld-musl-aarch64.so.1', 'libc.so'), 'linux'],
  ['bionic', through('/system/bin/linker64', 'libc.so'), 'android'],
  ['BSD', through('/libexec/ld-elf.so.1', 'libc.so.7'), 'freebsd'],
  ['BSD', through('/usr/libexec/ld.so', 'libc.so'), 'openbsd'],
  ['BSD', through('/usr/libexec/ld.elf_so', 'libc.so.12'), 'netbsd'],
  ['BSD', through('/libexec/ld-elf.so.2', 'libc.so.8'), 'dragonfly'],
  [undefined, through('/opt/ld.so', 'libc.so.6'), 'linux'],
  [undefined, elf({ type: 'DYN', dynamic: true, soname: 'libx.so' }), 'linux'],
  [undefined, loaderlessElf([], { needed: ['libc.so.6', 'libc.so'] }), 'linux'],
  [undefined, through('/lib/amd64/ld.so.1', 'libc.so.1'), 'solaris'],
  [undefined, macho(slice()), 'darwin'],
])('libc: %s (%#)', (libc, linkage, goos) => {
  const verdict = judge(linkage, goos)
  expect('needs' in verdict && verdict.libc).toBe(libc)
})

const NSS = 'libnss_*.so'

test.each([
  ['EXEC', elf(), 'no PT_INTERP, no DT_NEEDED'],
  [
    'static-pie',
    elf({ type: 'DYN', dynamic: true, pie: true, init: true }),
    'no PT_INTERP, no DT_NEEDED, relocates itself (static-pie)',
  ],
])('a glibc that loads libraries at run time, in a static %s', (_, linkage, looks) => {
  const verdict = judge(linkage, 'linux', NSS)
  expect(verdict).toMatchObject({ kind: 'dynamic', libc: 'glibc', opens: NSS, needs: [], foreign: [] })
  expect(describeVerdict(verdict)).toBe(
    `dynamic: looks static (${looks}), but the glibc in it loads ${NSS} at run time`,
  )
})

test('what is dynamic anyway is told by its headers', () => {
  expect(judge(cgoElf([]), 'linux', NSS)).toEqual(judge(cgoElf([]), 'linux'))
})
