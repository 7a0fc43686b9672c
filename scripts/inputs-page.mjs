// Turns action.yml into docs/inputs.md; with --check it only tells whether that page is up to date.
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { parse, stringify } from 'yaml'

const PAGE = new URL('../docs/inputs.md', import.meta.url)
const action = parse(readFileSync(new URL('../action.yml', import.meta.url), 'utf8'))
const cell = (text) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim()

/** Expressions are written in words there, since the runner may not see any in a description. */
const EXPRESSIONS = [
  [/^the secret (\S+)\.$/, '${{ secrets.$1 }}'],
  [/^`(.*)` as an expression\.$/, '${{ $1 }}'],
]

/** The example of a description as a line of a workflow, and what is said of it. */
function exampleOf(name, text) {
  const [pattern, expression] = EXPRESSIONS.find(([each]) => each.test(text)) ?? []
  const [, value, note] = /^`([^`]*)`(.*)\.$/.exec(text) ?? []
  const given = pattern === undefined ? value : text.replace(pattern, expression)
  if (given === undefined) throw new Error(`action.yml: ${name} has no example`)
  // YAML would quote these, to keep them the texts that every input is anyway.
  const isPlain = /^(true|false|\d+)$/.test(given)
  const line = isPlain
    ? `${name}: ${given}`
    : stringify({ [name]: given }, { lineWidth: 0, singleQuote: true })
  return `\`${cell(line)}\`${pattern === undefined ? note : ''}`
}

const inputs = Object.entries(action.inputs).map(([name, { description, default: fallback = '' }]) => {
  const [meaning, example = ''] = description.trim().split(/\s*Example: /)
  const code = fallback === '' ? '' : `\`${cell(fallback)}\``
  return `| \`${name}\` | ${code} | ${cell(meaning)} | ${exampleOf(name, example)} |`
})
const outputs = Object.entries(action.outputs).map(
  ([name, { description }]) => `| \`${name}\` | ${cell(description)} |`,
)
const page = `# Inputs and outputs

Made from [action.yml](../action.yml) by \`npm run docs\`. On the command line every input is a flag of the same name,
as in \`--matrix linux/amd64\`. An empty input means its default; \`none\` means
nothing, where that can be: no tags, no archive, no SBOM, no signature, no cache, and the default for a name.
[matrix.md](matrix.md) tells of the matrix, [linkage.md](linkage.md) of policies and checks, [troubleshooting.md](troubleshooting.md)
of every error.

## Inputs

| input | default | meaning | example |
| --- | --- | --- | --- |
${inputs.join('\n')}

## Outputs

| output | meaning |
| --- | --- |
${outputs.join('\n')}
`

if (process.argv[2] !== '--check') writeFileSync(PAGE, page)
else if (readFileSync(PAGE, 'utf8').replaceAll('\r\n', '\n') !== page) {
  console.error('docs/inputs.md is not what action.yml says; run `npm run docs`')
  process.exitCode = 1
}
