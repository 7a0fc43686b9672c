// Uploads the release files as workflow artifacts: one for each target, one for what belongs to the whole release.
import type { Artifact } from '../artifact.js'
import type { ArtifactService, Host } from '../host/host.js'
import type { Plan } from '../plan/index.js'

export interface UploadRequest {
  readonly plan: Plan
  readonly artifacts: readonly Artifact[]
  /** Absolute path of the output directory. */
  readonly output: string
  readonly retentionDays: number | undefined
}

export async function uploadArtifacts(
  host: Host,
  service: ArtifactService,
  request: UploadRequest,
): Promise<void> {
  const groups = [
    ...request.plan.targets.map(({ id, artifact }) => ({ target: id, name: artifact })),
    { target: undefined, name: request.plan.releaseArtifact },
  ]
  for (const { target, name } of groups) {
    const files = request.artifacts
      .filter((artifact) => artifact.target === target)
      .map((artifact) => artifact.path)
    if (files.length === 0) continue
    await host.log.group(`Upload ${name}`, () =>
      service.upload(name, files, request.output, request.retentionDays),
    )
  }
}
