// formatMarkdown and formatText: the report for people, in which hostile text stays text.
import { formatMarkdown, formatText } from '../../../src/report/summary.js'
import { createReport, fileOf, OUTPUT, targetReport } from './example-report.js'

/** The rows of the table below its head, as cells with their entities resolved. */
function tableOf(markdown: string): string[][] {
  const lines = markdown.split('\n')
  const first = lines.indexOf('| --- | --- | --- | --- | --- | --- | --- |') + 1
  return lines
    .slice(first, lines.indexOf('', first))
    .map((line) => line.slice(2, -2).split(' | ').map(resolve))
}
const ENTITIES = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
])
const resolve = (text: string) =>
  text.replaceAll(/&(?:#(\d+)|([a-z]+));/g, (whole, code: string | undefined, name: string | undefined) =>
    code === undefined ? (ENTITIES.get(name ?? '') ?? whole) : String.fromCharCode(Number(code)),
  )

describe('formatMarkdown', () => {
  test('a release that went well', () => {
    expect(formatMarkdown(createReport())).toBe(
      [
        '## age v1.3.1: 2 of 2 targets, 4 files',
        '',
        '| Target | Status | Linkage | Size | Build | Compiled | SHA-256 |',
        '| --- | --- | --- | --- | --- | --- | --- |',
        '| linux/amd64 | done | static | 1.2 MB | 12.3 s | 185 compiled, 0 cached, 4 linked | abababababababababababababababababababababababababababababababab |',
        '| windows/arm64 | done | static | 2.0 MB | 12.3 s | 185 compiled, 0 cached, 4 linked | efefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefef |',
        '',
        '<details><summary>Programs</summary>',
        '',
        '| Target | Program | Linkage | PIE | RELRO | NX | Stripped | Floor | Checks |',
        '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
        '| linux/amd64 | age | static | no | none | yes | yes |  | passed |',
        '| windows/arm64 | age | static | no | none | yes | yes |  | passed |',
        '',
        '</details>',
        '',
        '',
      ].join('\n'),
    )
  })

  test('bare binaries are one row: sizes added, digests side by side', () => {
    const files = [
      fileOf('a', { kind: 'binary', target: 'linux/amd64' }),
      fileOf('b', { kind: 'binary', target: 'linux/amd64', size: 3_000_000, sha256: '12'.repeat(32) }),
    ]
    const [cells] = tableOf(formatMarkdown(createReport({ targets: [targetReport('linux/amd64')], files })))
    expect(cells?.slice(3)).toEqual([
      '4.2 MB',
      '12.3 s',
      '185 compiled, 0 cached, 4 linked',
      `${'ab'.repeat(32)} ${'12'.repeat(32)}`,
    ])
  })

  test('what a dynamic program needs is shown, and each verdict once', () => {
    const [program] = targetReport('linux/amd64').programs
    if (program === undefined) throw new Error('the example has no program')
    const dynamic = { ...program, verdict: 'dynamic', linkage: 'dynamic: needs libc.so.6' }
    const targets = [targetReport('linux/amd64', { programs: [program, program, dynamic] })]
    expect(tableOf(formatMarkdown(createReport({ targets })))[0]?.[2]).toBe(
      'static; dynamic: needs libc.so.6',
    )
  })

  test('a target of which Go does not tell what it did has no words for it', () => {
    const { work: _, ...untold } = targetReport('linux/amd64')
    expect(tableOf(formatMarkdown(createReport({ targets: [untold] })))[0]?.[5]).toBe('')
  })

  describe('a failed run', () => {
    const failed = targetReport('windows/arm64', {
      status: 'failed',
      error: 'go build: exit code 1\nmain.go:1:2: undefined: x',
      programs: [],
    })
    const { buildSeconds: _, work: __, ...unbuilt } = failed
    const report = createReport({
      status: 'failed',
      targets: [targetReport('linux/amd64'), unbuilt],
      files: createReport().files.slice(0, 2),
    })

    test('says so, with every target and why it failed', () => {
      const markdown = formatMarkdown(report)
      expect(markdown).toContain('## age v1.3.1 failed: 1 of 2 targets done\n')
      expect(tableOf(markdown)).toEqual([
        [
          'linux/amd64',
          'done',
          'static',
          '1.2 MB',
          '12.3 s',
          '185 compiled, 0 cached, 4 linked',
          'ab'.repeat(32),
        ],
        ['windows/arm64', 'failed', '', '', '', '', ''],
      ])
      expect(markdown).toContain('\n- ❌ windows/arm64: go build: exit code 1 main.go:1:2: undefined: x\n')
    })

    test('says what failed beside the targets', () => {
      const targets = createReport().targets
      expect(formatMarkdown({ ...report, targets, error: 'signing failed' })).toContain(
        '\n- ❌ signing failed\n',
      )
    })
  })

  test('what was skipped, and why', () => {
    const skipped = [
      { what: 'Signature', why: 'sign: off' },
      { what: 'SBOM', why: 'sbom: off' },
    ]
    expect(formatMarkdown(createReport({ skipped }))).toContain(
      '\n- Signature skipped: sign: off\n- SBOM skipped: sbom: off\n',
    )
  })

  test('main packages that a target does not have are among what was skipped', () => {
    const targets = [
      targetReport('js/wasm', {
        skippedPackages: [{ importPath: 'filippo.io/age/cmd/age-plugin-batchpass', why: 'it has no files' }],
      }),
    ]
    const report = createReport({ targets })
    expect(resolve(formatMarkdown(report))).toContain('filippo.io/age/cmd/age-plugin-batchpass')
    expect(formatText(report)).toContain('filippo.io/age/cmd/age-plugin-batchpass')
  })

  test('the commands that verify a file stand in a block of their own', () => {
    const verify = ['cosign verify-blob FILE', 'cosign verify-blob-attestation FILE']
    expect(formatMarkdown(createReport({ verify }))).toContain(`\n\n\`\`\`sh\n${verify.join('\n')}\n\`\`\`\n`)
  })

  const hostile: [name: string, text: string, shown?: string][] = [
    ['a cell border', 'a | b'],
    ['a border behind a backslash', 'a \\| b'],
    ['lines', 'a\n| b | c |\r\nd', 'a | b | c | d'],
    // CommonMark ends a line at a lone carriage return too.
    ['a carriage return', 'a\r| b |', 'a | b |'],
    ['HTML', '<img src=x onerror=alert(1)>'],
    ['a comment', '<!-- a'],
    ['a link', '[a](https://evil.example)'],
    ['an image', '![a](https://evil.example/pixel.png)'],
    ['a code span', '`a` ``b'],
    ['emphasis', '**a** __b__ *c* _d_'],
    ['a heading', '# a'],
    // What looks like an entity must be shown as it stands.
    ['an entity', '&#124; &lt;b&gt;'],
  ]

  describe.each(hostile)('%s', (_, text, shown = text) => {
    const [program] = targetReport('linux/amd64').programs
    const programs = program === undefined ? [] : [{ ...program, verdict: 'dynamic', linkage: text }]
    const markdown = formatMarkdown(
      createReport({
        status: 'failed',
        error: text,
        name: text,
        targets: [targetReport('linux/amd64', { programs }), targetReport('linux/arm64', { error: text })],
        skipped: [{ what: 'SBOM', why: text }],
      }),
    )

    test('is one cell of the table', () => {
      const table = tableOf(markdown)
      expect(table.map((cells) => cells.length)).toEqual([7, 7])
      expect(table[0]?.[2]).toBe(shown)
    })

    test('is one item of a list, and part of the heading', () => {
      const lines = markdown.split(/\r\n|\r|\n/)
      expect(resolve(lines[0] ?? '')).toBe(`## ${shown} v1.3.1 failed: 2 of 2 targets done`)
      expect(lines.filter((line) => line.startsWith('- ')).map(resolve)).toEqual([
        `- ❌ linux/arm64: ${shown}`,
        `- ❌ ${shown}`,
        `- SBOM skipped: ${shown}`,
      ])
    })

    test('brings no character of Markdown or HTML', () => {
      const own = markdown.split('\n').filter((line) => line.startsWith('- ') || line.startsWith('| linux'))
      for (const line of own)
        expect(line.replaceAll(/&#\d+;|&amp;/g, '').replaceAll(/^\| | \|(?= |$)/g, '')).not.toMatch(
          /[`*_<>[\]\\&]/,
        )
    })
  })
})

describe('formatText', () => {
  test('a release that went well', () => {
    expect(
      formatText(
        createReport({ verify: ['cosign verify-blob FILE'], skipped: [{ what: 'SBOM', why: 'sbom: off' }] }),
      ),
    ).toBe(
      [
        '',
        'age v1.3.1: 2 of 2 targets, 4 files',
        '',
        'Target         Status  Linkage  Size    Build   Compiled                          SHA-256',
        'linux/amd64    done    static   1.2 MB  12.3 s  185 compiled, 0 cached, 4 linked  abababababababababababababababababababababababababababababababab',
        'windows/arm64  done    static   2.0 MB  12.3 s  185 compiled, 0 cached, 4 linked  efefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefef',
        '',
        'Target         Program  Linkage  PIE  RELRO  NX   Stripped  Floor  Checks',
        'linux/amd64    age      static   no   none   yes  yes              passed',
        'windows/arm64  age      static   no   none   yes  yes              passed',
        '',
        'skipped: SBOM: sbom: off',
        `files:   ${OUTPUT}`,
        'verify:  cosign verify-blob FILE',
      ].join('\n'),
    )
  })

  test('a failed run says so, with every failure', () => {
    const failed = targetReport('linux/arm64', { status: 'failed', error: 'no C compiler' })
    const text = formatText(createReport({ status: 'failed', error: 'the disk is full', targets: [failed] }))
    expect(text).toContain('\nage v1.3.1 failed: 0 of 1 targets done\n')
    expect(text).toContain('\nfailed: linux/arm64: no C compiler\nfailed: the disk is full\n')
  })
})
