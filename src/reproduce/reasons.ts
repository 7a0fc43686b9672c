// What was found beside a difference -> why it is most likely there, and what to do.

export interface Evidence {
  /** Programs that hold the path of the folder they were built in. */
  readonly leaking: readonly string[]
  /** Whether there was a second build at all. */
  readonly built: boolean
  /** Files that the first build read and the second one did not have. */
  readonly missing: readonly string[]
  /** Files that both have, and that differ. */
  readonly changed: readonly string[]
  readonly trimpath: boolean
  readonly generate: boolean
  readonly cgo: boolean
  /** Whether the first build took what other runs had compiled. */
  readonly restored: boolean
  /** Whether it was built from a commit. */
  readonly committed: boolean
}

const MAX_FILES = 5

/** The certain ones; only where there is none, those that are possible. */
export function likelyReasons(evidence: Evidence): string[] {
  const { leaking, missing, changed } = evidence
  const certain = [
    ...(missing.length > 0 ? [explainMissing(evidence)] : []),
    ...(changed.length > 0 ? [explainChanged(evidence)] : []),
    ...(leaking.length > 0 ? [explainLeak(evidence)] : []),
  ]
  return certain.length > 0 || !evidence.built ? certain : [explainUnknown(evidence)]
}

function explainMissing({ missing, committed }: Evidence): string {
  const what = committed ? 'git ignores it' : 'it was not there to be copied'
  return `${list(missing)}: part of the release, but ${what}, so that whoever has the source alone makes something else; ${
    committed ? 'commit it' : 'keep it beside the source'
  }, or have \`go generate\` make it (generate: true)`
}

function explainChanged({ changed, generate }: Evidence): string {
  const why = generate
    ? '`go generate` wrote something else the second time; leave out of it what changes, as the time of day'
    : 'it was changed while the release was built'
  return `${list(changed)}: ${why}`
}

function explainLeak({ leaking, trimpath, cgo }: Evidence): string {
  const mend = trimpath
    ? `${cgo ? 'the C compiler, ' : ''}-ldflags or a generated file put it there although trimpath is on`
    : 'set trimpath: true'
  return `the path of the folder that it was built in is in ${list(leaking)}; ${mend}`
}

function explainUnknown({ cgo, restored, trimpath }: Evidence): string {
  const possible = [
    ...(trimpath ? [] : ['an absolute path, which trimpath: true leaves out']),
    'the time of day or a random number, by ldflags or something generated',
    ...(cgo ? ['what the C compiler writes: __DATE__, __TIME__, paths of its own'] : []),
    `something altered in the first build's cache; ${restored ? 'try cache: off' : 'run `go clean -cache`'}`,
  ]
  return `nothing in the sources tells why; it may be ${possible.join('; or ')}`
}

function list(files: readonly string[]): string {
  const more = files.length - MAX_FILES
  return `${files.slice(0, MAX_FILES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
