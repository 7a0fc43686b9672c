// All that is known of a file at once: for which system, with which programs, and with what is behind its headers.

import { ActionError, FormatError } from '../../../src/errors.js'
import { inspectBytes } from '../../../src/linkage/inspection.js'
import { bytesOf } from './bytes-of.js'
import { makeElf } from './make-elf.js'
import { CPU_TYPE_ARM64, CPU_TYPE_X86_64, makeFat, makeMacho } from './make-macho.js'

const NSS = Buffer.from('libnss_%s.so%s\0')
const OSABI_FREEBSD = 9
const inspect = (file: Buffer, goos?: string) => inspectBytes(bytesOf(file), goos)

test('a file that does not say its GOOS is judged for the one that is asked for', () => {
  const file = makeElf({}).buffer
  expect(() => inspect(file)).toThrow(ActionError)
  expect(() => inspect(file)).toThrow(/which system it is for; name its GOOS, such as linux$/)
  expect(inspect(file, 'linux')).toMatchObject({
    kind: 'readable',
    goos: 'linux',
    verdict: { kind: 'static' },
    programs: [{ linkage: { format: 'elf' } }],
  })
  expect(inspect(makeElf({ osabi: OSABI_FREEBSD }).buffer)).toMatchObject({ goos: 'freebsd' })
})

test('name services count where they are those of glibc', () => {
  expect(inspect(makeElf({ note: NSS }).buffer, 'linux').verdict).toMatchObject({
    kind: 'dynamic',
    opens: 'libnss_*.so',
  })
  expect(inspect(makeElf({ note: NSS, osabi: OSABI_FREEBSD }).buffer, 'freebsd').verdict.kind).toBe('static')
})

test('each slice of a fat file is a program with a signature of its own', () => {
  const slices = [
    { cpu: CPU_TYPE_ARM64, file: makeMacho({}) },
    { cpu: CPU_TYPE_X86_64, file: makeMacho({ cpu: CPU_TYPE_X86_64 }) },
  ]
  const none = { kind: 'none' }
  expect(inspect(makeFat(slices), 'darwin').programs).toMatchObject([
    { linkage: { slices: [{ cpu: 'CPU_TYPE_ARM64' }] }, signature: none },
    { linkage: { slices: [{ cpu: 'CPU_TYPE_X86_64' }] }, signature: none },
  ])
})

test('what is malformed is a FormatError', () => {
  expect(() => inspect(Buffer.from('#!/bin/sh\n'), 'linux')).toThrow(FormatError)
})
