// Lists what the programs of each target are made of: one document per target and format, by Go's build info and syft.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { writeArtifact, type Artifact } from '../artifact.js'
import { mapConcurrently } from '../concurrently.js'
import { asError } from '../failures.js'
import { scratchFolder } from '../files.js'
import type { Environment, Host } from '../host/host.js'
import type { PlannedTarget } from '../plan/index.js'
import { convertCommand, scanCommand, syftEnvironment, type LicenceSource } from './command.js'
import { completeDocument, listedIn } from './complete.js'
import { finishDocument, type SbomFacts } from './document.js'
import {
  formatLookups,
  listModules,
  type BuiltProgram,
  type ListedProgram,
  type ReleaseFacts,
} from './modules.js'
import { cutDocument, parseSyftDocument, type SyftDocument } from './split.js'

export type { BuiltProgram } from './modules.js'
export { convertCommand, scanCommand, syftEnvironment } from './command.js'

export interface SbomRequest extends SbomFacts, ReleaseFacts {
  /** Absolute path. */
  readonly syft: string
  readonly targets: readonly PlannedTarget[]
  /** By the id of each target. */
  readonly programs: ReadonlyMap<string, readonly BuiltProgram[]>
  readonly licences: LicenceSource
  /** Absolute path of the folder that holds a folder with the programs of each target. */
  readonly folder: string
  /** Absolute path of the output directory. */
  readonly output: string
}

/** What Go says that a target is made of. */
interface Listing {
  readonly target: PlannedTarget
  readonly programs: readonly ListedProgram[]
}

/**
 * Syft scans all targets at once, and turns what is in each into the formats: most of the time that it takes for one target
 * is its own start.
 *
 * @returns by the id of each target that asks for documents: these, or why it has none
 * @throws ToolError where syft cannot scan, ActionError where what it wrote is not understood
 */
export async function listContents(
  host: Host,
  request: SbomRequest,
): Promise<ReadonlyMap<string, Artifact[] | Error>> {
  const contents = new Map<string, Artifact[] | Error>()
  const listings: Listing[] = []
  for (const target of request.targets.filter(({ sboms }) => sboms.length > 0)) {
    try {
      const built = request.programs.get(target.id) ?? []
      listings.push({ target, programs: built.map((program) => listModules(program, request)) })
    } catch (error) {
      contents.set(target.id, asError(error))
    }
  }
  if (listings.length === 0) return contents
  await using scratch = await scratchFolder(host.folders.scratch, 'sbom')
  const config = path.join(scratch.path, 'syft.yaml')
  await writeFile(config, '{}\n')
  const { licences } = request
  const syft: Syft = {
    environment: syftEnvironment({ environment: host.environment, config, licences }),
    scratch: scratch.path,
  }
  const scan = await scanPrograms(host, request, listings, syft)
  const written = await mapConcurrently(listings, host.machine.cores, async (listing) => {
    const documents = writeDocuments(host, request, listing, scan, syft)
    return [listing.target.id, await documents.catch(asError)] as const
  })
  for (const [id, documents] of written) contents.set(id, documents)
  return contents
}

/** How syft is run. */
interface Syft {
  readonly environment: Environment
  /** Absolute path of a folder for what it writes. */
  readonly scratch: string
}

interface Scan {
  readonly all: SyftDocument
  /** What syft knows of the modules by their names. */
  readonly lookups: SyftDocument
}

async function scanPrograms(
  host: Host,
  { syft, name, version, folder }: SbomRequest,
  listings: readonly Listing[],
  { environment, scratch }: Syft,
): Promise<Scan> {
  // In what is scanned anyway.
  await using asked = await scratchFolder(folder, 'modules')
  const lookups = formatLookups(listings.flatMap(({ programs }) => programs))
  for (const [index, lookup] of lookups.entries()) {
    const place = path.join(asked.path, String(index))
    await mkdir(place)
    await writeFile(path.join(place, 'go.mod'), lookup)
  }
  const document = path.join(scratch, 'scan.syft.json')
  const scan = scanCommand({ syft, name, version, document })
  await host.processes.runChecked(scan, { cwd: folder, env: environment })
  const all = parseSyftDocument(await readFile(document, 'utf8'))
  return { all, lookups: cutDocument(all, path.basename(asked.path)) }
}

async function writeDocuments(
  host: Host,
  request: SbomRequest,
  { target, programs }: Listing,
  { all, lookups }: Scan,
  { environment, scratch }: Syft,
): Promise<Artifact[]> {
  const document = path.join(scratch, `${target.folder}.syft.json`)
  const contents = completeDocument(cutDocument(all, target.folder), programs, lookups)
  await writeFile(document, JSON.stringify(contents))
  const outputs = target.sboms.map(({ format, file }) => ({ format, file, path: path.join(scratch, file) }))
  const convert = convertCommand({ syft: request.syft, document, outputs })
  await host.processes.runChecked(convert, { cwd: scratch, env: environment })
  const modules = programs.flatMap(listedIn)
  return await Promise.all(
    outputs.map(async ({ format, file, path: from }) => {
      const text = finishDocument(format, await readFile(from, 'utf8'), request, modules)
      return writeArtifact({ name: file, kind: 'sbom', target: target.id, output: request.output }, [text])
    }),
  )
}
