// Finds out why a program is dynamic, by which packages, imports and flags; and why build constraints leave a package no file.
import { createReadStream } from 'node:fs'
import path from 'node:path'
import { mapConcurrently } from '../concurrently.js'
import { modFlag } from '../flags.js'
import type { Environment, Processes } from '../host/host.js'
import { parseJsonStream } from '../json-stream.js'
import { dynamicImports } from './directives.js'
import { readLinkFlags, type BuildFlags } from './link-flags.js'
import { PACKAGE_FIELDS, type ListedPackage } from './packages.js'
import { findImportIn } from './places.js'
import { findReasons, type Reason } from './reasons.js'

export { explainExcluded } from './excluded.js'
export type { Reason } from './reasons.js'
export { complaintsOf, formatReasons } from './wording.js'

/** The program, and how it was built. */
export interface ProgramBuild extends BuildFlags {
  /** Absolute path of the module's folder. */
  readonly folder: string
  /** Of the build, with the target's GOOS, GOARCH and CGO_ENABLED. */
  readonly environment: Environment
  /** Import path. */
  readonly mainPackage: string
  /** Comma-separated. */
  readonly tags: string
  /** Undefined leaves `-mod` to Go. */
  readonly mod: 'readonly' | 'vendor' | undefined
}

/** Generated ones are large, but directives stand near the top; what lies further down is not looked at. */
const MAX_GO_FILE_BYTES = 4 * 1024 ** 2
const PACKAGES_AT_ONCE = 8

/** @throws ToolError where `go list` fails */
export async function explainLinkage(processes: Processes, build: ProgramBuild): Promise<Reason[]> {
  const { folder: cwd, environment: env, mainPackage } = build
  const command = [
    ...['go', 'list', '-deps', `-json=${PACKAGE_FIELDS.join()}`, `-tags=${build.tags}`],
    ...modFlag(build.mod),
    '--',
    mainPackage,
  ]
  const { stdout } = await processes.runChecked(command, { cwd, env })
  const packages = parseJsonStream(stdout) as ListedPackage[]
  const reasons = findReasons({
    goos: env['GOOS'] ?? '',
    cgo: env['CGO_ENABLED'] === '1',
    mainPackage,
    packages,
    dynamicImports: await readDynamicImports(packages),
    flags: readLinkFlags(build),
  })
  return Promise.all(
    reasons.map(async (reason) => {
      const place = reason.kind === 'flag' ? undefined : await findImportIn(reason.chain, packages)
      return place === undefined ? reason : { ...reason, place }
    }),
  )
}

/** Of every package, by its import path. */
async function readDynamicImports(
  packages: readonly ListedPackage[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const entries = await mapConcurrently(
    packages,
    PACKAGES_AT_ONCE,
    async ({ ImportPath, Dir = '', GoFiles = [] }) => {
      const libraries = new Set<string>()
      for (const file of GoFiles) {
        for (const library of dynamicImports(await readStart(path.join(Dir, file)))) libraries.add(library)
      }
      return [ImportPath, [...libraries]] as const
    },
  )
  return new Map(entries)
}

/** Empty where the file is not there: an overlay has it elsewhere. */
async function readStart(file: string): Promise<string> {
  const chunks: Buffer[] = []
  const stream = createReadStream(file, { end: MAX_GO_FILE_BYTES - 1 })
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk)
  } catch {
    return ''
  }
  return Buffer.concat(chunks).toString()
}
