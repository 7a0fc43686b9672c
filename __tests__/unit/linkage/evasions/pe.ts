// PE files that load what Windows does not bring, and were made to look as if they did not.

import { patched } from '../bytes-of.js'
import {
  COFF_AT,
  DIRECTORY_COUNT,
  makePe,
  OPTIONAL_AT,
  OPTIONAL_BYTES,
  PE_AT,
  SECTION_OFFSET,
  SECTION_RVA,
  type PePlan,
} from '../make-pe.js'
import { calledAs, overwritten, type Evasion, type Sound } from './evasion.js'

const OWN = 'kernel32.dll'
const sound = makePe({ imports: [OWN] })
const evil = makePe({ imports: [OWN, 'evil.dll'] })
const delayed = makePe({ imports: [OWN], delayImports: ['evil.dll'] })

const COUNT = DIRECTORY_COUNT['PE32+']
const directory = (index: number): number => COUNT + 4 + index * 8
const SECTION = OPTIONAL_AT + OPTIONAL_BYTES['PE32+']
const FIRST_NAME = SECTION_OFFSET + 12
const FOREIGN = /evil\.dll/i

const importing = (name: string): Buffer => makePe({ imports: [OWN, name] })

/** Two PE headers: e_lfanew leads to the second one, which imports more. */
function twoHeaders(): Buffer {
  const shift = evil.length + (0x200 - (evil.length % 0x200))
  const hidden = Buffer.concat([sound, Buffer.alloc(shift - sound.length), evil])
  const moved = patched(hidden, 60, 4, shift + PE_AT)
  return patched(moved, shift + SECTION + 20, 4, shift + SECTION_OFFSET)
}

/** The directory and its names in the headers, before the first section. */
function importsInHeaders(): Buffer {
  const at = 0x1c0
  const file = Buffer.from(sound)
  file.write('evil.dll\0', at - 16)
  file.fill(0, at, SECTION_OFFSET)
  file.writeUInt32LE(at - 16, at + 12)
  file.writeUInt32LE(SECTION_RVA, at + 16)
  return patched(file, directory(1), 4, at)
}

/** A second section that begins where the first one does. */
function overlapping(): Buffer {
  const file = patched(evil, COFF_AT + 2, 2, 2)
  file.copy(file, SECTION + 40, SECTION, SECTION + 40)
  return file
}

const foreignNames = [
  ['C:\\evil\\kernel32.dll', 'a path is taken as it is'],
  ['..\\kernel32.dll', 'a path is taken as it is'],
  ['./kernel32.dll', 'a path is taken as it is'],
  ['kernel32.dll ', 'it is another name'],
  ['kernel32.', 'it is another name: the point says that there is no extension'],
  ['kernel32.dll.dll', 'it is another name'],
  ['kernel32.exe', 'it is another name'],
  ['kernel32', 'sound, but with a library beside it'],
] as const

const MZ_ONLY = patched(sound, 60, 4, 0)

export const soundPe: readonly Sound[] = [
  ['windows/amd64', sound],
  ['windows/amd64', makePe({ imports: ['KERNEL32'], delayImports: ['api-ms-win-core-synch-l1-2-0.dll'] })],
]

