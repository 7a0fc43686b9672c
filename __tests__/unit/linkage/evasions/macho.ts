// Mach-O files that load what macOS does not bring, and were made to look as if they did not.

import { patched } from '../bytes-of.js'
import {
  CPU_TYPE_ARM64,
  CPU_TYPE_X86_64,
  dylib,
  LC_BUILD_VERSION,
  LC_DYLD_ENVIRONMENT,
  LC_LAZY_LOAD_DYLIB,
  LC_LOAD_DYLIB,
  LC_LOAD_DYLINKER,
  LC_LOAD_UPWARD_DYLIB,
  LC_LOAD_WEAK_DYLIB,
  LC_REEXPORT_DYLIB,
  makeFat,
  makeMacho,
  MH_OBJECT,
  segment64,
  text,
  version,
  type Command,
} from '../make-macho.js'
import { calledAs, type Evasion, type Sound } from './evasion.js'

const LC_LOADFVMLIB = 0x6
const MH_BUNDLE_FILETYPES = {
  MH_FVMLIB: 3,
  MH_CORE: 4,
  MH_PRELOAD: 5,
  MH_DYLINKER: 7,
  MH_DSYM: 10,
  MH_KEXT_BUNDLE: 11,
}

const DYLD = text(LC_LOAD_DYLINKER, '/usr/lib/dyld')
const SYSTEM = dylib(LC_LOAD_DYLIB, '/usr/lib/libSystem.B.dylib')
const MACOS: Command = [LC_BUILD_VERSION, [1, version(12, 0), version(12, 0), 0]]
const EVIL = dylib(LC_LOAD_DYLIB, '/opt/evil.dylib')

const COMMANDS = [DYLD, SYSTEM, MACOS]
const make = (...commands: readonly Command[]): Buffer => makeMacho({ commands: [...COMMANDS, ...commands] })
const sound = make()
const evil = make(EVIL)
const intel = makeMacho({ cpu: CPU_TYPE_X86_64, subtype: 3, commands: COMMANDS })
const evilIntel = makeMacho({ cpu: CPU_TYPE_X86_64, subtype: 3, commands: [...COMMANDS, EVIL] })
const evilHaswell = makeMacho({ cpu: CPU_TYPE_X86_64, subtype: 8, commands: [...COMMANDS, EVIL] })

const arm = { cpu: CPU_TYPE_ARM64, file: sound }
const FOREIGN = /\/opt\/evil\.dylib/

/** Where the first load command is, and the second behind it. */
const FIRST = 32
const SECOND = FIRST + sound.readUInt32LE(FIRST + 4)

/** A fat header that counts one slice, with the row of another behind it, as `lipo -hideARM64` wrote them. */
function hiddenSlice(): Buffer {
  const file = makeFat([
    { cpu: CPU_TYPE_X86_64, subtype: 3, file: intel },
    { cpu: CPU_TYPE_ARM64, file: evil },
  ])
  return patched(file, 4, 4, 1, 'big')
}

const kinds = Object.entries({
  LC_LOAD_DYLIB,
  LC_LOAD_WEAK_DYLIB,
  LC_REEXPORT_DYLIB,
  LC_LAZY_LOAD_DYLIB,
  LC_LOAD_UPWARD_DYLIB,
  LC_LOADFVMLIB,
})

const names = [
  ['@rpath/libSystem.B.dylib', 'LC_RPATH says where it is'],
  ['evil.dylib', 'the current folder'],
  ['/usr/lib/../../opt/evil.dylib', 'it begins as a library of the system does'],
  ['/usr/local/lib/libz.1.dylib', "that folder is the user's"],
  ['/usr/lib/LIBSYSTEM.B.dylib', 'it is another name'],
  ['/usr/lib/libSystem.B.dylib/', 'it is another name'],
  ['/System/Library/PrivateFrameworks/X.framework/X', 'it is not for programs of others'],
  ['/System/Library/Frameworks/../../../opt/X.framework/X', 'it begins as a framework does'],
] as const

