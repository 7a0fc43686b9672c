// parseInputs: every raw text that an input takes, and the one error that each other text gets.
import { InputError } from '../../src/errors.js'
import { parseBuildmode, parsePackages, parseTags, refuseUnknownInputs } from '../../src/inputs.js'
import { CONTRACT, createInputs } from './example-inputs.js'

const DEFAULTS = {
  matrix: 'linux/amd64, linux/arm64, windows/amd64, windows/arm64, darwin/amd64, darwin/arm64, freebsd/amd64',
  workingDirectory: '.',
  packages: undefined,
  name: undefined,
  version: undefined,
  ldflags: '-s -w',
  tags: '',
  trimpath: true,
  buildvcs: 'auto',
  buildmode: undefined,
  cgo: false,
  generate: false,
  verifyModules: true,
  passEnv: [],
  dryRun: false,
  reproduce: false,
  linkage: 'static',
  checks: '',
  archive: 'auto',
  archiveName: '{name}_{version}_{goos}_{goarch}{variant}',
  archiveFiles: ['LICENSE*', 'README*'],
  archiveFilesGiven: false,
  sbom: ['spdx-json'],
  sign: 'auto',
  cosignKey: undefined,
  cosignPassword: undefined,
  sigstoreSigningConfig: undefined,
  sigstoreTrustedRoot: undefined,
  provenance: true,
  upload: true,
  artifactName: '{name}_{version}_{goos}_{goarch}{variant}',
  retentionDays: undefined,
  cache: 'auto',
  cacheSave: 'auto',
  parallel: undefined,
  outputDirectory: undefined,
  toolsBaseUrl: 'https://github.com',
  mode: 'release',
  shards: 4,
  runner: 'ubuntu-latest',
  shard: undefined,
  planDigest: undefined,
  release: 'off',
  releaseNotes: undefined,
  makeLatest: 'auto',
  overwrite: false,
  maxSizeIncrease: undefined,
  comment: false,
  githubToken: undefined,
  files: [],
  platform: undefined,
  sarif: undefined,
}

test('nothing given is the documented defaults', () => {
  expect(createInputs()).toEqual(DEFAULTS)
})

test('a password is taken as it is', () => {
  for (const password of [' ', 'none', ' two words\n']) {
    expect(createInputs({ 'cosign-password': password }).cosignPassword).toBe(password)
  }
})

const NAMES = CONTRACT.map(({ name }) => name).filter((name) => name !== 'cosign-password')
test.each(NAMES)('%s: white space alone is its default', (name) => {
  expect(createInputs({ [name]: ' \n\t ' })).toEqual(DEFAULTS)
})

test('the defaults written out, as a runner gives them, are the defaults', () => {
  const given = Object.fromEntries(CONTRACT.map((input) => [input.name, input.default]))
  expect(createInputs(given)).toEqual(DEFAULTS)
})

