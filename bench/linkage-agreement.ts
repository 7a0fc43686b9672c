// Every ELF file of this system, and Mach-O and PE files built here -> whether the readers agree with readelf, LLVM's tools and Go's debug packages.

import { spawnSync } from 'node:child_process'
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { lstat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { buildOracle, unpackTestFile } from '../__tests__/integration/linkage/oracle.js'
import { run, runChecked } from '../__tests__/support/processes.js'
import { inspectProgram, type Inspection, type Verdict } from '../src/linkage/index.js'
import type { ElfLinkage } from '../src/linkage/linkage.js'
import { readMachoFacts, readPeFacts } from './llvm.js'
import { madeFiles } from './made-files.js'
import { readFacts, type ElfFacts } from './readelf.js'

const SYSTEM_FOLDERS = ['/usr/bin', '/usr/sbin', '/usr/lib']
const MIN_ELF_FILES = 2000
const MIN_OTHER_FILES = 200

const disagreements: string[] = []

function compare(file: string, what: string, ours: unknown, theirs: unknown): void {
  if (isDeepStrictEqual(ours, theirs)) return
  disagreements.push(`${file}: ${what}: ${JSON.stringify(ours)}, but ${JSON.stringify(theirs)} elsewhere`)
}

/** Of what is read here the GOOS has no say but in the verdict on ELF files. */
const inspect = (file: string): Promise<Inspection> => inspectProgram(file, { goos: 'linux' })

/** Each once, whatever links lead to it. */
async function findElfFiles(): Promise<string[]> {
  const found = new Map<string, string>()
  for (const folder of SYSTEM_FOLDERS) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const file = join(entry.parentPath, entry.name)
      const { dev, ino } = await lstat(file)
      if (magicOf(file) === 0x7f454c46) found.set(`${dev} ${ino}`, file)
    }
  }
  return [...found.values()]
}

function magicOf(file: string): number {
  const head = Buffer.alloc(4)
  const fd = openSync(file, 'r')
  readSync(fd, head, 0, 4, 0)
  closeSync(fd)
  return head.readUInt32BE()
}

/** GLIBC_2.2.5 -> 2.2.5; by the numbers, and GLIBC_ABI_DT_RELR came with 2.36. */
function highestGlibc(names: readonly string[]): string | undefined {
  const numbers = names.flatMap((name) => {
    const found = name === 'GLIBC_ABI_DT_RELR' ? '2.36' : /^GLIBC_([\d.]+)$/.exec(name)?.[1]
    return found === undefined ? [] : [found.split('.').map(Number)]
  })
  const [highest] = numbers.sort(
    (a, b) => (b[0] ?? 0) - (a[0] ?? 0) || (b[1] ?? 0) - (a[1] ?? 0) || (b[2] ?? 0) - (a[2] ?? 0),
  )
  return highest?.join('.')
}

function compareElf(file: string, linkage: ElfLinkage, verdict: Verdict, facts: ElfFacts): void {
  const { interpreter, needed, versions } = linkage
  const { debugOnly: _, ...theirs } = facts
  const rpath = linkage.rpath.join(':')
  const runpath = linkage.runpath.join(':')
  compare(file, 'ELF', { type: linkage.type, interpreter, needed, rpath, runpath, versions }, theirs)
  const needs = 'needs' in verdict ? verdict.needs : []
  for (const library of new Set(theirs.versions.map((each) => each.library))) {
    const told = needs.find((need) => need.library === library)?.versions ?? []
    const names = theirs.versions.filter((each) => each.library === library).map(({ version }) => version)
    const highest = highestGlibc(names)
    const ours = told
      .filter((name) => name.startsWith('GLIBC_'))
      .map((name) => (name === 'GLIBC_ABI_DT_RELR' ? 'GLIBC_2.36' : name))
    compare(file, `highest GLIBC of ${library}`, ours, highest === undefined ? [] : [`GLIBC_${highest}`])
  }
}

/** Object files, core dumps and the debug halves of programs are not linked, whatever else they say. */
const isUnlinked = ({ type, debugOnly }: ElfFacts): boolean => type === 'REL' || type === 'CORE' || debugOnly

/** Resolves to how many were read, and how many refused that are no programs for readelf either. */
async function compareSystem(): Promise<{ readonly read: number; readonly unlinked: number }> {
  const files = await findElfFiles()
  const facts = await readFacts(files)
  let [read, unlinked] = [0, 0]
  for (const file of files) {
    const theirs = facts.get(file)
    if (theirs === undefined) throw new Error(`readelf says nothing of ${file}`)
    const inspection = await inspect(file)
    if (inspection.kind === 'unreadable') {
      compare(file, inspection.problem, 'refused', isUnlinked(theirs) ? 'refused' : theirs.type)
      unlinked++
    } else if (inspection.linkage.format === 'elf') {
      compareElf(file, inspection.linkage, inspection.verdict, theirs)
      read++
    }
  }
  return { read, unlinked }
}

