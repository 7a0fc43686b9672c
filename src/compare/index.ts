// Two runs into what has changed between them, as values and in words; and what is kept of a run for that.
export { formatBaseline, parseBaseline, type Baseline, type BuiltModule } from './baseline.js'
export { compareReleases, type Comparison } from './compare.js'
export { describeExceeding, exceeding, parseSizeIncrease, type SizeLimit } from './limit.js'
export { describeComparison } from './wording.js'
