// ELF: small files made by hand, of both classes and byte orders; and files that were made to mislead.

import { FormatError } from '../../../src/errors.js'
import { readElf } from '../../../src/linkage/elf.js'
import { MAX_VERSIONS } from '../../../src/linkage/elf-versions.js'
import { MAX_PROGRAM_HEADERS } from '../../../src/linkage/elf-segments.js'
import { bytesOf } from './bytes-of.js'
import {
  BASE,
  DF_1_PIE,
  DT_AUDIT,
  DT_BIND_NOW,
  DT_DEBUG,
  DT_FILTER,
  DT_FLAGS,
  DT_FLAGS_1,
  DT_INIT_ARRAY,
  DT_NEEDED,
  DT_RPATH,
  DT_RUNPATH,
  DT_SONAME,
  DT_STRSZ,
  DT_STRTAB,
  DT_VERNEED,
  DT_VERNEEDNUM,
  ET_DYN,
  makeElf,
  PF_R,
  PF_W,
  PF_X,
  PROGRAM_FIELDS,
  PT_DYNAMIC,
  PT_GNU_RELRO,
  PT_GNU_STACK,
  PT_INTERP,
  PT_LOAD,
  SECTION_BYTES,
  SH_INFO,
  type ElfPlan,
  type MadeElf,
} from './make-elf.js'

const LOADER = '/lib64/ld-linux-x86-64.so.2'

/** Entries of PT_DYNAMIC by their place: 0 is DT_NEEDED, then DT_STRTAB, DT_STRSZ, DT_VERNEED, DT_VERNEEDNUM, DT_NULL. */
const DYNAMIC: ElfPlan = {
  interpreter: LOADER,
  dynamic: [[DT_NEEDED, 'libc.so.6']],
  versions: { 'libc.so.6': ['GLIBC_2.34', 'GLIBC_2.2.5'] },
}
const STRTAB = 1
const STRSZ = 2
const VERNEED = 3
const VERNEEDNUM = 4
const END = 5

const read = (elf: MadeElf) => readElf(bytesOf(elf.buffer))

const shapes = [32, 64].flatMap((bits) =>
  (['little', 'big'] as const).map((data) => ({ class: bits as 32 | 64, data })),
)

