// Mach-O and PE files with what Go's linker never writes: every kind of dylib, search paths, delay imports, the .NET runtime.

import {
  CPU_TYPE_ARM64,
  CPU_TYPE_X86_64,
  dylib,
  LC_BUILD_VERSION,
  LC_DYLD_ENVIRONMENT,
  LC_ID_DYLIB,
  LC_LAZY_LOAD_DYLIB,
  LC_LOAD_DYLIB,
  LC_LOAD_DYLINKER,
  LC_LOAD_UPWARD_DYLIB,
  LC_LOAD_WEAK_DYLIB,
  LC_REEXPORT_DYLIB,
  LC_RPATH,
  LC_VERSION_MIN_MACOSX,
  makeFat,
  makeMacho,
  MH_DYLIB,
  text,
  version,
  type Command,
} from '../__tests__/unit/linkage/make-macho.js'
import { patched } from '../__tests__/unit/linkage/bytes-of.js'
import {
  DIRECTORY_COUNT,
  makePe,
  SECTION_OFFSET,
  SECTION_RVA,
  type PePlan,
} from '../__tests__/unit/linkage/make-pe.js'

const everything: readonly Command[] = [
  text(LC_LOAD_DYLINKER, '/usr/lib/dyld'),
  dylib(LC_LOAD_DYLIB, '/usr/lib/libSystem.B.dylib'),
  dylib(LC_LOAD_WEAK_DYLIB, '@rpath/libweak.dylib'),
  dylib(LC_REEXPORT_DYLIB, '/opt/lib/libagain.dylib'),
  dylib(LC_LOAD_UPWARD_DYLIB, '/opt/lib/libupward.dylib'),
  dylib(LC_LAZY_LOAD_DYLIB, '/opt/lib/liblazy.dylib'),
  text(LC_RPATH, '@loader_path/../lib'),
  text(LC_RPATH, '/opt/lib'),
  text(LC_DYLD_ENVIRONMENT, 'DYLD_LIBRARY_PATH=/opt/lib'),
  [LC_BUILD_VERSION, [1, version(12, 0), version(13, 1, 2), 0]],
]
const older: readonly Command[] = [
  text(LC_LOAD_DYLINKER, '/usr/lib/dyld'),
  dylib(LC_LOAD_DYLIB, '/usr/lib/libSystem.B.dylib'),
  [LC_VERSION_MIN_MACOSX, [version(10, 9), version(10, 11, 6)]],
]
const arm = makeMacho({ commands: everything })
const intel = makeMacho({ cpu: CPU_TYPE_X86_64, commands: older })
const both = [
  { cpu: CPU_TYPE_ARM64, file: arm },
  { cpu: CPU_TYPE_X86_64, file: intel },
]

/** LLVM goes by the size of the directory, and reads each DLL's tables too: here they are the descriptor that ends it. */
function makeDelayed(plan: PePlan & { readonly delayImports: readonly string[] }): Buffer {
  const { magic = 'PE32+', imports = [], delayImports } = plan
  const first = (imports.length + 1) * 20
  const empty = SECTION_RVA + first + delayImports.length * 32
  const directory = DIRECTORY_COUNT[magic] + 4 + 13 * 8
  const sized = patched(makePe(plan), directory + 4, 4, (delayImports.length + 1) * 32)
  return delayImports.reduce((file, _, index) => {
    const tables = SECTION_OFFSET + first + index * 32 + 12
    return patched(patched(file, tables, 4, empty), tables + 4, 4, empty)
  }, sized)
}

export const madeFiles: readonly (readonly [name: string, content: Buffer])[] = [
  ['every kind of dylib', arm],
  ['LC_VERSION_MIN_MACOSX', intel],
  [
    'a dylib',
    makeMacho({ filetype: MH_DYLIB, commands: [dylib(LC_ID_DYLIB, 'self'), ...everything.slice(1)] }),
  ],
  ['32 bits, big-endian', makeMacho({ bits: 32, data: 'big', cpu: 18, commands: older })],
  ['fat32', makeFat(both)],
  ['fat64', makeFat(both, 64)],
  [
    'PE32 with delay imports',
    makeDelayed({ magic: 'PE32', machine: 0x14c, imports: ['a.dll', 'B.DLL'], delayImports: ['c.dll'] }),
  ],
  ['PE32+ with delay imports alone', makeDelayed({ delayImports: ['c.dll', 'd.dll'] })],
  ['PE32+ for arm64', makePe({ machine: 0xaa64, imports: ['kernel32.dll'] })],
  ['PE32+ for the .NET runtime', makePe({ clr: 0x1000, imports: ['mscoree.dll'] })],
]
