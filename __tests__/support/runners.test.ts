// The ways to run the action, tried with an action of a few lines: it gets what GitHub would give it, and all it says is read.

import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runAct } from './act.js'
import { parseAnnotations, parseFileCommands, runAction } from './action-runner.js'
import { ageModule, COMMIT_DATE, git, temporaryModule, writeFiles } from './modules.js'
import { startResultsService, type ResultsService } from './results-service.js'
import { temporaryFolder } from './temporary.js'
import { requireTool } from './test-tools.js'

/** An action that tells its environment as outputs, and says something in every other way. */
function tellingAction(): string {
  const folder = temporaryFolder('action')
  mkdirSync(join(folder, 'dist'))
  writeFiles(folder, {
    'action.yml': [
      'name: Telling',
      'description: Tells what it was given',
      'inputs:',
      '  plain: { description: has no default }',
      '  two words: { description: has a space, default: 7 }',
      '  with-hyphen: { description: has a hyphen, default: yes it has }',
      'outputs: { environment: { description: its own } }',
      'runs: { using: node24, main: dist/index.mjs }',
    ].join('\n'),
    'dist/index.mjs': `
      import { appendFileSync } from 'node:fs'
      const { env } = process
      const told = JSON.stringify({ ...env, version: process.version, cwd: process.cwd() })
      appendFileSync(env.GITHUB_OUTPUT, 'environment<<END\\n' + told + '\\nEND\\nlines<<END\\na\\nb\\nEND\\n')
      appendFileSync(env.GITHUB_STEP_SUMMARY, '# Summary\\n')
      console.log('plain words')
      console.log('::error file=cmd/main.go,line=3,title=a%2Cb::100%25%0Awrong')
      process.exitCode = env.INPUT_PLAIN === 'fail' ? 1 : 0`,
  })
  return folder
}

const annotation = {
  level: 'error',
  message: '100%\nwrong',
  properties: { file: 'cmd/main.go', line: '3', title: 'a,b' },
}

describe('runAction', () => {
  const testOnNode24 = requireTool('node24')
  const told = ({ outputs }: { outputs: Record<string, string> }): Record<string, string> =>
    JSON.parse(outputs.environment ?? '{}') as Record<string, string>

  testOnNode24('gives inputs, defaults and a runner’s variables, and nothing of the test’s own', async () => {
    const cwd = await temporaryModule({ 'go.mod': 'module m\n' }, { git: {} })
    process.env.OWN_OF_THE_TEST = 'leaks'
    const ended = await runAction({
      action: tellingAction(),
      inputs: { plain: 'given' },
      cwd,
      event: { ref: 'refs/tags/v1.2.3' },
      env: { EXTRA: 'extra' },
    })
    expect(told(ended)).toMatchObject({
      cwd,
      version: expect.stringMatching(/^v24\./) as string,
      INPUT_PLAIN: 'given',
      INPUT_TWO_WORDS: '7',
      'INPUT_WITH-HYPHEN': 'yes it has',
      GITHUB_REF_NAME: 'v1.2.3',
      GITHUB_REF_TYPE: 'tag',
      GITHUB_SHA: await git(cwd, 'rev-parse', 'HEAD'),
      GITHUB_WORKSPACE: cwd,
      RUNNER_TEMP: ended.temp,
      EXTRA: 'extra',
    })
    expect(told(ended)).not.toHaveProperty('OWN_OF_THE_TEST')
    expect(told(ended)).not.toHaveProperty('NODE_OPTIONS')
    expect(ended).toMatchObject({
      exitCode: 0,
      summary: '# Summary\n',
      annotations: [annotation],
      outputs: { lines: 'a\nb' },
    })
  })

  testOnNode24('tells an exit code, and an empty input where there is no default', async () => {
    const action = tellingAction()
    expect(
      await runAction({ action, inputs: { plain: 'fail' }, cwd: temporaryFolder('empty') }),
    ).toMatchObject({ exitCode: 1 })
    expect(told(await runAction({ action, cwd: temporaryFolder('empty') })).INPUT_PLAIN).toBe('')
  })

  test('refuses an input that action.yml does not have', async () => {
    const inputs = { plian: 'x' }
    await expect(
      runAction({ action: tellingAction(), inputs, cwd: temporaryFolder('empty') }),
    ).rejects.toThrow('plian')
  })
})

