// ELF files that need a loader or a library, and were made to look as if they did not.

import { blob, framed } from '../make-build-info.js'
import { calledAs, overwritten, type Evasion, type Sound } from './evasion.js'
import {
  BASE,
  DF_1_PIE,
  DT_AUDIT,
  DT_DEBUG,
  DT_FILTER,
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
  PROGRAM_FIELDS,
  PT_DYNAMIC,
  PT_INTERP,
  PT_LOAD,
  PT_NOTE,
  SECTION_BYTES,
  SH_INFO,
  type ElfPlan,
  type MadeElf,
} from '../make-elf.js'

const GLIBC_LOADER = '/lib64/ld-linux-x86-64.so.2'

/** Entries of PT_DYNAMIC by their place: 0 is DT_NEEDED, then DT_STRTAB, DT_STRSZ, DT_VERNEED, DT_VERNEEDNUM, DT_NULL. */
const PLAN: ElfPlan = {
  interpreter: GLIBC_LOADER,
  dynamic: [[DT_NEEDED, 'libc.so.6']],
  versions: { 'libc.so.6': ['GLIBC_2.34'] },
}
const NEEDED = 0
const STRTAB = 1
const STRSZ = 2
const END = 5

const DT_NULL = 0
const DT_STRTAB = 5
const DT_CONFIG = 0x6ffffefa
const DT_DEPAUDIT = 0x6ffffefb
const DT_AUXILIARY = 0x7ffffffd
const PT_PHDR = 6
const PT_TLS = 7

const dynamic = makeElf(PLAN)
const change = (how: (elf: MadeElf) => MadeElf, plan: ElfPlan = PLAN): Buffer => how(makeElf(plan)).buffer

const ROW = PROGRAM_FIELDS[64].bytes

/** The program headers again at the end of the file, with `extra` behind them. */
function withHeadersBehind(elf: MadeElf, ...extra: readonly Buffer[]): MadeElf {
  const table = elf.buffer.subarray(64, 64 + 3 * ROW)
  const moved = elf.append(Buffer.concat([table, ...extra])).header('phoff', elf.buffer.length)
  return moved.header('phnum', 3 + extra.length)
}

/** A program header of another one's kind, with `fields` over it, by their place. */
function programHeader(like: number, fields: Readonly<Record<number, bigint>>): Buffer {
  const at = dynamic.programAt(like)
  const row = Buffer.from(dynamic.buffer.subarray(at, at + ROW))
  for (const [place, value] of Object.entries(fields)) row.writeBigUInt64LE(value, Number(place))
  return row
}

const { offset: P_OFFSET, vaddr: P_VADDR, filesz: P_FILESZ, memsz: P_MEMSZ } = PROGRAM_FIELDS[64]

/** PN_XNUM, and `count` in the section header at the end of the file. */
function withExtendedCount(elf: MadeElf, count: number): MadeElf {
  const shoff = elf.buffer.length
  const extended = elf.append(Buffer.alloc(SECTION_BYTES[64])).header('phnum', 0xffff)
  return extended.header('shoff', shoff).put(shoff + SH_INFO[64], 4, count)
}

/** PT_LOAD first, so that a count of 1 shows nothing else. */
function loadFirst(): MadeElf {
  const elf = makeElf(PLAN)
  const [interp, load] = [PT_INTERP, PT_LOAD].map((type) => {
    const at = elf.programAt(type)
    return Buffer.from(elf.buffer.subarray(at, at + ROW))
  })
  elf.buffer.set(load ?? [], 64)
  elf.buffer.set(interp ?? [], 64 + ROW)
  return elf
}

/**
 * An ELF64 program to Linux on amd64, which asks e_machine but neither EI_CLASS nor e_shoff; as ELF32, its e_phoff is the upper
 * half of e_entry, and its e_phentsize and e_phnum lie in e_shoff: one PT_LOAD.
 */
