// Settles everything about a release before its first compile: what is built, how it is signed, and all that this needs.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { checkCompilers, openBudget, openKeptOutputs } from './build/index.js'
import { decideCaching, openCache, openModuleCache, type Cache, type CachePolicy } from './cache/index.js'
import { InputError } from './errors.js'
import type { Environment, Host } from './host/host.js'
import type { Inputs } from './inputs.js'
import type { LaneSettings } from './lane.js'
import { parseChecks, type Checks } from './linkage/index.js'
import { checkOutput } from './output/index.js'
import { findExtraFiles, type Entry } from './package/index.js'
import { builtFiles, matrixOutput } from './plan/index.js'
import { cachedBuild, planTargets } from './planning.js'
import type { GivenInputs } from './provenance/index.js'
import { isOfPullRequest, skip, type Release, type Released } from './release.js'
import {
  emptyVariable,
  prepareKeylessSigning,
  prepareKeySigning,
  readPrivateSigstore,
  settleSigning,
  THROWAWAY,
  type PrivateSigstore,
  type Signing,
} from './sign/index.js'
import { parseShard } from './shards/index.js'
import {
  chooseMod,
  describeChanges,
  downloadModules,
  generate,
  inspectSource,
  readChangesAgain,
  verifyModules,
  type Source,
} from './source/index.js'
import { openTimeline } from './timeline.js'
import { COSIGN, provideTool, SYFT, type Tool } from './tools/index.js'

/** What is wrong with what is built, and with how it is signed, shows here, before anything but modules is fetched, written or compiled. */
export async function planWholeRelease(host: Host, inputs: Inputs, given: GivenInputs): Promise<Release> {
  const started = new Date()
  const timeline = openTimeline(started)
  const found = await inspectSource(host, inputs)
  const { toolchain } = found
  host.setOutput('version', found.version)
  const checks = parseChecks(inputs.checks)
  const { signing, sigstore } =
    inputs.mode === 'release' ? await settleSignatures(host, inputs) : SIGNED_ELSEWHERE
  refuseVersionWithoutTags(host, inputs, found, signing)
  const caching = settleCaching(host, inputs, signing)
  const modules = await timeline.during('restore modules', () =>
    openModuleCache(host, settleModuleCaching(inputs, caching), {
      gosum: toolchain.gomod.replace(/mod$/, 'sum'),
      gomodcache: toolchain.gomodcache,
    }),
  )
  const plan = await planTargets(host, inputs, found)
  // Listing packages of a workspace, go writes a go.work.sum that is not there.
  const source = await readChangesAgain(host, found)
  refuseModified(inputs, checks, source)
  // A plan's is that of its shards.
  if (inputs.mode !== 'plan') host.setOutput('matrix', matrixOutput(plan.targets.map(({ target }) => target)))
  // A dry run prints a script.
  const mark = inputs.dryRun ? '# ' : ''
  host.log.info(
    `${mark}${source.modulePath} ${source.version} at ${source.repository?.commit ?? 'no commit'}, ${toolchain.version}`,
  )
  for (const { id, programs } of plan.targets) {
    host.log.info(`${mark}  ${id}: ${programs.map(({ file }) => file).join(' ')}`)
  }
  const output = outputFolder(host, inputs)
  await checkOutput(output)
  timeline.add({ what: 'plan' }, started.getTime(), Date.now())
  return {
    host,
    started,
    timeline,
    inputs,
    given,
    source,
    plan,
    tools: {
      baseUrl: inputs.toolsBaseUrl,
      goos: toolchain.hostOs,
      goarch: toolchain.hostArch,
      gosumdb: toolchain.gosumdb,
    },
    checks,
    signing,
    sigstore,
    caching,
    modules,
    output,
    comparison: [],
    skipped: [],
  }
}

/** Absolute path. */
export const outputFolder = ({ folders }: Host, { outputDirectory }: Inputs): string =>
  path.resolve(folders.workspace, outputDirectory ?? folders.output)

const SIGNED_ELSEWHERE = {
  signing: { mode: 'off', reason: 'the job with mode: merge signs' },
  sigstore: undefined,
} as const

/** Whether and how to sign, by inputs, event and token. */
export async function settleSignatures(
  host: Host,
  inputs: Inputs,
): Promise<Pick<Release, 'signing' | 'sigstore'>> {
  const sigstore = await findSigstore(host, inputs)
  const signing = await settleSigning(host, {
    sign: inputs.sign,
    hasKey: inputs.cosignKey !== undefined,
    emptyVariable: emptyVariable(host.environment, inputs.cosignKey),
    onTag: host.event.tag !== undefined,
    onPullRequest: isOfPullRequest(host),
    untrusted: host.event.untrusted,
    idTokenAvailable: host.event.mayHaveIdToken,
    privateSigstore: sigstore !== undefined,
  })
  return { signing, sigstore }
}

