// Runs the bundle as GitHub's runner runs an action, or as a user runs it on a laptop, and reads back all that it said.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { cachesIn } from './go-environment.js'
import { git } from './modules.js'
import { run, type Ended } from './processes.js'
import { temporaryFolder } from './temporary.js'
import { tools } from './test-tools.js'

/** The folder that holds action.yml and dist/. */
export const actionFolder = fileURLToPath(new URL('../..', import.meta.url))

type Strings = Readonly<Record<string, string>>

/** What started the run. */
export interface Event {
  /** `push` if absent. */
  readonly name?: string
  /** `refs/heads/main` if absent. */
  readonly ref?: string
  /** The webhook's payload; of a private repository if absent. */
  readonly payload?: object
}

/** A workflow command that makes an annotation, such as `::error file=main.go,line=3::undefined: x`. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly message: string
  /** `file`, `line`, `col`, `title` … */
  readonly properties: Strings
}

export interface ActionRun extends Ended {
  readonly outputs: Record<string, string>
  /** The step summary, Markdown. */
  readonly summary: string
  readonly annotations: readonly Annotation[]
  /** RUNNER_TEMP. */
  readonly temp: string
}

/** What is read of action.yml. */
interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string | number | boolean }>>
  readonly runs: { readonly main: string }
}

/**
 * Runs the action with the defaults of action.yml below `inputs`, in `cwd` (the workspace, a Git repository or not), on a real
 * Node 24 unless `node` is given. The action sees a runner's variables and `env`, nothing else of the test's own environment.
 */
export async function runAction(options: {
  readonly inputs?: Strings
  readonly cwd: string
  readonly event?: Event
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly node?: string
  /** The folder of another action. */
  readonly action?: string
  /** RUNNER_TEMP, as an earlier step of the job left it; new and empty if absent. */
  readonly temp?: string
}): Promise<ActionRun> {
  const action = options.action ?? actionFolder
  const { inputs, runs } = readActionFile(action)
  const folder = temporaryFolder('runner')
  const temp = options.temp ?? join(folder, 'temp')
  mkdirSync(temp, { recursive: true })
  const file = (name: string, content = ''): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const output = file('output')
  const summary = file('summary')
  const {
    name = 'push',
    ref = 'refs/heads/main',
    payload = { repository: { private: true } },
  } = options.event ?? {}
  const ended = await run([options.node ?? tools.node24, join(action, runs.main)], {
    cwd: options.cwd,
    env: {
      ...inputVariables(inputs, options.inputs ?? {}),
      ...refVariables(ref),
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION: '__self',
      GITHUB_ACTOR: 'gopher',
      GITHUB_API_URL: 'https://api.github.com',
      GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_ENV: file('env'),
      GITHUB_EVENT_NAME: name,
      GITHUB_EVENT_PATH: file('event.json', JSON.stringify(payload)),
      GITHUB_JOB: 'release',
      GITHUB_OUTPUT: output,
      GITHUB_PATH: file('path'),
      GITHUB_REPOSITORY: 'gopher/project',
      GITHUB_REPOSITORY_OWNER: 'gopher',
      GITHUB_RETENTION_DAYS: '90',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_RUN_ID: '1234567890',
      GITHUB_RUN_NUMBER: '1',
      GITHUB_SHA: await git(options.cwd, 'rev-parse', 'HEAD').catch(() => '0'.repeat(40)),
      GITHUB_STATE: file('state'),
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_WORKFLOW: 'Release',
      GITHUB_WORKSPACE: options.cwd,
      RUNNER_ARCH: process.arch.toUpperCase(),
      RUNNER_ENVIRONMENT: 'github-hosted',
      RUNNER_NAME: 'test',
      RUNNER_OS: process.platform === 'win32' ? 'Windows' : process.platform === 'darwin' ? 'macOS' : 'Linux',
      RUNNER_TEMP: temp,
      RUNNER_TOOL_CACHE: join(folder, 'tool-cache'),
      ...options.env,
    },
  })
  return {
    ...ended,
    outputs: parseFileCommands(readFileSync(output, 'utf8')),
    summary: readFileSync(summary, 'utf8'),
    annotations: parseAnnotations(ended.stdout),
    temp,
  }
}

