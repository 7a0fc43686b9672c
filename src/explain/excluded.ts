// Packages of which build constraints leave a target no file -> the lines of the user's that are to blame.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Complaint } from '../errors.js'
import type { Environment, Processes } from '../host/host.js'
import { parseJsonStream } from '../json-stream.js'
import { whyExcluded, type Conditions, type Exclusion } from './constraints.js'
import { findImportIn } from './places.js'
import { PACKAGE_FIELDS, shortestChains, type ListedPackage } from './packages.js'

export interface ExcludedQuestion {
  /** Absolute path of the module's folder. */
  readonly folder: string
  /** Of the build, with the target's GOOS, GOARCH and CGO_ENABLED. */
  readonly environment: Environment
  /** Import paths. */
  readonly packages: readonly string[]
  /** As `-tags=` and `-mod=`. */
  readonly flags: readonly string[]
  /** Whether what they import is looked at too. */
  readonly deps: boolean
}

/** At the first file, or the import that leads there. */
interface LeftOut extends Complaint {
  /** Whether cgo alone, which is off, would let a file in. */
  readonly wantsCgo: boolean
}

/** Files of one package. */
const SHOWN = 5

/** @returns none where go list does not tell: it is asked only about what has failed already */
export async function explainExcluded(
  processes: Processes,
  { folder: cwd, environment: env, packages, flags, deps }: ExcludedQuestion,
): Promise<LeftOut[]> {
  const look = deps ? '-deps' : '-find'
  const command = ['go', 'list', '-e', look, `-json=${PACKAGE_FIELDS.join(',')}`, ...flags, '--', ...packages]
  const { exitCode, stdout } = await processes.run(command, { cwd, env })
  if (exitCode !== 0) return []
  const listed = parseJsonStream(stdout) as ListedPackage[]
  const conditions = {
    goos: env['GOOS'] ?? '',
    goarch: env['GOARCH'] ?? '',
    cgo: env['CGO_ENABLED'] === '1',
  }
  const chains = packages.map((main) => shortestChains(listed, main))
  const found = await Promise.all(
    listed.filter(isExcluded).map(async (each) => {
      const files = await findExcluded(each, conditions)
      const chain = chains.map((known) => known.get(each.ImportPath)).find((known) => known !== undefined)
      const complaint =
        each.Module?.Main === true ? atConstraint(each, files) : await atImport(chain ?? [], files, listed)
      return complaint && { ...complaint, wantsCgo: files.some(({ wantsCgo }) => wantsCgo) }
    }),
  )
  return found.filter((complaint) => complaint !== undefined)
}

/** Go itself says so only where there are no tests. */
const isExcluded = ({ Standard, GoFiles = [], CgoFiles = [], IgnoredGoFiles = [] }: ListedPackage): boolean =>
  Standard !== true && GoFiles.length + CgoFiles.length === 0 && IgnoredGoFiles.length > 0

/** What a tool writes or runs is for no target at all. */
const IGNORED = /^\/\/go:build ignore\s*$/m

interface ExcludedFile extends Exclusion {
  readonly name: string
}

async function findExcluded(
  { Dir = '', IgnoredGoFiles = [] }: ListedPackage,
  conditions: Conditions,
): Promise<ExcludedFile[]> {
  const names = IgnoredGoFiles.filter((name) => !name.endsWith('_test.go'))
  const files = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(path.join(Dir, name), 'utf8').catch(() => '')
      return { name, ignored: IGNORED.test(text), ...whyExcluded(name, text, conditions) }
    }),
  )
  return files.some(({ ignored }) => !ignored) ? files.filter(({ ignored }) => !ignored) : files
}

/** In the first file that is left out; the others are named. */
function atConstraint(
  { ImportPath, Dir = '' }: ListedPackage,
  files: readonly ExcludedFile[],
): Complaint | undefined {
  const [first] = files
  return (
    first && {
      file: path.join(Dir, first.name),
      line: first.line,
      message: `${ImportPath} has no Go files for this target: ${listReasons(files)}`,
    }
  )
}

/** Where the user's own packages lead to another module's that is not for this target. */
async function atImport(
  chain: readonly string[],
  files: readonly ExcludedFile[],
  listed: readonly ListedPackage[],
): Promise<Complaint | undefined> {
  const place = await findImportIn(chain, listed)
  const message = `${chain.at(-1) ?? ''} has no Go files for this target: ${listReasons(files)}; imported by ${chain.slice(0, -1).join(' → ')}`
  return place && { ...place, message }
}

const listReasons = (files: readonly ExcludedFile[]): string =>
  `${files
    .slice(0, SHOWN)
    .map(({ why }) => why)
    .join(', ')}${files.length > SHOWN ? ', …' : ''}`
