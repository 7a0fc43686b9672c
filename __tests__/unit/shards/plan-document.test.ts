// plan.json: what changes a byte of the release changes its digest, nothing else does, and what was changed on its way is refused.
import type { Inputs } from '../../../src/inputs.js'
import {
  differenceFromPlan,
  formatPlan,
  parsePlan,
  type PlanDocument,
} from '../../../src/shards/plan-document.js'
import { optionsOf, planOf, targetOf } from '../plan/example-plan.js'

type Facts = NonNullable<Parameters<typeof planOf>[1]>
type Options = NonNullable<Parameters<typeof optionsOf>[1]>

const SOURCE = {
  modulePath: 'filippo.io/age',
  name: 'age',
  version: 'v1.3.1',
  date: '2026-01-02T03:04:05Z',
  go: 'go1.26.8',
  commit: '0123456789abcdef0123456789abcdef01234567',
  tag: 'v1.3.1',
  inputs: { trimpath: 'true', 'archive-files': 'LICENSE*' },
  archiveFiles: { LICENSE: 'a'.repeat(64) },
  goSettings: { GOFLAGS: '' },
}

function documentOf(
  changes: {
    readonly source?: Partial<PlanDocument['source']>
    readonly facts?: Partial<Facts>
    readonly options?: Partial<Options>
    readonly checks?: Inputs['checks']
  } = {},
): PlanDocument {
  const targets = [optionsOf('linux/amd64', changes.options), optionsOf('windows/arm64')]
  return {
    source: { ...SOURCE, ...changes.source },
    plan: planOf(targets, changes.facts),
    checks: changes.checks ?? '',
  }
}

const { text, digest } = formatPlan(documentOf())

test('comes back as it was', () => {
  const document = documentOf({
    options: {
      target: targetOf('linux/amd64', { linkage: 'musl', runner: 'macos-15', tags: 'a' }),
      needsCgo: ['x'],
    },
    checks: 'stack=warn',
  })
  const formatted = formatPlan(document)
  const plain = JSON.parse(JSON.stringify(document)) as unknown
  expect(JSON.parse(JSON.stringify(parsePlan(formatted.text, formatted.digest)))).toEqual(plain)
})

describe('the digest', () => {
  test.each<[string, Parameters<typeof documentOf>[0]]>([
    ['the commit', { source: { commit: 'f'.repeat(40) } }],
    ['the version', { source: { version: 'v2' } }],
    ['Go', { source: { go: 'go1.27' } }],
    ['an input', { source: { inputs: { ...SOURCE.inputs, trimpath: 'false' } } }],
    ['GOFLAGS', { source: { goSettings: { GOFLAGS: '-tags=a' } } }],
    ['files in the archives', { source: { archiveFiles: {} } }],
    ['ldflags', { options: { ldflags: '-s' } }],
    ['tags', { options: { tags: 'netgo' } }],
    ['cgo', { options: { cgo: true } }],
    ['the compiler of a row', { options: { target: targetOf('linux/amd64', { cc: 'musl-gcc' }) } }],
    ['the variant of a row', { options: { target: targetOf('linux/amd64/v3') } }],
    ['programs', { options: { packages: ['filippo.io/age/cmd/age', 'filippo.io/age/cmd/age-keygen'] } }],
    ['the kind of archive', { facts: { archive: 'zip' } }],
    ['names in SHA256SUMS', { facts: { archiveName: '{goos}-{goarch}' } }],
    ['SBOMs', { facts: { sbom: [] } }],
  ])('changes with %s', (_, changes) => {
    expect(formatPlan(documentOf(changes)).digest).not.toBe(digest)
  })

  test.each<[string, Parameters<typeof documentOf>[0]]>([
    ['the runner', { options: { target: targetOf('linux/amd64', { runner: 'macos-15' }) } }],
    [
      'the policy of linkage',
      { options: { linkage: 'musl', target: targetOf('linux/amd64', { linkage: 'musl' }) } },
    ],
    ['checks', { checks: 'stack=warn' }],
    ['names of artifacts', { facts: { artifactName: 'x-{goos}-{goarch}' } }],
    ['packages that are left out', { options: { needsCgo: ['x'] } }],
  ])('stays with other %s', (_, changes) => {
    expect(formatPlan(documentOf(changes)).digest).toBe(digest)
  })
})

function aTargetLess(): string {
  const parts = JSON.parse(text) as { bytes: { targets: object[] } }
  parts.bytes.targets.pop()
  return JSON.stringify(parts)
}

