// writeProvenance and signStatement with real go, git and cosign: what they write against in-toto's own types, the module
// cache, sha256sum and cosign, and every change to it refused.

import {
  chmodSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { writeArtifact, type Artifact, type ArtifactKind } from '../../src/artifact.js'
import { ActionError } from '../../src/errors.js'
import type { Host } from '../../src/host/host.js'
import type { GoModule } from '../../src/go-module.js'
import { inspectProgram } from '../../src/linkage/index.js'
import {
  describeHashedGo,
  describeInputs,
  hashGo,
  subjectsOf,
  writeProvenance,
  writeSubjectChecksums,
  type ProvenanceRequest,
} from '../../src/provenance/index.js'
import { hashToolchain, type GoInstallation } from '../../src/provenance/toolchain.js'
import { prepareKeySigning, signArtifacts, signStatement, type Signing } from '../../src/sign/index.js'
import { inspectSource, type Source } from '../../src/source/index.js'
import { goEnvironment } from '../support/go-environment.js'
import { createKeyPair, type KeyPair } from '../support/key-pair.js'
import { startHost, type LocalHost } from '../support/local-host.js'
import { git, temporaryModule, writeFiles } from '../support/modules.js'
import { run, runChecked } from '../support/processes.js'
import { sha256 } from '../support/release-files.js'
import { makeWritable, temporaryFolder } from '../support/temporary.js'
import { requireTool, tools } from '../support/test-tools.js'
import { CONTRACT, createInputs } from '../unit/example-inputs.js'
import { optionsOf, planOf } from '../unit/plan/example-plan.js'

interface Descriptor {
  readonly name?: string
  readonly uri?: string
  readonly digest?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, unknown>>
}

interface Statement {
  readonly subject: readonly Descriptor[]
  readonly predicate: {
    readonly buildDefinition: {
      readonly externalParameters: Readonly<Record<string, unknown>>
      readonly internalParameters: Readonly<Record<string, unknown>>
      readonly resolvedDependencies: readonly Descriptor[]
    }
    readonly runDetails: {
      readonly builder: { readonly id: string }
      readonly metadata: object
      readonly byproducts: readonly Descriptor[]
    }
  }
}

const MODULE = {
  'go.mod': `module example.com/tool

go 1.22

require (
	example.com/limits v1.0.0
	example.com/local v1.0.0
	filippo.io/edwards25519 v1.1.0
)

replace example.com/limits => golang.org/x/time v0.15.0

replace example.com/local => ./local
`,
  'local/go.mod': 'module example.com/local\n',
  'local/local.go': 'package local\n\nconst Name = "local"\n',
  'cmd/one/main.go':
    'package main\n\nimport (\n\t"example.com/local"\n\t"filippo.io/edwards25519"\n)\n\nfunc main() { println(local.Name, edwards25519.NewScalar()) }\n',
  'cmd/two/main.go':
    'package main\n\nimport "example.com/limits/rate"\n\nfunc main() { println(rate.NewLimiter(1, 1)) }\n',
}
const VALIDATOR = `package main

import (
	"fmt"
	"os"

	provenance "github.com/in-toto/attestation/go/predicates/provenance/v1"
	intoto "github.com/in-toto/attestation/go/v1"
	"google.golang.org/protobuf/encoding/protojson"
)

func validate(text []byte) error {
	var statement intoto.Statement
	if err := protojson.Unmarshal(text, &statement); err != nil {
		return err
	}
	if err := statement.Validate(); err != nil {
		return err
	}
	predicate, err := protojson.Marshal(statement.Predicate)
	if err != nil {
		return err
	}
	var slsa provenance.Provenance
	if err := protojson.Unmarshal(predicate, &slsa); err != nil {
		return err
	}
	return slsa.Validate()
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err == nil {
		err = validate(text)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`
const GIVEN = { matrix: 'linux/amd64', 'cosign-key': 'env://CANARY', 'cosign-password': 'canary' }
const BUNDLE = 'provenance.intoto.json.sigstore.json'
const onUnix = process.platform === 'win32' ? test.skip : test
const withCosign = requireTool('cosign')
const withSums = requireTool('sha256sum')

let module: string
let host: LocalHost
let source: Source
let modules: readonly GoModule[]
beforeAll(async () => {
  module = await temporaryModule(MODULE)
  await runChecked(['go', 'mod', 'tidy'], { cwd: module })
  await git(module, 'init', '--quiet', '--initial-branch=main')
  await git(module, 'add', '--all')
  await git(module, 'commit', '--quiet', '--message=Commit')
  const built = temporaryFolder('built')
  await runChecked(['go', 'build', '-o', `${built}/`, './cmd/...'], { cwd: module })
  const extension = process.platform === 'win32' ? '.exe' : ''
  const inspected = await Promise.all(
    ['one', 'two'].map((name) => inspectProgram(join(built, name + extension))),
  )
  modules = inspected.flatMap((inspection) =>
    inspection.kind === 'readable'
      ? inspection.programs.flatMap(({ buildInfo }) => buildInfo?.deps ?? [])
      : [],
  )
  host = await startHost(temporaryFolder('cache'))
  source = await inspectSource(host, createInputs({ 'working-directory': module }))
})
afterAll(() => host[Symbol.asyncDispose]())

/** A release of some bytes for each kind of file. */
async function release(output = temporaryFolder('output')): Promise<ProvenanceRequest> {
  const write = (name: string, kind: ArtifactKind) =>
    writeArtifact({ name, kind, output }, [`the bytes of ${name}\n`])
  return {
    inputs: describeInputs(CONTRACT, (name) => (GIVEN as Readonly<Record<string, string>>)[name] ?? ''),
    source,
    goSettings: { GOFLAGS: source.toolchain.goflags, ...source.toolchain.compileVariables },
    toolchains: [describeHashedGo(await hashGo(host, source, source.toolchain))],
    plan: planOf([optionsOf('linux/amd64')]),
    modules,
    files: [
      await write('tool_linux_amd64.tar.gz', 'archive'),
      await write('tool.exe', 'binary'),
      await write('tool_linux_amd64.spdx.json', 'sbom'),
      await write('SHA256SUMS', 'checksums'),
      await write('SHA256SUMS.sigstore.json', 'signature'),
    ],
    manifest: await write('manifest.json', 'manifest'),
    identity: undefined,
    started: new Date(),
    output,
  }
}

const describeToolchain = async (installation: GoInstallation) =>
  describeHashedGo(await hashToolchain(installation))

const read = (file: string): Statement => JSON.parse(readFileSync(file, 'utf8')) as Statement

/** The same run on a runner that the event of a pushed tag started. */
function onRunner(commit: string): Host {
  const environment = {
    ...{ GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'octo/tool' },
    ...{ GITHUB_REF: 'refs/tags/v1.0.0', GITHUB_SHA: commit, GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: '2' },
    ...{ GITHUB_WORKFLOW_REF: 'octo/tool/.github/workflows/release.yml@refs/tags/v1.0.0' },
    ...{ GITHUB_ACTION_REPOSITORY: 'octo/action', GITHUB_ACTION_REF: 'v1' },
    ...{ RUNNER_OS: 'Linux', RUNNER_ENVIRONMENT: 'github-hosted', ImageOS: 'ubuntu24' },
    ...{ ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'canary', GITHUB_TOKEN: 'canary' },
  }
  return { ...host, kind: 'github', environment }
}

const commit = (): string => source.repository?.commit ?? 'none'

describe('against the types that in-toto publishes', () => {
  let validator: string
  beforeAll(async () => {
    validator = temporaryFolder('validator')
    writeFiles(validator, { 'go.mod': 'module validator\n\ngo 1.23\n', 'main.go': VALIDATOR })
    const packages = ['go/v1', 'go/predicates/provenance/v1']
    const named = packages.map((folder) => `github.com/in-toto/attestation/${folder}@v1.2.0`)
    await runChecked(['go', 'get', ...named], { cwd: validator })
    await runChecked(['go', 'build', '-o', 'validate.exe', '.'], { cwd: validator })
  })

  const validate = (file: string) => run([join(validator, 'validate.exe'), file])

  test.each<[where: string, on: () => Host]>([
    ['a laptop', () => host],
    ['a runner', () => onRunner(commit())],
    ['a runner that checked out another commit', () => onRunner('01'.repeat(20))],
  ])('the statement of %s is valid, and has no field that they do not know', async (_, on) => {
    const { path } = await writeProvenance(on(), await release())
    expect(await validate(path)).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  })

  test('the example of the documentation is valid too', async () => {
    const page = readFileSync('docs/provenance.md', 'utf8')
    const file = join(temporaryFolder('example'), 'example.json')
    writeFileSync(file, /```json\r?\n([^]*?)```/.exec(page)?.[1] ?? '')
    expect(await validate(file)).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  })

  test.each<[what: string, change: (text: string) => string, problem: RegExp]>([
    ['an unknown field', (text) => text.replace('"buildType"', '"buildKind"'), /unknown field "buildKind"/],
    [
      'a digest of another length',
      (text) => text.replace(/"gitCommit": "../, '"gitCommit": "'),
      /incorrect length/,
    ],
    ['no subject', (text) => text.replace(/"subject": \[[^\]]*\]/, '"subject": []'), /at least one subject/],
  ])('a statement with %s is not', async (_, change, problem) => {
    const { path } = await writeProvenance(host, await release())
    const text = readFileSync(path, 'utf8')
    expect(change(text)).not.toBe(text)
    writeFileSync(path, change(text))
    const ended = await validate(path)
    expect(ended.exitCode).toBe(1)
    expect(ended.stderr).toMatch(problem)
  })
})

describe('the statement', () => {
  test('has every release file with the digest that is on the disk', async () => {
    const request = await release()
    const { subject, predicate } = read((await writeProvenance(host, request)).path)
    expect(subject).toEqual(
      ['SHA256SUMS', 'tool.exe', 'tool_linux_amd64.spdx.json', 'tool_linux_amd64.tar.gz'].map((name) => ({
        name,
        digest: { sha256: sha256(join(request.output, name)) },
      })),
    )
    expect(predicate.runDetails.byproducts).toEqual([
      { name: 'manifest.json', digest: { sha256: sha256(request.manifest.path) } },
    ])
  })

  test('has the modules of all programs, as the module cache has them', async () => {
    const hexSum = async (query: string): Promise<string> => {
      const command = ['go', 'mod', 'download', '-json', query]
      const { Sum } = JSON.parse(await runChecked(command, { cwd: temporaryFolder('empty') })) as {
        Sum: string
      }
      return Buffer.from(Sum.replace('h1:', ''), 'base64').toString('hex')
    }
    const { predicate } = read((await writeProvenance(host, await release())).path)
    const [first, go, ...rest] = predicate.buildDefinition.resolvedDependencies
    expect(first).toEqual({
      name: 'example.com/tool',
      digest: { gitCommit: await git(module, 'rev-parse', 'HEAD') },
    })
    expect(go?.name).toBe('go')
    expect(rest).toEqual([
      {
        uri: 'file:./local',
        annotations: {
          replaces: 'pkg:golang/example.com/local@v1.0.0',
          unverified: 'go.sum has no hash of it',
        },
      },
      {
        uri: 'pkg:golang/filippo.io/edwards25519@v1.1.0',
        digest: { dirHash: await hexSum('filippo.io/edwards25519@v1.1.0') },
      },
      {
        uri: 'pkg:golang/golang.org/x/time@v0.15.0',
        digest: { dirHash: await hexSum('golang.org/x/time@v0.15.0') },
        annotations: { replaces: 'pkg:golang/example.com/limits@v1.0.0' },
      },
    ])
  })

  test('of two runs differs in their times and in what they are called', async () => {
    const statements = [await release(), await release()].map(async (request) => {
      const { predicate, ...rest } = read((await writeProvenance(host, request)).path)
      const { metadata, ...details } = predicate.runDetails
      return { metadata, rest: { ...rest, predicate: { ...predicate, runDetails: details } } }
    })
    const [one, other] = await Promise.all(statements)
    expect(other?.rest).toEqual(one?.rest)
    expect(other?.metadata).not.toEqual(one?.metadata)
    expect(Object.keys(other?.metadata ?? {})).toEqual(['invocationId', 'startedOn', 'finishedOn'])
  })

  test('of a runner names workflow, run and action, and no secret', async () => {
    const { path } = await writeProvenance(onRunner(commit()), await release())
    const { buildDefinition, runDetails } = read(path).predicate
    expect(buildDefinition.resolvedDependencies.slice(0, 2)).toEqual([
      { uri: 'git+https://github.com/octo/tool@refs/tags/v1.0.0', digest: { gitCommit: commit() } },
      {
        uri: 'git+https://github.com/octo/action@v1',
        annotations: { unverified: 'the workflow names it by a ref that can be moved' },
      },
    ])
    expect(buildDefinition.externalParameters).toMatchObject({
      inputs: { matrix: 'linux/amd64', 'cosign-key': 'env' },
      workflow: { path: '.github/workflows/release.yml' },
    })
    expect(runDetails.builder.id).toBe(
      'https://github.com/octo/tool/.github/workflows/release.yml@refs/tags/v1.0.0',
    )
    expect(runDetails.metadata).toMatchObject({
      invocationId: 'https://github.com/octo/tool/actions/runs/7/attempts/2',
    })
    expect(readFileSync(path, 'utf8')).not.toMatch(/canary/i)
  })

  test('names the signer as the builder, where a certificate names one', async () => {
    const identity = 'https://github.com/octo/shared/.github/workflows/go.yml@refs/heads/main'
    const { path } = await writeProvenance(onRunner(commit()), { ...(await release()), identity })
    expect(read(path).predicate.runDetails.builder.id).toBe(identity)
  })
})

describe('the digest of Go', () => {
  const installation = { version: 'go1.99.0', hostOs: 'linux', hostArch: 'amd64' }
  const PUBLISHED = {
    VERSION: 'go1.99.0\n',
    'go.env': 'GOPROXY=off\n',
    'bin/go': 'the go command',
    'pkg/tool/linux_amd64/compile': 'the compiler',
    'src/_go.mod': 'module std\n',
    'src/fmt/print.go': 'package fmt\n',
  }
  const FILES = {
    ...PUBLISHED,
    'src/go.mod': PUBLISHED['src/_go.mod'],
    'test/fib.go': 'package main\n',
    'pkg/obj/cache': 'made later',
  }

  withSums('is what sha256sum makes of the files that are published', async () => {
    const goroot = temporaryFolder('goroot')
    writeFiles(goroot, FILES)
    const unpacked = temporaryFolder('unpacked')
    writeFiles(join(unpacked, 'golang.org/toolchain@v0.0.1-go1.99.0.linux-amd64'), PUBLISHED)
    const pipeline = 'find . -type f | cut -c3- | LC_ALL=C sort | xargs sha256sum | sha256sum'
    const expected = await runChecked(['sh', '-c', pipeline], { cwd: unpacked })
    expect(await describeToolchain({ ...installation, goroot })).toEqual({
      name: 'go',
      uri: 'pkg:golang/golang.org/toolchain@v0.0.1-go1.99.0.linux-amd64',
      digest: { dirHash: expected.slice(0, 64) },
    })
  })

  test('is the one in the checksum database, whatever else an installation holds', async () => {
    const { version, hostOs, hostArch } = source.toolchain
    const [release = version] = version.split(' ')
    const name = `golang.org/toolchain@v0.0.1-${release}.${hostOs}-${hostArch}`
    // What go downloads, it compares with sum.golang.org.
    const GOMODCACHE = temporaryFolder('toolchain')
    const text = await runChecked(['go', 'mod', 'download', '-json', name], {
      cwd: GOMODCACHE,
      env: { GOMODCACHE },
    })
    const { Dir, Sum } = JSON.parse(text) as { Dir: string; Sum: string }
    makeWritable(Dir)
    copyFileSync(join(Dir, 'src', '_go.mod'), join(Dir, 'src', 'go.mod'))
    const settings = readFileSync(join(Dir, 'go.env'), 'utf8')
    expect(settings).toContain('\nGOTOOLCHAIN=auto\n')
    writeFileSync(join(Dir, 'go.env'), settings.replace('GOTOOLCHAIN=auto', 'GOTOOLCHAIN=local'))
    writeFiles(Dir, { 'api/go1.txt': '', 'test/fib.go': '', 'bin/dlv': '', 'pkg/obj/cache': '' })
    const { digest } = await describeToolchain({ version, hostOs, hostArch, goroot: Dir })
    expect(digest).toEqual({ dirHash: Buffer.from(Sum.replace('h1:', ''), 'base64').toString('hex') })
  })

  onUnix('is the same where a part of it lies elsewhere', async () => {
    const [one, other] = [temporaryFolder('goroot'), temporaryFolder('goroot')]
    writeFiles(one, FILES)
    writeFiles(other, FILES)
    const elsewhere = join(temporaryFolder('share'), 'src')
    renameSync(join(other, 'src'), elsewhere)
    symlinkSync(elsewhere, join(other, 'src'))
    const { digest } = await describeToolchain({ ...installation, goroot: one })
    expect(await describeToolchain({ ...installation, goroot: other })).toMatchObject({ digest })
  })

  test.each(['go.env', 'bin/go', 'pkg/tool/linux_amd64/compile', 'src/fmt/print.go'])(
    'changes with %s',
    async (file) => {
      const [one, other] = [temporaryFolder('goroot'), temporaryFolder('goroot')]
      writeFiles(one, FILES)
      writeFiles(other, { ...FILES, [file]: 'something else' })
      const { digest } = await describeToolchain({ ...installation, goroot: one })
      expect(await describeToolchain({ ...installation, goroot: other })).not.toMatchObject({ digest })
    },
  )

  onUnix('is refused of a folder where one name could pass for two files', async () => {
    const goroot = temporaryFolder('goroot')
    writeFiles(goroot, { ...FILES, 'src/a\nb': '' })
    await expect(describeToolchain({ ...installation, goroot })).rejects.toThrow(
      new ActionError(`provenance: "src/a\\nb" in ${goroot} is no name of a file of Go's`),
    )
  })

  test('is refused of a go that does not tell where it is', async () => {
    const { stdout, ...finished } = await host.processes.runChecked(['go', 'version'])
    expect(stdout).not.toBe('')
    const runChecked = () => Promise.resolve({ ...finished, stdout: '\n' })
    const silent = { ...host, processes: { ...host.processes, runChecked } }
    await expect(hashGo(silent, source, source.toolchain)).rejects.toThrow(
      'provenance: go does not tell where it is; unset GOROOT',
    )
  })
})

describe('the checksums for actions/attest', () => {
  withSums('hold every subject, SHA256SUMS too, in the form that sha256sum checks', async () => {
    const request = await release()
    const file = await writeSubjectChecksums(host, request.files, request.output)
    expect(dirname(file)).not.toBe(request.output)
    const checked = await runChecked(['sha256sum', '--check', '--strict', file], { cwd: request.output })
    const { subject } = read((await writeProvenance(host, request)).path)
    expect(checked.trim().split('\n')).toEqual(subject.map(({ name = '' }) => `${name}: OK`))
  })

  test('end their lines as actions/attest splits them on Windows', async () => {
    const request = await release()
    const onWindows = { ...host, machine: { ...host.machine, goos: 'windows' } }
    const file = await writeSubjectChecksums(onWindows, request.files, request.output)
    expect(readFileSync(file, 'utf8').split('\r\n')).toHaveLength(subjectsOf(request.files).length + 1)
  })

  test('of two output directories are two files', async () => {
    const [one, other] = [await release(), await release()]
    const write = (each: ProvenanceRequest) => writeSubjectChecksums(host, each.files, each.output)
    expect(await write(one)).not.toBe(await write(other))
  })
})

describe('signed with a key', () => {
  let keys: KeyPair
  let request: ProvenanceRequest
  let statement: Artifact
  let bundle: string

  const openKey = (cosign: string): Promise<Signing> =>
    prepareKeySigning(host, cosign, keys.privateKeyFile, keys.password)
  const sign = async (cosign: string, what: ProvenanceRequest, text: Artifact): Promise<Artifact> => {
    await using signing = await openKey(cosign)
    return await signStatement(host, signing, text, subjectsOf(what.files), what.output)
  }

  beforeAll(async () => {
    if (withCosign !== test) return
    keys = await createKeyPair()
    request = await release()
    statement = await writeProvenance(host, request)
    bundle = (await sign(tools.cosign, request, statement)).path
  })

  const verify = (file: string, from = bundle, key = keys.publicKeyFile) =>
    run([
      ...[tools.cosign, 'verify-blob-attestation', '--key', key, '--bundle', from],
      ...['--type', 'slsaprovenance1', '--insecure-ignore-tlog=true', '--', file],
    ])
  const refused = { exitCode: 1 }
  /** The bundle with its envelope changed. */
  const changed = (change: (payload: string, signature: string) => readonly [string, string]): string => {
    const parsed = JSON.parse(readFileSync(bundle, 'utf8')) as {
      dsseEnvelope: { payload: string; signatures: { sig: string }[] }
    }
    const { dsseEnvelope } = parsed
    const [payload, sig] = change(dsseEnvelope.payload, dsseEnvelope.signatures[0]?.sig ?? '')
    const file = join(temporaryFolder('bundle'), BUNDLE)
    writeFileSync(
      file,
      JSON.stringify({ ...parsed, dsseEnvelope: { ...dsseEnvelope, payload, signatures: [{ sig }] } }),
    )
    return file
  }

  withCosign('every subject verifies, and what is signed is the statement to the byte', async () => {
    expect(basename(bundle)).toBe(BUNDLE)
    for (const { path } of subjectsOf(request.files))
      expect(await verify(path)).toMatchObject({ exitCode: 0 })
    const { dsseEnvelope } = JSON.parse(readFileSync(bundle, 'utf8')) as { dsseEnvelope: { payload: string } }
    expect(Buffer.from(dsseEnvelope.payload, 'base64').toString()).toBe(readFileSync(statement.path, 'utf8'))
  })

  withCosign('a file that is changed, or is none of the subjects, is refused', async () => {
    const file = join(temporaryFolder('tampered'), 'tool.exe')
    copyFileSync(join(request.output, 'tool.exe'), file)
    expect(await verify(file)).toMatchObject({ exitCode: 0 })
    writeFileSync(file, 'other bytes')
    expect(await verify(file)).toMatchObject(refused)
    expect(await verify(request.manifest.path)).toMatchObject(refused)
  })

  withCosign('a file that was changed after it was written is signed, but goes no further', async () => {
    const output = temporaryFolder('changed')
    const draft = { name: 'tool', kind: 'binary', output } as const
    const artifact = await writeArtifact(draft, ['the bytes\n'])
    await using signing = await openKey(tools.cosign)
    expect((await signArtifacts(host, signing, [artifact], output)).map(({ name }) => name)).toEqual([
      'tool.sigstore.json',
      'cosign.pub',
    ])
    writeFileSync(artifact.path, 'other bytes\n')
    const again = temporaryFolder('again')
    await expect(signArtifacts(host, signing, [artifact], again)).rejects.toThrow(
      /^sign: tool was changed after it was written: [0-9a-f]{64} was signed instead of [0-9a-f]{64}; /,
    )
    expect(readdirSync(again)).toEqual([])
  })

  withCosign('a changed statement is refused', async () => {
    const file = join(temporaryFolder('tampered'), 'tool.exe')
    writeFileSync(file, 'other bytes')
    const withOther = changed((payload, signature) => {
      const text = Buffer.from(payload, 'base64').toString()
      const other = text.replaceAll(sha256(join(request.output, 'tool.exe')), sha256(file))
      expect(other).not.toBe(text)
      return [Buffer.from(other).toString('base64'), signature]
    })
    expect(await verify(file, withOther)).toMatchObject(refused)
    expect(await verify(join(request.output, 'SHA256SUMS'), withOther)).toMatchObject(refused)
  })

  withCosign('a changed signature, and another key, are refused', async () => {
    const file = join(request.output, 'tool.exe')
    const unchanged = changed((payload, signature) => [payload, signature])
    expect(await verify(file, unchanged)).toMatchObject({ exitCode: 0 })
    const flipped = changed((payload, signature) => {
      const bytes = Buffer.from(signature, 'base64')
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
      return [payload, bytes.toString('base64')]
    })
    expect(await verify(file, flipped)).toMatchObject(refused)
    expect(await verify(file, bundle, (await createKeyPair()).publicKeyFile)).toMatchObject(refused)
  })

  withCosign('an attestation of another kind by the same key is refused', async () => {
    const other = { ...statement, path: join(temporaryFolder('statement'), statement.name) }
    const text = readFileSync(statement.path, 'utf8')
    writeFileSync(
      other.path,
      text.replace('https://slsa.dev/provenance/v1', 'https://example.com/opinion/v1'),
    )
    await expect(sign(tools.cosign, request, other)).rejects.toMatchObject({ name: 'ToolError' })
  })

  withCosign('a file that is changed before it is signed is refused', async () => {
    const late = await release()
    const text = await writeProvenance(host, late)
    writeFileSync(join(late.output, 'tool_linux_amd64.spdx.json'), 'other bytes')
    await expect(sign(tools.cosign, late, text)).rejects.toMatchObject({ name: 'ToolError' })
  })

  // As a cosign that leaves out what it does not know would.
  const withUnixCosign = process.platform === 'win32' ? test.skip : withCosign
  withUnixCosign('a signature of another statement than the one that is written is refused', async () => {
    const folder = temporaryFolder('fake')
    const fake = join(folder, 'cosign')
    const script = `#!/bin/sh
"${tools.cosign}" "$@" || exit
[ "$1" != attest-blob ] || for last; do :; done
[ "$1" != attest-blob ] || echo >> "$last"
`
    writeFileSync(fake, script)
    chmodSync(fake, 0o755)
    const other = await release()
    const text = await writeProvenance(host, other)
    await expect(sign(fake, other, text)).rejects.toThrow(
      'sign: what cosign signed is not what provenance.intoto.json says',
    )
  })
})

test('Go is described as the one that runs here', async () => {
  const { GOHOSTOS, GOHOSTARCH } = await goEnvironment()
  const { predicate } = read((await writeProvenance(host, await release())).path)
  const go = predicate.buildDefinition.resolvedDependencies.find(({ name }) => name === 'go')
  const [version = ''] = source.toolchain.version.split(' ')
  expect(go?.uri).toBe(`pkg:golang/golang.org/toolchain@v0.0.1-${version}.${GOHOSTOS}-${GOHOSTARCH}`)
  expect(go?.digest?.['dirHash']).toMatch(/^[0-9a-f]{64}$/)
})
