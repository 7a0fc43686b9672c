// formatMarkdown and formatText: the report for people, in which hostile text stays text.
import { printable } from '../../../src/printable.js'
import { formatMarkdown, formatText } from '../../../src/report/summary.js'
import { createReport, fileOf, OUTPUT, targetReport } from './example-report.js'
import { runOf } from './example-spans.js'

/** The rows of the table below its head, as cells with their entities resolved. */
function tableOf(markdown: string): string[][] {
  const lines = markdown.split('\n')
  const first = lines.indexOf('| --- | --- | --- | --- | --- | --- |') + 1
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
    const spans = [
      { what: 'plan', start: 0, end: 2000 },
      { what: 'compile', target: 'linux/amd64', start: 2000, end: 9000 },
      { what: 'link', target: 'linux/amd64', start: 9000, end: 11_000 },
      { what: 'compile', target: 'windows/arm64', start: 2000, end: 12_000 },
    ]
    const skipped = [{ what: 'SBOM', why: 'sbom: off' }]
    const cache = { key: 'key-1', matchedKey: 'key-0', hit: true, notes: ['a note'], differs: [] }
    expect(
      formatMarkdown(
        createReport({ spans, skipped, cache: { ...cache, netSeconds: 12.34 }, verify: ['cosign FILE'] }),
      ).split('\n'),
    ).toEqual([
      '## ✅ age v1.3.1: 2 of 2 targets, 4 files in 1 min 23 s',
      '',
      'filippo.io/age at 0123456789ab, go1.26.8',
      '',
      '| Target | Status | Linkage | Size | Build | Compiled |',
      '| --- | --- | --- | --- | --- | --- |',
      '| linux/amd64 | ✅ done | static | 1.2 MB | 12.3 s | 185 compiled, 0 cached, 4 linked |',
      '| windows/arm64 | ✅ done | static | 2.0 MB | 12.3 s | 185 compiled, 0 cached, 4 linked |',
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
      '<details><summary>Files</summary>',
      '',
      '| File | Size | SHA-256 |',
      '| --- | --- | --- |',
      `| age&#95;v1.3.1&#95;linux&#95;amd64.tar.gz | 1.2 MB | ${'ab'.repeat(32)} |`,
      `| age&#95;v1.3.1&#95;linux&#95;amd64.spdx.json | 99.0 MB | ${'ab'.repeat(32)} |`,
      `| age&#95;v1.3.1&#95;windows&#95;arm64.zip | 2.0 MB | ${'ef'.repeat(32)} |`,
      `| SHA256SUMS | 0.3 kB | ${'ab'.repeat(32)} |`,
      '',
      '</details>',
      '',
      '<details open><summary>What ran when</summary>',
      '',
      '🟦 compile 🟧 link 🟩 everything else',
      '',
      '```mermaid',
      '---',
      expect.stringMatching(/^config: \{"gantt":\{.*\}\}$/),
      '---',
      'gantt',
      '  title Minutes and seconds since the run began',
      '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
      '  axisFormat %M:%S',
      '  todayMarker off',
      '  section plan',
      '  plan :done, 2000-01-01 00:00:00.000, 2000ms',
      '  section linux/amd64',
      '  compile :2000-01-01 00:00:02.000, 7000ms',
      '  link :active, 2000-01-01 00:00:09.000, 2000ms',
      '  section windows/arm64',
      '  compile :2000-01-01 00:00:02.000, 10000ms',
      '```',
      '',
      '</details>',
      '',
      '<details open><summary>Sizes</summary>',
      '',
      '```mermaid',
      '---',
      expect.stringMatching(/^config: \{"xyChart":\{.*\}\}$/),
      '---',
      'xychart-beta horizontal',
      '  x-axis ["linux/amd64", "windows/arm64"]',
      '  y-axis "MB" 0 --> 2',
      '  bar [1.23, 2]',
      '```',
      '',
      '</details>',
      '',
      '- SBOM skipped: sbom: off',
      '',
      '* Build cache: gained 12.3 s of this run',
      '* Build cache: a note',
      '',
      '<details><summary>Verify a downloaded file</summary>',
      '',
      '```sh',
      'cosign FILE',
      '```',
      '',
      '</details>',
      '',
    ])
  })

  test('the sizes of bare binaries are added', () => {
    const files = [
      fileOf('a', { kind: 'binary', target: 'linux/amd64' }),
      fileOf('b', { kind: 'binary', target: 'linux/amd64', size: 3_000_000 }),
    ]
    const [cells] = tableOf(formatMarkdown(createReport({ targets: [targetReport('linux/amd64')], files })))
    expect(cells?.slice(3)).toEqual(['4.2 MB', '12.3 s', '185 compiled, 0 cached, 4 linked'])
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

    test('says so, then why, with every target', () => {
      const markdown = formatMarkdown(report)
      expect(markdown.split('\n').slice(0, 8)).toEqual([
        '## ❌ age v1.3.1 failed: 1 of 2 targets done after 1 min 23 s',
        '',
        'filippo.io/age at 0123456789ab, go1.26.8',
        '',
        '❌ windows/arm64',
        '',
        '<pre>go build: exit code 1&#10;main.go:1:2: undefined: x</pre>',
        '',
      ])
      expect(tableOf(markdown)).toEqual([
        ['linux/amd64', '✅ done', 'static', '1.2 MB', '12.3 s', '185 compiled, 0 cached, 4 linked'],
        ['windows/arm64', '❌ failed', '', '', '', ''],
      ])
    })

    test('says what failed beside the targets', () => {
      const targets = createReport().targets
      expect(formatMarkdown({ ...report, targets, error: 'signing failed' })).toContain(
        '\n❌ the release\n\n<pre>signing failed</pre>\n',
      )
    })

    test.each<[failed: number, total: number, told: string]>([
      [1, 1, 'os/arch0'],
      [2, 3, 'os/arch0, os/arch1'],
      [3, 3, 'all 3 targets'],
      [
        9,
        10,
        '9 of 10 targets (os/arch0, os/arch1, os/arch2, os/arch3, os/arch4, os/arch5, os/arch6, os/arch7, …)',
      ],
    ])('tells the same error of %d of %d targets once', (count, total, told) => {
      const targets = Array.from({ length: total }, (_, index) =>
        targetReport(`os/arch${index}`, index < count ? { status: 'failed', error: 'no' } : {}),
      )
      const markdown = formatMarkdown({ ...report, targets })
      expect(markdown.match(/^❌.*$/gm)).toEqual([`❌ ${told}`])
      expect(formatText({ ...report, targets })).toContain(`\nfailed: ${told}: no\n`)
    })

    test('cuts what is too long to be read', () => {
      const markdown = formatMarkdown({ ...report, error: `begin${'x'.repeat(1e5)}end` })
      expect(markdown).toMatch(/<pre>beginx{7995}…&#10;see the log for the rest<\/pre>/)
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
    expect(resolve(formatMarkdown(report))).toContain(
      '\n- filippo.io/age/cmd/age-plugin-batchpass for js/wasm skipped: it has no files\n',
    )
    expect(formatText(report)).toContain(
      '\nskipped: filippo.io/age/cmd/age-plugin-batchpass for js/wasm: it has no files\n',
    )
  })

  test('a main package that several targets do not have is told of once for each reason', () => {
    const lacking = (target: string, why: string) =>
      targetReport(target, { skippedPackages: [{ importPath: 'a.example/b', why }] })
    const targets = [
      lacking('js/wasm', 'no files'),
      lacking('wasip1/wasm', 'no files'),
      lacking('linux/arm', 'cgo'),
      targetReport('linux/amd64'),
    ]
    expect(formatMarkdown(createReport({ targets })).match(/^- .*$/gm)).toEqual([
      '- a.example/b for js/wasm, wasip1/wasm skipped: no files',
      '- a.example/b for linux/arm skipped: cgo',
    ])
  })

  test.each<[seconds: number, told: string]>([
    [0.04, '0.0 s'],
    [59.94, '59.9 s'],
    [59.96, '1 min 0 s'],
    [3599.4, '59 min 59 s'],
    [3599.6, '1 h 0 min'],
    [7384, '2 h 3 min'],
  ])('%d s are told as %s', (seconds, told) => {
    expect(formatMarkdown(createReport({ seconds })).split('\n')[0]).toMatch(new RegExp(` files in ${told}$`))
  })

  test.each([
    [10, '<details open>'],
    [11, '<details>'],
  ])('the charts of %d targets are in %s', (count, fold) => {
    expect(formatMarkdown(runOf(count))).toContain(`\n${fold}<summary>What ran when</summary>\n`)
    expect(formatMarkdown(runOf(count))).toContain(`\n${fold}<summary>Sizes</summary>\n`)
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
      expect(table.map((cells) => cells.length)).toEqual([6, 6])
      expect(table[0]?.[2]).toBe(shown)
    })

    test('is one item of a list, and part of the heading', () => {
      const lines = markdown.split(/\r\n|\r|\n/)
      expect(resolve(lines[0] ?? '')).toBe(
        `## ❌ ${shown} v1.3.1 failed: 2 of 2 targets done after 1 min 23 s`,
      )
      expect(lines.filter((line) => line.startsWith('- ')).map(resolve)).toEqual([`- SBOM skipped: ${shown}`])
    })

    test('is one line of Markdown where it says what failed, and there as it is', () => {
      const blocks = markdown.split('\n').filter((line) => line.startsWith('<pre>'))
      const told = printable(text)
      expect(blocks.map(resolve)).toEqual([`<pre>${told}</pre>`, `<pre>${told}</pre>`])
      for (const block of blocks) expect(block.slice(5, -6)).not.toMatch(/[`*_<>[\]\\\r\n]/)
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
        'age v1.3.1: 2 of 2 targets, 4 files in 1 min 23 s',
        '',
        'Target         Status  Linkage  Size    Build   Compiled',
        'linux/amd64    done    static   1.2 MB  12.3 s  185 compiled, 0 cached, 4 linked',
        'windows/arm64  done    static   2.0 MB  12.3 s  185 compiled, 0 cached, 4 linked',
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
    expect(text).toContain('\nage v1.3.1 failed: 0 of 1 targets done after 1 min 23 s\n')
    expect(text).toContain('\nfailed: linux/arm64: no C compiler\nfailed: the disk is full\n')
  })

  test('what there is none of is left out', () => {
    const failed = targetReport('linux/arm64', { status: 'failed', error: 'no C compiler', programs: [] })
    const text = formatText(createReport({ status: 'failed', targets: [failed], files: [] }))
    expect(text).not.toMatch(/^files:|^Target +Program/m)
    expect(text).toMatch(/^linux\/arm64 +failed.*\n\nfailed: linux\/arm64: no C compiler$/m)
  })
})