export const soundMacho: readonly Sound[] = [
  ['darwin/arm64', sound],
  ['darwin/arm64', makeFat([arm, { cpu: CPU_TYPE_X86_64, subtype: 3, file: intel }])],
]

export const machoEvasions: readonly Evasion[] = calledAs('darwin/arm64', [
  ...kinds.map(
    ([kind, cmd]) =>
      [
        `a foreign library by ${kind}`,
        'readers that know LC_LOAD_DYLIB alone do not see the other kinds',
        make(dylib(cmd, '/opt/evil.dylib')),
        FOREIGN,
      ] as const,
  ),
  ...names.map(
    ([name, why]) =>
      [`${name} as a library`, why, make(dylib(LC_LOAD_DYLIB, name)), /not brought|does not bring/] as const,
  ),
  [
    'a foreign library in the other slice',
    'readers of one slice do not see it',
    makeFat([arm, { cpu: CPU_TYPE_X86_64, subtype: 3, file: evilIntel }]),
    FOREIGN,
  ],
  [
    'the same in a fat64 file',
    'readers that do not know it give up',
    makeFat([arm, { cpu: CPU_TYPE_X86_64, subtype: 3, file: evilIntel }], 64),
    FOREIGN,
  ],
  [
    'a foreign library in the slice for newer processors',
    'readers of the first slice for a processor do not see it',
    makeFat([
      arm,
      { cpu: CPU_TYPE_X86_64, subtype: 3, file: intel },
      { cpu: CPU_TYPE_X86_64, subtype: 8, file: evilHaswell },
    ]),
    FOREIGN,
  ],
  ['a slice behind the count', 'older systems looked there too', hiddenSlice(), /CPU_TYPE_X86_64/],
  [
    'a fat file as a slice',
    'readers that do not look twice see no library',
    makeFat([{ cpu: CPU_TYPE_ARM64, file: makeFat([{ cpu: CPU_TYPE_ARM64, file: evil }]) }]),
    /no Mach-O header/,
  ],
  [
    'an ELF file as a slice',
    'the same',
    makeFat([{ cpu: CPU_TYPE_ARM64, file: Buffer.from('7f454c46', 'hex') }]),
    /no Mach-O header/,
  ],
  [
    'slices over each other',
    'one byte, two meanings',
    patched(makeFat([arm, { cpu: CPU_TYPE_X86_64, subtype: 3, file: intel }]), 28 + 8, 4, 4096, 'big'),
    /overlaps/,
  ],
  [
    'two slices for one processor',
    'which of them is taken hangs on the system',
    makeFat([arm, { cpu: CPU_TYPE_ARM64, file: evil }]),
    /a second slice/,
  ],
  [
    'a slice for another processor than the fat header says',
    'the system goes by the fat header',
    makeFat([{ cpu: CPU_TYPE_ARM64, file: intel }]),
    /the slice itself/,
  ],
  ['a slice outside the file', 'readers skip it', makeFat([arm]).subarray(0, -8), /a slice should be/],
  ['a fat file without slices', 'readers find nothing wrong', makeFat([]), /0 slices/],
  [
    'a Java class',
    'it begins as a fat file does',
    Buffer.from('cafebabe00000041001d0a00', 'hex'),
    /Java class/,
  ],
  [
    'LC_DYLD_ENVIRONMENT',
    'dyld obeys it as if the variable were set',
    make(text(LC_DYLD_ENVIRONMENT, 'DYLD_LIBRARY_PATH=/opt')),
    /DYLD_LIBRARY_PATH/,
  ],
  [
    'a foreign dyld',
    'it loads what it will',
    makeMacho({ commands: [text(LC_LOAD_DYLINKER, '/opt/dyld'), SYSTEM, MACOS] }),
    /\/opt\/dyld/,
  ],
  [
    'no dyld',
    'macOS starts no such program',
    makeMacho({ commands: [SYSTEM, MACOS] }),
    /no LC_LOAD_DYLINKER/,
  ],
  ['two dylds', 'which one is taken hangs on the system', make(DYLD), /a second LC_LOAD_DYLINKER/],
  ['nothing but a header', 'readers see no library', makeMacho({ commands: [] }), /no LC_LOAD_DYLINKER/],
  [
    'a name in the numbers of the command',
    'readers take it from behind them, dyld from where the command says',
    make([LC_LOAD_DYLIB, [12, 0x6f2f, 0, 0]]),
    /\/o/,
  ],
  [
    'a name before the numbers',
    'it would be the size of the command',
    patched(sound, SECOND + 8, 4, 4),
    /no string that ends inside/,
  ],
  [
    'a name outside its command',
    'readers skip it',
    patched(sound, SECOND + 8, 4, 0x1000),
    /no string that ends inside/,
  ],
  ['an empty name', 'readers leave it out', patched(sound, SECOND + 24, 1, 0), /an empty string/],
  [
    'a name with a line break',
    'it writes a line of its own into the log',
    make(dylib(LC_LOAD_DYLIB, '/opt/x\n::warning::')),
    /unprintable/,
  ],
  ['cmdsize 0', 'readers loop for ever, or stop', patched(evil, FIRST + 4, 4, 0), /cmdsize is 0/],
  ['cmdsize that is odd', 'readers round it', patched(evil, FIRST + 4, 4, 33), /cmdsize is 33/],
  ['cmdsize beyond the commands', 'readers stop', patched(evil, FIRST + 4, 4, 0x8000), /cmdsize is 32768/],
  [
    'cmdsize that ends in the next command',
    'the rest is read as other commands',
    patched(evil, FIRST + 4, 4, 16),
    /./,
  ],
  ['more commands than there are', 'readers stop early', patched(evil, 16, 4, 5), /ncmds is 5/],
  [
    'sizeofcmds that ends before the last command',
    'readers that go by it do not see the last library',
    patched(evil, 20, 4, evil.readUInt32LE(20) - 40),
    /ncmds is 4|cmdsize is/,
  ],
  ['sizeofcmds beyond the file', 'readers give up', patched(evil, 20, 4, 0x9000), /sizeofcmds is/],
  [
    'more libraries than anyone lists',
    'the one that matters is behind the last that a reader takes',
    makeMacho({ commands: [...COMMANDS, ...Array.from({ length: 1025 }, () => SYSTEM), EVIL] }),
    /1027 dylibs/,
  ],
  [
    'arm64 with a header of 32 bits',
    'readers take the class from the processor, the kernel from the magic',
    makeMacho({ bits: 32, commands: [...COMMANDS, EVIL] }),
    FOREIGN,
  ],
  [
    'big-endian',
    'readers of one byte order give up',
    makeMacho({ data: 'big', commands: [...COMMANDS, EVIL] }),
    FOREIGN,
  ],
  ['a segment outside the file', 'it was cut short', make(segment64(0, 1 << 20)), /a segment ends at/],
  ['cut in its commands', 'readers stop there', evil.subarray(0, 80), /sizeofcmds is/],
  ['the magic alone', 'readers stop there', evil.subarray(0, 4), /no Mach-O header/],
  ['MH_OBJECT', 'linked later, against anything', makeMacho({ filetype: MH_OBJECT }), /filetype is 0x1/],
  ...Object.entries(MH_BUNDLE_FILETYPES).map(
    ([name, filetype]) =>
      [
        name,
        'it is neither a program nor a library',
        makeMacho({ filetype, commands: COMMANDS }),
        /filetype is 0x/,
      ] as const,
  ),
  [
    'for iOS',
    'another system',
    makeMacho({ commands: [DYLD, SYSTEM, [LC_BUILD_VERSION, [2, version(12, 0), version(12, 0), 0]]] }),
    /PLATFORM_IOS/,
  ],
  ['for amd64', 'another processor', intel, /CPU_TYPE_X86_64/],
])
