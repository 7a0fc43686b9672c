// Signs release files with cosign and verifies every signature right after it is made.
import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { holdsPrograms, writeArtifact, type Artifact } from '../artifact.js'
import { ActionError, InputError, ToolError } from '../errors.js'
import { scratchFolder } from '../files.js'
import type { Environment, Host } from '../host/host.js'
import { mapConcurrently } from '../concurrently.js'
import { BUNDLE_SUFFIX, PUBLIC_KEY_FILE } from '../plan/index.js'
import { formatCommand } from '../shell.js'
import {
  attestCommand,
  keySigner,
  makeKeyCommand,
  noServiceCommands,
  publicKeyCommand,
  signCommand,
  verifyAttestationCommand,
  verifyCommand,
  type Signer,
} from './command.js'
import { decideByToken, decideSigning, type SigningDecision, type SigningFacts } from './decide.js'
import type { PrivateSigstore } from './sigstore.js'
import { parseToken, type TokenClaims } from './token.js'

export { readPrivateSigstore, type PrivateSigstore } from './sigstore.js'
export type { SigningDecision } from './decide.js'
export { provenanceHint, verifyHint } from './command.js'

/** What signing needs, checked; disposing of it removes its scratch folder and a throwaway key with it. */
export interface Signing extends AsyncDisposable {
  readonly cosign: string
  readonly signer: Signer
  /** Handed to cosign, and to nothing else. */
  readonly secrets: Environment
  readonly scratch: string
}

/** Of cosign's environment alone. */
const THROWAWAY_VARIABLE = 'COSIGN_THROWAWAY_KEY'

/** The value of `cosign-key` that asks for a key of this run only. */
export const THROWAWAY = 'throwaway'

/**
 * Opens the key, which shows before the first compile whether it and its password can be used.
 *
 * @throws InputError naming the input to mend
 */
