// The commands that sign and verify, and the hints: a signer and a file in, cosign's arguments out.
import {
  attestCommand,
  provenanceHint,
  signCommand,
  verifyAttestationCommand,
  verifyCommand,
  verifyHint,
  type Signer,
} from '../../../src/sign/command.js'

const KEY: Signer = {
  mode: 'key',
  key: 'env://COSIGN_PRIVATE_KEY',
  publicKey: '/scratch/cosign.pub',
  signingConfig: '/scratch/signing-config.json',
  trustedRoot: '/scratch/trusted-root.json',
}
const KEYLESS: Signer = {
  mode: 'keyless',
  identity: 'https://github.com/o/r/.github/workflows/release.yml@refs/tags/v1.0.0',
  issuer: 'https://token.actions.githubusercontent.com',
  repository: 'o/caller',
  ref: 'refs/tags/v1.0.0',
}
const PRIVATE: Signer = {
  ...KEYLESS,
  sigstore: {
    signingConfig: '/work/signing-config.json',
    trustedRoot: '/work/trusted-root.json',
    hasCtLog: false,
    hasTimestampAuthority: true,
  },
}
const FILE = '/out/-age.tar.gz'
const BUNDLE = '/scratch/-age.tar.gz.sigstore.json'
const IDENTITY = [
  ...['--certificate-identity', KEYLESS.identity],
  ...['--certificate-oidc-issuer', KEYLESS.issuer],
  ...['--certificate-github-workflow-repository', 'o/caller'],
  ...['--certificate-github-workflow-ref', 'refs/tags/v1.0.0'],
]

test.each<[name: string, command: string[], expected: string[]]>([
  [
    'sign with a key: no service is asked',
    signCommand('/tools/cosign', KEY, FILE, BUNDLE),
    [
      ...['/tools/cosign', 'sign-blob', '--yes', '--bundle', BUNDLE],
      ...['--key', 'env://COSIGN_PRIVATE_KEY'],
      ...['--signing-config', '/scratch/signing-config.json'],
      ...['--trusted-root', '/scratch/trusted-root.json'],
      ...['--', FILE],
    ],
  ],
  [
    'sign keyless: the public services, as cosign knows them',
    signCommand('/tools/cosign', KEYLESS, FILE, BUNDLE),
    ['/tools/cosign', 'sign-blob', '--yes', '--bundle', BUNDLE, '--', FILE],
  ],
  [
    'sign keyless by another Sigstore',
    signCommand('/tools/cosign', PRIVATE, FILE, BUNDLE),
    [
      ...['/tools/cosign', 'sign-blob', '--yes', '--bundle', BUNDLE],
      ...['--signing-config', '/work/signing-config.json', '--trusted-root', '/work/trusted-root.json'],
      ...['--', FILE],
    ],
  ],
  [
    'verify by another Sigstore: only what its trusted root does not name is not asked for',
    verifyCommand('/tools/cosign', PRIVATE, FILE, BUNDLE),
    [
      ...['/tools/cosign', 'verify-blob', '--bundle', BUNDLE, ...IDENTITY],
      ...['--trusted-root', '/work/trusted-root.json', '--insecure-ignore-sct', '--use-signed-timestamps'],
      ...['--', FILE],
    ],
  ],
  [
    'verify with the public key, never with the private one',
    verifyCommand('/tools/cosign', KEY, FILE, BUNDLE),
    [
      ...['/tools/cosign', 'verify-blob', '--bundle', BUNDLE],
      ...['--key', '/scratch/cosign.pub', '--insecure-ignore-tlog=true'],
      ...['--', FILE],
    ],
  ],
  [
    'verify keyless: workflow, issuer, and the repository and ref that called it',
    verifyCommand('/tools/cosign', KEYLESS, FILE, BUNDLE),
    ['/tools/cosign', 'verify-blob', '--bundle', BUNDLE, ...IDENTITY, '--', FILE],
  ],
  [
    'attest with a key: no service is asked, and the statement alone names the files',
    attestCommand('/tools/cosign', KEY, '/out/p.json', BUNDLE),
    [
      ...['/tools/cosign', 'attest-blob', '--yes', '--bundle', BUNDLE],
      ...['--key', 'env://COSIGN_PRIVATE_KEY'],
      ...['--signing-config', '/scratch/signing-config.json'],
      ...['--trusted-root', '/scratch/trusted-root.json'],
      ...['--statement', '/out/p.json'],
    ],
  ],
  [
    'attest keyless',
    attestCommand('/tools/cosign', KEYLESS, '/out/p.json', BUNDLE),
    ['/tools/cosign', 'attest-blob', '--yes', '--bundle', BUNDLE, '--statement', '/out/p.json'],
  ],
  [
    'verify an attestation with the public key: provenance, and no other',
    verifyAttestationCommand('/tools/cosign', KEY, FILE, BUNDLE),
    [
      ...['/tools/cosign', 'verify-blob-attestation', '--bundle', BUNDLE, '--type', 'slsaprovenance1'],
      ...['--key', '/scratch/cosign.pub', '--insecure-ignore-tlog=true'],
      ...['--', FILE],
    ],
  ],
  [
    'verify an attestation keyless',
    verifyAttestationCommand('/tools/cosign', KEYLESS, FILE, BUNDLE),
    [
      ...['/tools/cosign', 'verify-blob-attestation', '--bundle', BUNDLE, '--type', 'slsaprovenance1'],
      ...[...IDENTITY, '--', FILE],
    ],
  ],
])('%s', (_, command, expected) => {
  expect(command).toEqual(expected)
})

describe('verifyHint', () => {
  test('with a key names the public key that is among the files', () => {
    expect(verifyHint(KEY)).toBe(
      'cosign verify-blob --bundle FILE.sigstore.json --key cosign.pub --insecure-ignore-tlog=true FILE',
    )
  })

  test('keyless asks for all that verifyCommand asks for', () => {
    const hint = verifyHint(KEYLESS)
    expect(hint).toMatch(/^cosign verify-blob --bundle FILE\.sigstore\.json .* FILE$/)
    for (const word of IDENTITY) expect(hint).toContain(word)
  })

  // Git allows these in the name of a branch, and the hint is made to be pasted into a shell.
  test.each([
    ['refs/heads/a;b', "'refs/heads/a;b'"],
    ['refs/heads/$(b)', "'refs/heads/$(b)'"],
    ['refs/heads/`b`', "'refs/heads/`b`'"],
    ['refs/heads/a&b|c', "'refs/heads/a&b|c'"],
    ["refs/heads/a';b", "'refs/heads/a'\\'';b'"],
    ['refs/heads/\u202Eé', `'refs/heads/'"$(printf '\\342\\200\\256\\303\\251')"''`],
  ])('keeps %s one word of a shell', (ref, word) => {
    expect(verifyHint({ ...KEYLESS, ref })).toContain(` --certificate-github-workflow-ref ${word} FILE`)
  })
})

test('provenanceHint asks for what verifyAttestationCommand asks for, of the files of a release', () => {
  expect(provenanceHint(KEY)).toBe(
    'cosign verify-blob-attestation --bundle provenance.intoto.json.sigstore.json --type slsaprovenance1 --key cosign.pub --insecure-ignore-tlog=true FILE',
  )
  for (const word of IDENTITY) expect(provenanceHint(KEYLESS)).toContain(word)
})
