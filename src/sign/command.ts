// Turns what is to be signed or verified into cosign's command lines.
import path from 'node:path'
import { BUNDLE_SUFFIX, PROVENANCE_FILE, PUBLIC_KEY_FILE } from '../plan/index.js'
import type { PrivateSigstore } from './sigstore.js'

/** How signatures are made; undecided things are settled before the first compile. */
export type Signer =
  | {
      readonly mode: 'key'
      /** A path, `env://NAME` or a KMS URI, as `--key` takes it. */
      readonly key: string
      /** Absolute path of the public key. */
      readonly publicKey: string
      /** Absolute paths of a signing config and a trusted root that name no service, so that no network is needed. */
      readonly signingConfig: string
      readonly trustedRoot: string
    }
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
  return [...command, ...expectations(withoutFolders(signer)), 'FILE'].map(quoteForShell).join(' ')
}

/** Whoever verifies has the files in a folder of his own. */
function withoutFolders(signer: Signer): Signer {
  if (signer.mode === 'key') return { ...signer, publicKey: PUBLIC_KEY_FILE }
  const { sigstore } = signer
  if (sigstore === undefined) return signer
  return { ...signer, sigstore: { ...sigstore, trustedRoot: path.basename(sigstore.trustedRoot) } }
}

/** A branch's name may hold what a shell would obey. */
function quoteForShell(word: string): string {
  if (/^[A-Za-z0-9@%+=:,./_-]+$/.test(word)) return word
  const quoted = `'${word.replaceAll("'", "'\\''")}'`
  // What cannot be seen would make another command of it for the eye.
  return quoted.replaceAll(/[^\x20-\x7e]+/g, (text) => `'"$(printf '${octal(text)}')"'`)
}

/** As `printf` of any shell takes bytes. */
function octal(text: string): string {
  return [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
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