function twoClasses(): Buffer {
  const elf = makeElf(PLAN)
  const phoff = elf.buffer.length
  const load = Buffer.alloc(PROGRAM_FIELDS[32].bytes)
  const words = { 0: PT_LOAD, 4: 0, 8: BASE, 16: phoff, 20: phoff, 24: 5 }
  for (const [place, value] of Object.entries(words)) load.writeUInt32LE(value, Number(place))
  const shoff = (32n << 16n) | (1n << 32n)
  const entry = (BigInt(phoff) << 32n) | BigInt(BASE)
  return elf.append(load).put(4, 1, 1).header('entry', entry).header('shoff', shoff).buffer
}

const NSS = Buffer.from('\0libnss_%s.so%s\0')
const OLD_NSS = Buffer.from('\0libnss_files.so.2\0')
const LINUX_NOTE = Buffer.from('040000001000000001000000474e550000000000030000000200000000000000', 'hex')

/** A static program with `content` behind all else, inside its PT_LOAD. */
function staticWith(content: Buffer): Buffer {
  return filled(makeElf({ note: LINUX_NOTE }).append(content))
}

/** All of the file in its PT_LOAD. */
function filled(elf: MadeElf): Buffer {
  const size = elf.buffer.length
  return elf.program(PT_LOAD, 'filesz', size).program(PT_LOAD, 'memsz', size).buffer
}

/** What UPX puts behind the program headers of what it packs: a checksum, and its mark. */
const packed = makeElf({ interpreter: '....UPX!' }).program(PT_INTERP, 'type', 0).buffer

const CUT = /but the file ends at/
const NEEDS_LIBC = /needs libc\.so\.6/