export function settleCaching(host: Host, inputs: Inputs, signing: Release['signing']): CachePolicy {
  return decideCaching(inputs.cache, inputs.cacheSave, {
    onRunner: host.kind === 'github',
    available: host.cache !== undefined,
    onTag: host.event.tag !== undefined,
    // What is built here may be signed in another job.
    signing:
      signing.mode !== 'off' ||
      (inputs.mode === 'build' && (inputs.sign === 'key' || inputs.sign === 'keyless')),
    event: host.event.name,
    onDefaultBranch: host.event.onDefaultBranch,
  })
}

/** A plan needs none, and of all shards, which need the same, one saves them. */
function settleModuleCaching({ mode, shard }: Inputs, caching: CachePolicy): CachePolicy {
  if (mode === 'plan') return { ...caching, restore: false, save: false }
  return mode === 'build' && !parseShard(shard ?? '').first ? { ...caching, save: false } : caching
}

/** @throws InputError where one of the two is given alone, or one cannot be read */
async function findSigstore({ folders }: Host, inputs: Inputs): Promise<PrivateSigstore | undefined> {
  const { sigstoreSigningConfig, sigstoreTrustedRoot } = inputs
  if (sigstoreSigningConfig === undefined && sigstoreTrustedRoot === undefined) return undefined
  if (sigstoreSigningConfig === undefined)
    throw new InputError(
      'sigstore-signing-config',
      'sigstore-trusted-root is given, and it goes with this one',
    )
  if (sigstoreTrustedRoot === undefined)
    throw new InputError(
      'sigstore-trusted-root',
      'sigstore-signing-config is given, and it goes with this one',
    )
  if (inputs.cosignKey !== undefined)
    throw new InputError('sigstore-signing-config', 'it is for keyless signing, and a cosign-key is given')
  const resolve = (file: string) => path.resolve(folders.workspace, file)
  return readPrivateSigstore(resolve(sigstoreSigningConfig), resolve(sigstoreTrustedRoot))
}

type Mode = Inputs['mode']

/** What a job that merges goes by; all else the plan has settled. */
export const MERGE_INPUTS: readonly string[] = [
  ...['mode', 'plan-digest', 'sign', 'cosign-key', 'sigstore-signing-config', 'sigstore-trusted-root'],
  ...['provenance', 'upload', 'retention-days', 'cache', 'cache-save', 'output-directory', 'tools-base-url'],
  ...['release', 'release-notes', 'make-latest', 'overwrite', 'max-size-increase', 'comment'],
]

/** @throws InputError where an input is given that this mode would pass over */
export function refuseForeignInputs({ mode }: Inputs, { given }: GivenInputs): void {
  const releasing: readonly Mode[] = ['release', 'merge']
  const rules: readonly (readonly [name: string, modes: readonly Mode[]])[] = [
    ['files', ['inspect']],
    ['platform', ['inspect']],
    ['sarif', ['inspect']],
    ['dry-run', ['release']],
    ['shard', ['build']],
    ['plan-digest', ['build', 'merge']],
    ['release', releasing],
    ['release-notes', releasing],
    ['upload', releasing],
    ['max-size-increase', releasing],
    ['comment', releasing],
    // A job that builds runs what the module brings along, and is no place for a key.
    ['cosign-key', releasing],
  ]
  for (const [name, modes] of rules) {
    if (name in given && !modes.includes(mode))
      throw new InputError(name, `it goes with mode: ${modes.join(' or ')} only, and this is mode: ${mode}`)
  }
  const settled = Object.keys(given).find((name) => !MERGE_INPUTS.includes(name))
  if (mode === 'merge' && settled !== undefined)
    throw new InputError(
      settled,
      'the plan has settled it; give it to the jobs with mode: plan and mode: build',
    )
}

/** What the check would say of every program, told before the first is compiled. */
function refuseModified({ buildvcs }: Inputs, { modified }: Checks, { tag, repository }: Source): void {
  if (repository?.modified !== true || tag === undefined || buildvcs === 'false' || modified !== 'error')
    return
  const { files, mend } = describeChanges(repository)
  throw new InputError(
    'checks',
    `the work tree is not as it was committed under the tag ${tag} (${files}), and the programs would say so (vcs.modified=true); ${mend}, or set checks: modified=warn`,
  )
}

/** What is signed or released has no version by accident; who only wants to know whether all builds may do without the tags. */
function refuseVersionWithoutTags(
  host: Host,
  { release, cosignKey }: Inputs,
  { lacksTags, version }: Source,
  signing: Release['signing'],
): void {
  if (!lacksTags) return
  const problem = `the checkout is shallow, and no tag can be reached from its commit, so the version is ${version}`
  const mend =
    host.kind === 'github'
      ? 'write `fetch-depth: 0` under `with:` of actions/checkout'
      : 'run `git fetch --unshallow --tags`'
  const signs = signing.mode === 'keyless' || (signing.mode === 'key' && cosignKey !== THROWAWAY)
  if (!isOfPullRequest(host) && (signs || release !== 'off'))
    throw new InputError(
      'version',
      `${problem}, which is none to sign or release; ${mend}, or give a version`,
    )
  host.log.notice(`${problem}; for one from the tags ${mend}`)
}