/** Both kinds at once: LLVM's view of a Mach-O or PE file, and with `oracle` that of Go's debug packages. False where it is neither. */
async function compareOther(name: string, file: string, oracle?: string): Promise<boolean> {
  const inspection = await inspect(file)
  if (inspection.kind === 'unreadable') throw new Error(`${name}: ${inspection.problem}`)
  const { linkage } = inspection
  if (linkage.format === 'macho') {
    const ours = linkage.slices.map(({ filetype, dylinker, dylibs, rpaths, dyldEnvironment, builds }) => ({
      ...{ filetype, dylinker, dylibs, rpaths, dyldEnvironment, builds },
    }))
    compare(name, 'Mach-O by LLVM', ours, await readMachoFacts(file))
  } else if (linkage.format === 'pe') {
    const { machine, subsystem, dllCharacteristics, imports, delayImports, clr } = linkage
    const ours = { machine, subsystem, dllCharacteristics, imports, delayImports, clr }
    compare(name, 'PE by LLVM', ours, await readPeFacts(file))
  } else return false
  if (oracle === undefined) return true
  const theirs = JSON.parse(await runChecked([oracle, file])) as object
  compare(name, 'by Go', pick(linkage, theirs), theirs)
  return true
}

/** As much of `value` as `shape` has. */
function pick(value: unknown, shape: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(shape)) {
    return value.map((each: unknown, index) => pick(each, (shape as unknown[])[index]))
  }
  if (typeof value !== 'object' || value === null || typeof shape !== 'object' || shape === null) return value
  const fields = value as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    Object.entries(shape).map(([name, part]) => [name, pick(fields[name], part)] as const),
  )
}

/** Go's own commands, for each of these pairs, whole and stripped; resolves to how many there were. */
async function compareBuilt(oracle: string, folder: string): Promise<number> {
  const pairs = ['darwin/amd64', 'darwin/arm64', 'windows/386', 'windows/amd64', 'windows/arm64']
  let count = 0
  for (const pair of pairs) {
    const [GOOS, GOARCH] = pair.split('/')
    for (const ldflags of ['', '-s -w']) {
      const output = mkdtempSync(join(folder, 'built-'))
      const env = { GOOS, GOARCH, CGO_ENABLED: '0' }
      await runChecked(['go', 'build', `-ldflags=${ldflags}`, '-o', `${output}/`, 'cmd/...'], {
        cwd: folder,
        env,
      })
      for (const name of readdirSync(output)) {
        await compareOther(`${pair} ${name} ${ldflags}`, join(output, name), oracle)
        count++
      }
      rmSync(output, { recursive: true })
      console.log(`${pair} ${ldflags}: ${count} files so far, ${disagreements.length} disagreements`)
    }
  }
  return count
}

/** The files with which Go tests its packages, those of them that are linked. */
async function compareTestFiles(goroot: string, oracle: string, folder: string): Promise<number> {
  let count = 0
  for (const format of ['macho', 'pe']) {
    const testdata = join(goroot, 'src', 'debug', format, 'testdata')
    for (const name of readdirSync(testdata)) {
      const file = join(folder, name)
      writeFileSync(file, unpackTestFile(name, readFileSync(join(testdata, name))))
      if ((await inspect(file)).kind === 'unreadable') continue
      // Go and LLVM refuse one for its symbol table, which has no say in what is loaded.
      if ((await run([oracle, file])).exitCode !== 0) continue
      if (await compareOther(name, file, oracle)) count++
    }
  }
  return count
}

/** Go tells only LC_LOAD_DYLIB and imports; what else there is, LLVM tells. */
async function compareMade(folder: string): Promise<number> {
  for (const [name, content] of madeFiles) {
    const file = join(folder, 'made')
    writeFileSync(file, content)
    await compareOther(`made: ${name}`, file)
  }
  return madeFiles.length
}

const PACKAGES: Readonly<Record<string, string>> = {
  readelf: 'binutils',
  'llvm-objdump': 'llvm',
  'llvm-readobj': 'llvm',
}

function missingPackages(): string[] {
  const missing = Object.entries(PACKAGES).filter(([tool]) => spawnSync(tool, ['--version']).status !== 0)
  return [...new Set(missing.map(([, name]) => name))]
}

async function compareAll(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'agreement-'))
  try {
    const goroot = (await runChecked(['go', 'env', 'GOROOT'])).trim()
    const source = join('__tests__', 'integration', 'linkage', 'oracle.go')
    const oracle = await buildOracle(source, goroot, mkdtempSync(join(folder, 'oracle-')))
    const { read, unlinked } = await compareSystem()
    console.log(`${read} ELF files of this system compared`)
    const made = await compareMade(folder)
    const tested = await compareTestFiles(goroot, oracle, folder)
    const built = await compareBuilt(oracle, folder)
    disagreements.forEach((line) => {
      console.log(line)
    })
    console.log(
      `agreement: ${read} ELF files with readelf (${unlinked} more are object files and debug halves), ` +
        `${built + tested + made} Mach-O and PE files with LLVM and Go (${built} built, ${tested} of Go's tests, ${made} made), ` +
        `${disagreements.length} disagreements`,
    )
    return disagreements.length === 0 && read >= MIN_ELF_FILES && built + tested >= MIN_OTHER_FILES
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const missing = missingPackages()
if (missing.length > 0) {
  console.error(`missing here: apt-get install ${missing.join(' ')}`)
  process.exitCode = 2
} else if (!(await compareAll())) process.exitCode = 1
