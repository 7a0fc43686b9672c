// All that is known of a file at once: for which system, with which programs, and with what is behind its headers.

import { FormatError } from '../../../src/errors.js'
import { parseChecks, runChecks, type Expected } from '../../../src/linkage/checks.js'
import { inspectBytes, type Inspection } from '../../../src/linkage/inspection.js'
import { parsePolicy } from '../../../src/linkage/policy.js'
import { bytesOf } from './bytes-of.js'
import { DT_NEEDED, ET_DYN, makeElf } from './make-elf.js'
import { CPU_TYPE_ARM64, CPU_TYPE_X86_64, makeFat, makeMacho } from './make-macho.js'

const NSS = Buffer.from('libnss_%s.so%s\0')
const OSABI_FREEBSD = 9
const inspect = (file: Buffer, goos?: string) => inspectBytes(bytesOf(file), goos)
const outcomes = (inspection: Inspection, asked: Partial<Expected> = {}) =>
  Object.fromEntries(
    runChecks(inspection, { policy: parsePolicy('static'), ...asked }, parseChecks('')).map((result) => [
      result.check,
      result,
    ]),
  )

test('a file that does not say its GOOS is judged for the one that is asked for', () => {
  const file = makeElf({}).buffer
  const forLinux = inspect(file, 'linux')
  expect(forLinux).toMatchObject({
    kind: 'readable',
    goos: 'linux',
    verdict: { kind: 'static' },
    programs: [{ linkage: { format: 'elf' } }],
  })
  expect(forLinux).not.toHaveProperty('fits')
  expect(inspect(makeElf({ osabi: OSABI_FREEBSD }).buffer)).toMatchObject({ goos: 'freebsd' })
})

test('where all systems that it can be for judge it alike, that is the verdict, and the platform is not checked', () => {
  const inspection = inspect(makeElf({}).buffer)
  expect(inspection).toMatchObject({
    kind: 'readable',
    goos: 'linux',
    fits: ['dragonfly', 'linux', 'netbsd'],
    verdict: { kind: 'static' },
  })
  expect(outcomes(inspection)).toMatchObject({
    readable: { outcome: 'passed' },
    linkage: { outcome: 'passed' },
    platform: {
      outcome: 'not checked',
      messages: ['its header fits dragonfly, linux, netbsd; set platform: linux/amd64 to have it compared'],
    },
  })
})

test('a missing PT_GNU_STACK is no fault where it could be for a system that does without', () => {
  const inspection = inspect(makeElf({}).buffer)
  expect(outcomes(inspection)).toMatchObject({
    stack: {
      outcome: 'not checked',
      messages: [
        'no PT_GNU_STACK, which linux should have, but dragonfly, netbsd not; set platform to have it checked',
      ],
    },
  })
  expect(outcomes(inspection, { goos: 'linux' })).toMatchObject({ stack: { outcome: 'refused' } })
  expect(outcomes(inspection, { goos: 'netbsd' })).toMatchObject({ stack: { outcome: 'passed' } })
})

test('what glibc would load counts where linux is among those systems', () => {
  expect(inspect(makeElf({ note: NSS }).buffer)).toMatchObject({
    goos: 'linux',
    verdict: { kind: 'dynamic', opens: 'libnss_*.so' },
  })
})

test('where they judge it differently, the user has to say', () => {
  const inspection = inspect(makeElf({ type: ET_DYN, entry: 0, dynamic: [[DT_NEEDED, 'libc.so.6']] }).buffer)
  const problem =
    'it could be for linux or android, which are judged differently; set platform, as in platform: linux/amd64'
  expect(inspection).toEqual({ kind: 'unreadable', undecided: true, problem })
  expect(outcomes(inspection)).toMatchObject({
    readable: { outcome: 'refused', messages: [`${problem}.`] },
    linkage: { outcome: 'not checked', messages: ['the file cannot be judged'] },
  })
})

test('a header of no system that Go builds for', () => {
  expect(inspect(makeElf({ machine: 4 }).buffer)).toEqual({
    kind: 'unreadable',
    undecided: true,
    problem: 'its header is that of no system that Go builds for',
  })
})

test('name services count where they are those of glibc', () => {
  expect(inspect(makeElf({ note: NSS }).buffer, 'linux')).toMatchObject({
    verdict: { kind: 'dynamic', opens: 'libnss_*.so' },
  })
  expect(inspect(makeElf({ note: NSS, osabi: OSABI_FREEBSD }).buffer, 'freebsd')).toMatchObject({
    verdict: { kind: 'static' },
  })
})

test('each slice of a fat file is a program with a signature of its own', () => {
  const slices = [
    { cpu: CPU_TYPE_ARM64, file: makeMacho({}) },
    { cpu: CPU_TYPE_X86_64, file: makeMacho({ cpu: CPU_TYPE_X86_64 }) },
  ]
  const none = { kind: 'none' }
  expect(inspect(makeFat(slices), 'darwin')).toMatchObject({
    programs: [
      { linkage: { slices: [{ cpu: 'CPU_TYPE_ARM64' }] }, signature: none },
      { linkage: { slices: [{ cpu: 'CPU_TYPE_X86_64' }] }, signature: none },
    ],
  })
})

test('what is malformed is a FormatError', () => {
  expect(() => inspect(Buffer.from('#!/bin/sh\n'), 'linux')).toThrow(FormatError)
})
