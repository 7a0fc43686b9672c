// Which libraries an operating system brings, and which only look like its own.

import { systemOf } from '../../../src/linkage/systems.js'

const brings = (goos: string, library: string): boolean =>
  systemOf(goos).runtimes.some((runtime) => runtime.brings(library))

const FRAMEWORKS = '/System/Library/Frameworks'

test.each([
  ['linux', ['libc.so.6', 'libpthread.so.0', 'ld-linux-x86-64.so.2', 'libc.so', 'libc.musl-aarch64.so.1']],
  ['freebsd', ['libc.so.7', 'libthr.so.3', 'libc++.so.1']],
  ['netbsd', ['libc.so.12', 'libpthread.so.1']],
  ['dragonfly', ['libc.so.8', 'libpthread.so.0']],
  ['openbsd', ['libc.so', 'libc.so.97.1', 'libpthread.so']],
  ['solaris', ['libc.so.1', 'libsocket.so', 'libsendfile.so']],
  ['illumos', ['libc.so', 'libumem.so.1']],
  ['android', ['libc.so', 'liblog.so']],
  ['aix', ['libc.a(shr_64.o)', 'libpthread.a(shr_xpg5_64.o)']],
  [
    'darwin',
    [
      '/usr/lib/libSystem.B.dylib',
      '/usr/lib/libresolv.9.dylib',
      '/usr/lib/swift/libswiftCore.dylib',
      `${FRAMEWORKS}/CoreFoundation.framework/Versions/A/CoreFoundation`,
    ],
  ],
  [
    'darwin',
    [
      `${FRAMEWORKS}/AppKit.framework/Versions/C/AppKit`,
      `${FRAMEWORKS}/ScreenCaptureKit.framework/Versions/A/ScreenCaptureKit`,
      `${FRAMEWORKS}/vmnet.framework/Versions/A/vmnet`,
      '/usr/lib/swift/libswift_Concurrency.dylib',
      '/usr/lib/swift/libswiftsimd.dylib',
    ],
  ],
  [
    'ios',
    [
      `${FRAMEWORKS}/CoreFoundation.framework/CoreFoundation`,
      `${FRAMEWORKS}/UIKit.framework/UIKit`,
      '/usr/lib/swift/libswiftUIKit.dylib',
    ],
  ],
  [
    'windows',
    ['kernel32.dll', 'KERNEL32.DLL', 'Kernel32', 'winspool.drv', 'api-ms-win-core-synch-l1-2-0.dll'],
  ],
  ['wasip1', ['wasi_snapshot_preview1']],
  ['js', ['gojs']],
])('%s brings %j', (goos, libraries) => {
  expect(libraries.filter((library) => !brings(goos, library))).toEqual([])
})

test.each([
  [
    'linux',
    [
      'libc.so.7',
      'libc.so.6.bak',
      '/lib/libc.so.6',
      './libc.so.6',
      'libgcc_s.so.1',
      'libstdc++.so.6',
      'LIBC.so.6',
      '',
    ],
  ],
  ['freebsd', ['libc', 'libc.so.x', 'libc.so.7.evil', 'evil/libc.so.7', 'libcurl.so.4']],
  ['openbsd', ['libc.so.', 'xlibc.so', 'libssl.so']],
  ['android', ['libc.so.6', 'libssl.so']],
  ['aix', ['libc.a', 'libc.a(evil.o)', '/opt/libc.a(shr_64.o)']],
  [
    'darwin',
    [
      'libSystem.B.dylib',
      '@rpath/libSystem.B.dylib',
      '/usr/lib/../local/lib/libSystem.B.dylib',
      '/usr/local/lib/libz.1.dylib',
      '/usr/lib/libevil.dylib',
      `${FRAMEWORKS}/../../../tmp/Evil.framework/Evil`,
      `${FRAMEWORKS}/Security.framework/Versions/A/Evil`,
      `${FRAMEWORKS}/Security.framework/Versions/A/Security\n`,
      '/Library/Frameworks/Security.framework/Versions/A/Security',
      `${FRAMEWORKS}/Evil.framework/Versions/A/Evil`,
      `${FRAMEWORKS}/UIKit.framework/UIKit`,
      `${FRAMEWORKS}/Security.framework/Versions/E/../Security`,
      '/usr/lib/swift/libswiftE.dylib',
      '/usr/lib/swift/libswiftCore.1.dylib',
      '/System/Library/PrivateFrameworks/X.framework/Versions/A/X',
    ],
  ],
  [
    'windows',
    [
      'libgcc_s_seh-1.dll',
      'vcruntime140.dll',
      'kernel32.dll.evil',
      'C:\\kernel32.dll',
      'api-ms-win-..\\x.dll',
    ],
  ],
  ['ios', [`${FRAMEWORKS}/AppKit.framework/AppKit`, `${FRAMEWORKS}/Evil.framework/Evil`]],
  ['wasip1', ['gojs', 'env']],
  ['plan9', ['libc.so']],
  ['hurd', ['libc.so.0.3']],
])('%s does not bring %j', (goos, libraries) => {
  expect(libraries.filter((library) => brings(goos, library))).toEqual([])
})
