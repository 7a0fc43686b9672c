// XCOFF, wasm and Plan 9 files that need more than they seem to, and files that are no programs at all.

import { patched } from '../bytes-of.js'
import { makeBsdAr, makeGnuAr } from '../make-ar.js'
import { makeElf } from '../make-elf.js'
import { elfObject } from '../make-object.js'
import { FUNCTION, makeWasm, MODULE, section, type Import } from '../make-wasm.js'
import { LOADER_AT, makeXcoff, SECTION_AT, STRINGS_AT, type XcoffPlan } from '../make-xcoff.js'
import { calledAs, type Evasion, type Sound } from './evasion.js'

type ImportFile = NonNullable<XcoffPlan['imports']>[number]

const LIBPATH: ImportFile = ['/usr/lib:/lib', '', '']
const LIBC: ImportFile = ['', 'libc.a', 'shr_64.o']
const aixProgram = makeXcoff({ imports: [LIBPATH, LIBC] })
const importing = (...imports: readonly ImportFile[]): Buffer =>
  makeXcoff({ imports: [LIBPATH, LIBC, ...imports] })
const withLibpath = (path: string): Buffer => makeXcoff({ imports: [[path, '', ''], LIBC] })
const be = (file: Buffer, at: number, size: 2 | 4 | 8, value: number | bigint): Buffer =>
  patched(file, at, size, value, 'big')

const AUXILIARY_BYTES = 120
const O_SNLOADER = 40

/**
 * An auxiliary header, by which AIX finds the loader section: it is the second section, of the type of a comment, while the
 * first is of the type STYP_LOADER.
 */
function twoLoaders(): Buffer {
  const evil = makeXcoff({ imports: [LIBPATH, ['', 'libevil.a', 'x.o']] })
  const before = AUXILIARY_BYTES + 72
  const auxiliary = Buffer.alloc(AUXILIARY_BYTES)
  auxiliary.writeUInt16BE(2, O_SNLOADER)
  const row = (from: Buffer, offset: number, type: number): Buffer =>
    be(be(Buffer.from(from.subarray(SECTION_AT, LOADER_AT)), 32, 8, offset), 64, 4, type)
  const first = LOADER_AT + before
  const second = first + aixProgram.length - LOADER_AT
  const file = Buffer.concat([
    aixProgram.subarray(0, SECTION_AT),
    auxiliary,
    row(aixProgram, first, 0x1000),
    row(evil, second, 0x200),
    aixProgram.subarray(LOADER_AT),
    evil.subarray(LOADER_AT),
  ])
  return be(be(file, 2, 2, 2), 16, 2, AUXILIARY_BYTES)
}

/** The section header once more, in front of itself. */
function twice(): Buffer {
  const doubled = Buffer.concat([aixProgram.subarray(0, LOADER_AT), aixProgram.subarray(SECTION_AT)])
  const moved = be(be(doubled, SECTION_AT + 32, 8, LOADER_AT + 72), LOADER_AT + 32, 8, LOADER_AT + 72)
  return be(moved, 2, 2, 2)
}

const aix = calledAs('aix/ppc64', [
  [
    'a foreign import file',
    'the system does not bring it',
    importing(['', 'libevil.a', 'x.o']),
    /libevil\.a/,
  ],
  [
    'libc in a foreign folder',
    'only its name is that of the system',
    importing(['/opt', 'libc.a', 'shr_64.o']),
    /\/opt/,
  ],
  ['another member of libc', 'an archive can be added to', importing(['', 'libc.a', 'evil.o']), /evil\.o/],
  ['an import of the runtime linker', 'it binds to whatever is loaded', importing(['', '..', '']), /\.\./],
  ['a foreign LIBPATH', 'libc is taken from there', withLibpath('/opt:/usr/lib'), /\/opt/],
  ['an empty element of LIBPATH', 'the current folder', withLibpath('/usr/lib:'), /current folder/],
  ['a relative LIBPATH', 'libc is taken from there', withLibpath('lib'), /libraries of lib/],
  [
    'no loader section',
    'readers see no imports',
    be(aixProgram, SECTION_AT + 64, 4, 0x200),
    /no loader section/,
  ],
  ['two loader sections', 'one for readers, one for the system', twice(), /a second loader section/],
  [
    'another loader section by o_snloader',
    'the system goes by it, readers by the type of the section',
    twoLoaders(),
    /o_snloader is \d+, but the loader section is number/,
  ],
  ['no import file 0', 'readers take the first import for the LIBPATH', makeXcoff({}), /import file 0/],
  [
    'fewer import files than strings',
    'readers that go by the count do not see the last',
    be(importing(['', 'libevil.a', 'x.o']), LOADER_AT + 16, 4, 2),
    /9 strings for 2/,
  ],
  [
    'import files outside the loader section',
    'readers skip them',
    be(aixProgram, LOADER_AT + 24, 8, 1n << 40n),
    /not inside/,
  ],
  [
    'a name without an end',
    'where it ends hangs on the reader',
    be(aixProgram, aixProgram.length - 2, 2, 0x6161),
    /no end/,
  ],
  [
    'a name with a line break',
    'it writes a line of its own into the log',
    importing(['', 'a\nb', '']),
    /unprintable/,
  ],
  [
    'a loader section outside the file',
    'it was cut short',
    aixProgram.subarray(0, STRINGS_AT),
    /a section should be/,
  ],
  ['an object file', 'linked later, against anything', be(aixProgram, 18, 2, 0), /not linked/],
  ['32 bits', 'Go has no such port', be(aixProgram, 0, 2, 0x1df), /begins with 01df/],
])