describe.each(shapes)('ELF of class $class, $data-endian', (shape) => {
  test('static: no interpreter, no PT_DYNAMIC', () => {
    const elf = makeElf(shape)
    expect(read(elf)).toEqual({
      format: 'elf',
      ...shape,
      osabi: 'ELFOSABI_NONE',
      machine: 'EM_X86_64',
      type: 'EXEC',
      entry: true,
      dynamic: false,
      pie: false,
      debug: false,
      init: false,
      needed: [],
      alsoLoaded: [],
      rpath: [],
      runpath: [],
      versions: [],
      loads: [{ flags: 'RX', offset: 0, length: elf.buffer.length }],
      tls: false,
      relro: false,
      bindNow: false,
      symbols: false,
    })
  })

  test('dynamic: everything that PT_DYNAMIC says', () => {
    const elf = makeElf({
      ...shape,
      type: ET_DYN,
      machine: 183,
      osabi: 9,
      entry: 0,
      interpreter: '/lib/ld.so',
      dynamic: [
        [DT_NEEDED, 'libb.so'],
        [DT_NEEDED, 'liba.so.1'],
        [DT_SONAME, 'libself.so'],
        [DT_RPATH, '/opt/lib::$ORIGIN'],
        [DT_RUNPATH, ''],
        [DT_FILTER, 'libfilter.so'],
        [DT_AUDIT, 'libaudit.so'],
        [DT_FLAGS_1, DF_1_PIE],
        [DT_DEBUG, 0],
        [DT_INIT_ARRAY, 0],
      ],
      versions: { 'libb.so': ['B_1', 'B_2'], 'liba.so.1': ['A_1.10'] },
    })
    expect(read(elf)).toEqual({
      format: 'elf',
      ...shape,
      osabi: 'ELFOSABI_FREEBSD',
      machine: 'EM_AARCH64',
      type: 'DYN',
      entry: false,
      interpreter: '/lib/ld.so',
      dynamic: true,
      soname: 'libself.so',
      pie: true,
      debug: true,
      init: true,
      needed: ['libb.so', 'liba.so.1'],
      alsoLoaded: [
        { tag: 'DT_FILTER', library: 'libfilter.so' },
        { tag: 'DT_AUDIT', library: 'libaudit.so' },
      ],
      rpath: ['/opt/lib', '', '$ORIGIN'],
      runpath: [],
      versions: [
        { library: 'libb.so', version: 'B_1' },
        { library: 'libb.so', version: 'B_2' },
        { library: 'liba.so.1', version: 'A_1.10' },
      ],
      loads: [{ flags: 'RX', offset: 0, length: elf.buffer.length }],
      tls: false,
      relro: false,
      bindNow: false,
      symbols: false,
    })
  })

  test.each([0xffff, 65_540])('PN_XNUM: section header 0 has the number of program headers, %i', (count) => {
    const elf = makeElf({ ...shape, ...DYNAMIC })
    const rowBytes = PROGRAM_FIELDS[shape.class].bytes
    const first = elf.buffer.subarray(elf.programAt(PT_INTERP), elf.programAt(PT_INTERP) + 3 * rowBytes)
    const many = elf
      .append(Buffer.concat([first, Buffer.alloc((count - 3) * rowBytes)]))
      .header('phoff', elf.buffer.length)
    expect(read(withSectionHeader0(many, shape.class, count))).toEqual(read(elf))
  })

  test('a file cut at any byte is refused, or still says that it is dynamic', () => {
    const { buffer } = makeElf({ ...shape, ...DYNAMIC })
    const unreadable = Array.from({ length: buffer.length }, (_, length) => {
      try {
        return readElf(bytesOf(buffer.subarray(0, length))).interpreter !== undefined
      } catch (error) {
        return error instanceof FormatError
      }
    })
    expect(unreadable).not.toContain(false)
  })
})

const abiNote = (owner: string, ...words: readonly number[]): Buffer => {
  const name = Buffer.from(`${owner}\0`.padEnd(Math.ceil((owner.length + 1) / 4) * 4, '\0'))
  const note = Buffer.alloc(12 + words.length * 4)
  ;[owner.length + 1, words.length * 4, 1].forEach((word, index) => note.writeUInt32LE(word, index * 4))
  words.forEach((word, index) => note.writeUInt32LE(word, 12 + index * 4))
  return Buffer.concat([note.subarray(0, 12), name, note.subarray(12)])
}

