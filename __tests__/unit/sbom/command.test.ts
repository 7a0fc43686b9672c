// scanCommand, convertCommand: requests in, calls of syft out, with nothing of this machine in the document.
import { convertCommand, scanCommand, SYFT_ENVIRONMENT } from '../../../src/sbom/command.js'

test('one scan of the working directory, by a relative path', () => {
  const request = { syft: '/tools/syft', name: 'age', version: 'v1.3.1', document: '/tmp/a b.json' }
  expect(scanCommand(request)).toEqual([
    ...['/tools/syft', 'scan', 'dir:.', '--quiet'],
    ...['--override-default-catalogers', 'go-module-binary-cataloger'],
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

test('syft asks no one for updates', () => {
  expect(SYFT_ENVIRONMENT.SYFT_CHECK_FOR_APP_UPDATE).toBe('false')
})
