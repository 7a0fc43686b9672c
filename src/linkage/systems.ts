// GOOS -> what the operating system itself brings: its loaders, its libraries, and whether Go's programs can do without.

import { IOS_LIBRARIES, MACOS_LIBRARIES } from './apple-libraries.js'

/** The C libraries that Unix programs are built against. */
export type Libc = 'glibc' | 'musl' | 'bionic' | 'BSD'

/** Libraries that belong together, with the dynamic linkers that load them. */
export interface Runtime {
  /** As a person calls it. */
  readonly name: string
  readonly libc?: Libc
  /** PT_INTERP or LC_LOAD_DYLINKER, whole. */
  readonly loaders: readonly string[]
  /** Whether `library`, as a file writes it, is one of its own. */
  readonly brings: (library: string) => boolean
}

export interface System {
  /** Whether Go's own linker makes programs for it that need nothing; else `static` means: only what the system brings. */
  readonly hasStatic: boolean
  readonly runtimes: readonly Runtime[]
}

const words = (text: string): string[] => text.trim().split(/\s+/)

const exactly = (...names: readonly string[]): Runtime['brings'] => {
  const own = new Set(names)
  return (library) => own.has(library)
}

/** `c` stands for libc.so, libc.so.7 and libc.so.97.1: the numbers change with the system's releases. */
const sharedObjects = (names: string): Runtime['brings'] => {
  const own = new Set(words(names))
  return (library) => own.has(/^lib(.+?)\.so(\.\d+)*$/.exec(library)?.[1] ?? '')
}

/** Source: glibc's shlib-versions, and the `Linuxdynld` of Go's linker. */
const GLIBC_LOADERS = [
  '/lib/ld-linux.so.2',
  '/lib/ld-linux.so.3',
  '/lib/ld-linux-armhf.so.3',
  '/lib/ld-linux-aarch64.so.1',
  '/lib/ld-linux-mipsn8.so.1',
  '/lib/ld-linux-riscv64-lp64d.so.1',
  '/lib/ld.so.1',
  '/lib/ld64.so.1',
  '/lib64/ld-linux-x86-64.so.2',
  '/lib64/ld-linux-loongarch-lp64d.so.1',
  '/lib64/ld-linux-mipsn8.so.1',
  '/lib64/ld.so.1',
  '/lib64/ld64.so.1',
  '/lib64/ld64.so.2',
]

const MUSL_ARCHITECTURES = words(`
  aarch64 arm armhf i386 loongarch64 mips mips-sf mipsel mipsel-sf mips64 mips64-sf mips64el
  mips64el-sf powerpc64 powerpc64le riscv64 s390x x86_64
`)

/** What every glibc installation has; libgcc_s and libstdc++ are GCC's, and missing from small systems. */
export const GLIBC: Runtime = {
  name: 'glibc',
  libc: 'glibc',
  loaders: GLIBC_LOADERS,
  brings: exactly(
    'libc.so.6',
    'libm.so.6',
    'libmvec.so.1',
    'libpthread.so.0',
    'libdl.so.2',
    'librt.so.1',
    'libresolv.so.2',
    'libutil.so.1',
    'libanl.so.1',
    'libnsl.so.1',
    ...GLIBC_LOADERS.map((loader) => loader.slice(loader.lastIndexOf('/') + 1)),
  ),
}

/** The loader is the library. Alpine names it libc.musl-<arch>.so.1. */
export const MUSL: Runtime = {
  name: 'musl',
  libc: 'musl',
  loaders: MUSL_ARCHITECTURES.map((arch) => `/lib/ld-musl-${arch}.so.1`),
  brings: exactly(
    'libc.so',
    ...MUSL_ARCHITECTURES.flatMap((arch) => [`ld-musl-${arch}.so.1`, `libc.musl-${arch}.so.1`]),
  ),
}

/** Source: the Android NDK's list of stable native APIs. */
const BIONIC: Runtime = {
  name: 'Android',
  libc: 'bionic',
  loaders: ['/system/bin/linker', '/system/bin/linker64'],
  brings: exactly(
    ...words(`
      c m dl log android z EGL GLESv1_CM GLESv2 GLESv3 OpenSLES OpenMAXAL aaudio amidi binder_ndk
      camera2ndk jnigraphics mediandk nativewindow neuralnetworks sync vulkan
    `).map((name) => `lib${name}.so`),
  ),
}

const FREEBSD: Runtime = {
  name: 'FreeBSD',
  libc: 'BSD',
  loaders: ['/libexec/ld-elf.so.1', '/usr/libexec/ld-elf.so.1'],
  brings: sharedObjects('c sys m thr rt util dl gcc_s c++ cxxrt execinfo kvm devstat procstat elf md z'),
}

const NETBSD: Runtime = {
  name: 'NetBSD',
  libc: 'BSD',
  loaders: ['/libexec/ld.elf_so', '/usr/libexec/ld.elf_so'],
  brings: sharedObjects('c m pthread rt util resolv gcc_s execinfo kvm z'),
}

const OPENBSD: Runtime = {
  name: 'OpenBSD',
  libc: 'BSD',
  loaders: ['/usr/libexec/ld.so'],
  brings: sharedObjects('c m pthread util kvm execinfo c++ c++abi z'),
}

const DRAGONFLY: Runtime = {
  name: 'DragonFly BSD',
  libc: 'BSD',
  loaders: ['/libexec/ld-elf.so.2', '/usr/libexec/ld-elf.so.2'],
  brings: sharedObjects('c m pthread thread_xu rt util dl kvm z'),
}