describe('how it is protected', () => {
  test.each([
    [PF_R | PF_X, 'RX'],
    [PF_R | PF_W | PF_X, 'RWX'],
    [PF_W, 'W'],
    [0, ''],
  ])('p_flags %i of PT_LOAD are %j', (loadFlags, flags) => {
    expect(read(makeElf({ loadFlags })).loads).toMatchObject([{ flags }])
    expect(read(makeElf({ class: 32, data: 'big', loadFlags })).loads).toMatchObject([{ flags }])
  })

  test.each([
    [[], undefined],
    [[{ type: PT_GNU_STACK, flags: PF_R | PF_W }], 'RW'],
    [[{ type: PT_GNU_STACK, flags: PF_R | PF_W | PF_X }], 'RWX'],
    [
      [
        { type: PT_GNU_STACK, flags: PF_R | PF_X },
        { type: PT_GNU_STACK, flags: PF_R | PF_W },
      ],
      'RWX',
    ],
  ])('PT_GNU_STACK %j is %j', (marks, gnuStack) => {
    expect(read(makeElf({ marks })).gnuStack).toBe(gnuStack)
  })

  test('PT_GNU_RELRO counts, whatever range it states', () => {
    const marks = [{ type: PT_GNU_RELRO, flags: PF_R }]
    expect(read(makeElf({ marks })).relro).toBe(true)
  })

  test.each([
    [DT_BIND_NOW, 0, true],
    [DT_FLAGS, 8, true],
    [DT_FLAGS, 4, false],
    [DT_FLAGS_1, 1, true],
    [DT_FLAGS_1, DF_1_PIE, false],
  ])('entry %i of PT_DYNAMIC with %i binds at start: %s', (tag, value, bindNow) => {
    expect(read(makeElf({ dynamic: [[tag, value]] })).bindNow).toBe(bindNow)
  })

  test('a symbol table, where section headers show one', () => {
    const elf = makeElf({})
    const shoff = elf.buffer.length
    const row = SECTION_BYTES[64]
    const withSections = elf
      .append(Buffer.alloc(2 * row))
      .header('shoff', shoff)
      .header('shnum', 2)
      .put(shoff + row + 4, 4, 2)
    expect(read(withSections).symbols).toBe(true)
    expect(read(withSections.put(shoff + row + 4, 4, 3)).symbols).toBe(false)
    expect(read(withSections.header('shentsize', 8)).symbols).toBe(false)
    expect(read(withSections.header('shnum', 3)).symbols).toBe(false)
  })
})

describe('notes', () => {
  test.each([
    [abiNote('GNU', 0, 3, 2, 0), { system: 'Linux', version: '3.2.0' }],
    [abiNote('Android', 21), { system: 'Android', version: 'API level 21' }],
    [abiNote('FreeBSD', 1_203_000), { system: 'FreeBSD', version: '12.3' }],
    [abiNote('NetBSD', 700_000_000), { system: 'NetBSD', version: '7.0' }],
    [Buffer.concat([abiNote('Go', 1), abiNote('GNU', 0, 4, 19, 7)]), { system: 'Linux', version: '4.19.7' }],
    [abiNote('constructor', 1), undefined],
    [abiNote('GNU', 0, 3, 2, 0).subarray(0, -4), undefined],
    [Buffer.alloc(11), undefined],
    [Buffer.alloc(400, 0xff), undefined],
  ])('%#', (note, abiTag) => {
    expect(read(makeElf({ note })).abiTag).toEqual(abiTag)
  })
})

function withSectionHeader0(elf: MadeElf, fileClass: 32 | 64, shInfo: number): MadeElf {
  const shoff = elf.buffer.length
  return elf
    .append(Buffer.alloc(SECTION_BYTES[fileClass]))
    .header('phnum', 0xffff)
    .header('shoff', shoff)
    .put(shoff + SH_INFO[fileClass], 4, shInfo)
}

describe('names of numbers', () => {
  test.each([
    [3, 'EM_386'],
    [8, 'EM_MIPS'],
    [21, 'EM_PPC64'],
    [22, 'EM_S390'],
    [40, 'EM_ARM'],
    [243, 'EM_RISCV'],
    [258, 'EM_LOONGARCH'],
    [0xfeed, '0xfeed'],
  ])('e_machine %i is %s', (machine, name) => {
    expect(read(makeElf({ machine })).machine).toBe(name)
  })

  test.each([
    [0, 'ELFOSABI_NONE'],
    [2, 'ELFOSABI_NETBSD'],
    [3, 'ELFOSABI_GNU'],
    [6, 'ELFOSABI_SOLARIS'],
    [12, 'ELFOSABI_OPENBSD'],
    [200, '0xc8'],
  ])('EI_OSABI %i is %s', (osabi, name) => {
    expect(read(makeElf({ osabi })).osabi).toBe(name)
  })
})

test.each([
  [12, true],
  [25, true],
  [13, false],
])('entry %i of PT_DYNAMIC is start-up code: %s', (tag, init) => {
  expect(read(makeElf({ dynamic: [[tag, 1]] })).init).toBe(init)
})

