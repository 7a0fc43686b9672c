// docs/linkage.md lists every check in the words of the code.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { CHECKS } from '../../../src/linkage/checks.js'

test('every check, in order', () => {
  const page = readFileSync(path.resolve('docs/linkage.md'), 'utf8').replaceAll('\r\n', '\n')
  const [, table = ''] = /<!-- checks -->\n([^]*)<!-- \/checks -->/.exec(page) ?? []
  const cells = table
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
  expect(cells.map(([, name, text]) => [name, text])).toEqual(
    Object.entries(CHECKS).map(([name, text]) => [`\`${name}\``, text]),
  )
})
