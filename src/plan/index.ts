// The plan: which targets, which programs, which file names.
export { parseTargets } from './parse-targets.js'
export * from './plan.js'
export { expandPlaceholders } from './names.js'
export { formatTarget, matrixOutput, targetEnvironment, type Platform, type Target } from './target.js'
