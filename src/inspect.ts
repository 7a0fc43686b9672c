// Files that something else built -> what the linkage check says to each: annotations, a table, JSON and SARIF.
import { lstat, realpath, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { glob } from 'tinyglobby'
import { mapConcurrently } from './concurrently.js'
import { InputError, LinkageError } from './errors.js'
import type { Host } from './host/host.js'
import { pathInside } from './inside.js'
import type { Inputs } from './inputs.js'
import { complaints, digestFile, inspectFile, judgeInspection } from './judgement.js'
import { CHECKS, parseChecks, parsePolicy, PLATFORMS } from './linkage/index.js'
import { didYouMean } from './nearest.js'
import {
  formatInspectionMarkdown,
  formatInspectionText,
  formatSarif,
  type FileReport,
} from './report/index.js'

/** @throws LinkageError where a file is refused, after all of them were judged and told of */
export async function inspectFiles(host: Host, inputs: Inputs): Promise<void> {
  const { workspace } = host.folders
  const checks = parseChecks(inputs.checks)
  const [goos, goarch] = parsePlatform(inputs.platform)
  const expected = {
    policy: parsePolicy(inputs.linkage),
    ...(goos !== undefined && { goos }),
    ...(goarch !== undefined && { goarch }),
    ...(inputs.buildmode !== undefined && { buildmode: inputs.buildmode }),
    onTag: host.event.tag !== undefined,
  }
  const found = await findFiles(workspace, inputs.files)
  const files = await mapConcurrently(found, host.machine.cores, async (name): Promise<FileReport> => {
    const file = path.resolve(workspace, name)
    const inspection = await inspectFile(file, expected.goos)
    return { ...judgeInspection(inspection, name, expected, checks), ...(await digestFile(file)) }
  })
  const told = (outcome: 'warned' | 'refused') =>
    files.flatMap((file) =>
      complaints(file, outcome).map(({ check, message }) => ({
        message: `${file.name}: ${check}: ${message}`,
        place: { file: file.name },
      })),
    )
  host.tellAll('warning', told('warned'))
  host.tellAll('error', told('refused'))
  host.setOutput('linkage', JSON.stringify(files))
  if (inputs.sarif !== undefined) {
    const file = path.resolve(workspace, inputs.sarif)
    await refuseLink(workspace, file)
    await writeFile(file, formatSarif(files, CHECKS)).catch((error: unknown) => {
      throw new InputError('sarif', `it cannot be written: ${String(error)}`, { cause: error })
    })
  }
  await host.summarize({ markdown: formatInspectionMarkdown(files), text: formatInspectionText(files) })
  const refused = files.filter((file) => complaints(file, 'refused').length > 0)
  if (refused.length > 0) {
    throw new LinkageError(
      `${refused.length} of ${files.length} files refused: ${refused.map(({ name }) => name).join(', ')}`,
    )
  }
}

/** A checkout may hold links, and a file named inside it is to be written inside it. */
async function refuseLink(workspace: string, file: string): Promise<void> {
  if (pathInside(workspace, file) === undefined) return
  const isLink = await lstat(file).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  )
  const [root, folder] = await Promise.all(
    [workspace, path.dirname(file)].map((each) => realpath(each).catch(() => each)),
  )
  if (isLink || pathInside(root ?? workspace, folder ?? file) === undefined) {
    throw new InputError('sarif', `${file} is a link, or lies behind one that leads out of ${workspace}`)
  }
}

/** @throws InputError where Go has no such pair */
function parsePlatform(platform: string | undefined): string[] {
  if (platform === undefined) return []
  if (!PLATFORMS.includes(platform)) {
    const hint = didYouMean(platform, PLATFORMS)
    throw new InputError('platform', `${JSON.stringify(platform)} is no goos/goarch of Go's${hint}`)
  }
  return platform.split('/')
}

/** Relative to the workspace where they lie in it, else absolute; sorted. A pattern after `!` takes away. */
async function findFiles(workspace: string, patterns: readonly string[]): Promise<string[]> {
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!'))
  const ignore = patterns
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => toGlob(pattern.slice(1)))
  if (wanted.length === 0) {
    throw new InputError('files', 'mode: inspect needs the files to inspect, as in files: dist/*')
  }
  const found = new Set<string>()
  for (const pattern of wanted) {
    const literal = path.resolve(workspace, pattern)
    const files = (await isFile(literal))
      ? [literal]
      : await glob(toGlob(pattern), { cwd: workspace, dot: true, absolute: true, ignore })
    if (files.length === 0) {
      throw new InputError('files', `${JSON.stringify(pattern)} matches no file in ${workspace}`)
    }
    for (const file of files) {
      found.add(pathInside(workspace, file) ?? file.replaceAll(path.sep, '/'))
    }
  }
  return [...found].sort()
}

const toGlob = (pattern: string): string => pattern.replaceAll('\\', '/')

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (stats) => stats.isFile(),
    () => false,
  )
