// A run that took all targets through all stages, two at once, as its report has it.
import type { Artifact } from '../../../src/artifact.js'
import type { Report, TargetReport } from '../../../src/report/report.js'
import type { Span } from '../../../src/timeline.js'
import { PLATFORMS } from '../plan/target-platforms.js'
import { createReport, fileOf, targetReport } from './example-report.js'

/** All that Go has names for, the longest with a variant too. */
const TARGETS = ['linux/mips64le/softfloat', ...PLATFORMS.map(({ GOOS, GOARCH }) => `${GOOS}/${GOARCH}`)]

/** What is done for all targets, before them and after them. */
export const BEFORE = ['plan', 'tools', 'restore cache', 'download modules']
export const AFTER = ['SBOM', 'save caches', 'sign', 'upload']

/** Every eleventh target fails to be compiled, the third to be packaged. */
const fails = (index: number): 'compile' | 'package' | undefined =>
  index % 11 === 10 ? 'compile' : index === 2 ? 'package' : undefined

/** @param count at most 42 */
export function runOf(count: number): Report {
  const spans: Span[] = []
  let now = 0
  const next = (what: string, took: number) => {
    spans.push({ what, start: now, end: now + took })
    now += took
  }
  for (const what of BEFORE) next(what, 2000)
  const free = [now, now]
  const names = TARGETS.slice(0, count)
  const targets = names.map((target, index): TargetReport => {
    const start = free[index % 2] ?? 0
    const linked = start + 3000 + ((index * 7919) % 9000)
    const failure = fails(index)
    spans.push(
      failure === 'compile'
        ? { what: 'compile', target, start, end: linked, failed: true }
        : { what: 'compile', target, start, end: linked - 1200 },
    )
    if (failure !== 'compile') {
      const failed = failure === undefined ? {} : ({ failed: true } as const)
      spans.push({ what: 'link', target, start: linked - 1200, end: linked })
      spans.push({ what: 'package', target, start: linked, end: linked + 700, ...failed })
    }
    free[index % 2] = linked
    return targetReport(target, failure === undefined ? {} : { status: 'failed', error: 'no' })
  })
  now = Math.max(...free) + 700
  for (const what of AFTER) next(what, 3000)
  const files = names.flatMap((target, index): Artifact[] =>
    fails(index) === undefined ? [fileOf(`${index}`, { target, size: 3_000_000 + index * 123_456 })] : [],
  )
  return createReport({ targets, files, spans, seconds: now / 1000 })
}
