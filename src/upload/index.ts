// Uploads files as workflow artifacts: one for each target, one for what belongs to the whole release; or one for all.
import type { Artifact } from '../artifact.js'
import type { ArtifactService, Host } from '../host/host.js'
import type { Plan } from '../plan/index.js'

/** What becomes one workflow artifact. */
export interface Upload {
  readonly name: string
  readonly files: readonly Artifact[]
}

export function uploadsByTarget(plan: Plan, files: readonly Artifact[]): Upload[] {
  const groups = [
    ...plan.targets.map(({ id, artifact }) => ({ target: id, name: artifact })),
    { target: undefined, name: plan.releaseArtifact },
  ]
  return groups
    .map(({ target, name }) => ({ name, files: files.filter((file) => file.target === target) }))
    .filter((upload) => upload.files.length > 0)
}

export const uploadOfAll = ({ releaseArtifact }: Plan, files: readonly Artifact[]): Upload[] => [
  { name: releaseArtifact, files },
]

/**
 * @param output absolute path of the folder that holds all the files
 * @param retentionDays undefined for the repository's own setting
 */
export async function uploadArtifacts(
  host: Host,
  service: ArtifactService,
  uploads: readonly Upload[],
  output: string,
  retentionDays: number | undefined,
): Promise<void> {
  for (const { name, files } of uploads) {
    const paths = files.map((file) => file.path)
    await host.log.group(`Upload ${name}`, () => service.upload(name, paths, output, retentionDays))
  }
}