export async function prepareKeySigning(
  host: Host,
  cosign: string,
  wanted: string,
  givenPassword: string | undefined,
): Promise<Signing> {
  await checkKey(host, wanted)
  const scratch = await scratchFolder(host.folders.scratch, 'sign')
  try {
    const throwaway = wanted === THROWAWAY
    // An empty one is a password too.
    const password = throwaway
      ? randomBytes(16).toString('hex')
      : (givenPassword ?? host.environment['COSIGN_PASSWORD'])
    const secrets = { ...keyEnvironment(host.environment, wanted, password) }
    for (const secret of Object.values(secrets)) if (secret !== undefined && secret !== '') host.mask(secret)
    const prefix = path.join(scratch.path, 'throwaway')
    const signer = keySigner(
      throwaway ? `env://${THROWAWAY_VARIABLE}` : resolveKey(host, wanted),
      scratch.path,
    )
    const makeKey = async () => {
      await host.processes.runChecked(makeKeyCommand(cosign, prefix), { env: secrets })
      // Encrypted, and yet on no disk any longer than cosign needs to hand it over.
      secrets[THROWAWAY_VARIABLE] = await readFile(`${prefix}.key`, 'utf8')
      await rm(`${prefix}.key`)
      return readFile(`${prefix}.pub`, 'utf8')
    }
    const [publicText] = await Promise.all([
      throwaway ? makeKey() : readPublicKey(host, cosign, signer.key, password, secrets),
      ...noServiceCommands(cosign, signer).map((command) => host.processes.runChecked(command)),
    ])
    await writeFile(signer.publicKey, publicText)
    return {
      cosign,
      signer,
      secrets,
      scratch: scratch.path,
      [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
    }
  } catch (error) {
    await scratch[Symbol.asyncDispose]()
    throw error
  }
}

/** The audience that Sigstore's certificate authority asks for. */
const SIGSTORE_AUDIENCE = 'sigstore'

/**
 * Asks for the job's token only where keyless signing is what all else comes to.
 *
 * @throws InputError where the inputs contradict one another or the job
 */
export async function settleSigning(host: Host, facts: SigningFacts): Promise<SigningDecision> {
  const decision = decideSigning(facts)
  if (decision.mode === 'impossible') throw new InputError('sign', decision.problem)
  if (decision.mode !== 'ask') return decision
  const token = await host.idToken(SIGSTORE_AUDIENCE)
  host.mask(token)
  return decideByToken(facts, parseToken(token))
}

/**
 * Verification asks for exactly the identity that the job's own token has.
 *
 * @param sigstore undefined for the public one
 */
export async function prepareKeylessSigning(
  host: Host,
  cosign: string,
  claims: TokenClaims,
  sigstore: PrivateSigstore | undefined,
): Promise<Signing> {
  const scratch = await scratchFolder(host.folders.scratch, 'sign')
  return {
    cosign,
    signer: keylessSigner(host, claims, sigstore),
    secrets: pick(host.environment, /^(ACTIONS_ID_TOKEN_REQUEST_(URL|TOKEN)|GITHUB_ACTIONS)$/),
    scratch: scratch.path,
    [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
  }
}

function keylessSigner(
  { environment }: Host,
  claims: TokenClaims,
  sigstore: PrivateSigstore | undefined,
): Signer {
  return {
    mode: 'keyless',
    identity: `${environment['GITHUB_SERVER_URL'] ?? 'https://github.com'}/${claims.jobWorkflowRef}`,
    issuer: claims.issuer,
    repository: claims.repository,
    ref: claims.ref,
    ...(sigstore && { sigstore }),
  }
}

export interface PreviewedFiles {
  /** Absolute paths of the files that get a bundle of their own. */
  readonly signed: readonly string[]
  /** Absolute path of the statement of origin, where there is one, and of the files that it speaks of. */
  readonly statement: string | undefined
  readonly subjects: readonly string[]
}

/**
 * What would be run to sign and verify a release, in its order, as lines for a shell; a key that is not there yet is made in
 * `folder`.
 *
 * @param folder absolute path
 */
export function previewSigning(
  host: Host,
  decision: Exclude<SigningDecision, { mode: 'off' }>,
  { cosignKey = '', sigstore }: { readonly cosignKey?: string; readonly sigstore?: PrivateSigstore },
  { signed, statement, subjects }: PreviewedFiles,
  folder: string,
): string[] {
  const cosign = 'cosign'
  const prefix = path.join(folder, 'throwaway')
  const throwaway = decision.mode === 'key' && cosignKey === THROWAWAY
  const signer =
    decision.mode === 'keyless'
      ? keylessSigner(host, decision.claims, sigstore)
      : throwaway
        ? { ...keySigner(`${prefix}.key`, folder), publicKey: `${prefix}.pub` }
        : keySigner(resolveKey(host, cosignKey), folder)
  const bundleOf = (file: string) => file + BUNDLE_SUFFIX
  const plain = (command: readonly string[]) => formatCommand(command)
  // Without the variable cosign would ask for a password.
  const withKey = (command: readonly string[]) =>
    formatCommand(command, throwaway ? { COSIGN_PASSWORD: '' } : {})
  return [
    ...(throwaway ? [withKey(makeKeyCommand(cosign, prefix))] : []),
    ...(signer.mode === 'key' && !throwaway
      ? [
          ...(hasPassword(cosignKey) ? ["# COSIGN_PASSWORD has to hold the key's password"] : []),
          plain([...publicKeyCommand(cosign, signer.key), '--outfile', signer.publicKey]),
        ]
      : []),
    ...(signer.mode === 'key' ? noServiceCommands(cosign, signer).map(plain) : []),
    ...signed.flatMap((file) => [
      withKey(signCommand(cosign, signer, file, bundleOf(file))),
      plain(verifyCommand(cosign, signer, file, bundleOf(file))),
    ]),
    ...(statement === undefined
      ? []
      : [withKey(attestCommand(cosign, signer, statement, bundleOf(statement)))]),
    ...(statement === undefined ? [] : subjects).map((subject) =>
      plain(verifyAttestationCommand(cosign, signer, subject, bundleOf(statement ?? ''))),
    ),
  ]
}

/**
 * One bundle, `FILE.sigstore.json`, for each archive, bare binary and SHA256SUMS, and the public key where there is one.
 */
export async function signArtifacts(
  host: Host,
  signing: Signing,
  artifacts: readonly Artifact[],
  output: string,
): Promise<Artifact[]> {
  const { cosign, signer, secrets, scratch } = signing
  const signed = artifacts.filter((artifact) => holdsPrograms(artifact) || artifact.kind === 'checksums')
  const bundles = await mapConcurrently(signed, host.machine.cores, async (artifact) => {
    const name = artifact.name + BUNDLE_SUFFIX
    const bundle = path.join(scratch, name)
    await host.processes.runChecked(signCommand(cosign, signer, artifact.path, bundle), { env: secrets })
    await host.processes.runChecked(verifyCommand(cosign, signer, artifact.path, bundle))
    await checkDigest(bundle, artifact)
    const { target } = artifact
    return writeArtifact(
      { name, kind: 'signature', output, ...(target === undefined ? {} : { target }) },
      createReadStream(bundle),
    )
  })
  if (signer.mode === 'keyless') return bundles
  const publicKey = { name: PUBLIC_KEY_FILE, kind: 'public-key', output } as const
  return [...bundles, await writeArtifact(publicKey, [await readFile(signer.publicKey, 'utf8')])]
}

/** The certificate's subject, where there is a certificate. */
export const identityOf = ({ signer }: Signing): string | undefined =>
  signer.mode === 'keyless' ? signer.identity : undefined

/**
 * Signs an in-toto Statement: one bundle for it, which is verified against every file that it speaks of.
 *
 * @param subjects the files in the statement
 * @throws ToolError or ActionError where what is signed is not the statement, or is not of these files
 */
export async function signStatement(
  host: Host,
  { cosign, signer, secrets, scratch }: Signing,
  statement: Artifact,
  subjects: readonly Artifact[],
  output: string,
): Promise<Artifact> {
  const name = statement.name + BUNDLE_SUFFIX
  const bundle = path.join(scratch, name)
  const { processes, machine } = host
  await processes.runChecked(attestCommand(cosign, signer, statement.path, bundle), { env: secrets })
  await checkPayload(bundle, statement)
  await mapConcurrently(subjects, machine.cores, (subject) =>
    processes.runChecked(verifyAttestationCommand(cosign, signer, subject.path, bundle)),
  )
  return writeArtifact({ name, kind: 'signature', output }, createReadStream(bundle))
}

/** What lies there now must be what was written, and stands in SHA256SUMS. */
async function checkDigest(bundle: string, artifact: Artifact): Promise<void> {
  const { messageSignature } = JSON.parse(await readFile(bundle, 'utf8')) as {
    messageSignature?: { messageDigest?: { digest?: string } }
  }
  const signed = Buffer.from(messageSignature?.messageDigest?.digest ?? '', 'base64').toString('hex')
  if (signed === artifact.sha256) return
  throw new ActionError(
    `sign: ${artifact.name} was changed after it was written: ${signed} was signed instead of ${artifact.sha256}; see that no other step writes into ${path.dirname(artifact.path)}`,
  )
}

/** Cosign reads a statement in order to sign it, so it could leave out what it does not know. */
async function checkPayload(bundle: string, statement: Artifact): Promise<void> {
  const { dsseEnvelope } = JSON.parse(await readFile(bundle, 'utf8')) as {
    dsseEnvelope?: { payload?: string }
  }
  const signed = Buffer.from(dsseEnvelope?.payload ?? '', 'base64')
  if (signed.equals(await readFile(statement.path))) return
  throw new ActionError(`sign: what cosign signed is not what ${statement.name} says`)
}

async function readPublicKey(
  host: Host,
  cosign: string,
  key: string,
  password: string | undefined,
  env: Environment,
): Promise<string> {
  try {
    return (await host.processes.runChecked(publicKeyCommand(cosign, key), { env })).stdout
  } catch (error) {
    if (!(error instanceof ToolError)) throw error
    const said = error.stderr.trim().split('\n').at(-1) ?? ''
    if (password === undefined && /inappropriate ioctl|terminal|password/i.test(said)) {
      throw new InputError(
        'cosign-password',
        'the key asks for a password and none is given; give cosign-password or the environment variable COSIGN_PASSWORD (empty for a key without one)',
        { cause: error },
      )
    }
    if (/decryption failed/.test(said)) {
      throw new InputError('cosign-password', 'it does not open the key', { cause: error })
    }
    throw new InputError('cosign-key', `cosign cannot use it: ${said}`, { cause: error })
  }
}

/**
 * Cosign asks for the password before it looks at the key, and would blame a text that is none on the password.
 *
 * @throws InputError where it is seen without cosign that the key cannot be used
 */
export async function checkKey(host: Host, key: string): Promise<void> {
  if (key.includes('-----BEGIN')) {
    host.mask(key)
    throw new InputError(
      'cosign-key',
      'it holds a key itself; put the key into a variable of the environment and give env://NAME',
    )
  }
  if (key === THROWAWAY) return
  const variable = variableOf(key)
  if (variable === '') {
    throw new InputError('cosign-key', 'env:// names no variable; write env://NAME')
  }
  if (emptyVariable(host.environment, key) !== undefined) {
    throw new InputError(
      'cosign-key',
      `the environment variable ${variable ?? ''} is empty or not set; set it under env, from a secret that this run can read`,
    )
  }
  // What cannot be read is left to cosign: it knows more places than these.
  const text =
    variable === undefined
      ? await readFile(resolveKey(host, key), 'utf8').catch(() => undefined)
      : host.environment[variable]
  if (text !== undefined && !/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw new InputError(
      'cosign-key',
      `${key} is no key of cosign's (no -----BEGIN … PRIVATE KEY-----); make one with cosign generate-key-pair`,
    )
  }
  if (text !== undefined) host.mask(text)
}

/** The name in `env://NAME`, undefined for any other `cosign-key`. */
export function variableOf(key: string): string | undefined {
  return /^env:\/\/(.*)$/.exec(key)?.[1]
}

/** The name of the variable that the key is to come from, where that is empty or not there. */
export function emptyVariable(environment: Environment, key = ''): string | undefined {
  const variable = variableOf(key)
  return variable !== undefined && (environment[variable] ?? '') === '' ? variable : undefined
}

/** A path is relative to the workspace, as every other path in the inputs is. */
function resolveKey(host: Host, key: string): string {
  return /^[a-z0-9]+:\/\//.test(key) ? key : path.resolve(host.folders.workspace, key)
}

/** What a KMS keeps is opened in another way. */
const hasPassword = (key: string): boolean => variableOf(key) !== undefined || !/^[a-z0-9]+:\/\//.test(key)

/** Variables that cosign reads its access to a KMS from, by the scheme of a key. */
const KMS_VARIABLES: Readonly<Record<string, RegExp>> = {
  awskms: /^AWS_/,
  azurekms: /^AZURE_/,
  gcpkms: /^GOOGLE_/,
  hashivault: /^VAULT_/,
}

/** The password, and the variable that `env://NAME` names or those of the key's KMS. */
function keyEnvironment(environment: Environment, key: string, password: string | undefined): Environment {
  const variable = variableOf(key)
  const kms = KMS_VARIABLES[/^([a-z]+):\/\//.exec(key)?.[1] ?? '']
  return {
    ...(kms && pick(environment, kms)),
    ...(variable === undefined ? {} : { [variable]: environment[variable] }),
    ...(password === undefined ? {} : { COSIGN_PASSWORD: password }),
  }
}

function pick(environment: Environment, names: RegExp): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => names.test(name)))
}