const WASI: Import = ['wasi_snapshot_preview1', 'fd_write', FUNCTION]
const wasi = makeWasm([WASI])
/** The number of imports. */
const IMPORTS = wasi.indexOf('wasi_snapshot') - 2
const CODE = section(10, [0])
/** Id, length and content. */
const importSection = (...imports: readonly Import[]): number[] => [
  ...makeWasm(imports).subarray(IMPORTS - 2, -3),
]

const wasip1 = calledAs('wasip1/wasm', [
  ['a foreign module', 'a WASI host does not bring it', makeWasm([WASI, ['env', 'system', FUNCTION]]), /env/],
  [
    'an older WASI',
    'another interface',
    makeWasm([['wasi_unstable', 'fd_write', FUNCTION]]),
    /wasi_unstable/,
  ],
  ['for JavaScript', 'another host', makeWasm([['gojs', 'x', FUNCTION]]), /gojs/],
  [
    'a module whose name only looks like WASI',
    'its first e is a Cyrillic one',
    makeWasm([WASI, ['wasi_snapshot_pr\u0435view1', 'fd_write', FUNCTION]]),
    /does not bring|pr\u0435view1/,
  ],
  [
    'a name with a NUL',
    'readers cut it there',
    makeWasm([['wasi_snapshot_preview1\0', 'x', FUNCTION]]),
    /unprintable/,
  ],
  [
    'two import sections',
    'readers take the first',
    Buffer.concat([wasi, Buffer.from(importSection(['env', 'x', FUNCTION]))]),
    /a second section 2/,
  ],
  [
    'imports behind the code',
    'readers that stop at the code do not see them',
    Buffer.from([...MODULE, ...CODE, ...importSection(['env', 'x', FUNCTION])]),
    /env/,
  ],
  [
    'fewer imports than there are',
    'readers that go by the count do not see the last',
    miscounted(1),
    /bytes behind/,
  ],
  ['more imports than there are', 'readers give up', miscounted(3), /missing|no end/],
  ['a component', 'its imports are elsewhere', patched(wasi, 4, 4, 0x1_000d), /wasm version/],
  ['version 2', 'no host knows it', patched(wasi, 4, 4, 2), /wasm version 2/],
  ['a section beyond the file', 'it was cut short', wasi.subarray(0, -2), /ends at|missing|32-bit/],
  ['no code', 'nothing to run', wasi.subarray(0, -3), /without a code section/],
  [
    'a section of no known id',
    'hosts refuse it, readers skip it',
    Buffer.concat([wasi, Buffer.from([99, 0])]),
    /section id 99/,
  ],
  ['a length without an end', 'readers overflow', Buffer.concat([wasi, Buffer.alloc(8, 0xff)]), /section/],
  ['an import of no known kind', 'readers skip it', makeWasm([WASI, ['env', 'x', [9, 0]]]), /import kind 9/],
  ['no imports', 'it cannot do anything: no Go program', makeWasm([]), /imports nothing/],
])

function miscounted(count: number): Buffer {
  const two = makeWasm([WASI, ['env', 'x', FUNCTION]])
  return patched(two, IMPORTS, 1, count)
}

/** Magic, text, data, bss, syms, entry, spsz, pcsz. */
function makePlan9(magic: number, ...sizes: readonly number[]): Buffer {
  const file = Buffer.alloc(72)
  ;[magic, ...sizes].forEach((word, index) => file.writeUInt32BE(word, index * 4))
  return file
}

