// syftCommand: a request in, one call of syft for all formats out, with nothing of this machine in the document.
import { SYFT_ENVIRONMENT, syftCommand } from '../../../src/sbom/command.js'

const REQUEST = { syft: '/tools/syft', name: 'age', version: 'v1.3.1' }
const COMMON = [
  ...['/tools/syft', 'scan', 'dir:.', '--quiet'],
  ...['--override-default-catalogers', 'go-module-binary-cataloger'],
  ...['--source-name', 'age', '--source-version', 'v1.3.1'],
]

test.each<[name: string, outputs: Parameters<typeof syftCommand>[0]['outputs'], expected: string[]]>([
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
])('%s', (_, outputs, expected) => {
  expect(syftCommand({ ...REQUEST, outputs })).toEqual([...COMMON, ...expected])
})

test('syft asks no one for updates', () => {
  expect(SYFT_ENVIRONMENT.SYFT_CHECK_FOR_APP_UPDATE).toBe('false')
})