describe('what only looks harmless', () => {
  test('section headers do not matter, whatever they say', () => {
    const elf = makeElf(DYNAMIC)
    const falsified = elf
      .header('shoff', 2n ** 63n)
      .header('shnum', 500)
      .header('shentsize', 1)
    expect(read(falsified)).toEqual(read(elf))
  })

  test('PT_INTERP made PT_NULL leaves DT_NEEDED', () => {
    const { interpreter, needed } = read(makeElf(DYNAMIC).program(PT_INTERP, 'type', 0))
    expect({ interpreter, needed }).toEqual({ interpreter: undefined, needed: ['libc.so.6'] })
  })

  test('an address space that is used to its last byte', () => {
    const elf = makeElf(DYNAMIC)
    const top = 2n ** 64n - BigInt(elf.buffer.length)
    const moved = elf
      .program(PT_LOAD, 'vaddr', top)
      .program(PT_DYNAMIC, 'vaddr', top + BigInt(dynamicAt(elf)))
      .value(STRTAB, top + BigInt(stringsAt(elf)))
      .value(VERNEED, top + BigInt(verneedAt(elf)))
    expect(read(moved)).toEqual(read(elf))
  })
})

const wordAt = (elf: MadeElf, at: number): number => Number(elf.buffer.readBigUInt64LE(at))
const dynamicAt = (elf: MadeElf): number => wordAt(elf, elf.programAt(PT_DYNAMIC) + 8)
const stringsAt = (elf: MadeElf): number => wordAt(elf, dynamicAt(elf) + STRTAB * 16 + 8) - BASE
const verneedAt = (elf: MadeElf): number => wordAt(elf, dynamicAt(elf) + VERNEED * 16 + 8) - BASE
/** Where DT_STRTAB has the n-th name. */
const nameAt = (elf: MadeElf, name: string): number => elf.buffer.indexOf(name, stringsAt(elf))