const linux = calledAs('linux/amd64', [
  ['as it is', 'cgo is on by default where gcc is', dynamic.buffer, NEEDS_LIBC],
  [
    'no section headers',
    'look-ups of .dynamic, such as ImportedLibraries of debug/elf, find nothing',
    change((elf) => elf.header('shoff', 0).header('shnum', 0)),
    NEEDS_LIBC,
  ],
  [
    'section headers outside the file',
    'readers that begin with them give up, and some call that static',
    change((elf) => elf.header('shoff', 1n << 60n).header('shnum', 9)),
    NEEDS_LIBC,
  ],
  [
    'all section headers SHT_NULL',
    'look-ups by section type find nothing',
    change((elf) => elf.append(Buffer.alloc(640)).header('shoff', elf.buffer.length).header('shnum', 10)),
    NEEDS_LIBC,
  ],
  [
    'PT_INTERP nulled',
    'checks of PT_INTERP alone call it static; it cannot start',
    change((elf) => elf.program(PT_INTERP, 'type', 0)),
    /no PT_INTERP/,
  ],
  [
    'PT_INTERP as a PT_NOTE',
    'the same, and the path is still there',
    change((elf) => elf.program(PT_INTERP, 'type', PT_NOTE)),
    /no PT_INTERP/,
  ],
  [
    'PT_INTERP, nothing needed',
    'ldd says "statically linked"; an empty image cannot run it',
    makeElf({ interpreter: GLIBC_LOADER, dynamic: [] }).buffer,
    /through|loader/,
  ],
  [
    'PT_INTERP without PT_DYNAMIC',
    'the kernel starts the loader whatever else is there',
    makeElf({ interpreter: GLIBC_LOADER }).buffer,
    /the loader/,
  ],
  [
    'PT_DYNAMIC nulled',
    'no library is told any more, but the loader runs',
    change((elf) => elf.program(PT_DYNAMIC, 'type', 0)),
    /the loader/,
  ],
  [
    'a loader in the current folder',
    'any code that lies beside it',
    makeElf({ interpreter: 'ld.so' }).buffer,
    /the loader ld\.so/,
  ],
  [
    'an interpreter that is no loader',
    'the kernel starts what PT_INTERP names',
    makeElf({ interpreter: '/bin/sh' }).buffer,
    /the loader \/bin\/sh/,
  ],
  [
    'two PT_INTERPs, by a nulled one',
    'the kernel takes the first, many readers the last',
    change((elf) => withHeadersBehind(elf, programHeader(PT_INTERP, {}))),
    /a second PT_INTERP/,
  ],
  [
    'PT_INTERP of no bytes',
    'readers that cut at NUL see no path',
    change((elf) => elf.program(PT_INTERP, 'filesz', 0)),
    /PT_INTERP has no end/,
  ],
  [
    'PT_INTERP with an empty path',
    'the same',
    change((elf) => elf.put(elf.buffer.indexOf(GLIBC_LOADER), 1, 0)),
    /holds no path/,
  ],
  [
    'PT_INTERP without its NUL',
    'where it ends hangs on the reader',
    change((elf) => elf.program(PT_INTERP, 'filesz', 4)),
    /PT_INTERP has no end/,
  ],
  [
    'PT_INTERP outside the file',
    'readers that stop at errors see no more',
    change((elf) => elf.program(PT_INTERP, 'offset', 1n << 50n)),
    CUT,
  ],
  [
    'PT_INTERP beyond 2^64',
    'its end overflows to a place in the file',
    change((elf) => elf.program(PT_INTERP, 'offset', 2n ** 64n - 8n)),
    CUT,
  ],
  [
    'PT_INTERP with a line break',
    'it writes a line of its own into the log',
    makeElf({ interpreter: '/lib/ld.so\n::set-output name=linkage::static' }).buffer,
    /unprintable/,
  ],
  [
    'PT_INTERP that turns the text around',
    'what a person reads is not what is there',
    overwritten(makeElf({ interpreter: '/lib/...os.dl' }).buffer, '...', '\u202e'),
    /unprintable/,
  ],
  [
    'DT_NEEDED outside DT_STRTAB',
    'readers that skip what they cannot read see no library',
    change((elf) => elf.value(NEEDED, 1n << 40n)),
    /DT_NEEDED is string/,
  ],
  [
    'DT_NEEDED of an empty name',
    'readers that leave out empty names see no library',
    change((elf) => elf.value(NEEDED, 0)),
    /names no library/,
  ],
  [
    'a name of a library that is not UTF-8',
    'readers that fail on it see no library',
    change((elf) => elf.put(elf.buffer.indexOf('libc.so.6'), 1, 0xff)),
    /not UTF-8/,
  ],
  [
    'DT_STRTAB in a gap',
    'an address between the segments has no bytes',
    change((elf) => elf.value(STRTAB, BASE - 0x1000)),
    /no PT_LOAD holds/,
  ],
  [
    'DT_STRTAB as an offset in the file',
    'readers that take it for one see other strings than the loader',
    change((elf) => elf.value(STRTAB, 64)),
    /no PT_LOAD holds/,
  ],
  [
    'DT_STRTAB behind the file bytes',
    'it is zeros in memory until a relocation fills it',
    change((elf) => elf.program(PT_LOAD, 'memsz', 0x9000).value(STRTAB, BASE + 0x8000)),
    /no PT_LOAD holds/,
  ],
  [
    'DT_STRSZ 1',
    'readers that cut the table see empty names; the loader does not ask it',
    change((elf) => elf.value(STRSZ, 1)),
    /DT_NEEDED is string/,
  ],
  [
    'DT_STRSZ of 2^60',
    'readers that take so much memory fail',
    change((elf) => elf.value(STRSZ, 1n << 60n)),
    /DT_STRSZ is/,
  ],
  ['no DT_STRTAB', 'readers find no names', change((elf) => elf.tag(STRTAB, 99)), /without DT_STRTAB/],
  [
    'two DT_STRTABs',
    'loaders take the last, readers the first',
    change((elf) => elf, { ...PLAN, dynamic: [...(PLAN.dynamic ?? []), [DT_STRTAB, BASE]] }),
    /a second DT_STRTAB/,
  ],
  [
    'two PT_LOADs over each other',
    'the later mapping hides the strings that readers find in the earlier one',
    change((elf) => withHeadersBehind(elf, programHeader(PT_LOAD, { [P_FILESZ]: 64n, [P_MEMSZ]: 64n }))),
    /overlaps another/,
  ],
  [
    'a PT_LOAD that is over another by its memory alone',
    'what is behind its file bytes is zeros',
    change((elf) =>
      withHeadersBehind(
        elf,
        programHeader(PT_LOAD, { [P_VADDR]: BigInt(BASE - 64), [P_FILESZ]: 0n, [P_MEMSZ]: 0x1000n }),
      ),
    ),
    /overlaps another/,
  ],
  [
    'two PT_LOADs on one page of memory',
    'pages are mapped whole: the later one hides the end of the earlier',
    change((elf) =>
      withHeadersBehind(
        elf,
        programHeader(PT_LOAD, { [P_VADDR]: BigInt(BASE + 0xf00), [P_FILESZ]: 8n, [P_MEMSZ]: 8n }),
      ),
    ),
    /shares a page/,
  ],
  [
    'a PT_LOAD with more bytes in the file than in memory',
    'whether the rest is mapped hangs on the kernel',
    change((elf) => elf.program(PT_LOAD, 'memsz', 16)),
    /more bytes in the file than in memory/,
  ],
  [
    'a PT_LOAD that leaves the address space',
    'its end overflows to a low address',
    change((elf) => elf.program(PT_LOAD, 'vaddr', 2n ** 64n - 16n)),
    /leaves the address space/,
  ],
  [
    'a PT_LOAD outside the file',
    'the file was cut short',
    change((elf) => elf.program(PT_LOAD, 'filesz', 1 << 20).program(PT_LOAD, 'memsz', 1 << 20)),
    CUT,
  ],
  ['no PT_LOAD', 'nothing is mapped at all', change((elf) => elf.program(PT_LOAD, 'type', 0)), /no PT_LOAD/],
  [
    'PT_DYNAMIC in no PT_LOAD',
    'readers take p_offset, the loader an address where nothing is',
    change((elf) => elf.program(PT_DYNAMIC, 'vaddr', 0)),
    /no PT_LOAD holds/,
  ],
  [
    'PT_DYNAMIC of which p_offset leads to zeros',
    'readers find DT_NULL there, the loader the libraries by p_vaddr',
    change((elf) =>
      elf.program(PT_DYNAMIC, 'offset', elf.buffer.length - 1).program(PT_DYNAMIC, 'filesz', 0),
    ),
    /p_offset to|does not end with DT_NULL/,
  ],
  [
    'PT_DYNAMIC of no bytes in the file',
    'the loader reads on to DT_NULL, whatever p_filesz is',
    change((elf) => elf.program(PT_DYNAMIC, 'filesz', 0)),
    /does not end with DT_NULL/,
  ],
  [
    'two PT_DYNAMICs',
    'one for readers, one for the loader',
    change((elf) => withHeadersBehind(elf, programHeader(PT_DYNAMIC, {}))),
    /a second PT_DYNAMIC/,
  ],
  [
    'DT_NULL first, then the rest',
    'readers of the whole segment see other libraries than the loader',
    change((elf) => elf.tag(NEEDED, DT_NULL)),
    /behind its DT_NULL/,
  ],
  [
    'no DT_NULL',
    'the loader reads on into what follows',
    change((elf) => elf.tag(END, 99)),
    /does not end with DT_NULL/,
  ],
  [
    'PT_PHDR elsewhere',
    'the loader takes other program headers than the kernel',
    change((elf) => withHeadersBehind(elf, Buffer.concat([phdrAt(BASE + 64)]))),
    /PT_PHDR leads to/,
  ],
  ...[DT_AUXILIARY, DT_FILTER, DT_AUDIT, DT_DEPAUDIT].map(
    (tag) =>
      [
        `a library by tag 0x${tag.toString(16)} alone`,
        'the loader loads it though no DT_NEEDED names it',
        makeElf({ dynamic: [[tag, 'libevil.so']] }).buffer,
        /libevil\.so/,
      ] as const,
  ),
  [
    'DT_NEEDED nulled, its versions kept',
    'the symbols are still bound to that library',
    change((elf) => elf.tag(NEEDED, 99)),
    NEEDS_LIBC,
  ],
  [
    'a PIE that names no loader',
    'ldd and file call it static; nothing relocates it',
    makeElf({
      type: ET_DYN,
      dynamic: [
        [DT_FLAGS_1, DF_1_PIE],
        [DT_DEBUG, 0],
      ],
    }).buffer,
    /does not relocate itself/,
  ],
  [
    'ET_DYN without PT_DYNAMIC',
    '`-buildmode=pie -ldflags=-d`: file says "statically linked", and it crashes',
    makeElf({ type: ET_DYN }).buffer,
    /does not relocate itself/,
  ],
  [
    'a shared library that needs another',
    'there is no PT_INTERP in it',
    makeElf({ type: ET_DYN, entry: 0, dynamic: [[DT_NEEDED, 'libc.so.6']] }).buffer,
    NEEDS_LIBC,
  ],
  [
    'a shared library that needs no other',
    'it is no program',
    makeElf({
      type: ET_DYN,
      entry: 0,
      dynamic: [
        [DT_SONAME, 'libx.so'],
        [DT_INIT_ARRAY, 0],
      ],
    }).buffer,
    /a shared library/,
  ],
  [
    'no program headers',
    'readers that loop over them find nothing wrong',
    change((elf) => elf.header('phnum', 0)),
    /e_phnum is 0/,
  ],
  [
    'PN_XNUM without section header 0',
    'readers give up, and goreleaser calls that static',
    change((elf) => elf.header('phnum', 0xffff).header('shoff', 0)),
    /no section header 0/,
  ],
  [
    'PN_XNUM and sh_info 0',
    'readers see no program headers',
    change((elf) => withExtendedCount(elf, 0)),
    /sh_info is 0/,
  ],
  [
    'PN_XNUM and an sh_info that hides PT_INTERP',
    'readers see one PT_LOAD alone; the gABI wants 65,535 or more there',
    withExtendedCount(loadFirst(), 1).buffer,
    /sh_info is 1/,
  ],
  [
    'PN_XNUM and a huge sh_info',
    'readers take gigabytes, or give up',
    change((elf) => withExtendedCount(elf, 0xffff_ffff)),
    /4294967295 program headers/,
  ],
  [
    'e_phentsize 0',
    'readers loop on one header',
    change((elf) => elf.header('phentsize', 0)),
    /e_phentsize is 0/,
  ],
  [
    'e_phentsize of the other class',
    'readers that step by it see other headers than the kernel',
    change((elf) => elf.header('phentsize', 32)),
    /e_phentsize is 32/,
  ],
  ['e_phoff outside the file', 'readers give up', change((elf) => elf.header('phoff', 1n << 62n)), CUT],
  ['e_phoff one off', 'types and sizes shift', change((elf) => elf.header('phoff', 65)), /./],
  [
    'ELF64 to the kernel, ELF32 by EI_CLASS',
    'Linux on amd64 asks e_machine only: it starts the loader',
    twoClasses(),
    /32-bit/,
  ],
  [
    'big-endian by EI_DATA',
    'Linux on amd64 does not ask it',
    change((elf) => elf.put(5, 1, 2)),
    /e_type is 0x200/,
  ],
  [
    'PT_INTERP behind an sh_info of 65,534',
    'one less than the gABI allows is one header less for readers',
    withExtendedCount(loadFirst(), 0xfffe).buffer,
    /sh_info is 65534/,
  ],
  ['EI_CLASS 0', 'Linux does not ask it', change((elf) => elf.put(4, 1, 0)), /EI_CLASS is 0/],
  ['EI_DATA 3', 'Linux does not ask it', change((elf) => elf.put(5, 1, 3)), /EI_DATA is 3/],
  ['EI_VERSION 9', 'Linux does not ask it', change((elf) => elf.put(6, 1, 9)), /EI_VERSION is 9/],
  ['ET_REL', 'an object file: linked later, against anything', change((elf) => elf.put(16, 2, 1)), /ET_REL/],
  ['ET_CORE', 'the memory of a program', change((elf) => elf.put(16, 2, 4)), /ET_CORE/],
  ['an e_type of no name', 'readers go on', change((elf) => elf.put(16, 2, 0xff00)), /e_type is 0xff00/],
  [
    'more libraries than anyone lists',
    'the one that matters is behind the last that a reader takes',
    makeElf({ dynamic: Array.from({ length: 1025 }, (_, index) => [DT_NEEDED, `lib${index}.so`] as const) })
      .buffer,
    /more than 1024 libraries/,
  ],
  [
    'more segments than anyone looks at',
    'PT_INTERP is behind the last that a reader takes',
    change((elf) =>
      withHeadersBehind(elf, ...Array.from({ length: 5000 }, () => programHeader(PT_LOAD, {}))),
    ),
    /more than 4096 segments/,
  ],
  ['cut in the middle', 'goreleaser calls what it cannot read static', half(dynamic.buffer), CUT],
  ['cut behind the header', 'the same', dynamic.buffer.subarray(0, 64), CUT],
  ['the magic alone', 'the same', dynamic.buffer.subarray(0, 4), CUT],
  [
    'static glibc with its name service',
    'its headers are those of a static file, but getaddrinfo loads libraries',
    staticWith(NSS),
    /libnss/,
  ],
  ['the same of glibc before 2.33', 'the same', staticWith(OLD_NSS), /libnss/],
  [
    'the code of the name service in no segment that is told',
    'the pattern is on the border of what is read at once',
    staticWith(Buffer.concat([Buffer.alloc(0x1000 - 300), NSS])),
    /libnss/,
  ],
  [
    'packed by UPX',
    'what was packed may name a loader, which the code that unpacks it starts',
    packed,
    /packed by UPX: what the program in it needs is not to be seen/,
  ],
  ['for FreeBSD', 'another system', makeElf({ osabi: 9 }).buffer, /ELFOSABI_FREEBSD/],
  ['for arm64', 'another processor', makeElf({ machine: 183 }).buffer, /EM_AARCH64/],
  ['for a big-endian processor', 'another processor', makeElf({ data: 'big' }).buffer, /big-endian/],
  ['x32', 'amd64 by e_machine, with 32-bit addresses', makeElf({ class: 32 }).buffer, /32-bit/],
])

