// Paths as arguments -> each inspected and judged by its own words, in a process of its own, as a user would wait for it.

import { inspectProgram } from '../src/linkage/index.js'

for (const path of process.argv.slice(2)) {
  // A goos for those that do not say theirs; it has no say in what is read.
  const { kind } = await inspectProgram(path, { goos: 'linux' })
  if (kind !== 'readable') throw new Error(`${path} is ${kind}`)
}
