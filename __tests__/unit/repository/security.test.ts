// SECURITY.md: a defence that is claimed has a test that is there.

import { existsSync, readFileSync } from 'node:fs'

const page = readFileSync('SECURITY.md', 'utf8').replaceAll('\r\n', '\n')
const [, ...rows] = page
  .split('\n')
  .filter((line) => /^\|(?! -)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))

test('there are threats', () => {
  expect(rows.length).toBeGreaterThan(10)
})

test.each(rows.map(([, threat, defence, shown = '']) => [threat, defence, shown]))(
  '%s',
  (_, defence, shown = '') => {
    expect(defence).not.toBe('')
    const files = shown.split(', ').map((cell) => /^`([^`]+)`$/.exec(cell)?.[1] ?? '')
    expect(files.filter((file) => !existsSync(file))).toEqual([])
  },
)

test.each(['CHANGELOG.md', 'src/tools/pins.ts'])('%s, which it names, is there', (file) => {
  expect(page).toContain(file)
  expect(existsSync(file)).toBe(true)
})
