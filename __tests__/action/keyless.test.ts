// Keyless signing through the bundle, by a Sigstore on loopback: what the summary tells users to run takes what was released,
// and nothing that another job, repository or hand made; and what cannot be signed is told before anything is compiled.

import { X509Certificate } from 'node:crypto'
import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runAction, type ActionRun, type Annotation, type Event } from '../support/action-runner.js'
import { createKeyPair } from '../support/key-pair.js'
import { temporaryModule } from '../support/modules.js'
import { cleanEnvironment, runChecked } from '../support/processes.js'
import { sha256 } from '../support/release-files.js'
import { readPrintedCommands, runPrinted, type PrintedCommands } from '../support/sigstore-commands.js'
import type { Claims, JobEnvironment } from '../support/sigstore-issuer.js'
import { startSigstore, withSigstore, type Sigstore } from '../support/sigstore.js'
import { temporaryFolder } from '../support/temporary.js'
import { tools, toolsFolder } from '../support/test-tools.js'

const PATH = [toolsFolder, cleanEnvironment()['PATH']].join(delimiter)
const MODULE = {
  'go.mod': 'module example.com/project\n\ngo 1.24\n',
  'main.go': 'package main\n\n//go:generate go run gen.go\n\nfunc main() { println("hello") }\n',
  // Whatever of the runner's reaches a module's own programs is in the log.
  'gen.go': `//go:build ignore

package main

import (
	"fmt"
	"os"
)

func main() { fmt.Println("environment", os.Environ()) }
`,
}
/** Of it nothing but the compiler complains. */
const BROKEN = { 'go.mod': MODULE['go.mod'], 'main.go': 'package main\n\nfunc main() { nothing() }\n' }

const QUICK = { matrix: 'linux/amd64', sbom: 'off', upload: 'false', cache: 'off' }
const PRIVATE_SIGSTORE = {
  'sigstore-signing-config': '.github/sigstore/signing-config.json',
  'sigstore-trusted-root': '.github/sigstore/trusted-root.json',
}
const TAG: Event = { ref: 'refs/tags/v1.0.0' }
const WORKFLOW = 'gopher/workflows/.github/workflows/release.yml@refs/heads/main'
const IDENTITY = `https://github.com/${WORKFLOW}`

const ARCHIVE = 'project_v1.0.0_linux_amd64.tar.gz'
const STATEMENT = 'provenance.intoto.json'
const bundleOf = (name: string) => `${name}.sigstore.json`

const testKeyless = withSigstore()
let sigstore: Sigstore
beforeAll(async () => {
  if (testKeyless === test) sigstore = await startSigstore()
})
afterAll(() => (testKeyless === test ? sigstore[Symbol.asyncDispose]() : undefined))

/** A tagged module whose repository holds what the Sigstore is known by. */
const project = (files: Readonly<Record<string, string>> = MODULE): Promise<string> =>
  temporaryModule(
    {
      ...files,
      '.github/sigstore/signing-config.json': readFileSync(sigstore.signingConfig, 'utf8'),
      '.github/sigstore/trusted-root.json': readFileSync(sigstore.trustedRoot, 'utf8'),
    },
    { git: { tags: ['v1.0.0'] } },
  )

interface ReleaseOptions {
  readonly inputs?: Readonly<Record<string, string>>
  readonly event?: Event
  readonly env?: Readonly<Record<string, string>>
}

const release = (
  cwd: string,
  job: JobEnvironment | undefined,
  { inputs, event = TAG, env }: ReleaseOptions = {},
): Promise<ActionRun> =>
  runAction({ cwd, event, inputs: { ...QUICK, ...inputs }, env: { PATH, ...job, ...env } })

const errorsOf = ({ annotations }: ActionRun): string[] =>
  annotations.filter(({ level }) => level === 'error').map(({ message }) => message)

/** Every file below a folder. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** What of a text is not the runner's own way to hide something. */
const withoutMasks = (log: string): string => log.replace(/^::add-mask::.*$/gm, '')

