// What LLVM's tools print of Mach-O and PE files -> the same facts in the words of Linkage.

import { runChecked } from '../__tests__/support/processes.js'
import type { BuildVersion, DylibKind, MachoSlice, PeLinkage } from '../src/linkage/linkage.js'

export type MachoFacts = Pick<MachoSlice, 'filetype' | 'dylibs' | 'rpaths' | 'dyldEnvironment' | 'builds'> & {
  readonly dylinker: string | undefined
}

export type PeFacts = Pick<
  PeLinkage,
  'machine' | 'subsystem' | 'dllCharacteristics' | 'imports' | 'delayImports' | 'clr'
>

/** As llvm-objdump calls them. */
const PLATFORMS: Readonly<Record<string, string>> = {
  macos: 'PLATFORM_MACOS',
  ios: 'PLATFORM_IOS',
}

const VERSION_MIN: Readonly<Record<string, string>> = {
  LC_VERSION_MIN_MACOSX: 'PLATFORM_MACOS',
  LC_VERSION_MIN_IPHONEOS: 'PLATFORM_IOS',
}

const DYLIB_KINDS: ReadonlySet<string> = new Set<DylibKind>([
  'LC_LOAD_DYLIB',
  'LC_LOAD_WEAK_DYLIB',
  'LC_REEXPORT_DYLIB',
  'LC_LAZY_LOAD_DYLIB',
  'LC_LOAD_UPWARD_DYLIB',
])

const isDylibKind = (cmd: string): cmd is DylibKind => DYLIB_KINDS.has(cmd)

/** One for each slice of the file, in the order of the fat header. */
export async function readMachoFacts(file: string): Promise<MachoFacts[]> {
  const printed = await runChecked(['llvm-objdump', '--macho', '--private-headers', '--arch=all', file])
  return printed
    .split(/^Mach header\n/m)
    .slice(1)
    .map(parseSlice)
}

function parseSlice(text: string): MachoFacts {
  const [header = '', ...commands] = text.split(/^Load command \d+\n/m)
  const read = commands.map((command) => {
    const field = (name: string): string =>
      new RegExp(`^ *${name} (.*?)(?: \\(offset \\d+\\))?$`, 'm').exec(command)?.[1] ?? ''
    return { cmd: field('cmd'), field }
  })
  const strings = (cmd: string, name: string): string[] =>
    read.filter((each) => each.cmd === cmd).map(({ field }) => field(name))
  return {
    filetype: /\b(EXECUTE|DYLIB|BUNDLE)\b/.exec(header)?.[1] === 'EXECUTE' ? 'MH_EXECUTE' : 'MH_DYLIB',
    dylinker: strings('LC_LOAD_DYLINKER', 'name')[0],
    dylibs: read.flatMap(({ cmd, field }) => (isDylibKind(cmd) ? [{ name: field('name'), kind: cmd }] : [])),
    rpaths: strings('LC_RPATH', 'path'),
    dyldEnvironment: strings('LC_DYLD_ENVIRONMENT', 'name'),
    builds: read.flatMap(({ cmd, field }): BuildVersion[] => {
      if (cmd === 'LC_BUILD_VERSION') {
        const platform = field('platform')
        return [{ platform: PLATFORMS[platform] ?? platform, minos: field('minos'), sdk: field('sdk') }]
      }
      const platform = VERSION_MIN[cmd]
      return platform === undefined ? [] : [{ platform, minos: field('version'), sdk: field('sdk') }]
    }),
  }
}

export async function readPeFacts(file: string): Promise<PeFacts> {
  const text = await runChecked(['llvm-readobj', '--file-headers', '--coff-imports', file])
  const field = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? ''
  const names = (kind: string): string[] =>
    [...text.matchAll(new RegExp(`^${kind} \\{\\n +Name: (.*)$`, 'gm'))].map(([, name = '']) => name)
  return {
    machine: field(/^ +Machine: (\w+)/m),
    subsystem: field(/^ +Subsystem: (\w+)/m),
    // The first list of this name is that of the COFF header.
    dllCharacteristics: parseInt(field(/Subsystem: [^]*?Characteristics \[ \(0x([0-9A-F]+)\)/), 16),
    imports: names('Import'),
    delayImports: names('DelayImport'),
    clr: field(/CLRRuntimeHeaderRVA: 0x([0-9A-F]+)/) !== '0',
  }
}
