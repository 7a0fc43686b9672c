// Turns action.yml into docs/inputs.md; with --check it only tells whether that page is up to date.
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { parse } from 'yaml'

const PAGE = new URL('../docs/inputs.md', import.meta.url)
const action = parse(readFileSync(new URL('../action.yml', import.meta.url), 'utf8'))
const cell = (text) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim()

const inputs = Object.entries(action.inputs).map(([name, { description, default: fallback = '' }]) => {
  const [meaning, example = ''] = description.split(/\s*Example: /)
  const code = fallback === '' ? '' : `\`${cell(fallback)}\``
  return `| \`${name}\` | ${code} | ${cell(meaning)} | ${cell(example.replace(/\.$/, ''))} |`
})
const outputs = Object.entries(action.outputs).map(
  ([name, { description }]) => `| \`${name}\` | ${cell(description)} |`,
)
const page = `# Inputs and outputs

Made from [action.yml](../action.yml) by \`npm run docs\`. On the command line every input is a flag of the same name,
as in \`--matrix linux/amd64\`. An empty input means its default; \`none\` means
nothing, where that can be: no tags, no archive, no SBOM, no signature, no cache, and the default for a name.

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
