// Lists what the programs of a target are made of: one document per format, by syft.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { writeArtifact, type Artifact } from '../artifact.js'
import { scratchFolder } from '../files.js'
import type { Host } from '../host/host.js'
import type { PlannedTarget } from '../plan/index.js'
import { SYFT_ENVIRONMENT, syftCommand } from './command.js'
import { finishDocument, type SbomFacts } from './document.js'

export interface SbomRequest extends SbomFacts {
  readonly syft: string
  readonly version: string
  readonly target: PlannedTarget
  /** Absolute path of the folder that holds the target's programs and nothing else. */
  readonly programs: string
  /** Absolute path of the output directory. */
  readonly output: string
}

/** @throws ToolError where syft fails, ActionError where its document does not list the main module */
export async function listContents(host: Host, request: SbomRequest): Promise<Artifact[]> {
  const { target } = request
  if (target.sboms.length === 0) return []
  await using scratch = await scratchFolder(host.folders.scratch, 'sbom')
  const outputs = target.sboms.map(({ format, file }) => ({
    format,
    file,
    path: path.join(scratch.path, file),
  }))
  const command = syftCommand({ syft: request.syft, name: request.name, version: request.version, outputs })
  await host.processes.runChecked(command, { cwd: request.programs, env: SYFT_ENVIRONMENT })
  return await Promise.all(
    outputs.map(async ({ format, file, path: from }) => {
      const text = finishDocument(format, await readFile(from, 'utf8'), request)
      return writeArtifact({ name: file, kind: 'sbom', target: target.id, output: request.output }, [text])
    }),
  )
}
