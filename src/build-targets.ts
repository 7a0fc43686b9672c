// Takes the targets of a plan from source to release files, each in a lane of its own, and lists what all of them are made of.
import path from 'node:path'
import type { Artifact } from './artifact.js'
import { asError } from './failures.js'
import { addFiles, startLane, type Lane, type ReadProgram, type TargetResult } from './lane.js'
import { openPackThreads } from './package/index.js'
import type { Prepared } from './prepare.js'
import type { Release } from './release.js'
import { startProgress } from './report/index.js'
import { listContents, type BuiltProgram } from './sbom/index.js'
import { findVendorFolder } from './source/index.js'

/** The SBOMs wait for the last build, not for the last archive. */
export async function buildTargets(release: Release, { settings, syft }: Prepared): Promise<TargetResult[]> {
  const { host, plan, timeline } = release
  using _progress = startProgress(host, timeline, plan.targets.length)
  await using threads = openPackThreads(Math.min(host.machine.cores, plan.targets.length))
  const lane = { ...settings, pack: threads.pack, timeline }
  const lanes = plan.targets.map((target) => startLane(host, target, lane))
  const listing = syft === undefined ? undefined : listBuilt(release, settings, syft, lanes)
  const results = await Promise.all(lanes.map((lane) => lane.done))
  const sboms = await listing
  return results.map((result) => addFiles(result, sboms?.get(result.report.target) ?? []))
}

/** @returns by target: its SBOMs, or why there are none */
async function listBuilt(
  { host, plan, source, timeline }: Release,
  { place, output }: Prepared['settings'],
  syft: string,
  lanes: readonly Lane[],
): Promise<ReadonlyMap<string, Artifact[] | Error>> {
  const built = await Promise.all(lanes.map((lane) => lane.built))
  const targets = plan.targets.filter((_, index) => built[index] !== undefined)
  const { modulePath, name, version, date, toolchain } = source
  const list = async () => {
    const vendor = await findVendorFolder(toolchain)
    return listContents(host, {
      ...{ syft, modulePath, name, version, date, targets, folder: place.output, output },
      goVersion: toolchain.version,
      programs: new Map(
        plan.targets.map(({ id }, index) => [id, (built[index] ?? []).flatMap(listPrograms)]),
      ),
      licences: vendor === undefined ? { moduleCache: toolchain.gomodcache } : { vendor },
    })
  }
  return timeline.during('SBOM', list).catch((error: unknown) => {
    const failure = asError(error)
    return new Map(targets.map(({ id }) => [id, failure]))
  })
}

/** A file holds one program, but for a fat Mach-O file. */
function listPrograms({ path: file, inspection }: ReadProgram): BuiltProgram[] {
  const found = inspection.kind === 'readable' ? inspection.programs : [{ buildInfo: undefined }]
  return found.map(({ buildInfo }) => ({ file: path.basename(file), buildInfo }))
}
