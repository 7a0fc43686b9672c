// Plans, builds and merges in several jobs: what they hand to one another.
export { packShards } from './pack.js'
export {
  differenceFromPlan,
  formatPlan,
  parsePlan,
  planArtifact,
  PLAN_FILE,
  type PlanDocument,
} from './plan-document.js'
export { formatShards, parseShard } from './rows.js'
export { formatShardManifest, parseShardManifest, type ShardManifest } from './manifest.js'
export { parseDurations, updateDurations, weighTargets, type Durations } from './weights.js'
export { readZip } from './zip.js'