/** A PT_PHDR as the last program header. */
function phdrAt(address: number): Buffer {
  const row = programHeader(PT_LOAD, {
    [P_OFFSET]: 64n,
    [P_VADDR]: BigInt(address),
    [P_FILESZ]: 168n,
    [P_MEMSZ]: 168n,
  })
  row.writeUInt32LE(PT_PHDR)
  return row
}

function half(file: Buffer): Buffer {
  return file.subarray(0, file.length / 2)
}

const bsd = (plan: ElfPlan): Buffer =>
  makeElf({ osabi: 12, interpreter: '/usr/libexec/ld.so', ...plan }).buffer
const OWN = [DT_NEEDED, 'libc.so.97.1'] as const

/** Where no program is static, the policy takes the system's own libraries alone. */
const openbsd = calledAs('openbsd/amd64', [
  [
    'a foreign library',
    'it is not in the system',
    bsd({ dynamic: [OWN, [DT_NEEDED, 'libevil.so']] }),
    /libevil\.so/,
  ],
  [
    'a path as a library',
    'it begins as libc does',
    bsd({ dynamic: [[DT_NEEDED, 'libc.so.97.1/../../tmp/evil.so']] }),
    /evil\.so/,
  ],
  [
    'a library of the current folder',
    'its last part is libc',
    bsd({ dynamic: [[DT_NEEDED, './libc.so']] }),
    /\.\/libc/,
  ],
  [
    'a foreign loader',
    'it loads what it will',
    bsd({ interpreter: '/tmp/ld.so', dynamic: [OWN] }),
    /\/tmp\/ld\.so/,
  ],
  ['DT_RPATH', 'libc is taken from there', bsd({ dynamic: [OWN, [DT_RPATH, '/tmp']] }), /\/tmp/],
  ['DT_RUNPATH', 'libc is taken from there', bsd({ dynamic: [OWN, [DT_RUNPATH, '/usr/lib:/tmp']] }), /\/tmp/],
  [
    'an empty element of DT_RUNPATH',
    'the current folder',
    bsd({ dynamic: [OWN, [DT_RUNPATH, '/usr/lib:']] }),
    /current folder/,
  ],
  [
    'DT_RUNPATH with ..',
    'it begins as a system folder',
    bsd({ dynamic: [OWN, [DT_RUNPATH, '/usr/lib/../../tmp']] }),
    /\.\./,
  ],
  [
    'DT_AUDIT',
    'a library beside all others',
    bsd({ dynamic: [OWN, [DT_AUDIT, 'libevil.so']] }),
    /libevil\.so/,
  ],
])

