// listModules, formatLookups: Go's build info in, the modules of an SBOM by name, version and package URL out.
import { ActionError } from '../../../src/errors.js'
import type { GoModule } from '../../../src/go-module.js'
import { formatLookups, listModules, type BuiltProgram } from '../../../src/sbom/modules.js'

const RELEASE = { modulePath: 'example.com/tool', version: 'v1.2.3', goVersion: 'go1.26.8' }
const MAIN = { path: 'example.com/tool', version: '(devel)' }
const list = (changes: Partial<NonNullable<BuiltProgram['buildInfo']>>) =>
  listModules({ file: 'tool', buildInfo: { main: MAIN, deps: [], settings: {}, ...changes } }, RELEASE)

test.each<[name: string, main: GoModule, version: string | undefined, purl: string]>([
  ['what Go stamped', { ...MAIN, version: 'v1.2.2' }, 'v1.2.2', 'pkg:golang/example.com/tool@v1.2.2'],
  ["the release's, where Go says (devel)", MAIN, 'v1.2.3', 'pkg:golang/example.com/tool@v1.2.3'],
  [
    "the release's, where Go says nothing",
    { ...MAIN, version: '' },
    'v1.2.3',
    'pkg:golang/example.com/tool@v1.2.3',
  ],
  [
    'what Go says of a dirty work tree',
    { ...MAIN, version: 'v1.2.3+dirty' },
    'v1.2.3+dirty',
    'pkg:golang/example.com/tool@v1.2.3%2Bdirty',
  ],
  [
    'unknown for another module of the workspace',
    { path: 'example.com/other', version: '(devel)' },
    undefined,
    'pkg:golang/example.com/other',
  ],
])('the version of the main module: %s', (_, main, version, purl) => {
  const listed = list({ main })
  expect(listed.main).toEqual({ role: 'main', name: main.path, version, purl })
  expect(listed.modules[0]).toBe(listed.main)
})

const SUM = 'h1:FNf4tywRC1HmFuKW5xopWpigGjJKiJSV0Cqo0cJWDaA='
const DEPENDENCY = { path: 'example.com/a', version: 'v1.0.0', sum: SUM }
test.each<[name: string, dependency: GoModule, expected: object]>([
  [
    'as it is',
    DEPENDENCY,
    { name: 'example.com/a', version: 'v1.0.0', purl: 'pkg:golang/example.com/a@v1.0.0', sum: SUM },
  ],
  [
    'with capital letters and a +',
    { path: 'github.com/Azure/A', version: 'v28.0.0+incompatible' },
    {
      name: 'github.com/Azure/A',
      version: 'v28.0.0+incompatible',
      purl: 'pkg:golang/github.com/Azure/A@v28.0.0%2Bincompatible',
    },
  ],
  [
    'by what replaces it',
    { ...DEPENDENCY, replace: { path: 'example.com/b', version: 'v2.0.0' } },
    { name: 'example.com/b', version: 'v2.0.0', purl: 'pkg:golang/example.com/b@v2.0.0' },
  ],
  ...['./local', '../a', '/home/a', 'C:\\a', '..\\a'].map((path): [string, GoModule, object] => [
    `by its own name where the folder ${path} replaces it`,
    { ...DEPENDENCY, replace: { path, version: '(devel)' } },
    { name: 'example.com/a', version: undefined, purl: 'pkg:golang/example.com/a' },
  ]),
  [
    'of the workspace, without a version',
    { path: 'example.com/a', version: '(devel)' },
    { name: 'example.com/a', version: undefined, purl: 'pkg:golang/example.com/a' },
  ],
])('a dependency %s', (_, dependency, expected) => {
  expect(list({ deps: [dependency] }).modules[1]).toEqual({ role: 'dependency', ...expected })
})

test.each([
  ['go1.26.8', 'go1.26.8', 'pkg:golang/stdlib@1.26.8'],
  ['go1.26.8 X:jsonv2', 'go1.26.8', 'pkg:golang/stdlib@1.26.8'],
  ['devel go1.27-ab12cd Thu Jan 1', 'go1.27-ab12cd', 'pkg:golang/stdlib@1.27-ab12cd'],
  // As a wasm program after -ldflags=-s.
  [undefined, 'go1.26.8', 'pkg:golang/stdlib@1.26.8'],
])('a program of %s: the standard library of %s', (goVersion, version, purl) => {
  const listed = list(goVersion === undefined ? {} : { goVersion })
  expect(listed.goVersion).toBe(version)
  expect(listed.modules.at(-1)).toEqual({ role: 'stdlib', name: 'stdlib', version, purl })
})

test.each<[name: string, buildInfo: BuiltProgram['buildInfo']]>([
  ['no build info', undefined],
  ['build info of a program without modules', { deps: [], settings: {} }],
])('%s: refused', (_, buildInfo) => {
  const act = () => listModules({ file: 'tool', buildInfo }, RELEASE)
  expect(act).toThrow(ActionError)
  expect(act).toThrow('tool holds no Go build info that names its modules, ')
})

test('each module that has a version is looked up once, by a go.mod of its own', () => {
  const deps = [
    DEPENDENCY,
    {
      path: 'example.com/replaced',
      version: 'v1.0.0',
      replace: { path: 'example.com/a', version: 'v1.1.0' },
    },
    { path: 'example.com/local', version: 'v1.0.0', replace: { path: './local', version: '(devel)' } },
  ]
  expect(formatLookups([list({ deps }), list({ deps })])).toEqual([
    'module lookup\n\nrequire example.com/tool v1.2.3\n',
    'module lookup\n\nrequire example.com/a v1.0.0\n',
    'module lookup\n\nrequire example.com/a v1.1.0\n',
  ])
})

test.each<[path: string, version: string]>([
  ['example.com/a b', 'v1.0.0'],
  ['example.com/a\nreplace', 'v1.0.0'],
  ['"example.com/a"', 'v1.0.0'],
  ['example.com/a', 'v1.0.0\nexclude'],
  ['example.com/a', 'v1.0.0 // indirect'],
  ['example.com/a', 'latest'],
])('%j %j writes no line into a go.mod', (path, version) => {
  expect(formatLookups([list({ main: { path, version } })])).toEqual([])
})