const plan9 = calledAs('plan9/amd64', [
  [
    'a module that is loaded',
    'DYN_MAGIC: it is bound to symbols of its host',
    makePlan9(0x8000_8a97, 16, 8),
    /begins with 80008a97/,
  ],
  ['for 386', 'another processor', makePlan9(0x1eb, 16, 8), /386/],
  ['for mips', 'Go has no such port', makePlan9(0x407, 16, 8), /begins with 00000407/],
  ['more text than there is', 'it was cut short', makePlan9(0x8a97, 0x1000), /states/],
  ['the magic alone', 'it was cut short', makePlan9(0x8a97).subarray(0, 4), /a\.out header/],
])

const program = makeElf({}).buffer
const hex = (digits: string): Buffer => Buffer.concat([Buffer.from(digits, 'hex'), Buffer.alloc(64)])

/** What is called a program, and is none that this check can read. */
const NO_PROGRAMS: readonly (readonly [name: string, why: string, file: Uint8Array])[] = [
  ['nothing', 'ldd and grep find nothing wrong', Buffer.alloc(0)],
  ['one byte', 'the same', Buffer.alloc(1)],
  ['zeros', 'the same', Buffer.alloc(4096)],
  ['a script', 'the kernel starts what its first line names', Buffer.from('#!/bin/sh\nexec evil\n')],
  ['a script for env', 'the same', Buffer.from('#!/usr/bin/env python3\nimport evil\n')],
  ['commands without a first line', 'shells run what the kernel does not', Buffer.from('exec evil\n')],
  ['text', 'an error page that was saved', Buffer.from('<!doctype html><title>404</title>')],
  ['a byte order mark, then a script', 'shells run it', Buffer.from('\ufeff#!/bin/sh\n')],
  ['a program behind one byte', 'the kernel does not start it', Buffer.concat([Buffer.from([0]), program])],
  ['gzip', 'what is in it is not known', hex('1f8b0800')],
  ['zstd', 'the same', hex('28b52ffd')],
  ['xz', 'the same', hex('fd377a585a00')],
  ['bzip2', 'the same', hex('425a6839')],
  ['zip', 'Java and Python run such files', hex('504b0304')],
  ['tar', 'what is in it is not known', Buffer.from('program'.padEnd(512, '\0'))],
  ['LLVM bitcode', 'compiled later', hex('4243c0de')],
  ['a Python cache', 'Python runs it', hex('a70d0d0a')],
  ['Lua bytecode', 'Lua runs it', hex('1b4c7561')],
  ['a COFF object', 'linked later', hex('64860300')],
  ['a.out of old Linux', 'it names a loader in another way', hex('0b010064')],
  ['wasm as text', 'hosts compile it', Buffer.from('(module (import "env" "x" (func)))')],
  ['a Mach-O file with its bytes turned around', 'old readers take it', hex('bebafeca')],
]

const object = elfObject({ machine: 62 })
const archives = calledAs('linux/amd64', [
  [
    'an archive',
    'what the program that takes it in will need is not known',
    makeGnuAr([['a.o', object]]),
    /archive/,
  ],
  ['an archive of BSD', 'the same', makeBsdAr([['a.o', object]]), /archive/],
  ['an empty archive', 'readers find nothing wrong', Buffer.from('!<arch>\n'), /archive/],
  ['a thin archive', 'its members are other files', Buffer.from('!<thin>\n'), /thin archive/],
  [
    'a package of Go',
    'only the go command links it',
    makeGnuAr([['__.PKGDEF', 'go object']]),
    /package archive/,
  ],
  [
    'a member for another processor',
    'readers of the first member do not see it',
    makeGnuAr([
      ['a.o', object],
      ['b.o', elfObject({ machine: 183 })],
    ]),
    /EM_AARCH64/,
  ],
  [
    'a member beyond the archive',
    'it was cut short',
    makeGnuAr([['a.o', object]]).subarray(0, -8),
    /with \d+ left/,
  ],
])

export const otherSound: readonly Sound[] = [
  ['aix/ppc64', aixProgram],
  ['wasip1/wasm', wasi],
  ['plan9/amd64', makePlan9(0x8a97, 16, 8)],
]

export const otherEvasions: readonly Evasion[] = [
  ...aix,
  ...wasip1,
  ...plan9,
  ...archives,
  ...calledAs(
    'linux/amd64',
    NO_PROGRAMS.map(
      ([name, why, file]) =>
        [name, why, file, /the file begins with|the magic should be|the file is empty|a script \(/] as const,
    ),
  ),
  ...calledAs('linux/amd64', [
    ['a wasm module', 'another format', wasi, /wasm/],
    ['a Plan 9 program', 'another format', makePlan9(0x8a97, 16, 8), /Plan 9/],
  ]),
]
