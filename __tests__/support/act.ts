// Runs a whole workflow by `act` on this machine itself, without containers and without any service but those on loopback.

import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { actionFolder, type Annotation } from './action-runner.js'
import { commitAll, git, writeFiles } from './modules.js'
import { cleanEnvironment, run, runChecked } from './processes.js'
import { temporaryFolder } from './temporary.js'
import { tools, toolsFolder } from './test-tools.js'

/** What one step said. */
export interface ActStep {
  result?: 'success' | 'failure'
  /** The lines it printed, without those that were workflow commands. */
  log: string
  summary: string
  readonly outputs: Record<string, string>
  readonly annotations: Annotation[]
}

export interface ActJob {
  /** That of the worst job of a matrix for all its jobs: act keeps but one. */
  result?: 'success' | 'failure'
  /** By id, or by index from 0 for a step without one. */
  readonly steps: Record<string, ActStep>
}

export interface ActRun {
  readonly exitCode: number | null
  /** By name; the jobs of a matrix are called `name-1`, `name-2` … */
  readonly jobs: Readonly<Record<string, ActJob>>
  /** Everything that act said, a line each, to be shown where a test fails. */
  readonly log: string
}

/** A line of `act --json`. */
interface LogLine {
  readonly msg: string
  /** `workflow/job` */
  readonly job?: string
  readonly jobResult?: 'success' | 'failure'
  readonly stepID?: readonly string[]
  readonly stepResult?: 'success' | 'failure'
  /** Set for what the step itself printed. */
  readonly raw_output?: boolean
  readonly command?: string
  readonly name?: string
  readonly arg?: string
  readonly content?: string
  readonly kvPairs?: Readonly<Record<string, string>>
}

/**
 * Runs `workflow` (its text, for `runs-on: ubuntu-latest`) on a copy of `repository`, a Git repository, to which action.yml and
 * the bundle are added, so that `uses: ./` is this action; the tags of HEAD move to that commit. `actions/checkout` is act's own
 * copy of it. Steps see `env`, a Node 24, the tools of the tests and Go's module cache, but a HOME that is empty.
 *
 * Artifacts need a results service in `env`. Caches go there as well if ACTIONS_CACHE_SERVICE_V2 says so, as it does on GitHub;
 * with an empty one they go to act's own cache service, which is of this run alone.
 */
export async function runAct(options: {
  readonly repository: string
  readonly workflow: string
  readonly env?: Readonly<Record<string, string>>
  /** Name of the event; `push` if absent. */
  readonly event?: string
  /** The event's payload. */
  readonly payload?: object
  /** The folder of another action to be run as `./`. */
  readonly action?: string
  /** What `github.token` is; empty if absent. */
  readonly token?: string
  /** Further files of the repository, by path. */
  readonly files?: Readonly<Record<string, string>>
  /** Gets the folder of the repository as the jobs check it out. */
  readonly onReady?: (repository: string) => Promise<void>
  /** Folders of actions that cannot be fetched here, by `owner/name@ref`. */
  readonly actions?: Readonly<Record<string, string>>
}): Promise<ActRun> {
  const folder = temporaryFolder('act')
  const repository = join(folder, 'repository')
  await prepareRepository(repository, options)
  await options.onReady?.(repository)
  const home = join(folder, 'home')
  mkdirSync(home)
  const payload = join(folder, 'event.json')
  writeFileSync(payload, JSON.stringify(options.payload ?? {}))
  const env = { GITHUB_REPOSITORY: 'gopher/project', GITHUB_REPOSITORY_OWNER: 'gopher', ...options.env }
  const { exitCode, stdout, stderr } = await run(
    [
      ...[tools.act, options.event ?? 'push', '--json', '--workflows', '.github/workflows/test.yml'],
      ...[
        '--platform',
        'ubuntu-latest=-self-hosted',
        '--cache-server-addr',
        '127.0.0.1',
        '--eventpath',
        payload,
      ],
      ...(options.token === undefined ? [] : ['--secret', `GITHUB_TOKEN=${options.token}`]),
      ...Object.entries(options.actions ?? {}).flatMap(([reference, place]) => [
        '--local-repository',
        `${reference}=${place}`,
      ]),
      ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ],
    {
      cwd: repository,
      env: {
        ...(await moduleVariables()),
        HOME: home,
        XDG_CACHE_HOME: join(home, '.cache'),
        XDG_CONFIG_HOME: join(home, '.config'),
        // Steps have a terminal under act, where Git would wait for a key.
        PAGER: 'cat',
        // act runs JavaScript actions by the first Node on PATH, whatever `runs.using` says.
        PATH: [dirname(tools.node24), toolsFolder, cleanEnvironment().PATH].join(delimiter),
      },
    },
  )
  const lines = stdout.split('\n').filter((line) => line !== '')
  const parsed = lines.map((line) => JSON.parse(line) as LogLine)
  return {
    exitCode,
    jobs: readJobs(parsed),
    log: [...parsed.map(({ job = '', msg }) => `[${job}] ${msg.trimEnd()}`), stderr].join('\n'),
  }
}

async function prepareRepository(folder: string, options: Parameters<typeof runAct>[0]): Promise<void> {
  cpSync(options.repository, folder, { recursive: true })
  const tags = (await git(folder, 'tag', '--points-at', 'HEAD')).split('\n').filter((tag) => tag !== '')
  for (const name of ['action.yml', 'dist']) {
    cpSync(join(options.action ?? actionFolder, name), join(folder, name), { recursive: true })
  }
  writeFiles(folder, { '.github/workflows/test.yml': options.workflow, ...options.files })
  await commitAll(folder, tags)
}

/** Where Go has its modules and finds more: settings that may be in files below the user's HOME. */
async function moduleVariables(): Promise<Record<string, string>> {
  const names = ['GOMODCACHE', 'GOPROXY', 'GONOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GOPRIVATE', 'GOTOOLCHAIN']
  return JSON.parse(await runChecked(['go', 'env', '-json', ...names])) as Record<string, string>
}

/** Sorts the lines of a log by job and step. */
function readJobs(lines: readonly LogLine[]): Record<string, ActJob> {
  const jobs: Record<string, ActJob> = {}
  for (const line of lines) {
    if (line.job === undefined) continue
    const job = (jobs[line.job.slice(line.job.indexOf('/') + 1)] ??= { steps: {} })
    if (line.jobResult !== undefined) job.result = line.jobResult
    const id = line.stepID?.[0]
    if (id !== undefined)
      readStepLine((job.steps[id] ??= { log: '', summary: '', outputs: {}, annotations: [] }), line)
  }
  return jobs
}

function readStepLine(step: ActStep, line: LogLine): void {
  if (line.stepResult !== undefined) step.result = line.stepResult
  if (line.raw_output === true) step.log += line.msg
  switch (line.command) {
    case 'set-output':
      step.outputs[line.name ?? ''] = line.arg ?? ''
      break
    case 'summary':
      step.summary += line.content ?? ''
      break
    case 'error':
    case 'warning':
    case 'notice':
      step.annotations.push({ level: line.command, message: line.arg ?? '', properties: line.kvPairs ?? {} })
      break
    default: // `group` and the like say nothing that is kept
  }
}
