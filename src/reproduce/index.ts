// The door of the second build: a source -> its copy in another folder; two builds -> where they differ, and why.
export { copySource, type SourceCopy } from './copy.js'
export { describeDifference } from './difference.js'
export { findChangedFiles, holdsText } from './evidence.js'
export { likelyReasons } from './reasons.js'
