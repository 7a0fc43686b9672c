// The main job on real input, as the action on Node 24 and as a command: age v1.3.1, seven targets, four mains.

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { runAction, runCommand, type ActionRun } from '../support/action-runner.js'
import { barsOf } from '../support/gantt-bars.js'
import { hostTarget } from '../support/go-environment.js'
import { createKeyPair, type KeyPair } from '../support/key-pair.js'
import { ageModule, git } from '../support/modules.js'
import { cleanEnvironment, runChecked } from '../support/processes.js'
import { listArchive, readChecksums, sha256, unpackArchive } from '../support/release-files.js'
import { startResultsService, type ResultsService } from '../support/results-service.js'
import { temporaryFolder } from '../support/temporary.js'
import { requireTool, tools, toolsFolder } from '../support/test-tools.js'

const TARGETS = {
  'linux/amd64': { archive: 'age_v1.3.1_linux_amd64.tar.gz', verdict: 'static' },
  'linux/arm64': { archive: 'age_v1.3.1_linux_arm64.tar.gz', verdict: 'static' },
  'windows/amd64': { archive: 'age_v1.3.1_windows_amd64.zip', verdict: 'system-only' },
  'windows/arm64': { archive: 'age_v1.3.1_windows_arm64.zip', verdict: 'system-only' },
  'darwin/amd64': { archive: 'age_v1.3.1_darwin_amd64.tar.gz', verdict: 'system-only' },
  'darwin/arm64': { archive: 'age_v1.3.1_darwin_arm64.tar.gz', verdict: 'system-only' },
  'freebsd/amd64': { archive: 'age_v1.3.1_freebsd_amd64.tar.gz', verdict: 'static' },
} as const
const MAINS = ['age', 'age-inspect', 'age-keygen', 'age-plugin-batchpass']

const path = [toolsFolder, cleanEnvironment()['PATH']].join(delimiter)
const TOOLS = ['node24', 'syft', 'cosign'] as const
const withTools = requireTool(...TOOLS)
const withUnzip = requireTool(...TOOLS, 'unzip')
/** Perl's is the one that macOS has. */
const checksumProgram = process.platform === 'darwin' ? 'shasum' : 'sha256sum'

interface Statement {
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[]
  readonly predicate: {
    readonly buildDefinition: {
      readonly externalParameters: { readonly inputs: object }
      readonly resolvedDependencies: readonly { readonly uri?: string }[]
    }
    readonly runDetails: { readonly byproducts: readonly object[] }
  }
}

interface OutputFile {
  readonly name: string
  readonly path: string
  readonly kind: string
  readonly target?: string
  readonly size: number
  readonly sha256: string
}