test('runAction refuses an action.yml that GitHub cannot load', async () => {
  const action = temporaryFolder('action')
  writeFiles(action, { 'action.yml': 'inputs:\n  key: { description: "such as ${{ secrets.KEY }}" }\n' })
  await expect(runAction({ action, cwd: action })).rejects.toThrow('action.yml:2: an expression')
})

describe('runAct', () => {
  const testWithAct = requireTool('act', 'node24')
  let service: ResultsService
  beforeEach(async () => {
    service = await startResultsService()
  })
  afterEach(() => service.stop())

  testWithAct('runs an action in a workflow on a tagged commit, with the results service', async () => {
    const repository = await temporaryModule({ 'go.mod': 'module m\n' }, { git: { tags: ['v1.2.3'] } })
    const { exitCode, jobs, log } = await runAct({
      repository,
      action: tellingAction(),
      env: service.environment,
      payload: { repository: { private: false } },
      workflow: `
        on: push
        jobs:
          first:
            runs-on: ubuntu-latest
            outputs: { lines: '\${{ steps.tell.outputs.lines }}' }
            steps:
              - uses: actions/checkout@v5
              - { id: tell, uses: ./, with: { plain: given } }
              - { id: git, run: git status --short; git describe --tags; cat go.mod }
          second:
            needs: first
            strategy: { matrix: { number: [1, 2] } }
            runs-on: ubuntu-latest
            steps:
              - id: words
                run: echo "\${{ needs.first.outputs.lines }} \${{ github.event.repository.private }}"
              - run: test \${{ matrix.number }} = 1`,
    })
    const tell = jobs.first?.steps.tell
    if (tell === undefined) throw new Error(log)
    expect(tell).toMatchObject({
      result: 'success',
      log: 'plain words\n',
      summary: '# Summary\n',
      annotations: [annotation],
    })
    expect(JSON.parse(tell.outputs.environment ?? '{}')).toMatchObject({
      ...service.environment,
      version: expect.stringMatching(/^v24\./) as string,
      INPUT_PLAIN: 'given',
      INPUT_TWO_WORDS: '7',
      GITHUB_REF: 'refs/tags/v1.2.3',
      GITHUB_REPOSITORY: 'gopher/project',
      ACTIONS_CACHE_URL: expect.stringContaining('http://127.0.0.1:') as string,
    })
    expect(jobs.first?.steps.git?.log).toBe('v1.2.3\nmodule m\n')
    expect(jobs['second-1']?.steps.words?.log).toBe('a\nb false\n')
    expect(jobs.first?.result).toBe('success')
    expect([1, 2].map((number) => jobs[`second-${number}`]?.steps['1']?.result)).toEqual([
      'success',
      'failure',
    ])
    expect(exitCode).toBe(1)
  })
})

describe('modules', () => {
  test('age is a clean checkout of its tag', async () => {
    const folder = await ageModule()
    expect(await git(folder, 'describe', '--tags', '--dirty')).toBe('v1.3.1')
    expect(await git(folder, 'log', '--format=%an %ae %ct')).toBe(
      `Gopher gopher@example.com ${Date.parse(COMMIT_DATE) / 1000}`,
    )
    expect(readdirSync(join(folder, 'cmd')).sort()).toEqual([
      'age',
      'age-inspect',
      'age-keygen',
      'age-plugin-batchpass',
    ])
  })

  test('a module without Git is no repository', async () => {
    expect(existsSync(join(await temporaryModule({ 'a/go.mod': 'module m\n' }), '.git'))).toBe(false)
  })
})

test.each([
  ['a=1\nb=x=y<<z\n', { a: '1', b: 'x=y<<z' }],
  ['a<<END\nEND\n', { a: '' }],
  ['a<<END\r\nx\r\n\r\ny=1\r\nEND\r\nb=2\r\n', { a: 'x\n\ny=1', b: '2' }],
])('parseFileCommands(%j)', (text, expected) => {
  expect(parseFileCommands(text)).toEqual(expected)
})

test.each(['no sign', 'a<<END\nx\n'])('parseFileCommands(%j) throws', (text) => {
  expect(() => parseFileCommands(text)).toThrow()
})

test('parseAnnotations reads commands at the start of a line only', () => {
  const log = ['::notice::a::b', ' ::error::no', '::debug::no', '::warning title=50%25%3A::%zz %0A'].join(
    '\n',
  )
  expect(parseAnnotations(log)).toEqual([
    { level: 'notice', message: 'a::b', properties: {} },
    { level: 'warning', message: '%zz \n', properties: { title: '50%:' } },
  ])
})
