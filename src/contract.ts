// Turns the text of action.yml into the list of inputs, so that their names and defaults are written in one place only.
import { parse } from 'yaml'

export interface InputSpecification {
  readonly name: string
  readonly description: string
  /** The text that an empty input stands for; empty where the default depends on the module or the machine. */
  readonly default: string
}

/** @param text of action.yml */
export function parseContract(text: string): InputSpecification[] {
  const action = parse(text) as { inputs: Record<string, { description: string; default?: string }> }
  return Object.entries(action.inputs).map(([name, input]) => ({
    name,
    description: input.description,
    // An expression is for the runner: elsewhere there is nothing that it could stand for.
    default: /\$\{\{/.test(input.default ?? '') ? '' : (input.default ?? ''),
  }))
}
