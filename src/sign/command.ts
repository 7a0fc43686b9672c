// Turns what is to be signed or verified into cosign's command lines.
import path from 'node:path'
import { BUNDLE_SUFFIX, PROVENANCE_FILE, PUBLIC_KEY_FILE } from '../plan/index.js'
import { formatCommand } from '../shell.js'
import type { PrivateSigstore } from './sigstore.js'

export interface KeySigner {
  readonly mode: 'key'
  /** A path, `env://NAME` or a KMS URI, as `--key` takes it. */
  readonly key: string
  /** Absolute path of the public key. */
  readonly publicKey: string
  /** Absolute paths of a signing config and a trusted root that name no service, so that no network is needed. */
  readonly signingConfig: string
  readonly trustedRoot: string
}

/** How signatures are made; undecided things are settled before the first compile. */
export type Signer =
  | KeySigner
  | {
      readonly mode: 'keyless'
      /** The certificate's subject: the token's `job_workflow_ref` as a URL. */
      readonly identity: string
      /** The token's `iss`. */
      readonly issuer: string
      readonly repository: string
      readonly ref: string
      /** Absent where the public one signs. */
      readonly sigstore?: PrivateSigstore
    }

/** @param folder absolute path of the folder for what goes with the key */
export function keySigner(key: string, folder: string): KeySigner {
  return {
    mode: 'key',
    key,
    publicKey: path.join(folder, PUBLIC_KEY_FILE),
    signingConfig: path.join(folder, 'signing-config.json'),
    trustedRoot: path.join(folder, 'trusted-root.json'),
  }
}

/** Writes `PREFIX.key` and `PREFIX.pub`. */
export function makeKeyCommand(cosign: string, prefix: string): string[] {
  return [cosign, 'generate-key-pair', '--output-key-prefix', prefix]
}

/** Prints the public key. */
export function publicKeyCommand(cosign: string, key: string): string[] {
  return [cosign, 'public-key', '--key', key]
}

/** Write the signing config and the trusted root of a key. */
export function noServiceCommands(cosign: string, { signingConfig, trustedRoot }: KeySigner): string[][] {
  return [
    [cosign, 'signing-config', 'create', '--out', signingConfig],
    [cosign, 'trusted-root', 'create', '--out', trustedRoot],
  ]
}

/** One call a file: two files with one bundle keep one signature, and cosign calls that a success. */
export function signCommand(cosign: string, signer: Signer, file: string, bundle: string): string[] {
  return [cosign, 'sign-blob', '--yes', '--bundle', bundle, ...means(signer), '--', file]
}

/** @param statement path of an in-toto Statement v1, whose subjects cosign takes as they are; no file is named beside it */
export function attestCommand(cosign: string, signer: Signer, statement: string, bundle: string): string[] {
  return [cosign, 'attest-blob', '--yes', '--bundle', bundle, ...means(signer), '--statement', statement]
}

/** What to sign with. */
function means(signer: Signer): string[] {
  const services = signer.mode === 'key' ? signer : signer.sigstore
  return [
    ...(signer.mode === 'key' ? ['--key', signer.key] : []),
    ...(services ? ['--signing-config', services.signingConfig, '--trusted-root', services.trustedRoot] : []),
  ]
}

export function verifyCommand(cosign: string, signer: Signer, file: string, bundle: string): string[] {
  return [cosign, 'verify-blob', '--bundle', bundle, ...expectations(signer), '--', file]
}

/** @param file whose digest must be among the statement's subjects */
export function verifyAttestationCommand(
  cosign: string,
  signer: Signer,
  file: string,
  bundle: string,
): string[] {
  return [
    cosign,
    'verify-blob-attestation',
    '--bundle',
    bundle,
    ...PROVENANCE,
    ...expectations(signer),
    '--',
    file,
  ]
}

/** Cosign's name of SLSA provenance v1; without it any attestation by the same signer would do. */
const PROVENANCE = ['--type', 'slsaprovenance1']

/** The command with which a stranger verifies a file that was downloaded together with its bundle. */
export function verifyHint(signer: Signer): string {
  return hint(['cosign', 'verify-blob', '--bundle', `FILE${BUNDLE_SUFFIX}`], signer)
}

/** The same for where a file comes from. */
export function provenanceHint(signer: Signer): string {
  const bundle = PROVENANCE_FILE + BUNDLE_SUFFIX
  return hint(['cosign', 'verify-blob-attestation', '--bundle', bundle, ...PROVENANCE], signer)
}

function hint(command: readonly string[], signer: Signer): string {
  return formatCommand([...command, ...expectations(withoutFolders(signer)), 'FILE'])
}

/** Whoever verifies has the files in a folder of his own. */
function withoutFolders(signer: Signer): Signer {
  if (signer.mode === 'key') return { ...signer, publicKey: PUBLIC_KEY_FILE }
  const { sigstore } = signer
  if (sigstore === undefined) return signer
  return { ...signer, sigstore: { ...sigstore, trustedRoot: path.basename(sigstore.trustedRoot) } }
}

/** What must be true of whoever signed. */
function expectations(signer: Signer): string[] {
  switch (signer.mode) {
    case 'key':
      return ['--key', signer.publicKey, '--insecure-ignore-tlog=true']
    case 'keyless':
      return [
        ...['--certificate-identity', signer.identity],
        ...['--certificate-oidc-issuer', signer.issuer],
        ...['--certificate-github-workflow-repository', signer.repository],
        ...['--certificate-github-workflow-ref', signer.ref],
        ...(signer.sigstore ? trust(signer.sigstore) : []),
      ]
  }
}

/** What the trusted root does not name cannot be asked for; the time of a signature is the authority's where there is one. */
function trust({ trustedRoot, hasCtLog, hasTimestampAuthority }: PrivateSigstore): string[] {
  return [
    ...['--trusted-root', trustedRoot],
    ...(hasCtLog ? [] : ['--insecure-ignore-sct']),
    ...(hasTimestampAuthority ? ['--use-signed-timestamps'] : []),
  ]
}
