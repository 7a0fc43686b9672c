// Small files of every format, class and byte order that the readers take, made by hand, with all that can be in one.

import { patched } from './bytes-of.js'
import { makeBigAr, makeBsdAr, makeGnuAr, type ArMember } from './make-ar.js'
import { blob, framed } from './make-build-info.js'
import {
  DF_1_PIE,
  DT_AUDIT,
  DT_DEBUG,
  DT_FLAGS_1,
  DT_INIT_ARRAY,
  DT_NEEDED,
  DT_RPATH,
  DT_RUNPATH,
  DT_SONAME,
  ET_DYN,
  makeElf,
  PF_R,
  PF_W,
  PT_GNU_RELRO,
  PT_GNU_STACK,
  PT_LOAD,
  type ElfPlan,
  type MadeElf,
} from './make-elf.js'
import {
  CPU_TYPE_ARM64,
  CPU_TYPE_X86_64,
  dylib,
  LC_BUILD_VERSION,
  LC_CODE_SIGNATURE,
  LC_DYLD_ENVIRONMENT,
  LC_DYSYMTAB,
  LC_LOAD_DYLIB,
  LC_LOAD_DYLINKER,
  LC_LOAD_WEAK_DYLIB,
  LC_RPATH,
  LC_VERSION_MIN_MACOSX,
  makeFat,
  makeMacho,
  MH_DYLIB,
  segment,
  segment64,
  text,
  version,
  type Command,
} from './make-macho.js'
import { makeSigned } from './make-code-signature.js'
import { coffObject, elfObject, machoObject, xcoffObject } from './make-object.js'
import { makePe, OPTIONAL_AT, OPTIONAL_BYTES, SECTION_OFFSET, type PePlan } from './make-pe.js'
import { FUNCTION, GLOBAL, makeWasm, MEMORY, MODULE, section, TABLE, TAG, text as name } from './make-wasm.js'
import { makeXcoff } from './make-xcoff.js'

export interface SmallFile {
  readonly name: string
  /** What it is judged for. */
  readonly goos: string
  readonly content: Buffer
}

const BUILD_INFO = blob(
  'go1.26.8',
  framed(
    'path\texample.test/p\nmod\texample.test/p\tv1.0.0\th1:a=\n=>\t./p\t(devel)\nbuild\tGOOS=linux\nbuild\t-ldflags="-X \\x41"\n',
  ),
)

const GNU_NOTE = Buffer.from('040000001000000001000000474e550000000000030000000200000000000000', 'hex')

const elfPlans: Readonly<Record<string, ElfPlan>> = {
  static: {},
  dynamic: {
    interpreter: '/lib/ld.so',
    dynamic: [
      [DT_NEEDED, 'libc.so.6'],
      [DT_NEEDED, 'libx.so'],
      [DT_RPATH, '/opt/lib:$ORIGIN'],
      [DT_RUNPATH, '/opt'],
      [DT_AUDIT, 'liba.so'],
      [DT_DEBUG, 0],
    ],
    versions: { 'libc.so.6': ['GLIBC_2.34', 'GLIBC_ABI_DT_RELR'], 'libx.so': ['X_1'] },
  },
  'static PIE': {
    type: ET_DYN,
    dynamic: [
      [DT_FLAGS_1, DF_1_PIE],
      [DT_INIT_ARRAY, 0],
    ],
  },
  'shared library': {
    type: ET_DYN,
    entry: 0,
    dynamic: [
      [DT_SONAME, 'libself.so'],
      [DT_NEEDED, 'libc.so.6'],
    ],
    note: GNU_NOTE,
    marks: [
      { type: PT_GNU_STACK, flags: PF_R | PF_W },
      { type: PT_GNU_RELRO, flags: PF_R },
    ],
  },
}

/** `content` is put behind all else, at a multiple of 16, into the one PT_LOAD. */
function withData(elf: MadeElf, content: Buffer): Buffer {
  const padding = Buffer.alloc((16 - (elf.buffer.length % 16)) % 16)
  const longer = elf.append(Buffer.concat([padding, content]))
  const size = longer.buffer.length
  return longer.program(PT_LOAD, 'filesz', size).program(PT_LOAD, 'memsz', size).buffer
}

