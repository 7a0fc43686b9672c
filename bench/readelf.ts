// What `readelf -hdlVW` prints of ELF files -> their libraries, loaders, search paths and symbol versions.

import { runChecked } from '../__tests__/support/processes.js'
import type { NeededVersion } from '../src/linkage/linkage.js'

export interface ElfFacts {
  /** `EXEC`, `DYN`, `REL` or `CORE`. */
  readonly type: string
  /** Whether there are no file bytes for the code: the half of a program that `objcopy --only-keep-debug` splits off. */
  readonly debugOnly: boolean
  readonly interpreter: string | undefined
  readonly needed: readonly string[]
  /** Both as they are written, with their colons. */
  readonly rpath: string
  readonly runpath: string
  readonly versions: readonly NeededVersion[]
}

const BATCH_FILES = 64

/** Asks readelf for all of `files`, many in one call; resolves to the facts by file. */
export async function readFacts(files: readonly string[]): Promise<ReadonlyMap<string, ElfFacts>> {
  const facts = new Map<string, ElfFacts>()
  for (let start = 0; start < files.length; start += BATCH_FILES) {
    const batch = files.slice(start, start + BATCH_FILES)
    // One file alone is printed without its name.
    const printed = await runChecked(['readelf', '-hdlVW', ...batch, batch[0] ?? ''])
    for (const part of printed.split(/^File: /m).slice(1)) {
      facts.set(part.slice(0, part.indexOf('\n')), parseFacts(part))
    }
  }
  return facts
}

function parseFacts(text: string): ElfFacts {
  const all = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = '']) => found)
  return {
    type: all(/^ +Type: +(\w+)/gm)[0] ?? 'none',
    debugOnly: /^ +LOAD +\S+ \S+ \S+ 0x0+ \S+ R E /m.test(text),
    interpreter: all(/\[Requesting program interpreter: (.*)\]$/gm)[0],
    needed: all(/\(NEEDED\) +Shared library: \[(.*)\]$/gm),
    rpath: all(/\(RPATH\) +Library rpath: \[(.*)\]$/gm)[0] ?? '',
    runpath: all(/\(RUNPATH\) +Library runpath: \[(.*)\]$/gm)[0] ?? '',
    versions: parseVersions(text),
  }
}

/** A line for each library, with `File:`, and behind it one for each of its versions, with `Name:`. */
function parseVersions(text: string): NeededVersion[] {
  const [, section = ''] = /^Version needs section .*\n([^]*?)(?:\n\n|$(?![^]))/m.exec(text) ?? []
  let library = ''
  return section.split('\n').flatMap((line) => {
    library = / File: (\S+) /.exec(line)?.[1] ?? library
    const version = / Name: (\S+) /.exec(line)?.[1]
    return version === undefined ? [] : [{ library, version }]
  })
}
