// Strings of glibc's name service switch in a static file, and what only looks like them.

import type { BuildInfo } from '../../../src/go-module.js'
import type { Bytes } from '../../../src/linkage/bytes.js'
import type { ElfLinkage } from '../../../src/linkage/linkage.js'
import { findNss } from '../../../src/linkage/nss.js'
import { bytesOf } from './bytes-of.js'
import { elf } from './linkages.js'

const PATTERN = 'libnss_%s.so%s\0'
const NSS = 'libnss_*.so'

const info = (CGO_ENABLED: string): BuildInfo => ({ path: '', deps: [], settings: { CGO_ENABLED } })
const PURE = info('0')
const CGO = info('1')

/** `text` behind `before` bytes, as the second PT_LOAD of a file. */
function search(text: string, overrides: Partial<ElfLinkage>, buildInfo: BuildInfo | undefined, before = 3) {
  const file = Buffer.concat([Buffer.alloc(64 + before, 0x2e), Buffer.from(text, 'latin1')])
  const loads = [
    { flags: 'RX', offset: 0, length: 64 },
    { flags: 'R', offset: 64, length: file.length - 64 },
  ]
  return findNss(bytesOf(file), elf({ loads, ...overrides }), buildInfo)
}

test.each([
  ['since glibc 2.33', PATTERN],
  ['before', 'x\0libnss_files.so.2\0'],
])('%s', (_, text) => {
  expect(search(text, {}, CGO)).toBe(NSS)
  expect(search(text, {}, undefined)).toBe(NSS)
})

test.each([
  ['text of Go code, which no NUL ends', 'invalid libnss_%s.so%s or libnss_files.so.2: '],
  ['a path that musl and c-ares read too', '\0/etc/nsswitch.conf\0'],
  ['nothing', ''],
])('not: %s', (_, text) => {
  expect(search(text, {}, CGO)).toBeUndefined()
})

test.each<[string, Partial<ElfLinkage>]>([
  ['NT_GNU_ABI_TAG', { abiTag: { system: 'Linux', version: '3.2.0' } }],
  ['DT_INIT', { init: true }],
  ['PT_GNU_RELRO', { relro: true }],
])('the build info of an embedded program does not hide C code: %s', (_, overrides) => {
  expect(search(PATTERN, overrides, PURE)).toBe(NSS)
})

test('a file that Go linked by itself and without cgo is not even read', () => {
  const unread: Bytes = {
    size: 0,
    read: () => {
      throw new Error('read')
    },
  }
  expect(findNss(unread, elf(), PURE)).toBeUndefined()
})

// Chunks are 4 KiB, then 1 MiB.
test.each([0x1000, 0x10_1000].flatMap((end) => [end - 15, end - 14, end - 8, end - 1, end, end + 1]))(
  'behind %i bytes, across the border of two chunks',
  (before) => {
    expect(search(PATTERN, {}, CGO, before)).toBe(NSS)
  },
)

test('what is not loaded does not count', () => {
  expect(search(PATTERN, { loads: [{ flags: 'RX', offset: 0, length: 64 }] }, CGO)).toBeUndefined()
})

test('no more than a chunk and its overlap is held', () => {
  const sizes: number[] = []
  const length = 0x50_0000
  const bytes: Bytes = {
    size: length,
    read: (_offset, count) => {
      sizes.push(count)
      return new Uint8Array(count)
    },
  }
  expect(findNss(bytes, elf({ loads: [{ flags: 'R', offset: 0, length }] }), CGO)).toBeUndefined()
  expect(Math.max(...sizes)).toBeLessThan(0x10_0100)
})