const hostile: readonly (readonly [name: string, change: (elf: MadeElf) => MadeElf, problem: RegExp])[] = [
  ['EI_CLASS 3', (elf) => elf.put(4, 1, 3), /EI_CLASS is 3, allowed: 1, 2 \(at offset 0x4\)/],
  ['EI_DATA 0', (elf) => elf.put(5, 1, 0), /EI_DATA is 0/],
  ['EI_VERSION 2', (elf) => elf.put(6, 1, 2), /EI_VERSION is 2/],
  [
    'ET_REL',
    (elf) => elf.put(16, 2, 1),
    /an object file that is yet to be linked: only an executable or a shared library has a linkage/,
  ],
  ['ET_CORE', (elf) => elf.put(16, 2, 4), /e_type is ET_CORE/],
  ['an e_type of an operating system', (elf) => elf.put(16, 2, 0xfe00), /e_type is 0xfe00/],
  [
    'no program headers',
    (elf) => elf.header('phnum', 0),
    /e_phnum is 0: there is nothing that a kernel could load/,
  ],
  ['e_phentsize 0', (elf) => elf.header('phentsize', 0), /e_phentsize is 0, but this class has 56/],
  ['e_phentsize of the other class', (elf) => elf.header('phentsize', 32), /e_phentsize is 32/],
  ['e_phoff outside the file', (elf) => elf.header('phoff', 1n << 40n), /table of program headers/],
  ['e_phoff beyond 2^53', (elf) => elf.header('phoff', 2n ** 64n - 1n), /table of program headers/],
  ['PN_XNUM without section headers', (elf) => elf.header('phnum', 0xffff), /no section header 0/],
  [
    'PN_XNUM with e_shoff outside the file',
    (elf) => elf.header('phnum', 0xffff).header('shoff', 2n ** 63n),
    /e_shoff 0x8000000000000000 is outside/,
  ],
  [
    'PN_XNUM with a wrong e_shentsize',
    (elf) => elf.header('phnum', 0xffff).header('shoff', 64).header('shentsize', 40),
    /e_shentsize is 40/,
  ],
  ['PN_XNUM and sh_info 0', (elf) => withSectionHeader0(elf, 64, 0), /sh_info is 0/],
  ['PN_XNUM and too few', (elf) => withSectionHeader0(elf, 64, 0xfffe), /sh_info is 65534, allowed: 65535/],
  [
    'PN_XNUM and too many',
    (elf) => withSectionHeader0(elf, 64, MAX_PROGRAM_HEADERS + 1),
    /131073 program headers, allowed: up to 131072/,
  ],
  ['a debug file', (elf) => elf.program(PT_LOAD, 'filesz', 0), /a debug file, with no program in it/],
  ['no PT_LOAD', (elf) => elf.program(PT_LOAD, 'type', 0), /no PT_LOAD: nothing to run/],
  ['a second PT_INTERP', (elf) => elf.program(PT_DYNAMIC, 'type', PT_INTERP), /a second PT_INTERP/],
  ['a second PT_DYNAMIC', (elf) => elf.program(PT_INTERP, 'type', PT_DYNAMIC), /a second PT_DYNAMIC/],
  ['PT_LOAD beyond the file', (elf) => elf.program(PT_LOAD, 'offset', 1), /a segment should be/],
  [
    'p_offset + p_filesz beyond 2^64',
    (elf) => elf.program(PT_LOAD, 'offset', 2n ** 64n - 1n),
    /a segment should be/,
  ],
  [
    'p_filesz above p_memsz',
    (elf) => elf.program(PT_LOAD, 'memsz', 1),
    /more bytes in the file than in memory/,
  ],
  [
    'p_vaddr + p_memsz beyond 2^64',
    (elf) => elf.program(PT_LOAD, 'vaddr', 2n ** 64n - 8n),
    /leaves the address space/,
  ],
  ['overlapping PT_LOADs', (elf) => elf.program(PT_INTERP, 'type', PT_LOAD), /overlaps another/],
  [
    'PT_LOADs that share a page of memory, but no page of the file',
    (elf) =>
      elf
        .program(PT_INTERP, 'type', PT_LOAD)
        .program(PT_INTERP, 'vaddr', BASE + 0xf00)
        .program(PT_INTERP, 'filesz', 8)
        .program(PT_INTERP, 'memsz', 8),
    /a PT_LOAD that shares a page of memory with another/,
  ],
  ['PT_PHDR elsewhere', (elf) => elf.program(PT_INTERP, 'type', 6), /PT_PHDR leads to/],
  ['PT_INTERP outside the file', (elf) => elf.program(PT_INTERP, 'offset', 1n << 50n), /a segment should be/],
  [
    'PT_INTERP without its NUL',
    (elf) => elf.program(PT_INTERP, 'filesz', LOADER.length),
    /PT_INTERP has no end/,
  ],
  ['PT_INTERP of no bytes', (elf) => elf.program(PT_INTERP, 'filesz', 0), /PT_INTERP has no end/],
  ['an empty path in PT_INTERP', (elf) => elf.put(elf.buffer.indexOf(LOADER), 1, 0), /holds no path/],
  ['a line break in PT_INTERP', (elf) => elf.put(elf.buffer.indexOf(LOADER), 1, 10), /unprintable/],
  ['PT_DYNAMIC at no address', (elf) => elf.program(PT_DYNAMIC, 'vaddr', 0), /no PT_LOAD holds/],
  [
    'PT_DYNAMIC at another address',
    (elf) => elf.program(PT_DYNAMIC, 'vaddr', BASE),
    /p_vaddr of PT_DYNAMIC leads/,
  ],
  ['PT_DYNAMIC at another offset', (elf) => elf.program(PT_DYNAMIC, 'offset', 0), /p_offset to 0x0/],
  ['PT_DYNAMIC of no bytes', (elf) => elf.program(PT_DYNAMIC, 'filesz', 0), /does not end with DT_NULL/],
  ['no DT_NULL', (elf) => elf.tag(END, 99), /does not end with DT_NULL/],
  ['DT_NEEDED behind DT_NULL', (elf) => elf.tag(STRSZ, 0), /behind its DT_NULL/],
  ['no DT_STRTAB', (elf) => elf.tag(STRTAB, 99), /DT_NEEDED without DT_STRTAB/],
  ['no DT_STRSZ', (elf) => elf.tag(STRSZ, 99), /DT_NEEDED without DT_STRSZ/],
  ['a second DT_STRTAB', (elf) => elf.tag(VERNEED, 5), /a second DT_STRTAB/],
  ['DT_STRTAB at no address', (elf) => elf.value(STRTAB, 1), /DT_STRTAB should be .* no PT_LOAD holds/],
  [
    'DT_STRTAB at the end of the address space',
    (elf) => elf.value(STRTAB, 2n ** 64n - 1n),
    /no PT_LOAD holds/,
  ],
  ['DT_STRSZ beyond the file', (elf) => elf.value(STRSZ, 2n ** 60n), /DT_STRSZ is 0x1000000000000000/],
  [
    'DT_STRSZ one too large',
    (elf) => elf.value(STRSZ, elf.buffer.length - stringsAt(elf) + 1),
    /no PT_LOAD holds/,
  ],
  ['DT_STRSZ that cuts a name', (elf) => elf.value(STRSZ, 4), /DT_NEEDED has no end/],
  [
    'DT_NEEDED outside DT_STRTAB',
    (elf) => elf.value(0, 1n << 62n),
    /DT_NEEDED is string 0x4000000000000000 of DT_STRTAB, which has/,
  ],
  ['DT_NEEDED that names nothing', (elf) => elf.value(0, 0), /DT_NEEDED names no library/],
  ['a name that is not UTF-8', (elf) => elf.put(nameAt(elf, 'libc.so.6'), 1, 0xff), /not UTF-8/],
  ['DT_VERNEED without DT_VERNEEDNUM', (elf) => elf.tag(VERNEEDNUM, 99), /without the other/],
  ['DT_VERNEEDNUM without DT_VERNEED', (elf) => elf.tag(VERNEED, 99), /without the other/],
  ['DT_VERNEED at no address', (elf) => elf.value(VERNEED, 3), /no PT_LOAD holds/],
  ['DT_VERNEEDNUM 0', (elf) => elf.value(VERNEEDNUM, 0), /0 records of symbol versions/],
  ['DT_VERNEEDNUM too large', (elf) => elf.value(VERNEEDNUM, 2), /a chain of symbol versions is not 2 long/],
  ['DT_VERNEEDNUM huge', (elf) => elf.value(VERNEEDNUM, 2n ** 63n), /records of symbol versions, allowed/],
  ['vn_version 2', (elf) => elf.put(verneedAt(elf), 2, 2), /vn_version is 2, allowed: 1/],
  ['vn_cnt too small', (elf) => elf.put(verneedAt(elf) + 2, 2, 1), /is not 1 long/],
  ['vn_cnt too large', (elf) => elf.put(verneedAt(elf) + 2, 2, 3), /is not 3 long/],
  ['vn_aux outside', (elf) => elf.put(verneedAt(elf) + 8, 4, 0xffff_fff0), /no PT_LOAD holds/],
  ['vn_next where none should be', (elf) => elf.put(verneedAt(elf) + 12, 4, 16), /is not 1 long/],
  ['vn_file outside DT_STRTAB', (elf) => elf.put(verneedAt(elf) + 4, 4, 0x7fff_ffff), /vn_file is string/],
]

