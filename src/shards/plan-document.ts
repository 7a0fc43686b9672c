// The plan of a release <-> plan.json, which the jobs that build and merge it are held to, and the digest of what changes a byte.
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { ActionError } from '../errors.js'
import type { Plan, PlannedTarget } from '../plan/index.js'

export const PLAN_FILE = 'plan.json'

/** Name of the workflow artifact that holds it. */
export const planArtifact = (digest: string): string => `plan-${digest.slice(0, 16)}`

/** A form that another version of this action would misread gets another number. */
const FORMAT = 1

/** What is built, and from what. */
export interface PlannedSource {
  readonly modulePath: string
  readonly name: string
  readonly version: string
  /** RFC 3339, UTC. */
  readonly date: string
  /** `go1.26.8` */
  readonly go: string
  /** Full hash; null outside a repository. */
  readonly commit: string | null
  /** The tag that is released; null without one. */
  readonly tag: string | null
  /** The inputs that change what is built, and that no target says itself, by name. */
  readonly inputs: Readonly<Record<string, string>>
  /** SHA-256 of each file of the module that goes into every archive, by name: a checkout can change the ends of lines. */
  readonly archiveFiles: Readonly<Record<string, string>>
  /** Go's own settings that do: GOFLAGS and so on, by name. What differs from machine to machine, as CC, is not among them. */
  readonly goSettings: Readonly<Record<string, string>>
}

export interface PlanDocument {
  readonly source: PlannedSource
  readonly plan: Plan
  /** As the input `checks` has it. */
  readonly checks: string
}

/** Judges, names artifacts and tells of a target, and changes no byte of it. */
type Terms = Pick<PlannedTarget, 'linkage' | 'artifact' | 'skippedPackages' | 'needsCgo'> & {
  readonly overrides: Pick<PlannedTarget['target']['overrides'], 'linkage' | 'runner'>
}
type Bytes = Omit<PlannedTarget, keyof Terms>

/** What lies in plan.json. */
interface Parts {
  readonly format: number
  readonly bytes: { readonly source: PlannedSource; readonly targets: readonly Bytes[] }
  readonly terms: {
    readonly checks: string
    readonly releaseArtifact: string
    readonly targets: readonly Terms[]
  }
}

/** @returns the text of plan.json, and the SHA-256 of the part of it that changes bytes, in lower-case hex */
export function formatPlan(document: PlanDocument): { readonly text: string; readonly digest: string } {
  const parts = split(document)
  return { text: `${JSON.stringify(parts)}\n`, digest: digestOf(parts) }
}

/**
 * @param digest what the plan's own job says
 * @throws ActionError where the text is not of that plan
 */
export function parsePlan(json: string, digest: string): PlanDocument {
  const parts = parseJson(json)
  if (parts?.format !== FORMAT)
    throw new ActionError(
      `plan: ${PLAN_FILE} is not of this version of the action; use the same one in every job`,
    )
  const found = digestOf(parts)
  if (found !== digest)
    throw new ActionError(
      `plan: ${PLAN_FILE} was changed: it has the digest ${found}, and plan-digest is ${digest}; run the whole workflow again`,
    )
  return join(parts)
}

/** The first difference, as `ldflags of linux/amd64 is "-s" here and "-s -w" in the plan`; undefined where there is none. */
export function differenceFromPlan(planned: PlanDocument, own: PlanDocument): string | undefined {
  // What is undefined is not in a text of JSON.
  const here = JSON.parse(JSON.stringify(own)) as PlanDocument
  const { inputs, goSettings, archiveFiles, ...source } = planned.source
  const { inputs: ownInputs, goSettings: ownSettings, archiveFiles: ownFiles, ...ownSource } = here.source
  return (
    differing('', source, ownSource) ??
    differing('input ', inputs, ownInputs) ??
    differing('', goSettings, ownSettings) ??
    differing('the SHA-256 of ', archiveFiles, ownFiles) ??
    differing('', { checks: planned.checks }, { checks: here.checks }) ??
    differenceOfTargets(planned.plan.targets, here.plan.targets)
  )
}

