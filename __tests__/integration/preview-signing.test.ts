// previewSigning: what a dry run prints of signing, run by a shell with the real cosign.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { createLocalHost } from '../../src/host/local.js'
import { previewSigning } from '../../src/sign/index.js'
import { cleanEnvironment, runChecked } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'
import { requireTool, toolsFolder } from '../support/test-tools.js'

function preview(cosignKey: string, folder: string): string[] {
  const file = (name: string) => path.join(folder, name)
  return previewSigning(
    createLocalHost(cleanEnvironment()),
    { mode: 'key' },
    { cosignKey },
    { signed: [file('SHA256SUMS')], statement: file('statement.json'), subjects: [file('SHA256SUMS')] },
    folder,
  )
}

requireTool('cosign')(
  'a throwaway key is made, signs and verifies, and no password is asked for',
  async () => {
    const folder = temporaryFolder('preview')
    const sums = 'digest  name\n'
    const sha256 = createHash('sha256').update(sums).digest('hex')
    writeFileSync(path.join(folder, 'SHA256SUMS'), sums)
    writeFileSync(
      path.join(folder, 'statement.json'),
      JSON.stringify({
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name: 'SHA256SUMS', digest: { sha256 } }],
        predicateType: 'https://slsa.dev/provenance/v1',
        predicate: { buildDefinition: {}, runDetails: {} },
      }),
    )
    const lines = preview('throwaway', folder)
    expect(lines.filter((line) => /generate-key-pair|sign-blob|attest-blob/.test(line))).toEqual(
      ['generate-key-pair', 'sign-blob', 'attest-blob'].map((verb): unknown =>
        expect.stringMatching(`^COSIGN_PASSWORD='' cosign ${verb} `),
      ),
    )
    const PATH = [toolsFolder, cleanEnvironment()['PATH']].join(path.delimiter)
    await runChecked(['sh', '-e', '-c', lines.join('\n')], { cwd: folder, env: { PATH } })
  },
)

test.each([
  ['cosign.key', true],
  ['env://COSIGN_PRIVATE_KEY', true],
  ['awskms:///alias/key', false],
])('whether %s has a password', (key, has) => {
  const lines = preview(key, '/work')
  expect(lines[0] === "# COSIGN_PASSWORD has to hold the key's password").toBe(has)
  expect(lines.join('\n')).not.toContain('COSIGN_PASSWORD=')
})
