// A small release to plan in tests: facts, targets by their text, and their options, each with what a test wants changed.
import { parseArchitecture } from '../../../src/plan/architecture.js'
import {
  planRelease,
  type Plan,
  type PlannedTarget,
  type ReleaseFacts,
  type TargetOptions,
} from '../../../src/plan/plan.js'
import type { Overrides, Target } from '../../../src/plan/target.js'

const FACTS: ReleaseFacts = {
  name: 'age',
  version: 'v1.3.1',
  commit: '0123456789abcdef0123456789abcdef01234567',
  date: '2026-01-02T03:04:05Z',
  archive: 'auto',
  archiveName: '{name}_{version}_{goos}_{goarch}{variant}',
  artifactName: '{name}_{version}_{goos}_{goarch}{variant}',
  sbom: ['spdx-json'],
}

/** @param text `goos/goarch[/variant]` */
export function targetOf(text: string, overrides: Overrides = {}): Target {
  const [goos = '', goarch = '', variant] = text.split('/')
  const architecture = parseArchitecture(goarch, variant)
  if (architecture === undefined) throw new Error(`${text} is no target`)
  return { goos, ...architecture, overrides }
}

export function optionsOf(target: string, changes: Partial<TargetOptions> = {}): TargetOptions {
  return {
    target: targetOf(target),
    cgo: false,
    buildmode: undefined,
    ldflags: '-s -w',
    tags: '',
    linkage: 'static',
    packages: ['filippo.io/age/cmd/age'],
    needsCgo: [],
    ...changes,
  }
}

/** @param targets texts, or options from `optionsOf` */
export function planOf(
  targets: readonly (string | TargetOptions)[],
  facts: Partial<ReleaseFacts> = {},
): Plan {
  return planRelease(
    { ...FACTS, ...facts },
    targets.map((target) => (typeof target === 'string' ? optionsOf(target) : target)),
  )
}

/** The only target of a plan of one. */
export function plannedTarget(
  target: string | TargetOptions,
  facts: Partial<ReleaseFacts> = {},
): PlannedTarget {
  const [planned] = planOf([target], facts).targets
  if (planned === undefined) throw new Error('a plan of one target has none')
  return planned
}