test.each(hostile)('refused: %s', (_, change, problem) => {
  const elf = change(makeElf(DYNAMIC))
  expect(() => read(elf)).toThrow(FormatError)
  expect(() => read(elf)).toThrow(problem)
})

test.each([
  ['DT_STRTAB', DT_STRTAB, /a second DT_STRTAB/],
  ['DT_STRSZ', DT_STRSZ, /a second DT_STRSZ/],
  ['DT_SONAME', DT_SONAME, /a second DT_SONAME/],
  ['DT_FLAGS_1', DT_FLAGS_1, /a second DT_FLAGS_1/],
  ['DT_RPATH', DT_RPATH, /a second DT_RPATH/],
  ['DT_RUNPATH', DT_RUNPATH, /a second DT_RUNPATH/],
  ['DT_VERNEED', DT_VERNEED, /a second DT_VERNEED/],
  ['DT_VERNEEDNUM', DT_VERNEEDNUM, /a second DT_VERNEEDNUM/],
])('%s twice is refused', (_, tag, problem) => {
  const dynamic = [
    [tag, 'a'],
    [tag, 'b'],
  ] as const
  expect(() => read(makeElf({ dynamic }))).toThrow(problem)
})

test('more than 16384 entries of PT_DYNAMIC are refused', () => {
  const dynamic = Array<[number, number]>(0x4001).fill([DT_DEBUG, 0])
  expect(() => read(makeElf({ dynamic }))).toThrow(/16388 entries in PT_DYNAMIC, allowed: up to/)
})

