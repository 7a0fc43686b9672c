// The first bytes of a file choose its reader.

import { FormatError } from '../../../src/errors.js'
import { readLinkage } from '../../../src/linkage/inspect.js'
import { bytesOf } from './bytes-of.js'
import { makeBigAr, makeGnuAr } from './make-ar.js'
import { makeElf } from './make-elf.js'
import { CPU_TYPE_ARM64, makeFat, makeMacho } from './make-macho.js'
import { makePe } from './make-pe.js'
import { makeWasm } from './make-wasm.js'
import { makeXcoff } from './make-xcoff.js'

const thin = makeMacho({})
const plan9 = Buffer.alloc(40)
plan9.writeUInt32BE(0x8a97)

test.each([
  ['elf', makeElf({}).buffer],
  ['macho', thin],
  ['macho', makeMacho({ bits: 32, data: 'big' })],
  ['macho', makeFat([{ cpu: CPU_TYPE_ARM64, file: thin }])],
  ['macho', makeFat([{ cpu: CPU_TYPE_ARM64, file: thin }], 64)],
  ['pe', makePe({})],
  ['xcoff', makeXcoff({ imports: [['', '', '']] })],
  ['wasm', makeWasm([])],
  ['plan9', plan9],
  ['archive', makeGnuAr([])],
  ['archive', makeBigAr([])],
])('%s', (format, file) => {
  expect(readLinkage(bytesOf(file)).format).toBe(format)
})

test.each([
  ['an empty file', '', /^the file is empty \(/],
  ['three bytes', '\x7fEL', /the magic should be 4 bytes/],
  ['a script', '#!/bin/sh\n', /^a script \(#!\/bin\/sh\), not a program/],
  ['a script for Windows', '#!/usr/bin/env node\r\nx', /^a script \(#!\/usr\/bin\/env node\), not/],
  ['a script with a long line', `#!/${'x'.repeat(100)}`, /^a script \(#!\/x{61}\), not a program/],
  ['something else', 'text', /begins with 74657874, known are ELF, Mach-O, PE/],
])('refused: %s', (_, content, problem) => {
  const file = Buffer.from(content, 'latin1')
  expect(() => readLinkage(bytesOf(file))).toThrow(FormatError)
  expect(() => readLinkage(bytesOf(file))).toThrow(problem)
})