const accepted: [input: string, text: string, expected: Record<string, unknown>][] = [
  ['matrix', '  linux/*\n!linux/386\n', { matrix: 'linux/*\n!linux/386' }],
  ['working-directory', 'tools/cli', { workingDirectory: 'tools/cli' }],
  ['packages', './cmd/a,./cmd/b\n ./cmd/c', { packages: ['./cmd/a', './cmd/b', './cmd/c'] }],
  ['packages', 'none', { packages: undefined }],
  ['mode', 'inspect', { mode: 'inspect' }],
  ['mode', 'merge', { mode: 'merge' }],
  ['shards', '256', { shards: 256 }],
  ['runner', 'macos-15', { runner: 'macos-15' }],
  ['shard', '{"targets":"linux/amd64"}', { shard: '{"targets":"linux/amd64"}' }],
  ['plan-digest', 'a'.repeat(64), { planDigest: 'a'.repeat(64) }],
  ['release', 'none', { release: 'off' }],
  ['release', 'publish', { release: 'publish' }],
  ['release-notes', 'generate', { releaseNotes: 'generate' }],
  ['make-latest', 'legacy', { makeLatest: 'legacy' }],
  ['overwrite', 'true', { overwrite: true }],
  ['max-size-increase', 'none', { maxSizeIncrease: undefined }],
  ['comment', 'true', { comment: true }],
  ['github-token', ' secret ', { githubToken: 'secret' }],
  ['files', 'dist/{a,b}, my server\n*.exe', { files: ['dist/{a,b}', 'my server', '*.exe'] }],
  ['platform', 'linux/arm64', { platform: 'linux/arm64' }],
  ['sarif', 'out/linkage.sarif', { sarif: 'out/linkage.sarif' }],
  ['checks', 'stack=warn', { checks: 'stack=warn' }],
  ['name', ' frobnicate ', { name: 'frobnicate' }],
  ['name', 'none', { name: undefined }],
  ['version', 'v1.4.0-rc.1', { version: 'v1.4.0-rc.1' }],
  ['ldflags', 'none', { ldflags: '' }],
  ['ldflags', "-s -w -X 'main.text=a  b'", { ldflags: "-s -w -X 'main.text=a  b'" }],
  ['ldflags', '-s\n  -w\r\n-X main.version={version}', { ldflags: '-s -w -X main.version={version}' }],
  ['tags', 'none', { tags: '' }],
  ['tags', 'netgo, osusergo  a.b\nc_1', { tags: 'netgo,osusergo,a.b,c_1' }],
  ['trimpath', 'false', { trimpath: false }],
  ['trimpath', 'FALSE', { trimpath: false }],
  ['buildvcs', 'true', { buildvcs: 'true' }],
  ['buildvcs', 'false', { buildvcs: 'false' }],
  ['buildmode', 'exe', { buildmode: 'exe' }],
  ['buildmode', 'pie', { buildmode: 'pie' }],
  ['buildmode', 'c-archive', { buildmode: 'c-archive' }],
  ['buildmode', 'c-shared', { buildmode: 'c-shared' }],
  ['buildmode', 'default', { buildmode: undefined }],
  ['buildmode', 'none', { buildmode: undefined }],
  ['cgo', 'True', { cgo: true }],
  ['generate', 'true', { generate: true }],
  ['verify-modules', 'false', { verifyModules: false }],
  ['pass-env', 'GITHUB_TOKEN, GH_TOKEN\nA_B', { passEnv: ['GITHUB_TOKEN', 'GH_TOKEN', 'A_B'] }],
  ['dry-run', 'true', { dryRun: true }],
  ['reproduce', 'true', { reproduce: true }],
  ['provenance', 'false', { provenance: false }],
  ['sigstore-signing-config', 'a b/config.json', { sigstoreSigningConfig: 'a b/config.json' }],
  ['sigstore-trusted-root', 'root.json', { sigstoreTrustedRoot: 'root.json' }],
  ['linkage', 'glibc<=2.31', { linkage: 'glibc<=2.31' }],
  ['archive', 'zip', { archive: 'zip' }],
  ['archive', 'tar.gz', { archive: 'tar.gz' }],
  ['archive', 'none', { archive: 'none' }],
  ['archive-name', '{name}-{goos}', { archiveName: '{name}-{goos}' }],
  ['archive-files', 'none', { archiveFiles: [], archiveFilesGiven: true }],
  [
    'archive-files',
    'a b.txt, docs/*.1\nLICENSE',
    { archiveFiles: ['a b.txt', 'docs/*.1', 'LICENSE'], archiveFilesGiven: true },
  ],
  ['archive-files', ' LICENSE*, README* ', { archiveFilesGiven: false }],
  ['sbom', 'off', { sbom: [] }],
  ['sbom', 'none', { sbom: [] }],
  ['sbom', 'cyclonedx-json, spdx-json', { sbom: ['cyclonedx-json', 'spdx-json'] }],
  ['sbom', 'spdx-json spdx-json', { sbom: ['spdx-json'] }],
  ['sign', 'keyless', { sign: 'keyless' }],
  ['sign', 'key', { sign: 'key' }],
  ['sign', 'off', { sign: 'off' }],
  ['sign', 'none', { sign: 'off' }],
  ['cosign-key', 'env://COSIGN_PRIVATE_KEY', { cosignKey: 'env://COSIGN_PRIVATE_KEY' }],
  ['cosign-password', 'p w', { cosignPassword: 'p w' }],
  ['upload', 'false', { upload: false }],
  ['artifact-name', 'release-{goos}', { artifactName: 'release-{goos}' }],
  ['retention-days', '1', { retentionDays: 1 }],
  ['retention-days', '400', { retentionDays: 400 }],
  ['cache', 'on', { cache: 'on' }],
  ['cache', 'restore', { cache: 'restore' }],
  ['cache', 'off', { cache: 'off' }],
  ['cache', 'none', { cache: 'off' }],
  ['cache-save', 'always', { cacheSave: 'always' }],
  ['cache-save', 'none', { cacheSave: 'auto' }],
  ['parallel', '256', { parallel: 256 }],
  ['output-directory', '../out', { outputDirectory: '../out' }],
  [
    'tools-base-url',
    'http://mirror.example.com/github//',
    { toolsBaseUrl: 'http://mirror.example.com/github' },
  ],
]

