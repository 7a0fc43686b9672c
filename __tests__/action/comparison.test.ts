// A pull request held against the last build of its base branch: told, commented on, gated, and never red for want of a base.

import { readFileSync } from 'node:fs'
import { runAction, type ActionRun, type Event } from '../support/action-runner.js'
import { uploadOf } from '../support/cache-packs.js'
import { ACTIONS_BOT, startGithubApi, type GithubApi } from '../support/github-api.js'
import { commitAll, temporaryModule, writeFiles } from '../support/modules.js'
import { startResultsService, type ResultsService } from '../support/results-service.js'
import { requireTool } from '../support/test-tools.js'

const withGcc = process.platform === 'linux' ? requireTool('node24', 'gcc') : test.skip
const TARGET = `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`

const BASE = {
  'go.mod': 'module example.test/app\n\ngo 1.22\n',
  'main.go': 'package main\n\nfunc main() { println("hello") }\n',
}
/** Another module, a megabyte more, and C. */
const HEAD = {
  'go.mod': `${BASE['go.mod']}
require example.test/evil_name v1.0.0

replace example.test/evil_name => ./evil
`,
  'evil/go.mod': 'module example.test/evil_name\n',
  'evil/evil.go': 'package evil\n\nfunc Say() { println("evil") }\n',
  'data.txt': 'data '.repeat(200_000),
  'main.go': `package main

import (
	_ "embed"
	"os/user"

	evil "example.test/evil_name"
)

//go:embed data.txt
var data string

func main() {
	evil.Say()
	someone, _ := user.Current()
	println(len(data), someone.Uid)
}
`,
}

const payload = { repository: { private: true, default_branch: 'main' } }
const pullRequest = (base: string): Event => ({
  name: 'pull_request',
  ref: 'refs/pull/7/merge',
  payload: { ...payload, pull_request: { number: 7, base: { ref: base } } },
})

let service: ResultsService
let api: GithubApi
let folder: string
beforeAll(async () => {
  service = await startResultsService()
  api = await startGithubApi()
  folder = await temporaryModule(BASE, { git: {} })
})
afterAll(() => Promise.all([service.stop(), api.stop()]))

