// `npm run fuzz -- [--count N] [--seed N]`: millions of mutants of small files, and of real programs of every kind, through the whole linkage check.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  cutEverywhere,
  fuzz,
  MAX_MILLISECONDS,
  measureFile,
  type Mutant,
} from '../__tests__/support/mutants.js'
import { smallFiles, type SmallFile } from '../__tests__/unit/linkage/small-files.js'
import { worstFiles } from '../__tests__/unit/linkage/worst-files.js'
import { buildFor, withFolder, writeModule } from './go-programs.js'

const MAX_HEAP_GROWTH_BYTES = 64 * 1024 * 1024

/** For a file that was made to take long, some of them of tens of megabytes. */
const MAX_WORST_MILLISECONDS = 1000

/** Between two looks at the heap. */
const SLICE = 250_000

const FAILURES = join('bench', '.build', 'failures')

/** One for each format, class and byte order, and the four kinds of linkage that Go's own linker makes of ELF. */
const PAIRS = [
  ...['linux/amd64', 'linux/386', 'linux/mips', 'linux/s390x', 'freebsd/arm64'],
  ...['openbsd/amd64', 'solaris/amd64', 'android/arm64', 'darwin/amd64', 'darwin/arm64'],
  ...['windows/386', 'windows/amd64', 'windows/arm64', 'aix/ppc64', 'plan9/386', 'plan9/amd64'],
  ...['wasip1/wasm', 'js/wasm'],
]

const realFiles = (): Promise<SmallFile[]> =>
  withFolder(async (folder) => {
    const module = writeModule(folder, 'package main\n\nfunc main() { println("hello") }\n')
    const files: SmallFile[] = []
    for (const pair of PAIRS) {
      const content = readFileSync(await buildFor(pair, module, '-s -w'))
      files.push({ name: `Go's ${pair}`, goos: pair.split('/')[0] ?? '', content })
    }
    return files
  })

let saved = 0
function save({ index, name, goos, content, problem }: Mutant): void {
  mkdirSync(FAILURES, { recursive: true })
  const file = join(FAILURES, `mutant-${index}`)
  writeFileSync(file, content)
  saved++
  console.log(`${file}, of ${name} for ${goos}: ${problem}`)
}

function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error('the heap is measured with node --expose-gc')
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const { values } = parseArgs({ options: { count: { type: 'string' }, seed: { type: 'string' } } })
const count = Number(values.count ?? 5_000_000)
const seed = Number(values.seed ?? Date.now() % 1_000_000)

if (!(count > 0) || !Number.isInteger(seed)) throw new Error('--count and --seed take whole numbers')

const files = [...smallFiles, ...(await realFiles())]
console.log(`${count} mutants of ${files.length} files, with --seed ${seed}`)

const cuts = cutEverywhere(smallFiles, save)
const cutFailures = saved

let [worstCount, worst, tooSlow] = [0, 0, 0]
for (const file of worstFiles()) {
  const elapsed = measureFile(file)
  worstCount++
  worst = Math.max(worst, elapsed)
  if (elapsed <= MAX_MILLISECONDS) continue
  if (elapsed > MAX_WORST_MILLISECONDS) tooSlow++
  console.log(`${file.name}, ${(file.content.length / 2 ** 20).toFixed(1)} MB: ${Math.round(elapsed)} ms`)
}

const started = performance.now()
let [refused, failures, slowest, growth, atStart] = [0, 0, 0, 0, 0]
for (let first = 0; first < count; first += SLICE) {
  const slice = fuzz(files, { seed, first, count: Math.min(SLICE, count - first) }, save)
  refused += slice.refused
  failures += slice.failures
  slowest = Math.max(slowest, slice.slowest)
  const bytes = heapBytes()
  // What is compiled and kept once is there after the first slice.
  if (first === 0) atStart = bytes
  growth = Math.max(growth, bytes - atStart)
  console.log(`${first + slice.mutants} mutants, ${failures} failures`)
}
const seconds = Math.round((performance.now() - started) / 1000)
console.log(`cut: ${smallFiles.length} small files at ${cuts} places, ${cutFailures} failures`)
console.log(
  `worst: ${worstCount} files made to take long, ${tooSlow} take more than ${MAX_WORST_MILLISECONDS} ms, slowest ${worst.toFixed(1)} ms`,
)
console.log(
  `fuzz: ${count} mutants in ${seconds} s (${refused} refused), ${failures} failures, ` +
    `slowest ${slowest.toFixed(1)} ms of ${MAX_MILLISECONDS}, heap growth ${Math.ceil(growth / 2 ** 20)} MB, seed ${seed}`,
)
if (saved + tooSlow > 0 || growth > MAX_HEAP_GROWTH_BYTES) process.exitCode = 1