test.each(accepted)('%s takes %j', (input, text, expected) => {
  expect(createInputs({ [input]: text })).toEqual({ ...DEFAULTS, ...expected })
})

const refused: [input: string, text: string, problem: string][] = [
  ['matrix', 'none', 'none was given, but it cannot be left out'],
  ['working-directory', 'none', 'none was given, but it cannot be left out'],
  ['linkage', 'none', 'none was given, but it cannot be left out'],
  ['ldflags', '-s\0-w', 'it holds a NUL byte'],
  ['tags', 'a !b', '"!b" is not a build tag; tags hold letters, digits, _ and .'],
  ['tags', 'a-b', '"a-b" is not a build tag; tags hold letters, digits, _ and .'],
  ['trimpath', '1', '"1" is not one of true, false'],
  // What was got, as it was written.
  ['trimpath', 'Yes', '"Yes" is not one of true, false'],
  ['buildvcs', 'on', '"on" is not one of auto, true, false'],
  [
    'buildmode',
    'plugin',
    'buildmode "plugin" is not one of exe, pie, c-archive, c-shared (plugin and shared make',
  ],
  [
    'buildmode',
    'shared',
    'buildmode "shared" is not one of exe, pie, c-archive, c-shared (plugin and shared make',
  ],
  ['buildmode', 'PIE', 'buildmode "PIE" is not one of exe, pie, c-archive, c-shared'],
  ['cgo', 'maybe', '"maybe" is not one of true, false'],
  ['generate', './...', '"./..." is not one of true, false'],
  ['verify-modules', 'no', '"no" is not one of true, false'],
  ['pass-env', 'A=b', '"A=b" is no name of an environment variable'],
  ['pass-env', 'A, 1B', '"1B" is no name of an environment variable'],
  ['pass-env', 'ACTIONS_RUNTIME_TOKEN', 'ACTIONS_RUNTIME_TOKEN is no credential of private modules'],
  ['pass-env', 'input_matrix', 'input_matrix is no credential of private modules'],
  ['pass-env', 'COSIGN_PASSWORD', 'COSIGN_PASSWORD is no credential of private modules'],
  ['pass-env', 'GOFLAGS', 'GOFLAGS is no credential of private modules'],
  ['pass-env', 'LD_PRELOAD', 'LD_PRELOAD is no credential of private modules'],
  ['pass-env', 'SIGSTORE_ID_TOKEN', 'SIGSTORE_ID_TOKEN is no credential of private modules'],
  ['archive', 'rar', '"rar" is not one of auto, tar.gz, zip, none'],
  ['sbom', 'spdx', '"spdx" is not one of spdx-json, cyclonedx-json, off'],
  ['sign', 'gpg', '"gpg" is not one of auto, keyless, key, off'],
  ['upload', 'yes', '"yes" is not one of true, false'],
  ['retention-days', '0', '"0" is not a whole number from 1 to 400'],
  ['retention-days', '401', '"401" is not a whole number from 1 to 400'],
  ['retention-days', '1.5', '"1.5" is not a whole number from 1 to 400'],
  ['retention-days', '1e2', '"1e2" is not a whole number from 1 to 400'],
  ['cache', 'true', '"true" is not one of auto, on, restore, off'],
  ['cache-save', 'never', '"never" is not one of auto, always'],
  ['parallel', '-1', '"-1" is not a whole number from 1 to 256'],
  ['parallel', '257', '"257" is not a whole number from 1 to 256'],
  ['parallel', 'a\nb', '"a\\nb" is not a whole number from 1 to 256'],
  ['max-size-increase', '5', '"5" is neither a percentage, as 5%, nor a size, as 500 kB'],
  ['comment', 'once', '"once" is not one of true, false'],
  ['tools-base-url', 'github.com', '"github.com" is not an http or https URL'],
  ['tools-base-url', 'file:///mirror', '"file:///mirror" is not an http or https URL'],
  ...['https://a:b@c', 'https://c/?d', 'https://c/#d'].map((url): [string, string, string] => [
    'tools-base-url',
    url,
    'it may hold no user, password, query or fragment',
  ]),
]