describe('what came another way is refused', () => {
  test.each<[string, string, string]>([
    ['a text', 'plan', 'plan: plan.json is not of this version of the action; use the same one'],
    ['another form', text.replace('"format":1', '"format":2'), 'is not of this version'],
    ['another file name', text.replace('age_v1.3.1_linux', 'age_v1.3.1_minix'), 'was changed'],
    [
      'another commit',
      text.replace(SOURCE.commit, 'f'.repeat(40)),
      'plan: plan.json was changed: it has the digest',
    ],
    ['a target less', aTargetLess(), 'was changed'],
    [
      'no terms',
      JSON.stringify({ ...JSON.parse(text), terms: { targets: [] } }),
      'does not say what it must',
    ],
  ])('%s', (_, changed, problem) => {
    expect(changed).not.toBe(text)
    expect(() => parsePlan(changed, digest)).toThrow(problem)
  })

  test('any byte of what is built', () => {
    const end = text.indexOf('"terms"')
    for (let at = 0; at < end; at++) {
      const changed = text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1)
      expect(() => parsePlan(changed, digest)).toThrow(/^plan: plan\.json/)
    }
  })
})

describe('a job that would build something else is told what', () => {
  test.each<[string, Parameters<typeof documentOf>[0], string]>([
    ['the commit', { source: { commit: null } }, `commit is null here and "${SOURCE.commit}" in the plan`],
    ['Go', { source: { go: 'go1.27' } }, 'go is "go1.27" here and "go1.26.8" in the plan'],
    [
      'an input',
      { source: { inputs: { ...SOURCE.inputs, trimpath: 'false' } } },
      'input trimpath is "false" here and "true" in the plan',
    ],
    ['GOFLAGS', { source: { goSettings: { GOFLAGS: '-v' } } }, 'GOFLAGS is "-v" here and "" in the plan'],
    ['checks', { checks: 'off' }, 'checks is "off" here and "" in the plan'],
    [
      'buildmode',
      { options: { buildmode: 'pie' } },
      'linux/amd64: buildmode is "pie" here and not set in the plan',
    ],
    [
      'a file of the archives',
      { source: { archiveFiles: { LICENSE: 'b' } } },
      `the SHA-256 of LICENSE is "b" here and "${'a'.repeat(64)}" in the plan`,
    ],
    ['ldflags', { options: { ldflags: '-s' } }, 'linux/amd64: ldflags is "-s" here and "-s -w" in the plan'],
    [
      'linkage',
      { options: { linkage: 'musl' } },
      'linux/amd64: linkage is "musl" here and "static" in the plan',
    ],
    [
      'artifact-name',
      { facts: { artifactName: '{goos}-{goarch}' } },
      'linux/amd64: artifact is "linux-amd64" here and "age_v1.3.1_linux_amd64" in the plan',
    ],
  ])('%s', (_, changes, expected) => {
    expect(differenceFromPlan(parsePlan(text, digest), documentOf(changes))).toBe(expected)
  })

  test('other targets', () => {
    const here = { ...documentOf(), plan: planOf(['linux/amd64']) }
    expect(differenceFromPlan(parsePlan(text, digest), here)).toBe(
      'matrix is "linux/amd64" here and "linux/amd64, windows/arm64" in the plan',
    )
  })

  test('and nothing where it is the same', () => {
    expect(differenceFromPlan(parsePlan(text, digest), documentOf())).toBeUndefined()
  })
})

describe('terms, which no digest vouches for,', () => {
  const withTerms = (changes: object): string => {
    const parts = JSON.parse(text) as { terms: { targets: object[] } }
    const [first, ...others] = parts.terms.targets
    return JSON.stringify({
      ...parts,
      terms: { ...parts.terms, targets: [{ ...first, ...changes }, ...others] },
    })
  }

  test('change nothing that is built, whatever they hold', () => {
    const changed = withTerms({
      archive: { format: 'tar.gz', file: '../../evil.tar.gz' },
      bare: [{ built: 'a', file: '/evil', executable: true }],
      sboms: [],
      id: 'plan9/386',
      programs: [],
      target: { goos: 'plan9' },
      overrides: { cc: 'evil', ldflags: '-X evil', linkage: 'musl' },
    })
    const [planned] = parsePlan(changed, digest).plan.targets
    const [expected] = documentOf({
      options: { target: targetOf('linux/amd64', { linkage: 'musl' }) },
    }).plan.targets
    expect(JSON.parse(JSON.stringify(planned))).toEqual(JSON.parse(JSON.stringify(expected)))
  })

  test.each([
    { artifact: 1 },
    { artifact: undefined },
    { linkage: {} },
    { skippedPackages: 'a' },
    { needsCgo: [1] },
    { overrides: null },
    { overrides: { runner: 1 } },
    { overrides: { linkage: [] } },
  ])('are refused where they are %j', (changes) => {
    expect(() => parsePlan(withTerms(changes), digest)).toThrow('does not say what it must of a target')
  })

  test.each([{ checks: 1 }, { releaseArtifact: null }])(
    'of the whole are refused where they are %j',
    (changes) => {
      const parts = JSON.parse(text) as { terms: object }
      const changed = JSON.stringify({ ...parts, terms: { ...parts.terms, ...changes } })
      expect(() => parsePlan(changed, digest)).toThrow('does not say what it must of a target')
    },
  )
})
