// Files that something else built -> what the linkage check says to each: annotations, a table, JSON and SARIF.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { glob } from 'tinyglobby'
import { mapConcurrently } from './concurrently.js'
import { InputError, LinkageError } from './errors.js'
import type { Host } from './host/host.js'
import type { Inputs } from './inputs.js'
import { judgeFile, messages } from './judgement.js'
import { CHECKS, parseChecks, parsePolicy } from './linkage/index.js'
import { formatInspectionMarkdown, formatInspectionText, formatSarif } from './report/index.js'

/** @throws LinkageError where a file is refused, after all of them were judged and told of */
export async function inspectFiles(host: Host, inputs: Inputs): Promise<void> {
  const { workspace } = host.folders
  const checks = parseChecks(inputs.checks)
  const [goos, goarch] = inputs.platform?.split('/') ?? []
  const expected = {
    policy: parsePolicy(inputs.linkage),
    ...(goos !== undefined && { goos }),
    ...(goarch !== undefined && { goarch }),
    onTag: host.event.tag !== undefined,
  }
  const files = await mapConcurrently(await findFiles(workspace, inputs.files), host.machine.cores, (file) =>
    judgeFile(path.resolve(workspace, file), file, expected, checks),
  )
  for (const file of files) {
    const place = { file: file.name }
    for (const message of messages(file, 'warned')) host.log.warning(message, place)
    for (const message of messages(file, 'refused')) host.log.error(message, place)
  }
  host.setOutput('linkage', JSON.stringify(files))
  if (inputs.sarif !== undefined) {
    await writeFile(path.resolve(workspace, inputs.sarif), formatSarif(files, CHECKS)).catch(
      (error: unknown) => {
        throw new InputError('sarif', `it cannot be written: ${String(error)}`, { cause: error })
      },
    )
  }
  await host.summarize({ markdown: formatInspectionMarkdown(files), text: formatInspectionText(files) })
  const refused = files.filter((file) => messages(file, 'refused').length > 0)
  if (refused.length > 0) {
    throw new LinkageError(
      `${refused.length} of ${files.length} files refused: ${refused.map(({ name }) => name).join(', ')}`,
    )
  }
}

/** Relative to the workspace where they lie in it, else absolute; sorted. */
async function findFiles(workspace: string, patterns: readonly string[]): Promise<string[]> {
  if (patterns.length === 0) {
    throw new InputError('files', 'mode: inspect needs the files to inspect, as in files: dist/*')
  }
  const found = new Set<string>()
  for (const pattern of patterns) {
    const files = await glob(pattern.replaceAll('\\', '/'), { cwd: workspace, dot: true, absolute: true })
    if (files.length === 0) {
      throw new InputError('files', `${JSON.stringify(pattern)} matches no file in ${workspace}`)
    }
    for (const file of files) {
      const relative = path.relative(workspace, file)
      const isInside = !/^\.\.([\\/]|$)/.test(relative) && !path.isAbsolute(relative)
      found.add((isInside ? relative : file).replaceAll(path.sep, '/'))
    }
  }
  return [...found].sort()
}
