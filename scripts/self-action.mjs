// Turns action.yml into self/action.yml, by which a workflow of this repository uses the action of its own commit; with --check it
// only tells whether that file is up to date.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'

const FILE = new URL('../self/action.yml', import.meta.url)
const read = (file) => readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
const action = read(new URL('../action.yml', import.meta.url))
const own = `# Made from action.yml by \`npm run docs\`.\n${action.replace('main: dist/index.js', 'main: ../dist/index.js')}`

if (process.argv[2] !== '--check') {
  mkdirSync(new URL('.', FILE), { recursive: true })
  writeFileSync(FILE, own)
} else if (read(FILE) !== own) {
  console.error('self/action.yml is not what action.yml says; run `npm run docs`')
  process.exitCode = 1
}