describe('age v1.3.1 as the action', () => {
  let service: ResultsService
  let keys: KeyPair
  let module: string
  let action: ActionRun
  let files: OutputFile[]
  const filesOf = (kind: string) => files.filter((file) => file.kind === kind)

  beforeAll(async () => {
    service = await startResultsService()
    keys = await createKeyPair()
    module = await ageModule()
    action = await runAction({
      cwd: module,
      inputs: {
        'cosign-key': 'env://RELEASE_KEY',
        'cosign-password': keys.password,
        sbom: 'spdx-json, cyclonedx-json',
        ldflags: '-s -w -X main.Version={version}',
      },
      event: { name: 'push', ref: 'refs/tags/v1.3.1', payload: { repository: { private: false } } },
      env: { ...service.environment, PATH: path, RELEASE_KEY: keys.privateKey },
    })
    if (action.exitCode !== 0)
      throw new Error(`exit code ${action.exitCode}\n${action.stdout}${action.stderr}`)
    files = JSON.parse(action.outputs['artifacts'] ?? '') as OutputFile[]
  })
  afterAll(() => service.stop())

  withTools('names what it made in its outputs', async () => {
    expect(action.outputs['version']).toBe('v1.3.1')
    const rows = (
      JSON.parse(action.outputs['matrix'] ?? '') as { include: { goos: string; goarch: string }[] }
    ).include
    expect(rows.map(({ goos, goarch }) => `${goos}/${goarch}`)).toEqual(Object.keys(TARGETS))
    expect(action.outputs['output-directory']).toBe(join(action.temp, 'go-cross-release-files'))
    expect(action.outputs['cache-hit']).toBe('false')
    const host = (await hostTarget()).replace('/', '-')
    expect(action.outputs['cache-key']).toMatch(new RegExp(`^go-cross-release-2-${host}-go1\\.[^,]+$`))
    expect(action.outputs['cache-matched-key']).toBe('')
    for (const file of files) {
      expect(dirname(file.path)).toBe(action.outputs['output-directory'])
      expect(sha256(file.path)).toBe(file.sha256)
      expect(readFileSync(file.path).length).toBe(file.size)
    }
  })

  withUnzip('packs every main and the licence into one archive a target', async () => {
    expect(filesOf('archive').map(({ name }) => name)).toEqual(
      Object.values(TARGETS).map(({ archive }) => archive),
    )
    for (const { path: file, target = '' } of filesOf('archive')) {
      const extension = target.startsWith('windows') ? '.exe' : ''
      expect(await listArchive(file)).toEqual({
        LICENSE: '-rw-r--r--',
        'README.md': '-rw-r--r--',
        ...Object.fromEntries(MAINS.map((main) => [`${main}${extension}`, '-rwxr-xr-x'])),
      })
    }
  })

  withUnzip('makes programs that run and know their version', async () => {
    const folder = temporaryFolder('unpacked')
    const target = await hostTarget()
    const archive = filesOf('archive').find((file) => file.target === target)
    await unpackArchive(archive?.path ?? '', folder)
    const age = join(folder, target.startsWith('windows') ? 'age.exe' : 'age')
    expect(await runChecked([age, '--version'])).toContain('v1.3.1')
    const buildInfo = await runChecked(['go', 'version', '-m', age])
    expect(buildInfo).toContain(`vcs.revision=${await git(module, 'rev-parse', 'HEAD')}`)
    expect(buildInfo).toContain('vcs.modified=false')
    expect(buildInfo).toMatch(/mod\s+filippo\.io\/age\s+v1\.3\.1/)
  })

  withTools('judges every program by its bytes', () => {
    const linkage = JSON.parse(action.outputs['linkage'] ?? '') as {
      target: string
      program: string
      verdict: string
    }[]
    expect(linkage).toHaveLength(Object.keys(TARGETS).length * MAINS.length)
    for (const { target, verdict } of linkage)
      expect(verdict).toBe(TARGETS[target as keyof typeof TARGETS].verdict)
  })

  requireTool(...TOOLS, checksumProgram)(
    'lists archives and SBOMs in SHA256SUMS, and nothing else',
    async () => {
      const sums = readChecksums(action.outputs['checksums'] ?? '')
      const listed = [...filesOf('archive'), ...filesOf('sbom')]
      expect(sums).toEqual(Object.fromEntries(listed.map((file) => [file.name, file.sha256])))
      const program = checksumProgram === 'shasum' ? ['shasum', '--algorithm', '256'] : ['sha256sum']
      await runChecked([...program, '--check', '--strict', 'SHA256SUMS'], {
        cwd: action.outputs['output-directory'] ?? '',
      })
    },
  )

  withTools('makes one SBOM for each target and format that names the module and its version', () => {
    expect(filesOf('sbom')).toHaveLength(2 * Object.keys(TARGETS).length)
    for (const file of filesOf('sbom')) {
      const document = JSON.parse(readFileSync(file.path, 'utf8')) as {
        packages?: { name: string; versionInfo: string }[]
        components?: { name: string; version?: string }[]
      }
      const entries = [
        ...(document.packages ?? []).map(({ name, versionInfo }) => `${name}@${versionInfo}`),
        ...(document.components ?? []).map(({ name, version }) => `${name}@${version ?? ''}`),
      ]
      expect(entries).toContain('filippo.io/age@v1.3.1')
      expect(entries).toContain('golang.org/x/crypto@v0.45.0')
      expect(readFileSync(file.path, 'utf8')).not.toContain(action.temp)
    }
  })

  withTools(
    'signs archives and SHA256SUMS so that a stranger with the public key can verify them',
    async () => {
      const signed = [...filesOf('archive'), ...filesOf('checksums')]
      expect(
        filesOf('signature')
          .map(({ name }) => name)
          .sort(),
      ).toEqual([...signed, ...filesOf('provenance')].map(({ name }) => `${name}.sigstore.json`).sort())
      const verify = (file: string, bundle: string) =>
        runChecked([
          ...[tools.cosign, 'verify-blob', '--key', keys.publicKeyFile, '--insecure-ignore-tlog=true'],
          ...['--bundle', bundle, file],
        ])
      for (const { path: file } of signed) await verify(file, `${file}.sigstore.json`)
      const [one, other] = signed
      await expect(verify(one?.path ?? '', `${other?.path ?? ''}.sigstore.json`)).rejects.toThrow('exit code')
    },
  )

  withTools('states the origin of every file, of the modules and of the manifest, signed', async () => {
    const [statement] = filesOf('provenance')
    const { subject, predicate } = JSON.parse(readFileSync(statement?.path ?? '', 'utf8')) as Statement
    const subjects = [...filesOf('archive'), ...filesOf('sbom'), ...filesOf('checksums')]
    const described = subjects.map((file) => ({ name: file.name, digest: { sha256: file.sha256 } }))
    expect(subject).toEqual(described.sort((a, b) => (a.name < b.name ? -1 : 1)))
    const sums = readFileSync(action.outputs['subject-checksums'] ?? '', 'utf8')
      .trim()
      .split(/\r?\n/)
    expect(sums).toEqual(subject.map(({ name, digest }) => `${digest.sha256}  ${name}`))
    const { buildDefinition, runDetails } = predicate
    expect(runDetails.byproducts).toEqual([
      { name: 'manifest.json', digest: { sha256: sha256(action.outputs['manifest'] ?? '') } },
    ])
    expect(buildDefinition.externalParameters.inputs).toEqual({
      'cosign-key': 'env',
      sbom: 'spdx-json, cyclonedx-json',
      ldflags: '-s -w -X main.Version={version}',
    })
    expect(buildDefinition.resolvedDependencies.map(({ uri }) => uri)).toContain(
      'pkg:golang/golang.org/x/crypto@v0.45.0',
    )
    const [command = ''] = action.summary.split('\n').filter((line) => line.includes('blob-attestation'))
    for (const { path: file } of subjects) {
      const [, ...words] = command.replace('FILE', file).split(' ')
      await runChecked([tools.cosign, ...words], { cwd: action.outputs['output-directory'] ?? '' })
    }
  })

  withTools('uploads the same bytes, an artifact for each target and one for the release', async () => {
    const artifacts = service.artifacts()
    const releaseName = /^age_v1\.3\.1_release_[0-9a-f]{8}$/
    const names = artifacts.map(({ name }) => name).filter((name) => !releaseName.test(name))
    expect(artifacts).toHaveLength(names.length + 1)
    expect(names.sort()).toEqual(
      Object.values(TARGETS)
        .map(({ archive }) => archive.replace(/\.tar\.gz$|\.zip$/, ''))
        .sort(),
    )
    const uploaded: Record<string, Buffer> = {}
    for (const artifact of artifacts) Object.assign(uploaded, await artifact.files())
    expect(Object.keys(uploaded).sort()).toEqual(files.map(({ name }) => name).sort())
    for (const { name, path: file } of files) expect(uploaded[name]?.equals(readFileSync(file))).toBe(true)
  })

  withTools('tells all of it in the manifest and the summary, and no secret anywhere', () => {
    const manifest = JSON.parse(readFileSync(action.outputs['manifest'] ?? '', 'utf8')) as {
      status: string
      module: string
      version: string
      go: string
      targets: {
        target: string
        status: string
        buildSeconds: number
        programs: { verdict: string; sha256: string }[]
      }[]
    }
    expect(manifest).toMatchObject({ status: 'done', module: 'filippo.io/age', version: 'v1.3.1' })
    expect(manifest.go).toMatch(/^go1\./)
    expect(manifest.targets.map(({ target }) => target)).toEqual(Object.keys(TARGETS))
    for (const { status, buildSeconds, programs } of manifest.targets) {
      expect(status).toBe('done')
      expect(buildSeconds).toBeGreaterThan(0)
      expect(programs).toHaveLength(MAINS.length)
    }
    expect(action.summary).toContain('age v1.3.1: 7 of 7 targets')
    for (const target of Object.keys(TARGETS)) expect(action.summary).toContain(`| ${target} | ✅ done |`)
    expect(action.summary).toContain('Build cache: nothing is restored on a tag')
    expect(barsOf(action.summary)).toMatchObject(
      Object.fromEntries(
        Object.keys(TARGETS).map((target) => [target, ['compile', 'link', 'check', 'package']]),
      ),
    )
    // The one place where the password may stand is the command that tells the runner to hide it.
    const log = action.stdout.replaceAll(/^::add-mask::.*$/gm, '')
    const everything = [
      log,
      action.stderr,
      action.summary,
      JSON.stringify(action.outputs),
      JSON.stringify(manifest),
    ]
    for (const secret of [keys.password, keys.privateKey.split('\n')[1] ?? '']) {
      expect(everything.join('\n')).not.toContain(secret)
    }
    expect(action.annotations.filter(({ level }) => level !== 'notice')).toEqual([])
  })

  withTools(
    'makes the same archives and SBOMs as a command elsewhere: another folder, Node, time zone and cache',
    async () => {
      const clone = join(temporaryFolder('elsewhere'), 'checkout')
      await git(module, 'clone', '--quiet', module, clone)
      const outputs = join(temporaryFolder('outputs'), 'outputs')
      const ended = await runCommand(
        [
          ...['--ldflags', '-s -w -X main.Version={version}', '--sbom', 'spdx-json,cyclonedx-json'],
          ...['--sign', 'off', '--output-directory', 'made'],
        ],
        { cwd: clone, env: { PATH: path, TZ: 'Pacific/Apia', GITHUB_OUTPUT: outputs } },
      )
      expect({ exitCode: ended.exitCode, stderr: ended.stderr }).toEqual({ exitCode: 0, stderr: '' })
      expect(readChecksums(join(clone, 'made', 'SHA256SUMS'))).toEqual(
        readChecksums(action.outputs['checksums'] ?? ''),
      )
      expect(ended.stdout).toContain('age v1.3.1: 7 of 7 targets')
      expect(ended.stdout).toMatch(/^linux\/amd64 +done +static /m)
      expect(existsSync(outputs)).toBe(true)
      expect(readFileSync(outputs, 'utf8')).toContain(join(clone, 'made', 'manifest.json'))
      // Files made in the checkout do not make the tree dirty.
      expect(await git(clone, 'status', '--porcelain')).toBe('')

      const again = await runCommand(
        ['--matrix', 'linux/amd64', '--sbom', 'off', '--output-directory', 'made'],
        {
          cwd: clone,
          env: { PATH: path },
        },
      )
      expect(again.exitCode).toBe(0)
      expect(readdirSync(join(clone, 'made')).sort()).toEqual(
        ['.gitignore', 'SHA256SUMS', 'age_v1.3.1_linux_amd64.tar.gz', 'manifest.json'].sort(),
      )
    },
  )
})