function differenceOfTargets(
  planned: readonly PlannedTarget[],
  here: readonly PlannedTarget[],
): string | undefined {
  const ids = (targets: readonly PlannedTarget[]) => targets.map(({ id }) => id).join(', ')
  const list = differing('', { matrix: ids(planned) }, { matrix: ids(here) })
  if (list !== undefined) return list
  for (const [index, target] of planned.entries()) {
    const found = differing(`${target.id}: `, { ...target }, { ...here[index] })
    if (found !== undefined) return found
  }
  return undefined
}

function differing(
  what: string,
  planned: Readonly<Record<string, unknown>>,
  here: Readonly<Record<string, unknown>>,
): string | undefined {
  const names = [...new Set([...Object.keys(planned), ...Object.keys(here)])]
  const name = names.find((each) => !isDeepStrictEqual(planned[each], here[each]))
  if (name === undefined) return undefined
  const shown = (value: unknown) => (value === undefined ? 'not set' : JSON.stringify(value))
  return `${what}${name} is ${shown(here[name])} here and ${shown(planned[name])} in the plan`
}

function split({ source, plan, checks }: PlanDocument): Parts {
  const targets = plan.targets.map((planned): { bytes: Bytes; terms: Terms } => {
    const { linkage, artifact, skippedPackages, needsCgo, ...rest } = planned
    const { linkage: policy, runner, ...overrides } = rest.target.overrides
    return {
      bytes: { ...rest, target: { ...rest.target, overrides } },
      terms: {
        ...{ linkage, artifact, skippedPackages, needsCgo },
        overrides: { ...(policy && { linkage: policy }), ...(runner && { runner }) },
      },
    }
  })
  return {
    format: FORMAT,
    bytes: { source, targets: targets.map(({ bytes }) => bytes) },
    terms: {
      checks,
      releaseArtifact: plan.releaseArtifact,
      targets: targets.map(({ terms }) => terms),
    },
  }
}

function join({ bytes, terms }: Parts): PlanDocument {
  const targets = bytes.targets.map((target, index): PlannedTarget => {
    return { ...target, ...termsOf(terms.targets[index], target.target) }
  })
  return {
    source: bytes.source,
    plan: { targets, releaseArtifact: text(terms.releaseArtifact) },
    checks: text(terms.checks),
  }
}

/** No digest vouches for them, so that nothing else is taken from there, whatever they hold. */
function termsOf(
  terms: unknown,
  target: PlannedTarget['target'],
): Omit<Terms, 'overrides'> & Pick<PlannedTarget, 'target'> {
  const { linkage, artifact, skippedPackages, needsCgo, overrides } = record(terms)
  const { linkage: policy, runner } = record(overrides)
  return {
    linkage: text(linkage),
    artifact: text(artifact),
    skippedPackages: texts(skippedPackages),
    needsCgo: texts(needsCgo),
    target: {
      ...target,
      overrides: {
        ...target.overrides,
        ...(policy === undefined ? {} : { linkage: text(policy) }),
        ...(runner === undefined ? {} : { runner: text(runner) }),
      },
    },
  }
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : refuseTerms()

const text = (value: unknown): string => (typeof value === 'string' ? value : refuseTerms())

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : refuseTerms())

function refuseTerms(): never {
  throw new ActionError(
    `plan: ${PLAN_FILE} does not say what it must of a target; run the whole workflow again`,
  )
}

/** Its keys keep their order on the way through JSON. */
const digestOf = ({ format, bytes }: Parts): string =>
  createHash('sha256').update(JSON.stringify({ format, bytes })).digest('hex')

/** @returns undefined where it is not of the form of a plan */
function parseJson(json: string): Parts | undefined {
  try {
    const { format, bytes, terms } = JSON.parse(json) as Partial<Parts>
    return format === undefined || bytes === undefined || !Array.isArray(terms?.targets)
      ? undefined
      : { format, bytes, terms }
  } catch {
    return undefined
  }
}
