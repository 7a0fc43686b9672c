// A planned release -> every command that it would run, as lines for a shell; nothing is compiled, signed or written.
import path from 'node:path'
import { buildCommands, buildEnvironment, openBudget } from './build/index.js'
import type { Environment } from './host/host.js'
import { CHECKSUMS_FILE, PROVENANCE_FILE, releaseFiles, type PlannedTarget } from './plan/index.js'
import { checkReleaseCompilers, findArchiveFiles } from './prepare.js'
import type { Release } from './release.js'
import { settleGithubRelease } from './github-release.js'
import { convertCommand, scanCommand, syftEnvironment } from './sbom/index.js'
import { formatCommand } from './shell.js'
import { checkKey, previewSigning } from './sign/index.js'
import { chooseMod, findVendorFolder, GENERATE, moduleCommands } from './source/index.js'

/**
 * Pasted, the lines build the same programs, in a folder of this action's. What this action does itself, such as
 * archives, is told in comments.
 */
export async function tellCommands(release: Release): Promise<void> {
  const { host, inputs, source, plan, signing } = release
  if (signing.mode === 'key') await checkKey(host, inputs.cosignKey ?? '')
  const githubRelease = await settleGithubRelease(release)
  const archiveFiles = await findArchiveFiles(release)
  await checkReleaseCompilers(release, source.environment)
  const folder = path.join(host.folders.work, 'dry-run')
  const budget = openBudget(host, plan.targets.length, inputs.parallel)
  const share = await budget.share((share) => Promise.resolve(share))
  const variables = { ...withoutSecrets(release), ...share.environment }
  const lines = [
    '',
    '# Nothing of this is done: these are the commands of the release, for a shell.',
    // What is exported, and the folder, are not to stay in the shell of whoever pastes it.
    '(',
    formatCommand(['mkdir', '-p', folder]),
    formatCommand(['cd', source.folder]),
    // An export of nothing lists the whole environment.
    ...(Object.keys(variables).length === 0 ? [] : [`export ${formatCommand([], variables)}`]),
    ...(await sourceLines(release, folder)),
    ...(await buildLines(
      release,
      share.compilers,
      archiveFiles.map(({ name }) => name),
      folder,
    )),
    ...(await sbomLines(release, folder)),
    ...signingLines(release, folder),
    ...endLines(release, githubRelease !== undefined),
    ')',
  ]
  host.log.info(lines.join('\n'))
}

/** Whoever pastes a command has what pass-env names in the shell's own environment. */
const withoutSecrets = ({ inputs, source }: Release): Environment =>
  Object.fromEntries(Object.entries(source.environment).filter(([name]) => !inputs.passEnv.includes(name)))

async function sourceLines({ inputs, source }: Release, folder: string): Promise<string[]> {
  return format([
    ...(inputs.verifyModules ? await moduleCommands(source.toolchain, path.join(folder, 'vendor')) : []),
    ...(inputs.generate ? [GENERATE] : []),
  ])
}

async function buildLines(
  { host, inputs, source, plan }: Release,
  compilers: number,
  archiveFiles: readonly string[],
  folder: string,
): Promise<string[]> {
  const { trimpath, buildvcs } = inputs
  const mod = await chooseMod(source.toolchain, inputs)
  return plan.targets.flatMap((planned) => {
    const { target, cgo } = planned
    const built = path.join(folder, planned.folder)
    const variables = Object.entries(buildEnvironment(target, cgo)).filter(
      // Those of other architectures need not be emptied where they are not set.
      ([name, value]) => value !== (host.environment[name] ?? ''),
    )
    return [
      '',
      `# ${planned.id}`,
      ...format(
        buildCommands(planned, { trimpath, buildvcs, mod }, compilers, built),
        Object.fromEntries(variables),
      ),
      `# linkage: ${planned.linkage}; then ${describePacking(planned, archiveFiles)}`,
    ]
  })
}

const describePacking = (
  { archive, bare, programs }: PlannedTarget,
  archiveFiles: readonly string[],
): string =>
  archive === undefined
    ? `released as ${bare.map(({ file }) => file).join(', ')}`
    : `packed as ${archive.file}: ${[...programs.map(({ file }) => file), ...archiveFiles].join(', ')}`

async function sbomLines({ host, inputs, source, plan }: Release, folder: string): Promise<string[]> {
  if (inputs.sbom.length === 0) return ['', '# no SBOM: sbom: off']
  const { name, version, toolchain } = source
  const vendor = await findVendorFolder(toolchain)
  const config = path.join(folder, 'syft.yaml')
  const environment = syftEnvironment({
    environment: host.environment,
    config,
    licences: vendor === undefined ? { moduleCache: toolchain.gomodcache } : { vendor },
  })
  const scan = scanCommand({ syft: 'syft', name, version, document: path.join(folder, 'scan.syft.json') })
  const conversions = plan.targets.map(({ folder: ofTarget, sboms }) =>
    convertCommand({
      syft: 'syft',
      document: path.join(folder, `${ofTarget}.syft.json`),
      outputs: sboms.map(({ format, file }) => ({ format, path: path.join(folder, file) })),
    }),
  )
  return [
    '',
    '# SBOM',
    `echo '{}' > ${formatCommand([config])}`,
    formatCommand(['cd', folder]),
    ...format([scan], environment),
    "# scan.syft.json is compared with Go's build info, completed, and cut into one document for each target",
    ...format(conversions, environment),
  ]
}

function signingLines({ host, inputs, plan, signing, sigstore, output }: Release, folder: string): string[] {
  if (signing.mode === 'off') return ['', `# no signature: ${signing.reason}`]
  const inOutput = (file: string) => path.join(output, file)
  const released = plan.targets.flatMap(({ archive, bare }) => [
    ...(archive === undefined ? [] : [archive.file]),
    ...bare.map(({ file }) => file),
  ])
  const lines = previewSigning(
    host,
    signing,
    {
      ...(inputs.cosignKey !== undefined && { cosignKey: inputs.cosignKey }),
      ...(sigstore && { sigstore }),
    },
    {
      signed: [...released, CHECKSUMS_FILE].map(inOutput),
      statement: inputs.provenance ? inOutput(PROVENANCE_FILE) : undefined,
      subjects: [...plan.targets.flatMap(releaseFiles), CHECKSUMS_FILE].map(inOutput),
    },
    folder,
  )
  return ['', `# ${CHECKSUMS_FILE} is written, and signed with the rest`, ...lines]
}

function endLines({ host, inputs, plan, output }: Release, releases: boolean): string[] {
  const artifacts = [...plan.targets.map(({ artifact }) => artifact), plan.releaseArtifact]
  return [
    '',
    ...(inputs.reproduce
      ? ['# all of it once more in another folder and cache, and every digest compared']
      : []),
    `# the files are in ${output}`,
    ...(host.kind === 'github' && inputs.upload ? [`# uploaded as ${artifacts.join(', ')}`] : []),
    ...(releases ? [`# then into the tag's GitHub release: ${inputs.release}`] : []),
  ]
}

const format = (commands: readonly (readonly string[])[], environment?: Environment): string[] =>
  commands.map((command) => formatCommand(command, environment))
