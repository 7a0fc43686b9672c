// `npm run bench`: how long the linkage check takes for programs of 100 MB, and for one program of every pair, beside readelf and go.

import { spawnSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { verifyCodeSignature } from '../src/linkage/code-signature.js'
import { inspectProgram } from '../src/linkage/index.js'
import { readLinkage } from '../src/linkage/inspect.js'
import { withFile } from '../src/linkage/reader.js'
import { buildFor, pairsWithoutCgo, withFolder, writeModule } from './go-programs.js'
import { alternate } from './rounds.js'

const ROUNDS = 9
const EMBEDDED_BYTES = 100 * 1024 * 1024

/** One of each format that is read in full for its build info or its hashes. */
const LARGE_PAIRS = ['linux/amd64', 'darwin/amd64', 'darwin/arm64', 'windows/amd64']

const LARGE = `package main

import _ "embed"

//go:embed data
var data string

func main() { println(len(data)) }
`

const goosOf = (pair: string): string => pair.split('/')[0] ?? ''

/** A program and what it was built for. */
interface Built {
  readonly pair: string
  readonly file: string
}

async function inspectAll(files: readonly Built[]): Promise<void> {
  for (const { pair, file } of files) {
    const { kind } = await inspectProgram(file, { goos: goosOf(pair) })
    if (kind !== 'readable') throw new Error(`${pair} is ${kind}`)
  }
}

/** The linkage alone, or with the signatures: the difference is what hashing takes. */
async function readAll(files: readonly Built[], withSignatures: boolean): Promise<void> {
  for (const { file } of files) {
    await withFile(file, (bytes) => {
      const linkage = readLinkage(bytes)
      if (!withSignatures || linkage.format !== 'macho') return
      linkage.slices.forEach((slice) => verifyCodeSignature(bytes, slice))
    })
  }
}

/** What it prints and whether it can read a file does not count here. */
function runTool(program: string, args: readonly string[], files: readonly Built[]): void {
  const { error } = spawnSync(program, [...args, ...files.map(({ file }) => file)], {
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 30,
  })
  if (error) throw error
}

const isElf = ({ file }: Built): boolean => readFileSync(file).readUInt32BE() === 0x7f454c46

/** Resolves to the milliseconds that it takes. */
const timed = (run: () => void | Promise<void>) => async (): Promise<number> => {
  const start = performance.now()
  await run()
  return performance.now() - start
}

const inspectFiles = fileURLToPath(new URL('inspect-files.js', import.meta.url))

/** One line of figures for these files: milliseconds, and how many times ours each of the others takes. */
async function compare(title: string, files: readonly Built[]): Promise<string> {
  const elf = files.filter(isElf)
  const tool = (program: string, args: readonly string[], of: readonly Built[]): (() => Promise<number>) =>
    timed(() => {
      runTool(program, args, of)
    })
  const took = await alternate<number>(ROUNDS, [
    ['inspect', timed(() => inspectAll(files))],
    ['inspect ELF', timed(() => inspectAll(elf))],
    ['read', timed(() => readAll(files, false))],
    ['read and hash', timed(() => readAll(files, true))],
    ['node', tool(process.execPath, [inspectFiles], files)],
    ['empty node', tool(process.execPath, ['--eval', ''], [])],
    ['go version -m', tool('go', ['version', '-m'], files)],
    ['readelf -dlVW', tool('readelf', ['-dlVW'], elf)],
  ])
  const time = (name: string): number => took(name, (milliseconds) => milliseconds)
  const ms = (milliseconds: number): string => `${milliseconds.toFixed(1)} ms`
  const hashing = Math.max(time('read and hash') - time('read'), 0)
  const beside = (name: string, ours: string): string =>
    `${name} ${ms(time(name))} (${(time(name) / time(ours)).toFixed(1)} × inspect)`
  return [
    `${title}: inspect ${ms(time('inspect') - hashing)} and ${ms(hashing)} of hashing`,
    `in a process of its own ${ms(time('node'))}, of which node takes ${ms(time('empty node'))}`,
    beside('go version -m', 'inspect'),
    ...(elf.length === 0 ? [] : [`${beside('readelf -dlVW', 'inspect ELF')} on ${elf.length} ELF`]),
  ].join('; ')
}

const lines = await withFolder(async (folder) => {
  const module = writeModule(folder, LARGE)
  // Taken in only with cgo.
  writeFileSync(join(module, 'c.go'), 'package main\n\nimport "C"\n')
  writeFileSync(join(module, 'data'), randomFillSync(Buffer.alloc(EMBEDDED_BYTES)))
  const printed: string[] = []
  for (const pair of LARGE_PAIRS) {
    const file = await buildFor(pair, module)
    const megabytes = Math.round(statSync(file).size / 1024 / 1024)
    printed.push(await compare(`speed, ${pair} of ${megabytes} MB`, [{ pair, file }]))
  }
  const file = await buildFor('linux/amd64', module, '-linkmode external -extldflags -static', '1')
  printed.push(await compare('speed, the same with C code, static', [{ pair: 'linux/amd64', file }]))
  writeFileSync(join(module, 'data'), 'small')
  const every: Built[] = []
  for (const pair of await pairsWithoutCgo()) every.push({ pair, file: await buildFor(pair, module) })
  printed.push(await compare(`speed, ${every.length} programs`, every))
  return printed
})
console.log(`medians of ${ROUNDS} rounds; inspect is measured inside a process, the tools with their start`)
lines.forEach((line) => {
  console.log(line)
})