async function start(
  event: Event,
  inputs: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<ActionRun> {
  return runAction({
    cwd: folder,
    event,
    inputs: {
      ...{ matrix: TARGET, cgo: 'true', linkage: 'any', sbom: 'off', sign: 'off', upload: 'false' },
      'github-token': api.tokens.write,
      ...inputs,
    },
    env: {
      ...service.environment,
      GITHUB_API_URL: api.url,
      GITHUB_REPOSITORY: api.repository,
      ...env,
    },
  })
}

function succeeded(ended: ActionRun): ActionRun {
  if (ended.exitCode !== 0) throw new Error(`${ended.stdout}${ended.stderr}`)
  return ended
}

const said = ({ annotations }: ActionRun, level: string): string[] =>
  annotations.filter((each) => each.level === level).map(({ message }) => message)
const baselines = () => service.cacheEntries().filter(({ key }) => key.includes('-baseline-'))

withGcc('without a base nothing is compared, which is a notice', async () => {
  const ended = succeeded(await start(pullRequest('main'), { 'max-size-increase': '0%', comment: 'true' }))
  const why = 'no build of main is kept yet; let this workflow run on pushes to main too'
  expect(said(ended, 'notice')).toEqual(
    expect.arrayContaining([`nothing is compared: ${why}`, `max-size-increase is not checked: ${why}`]),
  )
  expect(ended.summary).toContain(`Comparison skipped: ${why}`)
  expect(ended.outputs).not.toHaveProperty('comparison')
  expect(api.comments).toEqual([])
  expect(baselines()).toEqual([])
})

describe('once the base branch was built', () => {
  let base: ActionRun
  beforeAll(async () => {
    base = await start({ payload }, { 'max-size-increase': '0%', comment: 'true' })
  })

  withGcc('what it built is kept, and nothing is compared', () => {
    succeeded(base)
    expect(baselines()).toHaveLength(1)
    const why = 'no pull request started this run'
    expect(said(base, 'notice')).toContain(`max-size-increase is not checked: ${why}`)
    expect(base.stdout).toContain(`comment is not written: ${why}\n`)
    expect(base.summary).not.toContain('compared with')
    expect(api.comments).toEqual([])
  })

  withGcc('a pull request that changes nothing is told so in one line', async () => {
    const ended = succeeded(await start(pullRequest('main'), { 'max-size-increase': '0%' }))
    expect(ended.summary).toMatch(/^### app compared with main at [0-9a-f]{12}: nothing has changed$/m)
    expect(JSON.parse(ended.outputs['comparison'] ?? '')).toMatchObject({ differences: [] })
    expect(api.comments).toEqual([])
  })

  describe('a pull request that changes much', () => {
    beforeAll(async () => {
      writeFiles(folder, HEAD)
      await commitAll(folder)
    })

    withGcc(
      'is told what, in summary, output and one comment; and is red where it grows by too much',
      async () => {
        const ended = succeeded(await start(pullRequest('main'), { comment: 'true' }))
        const lists = (text: string) => text.replaceAll('&#95;', '_').match(/<code>.*<\/code>|^\*\*.*\*\*$/gm)
        const changes: unknown[] = [
          '**Linkage**',
          expect.stringMatching(/<code>app: static → dynamic: needs libc\.so\.6 /),
          '**Oldest system**',
          expect.stringMatching(/<code>app: new, glibc 2\.\d+<\/code>/),
          '**Modules**',
          '<code>example.test/evil_name: new, v1.0.0 =&#62; ./evil</code>',
          '**Packages with cgo**',
          '<code>os/user: new</code>',
          '<code>runtime/cgo: new</code>',
        ]
        expect(lists(ended.summary)).toEqual(changes)
        expect(ended.summary).toMatch(
          new RegExp(
            `^\\| ${TARGET} \\| [\\d.]+ MB → [\\d.]+ MB \\(\\+1\\.\\d MB, \\+\\d+\\.\\d%\\) \\|`,
            'm',
          ),
        )
        expect(JSON.parse(ended.outputs['comparison'] ?? '')).toMatchObject({
          targets: [{ target: TARGET, programs: [{ name: 'app' }] }],
          newTargets: [],
          goneTargets: [],
        })
        expect(api.comments).toMatchObject([{ issue: 7, user: ACTIONS_BOT }])
        expect(lists(api.comments[0]?.body ?? '')).toEqual(changes)
        expect(api.comments[0]?.body).toMatch(/^<!-- go-cross-release [0-9a-f]{64} -->\n### app compared/)

        writeFiles(folder, { 'data.txt': 'data '.repeat(400_000) })
        await commitAll(folder)
        const red = await start(pullRequest('main'), { comment: 'true', 'max-size-increase': '500 kB' })
        expect(red.exitCode).toBe(1)
        expect(said(red, 'error')).toEqual([
          expect.stringMatching(
            new RegExp(
              `^max-size-increase: 500 kB is the limit, and has been exceeded: app on ${TARGET}, .* MB → .* MB \\(\\+2\\.\\d MB, .*; new modules: example\\.test/evil_name v1\\.0\\.0 => \\./evil; find out .*, or raise max-size-increase in the workflow$`,
            ),
          ),
        ])
        // All is there that was there before it was seen.
        expect(red.summary).toContain('### app compared with main')
        expect(JSON.parse(red.outputs['artifacts'] ?? '')).toMatchObject([
          { kind: 'archive', target: TARGET },
          { kind: 'manifest' },
        ])
        const manifest = JSON.parse(readFileSync(red.outputs['manifest'] ?? '', 'utf8')) as object
        expect(manifest).toMatchObject({
          status: 'failed',
          targets: [{ status: 'done', cgoPackages: ['os/user', 'runtime/cgo'] }],
        })
        expect(api.comments).toHaveLength(1)
        expect(api.comments[0]?.body).toMatch(/\(\+2\.\d MB/)
      },
    )

    withGcc('has only the summary where the token may not comment', async () => {
      // A comment that says the same already would not be written again.
      writeFiles(folder, { 'data.txt': 'data '.repeat(200_000) })
      await commitAll(folder)
      const before = structuredClone(api.comments)
      const inputs = { comment: 'true', 'github-token': api.tokens.read }
      const ended = succeeded(await start(pullRequest('main'), inputs))
      expect(said(ended, 'notice')).toContainEqual(
        expect.stringMatching(/^comment: .*HTTP 403.*`pull-requests: write`.* a fork never has that right/),
      )
      expect(ended.summary).toContain('### app compared with main')
      expect(api.comments).toEqual(before)
    })

    withGcc.each<[name: string, branch: string, inputs: Record<string, string>, why: string]>([
      ['into a branch that was never built', 'v1', {}, 'no build of v1 is kept yet'],
      ['with cache: off', 'main', { cache: 'off' }, 'cache: off'],
      [
        'with other targets',
        'main',
        { matrix: 'linux/386', cgo: 'false' },
        'no build of these targets of main is kept yet',
      ],
    ])('is not compared %s', async (_, branch, inputs, why) => {
      const ended = succeeded(await start(pullRequest(branch), { ...inputs, 'max-size-increase': '0%' }))
      expect(ended.summary).toContain(`Comparison skipped: ${why}`)
      expect(ended.summary).not.toContain('compared with')
    })

    withGcc('is not compared with what this action did not write, which is a warning', async () => {
      const [kept] = baselines()
      if (kept === undefined) throw new Error('nothing was kept')
      const upload = await uploadOf(Buffer.from('{"format":1,"targets":{"__proto__":[]}}'), 'baseline.json')
      await service.addCacheEntry(`${kept.key}0`, kept.version, upload)
      const ended = succeeded(await start(pullRequest('main'), { 'max-size-increase': '0%' }))
      expect(said(ended, 'warning')).toEqual([
        expect.stringContaining('what is kept of main is not what this version of the action writes'),
      ])
    })
  })
})
