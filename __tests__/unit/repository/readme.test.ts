// README.md shows what examples/workflows has whole: the same inputs, triggers and matrices.

import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

interface Job {
  readonly strategy?: unknown
  readonly permissions?: unknown
  readonly steps?: readonly { readonly uses?: string; readonly with?: unknown }[]
}
interface Workflow extends Job {
  readonly on?: unknown
  readonly jobs?: Readonly<Record<string, Job>>
}

const read = (file: string) => readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
const ACTION = 'go-cross-release/go-cross-release@v0'

/** The inputs of each step that runs this action. */
const inputsOf = ({ steps = [] }: Job): unknown[] =>
  steps.filter(({ uses }) => uses === ACTION).map((step) => step.with ?? {})

const examples = readdirSync('examples/workflows').map(
  (name) => parse(read(`examples/workflows/${name}`)) as Workflow,
)
const shown = [...read('README.md').matchAll(/^```yaml\n([^]*?)^```$/gm)]
  .map(([, text = '']) => parse(text) as Workflow)
  .flatMap((workflow) =>
    Object.values(workflow.jobs ?? (workflow.steps === undefined ? {} : { job: workflow })).map((job) => ({
      on: workflow.on,
      job,
    })),
  )
  .filter(({ job }) => inputsOf(job).length > 0)

test('release, rows as jobs and both gates are shown', () => {
  expect(shown).toHaveLength(4)
})

test.each(shown)('a job of README.md is one of an example: %j', ({ on, job }) => {
  const same = examples.flatMap((example) =>
    Object.values(example.jobs ?? {})
      .filter((each) => JSON.stringify(inputsOf(each)) === JSON.stringify(inputsOf(job)))
      .map((each) => ({ on: example.on, job: each })),
  )
  expect(same).toHaveLength(1)
  const [whole] = same
  if (on !== undefined) expect(on).toEqual(whole?.on)
  for (const key of ['strategy', 'permissions'] as const)
    if (job[key] !== undefined) expect(job[key]).toEqual(whole?.job[key])
  // What is not shown of a job comes first, and a comment says so.
  expect(job.steps).toEqual(whole?.job.steps?.slice(-(job.steps?.length ?? 0)))
})