/** Fetches cosign, and opens the key. */
export async function prepareSigning(release: Released): Promise<Signing | undefined> {
  const { host, inputs, signing: decision } = release
  const key = inputs.cosignKey
  if (decision.mode === 'off') skip(release, 'Provenance', 'nothing is signed')
  else if (!inputs.provenance) skip(release, 'Provenance', 'provenance: false')
  switch (decision.mode) {
    case 'off':
      skip(release, 'Signature', decision.reason)
      if (inputs.sign !== 'off') host.log.notice(`nothing is signed: ${decision.reason}`)
      return undefined
    case 'keyless':
      return prepareKeylessSigning(host, await provide(release, COSIGN), decision.claims, release.sigstore)
    case 'key':
      if (key === THROWAWAY) {
        host.log.notice(
          'the key is made for this run only: a rehearsal, which proves nothing about who signed',
        )
      }
      return prepareKeySigning(host, await provide(release, COSIGN), key ?? '', inputs.cosignPassword)
  }
}

const provide = ({ host, tools, timeline }: Released, tool: Tool): Promise<string> =>
  timeline.during('tools', () => provideTool(host, tool, tools))

export interface Prepared {
  readonly cache: Cache
  readonly settings: Omit<LaneSettings, 'pack' | 'timeline'>
  /** Absolute path, absent where no SBOM is made. */
  readonly syft: string | undefined
  /** Rejects where the modules are not what go.sum says; hashing them all goes on beside the first builds. */
  readonly verified: Promise<void>
}

/** What goes into every archive beside its programs. */
export const findArchiveFiles = ({ inputs, source, plan, output }: Release): Promise<Entry[]> =>
  findExtraFiles(source.folder, inputs.archiveFiles, inputs.archiveFilesGiven, builtFiles(plan), output)

/** @param environment of the build's go commands */
export async function checkReleaseCompilers(
  { host, inputs, source, plan }: Release,
  environment: Environment,
): Promise<void> {
  const { folder, toolchain } = source
  const mod = await chooseMod(toolchain, inputs)
  const { hostOs, hostArch } = toolchain
  const place = { source: folder, environment, hostOs, hostArch }
  await checkCompilers(host.processes, plan.targets, { mod }, place)
}

async function restoreCache({ host, inputs, source, plan, caching, timeline }: Release): Promise<Cache> {
  const cache = await timeline.during('restore cache', () =>
    openCache(host, caching, cachedBuild(inputs, source, plan)),
  )
  const { key, matchedKey, hit } = cache.report()
  host.setOutput('cache-key', key)
  host.setOutput('cache-matched-key', matchedKey)
  host.setOutput('cache-hit', String(hit))
  return cache
}

/** Fetches and checks all that the lanes need. */
export async function prepareBuild(release: Release): Promise<Prepared> {
  const { host, inputs, source, plan, timeline } = release
  const extraFiles = await findArchiveFiles(release)
  const providing = inputs.sbom.length > 0 ? provide(release, SYFT) : undefined
  // It is waited for below, beside the cache.
  providing?.catch(() => undefined)
  if (providing === undefined) skip(release, 'SBOM', 'sbom: off')

  const cache = await restoreCache(release)
  const environment = { ...source.environment, ...cache.environment }
  const { toolchain } = source
  const mod = await chooseMod(toolchain, inputs)
  if (inputs.verifyModules)
    await timeline.during('download modules', () => downloadModules(host, toolchain, environment))
  await checkReleaseCompilers(release, environment)
  const verified = inputs.verifyModules
    ? timeline.during('verify modules', () => verifyModules(host, toolchain, environment))
    : Promise.resolve()
  // Whoever waits for it is told, and nothing that was built leaves before that.
  verified.catch(() => undefined)
  let built = source
  if (inputs.generate) {
    // It runs what the modules hold.
    await verified
    await timeline.during('generate', () => generate(host, source.folder, environment))
    built = await readChangesAgain(host, source)
    refuseModified(inputs, release.checks, built)
  }
  const syft = await providing
  const staging = path.join(host.folders.scratch, 'release')
  await mkdir(staging)
  return {
    cache,
    settings: {
      source: built,
      flags: { trimpath: inputs.trimpath, buildvcs: inputs.buildvcs, mod },
      place: {
        source: source.folder,
        output: path.join(host.folders.scratch, 'build'),
        environment,
        budget: openBudget(host, plan.targets.length, inputs.parallel),
        kept: await openKeptOutputs(host, source.folder, cache.environment['GOCACHE'] ?? ''),
      },
      checks: release.checks,
      extraFiles,
      // A module that embeds its own folder would take in what lies in it already.
      output: staging,
    },
    syft,
    verified,
  }
}