/** Solaris and illumos. */
const solaris = (name: string): Runtime => ({
  name,
  loaders: ['/lib/amd64/ld.so.1', '/usr/lib/amd64/ld.so.1', '/lib/64/ld.so.1', '/usr/lib/64/ld.so.1'],
  brings: sharedObjects(`
    c m dl pthread rt thread socket nsl resolv sendfile xnet kstat md mp nvpair proc project scf
    umem
  `),
})

const apple = (name: string, libraries: ReadonlySet<string>): Runtime => ({
  name,
  loaders: ['/usr/lib/dyld'],
  brings: (library) => libraries.has(library),
})

/** DLLs of every Windows since 10 and Server 2016, which Go 1.21 and later ask for; without `.dll`. */
const WINDOWS_DLLS: ReadonlySet<string> = new Set(
  words(`
    advapi32 authz avicap32 avifil32 avrt bcrypt bcryptprimitives bluetoothapis bthprops.cpl cabinet
    cfgmgr32 combase comctl32 comdlg32 credui crypt32 cryptnet cryptui d2d1 d3d10 d3d11 d3d12 d3d9
    d3dcompiler_47 dbgeng dbghelp dcomp dhcpcsvc dinput8 dnsapi dsound dwmapi dwrite dxgi dxva2
    esent evr fltlib fwpuclnt gdi32 gdiplus glu32 hid httpapi imagehlp imm32 iphlpapi kernel32
    kernelbase ktmw32 mf mfplat mfreadwrite mpr msacm32 msi msimg32 mswsock msvcrt ncrypt netapi32
    newdev normaliz ntdll ntdsapi ole32 oleacc oleaut32 opengl32 pdh powrprof propsys psapi rasapi32
    rpcrt4 rstrtmgr sechost secur32 sensapi setupapi shcore shell32 shlwapi sspicli tdh traffic
    ucrtbase urlmon user32 userenv usp10 uxtheme version virtdisk wer wevtapi windowscodecs winhttp
    wininet winmm winscard winspool.drv wintrust winusb wlanapi wldap32 ws2_32 wsock32 wtsapi32
    xinput9_1_0
  `),
)

/**
 * API sets, which the loader itself resolves; the C runtime (UCRT) is among them. A name of this form that Windows does not know
 * is looked for as a file, so that only the known families count. Source: Microsoft's "Windows API sets".
 */
const WINDOWS_API_SET =
  /^(api|ext)-ms-win-(appmodel|base|core|crt|devices|downlevel|eventing|gdi|mm|net|ntuser|perf|power|security|service|shcore|shell|stateseparation)-[a-z0-9-]+-l\d+-\d+-\d+$/

/** The loader compares names without regard to case, and adds `.dll` where there is no extension. */
const WINDOWS: Runtime = {
  name: 'Windows',
  loaders: [],
  brings: (library) => {
    const name = library.toLowerCase().replace(/\.dll$/, '')
    return WINDOWS_DLLS.has(name) || WINDOWS_API_SET.test(name)
  },
}

/** As `libc.a(shr_64.o)`: the archive and its member. */
const AIX: Runtime = {
  name: 'AIX',
  loaders: [],
  brings: exactly(
    'libc.a(shr_64.o)',
    'libc.a(posix_aio_64.o)',
    'libpthread.a(shr_xpg5_64.o)',
    'libpthreads.a(shr_xpg5_64.o)',
    'libpthreads.a(shr_64.o)',
    'libm.a(shr_64.o)',
    'libdl.a(shr_64.o)',
    'librtl.a(shr_64.o)',
    'libcrypt.a(shr_64.o)',
    'libperfstat.a(shr_64.o)',
    'libodm.a(shr_64.o)',
    'libcfg.a(shr_64.o)',
    'libtli.a(shr_64.o)',
    'libnsl.a(shr_64.o)',
  ),
}

/** What a wasm host is asked for: the modules of its imports. */
const wasmHost = (name: string, ...modules: readonly string[]): Runtime => ({
  name,
  loaders: [],
  brings: exactly(...modules),
})

const SYSTEMS: Readonly<Record<string, System>> = {
  aix: { hasStatic: false, runtimes: [AIX] },
  android: { hasStatic: false, runtimes: [BIONIC] },
  darwin: { hasStatic: false, runtimes: [apple('macOS', MACOS_LIBRARIES)] },
  dragonfly: { hasStatic: true, runtimes: [DRAGONFLY] },
  freebsd: { hasStatic: true, runtimes: [FREEBSD] },
  illumos: { hasStatic: false, runtimes: [solaris('illumos')] },
  ios: { hasStatic: false, runtimes: [apple('iOS', IOS_LIBRARIES)] },
  js: { hasStatic: true, runtimes: [wasmHost("Go's wasm_exec.js", 'gojs')] },
  linux: { hasStatic: true, runtimes: [GLIBC, MUSL] },
  netbsd: { hasStatic: true, runtimes: [NETBSD] },
  openbsd: { hasStatic: false, runtimes: [OPENBSD] },
  plan9: { hasStatic: true, runtimes: [] },
  solaris: { hasStatic: false, runtimes: [solaris('Solaris')] },
  wasip1: { hasStatic: true, runtimes: [wasmHost('WASI', 'wasi_snapshot_preview1')] },
  windows: { hasStatic: false, runtimes: [WINDOWS] },
}

/** A GOOS that is not known here brings nothing, so that whatever a file needs counts as foreign. */
export const systemOf = (goos: string): System => SYSTEMS[goos] ?? { hasStatic: false, runtimes: [] }
