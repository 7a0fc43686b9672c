// The name of a Linux distribution, or of a manylinux level -> the glibc it stands for, and the libraries it lists beside it.

import { compareNumbers, parseSymbolVersion } from './symbol-version.js'

export type Release = readonly [major: number, minor: number]

/** What a system promises beside glibc itself. */
export interface Promised {
  readonly libraries: readonly string[]
  /** The highest of each family of symbol versions: `GLIBCXX_3.4.24`. */
  readonly versions: readonly string[]
}

/** Sources: the package glibc or libc6 of each, as its vendor publishes it. */
const DISTRIBUTIONS: Readonly<Record<string, Release>> = {
  'almalinux-8': [2, 28],
  'almalinux-9': [2, 34],
  'almalinux-10': [2, 39],
  'amazonlinux-2': [2, 26],
  'amazonlinux-2023': [2, 34],
  'centos-7': [2, 17],
  'debian-9': [2, 24],
  'debian-10': [2, 28],
  'debian-11': [2, 31],
  'debian-12': [2, 36],
  'debian-13': [2, 41],
  'rhel-7': [2, 17],
  'rhel-8': [2, 28],
  'rhel-9': [2, 34],
  'rhel-10': [2, 39],
  'rockylinux-8': [2, 28],
  'rockylinux-9': [2, 34],
  'rockylinux-10': [2, 39],
  'ubuntu-16.04': [2, 23],
  'ubuntu-18.04': [2, 27],
  'ubuntu-20.04': [2, 31],
  'ubuntu-22.04': [2, 35],
  'ubuntu-24.04': [2, 39],
}

/** Source: PEP 600. */
const LEGACY_LEVELS: Readonly<Record<string, Release>> = {
  manylinux1: [2, 5],
  manylinux2010: [2, 12],
  manylinux2014: [2, 17],
}

/** Source: `lib_whitelist` of auditwheel's manylinux-policy.json, without glibc's own. */
const MANYLINUX_LIBRARIES = [
  'libgcc_s.so.1',
  'libstdc++.so.6',
  'libX11.so.6',
  'libXext.so.6',
  'libXrender.so.1',
  'libICE.so.6',
  'libSM.so.6',
  'libGL.so.1',
  'libgobject-2.0.so.0',
  'libgthread-2.0.so.0',
  'libglib-2.0.so.0',
  'libz.so.1',
]

/** In the same list, but only from this glibc on. */
const LATER_MANYLINUX_LIBRARIES: readonly (readonly [Release, library: string])[] = [
  [[2, 12], 'libexpat.so.1'],
  [[2, 31], 'libatomic.so.1'],
]

/** Source: `symbol_versions` of the same file, for x86_64; a level that is not there has those of the one before it. */
const MANYLINUX_VERSIONS: readonly (readonly [Release, versions: readonly string[]])[] = [
  [
    [2, 39],
    ['GCC_14.0.0', 'GLIBCXX_3.4.33', 'CXXABI_1.3.15', 'ZLIB_1.2.12'],
  ],
  [
    [2, 37],
    ['GCC_12.0.0', 'GLIBCXX_3.4.30', 'CXXABI_1.3.13', 'ZLIB_1.2.12'],
  ],
  [
    [2, 35],
    ['GCC_12.0.0', 'GLIBCXX_3.4.30', 'CXXABI_1.3.13', 'ZLIB_1.2.9'],
  ],
  [
    [2, 34],
    ['GCC_7.0.0', 'GLIBCXX_3.4.29', 'CXXABI_1.3.13', 'ZLIB_1.2.9'],
  ],
  [
    [2, 31],
    ['GCC_7.0.0', 'GLIBCXX_3.4.28', 'CXXABI_1.3.12', 'ZLIB_1.2.9'],
  ],
  [
    [2, 27],
    ['GCC_7.0.0', 'GLIBCXX_3.4.24', 'CXXABI_1.3.11', 'ZLIB_1.2.9'],
  ],
  [
    [2, 24],
    ['GCC_4.8.0', 'GLIBCXX_3.4.22', 'CXXABI_1.3.10', 'ZLIB_1.2.5.2'],
  ],
  [
    [2, 17],
    ['GCC_4.8.0', 'GLIBCXX_3.4.19', 'CXXABI_1.3.7', 'ZLIB_1.2.5.2'],
  ],
  [
    [2, 12],
    ['GCC_4.3.0', 'GLIBCXX_3.4.13', 'CXXABI_1.3.3', 'ZLIB_1.2.2.4'],
  ],
  [
    [2, 5],
    ['GCC_4.2.0', 'GLIBCXX_3.4.8', 'CXXABI_1.3.1'],
  ],
]

/** The names that `glibcOf` knows, with one that stands for all `manylinux_X_Y`. */
export const RELEASE_NAMES: readonly string[] = [
  ...Object.keys(DISTRIBUTIONS),
  ...Object.keys(LEGACY_LEVELS),
  'manylinux_2_28',
]

/** The glibc that `name` stands for; undefined where it is the name of no system here. */
export function glibcOf(name: string): { readonly max: Release; readonly promised?: Promised } | undefined {
  if (Object.hasOwn(DISTRIBUTIONS, name)) {
    const max = DISTRIBUTIONS[name]
    return max && { max }
  }
  const level = readLevel(name)
  return level && { max: level, promised: promisedBy(level) }
}

function readLevel(name: string): Release | undefined {
  if (Object.hasOwn(LEGACY_LEVELS, name)) return LEGACY_LEVELS[name]
  const match = /^manylinux_(2)_([5-9]|[1-9]\d)$/.exec(name)
  return match ? [Number(match[1]), Number(match[2])] : undefined
}

function promisedBy(level: Release): Promised {
  const reaches = ([release]: readonly [Release, ...unknown[]]): boolean =>
    compareNumbers(release, level) <= 0
  return {
    libraries: [
      ...MANYLINUX_LIBRARIES,
      ...LATER_MANYLINUX_LIBRARIES.filter(reaches).map(([, library]) => library),
    ],
    versions: MANYLINUX_VERSIONS.find(reaches)?.[1] ?? [],
  }
}

/** Whether `version`, of a library that is promised, is among what is promised with it. */
export function isPromised({ versions }: Promised, version: string): boolean {
  const wanted = parseSymbolVersion(version)
  return versions.some((each) => {
    const highest = parseSymbolVersion(each)
    return (
      wanted !== undefined &&
      highest?.family === wanted.family &&
      compareNumbers(wanted.numbers, highest.numbers) <= 0
    )
  })
}
