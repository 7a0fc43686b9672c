// parseCommandLine: flags in, the same inputs out that a workflow would give; formatHelp: all of them with their defaults.
import { formatHelp, parseCommandLine } from '../../src/cli.js'
import { InputError } from '../../src/errors.js'
import { parseInputs } from '../../src/inputs.js'
import { CONTRACT, createInputs } from './example-inputs.js'

/** The inputs of a command line as an object; undefined for a call for help. */
function parse(...argv: string[]): Record<string, string> | undefined {
  const commandLine = parseCommandLine(CONTRACT, argv)
  return commandLine.help ? undefined : Object.fromEntries(commandLine.inputs)
}

test.each<[name: string, argv: string[], inputs: Record<string, string>]>([
  ['no flags', [], {}],
  ['a value after the flag', ['--matrix', 'linux/amd64'], { matrix: 'linux/amd64' }],
  ['a value behind =', ['--matrix=linux/amd64'], { matrix: 'linux/amd64' }],
  ['a value that begins with -', ['--ldflags', '-s -w'], { ldflags: '-s -w' }],
  ['a value that is a flag itself', ['--ldflags', '--help'], { ldflags: '--help' }],
  ['a value with =', ['--ldflags=-X main.version={version}'], { ldflags: '-X main.version={version}' }],
  ['an empty value behind =', ['--tags='], { tags: '' }],
  ['an empty value after the flag', ['--tags', '', '--cgo', 'true'], { tags: '', cgo: 'true' }],
  ['a value of several lines', ['--matrix=linux/amd64\nlinux/arm64'], { matrix: 'linux/amd64\nlinux/arm64' }],
  ['a switch alone', ['--dry-run'], { 'dry-run': 'true' }],
  ['a switch before a flag', ['--cgo', '--sign', 'off'], { cgo: 'true', sign: 'off' }],
  ['a switch with its word', ['--upload', 'False', '--sign', 'off'], { upload: 'False', sign: 'off' }],
  ['a switch whose word is empty', ['--cgo', '', '--sign', 'off'], { cgo: '', sign: 'off' }],
  [
    'both forms together',
    ['--sign', 'off', '--cosign-key=env://K', '--parallel', '2'],
    { sign: 'off', 'cosign-key': 'env://K', parallel: '2' },
  ],
])('%s', (_, argv, inputs) => {
  expect(parse(...argv)).toEqual(inputs)
})

test.each(CONTRACT)('--$name is a flag', ({ name, default: fallback }) => {
  if (/^(true|false)$/.test(fallback)) expect(parse(`--${name}`)).toEqual({ [name]: 'true' })
  else expect(parse(`--${name}`, 'text')).toEqual({ [name]: 'text' })
  expect(parse(`--${name}=text`)).toEqual({ [name]: 'text' })
})

test('a command line and a workflow with the same texts give the same inputs', () => {
  const given = { matrix: 'linux/amd64', sign: 'off', 'archive-files': 'docs/*.1', trimpath: 'false' }
  const argv = Object.entries(given).flatMap(([name, text]) => [`--${name}`, text])
  const inputs = parse(...argv)
  expect(parseInputs(CONTRACT, (name) => inputs?.[name] ?? '')).toEqual(createInputs(given))
})

test.each([[['--help']], [['-h']], [['--sign', 'off', '--help']]])('%j asks for help', (argv) => {
  expect(parse(...argv)).toBeUndefined()
})

test.each<[name: string, argv: string[], message: string]>([
  ['an unknown flag', ['--matirx', 'x'], 'input matirx: there is no such input; did you mean matrix?'],
  ['a flag twice', ['--sign', 'off', '--sign=key'], 'input sign: it is given twice'],
  ['a flag without its value', ['--sign'], 'input sign: --sign needs a value, as in --sign VALUE'],
  ['a word', ['build'], 'input build: it is not a flag; every input is a flag, as in --matrix linux/amd64'],
  ['a short flag', ['-m', 'x'], 'input -m: it is not a flag; every input is a flag'],
  ['two hyphens alone', ['--'], 'input --: it is not a flag; every input is a flag'],
  ['a flag in capitals', ['--Matrix', 'x'], 'input --Matrix: it is not a flag; every input is a flag'],
])('%s is refused', (_, argv, message) => {
  const act = () => parse(...argv)
  expect(act).toThrow(InputError)
  expect(act).toThrow(message)
})

test('help shows every input with its description and its default', () => {
  const help = formatHelp(CONTRACT)
  for (const input of CONTRACT) {
    expect(help).toMatch(`  --${input.name}`)
    expect(help).toContain(`\n      ${input.description}`)
    if (input.default !== '') expect(help).toContain(`${input.description}\n      default: ${input.default}`)
  }
})
