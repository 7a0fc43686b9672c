// The plan: which targets, which programs, which file names.
export { parseTargets } from './parse-targets.js'
export {
  builtFiles,
  BUNDLE_SUFFIX,
  CHECKSUMS_FILE,
  MANIFEST_FILE,
  plannedFiles,
  planRelease,
  PROVENANCE_FILE,
  PROVENANCE_FILES,
  PUBLIC_KEY_FILE,
  releaseFiles,
  shardManifestFile,
  type Plan,
  type PlannedArchive,
  type PlannedSbom,
  type PlannedTarget,
  type Program,
  type TargetOptions,
} from './plan.js'
export {
  formatTarget,
  matrixOutput,
  rowEnvironment,
  targetEnvironment,
  type Platform,
  type Target,
} from './target.js'
