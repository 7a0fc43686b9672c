// Decides whether the build cache is restored and saved, and which folder Go keeps it in.

export interface CachePolicy {
  /** Whether Go builds in a cache of this action's own, not in the one that the machine has. */
  readonly own: boolean
  /** Whether nothing of another run may get into this one, not even what an earlier step of the job restored. */
  readonly clean: boolean
  readonly restore: boolean
  readonly save: boolean
  /** What the user would not expect of the input, and why. */
  readonly reasons: readonly string[]
}

export interface CacheFacts {
  readonly onRunner: boolean
  /** Whether there is a cache service. */
  readonly available: boolean
  readonly onTag: boolean
  readonly signing: boolean
  /** As GITHUB_EVENT_NAME has it. */
  readonly event: string
  readonly onDefaultBranch: boolean
}

const NOTHING = { own: false, clean: false, restore: false, save: false }

/** Runs of these are started by somebody who may push. */
const TRUSTED_EVENTS = ['push', 'schedule', 'workflow_dispatch', 'repository_dispatch']

/** What these save, no other branch can restore. */
const CONFINED_EVENTS = ['pull_request', 'merge_group']

/**
 * A file changed in a restored cache would be linked into a release without a word, so that `auto` restores nothing where
 * files are released. No run but another of the same tag can see what a tag run saves, and none but the pull request itself
 * what a pull request saves.
 */
export function decideCaching(
  cache: 'auto' | 'on' | 'restore' | 'off',
  cacheSave: 'auto' | 'always',
  facts: CacheFacts,
): CachePolicy {
  // On a laptop the cache is Go's own, and needs neither.
  if (!facts.onRunner) return { ...NOTHING, reasons: [] }
  const releasing = facts.onTag ? 'on a tag' : facts.signing ? 'when signing' : undefined
  if (cache === 'off') {
    // Another step may have restored what is in Go's own.
    const apart = releasing !== undefined
    return { ...NOTHING, own: apart, clean: apart, reasons: ['cache: off'] }
  }
  const mistrusted = cache === 'auto' && releasing !== undefined
  if (!facts.available) {
    // What another step restored is no better than what this action would.
    return { ...NOTHING, own: mistrusted, clean: mistrusted, reasons: ['this job has no cache service'] }
  }
  const unsaved = whyUnsaved(cache, cacheSave, facts)
  const reasons = [
    ...(mistrusted
      ? [`nothing is restored ${releasing}, since what is built is released; cache: on restores`]
      : []),
    ...(cache !== 'auto' && releasing !== undefined
      ? [`cache: ${cache} restores what other runs compiled, though files are released from it`]
      : []),
    ...(unsaved === undefined ? [] : [unsaved]),
  ]
  return {
    own: true,
    clean: mistrusted,
    restore: !mistrusted,
    save: cache !== 'restore' && unsaved === undefined,
    reasons,
  }
}

function whyUnsaved(
  cache: 'auto' | 'on' | 'restore',
  cacheSave: 'auto' | 'always',
  { onTag, event, onDefaultBranch }: CacheFacts,
): string | undefined {
  if (cache === 'restore') return undefined
  if (onTag) return 'nothing is saved on a tag, where no other run could restore it'
  // As pull_request_target and workflow_run, which work for the default branch, often with what a pull request brought.
  if (!TRUSTED_EVENTS.includes(event) && !CONFINED_EVENTS.includes(event))
    return `nothing is saved on ${event}, where anybody could write what the default branch restores`
  if (cacheSave === 'always') return undefined
  if (CONFINED_EVENTS.includes(event)) return `nothing is saved on ${event}; cache-save: always saves`
  if (!onDefaultBranch) return 'nothing is saved but from the default branch; cache-save: always saves'
  return undefined
}

/** Whether a run keeps texts for later ones: no byte is built from them, so that neither signing nor another branch is in the way. */
export const keepsTexts = (cache: 'auto' | 'on' | 'restore' | 'off', event: string): boolean =>
  cache !== 'off' && cache !== 'restore' && TRUSTED_EVENTS.includes(event)
