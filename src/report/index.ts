// Tells what happened: the manifest for programs, the summary for people.
export { formatManifest } from './manifest.js'
export { startProgress, type Progress } from './progress.js'
export { formatMarkdown, formatText } from './summary.js'
export type { ProgramReport, Report, TargetReport } from './report.js'