test('more than 4096 segments are refused', () => {
  const elf = makeElf(DYNAMIC)
  const row = elf.buffer.subarray(elf.programAt(PT_LOAD), elf.programAt(PT_LOAD) + PROGRAM_FIELDS[64].bytes)
  const many = elf.append(Buffer.concat(Array<Buffer>(4097).fill(row))).header('phoff', elf.buffer.length)
  expect(() => read(many.header('phnum', 4097))).toThrow(/more than 4096 segments/)
  expect(() => read(many.header('phnum', 4096))).toThrow(/overlaps another/)
})

test('more than 4096 versions are refused', () => {
  const names = Array.from({ length: MAX_VERSIONS }, (_, index) => `V_${index}`)
  const elf = makeElf({ ...DYNAMIC, versions: { 'libc.so.6': names, 'libm.so.6': ['V_1'] } })
  expect(() => read(elf)).toThrow(/more than 4096 symbol versions/)
})

test('a name of 4096 bytes has no end', () => {
  const elf = makeElf({ dynamic: [[DT_NEEDED, 'a'.repeat(4096)]] })
  expect(() => read(elf)).toThrow(/DT_NEEDED has no end within 4096 bytes/)
})

test('1024 libraries are read, one more is refused', () => {
  const libraries = Array.from({ length: 1025 }, (_, index) => [DT_NEEDED, `lib${index}.so`] as const)
  expect(read(makeElf({ dynamic: libraries.slice(1) })).needed).toHaveLength(1024)
  expect(() => read(makeElf({ dynamic: libraries }))).toThrow(/more than 1024 libraries/)
})

test('every byte changed, one at a time: a FormatError or a reading, and the program still needs something', () => {
  const { buffer } = makeElf(DYNAMIC)
  const harmless: string[] = []
  for (let at = 0; at < buffer.length; at++) {
    for (const value of [0, 1, 0x7f, 0xff, (buffer[at] ?? 0) ^ 1, (buffer[at] ?? 0) ^ 0x80]) {
      const mutant = Buffer.from(buffer)
      mutant[at] = value
      try {
        const { interpreter, needed } = readElf(bytesOf(mutant))
        if (interpreter === undefined && needed.length === 0) harmless.push(`${at}: ${value}`)
      } catch (error) {
        if (!(error instanceof FormatError)) throw error
      }
    }
  }
  expect(harmless).toEqual([])
})