const elfFiles = ([32, 64] as const).flatMap((bits) =>
  (['little', 'big'] as const).flatMap((data): SmallFile[] => {
    const made = (plan: ElfPlan): MadeElf => makeElf({ ...plan, class: bits, data })
    const shape = `ELF${bits} ${data}-endian`
    return [
      ...Object.entries(elfPlans).map(([kind, plan]) => ({
        name: `${shape}, ${kind}`,
        goos: 'linux',
        content: made(plan).buffer,
      })),
      {
        name: `${shape}, with build info`,
        goos: 'freebsd',
        content: withData(made({ loadFlags: PF_R | PF_W }), BUILD_INFO),
      },
    ]
  }),
)

const commands: readonly Command[] = [
  text(LC_LOAD_DYLINKER, '/usr/lib/dyld'),
  dylib(LC_LOAD_DYLIB, '/usr/lib/libSystem.B.dylib'),
  dylib(LC_LOAD_WEAK_DYLIB, '@rpath/libx.dylib'),
  text(LC_RPATH, '@loader_path/../lib'),
  text(LC_DYLD_ENVIRONMENT, 'DYLD_LIBRARY_PATH=/opt'),
  [LC_BUILD_VERSION, [1, version(12, 0), version(12, 3, 1), 0]],
  [LC_VERSION_MIN_MACOSX, [version(10, 9), version(10, 9)]],
  [LC_DYSYMTAB, Array<number>(18).fill(1)],
  [LC_CODE_SIGNATURE, [0, 32]],
]
const arm = makeMacho({ commands: [segment64(0, 64), ...commands] })
const intel = makeMacho({ cpu: CPU_TYPE_X86_64, commands })
const slices = [
  { cpu: CPU_TYPE_ARM64, file: arm },
  { cpu: CPU_TYPE_X86_64, file: intel },
]
const machoFiles: readonly SmallFile[] = Object.entries({
  thin: arm,
  '32 bits': makeMacho({ bits: 32, commands: [segment(0, 64), ...commands] }),
  'big-endian': makeMacho({ data: 'big', commands }),
  '32 bits, big-endian': makeMacho({ bits: 32, data: 'big', commands }),
  dylib: makeMacho({ filetype: MH_DYLIB, commands: commands.slice(1) }),
  'nothing in it': makeMacho({}),
  fat32: makeFat(slices),
  fat64: makeFat(slices, 64),
  'fat with one slice': makeFat(slices.slice(1)),
  signed: makeSigned({ codeBytes: 4200 }).file,
  'signed in two ways, with entitlements': makeSigned({
    codeBytes: 4200,
    directories: [
      { hashType: 1, identifier: 'example' },
      { slot: 0x1000, teamId: 'TEAM', codeLimit64: true },
    ],
    blobs: [
      [2, 0xfade0c01, 'requirements'],
      [5, 0xfade7171, '<plist/>'],
    ],
  }).file,
}).map(([kind, content]) => ({ name: `Mach-O, ${kind}`, goos: 'darwin', content }))

const pePlans: Readonly<Record<string, PePlan>> = {
  'nothing in it': {},
  imports: { imports: ['kernel32.dll', 'x.dll'], relocations: 0x1000 },
  'delay imports': { imports: ['kernel32.dll'], delayImports: ['x.dll', 'y.dll'] },
  'absolute delay imports': { delayImports: ['x.dll'], absoluteDelay: true },
  'the .NET runtime': { clr: 0x1000, imports: ['mscoree.dll'], sectionName: '.text' },
}
const peFiles = (['PE32', 'PE32+'] as const).flatMap((magic) =>
  Object.entries(pePlans).map(([kind, plan]) => ({
    name: `${magic}, ${kind}`,
    goos: 'windows',
    content: makePe({ ...plan, magic }),
  })),
)
/** The section header's VirtualSize and SizeOfRawData have room for it. */
function peWithBuildInfo(): Buffer {
  const file = makePe({ sectionFlags: 0xc000_0000 })
  const padding = Buffer.alloc((16 - (file.length % 16)) % 16)
  const whole = Buffer.concat([file, padding, BUILD_INFO])
  const row = OPTIONAL_AT + OPTIONAL_BYTES['PE32+']
  const size = whole.length - SECTION_OFFSET
  return patched(patched(whole, row + 8, 4, size), row + 16, 4, size)
}