const sun = (plan: ElfPlan): Buffer => makeElf({ interpreter: '/lib/amd64/ld.so.1', ...plan }).buffer
const solaris = calledAs('solaris/amd64', [
  [
    'DT_CONFIG',
    'a file that says which other libraries are taken for those that are named',
    sun({
      dynamic: [
        [DT_NEEDED, 'libc.so.1'],
        [DT_CONFIG, '/tmp/ld.config'],
      ],
    }),
    /ld\.config/,
  ],
  ...[0x6000000d, 0x6000000f].map(
    (tag) =>
      [
        `a filter by tag 0x${tag.toString(16)}`,
        'symbols of libc are taken from it',
        sun({
          dynamic: [
            [DT_NEEDED, 'libc.so.1'],
            [tag, 'libevil.so'],
          ],
        }),
        /libevil\.so/,
      ] as const,
  ),
])

export const soundElf: readonly Sound[] = [
  ['linux/amd64', makeElf({}).buffer],
  ['openbsd/amd64', bsd({ dynamic: [OWN, [DT_RUNPATH, '/usr/lib']] })],
  ['solaris/amd64', sun({ dynamic: [[DT_NEEDED, 'libc.so.1']] })],
]

/** With PT_TLS, as glibc cannot do without; its notes are nulled, and the build info says that no C code was taken in. */
function disguisedGlibc(): Buffer {
  const elf = makeElf({ loadFlags: PF_R | PF_W, marks: [{ type: PT_TLS, flags: PF_R }] })
  const info = blob('go1.26.8', framed('path\tp\nbuild\tCGO_ENABLED=0\nbuild\tGOOS=linux\n'))
  const padding = Buffer.alloc((16 - (elf.buffer.length % 16)) % 16)
  return filled(elf.append(Buffer.concat([padding, info, NSS])))
}

const disguised = calledAs('linux/amd64', [
  [
    'static glibc with its name service, and the build info of a program without C code',
    'the name service is looked for only in files that tell of C code',
    disguisedGlibc(),
    /libnss/,
  ],
])

export const elfEvasions: readonly Evasion[] = [...linux, ...disguised, ...openbsd, ...solaris]
