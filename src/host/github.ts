// A runner of GitHub Actions as a Host: @actions/core for log and outputs, the cache and artifact services, the event.
import { readFileSync, realpathSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import * as core from '@actions/core'
import { ActionError, type Place } from '../errors.js'
import { printable } from '../printable.js'
import { chooseAnnotations, placeInWorkspace, SHOWN_OF_A_LEVEL, withPlace } from './annotations.js'
import { createArtifactService } from './artifacts.js'
import type { CacheService, Environment, Host, Level, RunEvent } from './host.js'
import { readMachine } from './machine.js'
import { createProcesses, temporaryIn } from './process.js'
import { scratchName } from './scratch.js'

/**
 * @param environment the runner's, as it was when the process started
 * @param secretVariables names in it that no child gets unasked
 */
export function createGithubHost(environment: Environment, secretVariables: readonly string[] = []): Host {
  const temp = required(environment, 'RUNNER_TEMP')
  const work = path.join(temp, 'go-cross-release')
  const scratch = path.join(work, scratchName())
  const workspace = realPath(required(environment, 'GITHUB_WORKSPACE'))
  const { log, tellAll } = createLog(workspace)
  return {
    kind: 'github',
    environment,
    folders: {
      workspace,
      work,
      scratch,
      tools: path.join(environment['RUNNER_TOOL_CACHE'] ?? work, 'go-cross-release'),
      // A second step of the same job must not clear away what the first one made.
      output: path.join(temp, `go-cross-release-files${stepSuffix(environment)}`),
    },
    log,
    tellAll,
    processes: createProcesses({ ...environment, ...temporaryIn(scratch) }, secretVariables),
    machine: readMachine(),
    event: readEvent(environment),
    ...(environment['ACTIONS_RUNTIME_TOKEN'] === undefined
      ? {}
      : {
          cache: createCacheService(work),
          artifacts: createArtifactService(Number(environment['GITHUB_RUN_ATTEMPT'] ?? '1'), log),
        }),
    setOutput(name, value) {
      try {
        core.setOutput(name, value)
      } catch (error) {
        throw new ActionError(`the output ${name} cannot be set: ${String(error)}; see GITHUB_OUTPUT`, {
          cause: error,
        })
      }
    },
    mask: core.setSecret,
    async summarize({ markdown }) {
      await core.summary
        .addRaw(markdown, true)
        .write()
        .catch((error: unknown) => {
          throw new ActionError(`${String(error)}; see GITHUB_STEP_SUMMARY`, { cause: error })
        })
    },
    idToken: (audience) =>
      core.getIDToken(audience).catch((error: unknown) => {
        throw new ActionError(`sign: the job's id-token cannot be had: ${String(error)}`, { cause: error })
      }),
  }
}

/** The runner's own name of the step, which it numbers where an action is used twice in a job. */
function stepSuffix(environment: Environment): string {
  const [suffix = ''] = /_\d+$/.exec(environment['GITHUB_ACTION'] ?? '') ?? []
  return suffix
}

/** Raw text of an input as the runner gives it; empty where it was not given. */
export function readRunnerInput(environment: Environment, name: string): string {
  return environment[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] ?? ''
}

/** The last error of a run, which says why it failed, is always among those that are shown. */
const KEPT_FREE: Readonly<Record<Level, number>> = { notice: 0, warning: 0, error: 1 }

function createLog(workspace: string): Pick<Host, 'log' | 'tellAll'> {
  const shown = { notice: 0, warning: 0, error: 0 }
  const info = (line: string) => {
    core.info(withoutCommands(line))
  }
  const annotate = (level: Level, message: string, place?: Place) => {
    shown[level] += 1
    core[level](printable(message), annotation(placeInWorkspace(place, workspace)))
  }
  const tellInLog = (level: Level, message: string, place?: Place) => {
    info(`${level}: ${withPlace(message, place, workspace)}`)
  }
  /** How many follow is not known here. */
  const tell = (level: Level) => (message: string, place?: Place) => {
    const room = SHOWN_OF_A_LEVEL - shown[level]
    if (level === 'error' || room > 1) annotate(level, message, place)
    else if (room === 1) annotate(level, `${message}\n… and what ${level}s follow is in the log`, place)
    else tellInLog(level, message, place)
  }
  return {
    log: {
      ...{ info, notice: tell('notice'), warning: tell('warning'), error: tell('error') },
      group: (title, work) => core.group(withoutCommands(title), work),
    },
    tellAll(level, all) {
      const room = SHOWN_OF_A_LEVEL - KEPT_FREE[level] - shown[level]
      const chosen = chooseAnnotations(level, all, room)
      for (const { message, place } of chosen.shown) annotate(level, message, place)
      for (const { message, place } of chosen.others) tellInLog(level, message, place)
    },
  }
}

/** Go and git name files by it. */
function realPath(folder: string): string {
  try {
    return realpathSync.native(folder)
  } catch {
    return folder
  }
}

/** The runner obeys a line that begins with `::` and `##[` anywhere, so text from elsewhere may hold neither. */
function withoutCommands(text: string): string {
  return printable(text)
    .replace(/^([^\p{L}\p{N}\p{P}\p{S}\n]*)::/gmu, '$1: :')
    .replaceAll('##[', '# #[')
}

function annotation(place?: Place): core.AnnotationProperties {
  if (place === undefined) return {}
  return {
    file: printable(place.file),
    ...(place.line === undefined ? {} : { startLine: place.line }),
    ...(place.column === undefined ? {} : { startColumn: place.column }),
  }
}

function required(environment: Environment, name: string): string {
  const value = environment[name]
  if (value === undefined || value === '') {
    throw new ActionError(`the environment variable ${name} is not set, which every GitHub runner sets`)
  }
  return path.resolve(value)
}

function readEvent(environment: Environment): RunEvent {
  const { GITHUB_REF_TYPE: type, GITHUB_REF_NAME: name, GITHUB_REF: ref } = environment
  const event = environment['GITHUB_EVENT_NAME'] ?? ''
  const payload = readPayload(environment['GITHUB_EVENT_PATH'])
  const repository = payload.repository ?? {}
  const untrusted = describeUntrusted(event, payload)
  const [, branch] = /^refs\/heads\/(.+)$/s.exec(ref ?? '') ?? []
  const pullRequest = event === 'pull_request' ? readPullRequest(payload) : undefined
  return {
    ...(type === 'tag' && name !== undefined && name !== '' ? { tag: name } : {}),
    ...(branch === undefined ? {} : { branch }),
    ...(pullRequest === undefined ? {} : { pullRequest }),
    run: `${environment['GITHUB_RUN_ID'] ?? ''}.${environment['GITHUB_RUN_ATTEMPT'] ?? '1'}`,
    name: event,
    // A schedule is always the default branch's.
    onDefaultBranch:
      event === 'schedule' ||
      (typeof repository.default_branch === 'string' && ref === `refs/heads/${repository.default_branch}`),
    ...(untrusted === undefined ? {} : { untrusted }),
    mayHaveIdToken: environment['ACTIONS_ID_TOKEN_REQUEST_URL'] !== undefined,
  }
}

/** Of an event's payload, as far as it is read here. */
interface Payload {
  readonly repository?: { readonly default_branch?: unknown; readonly full_name?: unknown }
  readonly pull_request?: { readonly number?: unknown; readonly base?: { readonly ref?: unknown } }
  readonly workflow_run?: {
    readonly event?: unknown
    readonly head_repository?: { readonly full_name?: unknown }
  }
}

/** One that cannot be read tells nothing. */
function readPayload(eventPath: string | undefined): Payload {
  if (eventPath === undefined) return {}
  try {
    return (JSON.parse(readFileSync(eventPath, 'utf8')) ?? {}) as Payload
  } catch {
    return {}
  }
}

function readPullRequest({ pull_request: found }: Payload): RunEvent['pullRequest'] {
  const { number, base } = found ?? {}
  return typeof number === 'number' && typeof base?.ref === 'string' ? { number, base: base.ref } : undefined
}

/** Only somebody who may write to the repository, or a clock, starts these. */
const TRUSTED_EVENTS = ['push', 'release', 'repository_dispatch', 'schedule', 'workflow_dispatch']

/** Such events give a job the repository's secrets and tokens for what a stranger may have written. What is not known is such. */
function describeUntrusted(event: string, { repository, workflow_run: former }: Payload): string | undefined {
  if (event === 'pull_request_target')
    return 'pull_request_target has the rights of the repository for a pull request'
  if (event !== 'workflow_run') return undefined
  if (former === undefined || !TRUSTED_EVENTS.some((trusted) => trusted === former.event))
    return 'workflow_run follows a run that a pull request may have started'
  const from = former.head_repository?.full_name
  return typeof from === 'string' && from === repository?.full_name
    ? undefined
    : 'workflow_run follows a run of another repository'
}

/** How long a download may take for each 128 MB. */
const MAX_SEGMENT_MS = 120_000

/**
 * The client hashes an entry's paths as they are written, and takes relative ones from GITHUB_WORKSPACE and from the
 * working directory. With `work` in the place of both they are the same text on every runner, wherever its folders are.
 */
function createCacheService(work: string): CacheService {
  async function inWork<T>(act: (client: typeof import('@actions/cache')) => Promise<T>): Promise<T> {
    const client = await import('@actions/cache')
    const former = { folder: process.cwd(), workspace: process.env['GITHUB_WORKSPACE'] }
    process.chdir(work)
    process.env['GITHUB_WORKSPACE'] = work
    try {
      return await act(client)
    } finally {
      process.env['GITHUB_WORKSPACE'] = former.workspace
      process.chdir(former.folder)
    }
  }
  return {
    restore: (name, prefixes) =>
      inWork((client) =>
        client.restoreCache([name], prefixes[0] ?? '', prefixes.slice(1), {
          // Its own patience is an hour.
          segmentTimeoutInMs: MAX_SEGMENT_MS,
        }),
      ),
    has: (name, key) =>
      inWork(async (client) => (await client.restoreCache([name], key, [], { lookupOnly: true })) === key),
    // Where the service refuses, the client says so itself and answers -1.
    save: (name, key) => inWork(async (client) => (await client.saveCache([name], key)) !== -1),
  }
}
