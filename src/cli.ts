// Turns a command line into the same inputs that a workflow gives: every input is a flag of the same name.
import type { InputSpecification } from './contract.js'
import { InputError } from './errors.js'
import { refuseUnknownInputs } from './inputs.js'

export type CommandLine =
  { readonly help: true } | { readonly help: false; readonly inputs: ReadonlyMap<string, string> }

/**
 * `--name value` and `--name=value`; a flag takes whatever follows it, so that `--ldflags '-s -w'` needs no `=`.
 *
 * @throws InputError for a flag that is no input, has no value or is given twice
 */
export function parseCommandLine(
  contract: readonly InputSpecification[],
  argv: readonly string[],
): CommandLine {
  const inputs = new Map<string, string>()
  const rest = argv.values()
  for (const argument of rest) {
    if (argument === '--help' || argument === '-h') return { help: true }
    const [, name, value] = /^--([a-z-]+)(?:=(.*))?$/s.exec(argument) ?? []
    if (name === undefined) {
      throw new InputError(argument, 'it is not a flag; every input is a flag, as in --matrix linux/amd64')
    }
    refuseUnknownInputs(contract, [name])
    if (inputs.has(name)) throw new InputError(name, 'it is given twice')
    const given = value ?? rest.next().value
    if (given === undefined) throw new InputError(name, `--${name} needs a value, as in --${name} VALUE`)
    inputs.set(name, given)
  }
  return { help: false, inputs }
}

/** The text of `--help`. */
export function formatHelp(contract: readonly InputSpecification[]): string {
  const flags = contract.map((input) => {
    const fallback = input.default === '' ? '' : `\n      default: ${input.default}`
    return `  --${input.name}\n      ${input.description}${fallback}`
  })
  return [
    'go-cross-release: a Go module in; signed, checked, multi-platform release files out',
    '',
    'usage: go-cross-release [--INPUT VALUE]...   run it in the folder of a Go module',
    '',
    ...flags,
  ].join('\n')
}
