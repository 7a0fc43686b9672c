// readLinkFlags: what the flags of a build ask of the linker, in every way that Go lets them be written.
import { linksStatically, readLinkFlags, type LinkFlags } from '../../../src/explain/link-flags.js'

const NOTHING: LinkFlags = { buildmode: undefined, linkmode: undefined, extldflags: undefined, goflags: [] }

test.each<[ldflags: string, flags: Partial<LinkFlags>]>([
  ['', {}],
  ['-s -w -X main.linkmode=external', {}],
  ['-linkmode external', { linkmode: 'external' }],
  ['-linkmode=external', { linkmode: 'external' }],
  ['--linkmode=external', { linkmode: 'external' }],
  ['all=-linkmode=external', { linkmode: 'external' }],
  ['-linkmode external -linkmode=internal', { linkmode: 'internal' }],
  ['-linkmode=internal -s -linkmode external', { linkmode: 'external' }],
  ['-linkmode', {}],
  ['-extldflags -static', { extldflags: '-static' }],
  [`-extldflags '-static -lm' -s`, { extldflags: '-static -lm' }],
  ['-extldflags=-lm', { extldflags: '-lm' }],
  [`-X 'main.say=-linkmode external'`, {}],
])('ldflags %j', (ldflags, flags) => {
  expect(readLinkFlags({ buildmode: undefined, ldflags, goflags: '' })).toEqual({ ...NOTHING, ...flags })
})

test.each<[goflags: string, buildmode: string | undefined, flags: Partial<LinkFlags>]>([
  ['-buildmode=pie', undefined, { buildmode: 'pie' }],
  ['-buildmode=pie', 'exe', { buildmode: 'exe' }],
  ['', 'pie', { buildmode: 'pie' }],
  ['-race -mod=vendor', undefined, { goflags: ['-race'] }],
  ['--msan=true', undefined, { goflags: ['-msan'] }],
  ['-race=false', undefined, {}],
  // -ldflags on the command line, where it always is, replaces these.
  ['-ldflags=-linkmode=external', undefined, {}],
])('GOFLAGS %j, buildmode %s', (goflags, buildmode, flags) => {
  expect(readLinkFlags({ buildmode, ldflags: '', goflags })).toEqual({ ...NOTHING, ...flags })
})

test.each<[extldflags: string | undefined, statically: boolean]>([
  [undefined, false],
  ['-lm', false],
  ['-static', true],
  ['-Wl,-z,now -static-pie', true],
  ['-static-libgcc', false],
])('-extldflags %j', (extldflags, statically) => {
  expect(linksStatically({ ...NOTHING, extldflags })).toBe(statically)
})
