// docs/inputs.md: every input has an example there that can be pasted into a workflow.

import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { CONTRACT, createInputs } from '../example-inputs.js'

const rows = readFileSync('docs/inputs.md', 'utf8')
  .replaceAll('\r\n', '\n')
  .split('\n## Outputs')[0]
  ?.split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split(/(?<!\\) \| /))

const examples = (rows ?? []).map(([name = '', , , example = '']) => [
  name.replace(/^\| `|`$/g, ''),
  /^`([^`]+)`/.exec(example)?.[1]?.replaceAll('\\|', '|') ?? '',
])

test('every input has one', () => {
  expect(examples.map(([name]) => name)).toEqual(CONTRACT.map(({ name }) => name))
})

test.each(examples)('%s: %s', (name = '', example = '') => {
  const given = parse(example) as Record<string, unknown>
  expect(Object.keys(given)).toEqual([name])
  expect(() => createInputs({ [name]: String(given[name]) })).not.toThrow()
})
