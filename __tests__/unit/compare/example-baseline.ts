// What a small run has built, with what a test wants changed.
import type { Baseline, BuiltProgram, BuiltTarget } from '../../../src/compare/baseline.js'

export const COMMIT = '0123456789abcdef0123456789abcdef01234567'

export const programOf = (name: string, changes: Partial<BuiltProgram> = {}): BuiltProgram => ({
  name,
  size: 3_400_000,
  linkage: 'static',
  floor: [],
  ...changes,
})

export const targetOf = (id: string, changes: Partial<BuiltTarget> = {}): BuiltTarget => ({
  id,
  released: 1_200_000,
  buildSeconds: 12.34,
  programs: [programOf('age')],
  modules: [{ path: 'golang.org/x/sys', version: 'v0.1.0' }],
  cgoPackages: [],
  ...changes,
})

export const baselineOf = (...targets: readonly BuiltTarget[]): Baseline => ({ commit: COMMIT, targets })