const xcoffFiles: readonly SmallFile[] = [
  { libpath: '/usr/lib:/lib', path: '', base: 'libc.a', member: 'shr_64.o' },
  { libpath: '/opt', path: '/opt/lib', base: 'libx.a', member: 'x.o' },
  { libpath: '', path: '', base: '', member: '' },
].map(({ libpath, path, base, member }, index) => ({
  name: `XCOFF64, ${index}`,
  goos: 'aix',
  content: makeXcoff({
    imports: [
      [libpath, '', ''],
      [path, base, member],
    ],
  }),
}))

const producers = [...name('producers'), 1, ...name('language'), 1, ...name('Go'), ...name('go1.26.8')]
const wasmFiles: readonly SmallFile[] = [
  { kind: 'WASI', goos: 'wasip1', content: makeWasm([['wasi_snapshot_preview1', 'fd_write', FUNCTION]]) },
  {
    kind: 'imports of every kind',
    goos: 'js',
    content: makeWasm([FUNCTION, TABLE, MEMORY, GLOBAL, TAG].map((type) => ['gojs', 'x', type] as const)),
  },
  { kind: 'nothing in it', goos: 'wasip1', content: makeWasm([]) },
  {
    kind: 'with build info',
    goos: 'js',
    content: Buffer.from([
      ...makeWasm([['gojs', 'x', FUNCTION]]),
      ...section(0, producers),
      ...section(0, name('name')),
      ...section(11, [...framed('path\tp\nbuild\tGOARCH=wasm\n')]),
    ]),
  },
  { kind: 'only a code section', goos: 'js', content: Buffer.from([...MODULE, ...section(10, [0])]) },
].map(({ kind, ...file }) => ({ name: `wasm, ${kind}`, ...file }))

/** Magic, text, data, bss, syms, entry, spsz, pcsz; then as many bytes. */
function makePlan9(magic: number, headerBytes: number): Buffer {
  const header = Buffer.alloc(headerBytes)
  ;[magic, 16, BUILD_INFO.length, 1 << 20, 4, 0x1000, 0, 2].forEach((word, index) =>
    header.writeUInt32BE(word, index * 4),
  )
  return Buffer.concat([header, Buffer.alloc(16), BUILD_INFO, Buffer.alloc(6)])
}
const plan9Files: readonly SmallFile[] = [
  { machine: '386', magic: 0x1eb, headerBytes: 32 },
  { machine: 'arm', magic: 0x647, headerBytes: 32 },
  { machine: 'amd64', magic: 0x8a97, headerBytes: 40 },
].map(({ machine, magic, headerBytes }) => ({
  name: `Plan 9 a.out, ${machine}`,
  goos: 'plan9',
  content: makePlan9(magic, headerBytes),
}))

const members: readonly ArMember[] = [
  ['go.o', elfObject({ machine: 62 })],
  ['a name of more than sixteen bytes.o', elfObject({ machine: 183, class: 32, data: 'big' })],
]
const archives: readonly SmallFile[] = [
  { kind: 'GNU', goos: 'linux', content: makeGnuAr(members) },
  { kind: 'BSD', goos: 'freebsd', content: makeBsdAr(members) },
  { kind: 'Darwin', goos: 'darwin', content: makeBsdAr([['go.o', machoObject(CPU_TYPE_ARM64, 1)]], 8) },
  { kind: 'Microsoft', goos: 'windows', content: makeGnuAr([['go.o', coffObject(0x8664)]], '\0') },
  { kind: 'AIX', goos: 'aix', content: makeBigAr([['go.o', xcoffObject(0x1f7)]]) },
].map(({ kind, ...file }) => ({ name: `archive, ${kind}`, ...file }))

export const smallFiles: readonly SmallFile[] = [
  ...elfFiles,
  ...machoFiles,
  ...peFiles,
  { name: 'PE32+, with build info', goos: 'windows', content: peWithBuildInfo() },
  ...xcoffFiles,
  ...wasmFiles,
  ...plan9Files,
  ...archives,
]
