// Every workflow of this repository: what it runs is pinned, what it may do is named, and nothing from outside is run as a script.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}
interface Job {
  readonly permissions?: unknown
  readonly uses?: string
  readonly steps?: readonly Step[]
}
interface Workflow {
  readonly on: unknown
  readonly permissions?: unknown
  readonly jobs: Readonly<Record<string, Job>>
}

/** Relative paths of all workflows and actions below a folder. */
function findYaml(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => path.join(folder, name))
}

const files = ['.github/workflows', '.github/actions', 'examples'].flatMap(findYaml)
const read = (file: string) => [file, readFileSync(file, 'utf8').replaceAll('\r\n', '\n')] as const
const yaml = files.map(read)
/** What people paste. */
const examples = ['README.md', ...readdirSync('docs').map((name) => path.join('docs', name))].map(read)
const texts = [...yaml, ...examples]
const workflows = yaml
  .map(([file, text]) => [file, parse(text) as Partial<Workflow>] as const)
  .filter((entry): entry is readonly [string, Workflow] => entry[1].jobs !== undefined)

/** `./` is what was checked out, `$/` is of the workflow's own commit, and no file holds its own; everything else stays what it is by its commit. */
const PINNED =
  /^(go-cross-release\/go-cross-release(\/\.github\/workflows\/go-release\.yml)?@v0|\$\/self|\.\/\S*( # zizmor: ignore\[self-repository\])?|[\w.-]+(\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/

test('there are workflows', () => {
  expect(workflows.map(([file]) => path.basename(file))).toContain('ci.yml')
})

test.each(texts)('%s uses actions by commit, with the version beside it', (_, text) => {
  const uses = text.split('\n').flatMap((line) => /\buses:\s*(.*)$/.exec(line)?.[1]?.trim() ?? [])
  expect(uses.filter((each) => !PINNED.test(each))).toEqual([])
})

test('one action has one commit everywhere', () => {
  const pins = texts.flatMap(([, text]) => [...text.matchAll(/uses: (\S+)@(\S+) # (\S+)/g)])
  const commits = new Map<string, Set<string>>()
  for (const [, action = '', commit = '', version = ''] of pins) {
    commits.set(action, (commits.get(action) ?? new Set()).add(`${commit} ${version}`))
  }
  expect(commits.size).toBeGreaterThan(0)
  for (const [action, found] of commits) expect([action, [...found]]).toEqual([action, [expect.any(String)]])
})

describe.each(workflows)('%s', (_, { on, permissions, jobs }) => {
  test('may do nothing but what each job names', () => {
    expect(permissions).toEqual({})
    for (const job of Object.values(jobs)) {
      expect(job.permissions).toBeInstanceOf(Object)
    }
  })

  test('is not started with secrets by a stranger', () => {
    expect(JSON.stringify(on)).not.toMatch(/pull_request_target|workflow_run|issue_comment/)
  })

  const steps = Object.values(jobs).flatMap((job) => job.steps ?? [])

  test('keeps no token in the checkout', () => {
    const checkouts = steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'))
    expect(checkouts.map((step) => step.with?.['persist-credentials'])).toEqual(checkouts.map(() => false))
  })

  test('puts nothing into a script that it did not write', () => {
    expect(steps.flatMap(({ run = '' }) => /\$\{\{.*?\}\}/s.exec(run) ?? [])).toEqual([])
  })
})

test('zizmor and npm audit are run, zizmor by its version', () => {
  const [, ci] = workflows.find(([file]) => path.basename(file) === 'ci.yml') ?? []
  const runs = Object.values(ci?.jobs ?? {}).flatMap(({ steps = [] }) => steps.map(({ run = '' }) => run))
  expect(runs).toContainEqual(expect.stringMatching(/^pipx run zizmor==\d+\.\d+\.\d+ \.$/))
  expect(runs).toContain('npm audit')
})
