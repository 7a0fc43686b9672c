// package-lock.json: every package is fixed by the digest of its contents, and comes from the public registry or from wherever npm is told.

import { readFileSync } from 'node:fs'

interface Locked {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
}

const { lockfileVersion, packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  readonly lockfileVersion: number
  readonly packages: Readonly<Record<string, Locked>>
}
/** The first entry is this package itself. */
const locked = Object.entries(packages).filter(([place]) => place !== '')

/** What is wrong with an entry; empty where nothing is. */
function findFaults({ resolved, integrity = '', link }: Locked): string[] {
  return [
    ...(link === true ? ['a link to a folder'] : []),
    ...(/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity) ? [] : ['no SHA-512']),
    ...(resolved === undefined || resolved.startsWith('https://registry.npmjs.org/') ? [] : ['another host']),
  ]
}

test('every entry has a digest and no host of its own', () => {
  expect(lockfileVersion).toBe(3)
  expect(locked.length).toBeGreaterThan(100)
  const faulty = locked.flatMap(([place, entry]) => findFaults(entry).map((fault) => `${place}: ${fault}`))
  expect(faulty).toEqual([])
})

test('what is asked for in package.json is what is locked', () => {
  const own = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>
  const root = packages[''] as Record<string, unknown>
  for (const field of ['dependencies', 'devDependencies']) expect(root[field]).toEqual(own[field])
})

const integrity = `sha512-${'A'.repeat(86)}==`
test.each<[Locked, string[]]>([
  [{ integrity }, []],
  [{ integrity, resolved: 'https://registry.npmjs.org/a/-/a-1.0.0.tgz' }, []],
  [{}, ['no SHA-512']],
  [{ integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }, ['no SHA-512']],
  [{ integrity, resolved: 'https://registry.npmjs.org.example.com/a.tgz' }, ['another host']],
  [{ integrity, resolved: 'http://registry.npmjs.org/a.tgz' }, ['another host']],
  [{ integrity, resolved: 'git+ssh://git@github.com/a/a.git#main' }, ['another host']],
  [{ link: true, integrity }, ['a link to a folder']],
])('%j: %j', (entry, faults) => {
  expect(findFaults(entry)).toEqual(faults)
})
