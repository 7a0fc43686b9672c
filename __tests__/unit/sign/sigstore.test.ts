// readPrivateSigstore: the two files that cosign makes in, what can be verified by them out, or the input to mend.
import { join } from 'node:path'
import { readPrivateSigstore } from '../../../src/sign/sigstore.js'
import { writeFiles } from '../../support/modules.js'
import { temporaryFolder } from '../../support/temporary.js'

/** As `cosign signing-config create` and `cosign trusted-root create` write them, without the certificates. */
const SIGNING_CONFIG = {
  mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
  caUrls: [{ url: 'https://fulcio.example.com', majorApiVersion: 1, operator: 'example.com' }],
  rekorTlogConfig: {},
  tsaConfig: {},
}
const TRUSTED_ROOT = {
  mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  certificateAuthorities: [{ uri: 'https://fulcio.example.com' }],
}
const CT_LOG = { ctlogs: [{ baseUrl: 'https://ctfe.example.com' }] }
const AUTHORITY = { timestampAuthorities: [{ uri: 'https://timestamp.example.com' }] }

const signingConfig = 'signing-config.json'
const trustedRoot = 'trusted-root.json'

/** Reads files of these contents; undefined for one that is not there. */
function read(config: string | undefined, root: string | undefined) {
  const folder = temporaryFolder('sigstore-files')
  const files = Object.entries({ [signingConfig]: config, [trustedRoot]: root })
  for (const [name, content] of files) if (content !== undefined) writeFiles(folder, { [name]: content })
  return readPrivateSigstore(join(folder, signingConfig), join(folder, trustedRoot))
}

test.each<[what: string, root: object, hasCtLog: boolean, hasTimestampAuthority: boolean]>([
  ['neither', {}, false, false],
  ['a CT log', CT_LOG, true, false],
  ['a timestamp authority', AUTHORITY, false, true],
  ['both', { ...CT_LOG, ...AUTHORITY }, true, true],
  ['empty lists of both', { ctlogs: [], timestampAuthorities: [] }, false, false],
  ['what is no list', { ctlogs: {}, timestampAuthorities: 'https://timestamp.example.com' }, false, false],
])('a trusted root with %s', async (_, more, hasCtLog, hasTimestampAuthority) => {
  const sigstore = await read(JSON.stringify(SIGNING_CONFIG), JSON.stringify({ ...TRUSTED_ROOT, ...more }))
  expect(sigstore).toEqual({
    signingConfig: expect.stringMatching(/signing-config\.json$/) as string,
    trustedRoot: expect.stringMatching(/trusted-root\.json$/) as string,
    hasCtLog,
    hasTimestampAuthority,
  })
})

describe.each<[input: string, file: string, readAlone: (text: string | undefined) => Promise<unknown>]>([
  ['sigstore-signing-config', signingConfig, (text) => read(text, JSON.stringify(TRUSTED_ROOT))],
  ['sigstore-trusted-root', trustedRoot, (text) => read(JSON.stringify(SIGNING_CONFIG), text)],
])('input %s', (input, file, readAlone) => {
  test.each<[what: string, text: string | undefined, problem: string]>([
    ['is not there', undefined, 'cannot be read: Error: ENOENT'],
    ['is empty', '', 'cannot be read: SyntaxError'],
    ['is cut off', '{"mediaType": "applica', 'cannot be read: SyntaxError'],
    ['is no JSON', 'mediaType: application/json\n', 'cannot be read: SyntaxError'],
    ['is null', 'null', 'is no JSON object; cosign makes one'],
    ['is a text', '"https://fulcio.example.com"', 'is no JSON object; cosign makes one'],
    ['is a list', '[]', 'is no JSON object; cosign makes one'],
  ])('one that %s', async (_, text, problem) => {
    await expect(readAlone(text)).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(new RegExp(`^input ${input}: .*${file} ${problem}`)) as string,
    })
  })
})

test.each<[what: string, root: object]>([
  ['no authority at all', { mediaType: TRUSTED_ROOT.mediaType }],
  ['an empty list', { ...TRUSTED_ROOT, certificateAuthorities: [] }],
  ['no list', { ...TRUSTED_ROOT, certificateAuthorities: {} }],
  ['the services of a signing config', SIGNING_CONFIG],
])('a trusted root with %s, so that nothing could be verified', async (_, root) => {
  await expect(read(JSON.stringify(SIGNING_CONFIG), JSON.stringify(root))).rejects.toThrow(
    /^input sigstore-trusted-root: .* names no certificateAuthorities/,
  )
})

// `cosign signing-config create` without a flag makes the first of them, with which cosign fails after all is compiled.
test.each<[what: string, config: object]>([
  ['no service at all', { mediaType: SIGNING_CONFIG.mediaType, rekorTlogConfig: {}, tsaConfig: {} }],
  ['an empty list', { ...SIGNING_CONFIG, caUrls: [] }],
  ['no list', { ...SIGNING_CONFIG, caUrls: 'https://fulcio.example.com' }],
  ['the authorities of a trusted root', TRUSTED_ROOT],
])('a signing config with %s, so that nobody would certify who signs', async (_, config) => {
  await expect(read(JSON.stringify(config), JSON.stringify(TRUSTED_ROOT))).rejects.toThrow(
    /^input sigstore-signing-config: .* names no caUrls, so that nobody would certify who signs/,
  )
})