export const peEvasions: readonly Evasion[] = calledAs('windows/amd64', [
  ['a foreign DLL', 'Windows does not bring it', evil, FOREIGN],
  ['only a delay import is foreign', 'readers of the import directory alone do not see it', delayed, FOREIGN],
  [
    'a delay import by an absolute address',
    'readers that take it for a relative one see no name',
    makePe({ delayImports: ['evil.dll'], absoluteDelay: true }),
    FOREIGN,
  ],
  [
    'an import directory of size 0',
    'readers that ask the size see no imports; Windows does not ask it',
    patched(evil, directory(1) + 4, 4, 0),
    FOREIGN,
  ],
  [
    'an import directory of the size of one descriptor',
    'readers that ask the size see one DLL; Windows does not ask it',
    patched(evil, directory(1) + 4, 4, 20),
    FOREIGN,
  ],
  ['only the .NET runtime', 'there is no import', makePe({ clr: SECTION_RVA }), /\.NET/],
  ['an import directory in the headers', 'readers look in sections alone', importsInHeaders(), FOREIGN],
  [
    'an import directory in no section',
    'readers that find nothing there see no imports',
    patched(evil, directory(1), 4, 0x50_0000),
    /no section holds/,
  ],
  [
    'an import directory that runs out of its section',
    'readers stop there',
    patched(evil, directory(1), 4, SECTION_RVA + evil.length - SECTION_OFFSET - 4),
    /no section holds/,
  ],
  [
    'a DLL whose name is in no section',
    'readers leave it out',
    patched(evil, FIRST_NAME + 20, 4, 0x50_0000),
    /name of a DLL/,
  ],
  [
    'a DLL whose name is behind the file bytes',
    'there are zeros until the program writes there',
    patched(patched(evil, SECTION + 8, 4, 0x4000), FIRST_NAME + 20, 4, SECTION_RVA + 0x2000),
    /name of a DLL/,
  ],
  [
    'a DLL of an empty name',
    'readers leave it out',
    patched(evil, FIRST_NAME + 20, 4, SECTION_RVA + 4),
    /without a name/,
  ],
  [
    'a descriptor without FirstThunk before the foreign one',
    'readers that end at any empty field see no more',
    patched(evil, SECTION_OFFSET + 16, 4, 0),
    /neither whole nor the empty/,
  ],
  [
    'a descriptor without Name before the foreign one',
    'the same',
    patched(evil, FIRST_NAME, 4, 0),
    /neither whole nor the empty/,
  ],
  [
    'a name with a line break',
    'it writes a line of its own into the log',
    importing('a\n::x'),
    /unprintable/,
  ],
  ...foreignNames.map(
    ([name, why]) =>
      [
        `"${name}" as a DLL`,
        why,
        name === 'kernel32' ? makePe({ imports: [name, 'evil.dll'] }) : importing(name),
        name === 'kernel32' ? FOREIGN : /needs what windows does not bring/,
      ] as const,
  ),
  [
    'kernel32.dll with the Kelvin sign for its k',
    'in lower case that is a k for JavaScript, but not for Windows',
    overwritten(importing('...ernel32.dll'), '...', '\u212a'),
    /ASCII/,
  ],
  [
    'more DLLs than anyone lists',
    'the one that matters is behind the last that a reader takes',
    makePe({ imports: [...Array.from({ length: 1025 }, () => OWN), 'evil.dll'] }),
    /more than 1024 DLLs/,
  ],
  ['two PE headers', 'readers that look at 0x40 see the other one', twoHeaders(), FOREIGN],
  [
    'e_lfanew outside the file',
    'readers take it for a DOS program',
    patched(evil, 60, 4, 0x7fff_fff0),
    /PE signature/,
  ],
  ['e_lfanew 0', 'the signature would be MZ', MZ_ONLY, /without a PE signature/],
  ['a program for OS/2', 'another system', patched(evil, PE_AT, 4, 0x454e), /without a PE signature/],
  ['a DOS program', 'another system', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100)]), /PE signature/],
  [
    'NumberOfRvaAndSizes of 2^32 - 1',
    'readers give up, or read what is behind',
    patched(evil, COUNT, 4, 0xffff_ffff),
    /NumberOfRvaAndSizes/,
  ],
  [
    'directories behind the optional header',
    'readers that ask its size see none; Windows reads on',
    patched(evil, COFF_AT + 16, 2, 112),
    /NumberOfRvaAndSizes/,
  ],
  [
    'no optional header',
    'readers see no directories',
    patched(evil, COFF_AT + 16, 2, 0),
    /no optional header/,
  ],
  [
    'an optional header of a ROM image',
    'the same',
    patched(evil, OPTIONAL_AT, 2, 0x107),
    /optional header 0x107/,
  ],
  ['sections over each other', 'one address, two meanings', overlapping(), /overlaps/],
  ['a section over the headers', 'the same', patched(evil, SECTION + 12, 4, 0), /overlaps/],
  [
    'a section at no multiple of 512',
    'Windows rounds it down, readers do not',
    patched(Buffer.concat([evil, Buffer.alloc(64)]), SECTION + 20, 4, SECTION_OFFSET + 20),
    /not a multiple of 512/,
  ],
  [
    'a section outside the file',
    'it was cut short',
    patched(evil, SECTION + 20, 4, 0x10_0000),
    /a section should be/,
  ],
  [
    'a section of which memory has less than the file',
    'readers that go by the file see an import directory that is not mapped',
    patched(patched(Buffer.concat([evil, Buffer.alloc(0x1200)]), SECTION + 8, 4, 1), directory(1), 4, 0x2100),
    /no section holds/,
  ],
  ['65,535 sections', 'readers give up', patched(evil, COFF_AT + 2, 2, 0xffff), /65535 sections/],
  ['cut in its section', 'readers stop there', evil.subarray(0, -10), /a section should be/],
  ['cut in its headers', 'readers stop there', evil.subarray(0, 0x90), /./],
  ['an object file', 'linked later, against anything', patched(evil, COFF_AT + 18, 2, 0), /not linked/],
  ['for arm64', 'another processor', makePe({ machine: 0xaa64, imports: [OWN] }), /ARM64/],
  [
    '32 bits with the machine of 64',
    'readers go by one of the two',
    makePe({ magic: 'PE32', imports: [OWN] }),
    /PE32/,
  ],
  [
    'a name as those of API sets, which is none',
    "Windows looks for a file of that name, in the program's folder first",
    importing('api-ms-evil.dll'),
    /api-ms-evil/,
  ],
  ...(
    [
      ['a driver', 1],
      ['an EFI application', 10],
    ] as const
  ).map(
    ([name, subsystem]) =>
      [
        name,
        'it is a PE file, but no program for Windows',
        makePe({ subsystem, imports: [OWN] } satisfies PePlan),
        /IMAGE_SUBSYSTEM/,
      ] as const,
  ),
])
