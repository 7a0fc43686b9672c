// The inputs of action.yml, and Inputs made of them as if a workflow had given some.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseContract } from '../../src/contract.js'
import { parseInputs, type Inputs } from '../../src/inputs.js'

export const ACTION_TEXT = readFileSync(path.resolve('action.yml'), 'utf8')

export const CONTRACT = parseContract(ACTION_TEXT)

/** @param given raw texts by input name; the others are empty */
export function createInputs(given: Readonly<Record<string, string>> = {}): Inputs {
  return parseInputs(CONTRACT, (name) => given[name] ?? '')
}
