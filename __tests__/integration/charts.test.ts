// The charts of a summary, drawn by the real Mermaid in a browser as GitHub draws them: every bar and every name, where it belongs.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Locator, type Page } from 'playwright-core'
import { formatMarkdown, type Report } from '../../src/report/index.js'
import { runChecked } from '../support/processes.js'
import { targetReport } from '../unit/report/example-report.js'
import { AFTER, BEFORE, runOf } from '../unit/report/example-spans.js'
import { describeOn } from './linkage/describe-on.js'

/** What the Mermaid in the page is asked for. */
declare const mermaid: {
  initialize(config: object): void
  parse(text: string): Promise<unknown>
  render(id: string, text: string): Promise<{ svg: string }>
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** To look at the pictures: `CHARTS=/tmp/charts npm test -- __tests__/integration/charts.test.ts`. */
const pictures = process.env['CHARTS']
if (pictures !== undefined) mkdirSync(pictures, { recursive: true })

const chartsOf = (report: Report): [gantt: string, sizes: string] => {
  const [gantt = '', sizes = ''] = [...formatMarkdown(report).matchAll(/^```mermaid\n([^]*?)\n```$/gm)].map(
    ([, text = '']) => text,
  )
  return [gantt, sizes]
}

describeOn('linux/x64', ['chromium'])('drawn by Mermaid', () => {
  let browser: Browser
  let drawing: Page
  let shown: Page
  const requests: string[] = []

  beforeAll(async () => {
    const executablePath = (await runChecked(['which', 'chromium'])).trim()
    browser = await chromium.launch({ executablePath })
    // A time zone in which no full hour of UTC is one.
    const context = await browser.newContext({
      viewport: { width: 900, height: 1000 },
      timezoneId: 'Asia/Kathmandu',
    })
    drawing = await context.newPage()
    await drawing.addScriptTag({ path: 'node_modules/mermaid/dist/mermaid.min.js' })
    shown = await context.newPage()
    context.on('request', (request) => requests.push(request.url()))
  })
  afterAll(() => browser.close())

  /** @param theme that GitHub asks for, by day or by night */
  async function draw(text: string, theme = 'default'): Promise<Locator> {
    const svg = await drawing.evaluate(
      async ([chart = '', theme]) => {
        mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme })
        await mermaid.parse(chart)
        return (await mermaid.render('chart', chart)).svg
      },
      [text, theme],
    )
    await shown.setContent(
      `<body style="margin: 0; background: ${theme === 'dark' ? '#0d1117' : 'white'}">${svg}</body>`,
    )
    return shown.locator('svg')
  }

  const boxesOf = (elements: Locator): Promise<Box[]> =>
    elements.evaluateAll((all: readonly { getBoundingClientRect(): Box }[]) =>
      all.map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect()
        return { x, y, width, height }
      }),
    )

  async function expectInside(svg: Locator): Promise<void> {
    const [frame] = await boxesOf(svg)
    if (frame === undefined) throw new Error('nothing was drawn')
    expect(frame.width).toBe(900)
    const boxes = await boxesOf(svg.locator('rect, text, tspan, line'))
    expect(boxes.length).toBeGreaterThan(0)
    const outside = boxes.filter(
      ({ x, y, width, height }) =>
        x < frame.x - 1 ||
        y < frame.y - 1 ||
        x + width > frame.x + frame.width + 1 ||
        y + height > frame.y + frame.height + 1,
    )
    expect(outside).toEqual([])
  }

  async function keepPicture(name: string): Promise<void> {
    if (pictures !== undefined)
      await shown.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
  }

  describe.each([1, 7, 42])('%d targets', (count) => {
    const report = runOf(count)
    const targets = report.targets.map(({ target }) => target)
    const [gantt, sizes] = chartsOf(report)

    test.each(['default', 'dark'])('what ran when: a row for each target and stage; %s', async (theme) => {
      const svg = await draw(gantt, theme)
      await expectInside(svg)
      await keepPicture(`gantt-${count}-${theme}`)
      const names = await svg.locator('text.sectionTitle').allTextContents()
      expect(names).toEqual([...BEFORE, ...targets, ...AFTER])
      const bars = svg.locator('rect.task')
      await expect(bars.count()).resolves.toBe(report.spans.length)
      const kinds = ['task', 'active', 'done', 'crit'].map((kind) =>
        svg.locator(`rect:is(.${kind}0, .${kind}1)`).count(),
      )
      const failed = report.spans.filter((span) => span.failed === true)
      const well = report.spans.filter((span) => span.failed !== true)
      const times = (what: string) => well.filter((span) => span.what === what).length
      expect(await Promise.all(kinds)).toEqual([
        times('compile'),
        times('link'),
        well.length - times('compile') - times('link'),
        failed.length,
      ])
      expect((await svg.locator('.tick text').allTextContents())[0]).toBe('00:00')
    })

    test('what ran when: bars begin and end where their spans do, in the row of their name', async () => {
      const svg = await draw(gantt)
      const titles = await boxesOf(svg.locator('text.sectionTitle'))
      const bars = await boxesOf(svg.locator('rect.task'))
      const left = Math.min(...bars.map(({ x }) => x))
      for (const title of titles) expect(title.x + title.width).toBeLessThan(left)
      const total = Math.max(...report.spans.map(({ end }) => end))
      const right = Math.max(...bars.map(({ x, width }) => x + width))
      const scale = (right - left) / total
      const rows = [...BEFORE, ...targets, ...AFTER]
      for (const { what, target, start, end } of report.spans) {
        const title = titles[rows.indexOf(target ?? what)]
        const middle = (title?.y ?? NaN) + (title?.height ?? NaN) / 2
        const own = bars.filter(({ y, height }) => y < middle && middle < y + height)
        const drawn = own.map(({ x, width }) => [x, x + width].map((edge) => (edge - left) / scale))
        expect(
          drawn.filter(([from = 0, to = 0]) => near(from, start, total) && near(to, end, total)),
        ).toHaveLength(1)
      }
    })

    test.each(['default', 'dark'])('sizes: a bar for each target that has files; %s', async (theme) => {
      const svg = await draw(sizes, theme)
      await expectInside(svg)
      await keepPicture(`sizes-${count}-${theme}`)
      const files = report.files
      const named = await svg.locator('.left-axis .label text').allTextContents()
      expect(named).toEqual(files.map(({ target }) => target))
      const bars = await boxesOf(svg.locator('.plot rect'))
      expect(bars).toHaveLength(files.length)
      const widths = bars.map(({ width }) => width)
      expect(widths).toEqual(widths.toSorted((a, b) => a - b))
      expect(new Set(widths).size).toBe(files.length)
    })
  })

  const HOSTILE = [
    'linux/amd64\n  click a href "https://evil.example"',
    'linux/amd64"], bar [1, 2] %%',
    'linux/amd64 :crit, 2000-01-01, 1d',
    '%%{init: {"securityLevel": "loose"}}%%',
    '```\n<img src="https://evil.example">',
    '<img src=x onerror=alert(1)>',
    'constructor',
    '__proto__',
    '386',
    'end',
    'gantt',
    '',
    'a'.repeat(5000),
  ].map((name) => [name.slice(0, 60), name] as const)

  test.each(HOSTILE)('a target with the name %j is a row like any other', async (_, name) => {
    const report = runOf(2)
    const renamed = <T extends { readonly target?: string }>(each: T): T =>
      each.target === report.targets[0]?.target ? { ...each, target: name } : each
    const hostile: Report = {
      ...report,
      targets: [targetReport(name), ...report.targets.slice(1)],
      spans: report.spans.map(renamed),
      files: report.files.map(renamed),
    }
    const [gantt, sizes] = chartsOf(hostile)
    requests.length = 0
    const timetable = await draw(gantt)
    await expectInside(timetable)
    await expect(timetable.locator('rect.task').count()).resolves.toBe(report.spans.length)
    const names = await timetable.locator('text.sectionTitle').allTextContents()
    expect(names).toEqual([...BEFORE, 'target/1', 'aix/ppc64', ...AFTER])
    await expect(timetable.locator('a, image, script, foreignObject').count()).resolves.toBe(0)
    const bars = await draw(sizes)
    await expectInside(bars)
    await expect(bars.locator('.plot rect').count()).resolves.toBe(2)
    await expect(bars.locator('a, image, script, foreignObject').count()).resolves.toBe(0)
    expect(requests).toEqual([])
  })

  test('Mermaid refuses what is none of its text, so that these tests would see it', async () => {
    const [gantt] = chartsOf(runOf(1))
    await expect(draw(`${gantt}\n  section\n  x :y\n  click`)).rejects.toThrow(/Parse error|Lexical error/)
  })
})

/** Within two pixels of the chart. */
const near = (drawn: number, meant: number, total: number): boolean =>
  Math.abs(drawn - meant) < (2 / 700) * total
