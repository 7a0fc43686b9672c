// Starts a release on whatever this process runs on, and turns its end into an exit code.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatHelp, parseCommandLine } from './cli.js'
import { buildShard } from './build-mode.js'
import { parseContract } from './contract.js'
import { ActionError } from './errors.js'
import { describeFailure } from './failures.js'
import { createGithubHost, readRunnerInput } from './host/github.js'
import type { Host } from './host/host.js'
import { createLocalHost } from './host/local.js'
import { useUtc, stopOnSignals, takeEnvironment } from './host/process.js'
import { openScratch } from './host/scratch.js'
import { parseInputs, type Inputs } from './inputs.js'
import { inspectFiles } from './inspect.js'
import { run } from './main.js'
import { mergeShards } from './merge-mode.js'
import { planShards } from './plan-mode.js'
import { refuseForeignInputs } from './prepare.js'
import { printable } from './printable.js'
import { describeInputs, type GivenInputs } from './provenance/index.js'
import { variableOf } from './sign/index.js'

const MODES: Record<Inputs['mode'], (host: Host, inputs: Inputs, given: GivenInputs) => Promise<void>> = {
  release: run,
  plan: planShards,
  build: buildShard,
  merge: mergeShards,
  inspect: inspectFiles,
}

/** Both src and dist lie beside action.yml. */
const ACTION_FILE = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'action.yml')

/**
 * Without arguments on a runner this is the action; with arguments, or elsewhere, it is the command.
 *
 * @returns 0 where everything was made as asked, else 1
 */
export async function start(argv: readonly string[]): Promise<number> {
  const environment = takeEnvironment()
  useUtc()
  let tell: Host['log']['error'] = (message) => {
    console.error(`error: ${printable(message)}`)
  }
  try {
    const contract = parseContract(await readFile(ACTION_FILE, 'utf8'))
    const commandLine = parseCommandLine(contract, argv)
    if (commandLine.help) {
      console.log(formatHelp(contract))
      return 0
    }
    const { inputs } = commandLine
    const onRunner = argv.length === 0 && environment['GITHUB_ACTIONS'] === 'true'
    const read = (name: string) => (onRunner ? readRunnerInput(environment, name) : (inputs.get(name) ?? ''))
    // The variable that holds the key is for cosign alone, and what private modules need for go and git.
    const secrets = [variableOf(read('cosign-key').trim()) ?? [], read('pass-env').split(/[\s,]+/)].flat()
    const host = onRunner ? createGithubHost(environment, secrets) : createLocalHost(environment, secrets)
    tell = (message, place) => {
      host.log.error(message, place)
    }
    await using scratch = await openScratch(host.folders.scratch)
    const tellEnd = (line: string) => {
      host.display?.([])
      console.error(line)
    }
    stopOnSignals(tellEnd, async () => {
      await host.processes.stopAll()
      await scratch[Symbol.asyncDispose]()
      host.display?.([])
    })
    const parsed = parseInputs(contract, read)
    const given = describeInputs(contract, read)
    refuseForeignInputs(parsed, given)
    await MODES[parsed.mode](host, parsed, given)
    return 0
  } catch (error) {
    tell(describeFailure(error), error instanceof ActionError ? error.place : undefined)
    return 1
  }
}
