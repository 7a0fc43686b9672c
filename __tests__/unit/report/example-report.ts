// The report of a small release that went well, with what a test wants changed.
import path from 'node:path'
import type { Artifact } from '../../../src/artifact.js'
import type { FileReport, Report, TargetReport } from '../../../src/report/report.js'

export const OUTPUT = path.resolve('/home/runner/work/_temp/go-cross-release-files')

export function fileOf(name: string, changes: Partial<Artifact> = {}): Artifact {
  return {
    name,
    path: path.join(OUTPUT, name),
    kind: 'archive',
    size: 1_234_567,
    sha256: 'ab'.repeat(32),
    ...changes,
  }
}

export function targetReport(target: string, changes: Partial<TargetReport> = {}): TargetReport {
  const [goos = '', goarch = ''] = target.split('/')
  return {
    target,
    goos,
    goarch,
    status: 'done',
    buildSeconds: 12.34,
    work: { compiled: 185, cached: 0, linked: 4, upToDate: 0 },
    programs: [{ importPath: 'filippo.io/age/cmd/age', ...fileReport('age') }],
    skippedPackages: [],
    ...changes,
  }
}

export function fileReport(name: string, changes: Partial<FileReport> = {}): FileReport {
  return {
    name,
    size: 3_456_789,
    sha256: 'cd'.repeat(32),
    verdict: 'static',
    linkage: 'static: no interpreter, no libraries',
    hardening: { pie: 'no', relro: 'none', nx: 'yes', stripped: 'yes', floor: [] },
    checks: [{ check: 'linkage', outcome: 'passed', messages: [] }],
    ...changes,
  }
}

export function createReport(changes: Partial<Report> = {}): Report {
  return {
    status: 'done',
    name: 'age',
    version: 'v1.3.1',
    module: 'filippo.io/age',
    commit: '0123456789abcdef0123456789abcdef01234567',
    date: '2026-01-02T03:04:05Z',
    go: 'go1.26.8',
    seconds: 83.4,
    spans: [],
    cache: { key: 'key-1', matchedKey: '', hit: false, notes: [], differs: [] },
    targets: [targetReport('linux/amd64'), targetReport('windows/arm64')],
    planned: [],
    output: OUTPUT,
    files: [
      fileOf('age_v1.3.1_linux_amd64.tar.gz', { target: 'linux/amd64' }),
      fileOf('age_v1.3.1_linux_amd64.spdx.json', { target: 'linux/amd64', kind: 'sbom', size: 99_000_000 }),
      fileOf('age_v1.3.1_windows_arm64.zip', {
        target: 'windows/arm64',
        sha256: 'ef'.repeat(32),
        size: 2_000_000,
      }),
      fileOf('SHA256SUMS', { kind: 'checksums', size: 300 }),
    ],
    comparison: [],
    skipped: [],
    provenance: [],
    verify: [],
    ...changes,
  }
}