/** What must be nowhere: each request token, and of each token what it says, its signature and the whole. */
const secretsOf = (job: JobEnvironment, tokens: readonly string[]): string[] => [
  job.ACTIONS_ID_TOKEN_REQUEST_TOKEN,
  ...tokens.flatMap((token) => [token, ...token.split('.').slice(1)]),
]

const holding = (texts: Readonly<Record<string, string>>, secrets: readonly string[]): string[] =>
  Object.entries(texts).flatMap(([name, text]) =>
    secrets.some((secret) => text.includes(secret)) ? [name] : [],
  )

describe('a release of a private repository, by its own Sigstore', () => {
  let job: JobEnvironment
  let ended: ActionRun
  let workspace: string
  let printed: PrintedCommands
  let output: string

  beforeAll(async () => {
    if (testKeyless !== test) return
    workspace = await project()
    job = sigstore.issuer.startJob({ job_workflow_ref: WORKFLOW, repository_visibility: 'private' })
    ended = await release(workspace, job, {
      inputs: { ...PRIVATE_SIGSTORE, generate: 'true' },
      env: { GITHUB_WORKFLOW_REF: 'mallory/evil/.github/workflows/evil.yml@refs/heads/evil' },
    })
    if (ended.exitCode !== 0) throw new Error(ended.stdout + ended.stderr)
    printed = readPrintedCommands(ended.summary)
    output = ended.outputs['output-directory'] ?? ''
  })

  /** The files as somebody has them who downloaded them, and got the trusted root from whoever runs that Sigstore. */
  function downloaded(): string {
    const folder = temporaryFolder('downloaded')
    cpSync(output, folder, { recursive: true })
    cpSync(sigstore.trustedRoot, join(folder, 'trusted-root.json'))
    return folder
  }
  const checkSignature = (folder: string, name: string, command = printed.signature) =>
    runPrinted(command, name, folder)
  const checkProvenance = (folder: string, name: string, command = printed.provenance ?? '') =>
    runPrinted(command, name, folder)
  const accepted = { exitCode: 0 }

  interface Bundle {
    verificationMaterial: {
      certificate: { rawBytes: string }
      tlogEntries: object[]
      timestampVerificationData: object
    }
    messageSignature: { messageDigest: { digest: string }; signature: string }
    dsseEnvelope: { payload: string; signatures: { sig: string }[] }
  }
  const readBundle = (folder: string, name: string): Bundle =>
    JSON.parse(readFileSync(join(folder, bundleOf(name)), 'utf8')) as Bundle
  function changeBundle(folder: string, name: string, change: (bundle: Bundle) => void): void {
    const bundle = readBundle(folder, name)
    change(bundle)
    writeFileSync(join(folder, bundleOf(name)), JSON.stringify(bundle))
  }
  const flipped = (base64: string): string => {
    const bytes = Buffer.from(base64, 'base64')
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
    return bytes.toString('base64')
  }

  testKeyless('signs archive, checksums and statement, and no key is there', () => {
    expect(readdirSync(output).filter((name) => /sigstore|key|pub$/.test(name))).toEqual(
      [ARCHIVE, 'SHA256SUMS', STATEMENT].map(bundleOf).sort(),
    )
    expect(errorsOf(ended)).toEqual([])
  })

  testKeyless.each([ARCHIVE, 'SHA256SUMS'])('%s passes both printed commands', async (name) => {
    const folder = downloaded()
    expect(await checkSignature(folder, name)).toMatchObject(accepted)
    expect(await checkProvenance(folder, name)).toMatchObject(accepted)
  })

  testKeyless('the identity is that of the token, in command, certificates and statement alike', () => {
    const expectations = [
      `--certificate-identity ${IDENTITY} `,
      `--certificate-oidc-issuer ${sigstore.issuer.url} `,
      '--certificate-github-workflow-repository gopher/project ',
      '--certificate-github-workflow-ref refs/tags/v1.0.0 ',
    ]
    for (const command of [printed.signature, printed.provenance])
      for (const expectation of expectations) expect(command).toContain(expectation)
    for (const name of [ARCHIVE, 'SHA256SUMS', STATEMENT]) {
      const { rawBytes } = readBundle(output, name).verificationMaterial.certificate
      const { subjectAltName } = new X509Certificate(Buffer.from(rawBytes, 'base64'))
      expect(subjectAltName).toBe(`URI:${IDENTITY}`)
    }
    const statement = JSON.parse(readFileSync(join(output, STATEMENT), 'utf8')) as {
      predicate: { runDetails: { builder: { id: string } } }
    }
    expect(statement.predicate.runDetails.builder.id).toBe(IDENTITY)
    // The variable says something else.
    expect(ended.summary).not.toContain('mallory')
  })

  testKeyless('no token is in the log, the summary, the outputs or any file', () => {
    const tokens = sigstore.issuer.tokens.filter((token) => ended.stdout.includes(token))
    // The one that was asked for before the first compile; cosign's own are nowhere.
    expect(tokens).toHaveLength(1)
    expect(ended.stdout).toContain(`::add-mask::${tokens[0] ?? ''}`)
    expect(ended.stdout).toMatch(/^environment \[.*GITHUB_ACTIONS=true/m)
    const told = {
      stdout: withoutMasks(ended.stdout),
      stderr: ended.stderr,
      summary: ended.summary,
      outputs: JSON.stringify(ended.outputs),
    }
    const files = [...filesIn(workspace), ...filesIn(ended.temp)].map((file) => [
      file,
      readFileSync(file, 'latin1'),
    ])
    expect(files.length).toBeGreaterThan(5)
    const secrets = secretsOf(job, sigstore.issuer.tokens)
    expect(holding({ ...told, ...(Object.fromEntries(files) as object) }, secrets)).toEqual([])
    expect(told.stdout).not.toContain('ACTIONS_ID_TOKEN')
  })

  describe('is refused', () => {
    testKeyless('with a file that is changed', async () => {
      const folder = downloaded()
      appendFileSync(join(folder, ARCHIVE), 'x')
      const ends = [await checkSignature(folder, ARCHIVE), await checkProvenance(folder, ARCHIVE)]
      for (const end of ends) expect(end).toMatchObject({ exitCode: 1 })
    })

    testKeyless.each<[what: string, change: (bundle: Bundle) => void, said: RegExp]>([
      [
        'a signature of which one bit is changed',
        ({ messageSignature }) => {
          messageSignature.signature = flipped(messageSignature.signature)
        },
        /verifying inclusion/,
      ],
      [
        'a certificate of which one bit is changed',
        ({ verificationMaterial: { certificate } }) => {
          certificate.rawBytes = flipped(certificate.rawBytes)
        },
        /verifying inclusion/,
      ],
      [
        'no entry in the log',
        ({ verificationMaterial }) => {
          verificationMaterial.tlogEntries = []
        },
        /log/,
      ],
      [
        'no timestamp',
        ({ verificationMaterial }) => {
          verificationMaterial.timestampVerificationData = {}
        },
        /timestamp/,
      ],
    ])('with %s', async (_, change, said) => {
      const folder = downloaded()
      changeBundle(folder, ARCHIVE, () => undefined)
      expect(await checkSignature(folder, ARCHIVE)).toMatchObject(accepted)
      changeBundle(folder, ARCHIVE, change)
      const end = await checkSignature(folder, ARCHIVE)
      expect(end).toMatchObject({ exitCode: 1 })
      expect(end.stderr).toMatch(said)
    })

    testKeyless('with the bundle of another file, and one that names this file', async () => {
      const folder = downloaded()
      cpSync(join(folder, bundleOf('SHA256SUMS')), join(folder, bundleOf(ARCHIVE)))
      expect(await checkSignature(folder, ARCHIVE)).toMatchObject({ exitCode: 1 })
      changeBundle(folder, ARCHIVE, ({ messageSignature }) => {
        messageSignature.messageDigest.digest = Buffer.from(sha256(join(folder, ARCHIVE)), 'hex').toString(
          'base64',
        )
      })
      expect(await checkSignature(folder, ARCHIVE)).toMatchObject({ exitCode: 1 })
    })

    testKeyless('with a statement that is changed to speak of another file', async () => {
      const folder = downloaded()
      const genuine = sha256(join(folder, ARCHIVE))
      changeBundle(folder, STATEMENT, () => undefined)
      expect(await checkProvenance(folder, ARCHIVE)).toMatchObject(accepted)
      appendFileSync(join(folder, ARCHIVE), 'x')
      changeBundle(folder, STATEMENT, ({ dsseEnvelope }) => {
        const text = Buffer.from(dsseEnvelope.payload, 'base64').toString()
        const other = text.replaceAll(genuine, sha256(join(folder, ARCHIVE)))
        expect(other).not.toBe(text)
        dsseEnvelope.payload = Buffer.from(other).toString('base64')
      })
      for (const name of [ARCHIVE, 'SHA256SUMS'])
        expect(await checkProvenance(folder, name)).toMatchObject({ exitCode: 1 })
    })

    testKeyless.each<[who: string, claims: Claims, expected: string, own: string]>([
      [
        'by another workflow',
        { job_workflow_ref: WORKFLOW.replace('release.yml', 'evil.yml') },
        IDENTITY,
        IDENTITY.replace('release.yml', 'evil.yml'),
      ],
      [
        'by another ref of the same workflow',
        { job_workflow_ref: WORKFLOW.replace('refs/heads/main', 'refs/heads/evil') },
        IDENTITY,
        IDENTITY.replace('refs/heads/main', 'refs/heads/evil'),
      ],
      [
        'by another repository through the same workflow',
        { repository: 'mallory/project', repository_owner: 'mallory' },
        '--certificate-github-workflow-repository gopher/project',
        '--certificate-github-workflow-repository mallory/project',
      ],
      [
        'by another ref of the same repository through the same workflow',
        { ref: 'refs/heads/evil', ref_type: 'branch' },
        '--certificate-github-workflow-ref refs/tags/v1.0.0',
        '--certificate-github-workflow-ref refs/heads/evil',
      ],
    ])('made %s', async (_, claims, expected, own) => {
      const folder = downloaded()
      const cosign = (verb: string, bundle: string, ...what: string[]) =>
        runChecked(
          [
            ...[tools.cosign, verb, '--yes', '--bundle', join(folder, bundleOf(bundle))],
            ...['--signing-config', sigstore.signingConfig, '--trusted-root', sigstore.trustedRoot, ...what],
          ],
          { env: { ...sigstore.issuer.startJob({ job_workflow_ref: WORKFLOW, ...claims }) } },
        )
      await Promise.all([
        cosign('sign-blob', ARCHIVE, join(folder, ARCHIVE)),
        cosign('attest-blob', STATEMENT, '--statement', join(folder, STATEMENT)),
      ])
      for (const [check, command] of [
        [checkSignature, printed.signature],
        [checkProvenance, printed.provenance ?? ''],
      ] as const) {
        expect(await check(folder, ARCHIVE)).toMatchObject({ exitCode: 1 })
        // It is a good signature, of somebody else.
        expect(command).toContain(expected)
        expect(await check(folder, ARCHIVE, command.replace(expected, own))).toMatchObject(accepted)
      }
    })
  })
})

describe('a token that is not what it was', () => {
  const signatures = (run: ActionRun): string[] =>
    readdirSync(run.outputs['output-directory'] ?? '').filter((name) => name.endsWith('.sigstore.json'))

  testKeyless('another identity, once it is cosign that asks, is found right after signing', async () => {
    const job = sigstore.issuer.startJob({ job_workflow_ref: WORKFLOW }, { job_workflow_ref: `${WORKFLOW}s` })
    const run = await release(await project(), job, { inputs: PRIVATE_SIGSTORE })
    expect(run.exitCode).toBe(1)
    expect(errorsOf(run).join('\n')).toMatch(/cosign verify-blob .*expected SAN value/s)
    expect(signatures(run)).toEqual([])
    expect(run.summary).not.toContain('Verify a downloaded file')
  })

  testKeyless('one that is over is refused, and is not in the error', async () => {
    const past = Math.floor(Date.now() / 1000) - 3600
    const job = sigstore.issuer.startJob({}, { iat: past - 300, nbf: past - 300, exp: past })
    const asked = sigstore.issuer.tokens.length
    const run = await release(await project(), job, { inputs: PRIVATE_SIGSTORE })
    expect(run.exitCode).toBe(1)
    expect(errorsOf(run)).toHaveLength(1)
    expect(errorsOf(run)[0]).toContain('cosign sign-blob')
    expect(signatures(run)).toEqual([])
    const tokens = sigstore.issuer.tokens.slice(asked)
    expect(tokens.length).toBeGreaterThan(1)
    const told = { stdout: withoutMasks(run.stdout), stderr: run.stderr, summary: run.summary }
    expect(holding(told, secretsOf(job, tokens))).toEqual([])
  })
})

describe('before anything is compiled', () => {
  /** One error, and not the compiler's. */
  function expectRefusal(run: ActionRun, ...texts: string[]): void {
    expect(errorsOf(run)).toHaveLength(1)
    for (const text of texts) expect(errorsOf(run)[0]).toContain(text)
    expect(run.exitCode).toBe(1)
    expect(existsSync(join(run.temp, 'go-cross-release-files'))).toBe(false)
  }

  testKeyless('the module is refused by the compiler, once it comes to that', async () => {
    const run = await release(await project(BROKEN), undefined, { inputs: { sign: 'off' } })
    expect(errorsOf(run).join('\n')).toContain('undefined: nothing')
  })

  testKeyless('keyless without an id-token names the permission', async () => {
    const run = await release(await project(BROKEN), undefined, {
      inputs: { ...PRIVATE_SIGSTORE, sign: 'keyless' },
    })
    expectRefusal(run, 'input sign', '`id-token: write`', 'permissions')
  })

  testKeyless.each<[name: string, payload: object]>([
    ['pull_request_target', { repository: { full_name: 'gopher/project' } }],
    [
      'workflow_run',
      {
        repository: { full_name: 'gopher/project' },
        workflow_run: { event: 'pull_request', head_repository: { full_name: 'gopher/project' } },
      },
    ],
  ])('%s is refused a signature, by key or keyless', async (name, payload) => {
    const event = { ...TAG, name, payload }
    const folder = await project(BROKEN)
    const keys = await createKeyPair()
    const withKey = await release(folder, undefined, {
      event,
      inputs: { 'cosign-key': 'env://RELEASE_KEY' },
      env: { RELEASE_KEY: keys.privateKey, COSIGN_PASSWORD: keys.password },
    })
    expectRefusal(withKey, 'input sign', 'nothing is signed here', name)
    const asked = sigstore.issuer.tokens.length
    const keyless = await release(folder, sigstore.issuer.startJob(), {
      event,
      inputs: { ...PRIVATE_SIGSTORE, sign: 'keyless' },
    })
    expectRefusal(keyless, 'input sign', 'nothing is signed here', name)
    expect(sigstore.issuer.tokens).toHaveLength(asked)
  })

  testKeyless.each<[what: string, inputs: Readonly<Record<string, string>>, texts: string[]]>([
    [
      'a signing config alone',
      { 'sigstore-trusted-root': '' },
      ['input sigstore-trusted-root', 'sigstore-signing-config is given'],
    ],
    [
      'a trusted root alone',
      { 'sigstore-signing-config': '' },
      ['input sigstore-signing-config', 'sigstore-trusted-root is given'],
    ],
    [
      'a trusted root that is no JSON',
      { 'sigstore-trusted-root': 'main.go' },
      ['input sigstore-trusted-root', 'main.go cannot be read', 'JSON'],
    ],
    [
      'a signing config that is not there',
      { 'sigstore-signing-config': 'gone.json' },
      ['input sigstore-signing-config', 'gone.json', 'ENOENT'],
    ],
    [
      'a signing config as trusted root',
      { 'sigstore-trusted-root': PRIVATE_SIGSTORE['sigstore-signing-config'] },
      ['input sigstore-trusted-root', 'names no certificateAuthorities'],
    ],
    [
      'a trusted root as signing config',
      { 'sigstore-signing-config': PRIVATE_SIGSTORE['sigstore-trusted-root'] },
      ['input sigstore-signing-config', 'names no caUrls'],
    ],
    [
      'a key beside them',
      { 'cosign-key': 'throwaway' },
      ['input sigstore-signing-config', 'a cosign-key is given'],
    ],
  ])('%s is refused', async (_, inputs, texts) => {
    const asked = sigstore.issuer.tokens.length
    const run = await release(await project(BROKEN), sigstore.issuer.startJob(), {
      inputs: { ...PRIVATE_SIGSTORE, ...inputs },
    })
    expectRefusal(run, ...texts)
    expect(sigstore.issuer.tokens).toHaveLength(asked)
  })
})

describe('off, with a notice', () => {
  function expectUnsigned(run: ActionRun, reason: string): void {
    expect(errorsOf(run)).toEqual([])
    expect(run.exitCode).toBe(0)
    const notice: Partial<Annotation> = {
      level: 'notice',
      message: expect.stringContaining(`nothing is signed: ${reason}`) as string,
    }
    expect(run.annotations).toContainEqual(expect.objectContaining(notice))
    const names = readdirSync(run.outputs['output-directory'] ?? '')
    expect(names).toContain('SHA256SUMS')
    expect(names.filter((name) => /sigstore|intoto|pub$/.test(name))).toEqual([])
    expect(run.summary).toContain('Signature skipped: ')
    expect(run.summary).not.toContain('Verify a downloaded file')
  }

  testKeyless('a pull request, though keyless is asked for and could be had', async () => {
    const asked = sigstore.issuer.tokens.length
    const run = await release(await project(), sigstore.issuer.startJob(), {
      event: { name: 'pull_request', ref: 'refs/pull/7/merge' },
      inputs: { ...PRIVATE_SIGSTORE, sign: 'keyless' },
    })
    expectUnsigned(run, 'a pull request is not signed keyless')
    expect(sigstore.issuer.tokens).toHaveLength(asked)
  })

  testKeyless.each(['private', 'internal'])('a repository that is %s, of its token', async (visibility) => {
    const asked = sigstore.issuer.tokens.length
    const job = sigstore.issuer.startJob({ repository_visibility: visibility })
    // The event says something else.
    const event = { ...TAG, payload: { repository: { private: false, visibility: 'public' } } }
    const run = await release(await project(), job, { event })
    expectUnsigned(
      run,
      `no cosign-key, and the repository is ${visibility}; sign: keyless signs all the same`,
    )
    const tokens = sigstore.issuer.tokens.slice(asked)
    expect(tokens).toHaveLength(1)
    expect(
      holding({ stdout: withoutMasks(run.stdout), summary: run.summary }, secretsOf(job, tokens)),
    ).toEqual([])
  })

  testKeyless('a tag whose job has no id-token, with a Sigstore at hand', async () => {
    const run = await release(await project(), undefined, { inputs: PRIVATE_SIGSTORE })
    expectUnsigned(run, 'no cosign-key, and the job has no `id-token: write` permission')
  })

  testKeyless('a branch whose job may have one', async () => {
    const asked = sigstore.issuer.tokens.length
    const run = await release(await project(), sigstore.issuer.startJob(), {
      event: { ref: 'refs/heads/main' },
      inputs: PRIVATE_SIGSTORE,
    })
    expectUnsigned(run, 'no cosign-key, and no tag started this run')
    expect(sigstore.issuer.tokens).toHaveLength(asked)
  })
})
