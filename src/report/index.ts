// Tells what happened: the manifest for programs, the summary for people.
export { formatComparisonMarkdown, formatComparisonText } from './comparison.js'
export { formatInspectionMarkdown, formatInspectionText } from './inspection.js'
export { formatManifest } from './manifest.js'
export { startProgress, type Progress } from './progress.js'
export { formatBuild } from './build.js'
export { formatMarkdown, formatText } from './summary.js'
export { formatSarif } from './sarif.js'
export type { CheckReport, FileReport, ProgramReport, Report, TargetReport } from './report.js'
