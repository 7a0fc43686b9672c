// A signed darwin/arm64 program, one byte of it changed at a time -> whether each change is found.

import { readFileSync } from 'node:fs'
import { bytesOf } from '../__tests__/unit/linkage/bytes-of.js'
import { verifyCodeSignature } from '../src/linkage/code-signature.js'
import { readLinkage } from '../src/linkage/inspect.js'
import type { MachoSlice } from '../src/linkage/linkage.js'
import { buildFor, withFolder, writeModule } from './go-programs.js'

const COUNT = 1000

const program = await withFolder(async (folder) => {
  const module = writeModule(folder, 'package main\n\nfunc main() { println("hello") }\n')
  return readFileSync(await buildFor('darwin/arm64', module))
})

function onlySlice(): MachoSlice {
  const linkage = readLinkage(bytesOf(program))
  const [slice] = linkage.format === 'macho' ? linkage.slices : []
  if (slice === undefined) throw new Error('not a Mach-O file')
  return slice
}

const slice = onlySlice()
const whole = verifyCodeSignature(bytesOf(program), slice).kind
// What is signed ends where the signature begins.
const codeLimit = slice.codeSignature?.offset ?? 0

let found = 0
const missed: number[] = []
for (let index = 0; index < COUNT; index++) {
  // The first byte, the last one, and others as far from one another.
  const offset = Math.round((index * (codeLimit - 1)) / (COUNT - 1))
  const was = program.readUInt8(offset)
  program.writeUInt8(was ^ (1 << (index % 8)), offset)
  if (verifyCodeSignature(bytesOf(program), slice).kind === 'wrong') found++
  else missed.push(offset)
  program.writeUInt8(was, offset)
}

if (missed.length > 0) console.log(`missed at ${missed.join(', ')}`)
console.log(
  `signature: unchanged it is ${whole}; ${found} of ${COUNT} changed bytes below codeLimit ${codeLimit} found`,
)
if (whole !== 'valid' || found < COUNT) process.exitCode = 1
