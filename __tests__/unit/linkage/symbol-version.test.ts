// Symbol versions are compared as numbers.

import { compareNumbers, highestVersions, parseSymbolVersion } from '../../../src/linkage/symbol-version.js'

test.each([
  ['GLIBC_2.34', { family: 'GLIBC', numbers: [2, 34] }],
  ['GLIBC_2.2.5', { family: 'GLIBC', numbers: [2, 2, 5] }],
  ['CXXABI_1.3.13', { family: 'CXXABI', numbers: [1, 3, 13] }],
  ['OPENSSL_1_1_0', { family: 'OPENSSL_1_1', numbers: [0] }],
  ['GLIBC_ABI_DT_RELR', { family: 'GLIBC', numbers: [2, 36] }],
  ['GLIBC_PRIVATE', undefined],
  ['GLIBC_2.', undefined],
  ['GLIBC_', undefined],
  ['2.34', undefined],
  ['', undefined],
])('%s', (name, parsed) => {
  expect(parseSymbolVersion(name)).toEqual(parsed)
})

test.each([
  [[2, 4], [2, 34], -1],
  [[2, 34], [2, 4], 1],
  [[2, 2, 5], [2, 2], 1],
  [[2, 2], [2, 2, 0], 0],
  [[3], [2, 99], 1],
])('%j against %j', (a, b, sign) => {
  expect(Math.sign(compareNumbers(a, b))).toBe(sign)
})

test.each([
  [['GLIBC_2.4', 'GLIBC_2.34', 'GLIBC_2.2.5'], ['GLIBC_2.34']],
  [['GLIBC_PRIVATE', 'GLIBC_2.3'], ['GLIBC_2.3']],
  [['GLIBC_PRIVATE'], []],
  [['GLIBC_2.34', 'GLIBC_ABI_DT_RELR'], ['GLIBC_ABI_DT_RELR']],
  [['GLIBC_2.38', 'GLIBC_ABI_DT_RELR'], ['GLIBC_2.38']],
  [
    ['GLIBCXX_3.4.9', 'CXXABI_1.3', 'GLIBCXX_3.4.29'],
    ['GLIBCXX_3.4.29', 'CXXABI_1.3'],
  ],
  [
    ['GLIBC_2.34', 'GLIBC_ABI_GNU2_TLS'],
    ['GLIBC_2.34', 'GLIBC_ABI_GNU2_TLS'],
  ],
  [[], []],
])('highest of %j', (names, highest) => {
  expect(highestVersions(names)).toEqual(highest)
})