test.each(refused)('%s refuses %j', (input, text, problem) => {
  const act = () => createInputs({ [input]: text })
  expect(act).toThrow(InputError)
  expect(act).toThrow(`input ${input}: ${problem}`)
})

test.each(['trimpath', 'cgo', 'generate', 'verify-modules', 'dry-run', 'reproduce', 'provenance', 'upload'])(
  '%s: none is refused with what is allowed',
  (input) => {
    expect(() => createInputs({ [input]: 'none' })).toThrow(/true.*false/)
  },
)

// A list that names nothing is a slip, and must neither mean "off" nor the folder that go happens to run in.
test.each(['packages', 'sbom', 'archive-files'])('%s refuses separators alone', (input) => {
  expect(() => createInputs({ [input]: ' , ' })).toThrow(InputError)
})

test('sbom: off goes with no format', () => {
  const act = () => createInputs({ sbom: 'off, spdx-json' })
  expect(act).toThrow(InputError)
  expect(act).toThrow('input sbom: "off" goes with nothing else')
})

test.each(['cosign-key', 'cosign-password'])('a bad input beside %s does not print it', (secret) => {
  expect(() => createInputs({ [secret]: 'hunter2', sign: 'gpg' })).not.toThrow('hunter2')
})

describe('what matrix rows share with the inputs', () => {
  test('parseBuildmode names the input it was called for', () => {
    expect(() => parseBuildmode('matrix', 'plugin')).toThrow('input matrix: buildmode "plugin"')
  })

  test('parseTags names the input it was called for', () => {
    expect(() => parseTags('matrix', 'a;b')).toThrow('input matrix: "a;b" is not a build tag')
  })

  test.each([
    ['', ''],
    [' , ', ''],
    ['a', 'a'],
    ['b,a b', 'b,a,b'],
    ['größe', 'größe'],
  ])('parseTags %j -> %j', (text, tags) => {
    expect(parseTags('tags', text)).toBe(tags)
  })

  test.each([
    ['./cmd/a', ['./cmd/a']],
    [' ./cmd/a,\r\n./cmd/b ', ['./cmd/a', './cmd/b']],
  ])('parsePackages %j -> %j', (text, patterns) => {
    expect(parsePackages('matrix', text)).toEqual(patterns)
  })

  test('a file is no package', () => {
    expect(() => parsePackages('packages', './cmd/tool/main.go')).toThrow(
      'input packages: "./cmd/tool/main.go" is a file; name the folder of its package, as in ./cmd/tool',
    )
  })

  test('packages that name nothing are refused', () => {
    expect(() => parsePackages('matrix', ' , ')).toThrow('input matrix: " , " names nothing')
  })
})

describe('refuseUnknownInputs', () => {
  test('lets every input pass', () => {
    expect(() => {
      refuseUnknownInputs(
        CONTRACT,
        CONTRACT.map(({ name }) => name),
      )
    }).not.toThrow()
  })

  test('lists all that there are where none is like it', () => {
    expect(() => {
      refuseUnknownInputs(CONTRACT, ['foo'])
    }).toThrow(/^input foo: there is no such input; there are matrix, .*, sarif$/)
  })

  test.each([
    ['matirx', 'matrix'],
    ['working-dir', 'working-directory'],
    ['ldflag', 'ldflags'],
    ['cosign_key', 'cosign-key'],
  ])('%s: did you mean %s?', (name, nearest) => {
    expect(() => {
      refuseUnknownInputs(CONTRACT, ['tags', name])
    }).toThrow(`input ${name}: there is no such input; did you mean ${nearest}?`)
  })
})
