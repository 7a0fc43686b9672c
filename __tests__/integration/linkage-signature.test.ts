// Code signatures of what Go's linker makes for darwin: true as they are, and wrong after any change.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FormatError } from '../../src/errors.js'
import { verifyCodeSignature } from '../../src/linkage/code-signature.js'
import { readMacho } from '../../src/linkage/macho.js'
import { temporaryModule } from '../support/modules.js'
import { runChecked } from '../support/processes.js'
import { describeOn } from './linkage/describe-on.js'
import { bytesOf, patched } from '../unit/linkage/bytes-of.js'
import { CPU_TYPE_ARM64, CPU_TYPE_X86_64, makeFat } from '../unit/linkage/make-macho.js'

const BY_GO = { kind: 'valid', adhoc: true, identifier: 'a.out', hashType: 'sha256', cms: 'none' }

const verifyAll = (file: Buffer) => {
  const bytes = bytesOf(file)
  return readMacho(bytes).slices.map((slice) => verifyCodeSignature(bytes, slice))
}

function isFound(file: Buffer): boolean {
  try {
    return verifyAll(file).every(({ kind }) => kind !== 'valid')
  } catch (error) {
    if (error instanceof FormatError) return true
    throw error
  }
}

describeOn('any', ['go'])("what Go's linker signs", () => {
  const built = new Map<string, Buffer>()
  const fileOf = (name: string): Buffer => built.get(name) ?? Buffer.alloc(0)

  beforeAll(async () => {
    const folder = await temporaryModule({
      'go.mod': 'module example.test/program\n\ngo 1.22\n',
      'main.go': 'package main\n\nfunc main() { println("signed") }\n',
    })
    for (const [name, GOARCH, ...flags] of [
      ['arm64', 'arm64'],
      ['stripped', 'arm64', '-ldflags=-s -w'],
      ['amd64', 'amd64'],
    ] as const) {
      const output = join(folder, name)
      const env = { GOOS: 'darwin', GOARCH, CGO_ENABLED: '0' }
      await runChecked(['go', 'build', ...flags, '-o', output, '.'], { cwd: folder, env })
      built.set(name, readFileSync(output))
    }
  })

  test.each(['arm64', 'stripped'])('%s: valid', (name) => {
    expect(verifyAll(fileOf(name))).toEqual([BY_GO])
  })

  test('amd64: none, as it needs none', () => {
    expect(verifyAll(fileOf('amd64'))).toEqual([{ kind: 'none' }])
  })

  test.each([32, 64] as const)('a fat%i file of both: each slice by itself', (bits) => {
    const slices = [
      { cpu: CPU_TYPE_X86_64, subtype: 3, file: fileOf('amd64') },
      { cpu: CPU_TYPE_ARM64, file: fileOf('arm64') },
    ]
    const fat = makeFat(slices, bits)
    expect(verifyAll(fat)).toEqual([{ kind: 'none' }, BY_GO])
    const inArm64 = fat.length - fileOf('arm64').length + 0x5000
    expect(verifyAll(patched(fat, inArm64, 1, (fat[inArm64] ?? 0) ^ 1))).toEqual([
      { kind: 'none' },
      { kind: 'wrong', problem: expect.stringMatching(/^page 5 does not have the sha256/) as string },
    ])
  })

  test('one flipped bit is found, wherever it is below the signature', () => {
    const file = Buffer.from(fileOf('arm64'))
    const end = readMacho(bytesOf(file)).slices[0]?.codeSignature?.offset ?? 0
    const missed: number[] = []
    for (let turn = 0; turn < 200; turn++) {
      const at = Math.floor((turn * (end - 1)) / 199)
      const was = file[at] ?? 0
      file[at] = was ^ (1 << (turn % 8))
      if (!isFound(file)) missed.push(at)
      file[at] = was
    }
    expect(missed).toEqual([])
    expect(verifyAll(file)).toEqual([BY_GO])
  })

  test('a program with the signature of another is found', () => {
    const [file, other] = [Buffer.from(fileOf('arm64')), fileOf('stripped')]
    const signatureOf = (from: Buffer) => {
      const extent = readMacho(bytesOf(from)).slices[0]?.codeSignature ?? { offset: 0, length: 0 }
      return from.subarray(extent.offset, extent.offset + extent.length)
    }
    signatureOf(other).copy(signatureOf(file))
    expect(verifyAll(file)).toEqual([
      { kind: 'wrong', problem: expect.stringMatching(/^CodeDirectory|^codeLimit/) as string },
    ])
  })
})
