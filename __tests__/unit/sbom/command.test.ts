// scanCommand, convertCommand, syftEnvironment: requests in, calls of syft out, with nothing of this machine in the document.
import { convertCommand, scanCommand, syftEnvironment } from '../../../src/sbom/command.js'

test('one scan of the working directory, by a relative path', () => {
  const request = { syft: '/tools/syft', name: 'age', version: 'v1.3.1', document: '/tmp/a b.json' }
  expect(scanCommand(request)).toEqual([
    ...['/tools/syft', 'scan', 'dir:.', '--quiet'],
    ...['--override-default-catalogers', 'go-module-binary-cataloger,go-module-file-cataloger'],
    ...['--source-name', 'age', '--source-version', 'v1.3.1'],
    ...['--output', 'syft-json=/tmp/a b.json'],
  ])
})

test.each<[name: string, outputs: Parameters<typeof convertCommand>[0]['outputs'], expected: string[]]>([
  ['spdx-json', [{ format: 'spdx-json', path: '/tmp/a b' }], ['--output', 'spdx-json@2.3=/tmp/a b']],
  [
    'cyclonedx-json',
    [{ format: 'cyclonedx-json', path: '/tmp/c' }],
    ['--output', 'cyclonedx-json@1.6=/tmp/c'],
  ],
  [
    'both',
    [
      { format: 'cyclonedx-json', path: 'c' },
      { format: 'spdx-json', path: 's' },
    ],
    ['--output', 'cyclonedx-json@1.6=c', '--output', 'spdx-json@2.3=s'],
  ],
])('one conversion of a document to %s', (_, outputs, expected) => {
  expect(convertCommand({ syft: '/tools/syft', document: '/tmp/d.json', outputs })).toEqual([
    ...['/tools/syft', 'convert', '/tmp/d.json', '--quiet'],
    ...expected,
  ])
})

const ALWAYS = {
  SYFT_CONFIG: '/tmp/syft.yaml',
  SYFT_CHECK_FOR_APP_UPDATE: 'false',
  SYFT_FILE_METADATA_SELECTION: 'all',
  SYFT_GOLANG_USE_PACKAGES_LIB: 'false',
}

test('syft asks no one, and looks for licences where the modules of this build are', () => {
  const request = { environment: {}, config: '/tmp/syft.yaml' }
  expect(syftEnvironment({ ...request, licences: { moduleCache: '/m' } })).toEqual({
    ...ALWAYS,
    SYFT_GOLANG_SEARCH_LOCAL_MOD_CACHE_LICENSES: 'true',
    SYFT_GOLANG_LOCAL_MOD_CACHE_DIR: '/m',
  })
  expect(syftEnvironment({ ...request, licences: { vendor: '/v' } })).toEqual({
    ...ALWAYS,
    SYFT_GOLANG_SEARCH_LOCAL_VENDOR_LICENSES: 'true',
    SYFT_GOLANG_LOCAL_VENDOR_DIR: '/v',
  })
})

test('what the environment tells syft is taken away, and nothing else', () => {
  const environment = {
    SYFT_EXCLUDE: '**/age',
    Syft_Format_Pretty: '1',
    SYFT_CONFIG: '/home/x',
    PATH: '/bin',
  }
  const laid = syftEnvironment({ environment, config: '/tmp/syft.yaml', licences: { vendor: '/v' } })
  expect(laid).toMatchObject({ SYFT_EXCLUDE: undefined, Syft_Format_Pretty: undefined, ...ALWAYS })
  expect(Object.keys(laid)).toEqual(expect.arrayContaining(['SYFT_EXCLUDE', 'Syft_Format_Pretty']))
  expect(laid).not.toHaveProperty('PATH')
})
