// Lists what the programs of each target are made of: one document per target and format, by syft.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { writeArtifact, type Artifact } from '../artifact.js'
import { mapConcurrently } from '../concurrently.js'
import { asError } from '../failures.js'
import { scratchFolder } from '../files.js'
import type { Host } from '../host/host.js'
import type { PlannedTarget } from '../plan/index.js'
import { convertCommand, scanCommand, SYFT_ENVIRONMENT } from './command.js'
import { finishDocument, type SbomFacts } from './document.js'
import { cutDocument, parseSyftDocument, type SyftDocument } from './split.js'

export interface SbomRequest extends SbomFacts {
  /** Absolute path. */
  readonly syft: string
  readonly version: string
  readonly targets: readonly PlannedTarget[]
  /** Absolute path of the folder that holds a folder with the programs of each target. */
  readonly folder: string
  /** Absolute path of the output directory. */
  readonly output: string
}

/**
 * Syft scans all targets at once, and turns what it found in each into the formats: most of the time that it takes for
 * one target is its own start.
 *
 * @returns by the id of each target that asks for documents: these, or why it has none
 * @throws ToolError where syft cannot scan, ActionError where what it wrote is not understood
 */
export async function listContents(
  host: Host,
  request: SbomRequest,
): Promise<ReadonlyMap<string, Artifact[] | Error>> {
  const { syft, name, version, folder } = request
  const targets = request.targets.filter(({ sboms }) => sboms.length > 0)
  if (targets.length === 0) return new Map()
  await using scratch = await scratchFolder(host.folders.scratch, 'sbom')
  const document = path.join(scratch.path, 'scan.syft.json')
  const scan = scanCommand({ syft, name, version, document })
  await host.processes.runChecked(scan, { cwd: folder, env: SYFT_ENVIRONMENT })
  const all = parseSyftDocument(await readFile(document, 'utf8'))
  const contents = await mapConcurrently(targets, host.machine.cores, async (target) => {
    const documents = writeDocuments(host, request, target, cutDocument(all, target.folder), scratch.path)
    return [target.id, await documents.catch(asError)] as const
  })
  return new Map(contents)
}

async function writeDocuments(
  host: Host,
  request: SbomRequest,
  target: PlannedTarget,
  contents: SyftDocument,
  scratch: string,
): Promise<Artifact[]> {
  const document = path.join(scratch, `${target.folder}.syft.json`)
  await writeFile(document, JSON.stringify(contents))
  const outputs = target.sboms.map(({ format, file }) => ({ format, file, path: path.join(scratch, file) }))
  const convert = convertCommand({ syft: request.syft, document, outputs })
  await host.processes.runChecked(convert, { cwd: scratch, env: SYFT_ENVIRONMENT })
  return await Promise.all(
    outputs.map(async ({ format, file, path: from }) => {
      const text = finishDocument(format, await readFile(from, 'utf8'), request)
      return writeArtifact({ name: file, kind: 'sbom', target: target.id, output: request.output }, [text])
    }),
  )
}
