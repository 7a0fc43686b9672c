// Files of every format, cut at every byte and changed at every byte: an honest verdict or a FormatError, nothing else.

import { FormatError } from '../../../src/errors.js'
import { readLinkage } from '../../../src/linkage/inspect.js'
import { describeVerdict, judge } from '../../../src/linkage/verdict.js'
import { bytesOf } from './bytes-of.js'
import { DT_NEEDED, DT_RUNPATH, makeElf } from './make-elf.js'
import {
  CPU_TYPE_ARM64,
  CPU_TYPE_X86_64,
  dylib,
  LC_LOAD_DYLIB,
  LC_LOAD_DYLINKER,
  makeFat,
  makeMacho,
  segment64,
  text,
} from './make-macho.js'
import { makePe } from './make-pe.js'
import { FUNCTION, makeWasm } from './make-wasm.js'
import { makeXcoff } from './make-xcoff.js'

const foreign = [text(LC_LOAD_DYLINKER, '/usr/lib/dyld'), dylib(LC_LOAD_DYLIB, '/opt/lib/x.dylib')]
const thin = makeMacho({ commands: [segment64(0, 16), ...foreign] })
const intel = makeMacho({ cpu: CPU_TYPE_X86_64, commands: foreign })

/** Each needs a library that no system brings. */
const samples: readonly (readonly [name: string, goos: string, file: Buffer])[] = [
  ...([32, 64] as const).flatMap((bits) =>
    (['little', 'big'] as const).map(
      (data) =>
        [
          `ELF${bits} ${data}`,
          'linux',
          makeElf({
            class: bits,
            data,
            interpreter: '/lib/ld-x.so',
            dynamic: [
              [DT_NEEDED, 'libx.so'],
              [DT_RUNPATH, '/opt/lib'],
            ],
            versions: { 'libx.so': ['X_1', 'X_2.3'] },
          }).buffer,
        ] as const,
    ),
  ),
  ['Mach-O', 'darwin', thin],
  [
    'Mach-O fat32',
    'darwin',
    makeFat([
      { cpu: CPU_TYPE_ARM64, file: thin },
      { cpu: CPU_TYPE_X86_64, file: intel },
    ]),
  ],
  ['Mach-O fat64', 'darwin', makeFat([{ cpu: CPU_TYPE_ARM64, file: thin }], 64)],
  ['PE32', 'windows', makePe({ magic: 'PE32', imports: ['x.dll'], delayImports: ['y.dll'] })],
  ['PE32+', 'windows', makePe({ imports: ['x.dll'], delayImports: ['y.dll'] })],
  [
    'XCOFF64',
    'aix',
    makeXcoff({
      imports: [
        ['/usr/lib', '', ''],
        ['', 'libx.a', 'x.o'],
      ],
    }),
  ],
  ['wasm', 'wasip1', makeWasm([['env', 'x', FUNCTION]])],
]

/** The id of a wasm import section: with another one it is no import section, and the module is sound without imports. */
const isImportSection = (file: Buffer, at: number): boolean =>
  file.readUInt32BE() === 0x0061736d && file[at] === 2 && file.indexOf('env') === at + 4

function verdictOf(file: Uint8Array, goos: string): string {
  try {
    const verdict = judge(readLinkage(bytesOf(file)), goos)
    if (!/^(static|system-only|dynamic): ./.test(describeVerdict(verdict))) throw new Error('no description')
    return verdict.kind
  } catch (error) {
    if (error instanceof FormatError) return 'refused'
    throw error
  }
}

describe.each(samples)('%s', (_, goos, file) => {
  test('whole, it is dynamic', () => {
    expect(verdictOf(file, goos)).toBe('dynamic')
  })

  test('cut at any byte, it is never static', () => {
    const verdicts = Array.from({ length: file.length }, (__, length) =>
      verdictOf(file.subarray(0, length), goos),
    )
    expect(verdicts.filter((verdict) => verdict !== 'refused' && verdict !== 'dynamic')).toEqual([])
  })

  test('changed in any one byte, it is never static', () => {
    const fooled: string[] = []
    for (let at = 0; at < file.length; at++) {
      if (isImportSection(file, at)) continue
      const was = file[at] ?? 0
      for (const value of [0, 1, 0x7f, 0x80, 0xff, was ^ 1, was ^ 2, was + 1, was - 1]) {
        const mutant = Buffer.from(file)
        mutant[at] = value
        if (verdictOf(mutant, goos) === 'static') fooled.push(`byte ${at} from ${was} to ${value & 0xff}`)
      }
    }
    expect(fooled).toEqual([])
  })
})