/** What commands of one test file keep for each other, instead of in the user's own cache. */
const commandCache = temporaryFolder('cache')

/**
 * Runs the same bundle as a command, on the Node of the tests and without any variable of GitHub's. What it keeps goes into a
 * temporary folder of the test file, unless `env` names another XDG_CACHE_HOME; Go's caches are this machine's.
 */
export async function runCommand(
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string | undefined>> },
): Promise<Ended> {
  const env = { ...(await cachesIn(commandCache)), ...options.env }
  return run([process.execPath, join(actionFolder, 'dist', 'index.js'), ...args], { cwd: options.cwd, env })
}

/** The only expression: there is no other way to the job's own token. Tests give one where they need it. */
const TOKEN = /default: \$\{\{ github\.token \}\}/

/** GitHub evaluates expressions in descriptions too, and then cannot load the action: none of `secrets` or `needs` is there. */
function readActionFile(folder: string): ActionFile {
  const text = readFileSync(join(folder, 'action.yml'), 'utf8').replace(TOKEN, "default: ''")
  const line = text.split('\n').findIndex((content) => content.includes('${{')) + 1
  if (line > 0) throw new Error(`action.yml:${line}: an expression, by which GitHub fails to load the action`)
  return parse(text) as ActionFile
}

/** The runner gives every input of action.yml, empty where neither the workflow nor a default says anything. */
function inputVariables(inputs: ActionFile['inputs'], given: Strings): Strings {
  const unknown = Object.keys(given).filter((name) => !(name in inputs))
  if (unknown.length > 0) throw new Error(`action.yml has no input ${unknown.join(', ')}`)
  const values = {
    ...Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, String(input.default ?? '')])),
    ...given,
  }
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  )
}

function refVariables(ref: string): Strings {
  const [, kind = 'heads', name = ref] = /^refs\/(heads|tags|pull)\/(.+)$/.exec(ref) ?? []
  return { GITHUB_REF: ref, GITHUB_REF_NAME: name, GITHUB_REF_TYPE: kind === 'tags' ? 'tag' : 'branch' }
}

/** Reads a runner's command file: lines of `name=value`, and values of several lines between `name<<delimiter` and `delimiter`. */
export function parseFileCommands(text: string): Record<string, string> {
  const found: [string, string][] = []
  const lines = text.split(/\r?\n/)
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line === '') continue
    const [, name = '', sign, rest = ''] = /^(.+?)(<<|=)(.*)$/.exec(line) ?? []
    if (sign === undefined) throw new Error(`neither name=value nor name<<delimiter: ${line}`)
    if (sign === '=') {
      found.push([name, rest])
      continue
    }
    const end = lines.indexOf(rest)
    if (end === -1) throw new Error(`${name}: the delimiter ${rest} does not come again`)
    found.push([
      name,
      lines
        .splice(0, end + 1)
        .slice(0, -1)
        .join('\n'),
    ])
  }
  return Object.fromEntries(found)
}

/** The `::error`, `::warning` and `::notice` commands among the lines of a log. */
export function parseAnnotations(log: string): Annotation[] {
  const unescape = (text: string): string => decodeURIComponent(text.replace(/%(?!25|0D|0A|3A|2C)/gi, '%25'))
  return [...log.matchAll(/^::(error|warning|notice)(?: ([^\r\n]*?))?::(.*)$/gm)].map(
    ([, level = '', properties = '', message = '']) => ({
      level: level as Annotation['level'],
      message: unescape(message),
      properties: Object.fromEntries(
        properties
          .split(',')
          .filter((property) => property !== '')
          .map((property) => {
            const [name = '', value = ''] = property.split(/=(.*)/s)
            return [name, unescape(value)]
          }),
      ),
    }),
  )
}
