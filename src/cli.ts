// Turns a command line into the same inputs that a workflow gives: every input is a flag of the same name.
import type { InputSpecification } from './contract.js'
import { InputError } from './errors.js'
import { refuseUnknownInputs } from './inputs.js'

export type CommandLine =
  { readonly help: true } | { readonly help: false; readonly inputs: ReadonlyMap<string, string> }

/**
 * `--name value` and `--name=value`; a flag takes whatever follows it, so that `--ldflags '-s -w'` needs no `=`. One that is
 * `true` or `false` by default stands for `true` by itself, where another flag follows it or nothing.
 *
 * @throws InputError for a flag that is no input, has no value or is given twice
 */
export function parseCommandLine(
  contract: readonly InputSpecification[],
  argv: readonly string[],
): CommandLine {
  const inputs = new Map<string, string>()
  const switches = new Set(contract.flatMap((input) => (isBoolean(input) ? [input.name] : [])))
  const rest = [...argv]
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === '--help' || argument === '-h') return { help: true }
    const [, name, value] = /^--([a-z-]+)(?:=(.*))?$/s.exec(argument) ?? []
    if (name === undefined) {
      throw new InputError(argument, 'it is not a flag; every input is a flag, as in --matrix linux/amd64')
    }
    refuseUnknownInputs(contract, [name])
    if (inputs.has(name)) throw new InputError(name, 'it is given twice')
    const isAlone = switches.has(name) && (rest[0] ?? '-').startsWith('-')
    const given = value ?? (isAlone ? 'true' : rest.shift())
    if (given === undefined) throw new InputError(name, `--${name} needs a value, as in --${name} VALUE`)
    inputs.set(name, given)
  }
  return { help: false, inputs }
}

const isBoolean = (input: InputSpecification): boolean => /^(true|false)$/.test(input.default)

/** The text of `--help`. */
export function formatHelp(contract: readonly InputSpecification[]): string {
  const flags = contract.map((input) => {
    const fallback = input.default === '' ? '' : `\n      default: ${input.default}`
    return `  --${input.name}${isBoolean(input) ? '[=false]' : ''}\n      ${input.description}${fallback}`
  })
  return [
    'go-cross-release: a Go module in; signed, checked, multi-platform release files out',
    '',
    'usage: go-cross-release [--INPUT VALUE]...   run it in the folder of a Go module',
    '',
    ...flags,
    '',
    'exit code: 0 where everything was made as asked, 1 where something was not,',
    '           128 and the number of the signal where one stopped it (130 after Ctrl-C)',
  ].join('\n')
}
